"""A newsroom that ran for years, made in bulk: a feed's history in one statement a table."""

from __future__ import annotations

from sqlalchemy import text

from pipeline.storage import tallies
from pipeline.storage.database import Database


def grow(database: Database, entries: int, stories: int, due: int = 200) -> None:
    """Fill an empty newsroom: entries of 50 feeds, most stories published, and `due` things due in each stage."""
    with database.session() as session:
        connection = session.connection()
        # Written in bulk, it is counted in bulk.
        tallies.remove(connection)
        for statement in statements(connection.dialect.name, entries, stories, due):
            session.execute(text(statement))
        tallies.install(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as bare:
        bare.execute(text("ANALYZE"))


def statements(dialect: str, entries: int, stories: int, due: int) -> list[str]:
    server = dialect == "postgresql"

    def numbers(count: int) -> str:
        if server:
            return f"(SELECT n FROM generate_series(1, {count}) AS g(n)) AS s"
        return (
            f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count}) SELECT n FROM g) AS s"
        )

    def hours_ago(hours: str) -> str:
        if server:
            return f"timestamptz '2026-11-20 09:00:00+00' - interval '1 hour' * ({hours})"
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', '2026-11-20 09:00:00', -({hours}) || ' hours')"

    then, false = hours_ago(f"({entries} - n) / 50"), "false" if server else "0"
    text_ = "'Some two hundred characters of summary, as feeds give them, so that a row has the size of a real one: "
    text_ += "a company said on Tuesday that it had done something with a model, and others said what they make of it.'"
    return [
        "INSERT INTO feeds (id, url, name, topic, origin, state, reason, next_poll_at, poll_reason, failures,"
        f" last_error, moved_seen) SELECT n, 'https://example.org/' || n, 'F' || n, '', 'user', 'active', '',"
        f" {hours_ago('n - 25')}, '', 0, '', 0 FROM {numbers(50)}",
        "INSERT INTO entries (id, feed_id, key, link, link_key, title, summary, content, authors, tags, first_seen_at,"
        " content_hash, revision, state, verdict, reason, attempts, published_at)"
        " SELECT n, 1 + n % 50, 'k' || n, 'https://example.org/' || n, 'example.org/' || n, 'Title ' || n,"
        f" {text_}, '', '[]', '[]', {then}, 'h' || n, 1,"
        f" CASE WHEN n <= {stories} THEN 'extracted' ELSE 'refused' END,"
        f" CASE WHEN n <= {stories} THEN '' WHEN n % 3 = 0 THEN 'paywall' ELSE 'teaser' END, '', 0, {then}"
        f" FROM {numbers(entries)}",
        "INSERT INTO stories (id, title, topic, source_name, link, created_at, state, attempts, waiting_for,"
        " current_draft_id, approved_at, approved_hash, repair_due, edition_id)"
        f" SELECT n, 'Title ' || n, CASE WHEN n % 2 = 0 THEN 'ai' ELSE '' END, 'F', 'l', {then}, 'published', 0, '',"
        f" n, {then}, 'h' || n, {false}, 1 FROM {numbers(stories)}",
        "INSERT INTO articles (id, entry_id, story_id, role, url, canonical_url, title, text, text_hash, sentences,"
        " extractor, collected_at) SELECT n, n, n, 'lead', 'https://example.org/' || n, 'https://example.org/' || n,"
        f" 'Title ' || n, {text_}, 'h' || n, '[]', '', {then} FROM {numbers(stories)}",
        "INSERT INTO drafts (id, story_id, number, author, writer, model, prompt, content, text, hash, cost_micro,"
        " created_at, check_verdict, judge_tries) SELECT n, n, 1, 'm', 'openai', 'm', 'draft@1', '{}', "
        f"{text_}, 'h' || n, 0, {then}, 'pass', 0 FROM {numbers(stories)}",
        f"UPDATE entries SET state = 'new', verdict = '', next_try_at = {hours_ago('1')} WHERE id > {entries - due}",
        f"UPDATE articles SET story_id = NULL, role = '' WHERE id <= {due}",
        f"UPDATE stories SET state = 'new', current_draft_id = NULL, edition_id = NULL, approved_at = NULL,"
        f" approved_hash = NULL WHERE id > {stories - due}",
        f"UPDATE drafts SET check_verdict = NULL WHERE id > {stories - 2 * due} AND id <= {stories - due}",
        f"UPDATE stories SET state = 'in_review', edition_id = NULL, approved_at = NULL, approved_hash = NULL,"
        f" arrived_at = {hours_ago('2')} WHERE id > {stories - 4 * due} AND id <= {stories - due}",
        f"UPDATE stories SET state = 'approved', edition_id = NULL, approved_at = {hours_ago('1')}"
        f" WHERE id > {stories - 5 * due} AND id <= {stories - 4 * due}",
        f"UPDATE stories SET state = 'held', held_until = {hours_ago('1')}"
        f" WHERE id > {stories - 6 * due} AND id <= {stories - 5 * due}",
    ]
