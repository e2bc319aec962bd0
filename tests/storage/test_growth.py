"""Every query that asks what is due goes through an index, on both databases: shown by their own plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from pipeline.storage import editions, entries, overview, stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def placed_like(session: Session) -> Any:
    found = session.get(ArticleRow, 1)
    assert found is not None
    return entries.placed_like(session, found)


QUERIES: dict[str, Callable[[Session], Any]] = {
    "collect": lambda s: entries.due_entries(s, NOW, 100),
    "gather": lambda s: entries.due_gathering(s, NOW, 100),
    "write": lambda s: stories.due_writing(s, NOW, 100),
    "check": lambda s: stories.due_checking(s, NOW, 100),
    "judge": lambda s: stories.due_judging(s, NOW, 100),
    "release": lambda s: stories.due_release(s, NOW, 100),
    "waiting": lambda s: stories.waiting_stories(s, 100),
    "digest": lambda s: editions.approved_stories(s, since=None, until=None, topic=None, limit=50),
    "digest of a day": lambda s: editions.approved_stories(s, since=NOW, until=NOW, topic=None, limit=50),
    "placed like": placed_like,
    "new entries": lambda s: overview.new_entries_since(s, NOW),
    "in review": overview.oldest_in_review,
}
GROWING = ("entries", "articles", "stories", "drafts")
"""The tables that have a row for everything that ever came."""


@pytest.fixture
def grown(database: Database) -> Database:
    """So many rows that no planner takes a whole table for the shorter way."""
    with database.session() as session:
        for statement in fill_statements(session.get_bind().dialect.name, 20_000):
            session.execute(text(statement))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return database


def fill_statements(dialect: str, count: int) -> list[str]:
    """Feeds' history in bulk: entries read long ago, stories published, nothing due."""
    numbers = (
        f"(SELECT n FROM generate_series(1, {count}) AS g(n))"
        if dialect == "postgresql"
        else f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count}) SELECT n FROM g)"
    )
    at = "'2026-01-01 00:00:00+00:00'" if dialect == "postgresql" else "'2026-01-01 00:00:00.000000'"
    false = "false" if dialect == "postgresql" else "0"
    return [
        "INSERT INTO feeds (id, url, name, topic, origin, state, reason, next_poll_at, poll_reason, failures,"
        f" last_error, moved_seen) VALUES (1, 'u', 'F', '', 'user', 'active', '', {at}, '', 0, '', 0)",
        "INSERT INTO entries (id, feed_id, key, link, link_key, title, summary, content, authors, tags, first_seen_at,"
        " content_hash, revision, state, verdict, reason, attempts) SELECT n, 1, 'k' || n, 'l' || n, 'l' || n, 't', '',"
        f" '', '[]', '[]', {at}, 'h', 1, 'extracted', '', '', 0 FROM {numbers} AS s",
        "INSERT INTO stories (id, title, topic, source_name, link, created_at, state, attempts, waiting_for,"
        f" current_draft_id, approved_at, approved_hash, repair_due) SELECT n, 't', '', 'F', 'l', {at}, 'published', 0,"
        f" '', n, {at}, 'h' || n, {false} FROM {numbers} AS s",
        "INSERT INTO articles (id, entry_id, story_id, role, url, canonical_url, title, text, text_hash, sentences,"
        f" extractor, collected_at) SELECT n, n, n, 'lead', 'u', 'c' || n, 't', 'x', 'h' || n, '[]', '', {at}"
        f" FROM {numbers} AS s",
        "INSERT INTO drafts (id, story_id, number, author, writer, model, prompt, content, text, hash, cost_micro,"
        " created_at, check_verdict, judge_tries) SELECT n, n, 1, 'm', 'openai', '', '', '{}', 'x', 'h' || n, 0,"
        f" {at}, 'pass', 0 FROM {numbers} AS s",
    ]


def test_no_query_goes_through_a_growing_table(grown: Database) -> None:
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
