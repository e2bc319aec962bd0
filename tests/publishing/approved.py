"""Stories that were approved, made as rows: what publishing begins with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.desk.people import Person, Role
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, DraftRow, EntryRow, FeedRow, ReviewRow, StoryRow

ADA = Person("ada", Role.ADMIN)


def golden(number: int) -> str:
    return "\n".join(
        [
            f"A bridge in Delmare opens as number {number} of its kind.",
            f"In short: Bridge {number} is open.",
            f"The bridge, a way over a river, cost {number} million euros. “It is safe,” said Ada Marsh.",
            "It is like a zip between two banks.",
            "This story is a reminder that rivers part people.",
            "Source: The Lantern",
        ]
    )


def approve(
    database: Database,
    numbers: Sequence[int],
    at: datetime,
    *,
    topic: str = "bridges",
    model: str = "",
    step: float = 1,
) -> None:
    """Add approved stories of these numbers, each `step` seconds after the one before."""
    with database.session() as session:
        feed = session.get(FeedRow, 1)
        if feed is None:
            feed = FeedRow(
                id=1, url="https://l.example/f", name="The Lantern", origin="config", state="active", next_poll_at=at
            )
            session.add(feed)
            session.flush()
        for place, number in enumerate(numbers):
            add(session, number, at + timedelta(seconds=place * step), topic, model)


def add(session: Session, number: int, at: datetime, topic: str = "bridges", model: str = "") -> StoryRow:
    text, link = golden(number), f"https://lantern.example/{number}"
    entry = EntryRow(
        feed_id=1, key=f"k{number}", link=link, title=f"Bridge {number}", summary="", content="", authors=["Jo Reed"],
        tags=[], first_seen_at=at, content_hash="c", state="extracted",
    )  # fmt: skip
    story = StoryRow(
        id=number, title=f"Bridge {number} opened", topic=topic, source_name="The Lantern", link=link, created_at=at,
        published_at=at, state="approved", approved_at=at,
    )  # fmt: skip
    session.add_all([entry, story])
    session.flush()
    source = (
        f"Bridge {number} was opened on Friday by the mayor of Delmare, who cut a ribbon. “It is safe,” said Ada Marsh."
    )
    session.add(
        ArticleRow(
            entry_id=entry.id, story_id=story.id, role="lead", url=link, title=f"Bridge {number} opened",
            byline="Jo Reed", published_at=at, text=source, text_hash="t", sentences=[[1, source, 0]], collected_at=at,
        )
    )  # fmt: skip
    hash_ = hashlib.sha256(text.encode()).hexdigest()
    lines = text.split("\n")
    sentences = [
        {"text": lines[0], "kind": "fact", "evidence": [1]},
        {"text": lines[3], "kind": "analogy", "evidence": []},
    ]
    draft = DraftRow(
        story_id=story.id, number=1, author="writer", writer="openai" if model else "extract", model=model,
        prompt="draft@3" if model else "", content=_content(lines), text=text, hash=hash_, created_at=at,
        check_verdict="pass",
        report={"verdict": "pass", "findings": [], "sentences": sentences, "reading": {"grade": 7.4, "words": 40}},
    )  # fmt: skip
    session.add(draft)
    session.flush()
    story.current_draft_id, story.approved_hash = draft.id, hash_
    session.add(
        ReviewRow(
            story_id=story.id, at=at, who="ada", act="approve", before="in_review", after="approved", draft_hash=hash_
        )
    )
    return story


def call(database: Database, number: int, headline: str) -> None:
    """Give an approved story's wording a headline, as if it had been approved with it."""
    with database.session() as session:
        draft = session.get_one(DraftRow, number)
        draft.content = {**draft.content, "headline": {"text": headline, "kind": "fact", "evidence": [1]}}
        draft.text = f"{headline}\n{draft.text}"
        draft.hash = hashlib.sha256(draft.text.encode()).hexdigest()
        story = session.get_one(StoryRow, draft.story_id)
        story.headline, story.approved_hash = headline, draft.hash


def _content(lines: Sequence[str]) -> dict[str, object]:
    def sentence(text: str) -> dict[str, object]:
        return {"text": text, "kind": "fact", "evidence": [1]}

    return {
        "dek": sentence(lines[0]),
        "in_short": sentence(lines[1].partition(": ")[2]),
        "paragraphs": [{"sentences": [sentence(line)]} for line in lines[2:-1]],
        "terms": [],
    }
