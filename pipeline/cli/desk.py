"""`inshort review`: the desk for a terminal."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal

import typer

from pipeline.cli.changes import changes, changes_json, changes_text
from pipeline.cli.context import of, person
from pipeline.cli.story_text import open_warnings, simple_text, story_text, topics_of, where_found
from pipeline.cli.topics import name as name_topics
from pipeline.model import QueueOrder
from pipeline.text import counted

app = typer.Typer(help="The desk in a terminal: full screen without a command, or one action a command.")
app.command("changes")(changes)
app.command("topics")(name_topics)
Reason = Annotated[str, typer.Option("--reason", help="Stays in the history.")]


@app.callback(invoke_without_command=True)
def desk(context: typer.Context) -> None:
    """The desk in a terminal: full screen without a command, or one action a command."""
    import sys

    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        list_(context)
        return
    from pipeline.clock import utc_now
    from pipeline.desk.background import judge_beside
    from pipeline.engine.memory import settle
    from pipeline.glossary import load_glossary
    from pipeline.inspection.house_style import HouseStyle
    from pipeline.publishing.formats import to_text
    from pipeline.publishing.issue import make_edition
    from pipeline.terminal.app import Seat, TerminalDesk

    ctx = of(context)
    config, folder = ctx.load()
    database = ctx.database()
    house = HouseStyle.of(
        config, load_glossary(folder, config.newsroom.language), judge_beside(database, config, utc_now)
    )

    def digest() -> str:
        with database.reading() as session:
            return to_text(make_edition(session, config, utc_now()))

    settle()
    TerminalDesk(Seat(database, house, person(), utc_now, config, digest)).run()


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Stories in this state instead.")] = "",
    differ: Annotated[bool, typer.Option("--differ", help="Only those where judge and rules differ.")] = False,
    sort: Annotated[QueueOrder, typer.Option(help="What comes first.")] = QueueOrder.RISK,
) -> None:
    """Stories waiting for an editor, riskiest first."""
    from pipeline.errors import UsageError
    from pipeline.model import StoryState
    from pipeline.storage.desk.queue_order import QUEUE, whole_queue

    if state and state not in set(StoryState):
        raise UsageError(f"no such state: {state}; allowed: {', '.join(StoryState)}")
    ctx = of(context)
    order = "" if sort is QueueOrder.RISK else sort.value
    rows: list[dict[str, Any]] = []
    with ctx.database().reading() as session:
        for story, draft in whole_queue(session, (state,) if state else QUEUE, differ=differ, order=order):
            rows.append(
                {
                    "id": story.id,
                    "state": story.state,
                    "verdict": draft.check_verdict if draft else None,
                    "blocks": story.blocks,
                    "warnings": story.warnings,
                    "wrong": story.wrong.split(),
                    "accepted_blocks": story.cleared,
                    "differ": story.differs,
                    "judged": draft.judged if draft else "",
                    "topic": story.topic,
                    "topics": story.topics,
                    "importance": story.importance,
                    "importance_why": story.importance_why or [],
                    "source": story.source_name,
                    "title": story.title,
                    "headline": story.headline,
                    "writer": draft.writer if draft else None,
                    "waiting_for": story.waiting_for,
                    "held_until": story.held_until,
                }
            )
    zone = ctx.load()[0].newsroom.zone
    lines = [
        f"{r['id']:>4}  {r['state']:<9} {r['verdict'] or '-':<6} "
        f"{counted(r['blocks'], 'block'):<8} {counted(r['warnings'], 'warning'):<11} "
        f"{r['headline'] or r['title']} ({r['source']}){'  judge and rules differ' if r['differ'] else ''}"
        + (f"  until {r['held_until'].astimezone(zone):%Y-%m-%d %H:%M}" if r["held_until"] else "")
        + (f"  importance {r['importance']:+d} h" if r["importance"] else "")
        for r in rows
    ]
    none = f"no story is {state}" if state else "nothing waits for an editor"
    if differ:
        none += " where judge and rules differ"
    ctx.answer(rows, "\n".join(lines) or none)


@app.command()
def show(context: typer.Context, story: int) -> None:
    """A story: the draft, what the checks found, and the evidence beside each sentence."""
    from pipeline.clock import utc_now
    from pipeline.desk.acts import open_case, shown_of
    from pipeline.desk.presence import note_shown
    from pipeline.desk.related import related_to

    ctx = of(context)
    database = ctx.database()
    with database.reading() as session:
        case = open_case(session, story)
        simple = open_case(session, story, "simple").draft
        changed = changes_json(session, story)
        reports, kin = case.reports, related_to(session, case)
    value = {
        "id": case.story.id,
        "state": case.story.state,
        "title": case.story.title,
        "headline": case.story.headline,
        "link": case.story.link,
        "waiting_for": case.waits_for,
        "held_until": case.story.held_until,
        "topics": [{"topic": topic, "why": why} for topic, why in topics_of(case.story)],
        "importance": case.story.importance,
        "importance_why": case.story.importance_why or [],
        "version": case.draft.number if case.draft else None,
        "hash": case.draft.hash if case.draft else None,
        "text": case.draft.text if case.draft else None,
        "report": case.draft.report if case.draft else None,
        "simple": {"hash": simple.hash, "text": simple.text, "report": simple.report} if simple else None,
        "changes": changed,
        "permission": case.article.permission,
        "lifted": case.article.lifted or [],
        "notes": case.article.notes or [],
        "reports": [
            {
                "article": report.article.id,
                "feed": report.feed,
                "title": report.article.title,
                "link": report.article.url,
                "lead": report.lead,
                "copy": report.telling.before is None,
                "why": report.telling.why,
                "by": report.telling.by,
            }
            for report in reports
        ],
        "kin": [
            {
                "id": each.story.id,
                "state": each.story.state,
                "title": each.story.title,
                "said": each.said,
                "new_since": [[s.number, s.text] for s in each.new],
            }
            for each in kin
        ],
        "source": [[number, text] for number, text in case.source.items()],
    }
    config, _ = ctx.load()
    until = ""
    if held := case.story.held_until:
        until = f" until {held.astimezone(config.newsroom.zone):%Y-%m-%d %H:%M}"
    text = story_text(case, reports, kin, until, config.writer)
    ctx.answer(value, text + (simple_text(case, simple, config.writer) if simple else "") + changes_text(changed))
    if why := note_shown(database, story, person().name, utc_now(), shown_of(case.draft, simple)):
        ctx.say(f"that you saw it could not be noted, so it can't be approved yet: {why}")


def _act(context: typer.Context, story: int, act: str, reason: str = "", *, said: str = "", **more: Any) -> None:
    """One act; the answer is the story's new state, or what is `said` of it."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import act_on
    from pipeline.desk.review import Act, state_word

    ctx = of(context)
    config, _ = ctx.load()
    after = act_on(
        ctx.database(), story, Act(act), by=Actor(person(), utc_now(), reason=reason), rules=config.desk, **more
    )
    ctx.answer({"id": story, "state": after}, said or f"story {story} is {state_word(after)}")


