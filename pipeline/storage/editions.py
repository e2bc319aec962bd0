"""What is approved and when, and the editions that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import DraftRow, EditionRow, StoryRow

_SIMPLE = aliased(DraftRow)
_FITS = and_(_SIMPLE.id == StoryRow.simple_draft_id, _SIMPLE.basis == DraftRow.hash)
PUBLIC = (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.CORRECTED)


def approved_stories(
    session: Session, *, since: datetime | None, until: datetime | None, topic: str | None, limit: int
) -> list[tuple[StoryRow, DraftRow, DraftRow | None]]:
    """Stories whose approval is in force, in exactly the approved wording; newest approval first.

    The third is the simple version, where one was approved and was made from just this wording. Without
    a time, those that no edition has had yet; with one, all that were approved in it.
    """
    states = (StoryState.APPROVED,) if since is None and until is None else PUBLIC
    query = (
        select(StoryRow, DraftRow, _SIMPLE)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .outerjoin(_SIMPLE, and_(_FITS, _SIMPLE.hash == StoryRow.simple_hash))
        .where(StoryRow.state.in_(states), StoryRow.approved_hash == DraftRow.hash)
    )
    if since is not None:
        query = query.where(StoryRow.approved_at >= since)
    if until is not None:
        query = query.where(StoryRow.approved_at < until)
    if topic is not None:
        query = query.where(StoryRow.topic == topic)
    query = query.order_by(StoryRow.approved_at.desc(), StoryRow.id).limit(limit)
    return [(story, draft, simple) for story, draft, simple in session.execute(query)]


def unapproved_stories(
    session: Session, *, topic: str | None, limit: int
) -> list[tuple[StoryRow, DraftRow, DraftRow | None]]:
    """What waits for an editor, for a preview."""
    query = (
        select(StoryRow, DraftRow, _SIMPLE)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .outerjoin(_SIMPLE, _FITS)
        .where(StoryRow.state.in_([StoryState.IN_REVIEW, StoryState.HELD]))
    )
    if topic is not None:
        query = query.where(StoryRow.topic == topic)
    return [
        (story, draft, simple) for story, draft, simple in session.execute(query.order_by(StoryRow.id).limit(limit))
    ]


def add_edition(session: Session, issued_at: datetime, document: dict[str, Any], key: str | None = None) -> EditionRow:
    row = EditionRow(issued_at=issued_at, document=document, key=key)
    session.add(row)
    session.flush()
    return row


def get_edition(session: Session, number: int) -> EditionRow | None:
    return session.get(EditionRow, number)


def edition_with_key(session: Session, key: str) -> EditionRow | None:
    return session.scalar(select(EditionRow).where(EditionRow.key == key))


def last_edition(session: Session) -> EditionRow | None:
    return session.scalar(select(EditionRow).order_by(EditionRow.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Issued:
    number: int
    issued_at: datetime
    stories: int


def recent_editions(session: Session, limit: int) -> list[Issued]:
    """The editions issued last, newest first, with how many stories each had; their texts are not read."""
    count = func.json_array_length(EditionRow.document, "$.stories")
    if session.get_bind().dialect.name == "postgresql":
        count = func.json_array_length(EditionRow.document["stories"])
    query = select(EditionRow.id, EditionRow.issued_at, count).order_by(EditionRow.id.desc()).limit(limit)
    return [Issued(number, issued_at, int(stories or 0)) for number, issued_at, stories in session.execute(query)]


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
            query = query.where(StoryRow.topic == topic)
        found += session.scalars(query.order_by(StoryRow.approved_at.desc()).limit(limit))
    return sorted(found, key=lambda row: (row.approved_at is not None, row.approved_at), reverse=True)[:limit]
