"""`inshort run`, `daemon`, `worker`: once, for ever, or as one of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import Context, of, person
from pipeline.cli.printing import shown
from pipeline.errors import InShortError, UsageError
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.engine.rounds import Engine, Summary


def run(
    context: typer.Context,
    estimate: Annotated[bool, typer.Option("--estimate", help="Print what it would cost, and stop.")] = False,
) -> None:
    """Do everything that is due once, then exit: for cron."""
    import asyncio

    ctx = of(context)
    if estimate:
        from pipeline.cli.stats import tell_estimate

        return tell_estimate(ctx)
    from pipeline.engine.clocks import look_for_alarms

    engine = ctx.engine(wait=True)
    with engine.database.only_one() as alone:
        if not alone:
            ctx.say("another inshort is running on this newsroom; nothing to do")
            return None
        engine.prepare()
        with engine.at_work("run"):
            summary = asyncio.run(_interruptible(ctx, engine))
        # A daemon looks every five minutes; from cron it is the run that looks.
        look_for_alarms(engine, engine.now())
    summarise(ctx, summary, engine)
    if engine.ending.asked:
        ctx.say("interrupted: what was in progress is finished; the next run does the rest")
        raise typer.Exit(130)
    heard_nobody = summary.polled and len(summary.feeds_failed) == summary.polled
    if heard_nobody or summary.read_nothing or summary.wrote_nothing or summary.stage_tripped or summary.model_failed:
        raise typer.Exit(1)
    return None


async def _interruptible(ctx: Context, engine: Engine) -> Summary:
    """A round that Ctrl-C or SIGTERM ends in order: what is out is waited for. A second one ends it at once."""
    import asyncio
    import signal

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def interrupt() -> None:
        if engine.ending.asked:
            ctx.say("stopped at once: unanswered model calls count at their maximum cost")
            task.cancel()
            return
        engine.ending.ask()
        ctx.say("stopping: what is in progress is finished, nothing new is started; Ctrl-C again stops at once")

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
    try:
        return await engine.round()
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def daemon(
    context: typer.Context,
    lead_only: Annotated[
        bool, typer.Option("--lead-only", help="On PostgreSQL: keep the schedule, and leave the work to workers.")
    ] = False,
) -> None:
    """Keep running: poll, write and issue editions on schedule, until SIGTERM. SIGHUP rereads config.yaml."""
    import asyncio

    from pipeline.engine.memory import one_heap

    one_heap()
    ctx = of(context)
    engine = ctx.engine(wait=True)
    if engine.database.file is None:
        _work(ctx, engine, "daemon", () if lead_only else None)
        return
    if lead_only:
        raise UsageError("--lead-only needs workers, and workers need PostgreSQL; see 'database' in config.yaml")
    from pipeline.engine.daemon import run_daemon

    with engine.database.only_one() as alone:
        if not alone:
            raise InShortError("another inshort is running on this newsroom; end it first")
        engine.prepare()
        with engine.at_work("daemon"):
            asyncio.run(run_daemon(engine, lambda: ctx.load()[0]))
    ctx.say("ended")


def worker(
    context: typer.Context,
    queues: Annotated[
        str,
        typer.Option("--queues", help="Only these queues, separated by commas: poll, collect, write, check, deliver."),
    ] = "",
) -> None:
    """Run as one of several workers on PostgreSQL, until SIGTERM. One leads; if it stops, another takes over."""
    from pipeline.engine.memory import one_heap

    one_heap()
    ctx = of(context)
    engine = ctx.engine(wait=True)
    if engine.database.engine.dialect.name != "postgresql":
        raise UsageError("workers need PostgreSQL; with SQLite 'inshort daemon' does everything in one process")
    from pipeline.engine.workers import QUEUES

    wanted = tuple(word for word in queues.replace(",", " ").split())
    if unknown := [word for word in wanted if word not in QUEUES]:
        raise UsageError(f"--queues: there is no queue {unknown[0]}; there are {', '.join(QUEUES)}")
    _work(ctx, engine, "worker", wanted or None)


def _work(ctx: Context, engine: Engine, kind: str, queues: tuple[str, ...] | None) -> None:
    import asyncio

    from pipeline.engine.workers import QUEUES, Duties, run_worker

    with engine.at_work(kind, QUEUES if queues is None else queues):
        asyncio.run(run_worker(engine, Duties(kind, QUEUES if queues is None else queues), lambda: ctx.load()[0]))
    ctx.say("ended")


def retry(
    context: typer.Context,
    stage: Annotated[str | None, typer.Argument(help="Only of this stage, as 'inshort status' names it.")] = None,
    number: Annotated[int | None, typer.Argument(help="Only this one.")] = None,
) -> None:
    """Retry what was given up: steps set aside after errors, and stories that failed."""
    from collections import Counter

    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import LARGEST, try_again
    from pipeline.engine.stages import STAGES
    from pipeline.storage.engine import steps
    from pipeline.storage.stories import waiting_stories

    ctx = of(context)
    if stage is not None and stage not in (names := [s.name for s in STAGES]):
        raise UsageError(f"there is no stage {stage}; there are {', '.join(names)}")
    database = ctx.database()
    with database.session() as session:
        found = steps.take_up(session, stage, number)
    if stage in (None, "write") and (number is None or number <= LARGEST):
        again = try_again(database, by=Actor(person(), utc_now()), story_id=number)
        found = sorted({*found, *(("write", story) for story in again)})
    with database.reading() as session:
        waiting = waiting_stories(session)
    lines = [f"{name} {thing} is due again" for name, thing in found] or ["nothing is set aside, and no story failed"]
    if not found and waiting:
        reasons = Counter(story.waiting_for for story in waiting)
        lines += [f"{counted(many, 'story waits', 'stories wait')} for {why}" for why, many in reasons.items()]
        lines.append("these are retried automatically once that is available; 'inshort status' shows them")
    ctx.answer([{"stage": name, "id": thing} for name, thing in found], "\n".join(lines))


def alive(context: typer.Context) -> None:
    """Exit 0 while this machine's daemon or worker runs: for a health check. 'inshort status' says what is wrong.

    A database that can't be reached does not count: the process waits for it, and a restart would not help.
    """
    import socket

    from pipeline.errors import NotReady, StorageError
    from pipeline.storage.engine.workers import LOST_AFTER, alive_on

    ctx, host = of(context), socket.gethostname()
    try:
        database = ctx.database()
        with database.reading() as session:
            lives, how = alive_on(session, host), f"seen within {LOST_AFTER.seconds} s"
    except NotReady:
        raise
    except StorageError as error:
        lives, how = True, f"perhaps: {error}"
    ctx.answer({"alive": lives, "host": host}, f"{host}: {how}" if lives else f"{host}: no daemon or worker was seen")
    if not lives:
        raise typer.Exit(1)


def summarise(ctx: Context, summary: Summary, engine: Engine) -> None:
    """Print what a round did."""
    from pipeline.llm.prices import money

    if ctx.json:
        ctx.answer(summary.as_json(), "")
        return
    s = summary
    refused = ", ".join(f"{count} {verdict}" for verdict, count in sorted(s.refused.items()))
    lines = [
        f"feeds     {s.polled} polled, {s.unchanged} unchanged, {len(s.feeds_failed)} failed",
        *(f"          failed: {name}: {reason}" for name, reason in s.feeds_failed.items()),
        f"entries   {s.entries_new} new, {s.entries_changed} changed",
        f"articles  {s.articles} read, {counted(s.duplicates, 'duplicate')}, {sum(s.refused.values())} refused"
        + (f" ({refused})" if refused else "")
        + (f", {s.pages_failed} to try again" if s.pages_failed else ""),
        *(f"          tripped over {count}: {reason}" for reason, count in s.pages_tripped.most_common(3)),
        f"drafts    {counted(s.drafted, 'version')} written, {s.repairs} sent back, "
        f"{s.waiting} waiting, {s.failed} failed",
        *(["          'inshort retry' tries them again; 'inshort status' says why they failed"] if s.failed else []),
        f"checks    {s.passed} passed, {s.warned} with warnings, {s.blocked} blocked",
        *(f"judge     {count} {reason}" for reason, count in s.unjudged.most_common(3)),
        *([f"tripped   {counted(s.tripped, 'step')}, tried again later; --verbose shows where"] if s.tripped else []),
        *(f"          {count} over {reason}" for reason, count in s.tripped_over.most_common(3)),
        *([f"model     WRONG: {s.model_failed}"] if s.model_failed else []),
        f"cost      {money(s.cost_micro, engine.config.writer)}",
    ]
    if s.in_vain:
        most = money(s.in_vain_micro, engine.config.writer)
        lines.append(f"          {counted(s.in_vain, 'request')} had no answer; {most} may have been paid in vain")
    if engine.config.writer.kind == "recorded":
        lines.append("recorded sample answers, no model was called")
    if engine.config.writer.kind == "extract" and s.drafted:
        lines.append("no model wrote these drafts: writer.kind is extract")
    # The summary is the result of a run; of the demo the edition is.
    shown("\n".join(lines))
