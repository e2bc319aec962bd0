"""A newsroom at a glance: what each stage has before it, since when, and what came last. No table is gone through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.model import EntryState, FeedState, StoryState
from pipeline.storage import feeds, stories
from pipeline.storage.articles import changes, entries
from pipeline.storage.database import Session
from pipeline.storage.llm import batches
from pipeline.storage.tables import (
    AlarmRow,
    ArticleRow,
    BackupRow,
    BatchRow,
    DraftRow,
    EditionRow,
    EntryRow,
    FeedRow,
    RunRow,
    StoryRow,
)

AT_MOST = 2000
"""Due things counted in a stage; more are shown as so many."""
_DATED = 200
"""Due things among which the oldest is looked for: they come the longest waiting first, or nearly so."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a stage could take on now: how many (at most AT_MOST), and since when the oldest waits."""

    count: int
    oldest: datetime | None


def due_by_stage(
    session: Session, now: datetime, *, judged: bool = False, simple: bool = False, batched: bool = False
) -> dict[str, Due]:
    """What is due in each stage, in the order of the way; of a judge, a simple level, batches only where they are."""
    stages: list[tuple[str, list[int], Any, Any]] = [
        ("poll", feeds.due_feeds(session, now, AT_MOST), FeedRow.id, FeedRow.next_poll_at),
        ("collect", entries.due_entries(session, now, AT_MOST), EntryRow.id, EntryRow.next_try_at),
        ("gather", entries.due_gathering(session, now, AT_MOST), ArticleRow.id, ArticleRow.collected_at),
        ("release", stories.due_release(session, now, AT_MOST), StoryRow.id, StoryRow.held_until),
        ("write", stories.due_writing(session, now, AT_MOST), StoryRow.id, StoryRow.created_at),
        ("check", stories.due_checking(session, now, AT_MOST), DraftRow.id, DraftRow.created_at),
    ]
    if batched:
        stages.append(("batch", batches.due_batches(session, now, AT_MOST), BatchRow.id, BatchRow.next_at))
    if simple:
        stages.append(("simplify", stories.due_simple(session, now, AT_MOST), StoryRow.id, StoryRow.arrived_at))
    if judged:
        waiting = stories.due_judging(session, now, AT_MOST)
        stages.append(("judge", waiting, DraftRow.id, DraftRow.created_at))
    stages.append(("watch", changes.due_watching(session, now, AT_MOST), ArticleRow.id, ArticleRow.look_at))
    found = {}
    for name, ids, number, since in stages:
        oldest = None
        if ids and name == "write":
            oldest = stories.oldest_due_writing(session, now)  # the freshest are due first
        elif ids:
            oldest = session.scalar(select(func.min(since)).where(number.in_(ids[:_DATED])))
        found[name] = Due(len(ids), oldest)
    return found


def oldest_in_review(session: Session) -> datetime | None:
    """Since when the story waits that waits longest for an editor."""
    return session.scalar(
        select(StoryRow.arrived_at)
        .where(StoryRow.state == StoryState.IN_REVIEW, StoryRow.arrived_at.is_not(None))
        .order_by(StoryRow.arrived_at)
        .limit(1)
    )


def last_successes(session: Session) -> dict[str, datetime | None]:
    """When each kind of thing last came to be."""

    def last(time: InstrumentedAttribute[Any], number: InstrumentedAttribute[int]) -> datetime | None:
        found: datetime | None = session.scalar(select(time).where(time.is_not(None)).order_by(number.desc()).limit(1))
        return found

    return {
        "poll": session.scalar(select(func.max(FeedRow.last_success_at))),
        "article": last(ArticleRow.collected_at, ArticleRow.id),
        "story": last(StoryRow.created_at, StoryRow.id),
        "draft": last(DraftRow.created_at, DraftRow.id),
        "edition": last(EditionRow.issued_at, EditionRow.id),
        "round": last(RunRow.ended_at, RunRow.id),
        "backup": last(BackupRow.made_at, BackupRow.id),
    }


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """The feeds in short; `failing` has the error of each active feed whose last poll failed."""

    active: int
    failing: dict[str, str]
    disabled: dict[str, str]
    dead: dict[str, str]


def feed_health(session: Session) -> FeedHealth:
    rows = session.execute(select(FeedRow.name, FeedRow.state, FeedRow.reason, FeedRow.last_error)).all()
    return FeedHealth(
        active=sum(state == FeedState.ACTIVE for _, state, _, _ in rows),
        failing={name: error for name, state, _, error in rows if error and state == FeedState.ACTIVE},
        disabled={name: reason for name, state, reason, _ in rows if state == FeedState.DISABLED},
        dead={name: reason for name, state, reason, _ in rows if state == FeedState.DEAD},
    )


def heard_since(session: Session) -> datetime | None:
    """When a feed was last heard; before the first time since when one fails, None before the first poll."""
    heard: datetime | None = session.scalar(select(func.max(FeedRow.last_success_at)))
    return heard or session.scalar(select(func.min(FeedRow.failing_since)))


def first_entry(session: Session) -> datetime | None:
    """When the first entry came."""
    return session.scalar(select(EntryRow.first_seen_at).order_by(EntryRow.first_seen_at).limit(1))


def new_entries_since(session: Session, since: datetime, limit: int = 100) -> int:
    """How many entries came since a time, at most `limit`; those refused too: a wall may stand before every page."""
    fresh = select(EntryRow.id).where(EntryRow.first_seen_at >= since).limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(fresh)) or 0


def pages_since(session: Session, since: datetime, limit: int = 500) -> tuple[int, int]:
    """How many pages of entries that came since a time were looked at, of the latest `limit`, and how many failed."""
    fresh = (
        select(EntryRow.state)
        .where(EntryRow.first_seen_at >= since)
        .order_by(EntryRow.first_seen_at.desc())
        .limit(limit)
        .subquery()
    )
    found = {state: n for state, n in session.execute(select(fresh.c.state, func.count()).group_by(fresh.c.state))}
    return sum(n for state, n in found.items() if state != EntryState.NEW), found.get(EntryState.FAILED, 0)


def made_since(session: Session, since: datetime) -> dict[str, int]:
    """How much of each kind came to be since a time: counted off indexes, what came before is not read."""

    def count(number: InstrumentedAttribute[int], time: InstrumentedAttribute[Any]) -> int:
        return session.scalar(select(func.count(number)).where(time >= since)) or 0

    return {
        "entries": count(EntryRow.id, EntryRow.first_seen_at),
        "articles read": count(ArticleRow.id, ArticleRow.collected_at),
        "stories approved": count(StoryRow.id, StoryRow.approved_at),
        "editions": count(EditionRow.id, EditionRow.issued_at),
        "alarms": count(AlarmRow.id, AlarmRow.raised_at),
    }
