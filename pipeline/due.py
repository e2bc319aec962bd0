"""What is due in each stage, in the order of the way: one list, which the engine works by and status counts by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.articles.entry_turns import due_collecting, next_collecting
from pipeline.config import Config
from pipeline.storage import feeds, pairs, stories
from pipeline.storage.articles import changes, entries
from pipeline.storage.database import Session
from pipeline.storage.llm.batches import due_batches
from pipeline.storage.monitoring.counts import oldest_by
from pipeline.storage.tables import ArticleRow, BatchRow, DraftRow, EntryRow, FeedRow, StoryRow

AT_MOST = 2000
"""Due things counted in a stage; more are shown as so many."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a stage has to do."""

    stage: str
    due: Callable[[Session, Config, datetime, int], list[int]]
    """Ids of what may advance now, the most urgent first, at most so many."""
    oldest: Callable[[Session, Sequence[int], datetime], datetime | None]
    """Since when that of them waits which waits longest."""
    here: Callable[[Config], bool] = lambda _config: True
    """Whether a newsroom has such work."""
    next: Callable[[Session, Config, datetime, int], list[int]] | None = None
    """What of it is taken on next, where that is not simply the most urgent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a stage could take on now: how many (at most AT_MOST), and since when the oldest waits."""

    count: int
    oldest: datetime | None


def _by_rows(
    due: Callable[[Session, datetime, int], list[int]],
) -> Callable[[Session, Config, datetime, int], list[int]]:
    """What is due by the rows alone, whatever the configuration says."""
    return lambda session, _config, now, limit: due(session, now, limit)


def _oldest_due_writing(session: Session, _ids: Sequence[int], now: datetime) -> datetime | None:
    return stories.oldest_due_writing(session, now)  # the freshest are due first


POLL = Work("poll", _by_rows(feeds.due_feeds), oldest_by(FeedRow.next_poll_at))
COLLECT = Work("collect", due_collecting, oldest_by(EntryRow.next_try_at), next=next_collecting)
GATHER = Work("gather", _by_rows(entries.due_gathering), oldest_by(ArticleRow.collected_at))
PAIR = Work(
    "pair",
    _by_rows(pairs.due_pairs),
    lambda session, ids, _now: pairs.oldest_due(session, ids),
    lambda config: config.judge is not None and config.judge.asks_pairs,
)
RELEASE = Work("release", _by_rows(stories.due_release), oldest_by(StoryRow.held_until))
WRITE = Work("write", _by_rows(stories.due_writing), _oldest_due_writing)
CHECK = Work("check", _by_rows(stories.due_checking), oldest_by(DraftRow.created_at))
BATCH = Work("batch", _by_rows(due_batches), oldest_by(BatchRow.next_at), lambda config: config.writer.kind == "openai")
SIMPLIFY = Work(
    "simplify",
    _by_rows(stories.due_simple),
    oldest_by(StoryRow.arrived_at),
    lambda config: "simple" in config.writer.levels,
)
JUDGE = Work(
    "judge", _by_rows(stories.due_judging), oldest_by(DraftRow.created_at), lambda config: config.judge is not None
)
WATCH = Work("watch", _by_rows(changes.due_watching), oldest_by(ArticleRow.look_at))
DUE = (POLL, COLLECT, GATHER, PAIR, RELEASE, WRITE, CHECK, BATCH, SIMPLIFY, JUDGE, WATCH)
"""In the order in which a round goes through them."""


def waiting_by_stage(session: Session, config: Config, now: datetime) -> dict[str, Waiting]:
    """What waits in each stage that the newsroom has."""
    found = {}
    for work in DUE:
        if work.here(config):
            ids = work.due(session, config, now, AT_MOST)
            found[work.stage] = Waiting(len(ids), work.oldest(session, ids, now) if ids else None)
    return found
