"""What is approved and when, and the editions that were issued."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import aliased, defer

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import DraftRow, EditionRow, PlanRow, ReviewRow, StoryRow, ToldRow, one_of
from pipeline.storage.topics import of_topic, topic_counts

_SIMPLE = aliased(DraftRow)
_FITS = and_(_SIMPLE.id == StoryRow.simple_draft_id, _SIMPLE.basis == DraftRow.hash)
_IN_PUBLIC = ("correct", "retract")
PUBLIC = (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.CORRECTED)


def approved_stories(
    session: Session,
    *,
    since: datetime | None,
    until: datetime | None,
    topic: str | None,
    limit: int,
    again: bool = False,
    without: Collection[int] = (),
    taking: bool = False,
    reports: bool = True,
) -> list[tuple[StoryRow, DraftRow, DraftRow | None]]:
    """Stories whose approval is in force, in exactly the approved wording; newest approval first.

    The third is the simple version, where one was approved and was made from just this wording. Those that an edition
    has had already are left out, unless `again`, and so are those `without`. Who is `taking` them for an edition keeps
    another edition of the same moment waiting until it is written, so that none is in two. Without `reports` what the
    checks said of each draft is left where it is, which is most of a row.
    """
    # Not the bare column: by its index a database would go through everything that ever was published.
    state = func.coalesce(StoryRow.state, "")
    fits: list[ColumnElement[bool]] = [StoryRow.approved_at.is_not(None), state.in_(PUBLIC)]
    if not again:
        fits.append(StoryRow.edition_id.is_(None))
    if since is not None:
        fits.append(StoryRow.approved_at >= since)
    if until is not None:
        fits.append(StoryRow.approved_at < until)
    if topic is not None:
        fits.append(of_topic(topic))
    if without:
        fits.append(StoryRow.id.not_in(without))
    newest = StoryRow.approved_at.desc(), StoryRow.id
    most = limit
    while True:
        # The newest first and their drafts after: PostgreSQL would join every story with its draft, then sort them.
        some = select(StoryRow.id).where(*fits).order_by(*newest).limit(most).subquery()
        query = (
            select(StoryRow, DraftRow, _SIMPLE)
            .join(some, some.c.id == StoryRow.id)
            .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
            .outerjoin(_SIMPLE, and_(_FITS, _SIMPLE.hash == StoryRow.simple_hash))
            .where(*fits)  # once more: who waited for another edition's lock sees what that took
            .order_by(*newest)
        )
        if not reports:
            query = query.options(defer(DraftRow.report), defer(_SIMPLE.report))
        if taking:
            query = query.with_for_update(of=StoryRow)
        rows: list[tuple[StoryRow, DraftRow, DraftRow | None]] = [
            (story, draft, simple) for story, draft, simple in session.execute(query)
        ]
        found = [row for row in rows if row[0].approved_hash == row[1].hash]
        if len(found) >= limit or len(rows) < most:
            return found[:limit]
        most *= 4


def unapproved_stories(
    session: Session, *, topic: str | None, limit: int
) -> list[tuple[StoryRow, DraftRow, DraftRow | None]]:
    """What waits for an editor, for a preview, the oldest first."""
    found: list[tuple[StoryRow, DraftRow, DraftRow | None]] = []
    # State by state, each read from its own index: PostgreSQL would go through all stories by their numbers.
    for state in (StoryState.IN_REVIEW, StoryState.HELD):
        query = (
            select(StoryRow, DraftRow, _SIMPLE)
            .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
            .outerjoin(_SIMPLE, _FITS)
            .where(StoryRow.state == state)
        )
        if topic is not None:
            query = query.where(of_topic(topic))
        rows = session.execute(query.order_by(StoryRow.id).limit(limit))
        found += [(story, draft, simple) for story, draft, simple in rows]
    return sorted(found, key=lambda row: row[0].id)[:limit]


def add_edition(
    session: Session,
    issued_at: datetime,
    document: dict[str, Any],
    key: str | None = None,
    *,
    by: str = "",
    told: Iterable[int] = (),
) -> EditionRow:
    """Keep an edition; its stories count as issued, and the reviews it `told` of as told to its readers."""
    topic = document.get("topic") or ""
    row = EditionRow(issued_at=issued_at, document=document, key=key, topic=topic, issued_by=by)
    session.add(row)
    session.flush()
    ids = [story["id"] for story in document.get("stories", [])]
    first = update(StoryRow).where(StoryRow.id.in_(ids), StoryRow.edition_id.is_(None)).values(edition_id=row.id)
    session.execute(first, execution_options={"synchronize_session": "fetch"})
    session.add_all(ToldRow(review_id=number, edition_id=row.id, topic=topic) for number in told)
    session.flush()
    return row


def get_edition(session: Session, number: int) -> EditionRow | None:
    return session.get(EditionRow, number)


def edition_with_key(session: Session, key: str) -> EditionRow | None:
    return session.scalar(select(EditionRow).where(EditionRow.key == key))


def last_edition(session: Session, topic: str = "") -> EditionRow | None:
    """The last edition of a topic; "" is the whole newsroom's."""
    query = select(EditionRow).where(EditionRow.topic == topic).order_by(EditionRow.id.desc())
    return session.scalar(query.limit(1))


