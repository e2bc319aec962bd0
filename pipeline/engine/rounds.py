"""Taking what is due one step: everything once for `run`, one stage at a time for the daemon and the workers."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from pipeline import __version__
from pipeline.clock import utc_now
from pipeline.config import Config
from pipeline.ending import Ending, NotSent
from pipeline.engine.alone import take_alone
from pipeline.engine.memory import settle
from pipeline.engine.stages import (
    BATCH,
    CHECK,
    COLLECT,
    GATHER,
    JUDGE,
    PAIR,
    POLL,
    RELEASE,
    SIMPLIFY,
    WATCH,
    WRITE,
    Stage,
)
from pipeline.engine.summary import Say as Say
from pipeline.engine.summary import Summary as Summary
from pipeline.engine.tools import Tools
from pipeline.errors import InShortError, StorageError, concerns_all
from pipeline.glossary import Glossary
from pipeline.llm import ledger
from pipeline.llm.set_up import set_up_of
from pipeline.logs import logger, trace_of
from pipeline.storage import feeds, waits
from pipeline.storage.articles import pages
from pipeline.storage.database import Database, Session
from pipeline.storage.engine import steps, workers
from pipeline.storage.engine.ahead import take_back
from pipeline.storage.engine.behind import entry_behind
from pipeline.storage.engine.lead import depose
from pipeline.storage.engine.pulse import WORKER, Pulse
from pipeline.storage.llm import calls
from pipeline.text import counted

log = logger("inshort.engine")
_LOG = logging.getLogger("inshort")

THINGS = {
    "collect": "entry",
    "gather": "article",
    "pair": "article",
    "release": "story",
    "write": "story",
    "simplify": "story",
    "check": "draft",
    "judge": "draft",
    "watch": "article",
}
"""What the number of each stage's things counts; a feed has no trace."""
PAGE = 200
"""Ids of due things asked for at once, or four times as many as are taken at once: what is due stays in the rows, not
in memory."""


