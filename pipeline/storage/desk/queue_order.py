"""The desk's queue as an indexed query: riskiest first, page by page, with what it may be narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.model import QueueOrder, StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.storage.topics import of_topic, topic_counts

QUEUE = (StoryState.IN_REVIEW, StoryState.HELD)
"""The states of what waits for an editor."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which part of the queue is looked at: one state ("": all of them), and what else is given."""

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
        conditions = [StoryRow.state == self.state] if self.state else []
        if self.topic:
            conditions.append(of_topic(self.topic))
        if self.source:
            conditions.append(StoryRow.source_name == self.source)
        if self.reviewer:
            conditions.append(StoryRow.assigned_to == self.reviewer)
        if self.finding:
            conditions.append((" " + StoryRow.wrong + " ").contains(f" {self.finding} ", autoescape=True))
        if self.differ:
            conditions.append(StoryRow.differs.is_(True))
        return conditions


@dataclass(frozen=True, slots=True)
class Key:
    """What stories are ordered by, and whether the largest comes first."""

    value: ColumnElement[Any] | InstrumentedAttribute[Any]
    falling: bool = False


ORDERS: dict[str, tuple[Key, ...]] = {
    QueueOrder.NEWEST: (Key(func.coalesce(StoryRow.arrived_at, StoryRow.created_at), falling=True),),
    QueueOrder.OLDEST: (Key(func.coalesce(StoryRow.published_at, StoryRow.created_at)),),
    QueueOrder.IMPORTANCE: (Key(StoryRow.write_place),),
}
"""What the queue may be sorted by besides risk: the last to arrive, the oldest news, what matters most."""
_RISK = (Key(StoryRow.queue_place), Key(StoryRow.id))


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
    dek: str = ""


def page(session: Session, part: Narrowed, after: Place | None, limit: int) -> list[Queued]:
    """The stories after a place, riskiest first, then the oldest; or in the order that is asked for."""
    query = (
        select(
            StoryRow,
            DraftRow.check_verdict,
            DraftRow.writer,
            DraftRow.number,
            DraftRow.hash,
            DraftRow.content["dek"]["text"].as_string(),
        )
        .outerjoin(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(*part.conditions(), *_beyond(session, part, after))
        .order_by(*in_order(part))
        .limit(limit)
    )
    return [
        Queued(story, verdict, writer or "", number or 0, hash_ or "", dek or "")
        for story, verdict, writer, number, hash_, dek in session.execute(query)
    ]


def page_before(session: Session, part: Narrowed, after: Place, limit: int) -> Place | None:
    """After which place the page begins that ends with the story at `after`; None where it is the first."""
    query = (
        select(StoryRow.queue_place, StoryRow.id)
        .where(*part.conditions(), *_beyond(session, part, after, back=True, itself=True))
        .order_by(*in_order(part, back=True))
        .offset(limit)
        .limit(1)
    )
    found = session.execute(query).first()
    return Place(*found) if found else None


def story_before(session: Session, part: Narrowed, place: Place) -> int | None:
    """The story above a place in the queue."""
    query = (
        select(StoryRow.id)
        .where(*part.conditions(), *_beyond(session, part, place, back=True))
        .order_by(*in_order(part, back=True))
        .limit(1)
    )
    return session.scalar(query)


def next_story(session: Session, part: Narrowed, after: Place | None, skip: Collection[int] = ()) -> int | None:
    """The story to look at next: the first after a place, else the first of all; `skip` are not for now."""

    def first(place: Place | None) -> int | None:
        query = (
            select(StoryRow.id)
            .where(*part.conditions(), *_beyond(session, part, place), StoryRow.id.not_in(list(skip)))
            .order_by(*in_order(part))
            .limit(1)
        )
        return session.scalar(query)

    found = first(after)
    return first(None) if found is None and after is not None else found


def in_order(part: Narrowed, *, back: bool = False) -> list[ColumnElement[Any]]:
    """What the stories of a part are ordered by, or (`back`) the other way round."""
    keys = (*ORDERS.get(part.order, ()), *_RISK)
    return [key.value.desc() if key.falling ^ back else key.value.asc() for key in keys]


def _beyond(
    session: Session, part: Narrowed, place: Place | None, *, back: bool = False, itself: bool = False
) -> list[ColumnElement[bool]]:
    """What comes after a place in the order that is asked for, or (`back`) before it; `itself` is the place too."""
    if place is None:
        return []
    risk = tuple_(StoryRow.queue_place, StoryRow.id)
    here = (place.queue_place, place.story_id)
    keys = ORDERS.get(part.order, ())
    if not keys:
        after = (risk <= here) if back and itself else (risk < here) if back else risk > here
        return [after]
    values = session.execute(select(*(key.value for key in keys)).where(StoryRow.id == place.story_id)).first()
    if values is None:  # the story is gone: its place in another order is not known any more
        return []
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for key, value in zip((*keys, *_RISK), (*values, *here), strict=True):
        larger = key.falling is back
        ways.append(and_(*same, key.value > value if larger else key.value < value))
        same.append(key.value == value)
    return [or_(*ways, and_(*same)) if itself else or_(*ways)]


def whole_queue(
    session: Session, states: Sequence[str], *, differ: bool = False, order: str = ""
) -> list[tuple[StoryRow, DraftRow | None]]:
    """Every story in any of the states with its current draft, riskiest first or in another of ORDERS, unpaged.

    `differ`: only those of which rules and judge say different things.
    """
    query = (
        select(StoryRow, DraftRow)
        .outerjoin(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(StoryRow.state.in_(states), *([StoryRow.differs.is_(True)] if differ else []))
        .order_by(*in_order(Narrowed(order=order)))
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
    topics = {topic: sum(counts.values()) for topic, counts in topic_counts(session, (state,)).items()}
    sources, reviewers = by(StoryRow.source_name), by(StoryRow.assigned_to)
    return Facets(topics, sources, reviewers, dict(found.most_common()), differ)