@app.command()
def accept(
    context: typer.Context,
    story: int,
    finding: int,
    reason: Reason = "",
    back: Annotated[bool, typer.Option("--back", help="Undo the acceptance: the finding is open again.")] = False,
) -> None:
    """Accept a finding, by its number in `show`; it is recorded, and covers this wording only."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import accept as keep
    from pipeline.desk.acts import unaccept

    ctx = of(context)
    weigh = unaccept if back else keep
    draft = weigh(ctx.database(), story, finding, by=Actor(person(), utc_now(), reason=reason))
    ctx.answer(
        {"id": story, "finding": finding, "verdict": draft.check_verdict},
        f"finding {finding} of story {story} {'is open again' if back else 'is accepted'}; "
        f"the checks now say {draft.check_verdict}",
    )


@app.command()
def approve(
    context: typer.Context,
    story: int,
    reason: Reason = "",
    version: Annotated[
        str | None, typer.Option("--hash", help="Approve this wording; without it, the one you were shown last.")
    ] = None,
    as_saved: Annotated[
        bool,
        typer.Option("--as-saved", help="Approve the saved wording although you have unsaved changes at the desk."),
    ] = False,
) -> None:
    """Approve the wording you were shown by `show` or at the desk, and only that."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import act_on
    from pipeline.desk.review import approval
    from pipeline.desk.shown import to_approve
    from pipeline.errors import StaleVersion
    from pipeline.inspection.sure import not_judged_yet
    from pipeline.model import StoryState
    from pipeline.storage import stories

    ctx = of(context)
    config, _ = ctx.load()
    database, by = ctx.database(), person()
    with database.reading() as session:
        asked = to_approve(session, story, by.name, version)
    try:
        after = act_on(
            database,
            story,
            approval(asked.verdict, reason),
            by=Actor(by, utc_now(), shown=asked.shown.draft, shown_simple=asked.shown.simple, reason=reason),
            rules=config.desk,
            as_saved=as_saved,
        )
    except StaleVersion as error:
        raise StaleVersion("\n".join([str(error), *asked.changed])) from error
    with database.reading() as session:
        row = stories.get_story(session, story)
        draft = stories.current_draft(session, row) if row else None
    waits = not_judged_yet(draft.report) if draft else ""
    warned = open_warnings(draft.report) if draft else []
    simple = bool(row and after is StoryState.APPROVED and row.simple_hash)
    over = f"{counted(len(warned), 'open warning')}: {'; '.join(map(where_found, warned))}" if warned else ""
    said = f"story {story} is {after}" + (f" with {over}" if over else "")
    if after is not StoryState.APPROVED:
        said = f"your approval of story {story} is recorded; somebody else has to approve it too"
        said += f"; it has {over}" if over else ""
    elif asked.shown.simple:
        said += ", with its simple version" if simple else "; its simple version is blocked or unchecked, and left out"
    elif asked.simple_left_out:
        said += "; its simple version was not shown to you and is not approved"
    said += f"; {waits}" if waits else ""
    ctx.answer(
        {"id": story, "state": after, "simple": simple, "not_judged": waits, "warnings": warned},
        said,
    )


