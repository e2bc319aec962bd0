"""Every query that asks what is due goes through an index, on both databases: shown by their own plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from pipeline.storage import feeds, pairs, stories
from pipeline.storage.articles import changes, entries
from pipeline.storage.database import Database, Session
from pipeline.storage.llm import batches
from pipeline.storage.monitoring import counts
from pipeline.storage.monitoring.made import made_since
from pipeline.storage.off import left_by_feed
from pipeline.storage.publishing import editions
from pipeline.storage.tables import ArticleRow

from .grown import grow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def placed_like(session: Session) -> Any:
    found = session.get(ArticleRow, 1)
    assert found is not None
    return entries.placed_like(session, found)


QUERIES: dict[str, Callable[[Session], Any]] = {
    "collect": lambda s: entries.due_entries(s, NOW, 100),
    "collect, feeds in turn": lambda s: entries.due_entries(s, NOW, 100, a_feed=8),
    "gather": lambda s: entries.due_gathering(s, NOW, 100),
    "write": lambda s: stories.due_writing(s, NOW, 100),
    "oldest to write": lambda s: stories.oldest_due_writing(s, NOW),
    "left out today": lambda s: entries.refused_since(s, NOW, "(filters.max_a_day)"),
    "refusals": lambda s: entries.refusals(s, None, 100),
    "rhythm": lambda s: feeds.recent_times(s, [1, 2]),
    "counts of feeds": lambda s: feeds.counts_by_feed(s, NOW + timedelta(days=27)),
    "made": lambda s: made_since(s, NOW - timedelta(days=1)),
    "check": lambda s: stories.due_checking(s, NOW, 100),
    "judge": lambda s: stories.due_judging(s, NOW, 100),
    "pair": lambda s: pairs.due_pairs(s, NOW, 100),
    "release": lambda s: stories.due_release(s, NOW, 100),
    "waiting": lambda s: stories.waiting_stories(s, 100),
    "digest": lambda s: editions.approved_stories(s, since=None, until=None, topic=None, limit=50),
    "digest of a day": lambda s: editions.approved_stories(s, since=NOW, until=NOW, topic=None, limit=50),
    "digest of what was issued": lambda s: editions.approved_stories(
        s, since=None, until=None, topic=None, limit=50, again=True
    ),
    "preview": lambda s: editions.unapproved_stories(s, topic=None, limit=50),
    "placed like": placed_like,
    "new entries": lambda s: counts.new_entries_since(s, NOW),
    "first entry": counts.first_entry,
    "new pages": lambda s: counts.pages_since(s, NOW),
    "undrafted": lambda s: stories.undrafted_since(s, NOW),
    "poll": lambda s: feeds.due_feeds(s, NOW, 100),
    "watch": lambda s: changes.due_watching(s, NOW, 100),
    "simplify": lambda s: stories.due_simple(s, NOW, 100),
    "batch": lambda s: batches.due_batches(s, NOW, 100),
    "left by feeds that are off": left_by_feed,
    "in review": counts.oldest_in_review,
}
GROWING = ("entries", "articles", "stories", "drafts")
"""The tables that have a row for everything that ever came."""


@pytest.fixture
def grown(database: Database) -> Database:
    """So many rows that no planner takes a whole table for the shorter way."""
    grow(database, 25_000, 12_000, due=20)
    return database


def test_no_query_goes_through_a_growing_table(grown: Database) -> None:
    assert {name: whole for name in QUERIES if (whole := whole_tables(grown, name))} == {}
    with grown.session() as session:
        feeds.get_feed(session, 1).state = "disabled"
    assert {name: whole for name in QUERIES if (whole := whole_tables(grown, name))} == {}


def whole_tables(database: Database, name: str) -> list[str]:
    """The lines of a query's plans that say a growing table is read from end to end."""
    plans: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _m: bool) -> None:
        if statement.startswith("SELECT"):
            how = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
            cursor = connection.connection.cursor()
            cursor.execute(how + statement, parameters)
            plans.extend(str(row[-1]) for row in cursor.fetchall())
            cursor.close()

    event.listen(database.engine, "before_cursor_execute", explain)
    with database.session() as session:
        QUERIES[name](session)
    event.remove(database.engine, "before_cursor_execute", explain)
    assert plans, name
    return [
        line for line in plans if any(f"Seq Scan on {table} " in line or line == f"SCAN {table}" for table in GROWING)
    ]
