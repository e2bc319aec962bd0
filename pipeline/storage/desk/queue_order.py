"""The desk's queue as an indexed query: riskiest first, page by page, with what it may be narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import DraftRow, StoryRow


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which part of the queue is looked at: one state, and what else is given."""

    state: str = StoryState.IN_REVIEW
    topic: str = ""
    source: str = ""
    reviewer: str = ""
    finding: str = ""
    """A check whose block or warning stands."""
    differ: str = ""
    """`yes`: where rules and judge say different things of a sentence."""
    order: str = ""
    """One of ORDERS; "" is by risk."""

    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = [StoryRow.state == self.state]
        if self.topic:
            conditions.append(StoryRow.topic == self.topic)
        if self.source:
            conditions.append(StoryRow.source_name == self.source)
        if self.reviewer:
            conditions.append(StoryRow.assigned_to == self.reviewer)
        if self.finding:
            conditions.append((" " + StoryRow.wrong + " ").contains(f" {self.finding} ", autoescape=True))
        if self.differ:
            conditions.append(StoryRow.differs.is_(True))
        return conditions


ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (func.coalesce(StoryRow.arrived_at, StoryRow.created_at).desc(),),
    "oldest": (func.coalesce(StoryRow.published_at, StoryRow.created_at),),
    "importance": (StoryRow.sources.desc(), StoryRow.breaking.desc()),
}
"""What the queue may be sorted by besides risk: the last to arrive, the oldest news, what most feeds told."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: pages and "the next one" begin after it, whatever came or went meanwhile."""

    queue_place: int
    story_id: int

    @classmethod
    def of(cls, story: StoryRow) -> Place:
        return cls(story.queue_place, story.id)


@dataclass(frozen=True, slots=True)
class Queued:
    """A story as the queue lists it, without its texts."""

    story: StoryRow
    verdict: str | None
    writer: str
    version: int
    hash: str
    """The current draft's, "" where there is none."""


def page(session: Session, part: Narrowed, after: Place | None, limit: int) -> list[Queued]:
    """The stories after a place, riskiest first, then the oldest; in another order only the first of them."""
    places = ORDERS.get(part.order, ())
    query = (
        select(StoryRow, DraftRow.check_verdict, DraftRow.writer, DraftRow.number, DraftRow.hash)
        .outerjoin(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(*part.conditions(), *_beyond(after))
        .order_by(*places, StoryRow.queue_place, StoryRow.id)
        .limit(limit)
    )
    return [
        Queued(story, verdict, writer or "", number or 0, hash_ or "")
        for story, verdict, writer, number, hash_ in session.execute(query)
    ]


def page_before(session: Session, part: Narrowed, after: Place, limit: int) -> Place | None:
    """After which place the page begins that ends with the story at `after`; None where it is the first."""
    query = (
        select(StoryRow.queue_place, StoryRow.id)
        .where(*part.conditions(), tuple_(StoryRow.queue_place, StoryRow.id) <= (after.queue_place, after.story_id))
        .order_by(StoryRow.queue_place.desc(), StoryRow.id.desc())
        .offset(limit)
        .limit(1)
    )
    found = session.execute(query).first()
    return Place(*found) if found else None


def story_before(session: Session, part: Narrowed, place: Place) -> int | None:
    """The story above a place in the queue."""
    query = (
        select(StoryRow.id)
        .where(*part.conditions(), tuple_(StoryRow.queue_place, StoryRow.id) < (place.queue_place, place.story_id))
        .order_by(StoryRow.queue_place.desc(), StoryRow.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def next_story(session: Session, part: Narrowed, after: Place | None, skip: Collection[int] = ()) -> int | None:
    """The story to look at next: the first after a place, else the first of all; `skip` are not for now."""

    def first(place: Place | None) -> int | None:
        query = (
            select(StoryRow.id)
            .where(*part.conditions(), *_beyond(place), StoryRow.id.not_in(list(skip)))
            .order_by(StoryRow.queue_place, StoryRow.id)
            .limit(1)
        )
        return session.scalar(query)

    found = first(after)
    return first(None) if found is None and after is not None else found


def _beyond(after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    return [tuple_(StoryRow.queue_place, StoryRow.id) > (after.queue_place, after.story_id)]


def whole_queue(
    session: Session, states: Sequence[str], *, differ: bool = False
) -> list[tuple[StoryRow, DraftRow | None]]:
    """Every story in any of the states with its current draft, riskiest first: for lists that are not paged.

    `differ`: only those of which rules and judge say different things.
    """
    query = (
        select(StoryRow, DraftRow)
        .outerjoin(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(StoryRow.state.in_(states), *([StoryRow.differs.is_(True)] if differ else []))
        .order_by(StoryRow.queue_place, StoryRow.id)
    )
    return [(story, draft) for story, draft in session.execute(query)]


def counts_of(session: Session, part: Narrowed) -> int:
    """How many stories this part of the queue has."""
    return session.scalar(select(func.count()).where(*part.conditions())) or 0


def arrived(session: Session, part: Narrowed, since: datetime) -> int:
    """How many came into this part of the queue after a time."""
    query = select(func.count()).where(*part.conditions(), StoryRow.arrived_at > since)
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Facets:
    """What a state's part of the queue may be narrowed to, each with how many stories it has."""

    topics: dict[str, int]
    sources: dict[str, int]
    reviewers: dict[str, int]
    findings: dict[str, int]
    differ: int = 0
    """How many have rules and judge say different things."""


def facets(session: Session, state: str) -> Facets:
    def by(column: InstrumentedAttribute[str]) -> dict[str, int]:
        query = select(column, func.count()).where(StoryRow.state == state).group_by(column).order_by(column)
        return {value: number for value, number in session.execute(query) if value}

    found: Counter[str] = Counter()
    for checks, number in by(StoryRow.wrong).items():
        for check in checks.split():
            found[check] += number
    differ = session.scalar(select(func.count()).where(StoryRow.state == state, StoryRow.differs.is_(True))) or 0
    topics, sources, reviewers = by(StoryRow.topic), by(StoryRow.source_name), by(StoryRow.assigned_to)
    return Facets(topics, sources, reviewers, dict(found.most_common()), differ)