@app.command()
def hold(
    context: typer.Context,
    story: int,
    until: Annotated[
        str, typer.Option(help="Back in the queue then: 4h, 2d, tomorrow, a date, or a date and time.")
    ] = "",
    reason: Reason = "",
) -> None:
    """Hold a story, until a time or with no end date."""
    from pipeline.clock import utc_now
    from pipeline.desk.hold_until import hold_until

    config, _ = of(context).load()
    moment = hold_until(until, utc_now(), config.newsroom.zone)
    at = f"until {moment.astimezone(config.newsroom.zone):%Y-%m-%d %H:%M}" if moment else "with no end date"
    _act(context, story, "hold", reason, said=f"story {story} is held {at}", until=moment)


@app.command()
def spike(context: typer.Context, story: int, reason: Reason = "") -> None:
    """Spike a story: it is not published. It can be reopened."""
    _act(context, story, "spike", reason)


@app.command()
def reopen(context: typer.Context, story: int, reason: Reason = "") -> None:
    """Reopen a held, spiked or approved story for review; one that failed is written again."""
    _act(context, story, "reopen", reason)


@app.command()
def hand(context: typer.Context, story: int, to: str, reason: Reason = "") -> None:
    """Hand a story over to a colleague to review."""
    _act(context, story, "hand", reason, said=f"story {story} is handed to {to.strip()}", to=to.strip())


@app.command()
def split(context: typer.Context, story: int, article: int, reason: Reason = "") -> None:
    """Make one of a story's articles, by its number in `show`, a story of its own."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.arrange import split as split_off
    from pipeline.newsvalue.importance import House

    ctx = of(context)
    config, _ = ctx.load()
    by = Actor(person(), utc_now(), reason=reason)
    new = split_off(ctx.database(), story, article, by=by, house=House.of(config))
    ctx.answer({"id": story, "new": new}, f"article {article} is story {new} now")


@app.command()
def join(context: typer.Context, story: int, into: int, reason: Reason = "") -> None:
    """Put a story's articles into another story about the same event."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.arrange import join as put_together
    from pipeline.newsvalue.importance import House

    ctx = of(context)
    config, _ = ctx.load()
    by = Actor(person(), utc_now(), reason=reason)
    after = put_together(ctx.database(), story, into, by=by, house=House.of(config))
    ctx.answer({"id": story, "into": into, "state": after}, f"the articles of story {story} are in story {into} now")


