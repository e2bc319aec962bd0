"""A newsroom at a glance: what each stage has before it, since when, and what came last. No table is gone through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.model import EntryState, FeedState, StoryState
from pipeline.storage.database import Session
from pipeline.storage.feeds import after_name
from pipeline.storage.tables import (
    ArticleRow,
    BackupRow,
    DraftRow,
    EditionRow,
    EntryRow,
    FeedRow,
    RunRow,
    StoryRow,
)

_DATED = 200
"""Due things among which the oldest is looked for: they come the longest waiting first, or nearly so."""


def oldest_by(since: InstrumentedAttribute[Any]) -> Callable[[Session, Sequence[int], datetime], datetime | None]:
    """How the oldest of due rows is found, where a column of theirs says since when they wait."""

    def oldest(session: Session, ids: Sequence[int], _now: datetime) -> datetime | None:
        found: datetime | None = session.scalar(select(func.min(since)).where(since.class_.id.in_(ids[:_DATED])))
        return found

    return oldest


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

    def last(time: InstrumentedAttribute[Any], number: InstrumentedAttribute[int]) -> ScalarSelect[datetime | None]:
        return select(time).where(time.is_not(None)).order_by(number.desc()).limit(1).scalar_subquery()

    times = {
        "poll": select(func.max(FeedRow.last_success_at)).scalar_subquery(),
        "article": last(ArticleRow.collected_at, ArticleRow.id),
        "story": last(StoryRow.created_at, StoryRow.id),
        "draft": last(DraftRow.created_at, DraftRow.id),
        "edition": last(EditionRow.issued_at, EditionRow.id),
        "round": last(RunRow.ended_at, RunRow.id),
        "backup": last(BackupRow.made_at, BackupRow.id),
    }
    return dict(zip(times, session.execute(select(*times.values())).one(), strict=True))


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """The feeds in short; `failing` has the error of each active feed whose last poll failed."""

    active: int
    failing: dict[str, str]
    dead: dict[str, str]


def feed_health(session: Session) -> FeedHealth:
    rows = session.execute(select(FeedRow.name, FeedRow.state, FeedRow.reason, FeedRow.last_error)).all()
    return FeedHealth(
        active=sum(state == FeedState.ACTIVE for _, state, _, _ in rows),
        failing={
            name: after_name(name, error) for name, state, _, error in rows if error and state == FeedState.ACTIVE
        },
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
