"""`inshort digest`: the edition now. `inshort publish`: what is in public already."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli.context import Context, of, person
from pipeline.cli.printing import shown
from pipeline.files import read_text, write_whole
from pipeline.model import EditionFormat
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.model import Edition
    from pipeline.storage.database import Database

app = typer.Typer(help="The public side: the site, corrections, retractions.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="What readers are told; stays in the history.")]


def digest(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="24h, 3d, today or a date: approved since then.")] = "",
    until: Annotated[str, typer.Option(help="Approved until then; now if left out.")] = "",
    topic: Annotated[str | None, typer.Option(help="An edition of this topic alone.")] = None,
    most: Annotated[int | None, typer.Option("--max", min=1, max=1000, help="How many stories at most.")] = None,
    format: Annotated[EditionFormat, typer.Option("--format")] = EditionFormat.TEXT,
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Record nothing; include unapproved stories, marked.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Include stories from earlier editions.")] = False,
    level: Annotated[
        Literal["standard", "simple"], typer.Option(help="simple: the easier version, where one was approved.")
    ] = "standard",
    edition: Annotated[int | None, typer.Option(help="Print an issued edition again.", min=1)] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it to its readers and webhooks, each once.")] = False,
    dry_run: Annotated[Path | None, typer.Option(help="Write the mails into this folder, and send none.")] = None,
) -> None:
    """Issue and print an edition of the approved stories that are in none yet.

    If nothing is new, nothing is issued. It also reports what was corrected or retracted since the last one.
    """
    from pipeline.clock import utc_now
    from pipeline.errors import UsageError
    from pipeline.publishing.edition import at_level, parse_moment
    from pipeline.publishing.formats import printed
    from pipeline.publishing.issue import issue, make_edition, reprint, reprint_last

    ctx = of(context)
    config, _ = ctx.load()
    if send and (preview or dry_run):
        raise UsageError("--send sends; leave out --preview and --dry-run for that")
    if out is not None:
        ctx.target(out)
    database = ctx.database()
    now, zone = utc_now(), config.newsroom.zone
    start = parse_moment(since, now, zone) if since else None
    end = parse_moment(until, now, zone) if until else None
    if start and end and start >= end:
        raise UsageError(f"--since {since} is not before --until {until}")
    if edition is not None:
        found = reprint(database, edition)
    elif preview or dry_run:
        with database.reading() as session:
            found = make_edition(
                session, config, now, since=start, until=end, topic=topic, preview=preview, again=again, limit=most
            )
    else:
        found = issue(database, config, now, since=start, until=end, topic=topic, again=again, limit=most, by=person())
        if found.number is None:
            last = reprint_last(database, topic)
            ctx.say(
                f"nothing new since edition {last.number}; 'inshort digest --edition {last.number}' prints it again"
                if last
                else "nothing is approved yet"
            )
            if out is not None:
                ctx.say(f"{out} was left as it is" if out.exists() else f"{out} was not written")
                return
    if dry_run is not None:
        from pipeline.publishing.sending import write_mails

        if not found.stories and not found.notices:
            ctx.say("nothing new, so there is no mail to write")
            return
        count = write_mails(database, config, found, dry_run)
        ctx.answer(
            {"mails": count, "folder": str(dry_run)}, f"{counted(count, 'mail')} written to {dry_run}; none was sent"
        )
        return
    if send and found.number is not None:
        _send(ctx, database, config, found, now)
    form = EditionFormat.JSON if ctx.json else format
    text = printed(at_level(found, level), form, config.digest.templates)
    if out is None:
        shown(text, form=form.unseen, nl=False)
        return
    write_whole(out, text)
    carried, told = len(found.stories), len(found.notices)
    line = counted(carried, "story", "stories")
    if told:
        line += f" and {counted(told, 'correction')}"
    ctx.say(f"{line} written to {out}")


def _send(ctx: Context, database: Database, config: Config, edition: Edition, now: datetime) -> None:
    """Send an edition to whom it was not sent yet, and say what came of it. Status 1 where the server is away."""
    from pipeline.engine.telling import call_hooks
    from pipeline.publishing.sending import enlist, send_edition

    assert edition.number is not None
    if config.digest.webhooks:
        for line in call_hooks(database, config, edition, now):
            ctx.say(line)
    if not enlist(database, edition, now) and not config.mail.host:
        ctx.say("there is nobody to send it to; 'inshort readers add ADDRESS' adds readers")
        return
    done = send_edition(database, config, edition.number, now)
    ctx.say(f"edition {edition.number}: {done.line()}")
    if done.trouble:
        raise typer.Exit(1)


@app.command()
def site(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Where; else site.folder of config.yaml.")] = None,
) -> None:
    """Publish what is approved, and write the site: only files that changed, and never half of one."""
    from pipeline.clock import utc_now
    from pipeline.engine.telling import tell_hub
    from pipeline.publishing.public_site.build import build_site

    ctx = of(context)
    config, _ = ctx.load()
    built = build_site(ctx.database(), config, utc_now(), folder=folder, by=person())
    if config.site.address is None:
        ctx.say("site.address is not set: no sitemaps, and feeds have no whole addresses")
    if built.feeds and (trouble := tell_hub(config, built.feeds)):
        ctx.say(f"the hub was not told: {trouble}")
    ctx.answer(
        {
            "folder": str(built.folder),
            "stories": built.stories,
            "published": built.published,
            "written": built.written,
            "removed": built.removed,
        },
        f"{counted(built.stories, 'story', 'stories')} in {built.folder}; "
        f"{counted(built.written, 'file')} written, {built.removed} removed",
    )


@app.command()
def correct(
    context: typer.Context,
    story: int,
    reason: Reason = "",
    text: Annotated[Path | None, typer.Option(help="The new wording, from a file; else $EDITOR opens.")] = None,
    over: Annotated[str, typer.Option(help="Why publish it despite a block, in your own words.")] = "",
) -> None:
    """Correct a published story: the new wording replaces it at once, and readers are told why."""
    from pipeline.cli.editor import typed
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import open_case
    from pipeline.desk.edit import correct as keep
    from pipeline.desk.review import Act, decide
    from pipeline.errors import StillBlocked, UsageError
    from pipeline.glossary import load_glossary
    from pipeline.inspection.house_style import HouseStyle
    from pipeline.inspection.sure import not_judged_yet
    from pipeline.model import StoryState

    ctx = of(context)
    config, folder = ctx.load()
    database = ctx.database()
    with database.reading() as session:
        case = open_case(session, story)
    # Before an editor opens: nobody types a correction in vain.
    decide(Act.CORRECT, StoryState(case.story.state), by=person(), current=None, reason=reason)
    if (draft := case.draft) is None:
        raise UsageError(f"story {story} has no text to correct")

    def kept(new: str) -> None:
        house = HouseStyle.of(config, load_glossary(folder, config.newsroom.language))
        by = Actor(person(), utc_now(), shown=draft.hash, reason=reason)
        try:
            row = keep(database, story, new, by=by, house=house, over=over)
        except StillBlocked as error:
            raise StillBlocked(f"{error} with --over; nothing was published") from error
        waits = not_judged_yet(row.report)
        said = f"story {story} is corrected, as version {row.number}; the checks say {row.check_verdict}"
        ctx.answer(
            {"id": story, "version": row.number, "verdict": row.check_verdict, "not_judged": waits},
            said + (f"; {waits}: the next run asks the judge" if waits else ""),
        )

    if text is not None:
        kept(read_text(text))
        return
    with typed(story, draft.text) as new:
        if new is None:
            ctx.answer({"id": story, "changed": False}, "nothing was changed")
        else:
            kept(new)


@app.command()
def retract(context: typer.Context, story: int, reason: Reason = "") -> None:
    """Retract a published story: a line with the reason takes its place, also in past editions printed again."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import act_on
    from pipeline.desk.review import Act

    ctx = of(context)
    config, _ = ctx.load()
    after = act_on(ctx.database(), story, Act.RETRACT, by=Actor(person(), utc_now(), reason=reason), rules=config.desk)
    ctx.answer({"id": story, "state": after}, f"story {story} is {after}")
