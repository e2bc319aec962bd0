"""One article through writing and checking, with a ledger in memory: nothing is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.checks.inspect import House, check_story_draft
from pipeline.clock import utc_now
from pipeline.config import Config
from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.llm.ledger import money
from pipeline.model import Article, EntryState, FeedOrigin, FeedState, StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow, StoryRow
from pipeline.text import number_sentences
from pipeline.writing.write import Desk, open_model, write_story


@dataclass(frozen=True, slots=True)
class Trial:
    text: str
    report: dict[str, Any]
    cost: str


async def try_article(article: Article, url: str, config: Config, glossary: Glossary) -> Trial:
    """Write and check an article as a run would, repair included. Raises ModelError when no draft came."""
    # Whoever tries an article waits for it.
    config = config.model_copy(update={"writer": config.writer.model_copy(update={"lane": "now"})})
    database = Database("sqlite://")
    database.upgrade()
    story_id = _stage(database, article, url)
    model = open_model(config.writer, config.network)
    desk = Desk(config, glossary, model)
    spent = 0
    try:
        for _ in range(2):
            outcome = await write_story(database, story_id, desk, utc_now())
            spent += outcome.cost_micro
            with database.session() as session:
                unchecked = stories.due_checking(session, utc_now())
            for draft_id in unchecked:
                check_story_draft(database, draft_id, House(glossary, config.writer), utc_now())
            if outcome.what not in ("drafted", "misshapen"):
                break
    finally:
        if model is not None:
            await model.close()
    with database.session() as session:
        story = stories.get_story(session, story_id)
        draft = stories.current_draft(session, story) if story else None
    if draft is None:
        raise ModelError("none", f"no draft came: {outcome.detail}", retry=True)
    return Trial(draft.text, draft.report or {}, money(spent, config.writer))


def _stage(database: Database, article: Article, url: str) -> int:
    """The rows that lead to a story, so that the very stages of a run can work on it."""
    now = utc_now()
    with database.session() as session:
        feed = FeedRow(
            url=url,
            name=article.site or urlsplit(url).hostname or url,
            origin=FeedOrigin.USER,
            state=FeedState.ACTIVE,
            next_poll_at=now,
        )
        session.add(feed)
        session.flush()
        entry = EntryRow(
            feed_id=feed.id,
            key=url,
            link=url,
            title=article.title,
            summary="",
            content="",
            authors=[],
            tags=[],
            first_seen_at=now,
            content_hash="",
            state=EntryState.EXTRACTED,
        )
        story = StoryRow(
            title=article.title,
            source_name=feed.name,
            link=url,
            published_at=article.published,
            created_at=now,
            state=StoryState.NEW,
        )
        session.add_all([entry, story])
        session.flush()
        session.add(
            ArticleRow(
                entry_id=entry.id,
                story_id=story.id,
                role="lead",
                url=url,
                title=article.title,
                published_at=article.published,
                text=article.text,
                text_hash=hashlib.sha256(article.text.encode()).hexdigest(),
                sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(article.text)],
                collected_at=now,
            )
        )
        return story.id
