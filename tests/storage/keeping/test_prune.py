"""Pruning: what goes, and what never does."""

from __future__ import annotations

from sqlalchemy import select

from pipeline.model import StoryState
from pipeline.storage.articles.pages import KeptPage, keep_page
from pipeline.storage.database import Database
from pipeline.storage.keeping.prune import Ages, prune
from pipeline.storage.tables import CallRow, DraftRow, EntryRow, ReviewRow, RunRow, StoryRow

from .newsroom import NOW, OLD, add_draft, add_story, add_tries, fill


def test_old_texts_of_feeds_go_and_their_entries_stay(database: Database) -> None:
    fill(database, 3, OLD)
    with database.session() as session:
        add_story(session, 1, 99, NOW)
        session.get_one(EntryRow, 1).state = "failed"
        keep_page(session, KeptPage(2, "https://example.org/2", {}, b"page"), OLD)
    assert prune(database, Ages(), NOW) == {"pages": 1, "entries": 2, "drafts": 0, "calls": 0, "rounds": 1}
    with database.session() as session:
        assert [row.content for row in session.scalars(select(EntryRow).order_by(EntryRow.id))] == [
            "<p>content</p>",
            "",
            "",
            "<p>content</p>",
        ]
        assert session.query(RunRow).count() == 0
    assert sum(prune(database, Ages(), NOW).values()) == 0


def test_only_versions_nobody_needs_go(database: Database) -> None:
    """Current, approved, paid or named in the history: each is a reason to stay."""
    fill(database, 2, OLD)
    with database.session() as session:
        story = session.get_one(StoryRow, 1)
        add_draft(session, story, 3, "editor", OLD)
        add_draft(session, story, 4, "editor", NOW)
        published = session.get_one(StoryRow, 2)
        add_draft(session, published, 3, "editor", OLD)
        published.state = StoryState.PUBLISHED
    assert prune(database, Ages(), NOW)["drafts"] == 2
    with database.session() as session:
        left = session.execute(select(DraftRow.story_id, DraftRow.number).order_by(DraftRow.story_id, DraftRow.number))
        assert [tuple(row) for row in left] == [(1, 1), (1, 4), (2, 1), (2, 2), (2, 3)]
        assert session.query(ReviewRow).count() == 2


def test_calls_that_cost_something_stay_for_ever(database: Database) -> None:
    fill(database, 1, OLD)
    with database.session() as session:
        cases = [("failed", ["free", "free"]), ("failed", ["paid"]), ("failed", ["free", "lost"])]
        for number, (state, tries) in enumerate([*cases, ("reserved", ["reserved"])]):
            call = CallRow(key=str(number), purpose="draft", model="m", prompt="p", state=state)
            add_tries(session, call, tries, OLD)
    assert prune(database, Ages(), NOW)["calls"] == 1
    with database.session() as session:
        assert sorted(session.scalars(select(CallRow.key))) == ["1", "2", "3", "call0"]


def test_an_age_of_none_keeps_a_kind(database: Database) -> None:
    fill(database, 2, OLD)
    assert sum(prune(database, Ages(None, None, None, None, None), NOW).values()) == 0
