"""What feeds leave undone that are off, disabled or removed: nothing more is read of them or spent on them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pipeline.model import EntryState, FeedState, StoryState
from pipeline.storage.database import Session
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow, StoryRow


def feeds_off(session: Session) -> list[int]:
    return list(session.scalars(select(FeedRow.id).where(FeedRow.state.in_([FeedState.DISABLED, FeedState.REMOVED]))))


def told_by_one_on(off: list[int], story_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """A condition: a feed that is none of those `off` tells a story, by an article or by an entry with the link of
    one."""
    return _told(story_id, off) if off else true()


def is_told_by_one_on(session: Session, story_id: int) -> bool:
    off = feeds_off(session)
    return not off or bool(session.scalar(select(_told(story_id, off))))


def _told(story_id: InstrumentedAttribute[int] | int, off: list[int]) -> ColumnElement[bool]:
    article, entry, twin = aliased(ArticleRow), aliased(EntryRow), aliased(EntryRow)
    linked = select(twin.id).where(
        twin.link_key == entry.link_key, twin.state != EntryState.REFUSED, twin.feed_id.not_in(off)
    )
    told = select(article.id).join(entry, entry.id == article.entry_id).where(article.story_id == story_id)
    return told.where(or_(entry.feed_id.not_in(off), linked.exists())).exists()


@dataclass(frozen=True, slots=True)
class Left:
    """What a feed that is off leaves until it is on again: entries to be read, stories to be written or judged."""

    entries: int = 0
    stories: int = 0


def left_by_feed(session: Session) -> dict[int, Left]:
    """Of each feed that is off and leaves something."""
    off = feeds_off(session)
    if not off:
        return {}
    unread = select(EntryRow.feed_id, func.count()).where(EntryRow.feed_id.in_(off), EntryRow.next_try_at.is_not(None))
    entries = {feed: many for feed, many in session.execute(unread.group_by(EntryRow.feed_id))}
    unwritten = (
        select(EntryRow.feed_id, func.count(StoryRow.id.distinct()))
        .join(ArticleRow, ArticleRow.entry_id == EntryRow.id)
        .join(StoryRow, StoryRow.id == ArticleRow.story_id)
        .where(StoryRow.state.in_([StoryState.NEW, StoryState.DRAFTING]), ~_told(StoryRow.id, off))
    )
    stories = {feed: many for feed, many in session.execute(unwritten.group_by(EntryRow.feed_id))}
    return {feed: Left(entries.get(feed, 0), stories.get(feed, 0)) for feed in {*entries, *stories}}
