"""Pages that changed after they were read: which are due to be looked at, and what was found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import ArticleRow, ChangeRow, DraftRow, StoryRow

_OVER = (StoryState.SPIKED, StoryState.RETRACTED, StoryState.FAILED)


def due_watching(session: Session, now: datetime, limit: int = 1_000_000) -> list[int]:
    """Articles of drafted stories whose page is to be looked at now, the longest due first."""
    query = (
        select(ArticleRow.id)
        .join(StoryRow, StoryRow.id == ArticleRow.story_id)
        .where(ArticleRow.look_at <= now, StoryRow.current_draft_id.is_not(None), StoryRow.state.not_in(_OVER))
        .order_by(ArticleRow.look_at, ArticleRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def watched(article: ArticleRow, now: datetime) -> bool:
    return article.look_at is not None and article.look_at <= now


def latest_text(session: Session, article: ArticleRow) -> str:
    """The article's text as last seen."""
    query = (
        select(ChangeRow.text)
        .where(ChangeRow.article_id == article.id, ChangeRow.what == "changed")
        .order_by(ChangeRow.id.desc())
        .limit(1)
    )
    return session.scalar(query) or article.text


def texts_now(session: Session, story_id: int) -> dict[int, str]:
    """What those pages of a story say that changed since they were read, as last seen, by article."""
    query = select(ChangeRow).where(ChangeRow.story_id == story_id, ChangeRow.what == "changed")
    return {row.article_id: row.text for row in session.scalars(query.order_by(ChangeRow.id))}


def add_change(session: Session, article: ArticleRow, what: str, text: str, now: datetime) -> None:
    session.add(ChangeRow(article_id=article.id, story_id=article.story_id, what=what, text=text, seen_at=now))


def _after_drafting() -> Select[ChangeRow]:
    # An editor's new version answers what was seen before it, and so does one who found nothing to change.
    return (
        select(ChangeRow)
        .join(StoryRow, StoryRow.id == ChangeRow.story_id)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(ChangeRow.seen_at > DraftRow.created_at, ChangeRow.answered_at.is_(None))
        .order_by(ChangeRow.id)
    )


def open_changes(session: Session, story_id: int) -> list[ChangeRow]:
    """What changed on a story's pages since its current version was written and nobody answered, oldest first."""
    return list(session.scalars(_after_drafting().where(ChangeRow.story_id == story_id)))


def answer_change(session: Session, story_id: int, change_id: int, *, who: str, now: datetime) -> bool:
    """Note that somebody saw a change, and with it what was seen of that page before; False when it is not open."""
    found = open_changes(session, story_id)
    shown = next((change for change in found if change.id == change_id), None)
    if shown is None:
        return False
    for change in found:
        if change.article_id == shown.article_id and change.id <= change_id:
            change.answered_by, change.answered_at = who, now
    return True


def changed_among(session: Session, story_ids: Collection[int]) -> dict[int, str]:
    """Which of some stories have pages with changes that are open, and what was seen last."""
    query = _after_drafting().where(ChangeRow.story_id.in_(list(story_ids)))
    return {change.story_id: change.what for change in session.scalars(query)}


def changed_stories(session: Session, limit: int = 200) -> Sequence[tuple[StoryRow, ChangeRow]]:
    """Stories whose pages have changes that are open, the latest change of each, newest first.

    A published one among them is a hint that it may need a correction.
    """
    latest: dict[int, ChangeRow] = {}
    query = _after_drafting().order_by(None).order_by(ChangeRow.id.desc()).limit(limit)
    for change in session.scalars(query.where(StoryRow.state.not_in(_OVER))):
        latest.setdefault(change.story_id, change)
    return [(session.get_one(StoryRow, story_id), change) for story_id, change in latest.items()]
