"""`inshort digest`: the edition now. `inshort publish`: what is in public already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.context import of, person
from pipeline.files import read_text, write_whole

app = typer.Typer(help="What is in public already: correct, retract.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="What readers are told; stays in the history.")]


def digest(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="24h, 3d, today or a date; else since the last edition.")] = "",
    until: Annotated[str, typer.Option(help="The same; now when left out.")] = "",
    topic: Annotated[str | None, typer.Option(help="Only stories of this topic.")] = None,
    format: Annotated[Literal["text", "md", "html", "json"], typer.Option("--format")] = "text",
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Record nothing; show unapproved ones, marked.")] = False,
    level: Annotated[
        Literal["standard", "simple"], typer.Option(help="simple: the easier version, where one was approved.")
    ] = "standard",
    edition: Annotated[int | None, typer.Option(help="Print an issued edition again, unchanged.")] = None,
) -> None:
    """Issue the edition of the approved stories and print it; the last one again when nothing was approved since."""
    from pipeline.engine.rounds import utc_now
    from pipeline.errors import UsageError
    from pipeline.publishing.edition import at_level, parse_moment
    from pipeline.publishing.formats import FORMATS
    from pipeline.publishing.issue import issue, make_edition, reprint, reprint_last

    ctx = of(context)
    config, _ = ctx.load()
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
    elif preview:
        with database.session() as session:
            found = make_edition(session, config, now, since=start, until=end, topic=topic, preview=True)
    else:
        found = issue(database, config, now, since=start, until=end, topic=topic)
        if not found.stories and not (since or until or topic) and (last := reprint_last(database)):
            ctx.say(f"nothing was approved since edition {last.number}; this is it again")
            found = last
    text = FORMATS["json" if ctx.json else format](at_level(found, level))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_whole(out, text)
    ctx.say(f"{len(found.stories)} stories written to {out}")


@app.command()
def correct(
    context: typer.Context,
    story: int,
    reason: Reason = "",
    text: Annotated[Path | None, typer.Option(help="The new wording, from a file; else $EDITOR opens.")] = None,
) -> None:
    """Replace a published wording by a right one. Editions that were issued stay as they are."""
    from pipeline.cli.editor import typed
    from pipeline.desk.desk import open_case
    from pipeline.desk.edit import House
    from pipeline.desk.edit import correct as keep
    from pipeline.engine.rounds import utc_now
    from pipeline.errors import UsageError
    from pipeline.glossary import load_glossary

    ctx = of(context)
    config, folder = ctx.load()
    database = ctx.database()
    if not reason.strip():
        raise UsageError("a correction needs --reason: what readers are told")
    with database.reading() as session:
        draft = open_case(session, story).draft
    if draft is None:
        raise UsageError(f"story {story} has no text to correct")

    def kept(new: str) -> None:
        house = House(load_glossary(folder), config.newsroom.language, config.desk, config.writer)
        row = keep(database, story, new, by=person(), now=utc_now(), house=house, reason=reason, shown=draft.hash)
        ctx.answer(
            {"id": story, "version": row.number, "verdict": row.check_verdict},
            f"story {story} is corrected, as version {row.number}; the checks say {row.check_verdict}",
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
    """Take a published story back: no digest has it again. Editions that were issued stay as they are."""
    from pipeline.desk.desk import act_on
    from pipeline.desk.review import Act
    from pipeline.engine.rounds import utc_now

    ctx = of(context)
    config, _ = ctx.load()
    after = act_on(ctx.database(), story, Act.RETRACT, by=person(), now=utc_now(), rules=config.desk, reason=reason)
    ctx.answer({"id": story, "state": after}, f"story {story} is {after}")
