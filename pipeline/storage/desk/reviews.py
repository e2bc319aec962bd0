"""What people did to stories, and when: the history of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import ReviewRow, StoryRow

MOST_LATELY = 20
"""Approvals of the last minutes that are named together."""


def add_review(session: Session, review: ReviewRow) -> None:
    session.add(review)


def reviews_of(session: Session, story_id: int) -> list[ReviewRow]:
    return list(session.scalars(select(ReviewRow).where(ReviewRow.story_id == story_id).order_by(ReviewRow.id)))


def last_review(session: Session, story_id: int, act: str, who: str) -> ReviewRow | None:
    """The last time somebody did this to a story."""
    query = select(ReviewRow).where(ReviewRow.story_id == story_id, ReviewRow.act == act, ReviewRow.who == who)
    return session.scalar(query.order_by(ReviewRow.id.desc()).limit(1))


def reviewed_at(session: Session, act: str, who: str, at: datetime) -> list[tuple[ReviewRow, StoryRow]]:
    """What somebody did at one moment, with the stories: several at once are one decision on many."""
    query = select(ReviewRow, StoryRow).join(StoryRow, StoryRow.id == ReviewRow.story_id)
    query = query.where(ReviewRow.at == at, ReviewRow.who == who, ReviewRow.act == act)
    return [(review, story) for review, story in session.execute(query.order_by(ReviewRow.id))]


def approved_lately(session: Session, who: str, acts: Sequence[str], since: datetime) -> list[StoryRow]:
    """What somebody approved after a time and is approved still, the latest first."""
    query = (
        select(StoryRow)
        .join(ReviewRow, ReviewRow.story_id == StoryRow.id)
        .where(
            ReviewRow.at > since,
            ReviewRow.who == who,
            ReviewRow.act.in_(acts),
            StoryRow.state == StoryState.APPROVED,
            StoryRow.approved_at == ReviewRow.at,
        )
        .order_by(ReviewRow.id.desc())
        .limit(MOST_LATELY)
    )
    return list(session.scalars(query))
