"""Stories for the desk's tests: one short article and a draft of it, put straight into the rows."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from pipeline.checks.run import Pair, report_on
from pipeline.glossary import load_glossary
from pipeline.inspection import inspecting
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import Draft, DraftSentence, Kind, StoryState, Term
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow, DraftRow, EntryRow, FeedRow, StoryRow
from pipeline.text import number_sentences
from pipeline.writing.draft import render, text_hash, to_json

WHEN = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SOURCE = (
    "Online grocer Brightwell will refund about 41,000 shoppers in Norway and Sweden, the company said on Thursday.\n"
    "Its chatbot, Basil, had told them that delivery was free. Brightwell sells groceries online.\n"
    "The chatbot is built on a large language model. A court in Oslo ruled that the company is bound by its answers.\n"
    "“We take responsibility,” said Brightwell's head of service, Marit Lund."
)
DRAFT = Draft(
    dek=DraftSentence(
        "About 41,000 shoppers in Norway and Sweden will get money back from online grocer Brightwell.",
        Kind.FACT,
        (1,),
    ),
    in_short=DraftSentence(
        "Brightwell, an online food shop, says it will pay back about 41,000 shoppers in Norway and Sweden.",
        Kind.FACT,
        (1,),
    ),
    paragraphs=(
        (
            DraftSentence("Brightwell sells groceries online, the company said.", Kind.FACT, (3,)),
            DraftSentence(
                "Its chatbot Basil is built on a large language model, meaning a program that predicts which words "
                "come next.",
                Kind.FACT,
                (4,),
            ),
            DraftSentence(
                "It is like a waiter who knows the menu by heart but has never seen the kitchen.", Kind.ANALOGY
            ),
        ),
        (
            DraftSentence(
                "A court in Oslo ruled that Brightwell must stand by what the chatbot answered.", Kind.FACT, (5,)
            ),
        ),
        (
            DraftSentence(
                "This story is a reminder that a company may have to keep a promise even when a machine made it.",
                Kind.TAKEAWAY,
            ),
        ),
    ),
    terms=(Term("large language model", "a program that predicts which words come next", "a large language model"),),
)
_numbers = itertools.count(1)


def _said_before(pair: Pair, words: Mapping[str, str]) -> Any:
    """What the checks say of a draft: most stories of these tests have the same one, which is checked once."""
    return pickle.loads(_said(pair, tuple(words.items())))


@cache
def _said(pair: Pair, words: tuple[tuple[str, str], ...]) -> bytes:
    return pickle.dumps(report_on(pair, dict(words)))


def add_story(
    database: Database,
    *,
    draft: Draft | None = DRAFT,
    source: str = SOURCE,
    title: str = "Brightwell to refund shoppers",
    topic: str = "ai",
    feed: str = "Harbour Tech",
    state: StoryState = StoryState.IN_REVIEW,
    when: datetime = WHEN,
) -> int:
    """A story with its article and a checked draft; its id."""
    number = next(_numbers)
    with database.session() as session:
        feed_row = FeedRow(
            url=f"https://example.org/{number}", name=feed, topic=topic, origin="config", state="active",
            next_poll_at=when,
        )  # fmt: skip
        session.add(feed_row)
        session.flush()
        entry = EntryRow(
            feed_id=feed_row.id, key="k", title=title, summary="", content="", authors=[], tags=[],
            first_seen_at=when, content_hash="c", state="extracted",
        )  # fmt: skip
        link = f"https://example.org/story/{number}"
        story = StoryRow(
            title=title, topic=topic, source_name=feed, link=link, published_at=when, created_at=when,
            state=StoryState.DRAFTING,
        )  # fmt: skip
        session.add_all([entry, story])
        session.flush()
        session.add(
            ArticleRow(
                entry_id=entry.id, story_id=story.id, role="lead", url=link, title=title, published_at=when,
                text=source, text_hash=text_hash(source), collected_at=when,
                sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(source)],
            )
        )  # fmt: skip
        if draft is None:
            story.state = state
            return story.id
        text = render(draft, (feed,))
        row = stories.add_draft(
            session,
            story,
            DraftRow(
                author="m", writer="openai", model="m", prompt="repair@1", content=to_json(draft), text=text,
                hash=text_hash(text), created_at=when,
            ),
        )  # fmt: skip
        draft_id, story_id = row.id, story.id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspecting, "report_on", _said_before)
        inspecting.check_story_draft(database, draft_id, HouseStyle(load_glossary()), when)
    with database.session() as session:
        found = stories.get_story(session, story_id)
        assert found is not None
        found.state = state
        if state in (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.CORRECTED):
            found.approved_at, found.approved_hash = when, text_hash(text)
    return story_id
