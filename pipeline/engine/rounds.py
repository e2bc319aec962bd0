"""One round: everything due, stage by stage, once. What is done and due stands in the rows alone."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import __version__
from pipeline.config import Config
from pipeline.desk.desk import Case, record
from pipeline.desk.review import CLOCK, Act
from pipeline.glossary import Glossary
from pipeline.llm import ledger
from pipeline.storage import calls, entries, feeds, pages, stories
from pipeline.storage.database import Database

if TYPE_CHECKING:
    from pipeline.net import NetLimits
    from pipeline.writing.write import Desk

Say = Callable[[str], None]
Thing = TypeVar("Thing")
T = TypeVar("T")
_BATCH = 200
"""Feeds whose answers are written down in one transaction."""
_PATIENCE = 2.0
"""Seconds answers wait for others to be written down with."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Summary:
    """What a round did: what `inshort run` prints at its end."""

    polled: int = 0
    unchanged: int = 0
    feeds_failed: dict[str, str] = field(default_factory=dict)
    entries_new: int = 0
    entries_changed: int = 0
    articles: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    pages_failed: int = 0
    drafted: int = 0
    reused: int = 0
    waiting: int = 0
    failed: int = 0
    repairs: int = 0
    passed: int = 0
    warned: int = 0
    blocked: int = 0
    judged: int = 0
    simplified: int = 0
    cost_micro: int = 0

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "refused": dict(sorted(self.refused.items()))}


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

    def prepare(self) -> None:
        """At the start, with the lock held: subscriptions as configured, calls of a dead process freed."""
        from pipeline.feeds.poll import subscriptions
        from pipeline.writing.write import use_prompts

        with self.database.session() as session:
            feeds.sync_config_feeds(session, subscriptions(self.config), self.now())
            if ledger.recover(session):
                self.say("a model call was under way when the last run ended; it may be paid for twice")
            use_prompts(session, self.config.newsroom.language)

    async def poll(self, summary: Summary) -> None:
        """Poll every feed that is due."""
        from pipeline.feeds.poll import Ask, Heard, ask_feed, asks, keep
        from pipeline.net import Net

        with self.database.session() as session:
            due = asks(session, self.now())
        if not due:
            return

        def write_down(heard: list[Heard]) -> None:
            for polled in keep(self.database, heard, self.config, self.now()):
                summary.polled += 1
                summary.unchanged += polled.what == "unchanged"
                summary.entries_new += polled.new
                summary.entries_changed += polled.revised
                if polled.what == "failed":
                    summary.feeds_failed[polled.feed] = polled.detail
                    self.say(f"feed failed  {polled.feed}: {polled.detail}")
                elif polled.new:
                    self.say(f"feed         {polled.feed}: {polled.new} new")

        async with Net(agent=user_agent(self.config), limits=net_limits(self.config)) as net:

            async def one(ask: Ask) -> Heard:
                return await ask_feed(net, ask, robots=self.config.polling.robots)

            heard: list[Heard] = []
            bodies, written = 0, time.monotonic()
            async for answer in _each(due, one, self.config.polling.concurrency):
                heard.append(answer)
                # Bodies are held until they are written down, so those with one fill a batch sooner.
                bodies += answer.document is not None
                if len(heard) >= _BATCH or bodies >= _BATCH // 10 or time.monotonic() - written > _PATIENCE:
                    write_down(heard)
                    heard, bodies, written = [], 0, time.monotonic()
            write_down(heard)

    async def collect(self, summary: Summary) -> None:
        """Read the pages of new entries, and join articles into stories."""
        from pipeline.articles.collect import Collected, collect_entry
        from pipeline.net import Net
        from pipeline.stories.gather import gather_article

        def due() -> list[int]:
            with self.database.session() as session:
                return entries.due_entries(session, self.now())

        async with Net(agent=user_agent(self.config), limits=net_limits(self.config)) as net:

            async def one(entry_id: int) -> Collected:
                return await collect_entry(self.database, entry_id, net, self.config, self.now())

            # Again, because an entry may wait for another with the same link.
            while found := due():
                async for done in _each(found, one, self.config.polling.concurrency):
                    summary.articles += done.what == "article"
                    summary.duplicates += done.what == "duplicate"
                    summary.pages_failed += done.what == "failed"
                    if done.what == "refused":
                        summary.refused[done.verdict] += 1
                    if done.what in ("refused", "failed"):
                        self.say(f"{done.what:<12} {done.title}: {done.verdict}: {done.reason}")
        with self.database.session() as session:
            unplaced = entries.unplaced_articles(session)
        for article_id in unplaced:
            summary.duplicates += gather_article(self.database, article_id, self.now()) == "duplicate"

    async def write(self, summary: Summary) -> None:
        """Draft what wants a draft, check what was drafted, repair what a check blocked."""
        from pipeline.writing.write import Desk, Outcome, open_model, write_story

        self.check(summary)
        model = open_model(self.config.writer, self.recorded, self.config.network)
        desk = Desk(self.config, self.glossary, model, self.run_id)

        async def one(story_id: int) -> Outcome:
            return await write_story(self.database, story_id, desk, self.now())

        try:
            # A draft and its repair: a third pass has nothing left to do.
            for _ in range(2):
                with self.database.session() as session:
                    due = stories.due_writing(session, self.now())
                async for outcome in _each(due, one, self.config.writer.concurrency):
                    summary.drafted += outcome.what == "drafted"
                    summary.reused += outcome.detail == "answer reused"
                    summary.waiting += outcome.what == "waiting"
                    summary.failed += outcome.what == "failed"
                    summary.blocked += outcome.what == "unrepaired"
                    summary.cost_micro += outcome.cost_micro
                    if outcome.what in ("waiting", "unrepaired", "failed"):
                        self.say(f"{outcome.what:<12} {outcome.detail}")
                    # Checked as they come, so that a long round shows its first stories early.
                    self.check(summary)
            await self.batches(desk, summary)
            await self.simplify(desk, summary)
        finally:
            if model is not None:
                await model.close()
        await self.judge(summary)

    async def batches(self, desk: Desk, summary: Summary) -> None:
        """Take each batch as far as it goes now; what was collected is written in the next round."""
        from pipeline.llm.batch import advance_batch
        from pipeline.llm.client import LiveModel
        from pipeline.storage.batches import due_batches

        if not isinstance(desk.model, LiveModel):
            return
        while True:
            with self.database.session() as session:
                due = due_batches(session, self.now(), 100)
            if not due:
                return
            for batch_id in due:
                step = await advance_batch(self.database, batch_id, desk.model, self.config.writer, self.now())
                summary.cost_micro += step.cost_micro
                if step.said:
                    self.say(f"batch        {step.said}")

    async def simplify(self, desk: Desk, summary: Summary) -> None:
        """Write the simple version of what is ready for an editor, where the newsroom wants one."""
        from pipeline.writing.levels import write_simple
        from pipeline.writing.write import Outcome

        if "simple" not in self.config.writer.levels:
            return

        async def one(story_id: int) -> Outcome:
            return await write_simple(self.database, story_id, desk, self.now())

        with self.database.session() as session:
            due = stories.due_simple(session, self.now())
        async for outcome in _each(due, one, self.config.writer.concurrency):
            summary.simplified += outcome.what == "written"
            summary.cost_micro += outcome.cost_micro
        self.check(summary)

    async def judge(self, summary: Summary) -> None:
        """Ask the judge, where there is one, about drafts that wait for an editor."""
        from pipeline.checks.judge import Bench, judge_draft
        from pipeline.writing.write import Outcome, open_model

        if self.config.judge is None:
            return
        if (model := open_model(self.config.judge, self.recorded, self.config.network)) is None:
            return
        bench = Bench(self.config.judge, self.config.newsroom, model, self.run_id)

        async def one(draft_id: int) -> Outcome:
            return await judge_draft(self.database, draft_id, bench, self.now())

        try:
            with self.database.session() as session:
                due = stories.due_judging(session, self.now())
            async for outcome in _each(due, one, bench.config.concurrency):
                summary.judged += outcome.what == "judged"
                summary.cost_micro += outcome.cost_micro
        finally:
            await model.close()

    def check(self, summary: Summary) -> None:
        """Check every unchecked draft; release held stories whose time has come."""
        from pipeline.checks.inspect import check_story_draft

        with self.database.session() as session:
            unchecked = stories.due_checking(session)
            for story in stories.release_held(session, self.now()):
                case = Case(story, stories.current_draft(session, story), stories.lead_article(session, story.id))
                record(session, case, Act.REOPEN, by=CLOCK, now=self.now(), reason="held until now")
        for draft_id in unchecked:
            outcome = check_story_draft(self.database, draft_id, self.glossary, self.now(), self.config.desk)
            summary.repairs += outcome == "repair"
            summary.passed += outcome == "pass"
            summary.warned += outcome == "warn"
            summary.blocked += outcome == "block"

    async def round(self) -> Summary:
        """Everything due, once."""
        summary = Summary()
        with self.database.session() as session:
            run_id = calls.start_run(session, self.now()).id
        self.run_id = run_id
        await self.poll(summary)
        await self.collect(summary)
        await self.write(summary)
        with self.database.session() as session:
            pages.prune_pages(session, self.now() - timedelta(days=self.config.articles.keep_pages_days))
            calls.end_run(session, run_id, self.now(), summary.as_json())
        return summary


def user_agent(config: Config) -> str:
    """How In Short introduces itself to servers, with the newsroom's address where it gave one."""
    contact = config.newsroom.contact
    return f"InShort/{__version__}" + (f" (+{contact})" if contact else "")


def net_limits(config: Config) -> NetLimits:
    """The bounds of outgoing requests, as configured."""
    from pipeline.net import NetLimits

    network, polling = config.network, config.polling
    return NetLimits(
        timeout=network.timeout_seconds,
        max_bytes=network.max_bytes,
        per_host=polling.per_host,
        concurrency=polling.concurrency,
        allow=network.allow,
        ports=network.ports,
        pause=polling.pause_seconds,
        proxy=network.proxy,
    )


async def _each(things: Iterable[Thing], work: Callable[[Thing], Awaitable[T]], at_once: int) -> AsyncIterator[T]:
    """Do the work for each thing, `at_once` at a time, giving results as they come; memory stays bounded."""
    waiting = iter(things)
    running: set[asyncio.Task[T]] = set()

    async def run(thing: Thing) -> T:
        return await work(thing)

    try:
        while True:
            for thing in waiting:
                running.add(asyncio.create_task(run(thing)))
                if len(running) >= at_once:
                    break
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
