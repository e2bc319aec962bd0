"""One editor's work: what was handed to them, who mentioned them, what they began, and what they did today."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import ReviewRow, StoryRow, UnsavedRow


def handed_to(session: Session, who: str, limit: int) -> list[StoryRow]:
    """The stories that were handed to somebody and wait, the riskiest first."""
    waiting = (StoryState.IN_REVIEW, StoryState.HELD)
    query = select(StoryRow).where(StoryRow.assigned_to == who, StoryRow.state.in_(waiting))
    return list(session.scalars(query.order_by(StoryRow.queue_place, StoryRow.id).limit(limit)))


def mentions_of(session: Session, who: str, since: datetime, limit: int) -> list[tuple[ReviewRow, StoryRow]]:
    """Comments since a time that mention somebody who did nothing with the story after, the last first."""
    later = aliased(ReviewRow)
    answered = exists().where(
        later.story_id == ReviewRow.story_id, later.who == who, later.id > ReviewRow.id, ReviewRow.who != who
    )
    query = (
        select(ReviewRow, StoryRow)
        .join(StoryRow, StoryRow.id == ReviewRow.story_id)
        .where(ReviewRow.act == "comment", ReviewRow.at >= since, ~answered)
        .order_by(ReviewRow.id.desc())
    )
    found: list[tuple[ReviewRow, StoryRow]] = []
    for review, story in session.execute(query):
        if who in (review.about or {}).get("mentions", ()):
            found.append((review, story))
            if len(found) == limit:
                break
    return found


def begun_by(session: Session, who: str, limit: int) -> list[tuple[StoryRow, datetime]]:
    """The stories in which somebody typed words that are not saved, with when they last did, the last first."""
    query = (
        select(StoryRow, UnsavedRow.saved_at)
        .join(UnsavedRow, UnsavedRow.story_id == StoryRow.id)
        .where(UnsavedRow.who == who)
        .order_by(UnsavedRow.saved_at.desc())
    )
    found: dict[int, tuple[StoryRow, datetime]] = {}
    for story, at in session.execute(query.limit(limit * 4)):
        found.setdefault(story.id, (story, at))
    return list(found.values())[:limit]


def done_by(session: Session, who: str, since: datetime, limit: int) -> list[tuple[ReviewRow, StoryRow]]:
    """What somebody did since a time, the last first."""
    query = select(ReviewRow, StoryRow).join(StoryRow, StoryRow.id == ReviewRow.story_id)
    query = query.where(ReviewRow.at >= since, ReviewRow.who == who).order_by(ReviewRow.id.desc()).limit(limit)
    return [(review, story) for review, story in session.execute(query)]
