"""Every stage: what is due in it (`pipeline/due.py`), and how one thing is taken one step.

Rounds, daemon and workers use this list.

`advance` is guarded by the thing's state in the rows, so it may be called twice, or in two processes at once:
the second finds nothing to do. What is wrong with the whole newsroom (`concerns_all`) comes through; anything else is
the thing's own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline import due
from pipeline.config import Config
from pipeline.engine.alone import take_alone
from pipeline.engine.tools import Tools
from pipeline.storage.database import Session

if TYPE_CHECKING:
    from pipeline.feeds.poll import Ask


Advance = Callable[[Tools, int], Awaitable[None]]
AtOnce = Callable[[Config], int]


@dataclass(frozen=True)
class Stage:
    """One step of the way of the data."""

    name: str
    queue: str
    """Where workers find it: `poll`, `collect`, `write` or `check`."""
    due: Callable[[Session, Config, datetime, int], list[int]]
    """Ids of what may advance now, the most urgent first, at most so many."""
    advance: Advance
    at_once: AtOnce = lambda _config: 1
    """How many things one process has under way."""
    marked: bool = True
    """Whether each step is noted while it is under way, so that a process that dies of it is held against it.

    Not for polls: those that have something to read are noted together, by the book.
    """


async def _poll(tools: Tools, feed_id: int) -> None:
    found = await tools.book().look_up(feed_id)
    if found is not None and found.suspect:
        await take_alone(_poll_here, tools, feed_id)
    elif found is not None:
        await _ask(tools, found.ask)


async def _poll_here(tools: Tools, feed_id: int) -> None:
    if (found := await tools.book().look_up(feed_id)) is not None:
        await _ask(tools, found.ask)


async def _ask(tools: Tools, ask: Ask) -> None:
    from pipeline.feeds.poll import ask_feed

    book = tools.book()
    asking = ask_feed(await tools.net(), ask, tools.reader, book.begins, robots=tools.config.polling.robots)
    polled = await book.keep(asking)
    if polled is None:
        return
    summary = tools.summary
    summary.polled += 1
    summary.tripped += polled.tripped
    summary.unchanged += polled.what == "unchanged"
    summary.entries_new += polled.new
    summary.entries_changed += polled.revised
    if polled.what == "failed":
        summary.feeds_failed[polled.feed] = polled.detail
        tools.say(f"feed failed  {polled.feed}: {polled.detail}")
    elif polled.new or polled.refused:
        refused = "".join(f", {count} left out: {reason}" for reason, count in polled.refused.items())
        tools.say(f"feed         {polled.feed}: {polled.new} new{refused}")


async def _collect(tools: Tools, entry_id: int) -> None:
    from pipeline.articles.collect import collect_entry

    done = await collect_entry(
        tools.database, entry_id, await tools.net(), tools.config, tools.now(), await tools.reader()
    )
    summary = tools.summary
    summary.articles += done.what == "article"
    summary.duplicates += done.what == "duplicate"
    summary.pages_failed += done.what == "failed"
    if done.what == "refused":
        summary.refused[done.verdict] += 1
    if done.verdict == "tripped":
        summary.pages_tripped[done.fault] += 1
        if summary.pages_tripped[done.fault] > 1:
            return  # the one reason is said once
    # What the owner's filters drop is counted, and listed by 'feeds refused': ninety lines of it would hide the rest.
    if done.what in ("refused", "failed") and done.verdict != "filtered":
        tools.say(f"{done.what:<12} {done.title}: {done.verdict}: {done.reason}")


async def _watch(tools: Tools, article_id: int) -> None:
    from pipeline.articles.watch import watch_article

    done = await watch_article(
        tools.database, article_id, await tools.net(), tools.config, tools.now(), await tools.reader()
    )
    if done.what in ("changed", "gone"):
        tools.summary.changed += 1
        tools.say(f"{done.what:<12} {done.title}: {done.detail}")


async def _gather(tools: Tools, article_id: int) -> None:
    from pipeline.newsvalue.importance import House
    from pipeline.storage.articles.entries import due_gathering_up_to
    from pipeline.stories.gather import gather_article

    judge = tools.config.judge
    asks = judge is not None and judge.asks_pairs
    with tools.database.reading() as session:
        in_turn = due_gathering_up_to(session, article_id, tools.now())
    for article in in_turn:  # so that the stories are the same however many place them, and whoever is killed
        done = gather_article(tools.database, article, tools.now(), House.of(tools.config), asks=asks)
        tools.summary.duplicates += done in ("duplicate", "joined")


async def _pair(tools: Tools, article_id: int) -> None:
    from pipeline.inspection.pairing import judge_pairs, without_judge
    from pipeline.newsvalue.importance import House

    bench = tools.bench()
    if bench is None or not bench.config.asks_pairs:
        without_judge(tools.database, article_id)
        return
    outcome = await judge_pairs(tools.database, article_id, bench, House.of(tools.config), tools.now())
    tools.summary.duplicates += outcome.what == "joined"
    tools.summary.cost_micro += outcome.cost_micro
    tools.summary.paired += outcome.what in ("joined", "apart")
    tools.summary.waits("pairs", outcome.whose, outcome.detail)
    if outcome.what in ("joined", "waiting", "unanswered"):
        tools.say(f"{outcome.what:<12} {outcome.detail}")


async def _write(tools: Tools, story_id: int) -> None:
    import pipeline.inspection.inspecting  # noqa: F401 - now, before a question is out: its answer must not wait for this
    from pipeline.writing.write import write_story

    outcome = await write_story(tools.database, story_id, tools.desk(), tools.now())
    summary = tools.summary
    summary.drafted += outcome.what == "drafted"
    summary.reused += outcome.detail == "answer reused"
    summary.waiting += outcome.what == "waiting"
    summary.failed += outcome.what == "failed"
    summary.blocked += outcome.what == "unrepaired"
    summary.cost_micro += outcome.cost_micro
    summary.waits("drafts", outcome.whose, outcome.detail)
    if outcome.what == "failed":
        tools.say(f"failed       story {story_id}: {outcome.detail}; 'inshort retry write {story_id}' tries it again")
    elif outcome.what in ("waiting", "unrepaired"):
        tools.say(f"{outcome.what:<12} {outcome.detail}")


async def _check(tools: Tools, draft_id: int) -> None:
    from pipeline.inspection.house_style import HouseStyle
    from pipeline.inspection.inspecting import check_apart

    house = HouseStyle.of(tools.config, tools.glossary)
    tools.summary.checked(await check_apart(await tools.reader(), tools.database, draft_id, house, tools.now()))


async def _batch(tools: Tools, batch_id: int) -> None:
    from pipeline.llm.batch import advance_batch
    from pipeline.llm.client import LiveModel

    model = tools.desk().model
    if not isinstance(model, LiveModel):
        return
    step = await advance_batch(tools.database, batch_id, model, tools.config.writer, tools.now())
    tools.summary.cost_micro += step.cost_micro
    if step.said:
        tools.say(f"batch        {step.said}")


async def _simplify(tools: Tools, story_id: int) -> None:
    from pipeline.writing.levels import write_simple

    outcome = await write_simple(tools.database, story_id, tools.desk(), tools.now())
    tools.summary.simplified += outcome.what == "written"
    tools.summary.cost_micro += outcome.cost_micro
    tools.summary.waits("simple versions", outcome.whose, outcome.detail)
    if outcome.what in ("waiting", "unanswered"):
        tools.say(f"{outcome.what:<12} simple version of story {story_id}: {outcome.detail}")


async def _judge(tools: Tools, draft_id: int) -> None:
    from pipeline.inspection.inspecting import how_it_went_on
    from pipeline.inspection.judging import judge_draft, without_judge

    if (bench := tools.bench()) is None:
        without_judge(tools.database, draft_id, tools.config.desk, tools.now())
        return
    outcome = await judge_draft(tools.database, draft_id, bench, tools.now())
    if outcome.what in ("judged", "unanswered"):
        tools.summary.checked(how_it_went_on(tools.database, draft_id))
    tools.summary.judged += outcome.what == "judged"
    tools.summary.cost_micro += outcome.cost_micro
    tools.summary.waits("the judge", outcome.whose, outcome.detail)
    if outcome.what in ("waiting", "unanswered"):
        became = "waiting for" if outcome.what == "waiting" else "went on without"
        tools.summary.unjudged[f"{became} the judge: {outcome.detail}"] += 1
        tools.say(f"{outcome.what:<12} the judge: {outcome.detail}")


async def _release(tools: Tools, story_id: int) -> None:
    from pipeline.desk.acts import release

    release(tools.database, story_id, tools.now())


def _stage(
    work: due.Work, queue: str, advance: Advance, at_once: AtOnce = lambda _config: 1, *, marked: bool = True
) -> Stage:
    return Stage(work.stage, queue, work.next or work.due, advance, at_once, marked=marked)


def _and_more(calls: int) -> int:
    """More under way than calls, which the model's gate bounds: the next question is ready when an answer comes."""
    return calls * 3 // 2 + 1