@app.command()
def lead(context: typer.Context, story: int, article: int) -> None:
    """Let one of a story's articles, by its number in `show`, lead it."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.arrange import name_lead
    from pipeline.newsvalue.importance import House

    ctx = of(context)
    config, _ = ctx.load()
    by = Actor(person(), utc_now())
    title = name_lead(ctx.database(), story, article, by=by, house=House.of(config)).title
    ctx.answer({"id": story, "article": article, "title": title}, f"story {story} is led by {title}")


@app.command()
def comment(context: typer.Context, story: int, text: str) -> None:
    """Comment on a story; the comment stays in the history."""
    _act(context, story, "comment", text, said=f"comment added to story {story}")


@app.command()
def edit(
    context: typer.Context,
    story: int,
    level: Annotated[Literal["standard", "simple"], typer.Option(help="Which reading level.")] = "standard",
) -> None:
    """Open the draft in $EDITOR; what you save is the next version, checked at once."""
    from pipeline.cli.editor import typed
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import open_case
    from pipeline.desk.edit import edit_text as keep
    from pipeline.desk.review import Act, decide
    from pipeline.desk.shown import note_written
    from pipeline.errors import NotAllowed
    from pipeline.glossary import load_glossary
    from pipeline.inspection.accepted import standing
    from pipeline.inspection.house_style import HouseStyle
    from pipeline.inspection.sure import not_judged_yet
    from pipeline.model import StoryState

    ctx = of(context)
    config, folder = ctx.load()
    database, by = ctx.database(), person()
    with database.session() as session:
        case = open_case(session, story, level)
        draft, state = case.draft, StoryState(case.story.state)
    decide(Act.EDIT, state, by=by, current=None)  # before anybody types
    if draft is None:
        raise NotAllowed(f"story {story} has no {level} draft to edit yet")
    with typed(story, draft.text) as text:
        if text is None:
            ctx.answer({"id": story, "changed": False}, "nothing was changed")
            return
        row = keep(
            database,
            story,
            text,
            by=Actor(by, utc_now(), shown=draft.hash),
            house=HouseStyle.of(config, load_glossary(folder, config.newsroom.language)),
            level=level,
        )
    note_written(database, story, by.name, utc_now(), row)
    findings = [f for f in standing((row.report or {}).get("findings", [])) if f["severity"] != "note"]
    said = [f"version {row.number} saved; the checks say {row.check_verdict}"]
    said += [f"  {f['severity']} {f['check']}: {f['message']}" for f in findings]
    if waits := not_judged_yet(row.report):
        said.append(f"  {waits}: the next run asks the judge")
    if row.check_verdict == "block":
        said.append(f"edit it again, or approve it with --reason; 'inshort review show {story}' has the evidence")
    ctx.answer(
        {"id": story, "changed": True, "version": row.number, "verdict": row.check_verdict, "findings": findings},
        "\n".join(said),
    )


@app.command()
def history(context: typer.Context, story: int) -> None:
    """Who did what, when and why."""
    from pipeline.desk.acts import about_line, open_case
    from pipeline.desk.review import act_word, state_word
    from pipeline.storage.desk.reviews import reviews_of

    ctx = of(context)
    config, _ = ctx.load()
    with ctx.database().session() as session:
        open_case(session, story)
        rows: list[dict[str, Any]] = [
            {
                "at": r.at,
                "who": r.who,
                "act": r.act,
                "before": r.before,
                "after": r.after,
                "hash": r.draft_hash,
                "about": about_line(r.about),
                "reason": r.reason,
            }
            for r in reviews_of(session, story)
        ]
    lines = [
        f"{r['at'].astimezone(config.newsroom.zone):%Y-%m-%d %H:%M}  {r['who']:<12} {act_word(r['act'])}  "
        f"{state_word(r['before'])} → {state_word(r['after'])}  "
        f"{(r['hash'] or '')[:12]}  {r['about']}  {r['reason']}".rstrip()
        for r in rows
    ]
    ctx.answer(rows, "\n".join(lines) or "no activity yet")


@app.command()
def diff(
    context: typer.Context,
    story: int,
    old: Annotated[int | None, typer.Argument(help="A version; the one before the last when left out.")] = None,
    new: Annotated[int | None, typer.Argument(help="A version; the last when left out.")] = None,
    level: Annotated[Literal["standard", "simple"], typer.Option(help="Which reading level.")] = "standard",
) -> None:
    """What changed between two versions."""
    from pipeline.desk.acts import open_case
    from pipeline.desk.undo import version_before
    from pipeline.errors import UsageError
    from pipeline.storage import stories

    ctx = of(context)
    with ctx.database().session() as session:
        open_case(session, story)
        texts = {d.number: d.text for d in stories.drafts_of(session, story, level)}
        known = stories.versions_of(session, story, level)
    if not texts:
        raise UsageError(f"story {story} has no {'simple version' if level == 'simple' else 'draft'} yet")
    after = new or max(texts)
    before = old or version_before(known, after) or after
    for version in (before, after):
        if version not in texts:
            raise UsageError(f"story {story} has no version {version}; it has {', '.join(map(str, texts))}")
    lines = list(
        difflib.unified_diff(
            texts[before].split("\n"),
            texts[after].split("\n"),
            f"version {before}",
            f"version {after}",
            lineterm="",
            n=0,
        )
    )
    ctx.answer({"old": before, "new": after, "diff": lines}, "\n".join(lines) or "no difference")
