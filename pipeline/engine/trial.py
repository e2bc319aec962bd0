"""One article through writing and checking. Its story is kept in memory only, its calls in the newsroom's ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.clock import utc_now
from pipeline.config import Config
from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import check_story_draft
from pipeline.llm import ask
from pipeline.llm.ledger import ReservedTry
from pipeline.llm.model import Model, ModelAnswer, ModelRequest
from pipeline.llm.prices import money
from pipeline.model import Article, EntryState, FeedOrigin, FeedState, StoryState
from pipeline.settings import Caps
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow, StoryRow
from pipeline.text import number_sentences
from pipeline.writing.answer import parse_answer
from pipeline.writing.write import WritingDesk, open_model, write_story


@dataclass(frozen=True, slots=True)
class Trial:
    text: str
    report: dict[str, Any]
    cost: str


class Metered:
    """A model that is asked through the newsroom's ledger: within its caps, and never twice for the same."""

    kind, name = "openai", ""

    def __init__(self, model: Model, newsroom: Database, config: Config) -> None:
        self.name = model.name
        self.spent = 0
        self._newsroom = newsroom
        self._account = ask.Account(model, config.writer, config.newsroom.zone)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        said: list[str] = []

        def read(text: str) -> str:
            said.append(text)
            parse_answer(text)
            return text

        def keep(_session: Session, text: str, bill: ask.Bill) -> ModelAnswer | ModelError:
            self.spent += bill.cost_micro
            return ModelAnswer(text, free=True)

        def fail(_session: Session, error: ModelError, bill: ask.Bill) -> ModelAnswer | ModelError:
            self.spent += bill.cost_micro
            return ModelAnswer(said[-1], free=True) if said else error

        now = utc_now()
        question: ask.Question[str, ModelAnswer | ModelError] = ask.Question(request, read, keep, fail)
        with self._newsroom.session(durable=True) as session:
            held = ask.reserve(session, self._account, request, now)
            found: ModelAnswer | ModelError | None = None
            if held.answer is not None:
                found = ask.use(session, question, held)
        if found is None:
            found = await _finished(self._newsroom, self._account, question, held)
        if isinstance(found, ModelError):
            raise found
        return found

    async def close(self) -> None:
        await self._account.model.close()


async def _finished(
    newsroom: Database, account: ask.Account, question: ask.Question[str, ModelAnswer | ModelError], held: ReservedTry
) -> ModelAnswer | ModelError:
    return await ask.finish(newsroom, account, question, held, utc_now())


async def try_article(
    article: Article, url: str, config: Config, glossary: Glossary, newsroom: Database | None = None
) -> Trial:
    """Write and check an article as a run would, repair included. Raises ModelError when no draft came.

    With a `newsroom`, its ledger keeps the calls and its caps hold; without one nobody counts them.
    """
    # Whoever tries an article waits for it.
    config = config.model_copy(update={"writer": config.writer.model_copy(update={"lane": "now"})})
    database = Database("sqlite://")
    database.upgrade()
    story_id = _stage(database, article, url)
    model = open_model(config.writer, config.network)
    metered = Metered(model, newsroom, config) if model is not None and newsroom is not None else None
    if metered is not None:
        # The caps are the newsroom's own: those of the rows in memory would only know of this article.
        uncapped = config.writer.model_copy(update={"caps": Caps()})
        model, config = metered, config.model_copy(update={"writer": uncapped})
    desk = WritingDesk(config, glossary, model)
    spent = 0
    try:
        for _ in range(2):
            outcome = await write_story(database, story_id, desk, utc_now())
            spent += outcome.cost_micro
            with database.session() as session:
                unchecked = stories.due_checking(session, utc_now())
            for draft_id in unchecked:
                check_story_draft(database, draft_id, HouseStyle(glossary, writer=config.writer), utc_now())
            if outcome.what not in ("drafted", "misshapen"):
                break
    finally:
        if model is not None:
            await model.close()
    with database.session() as session:
        story = stories.get_story(session, story_id)
        draft = stories.current_draft(session, story) if story else None
    if draft is None:
        raise ModelError("none", f"no draft was made: {outcome.detail}", retry=True)
    return Trial(draft.text, draft.report or {}, money(metered.spent if metered else spent, config.writer))


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