def _judgements(config: Config) -> int:
    return _and_more(config.judge.concurrency) if config.judge else 1


POLL = _stage(due.POLL, "poll", _poll, lambda config: 8 * config.polling.concurrency, marked=False)
"""More under way than connections: most of them wait to be written down together."""
COLLECT = _stage(due.COLLECT, "collect", _collect, lambda config: config.polling.concurrency)
GATHER = _stage(due.GATHER, "collect", _gather)
PAIR = _stage(due.PAIR, "write", _pair, _judgements)
WATCH = _stage(due.WATCH, "collect", _watch, lambda config: config.polling.concurrency)
RELEASE = _stage(due.RELEASE, "check", _release)
WRITE = _stage(due.WRITE, "write", _write, lambda config: _and_more(config.writer.concurrency))
CHECK = _stage(due.CHECK, "check", _check)
BATCH = _stage(due.BATCH, "write", _batch, lambda config: int(due.BATCH.here(config)))
SIMPLIFY = _stage(
    due.SIMPLIFY,
    "write",
    _simplify,
    lambda config: _and_more(config.writer.concurrency) if due.SIMPLIFY.here(config) else 0,
)
JUDGE = _stage(due.JUDGE, "write", _judge, _judgements)
_BY_NAME = {s.name: s for s in (POLL, COLLECT, GATHER, PAIR, RELEASE, WRITE, CHECK, BATCH, SIMPLIFY, JUDGE, WATCH)}
STAGES = tuple(_BY_NAME[work.stage] for work in due.DUE)
"""In the order in which a round goes through them."""


def wanted(config: Config) -> tuple[Stage, ...]:
    """The stages this newsroom has."""
    return tuple(stage for stage in STAGES if stage.at_once(config))
