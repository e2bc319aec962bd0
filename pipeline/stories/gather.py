"""Gathering: each article becomes a story, or joins the one that already tells it word for word."""

from __future__ import annotations

from datetime import datetime

from pipeline.model import EntryState, StoryState
from pipeline.storage.articles import entries
from pipeline.storage.database import Database
from pipeline.storage.tables import StoryRow
from pipeline.stories.group import write_place


def gather_article(database: Database, article_id: int, now: datetime) -> str:
    """Place an article: `story` (it leads a new one), `duplicate` (it joined another) or `nothing`."""
    with database.session() as session:
        entries.lock_gathering(session)
        article = entries.get_article(session, article_id)
        if article.story_id is not None:
            return "nothing"
        if like := entries.placed_like(session, article):
            article.story_id, article.role = like.story_id, "duplicate"
            entries.settle(
                entries.get_entry(session, article.entry_id),
                EntryState.DUPLICATE,
                "duplicate",
                f"the same text as {like.url}",
            )
            return "duplicate"
        feed = entries.feed_of(session, article)
        story = StoryRow(
            title=article.title,
            topic=feed.topic,
            source_name=feed.name,
            link=article.canonical_url or article.url,
            published_at=article.published_at,
            created_at=now,
            write_place=write_place(article.published_at, now, article.text),
            state=StoryState.NEW,
        )
        session.add(story)
        session.flush()
        article.story_id, article.role = story.id, "lead"
        return "story"
