"""What is in public: each story's address and stamp, and all of the few that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import DraftRow, ReviewRow, StoryRow, one_of

CHUNK = 500
"""Stories read at once."""
_SHOWN = (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a story's page has to: cheap to read of every story there is."""

    id: int
    state: str
    hash: str
    topic: str
    more_topics: str
    source: str
    address: str | None
    public_at: datetime
    told: int
    """The last correction or retraction (the review's id), 0 before the first."""


def stamps(session: Session) -> Iterator[Stamp]:
    """Every story that is or was in public, the newest first."""
    told = (
        select(ReviewRow.story_id, func.max(ReviewRow.id).label("last"))
        .where(one_of(ReviewRow.act, "correct", "retract"))
        .group_by(ReviewRow.story_id)
        .subquery()
    )
    query = (
        select(
            StoryRow.id,
            StoryRow.state,
            func.coalesce(StoryRow.approved_hash, ""),
            StoryRow.topic,
            StoryRow.more_topics,
            StoryRow.source_name,
            StoryRow.address,
            StoryRow.public_at,
            func.coalesce(told.c.last, 0),
        )
        .outerjoin(told, told.c.story_id == StoryRow.id)
        .where(StoryRow.public_at.is_not(None), StoryRow.state.in_(_SHOWN))
        .order_by(StoryRow.public_at.desc(), StoryRow.id.desc())
    )
    for row in session.execute(query, execution_options={"yield_per": 5_000}):
        yield Stamp(*row)


def public_drafts(session: Session, story_ids: Collection[int]) -> list[tuple[StoryRow, DraftRow]]:
    """Some public stories with the wording that is or was in public."""
    query = (
        select(StoryRow, DraftRow)
        .join(DraftRow, and_(DraftRow.id == StoryRow.current_draft_id))
        .where(StoryRow.id.in_(story_ids))
    )
    return [(story, draft) for story, draft in session.execute(query)]


def wordings(session: Session, story_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """The texts of every version of some stories, by story and hash."""
    query = select(DraftRow.story_id, DraftRow.hash, DraftRow.text).where(DraftRow.story_id.in_(story_ids))
    return {(story, hash_): text for story, hash_, text in session.execute(query)}


def without_address(session: Session, limit: int) -> list[StoryRow]:
    """Public stories from before addresses were kept."""
    query = select(StoryRow).where(StoryRow.public_at.is_not(None), StoryRow.address.is_(None))
    return list(session.scalars(query.order_by(StoryRow.id).limit(limit)))


def to_publish(session: Session, without: Collection[int]) -> list[int]:
    """Approved stories, in the approved wording, that are not in public yet."""
    query = (
        select(StoryRow.id)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(StoryRow.state == StoryState.APPROVED, StoryRow.approved_hash == DraftRow.hash)
        .order_by(StoryRow.approved_at, StoryRow.id)
    )
    return [number for number in session.scalars(query) if number not in without]