@dataclass
class _Line:
    """What waits and what is under way in one stage while it is drained."""

    stage: Stage
    at_once: int
    page: list[int] = field(default_factory=list)
    running: dict[asyncio.Task[None], int] = field(default_factory=dict)
    look: bool = True
    """Whether a step ended since the rows were asked what is due."""
    _seen: set[int] = field(default_factory=set)

    def hungry(self) -> bool:
        return self.look and not self.page and len(self.running) < self.at_once

    def most(self) -> int:
        """How many due things to ask for: what is under way may still be among them."""
        return max(PAGE, 4 * self.at_once) + len(self.running)

    def turn(self, due: list[int]) -> None:
        """Turn to the next page: what a step left due, and what is under way, is not handed out again."""
        self.page = [thing for thing in reversed(due) if thing not in self._seen]
        self._seen = set(due) | set(self.running.values())
        self.look = False

    def ended(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            self.running.pop(task, None)
        self.look = True


@dataclass
class Engine:
    """A newsroom's rows, settings and helpers, for as long as it runs."""

    database: Database
    config: Config
    glossary: Glossary
    recorded: Path | None = None
    say: Say = lambda _line: None
    now: Callable[[], datetime] = utc_now
    run_id: int | None = None
    """The round under way, for its cap; a daemon has none."""
    worker: int | None = None
    """This process's row among the workers."""
    pulse: Pulse | None = None
    """What tells others that it lives, on a server."""
    ending: Ending = field(default_factory=Ending)
    """Whether the owner wants it to end: what is under way is waited for, nothing more is begun or sent."""
    folder: Path = Path()
    """Where config.yaml lies: what it names without a path of its own lies beside it."""

    def prepare(self) -> None:
        """At the start, with the lock held: subscriptions as configured, calls of a dead process freed."""
        from pipeline.articles.entry_turns import let_in_again
        from pipeline.feeds.poll import subscriptions
        from pipeline.writing.write import use_prompts

        with self.database.session() as session:
            feeds.sync_config_feeds(session, subscriptions(self.config), self.now())
            self.believe_the_clock(session)
            if again := let_in_again(session, self.config, self.now()):
                self.say(f"max_a_day was raised: {counted(again, 'entry', 'entries')} of today taken up again")
            if ledger.recover(session):
                self.say("a model call was under way when the last run ended; it may be paid for twice")
            use_prompts(session, self.config.newsroom.language)
            self.end_waits(session)

    def end_waits(self, session: Session) -> None:
        """What its owner may have mended is tried at once: after another key, model or address whatever waits."""
        now = {"writer": set_up_of(self.config.writer), "judge": set_up_of(self.config.judge)}
        changed = waits.newly_set_up(session, {role: found.mark for role, found in now.items()})
        waits.end_waits(session, writer="writer" in changed, judge="judge" in changed)
        for role in changed:
            waits.end_pause(session, now[role].endpoint)

    def believe_the_clock(self, session: Session) -> None:
        """What a clock that was ahead left waiting for years is due now, and it is said."""
        if back := take_back(session, self.now(), self.config.polling.max_age_days):
            self.say(
                f"a clock was ahead: {counted(back.feeds, 'feed is', 'feeds are')} due at once, "
                f"{counted(back.entries, 'entry', 'entries')} refused as old taken up again"
            )

    @contextmanager
    def at_work(self, kind: str, queues: Sequence[str] = ()) -> Iterator[None]:
        """Be among the workers for as long as this lasts."""
        # On one machine the lock says that nobody else is there; a server may have workers without it.
        self.bury(alone=self.database.file is not None)
        with self.database.session() as session:
            self.worker = self._join(session, kind, queues)
        self._beat()
        try:
            yield
        finally:
            with suppress(StorageError), self.database.session() as session:
                workers.leave(session, self.worker)
            self.worker = None
            if self.pulse is not None:
                self.pulse.end()

    def sign_of_life(self, kind: str, queues: Sequence[str] = ()) -> None:
        """Be seen. A process that was stopped for so long that it was taken for dead joins anew."""
        with self.database.session() as session:
            if self.worker is None or not workers.seen(session, self.worker):
                self.worker = self._join(session, kind, queues)
        self._beat()

    def _beat(self) -> None:
        if self.database.engine.dialect.name == "postgresql" and self.worker is not None:
            self.pulse = self.pulse or Pulse(self.database)
            self.pulse.keep((WORKER, self.worker))

    def _join(self, session: Session, kind: str, queues: Sequence[str]) -> int:
        return workers.join(session, kind, f"{socket.gethostname()}:{os.getpid()}", __version__, queues)

    def bury(self, *, alone: bool = False) -> None:
        """Let what dead workers were at be done by others. `alone`: whoever else is there is dead, silent or not."""
        self.depose()  # before its row is gone, which alone says what connection holds the lead of a frozen process
        with self.database.session() as session:
            dead = workers.all_workers(session) if alone else workers.lost(session)
            for stage, thing in workers.bury(session, dead, self.now()):
                log.warning("the process died while working on it", stage=stage, thing=thing)

    def depose(self) -> None:
        """Take the lead from a process that is silent: one that is frozen holds it as long as its connection lives."""
        if self.database.file is None and (name := depose(self.database)):
            self.say(f"{name} no longer leads: it has been silent for too long")

    def reload(self, reread: Callable[[], Config]) -> bool:
        """Take the configuration as it is now. One with mistakes is refused, and the old one goes on."""
        before = self.config
        try:
            config = reread()
            if config.database != before.database:
                raise InShortError("database: another one needs a restart")
            self.config = config
            self.prepare()
        except InShortError as error:
            self.config = before
            self.say(f"configuration not reread, the old one stays in force: {error}")
            return False
        self.say("configuration reread")
        return True

    def tell(self, tools: Tools) -> None:
        """Say in a line what was done since the last time, and keep it as a round."""
        (summary, began), tools.summary, tools.began = (tools.summary, tools.began), Summary(), None
        if summary == Summary():
            return
        if summary.entries_new or summary.feeds_failed:
            failed = len(summary.feeds_failed)
            self.say(f"polled {counted(summary.polled, 'feed')}, {summary.entries_new} new, {failed} failed")
        if summary.drafted:
            self.say(f"{counted(summary.drafted, 'version')} written, {summary.blocked} blocked")
        now = self.now()
        with self.database.session() as session:
            calls.end_run(session, calls.start_run(session, began or now).id, now, summary.as_json())

    def tools(self, summary: Summary) -> Tools:
        """Tools for some stages; an async context that closes what was opened."""
        settle()
        return Tools(
            self.database,
            self.config,
            self.glossary,
            self.now,
            summary,
            self.say,
            self.recorded,
            self.run_id,
            self.ending,
            lambda: self.worker,
        )

    async def step(self, stage: Stage, tools: Tools, thing: int) -> None:
        """Take one thing one step. One that trips In Short waits, and is set aside when it does so again and again."""
        told = _LOG.isEnabledFor(logging.INFO)
        trace = self._trace(stage, thing) if told else {}
        # A feed's step has nothing to say that does not name the feed.
        named = told or stage.marked
        with (
            structlog.contextvars.bound_contextvars(stage=stage.name, thing=thing, **trace) if named else nullcontext()
        ):
            began = time.monotonic()
            tools.began = tools.began or self.now()
            suspect = self._suspect_or_begun(stage, thing)
            try:
                if suspect:
                    await take_alone(stage.advance, tools, thing, lambda: self._begin(stage, thing))
                else:
                    await stage.advance(tools, thing)
            except NotSent:
                self._leave(stage, thing)
            except asyncio.CancelledError:
                self._leave(stage, thing)
                raise
            except ImportError as error:
                # Nothing's fault that is worked on, and nothing shall pay for it with one of its tries.
                self._leave(stage, thing)
                said = " ".join(str(error).split())
                raise InShortError(
                    f"{stage.name} can't be done: {said}; install In Short again, 'inshort doctor' says more"
                ) from error
            except Exception as error:
                if concerns_all(error):
                    self._leave(stage, thing)
                    raise
                log.exception("tripped", **(trace or self._trace(stage, thing)))
                self._tripped(stage, tools, thing, error)
            else:
                tools.summary.well_at[stage.name] += 1
                if stage.marked:
                    with self.database.session() as session:
                        steps.went_well(session, stage.name, [thing])
                if told:
                    log.info("done", milliseconds=round((time.monotonic() - began) * 1000))

    def _suspect_or_begun(self, stage: Stage, thing: int) -> bool:
        """Whether a process died of this step once; if not, it is noted as begun, where steps are noted at all."""
        if not stage.marked or self.worker is None:
            return False
        with self.database.session() as session:
            suspect = bool(steps.suspects(session, stage.name, [thing]))
            if not suspect:
                steps.begin(session, stage.name, thing, self.worker, self.now())
        return suspect

    def _tripped(self, stage: Stage, tools: Tools, thing: int, error: Exception) -> None:
        """Hold it against the thing, and say so: once for all that trip over the same, and where one is given up."""
        with self.database.session() as session:
            aside = steps.tripped(session, stage.name, thing, repr(error), self.now())
        if tools.summary.trips(stage.name, repr(error)) or aside:
            what = "set aside" if aside else "it is tried again later, as is what trips over the same"
            tools.say(f"tripped      {stage.name} {thing}: {error!r}; {what}")

    def _leave(self, stage: Stage, thing: int) -> None:
        """A step that was not taken to its end is not held against anything."""
        with self.database.session() as session:
            steps.left(session, stage.name, thing)

    def _begin(self, stage: Stage, thing: int) -> None:
        if self.worker is not None:
            with self.database.session() as session:
                steps.begin(session, stage.name, thing, self.worker, self.now())

    def _trace(self, stage: Stage, thing: int) -> dict[str, str]:
        """What every line about a thing is logged with: the one id from entry to edition; a feed has none."""
        kind = THINGS.get(stage.name)
        if kind is None:
            return {}
        with suppress(StorageError), self.database.reading() as session:
            if entry := entry_behind(session, kind, thing):
                return {"trace": trace_of(entry)}
        return {}

    async def drain(self, tools: Tools, *stages: Stage) -> int:
        """Take everything due in some stages one step, in each so many at once as it says; how many.

        What a step leaves due in another of the stages is taken as well. Things are handed out page by page, so
        memory stays bounded however much is due. When the configuration becomes another, nothing more is handed
        out: caps may be lower, and `tools` are the old ones.
        """
        config = self.config
        lines = [_Line(stage, at_once) for stage in stages if (at_once := stage.at_once(config))]
        count = 0
        failed: BaseException | None = None
        try:
            while True:
                for line in lines:
                    if self.config is not config or self.ending.asked or failed is not None:
                        line.page.clear()
                    elif line.hungry():
                        with self.database.session() as session:
                            line.turn(line.stage.due(session, config, self.now(), line.most()))
                    while line.page and len(line.running) < line.at_once:
                        thing = line.page.pop()
                        line.running[asyncio.create_task(self.step(line.stage, tools, thing))] = thing
                under_way = [task for line in lines for task in line.running]
                if not under_way:
                    if failed is not None:
                        raise failed
                    return count
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                count += len(done)
                for line in lines:
                    line.ended(done)
                for each in done:
                    # What is under way is waited for, as it may be paid for; only nothing more is begun.
                    wrong = asyncio.CancelledError() if each.cancelled() else each.exception()
                    failed = failed or wrong
        finally:
            rest = [task for line in lines for task in line.running]
            for each in rest:
                each.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def poll(self, summary: Summary) -> None:
        """Poll every feed that is due."""
        async with self.tools(summary) as tools:
            await self.drain(tools, POLL)

    async def collect(self, summary: Summary) -> None:
        """Read the pages of new entries, and join articles into stories."""
        async with self.tools(summary) as tools:
            await self.drain(tools, COLLECT)
            # Only then: of copies the one published first leads, whichever server answered first.
            await self.drain(tools, GATHER)

    async def watch(self, summary: Summary) -> None:
        """Look again at pages behind stories whose time has come."""
        async with self.tools(summary) as tools:
            await self.drain(tools, WATCH)

    async def write(self, summary: Summary) -> None:
        """Draft what wants a draft, check what was drafted, repair what a check blocked."""
        async with self.tools(summary) as tools:

            async def versions(stage: Stage) -> None:
                """What is written and its repair: a third pass has nothing left to do. Checked and judged as they come:
                a long round shows its first stories early, and no place at the model stands empty between the two;
                what the judge blocks is repaired in the same round."""
                for _ in range(2):
                    await self.drain(tools, stage, CHECK, JUDGE)

            tools.desk()  # a missing key is said even when nothing is due
            await self.drain(tools, PAIR)  # before anything is written that may be two stories of one event
            await self.drain(tools, RELEASE)
            await self.drain(tools, CHECK)
            await versions(WRITE)
            await self.drain(tools, BATCH)
            await versions(SIMPLIFY)

    async def round(self) -> Summary:
        """Everything due, once."""
        summary = Summary()
        with self.database.session() as session:
            run_id = calls.start_run(session, self.now()).id
        self.run_id = run_id
        for part in (self.poll, self.collect, self.write, self.watch):
            if not self.ending.asked:
                await part(summary)
        with self.database.session() as session:
            pages.prune_pages(session, self.now() - timedelta(days=self.config.articles.keep_pages_days))
            summary.in_vain, summary.in_vain_micro = calls.in_vain(session, run_id)
            calls.end_run(session, run_id, self.now(), summary.as_json())
        return summary