def untold(session: Session, topic: str) -> list[tuple[ReviewRow, StoryRow]]:
    """Corrections and retractions that no edition of this topic told of yet, oldest first.

    The whole newsroom's editions ("") tell of every story that was issued, a topic's of what its own editions carried.
    """
    query = (
        select(ReviewRow, StoryRow)
        .join(StoryRow, StoryRow.id == ReviewRow.story_id)
        .join(EditionRow, EditionRow.id == StoryRow.edition_id)
        .outerjoin(ToldRow, and_(ToldRow.review_id == ReviewRow.id, ToldRow.topic == topic))
        .where(one_of(ReviewRow.act, *_IN_PUBLIC), ReviewRow.at > EditionRow.issued_at, ToldRow.id.is_(None))
    )
    if topic:
        query = query.where(EditionRow.topic == topic)
    return [(review, story) for review, story in session.execute(query.order_by(ReviewRow.id))]


def public_reviews(session: Session, story_ids: Collection[int]) -> list[tuple[ReviewRow, StoryRow]]:
    """Every correction and retraction of some stories, oldest first."""
    query = (
        select(ReviewRow, StoryRow)
        .join(StoryRow, StoryRow.id == ReviewRow.story_id)
        .where(ReviewRow.story_id.in_(story_ids), one_of(ReviewRow.act, *_IN_PUBLIC))
    )
    return [(review, story) for review, story in session.execute(query.order_by(ReviewRow.id))]


def told_since(session: Session, since: datetime) -> set[int]:
    """The stories that were corrected or retracted since a time."""
    return set(
        session.scalars(select(ReviewRow.story_id).where(one_of(ReviewRow.act, *_IN_PUBLIC), ReviewRow.at >= since))
    )


def plan_of(session: Session, topic: str) -> PlanRow | None:
    return session.scalar(select(PlanRow).where(PlanRow.topic == topic))


def keep_plan(
    session: Session, topic: str, content: dict[str, Any], issue_at: datetime | None, by: str, now: datetime
) -> None:
    """Write down what is arranged for a topic's next edition, in place of what was."""
    row = plan_of(session, topic)
    if row is None:
        row = PlanRow(topic=topic)
        session.add(row)
    row.content, row.issue_at, row.by, row.changed_at = content, issue_at, by, now
    session.flush()


def drop_plan(session: Session, topic: str) -> None:
    session.execute(delete(PlanRow).where(PlanRow.topic == topic))


def due_plans(session: Session, now: datetime) -> list[PlanRow]:
    """Editions that were to be issued by now."""
    return list(session.scalars(select(PlanRow).where(PlanRow.issue_at <= now).order_by(PlanRow.issue_at)))


@dataclass(frozen=True, slots=True)
class Issued:
    number: int
    issued_at: datetime
    stories: int
    by: str = ""
    topic: str = ""


def topics_waiting(session: Session) -> dict[str, int]:
    """The topics of what is approved for an edition to come, each with how many stories it has."""
    return {topic: sum(counts.values()) for topic, counts in topic_counts(session, (StoryState.APPROVED,)).items()}


def recent_editions(session: Session, limit: int) -> list[Issued]:
    """The editions issued last, newest first, with how many stories each had; their texts are not read."""
    count = func.json_array_length(EditionRow.document, "$.stories")
    if session.get_bind().dialect.name == "postgresql":
        count = func.json_array_length(EditionRow.document["stories"])
    query = select(EditionRow.id, EditionRow.issued_at, count, EditionRow.issued_by, EditionRow.topic)
    return [
        Issued(number, issued_at, int(stories or 0), by, topic)
        for number, issued_at, stories, by, topic in session.execute(query.order_by(EditionRow.id.desc()).limit(limit))
    ]


def public_stories(
    session: Session, states: Sequence[str], *, before: datetime | None, topic: str, limit: int
) -> list[StoryRow]:
    """Stories in some of the public states, the last approved first; each state is read from its own index."""
    found: list[StoryRow] = []
    for state in states:
        query = select(StoryRow).where(StoryRow.state == state, StoryRow.approved_at.is_not(None))
        if before is not None:
            query = query.where(StoryRow.approved_at < before)
        if topic:
            query = query.where(of_topic(topic))
        found += session.scalars(query.order_by(StoryRow.approved_at.desc()).limit(limit))
    return sorted(found, key=lambda row: (row.approved_at is not None, row.approved_at), reverse=True)[:limit]
