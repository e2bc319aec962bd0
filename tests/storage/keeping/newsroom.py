"""A small newsroom in rows: one feed, and a story in each of the situations keeping must tell apart."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from pipeline.model import EntryState, StoryState
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import (
    ArticleRow,
    CallRow,
    DraftRow,
    EntryRow,
    FeedRow,
    ReviewRow,
    RunRow,
    StoryRow,
    TryRow,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=500)


def fill(database: Database, count: int = 6, at: datetime = NOW) -> None:
    """A feed with `count` stories in review, each with two drafts, the first by a model and paid."""
    with database.session() as session:
        feed = FeedRow(url="https://example.org/f", name="F", origin="config", state="active", next_poll_at=at)
        session.add(feed)
        session.flush()
        for number in range(count):
            add_story(session, feed.id, number, at)
        session.add(RunRow(started_at=at, ended_at=at, summary={"polled": 1}))


def add_tries(session: Session, call: CallRow, states: list[str], at: datetime) -> None:
    """A call and its tries; a paid one cost 1,200 millionths."""
    session.add(call)
    session.flush()
    for state in states:
        session.add(
            TryRow(
                call_id=call.id,
                story_id=call.story_id,
                day=at.date().isoformat(),
                state=state,
                reserved_at=at,
                reserved_micro=2000,
                reserved_input=1500,
                reserved_output=1000,
                cost_micro=1200 if state == "paid" else 0,
                input_tokens=1000 if state == "paid" else 0,
                output_tokens=500 if state == "paid" else 0,
            )
        )


def add_story(session: Session, feed_id: int, number: int, at: datetime) -> StoryRow:
    text = f"Das ist Größe {number}.\nUnd noch ein Satz – mit 5 €."
    entry = EntryRow(
        feed_id=feed_id,
        key=f"k{number}",
        link=f"https://example.org/{number}",
        link_key=f"example.org/{number}",
        title=f"Title {number}",
        summary="a summary",
        content="<p>content</p>",
        authors=["Ada"],
        tags=[],
        first_seen_at=at,
        content_hash="c",
        state=EntryState.EXTRACTED,
    )
    story = StoryRow(
        title=f"Title {number}", source_name="F", link=entry.link, created_at=at, state=StoryState.IN_REVIEW
    )
    session.add_all([entry, story])
    session.flush()
    session.add(
        ArticleRow(
            entry_id=entry.id,
            story_id=story.id,
            role="lead",
            url=f"https://example.org/{number}",
            title=f"Title {number}",
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            sentences=[[1, text, 1]],
            collected_at=at,
        )
    )
    first = add_draft(session, story, 1, "openai", at, cost=1200)
    call = CallRow(key=f"call{number}", purpose="draft", story_id=story.id, model="m", prompt="draft@1")
    call.state, call.answer, call.answered_at = "answered", "{}", at
    add_tries(session, call, ["paid"], at)
    session.add(
        ReviewRow(
            story_id=story.id,
            at=at,
            who="ada",
            act="edit",
            before="in_review",
            after="in_review",
            draft_hash=first.hash,
        )
    )
    add_draft(session, story, 2, "editor", at)
    return story


def add_draft(
    session: Session, story: StoryRow, number: int, writer: str, at: datetime, *, cost: int = 0, current: bool = True
) -> DraftRow:
    text = f"{story.title}, version {number}"
    draft = DraftRow(
        story_id=story.id,
        number=number,
        author=writer,
        writer=writer,
        prompt="draft@1" if writer == "openai" else "",
        content={"dek": {"text": text}},
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        cost_micro=cost,
        created_at=at,
        check_verdict="pass",
        report={"verdict": "pass", "findings": [{"check": "number", "severity": "warn"}]},
    )
    session.add(draft)
    session.flush()
    if current:
        story.current_draft_id = draft.id
    return draft
