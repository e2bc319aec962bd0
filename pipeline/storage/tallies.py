"""Counts that are there without counting: how many entries, stories and calls are in each state, and what happened.

Counting a million rows takes longer than anybody waits for `status`. So triggers append a line a change
(`+1` to the new state, `-1` to the old) and a reader adds the lines up. Lines are only ever appended: no two
writers want the same row, none waits for another, and a rolled-back change takes its line along. Now and then
`fold` replaces many lines by their sums, of just the lines it really took away.

Triggers are not part of the migrations: `install` makes them whenever the schema is brought to its newest
version, and counts anew what they would have missed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, text

from pipeline.storage.database import Database, Session
from pipeline.storage.tables import TallyRow

FOLD_AT = 5000
"""Lines above those a sum needs, after which they are folded."""
_AT_ONCE = 50_000
"""Lines folded in one transaction."""


@dataclass(frozen=True, slots=True)
class Level:
    """How many rows of a table there are of each kind: `of`, `state` and `detail` are columns."""

    table: str
    kind: str
    state: str
    detail: str = "''"
    feed: str = "NULL"

    @property
    def columns(self) -> list[str]:
        return [name for name in (self.state, self.detail, self.feed) if name.isidentifier() and name != "NULL"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened when columns of a row changed; `lines` selects (state, detail, count) of it."""

    table: str
    kind: str
    on: str
    when: str
    lines: str
    also_new: bool = False
    """Whether a row that is new may already say so."""


LEVELS = (
    Level("entries", "entry", "state", "verdict", "feed_id"),
    Level("stories", "story", "state"),
    Level("calls", "call", "state", "purpose"),
    Level("tries", "try", "state"),
    Level("drafts", "draft", "writer"),
)
EVENTS = (
    Event(
        "tries",
        "paid",
        "state",
        "{new}.state = 'paid' AND {old}.state <> 'paid'",
        "SELECT 'cost_micro', '', {new}.cost_micro UNION ALL SELECT 'input_tokens', '', {new}.input_tokens"
        " UNION ALL SELECT 'output_tokens', '', {new}.output_tokens"
        " UNION ALL SELECT 'milliseconds', '', {took}",
    ),
    Event(
        "feeds",
        "poll",
        "last_polled_at",
        "{new}.last_polled_at {differs} {old}.last_polled_at",
        "SELECT CASE WHEN {new}.failures > {old}.failures THEN 'failed'"
        " WHEN {new}.body_hash {differs} {old}.body_hash THEN 'changed' ELSE 'unchanged' END, '', 1",
    ),
    Event(
        "drafts",
        "finding",
        "check_verdict",
        "{new}.check_verdict IS NOT NULL AND {old}.check_verdict IS NULL",
        "SELECT {item}severity{end}, {item}check{end}, 1 FROM {each}",
        also_new=True,
    ),
    Event(
        "drafts",
        "check",
        "check_verdict",
        "{new}.check_verdict IS NOT NULL AND {old}.check_verdict IS NULL",
        "SELECT {new}.check_verdict, '', 1",
        also_new=True,
    ),
    Event(
        "runs",
        "round",
        "ended_at",
        "{new}.ended_at IS NOT NULL AND {old}.ended_at IS NULL",
        "SELECT 'rounds', '', 1 UNION ALL SELECT 'milliseconds', '', {milliseconds}",
    ),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often: of `kind`, in `state`, with `detail`."""

    kind: str
    state: str
    detail: str
    count: int


def tallies(session: Session) -> list[Tally]:
    """All tallies that are not nought, over all feeds."""
    total = func.sum(TallyRow.count)
    query = (
        select(TallyRow.kind, TallyRow.state, TallyRow.detail, total)
        .group_by(TallyRow.kind, TallyRow.state, TallyRow.detail)
        .having(total != 0)
        .order_by(TallyRow.kind, TallyRow.state, TallyRow.detail)
    )
    return [Tally(kind, state, detail, int(count)) for kind, state, detail, count in session.execute(query)]


def by_state(found: list[Tally], kind: str) -> dict[str, int]:
    """The tallies of a kind by state alone."""
    counts: dict[str, int] = {}
    for tally in found:
        if tally.kind == kind:
            counts[tally.state] = counts.get(tally.state, 0) + tally.count
    return counts


def entries_by_feed(session: Session) -> dict[int, dict[str, int]]:
    """How many entries each feed has in each state."""
    query = (
        select(TallyRow.feed_id, TallyRow.state, func.sum(TallyRow.count))
        .where(TallyRow.kind == "entry")
        .group_by(TallyRow.feed_id, TallyRow.state)
    )
    found: dict[int, dict[str, int]] = {}
    for feed, state, count in session.execute(query):
        if feed is not None:
            found.setdefault(feed, {})[state] = int(count)
    return found


def fold(database: Database) -> None:
    """Replace lines by their sums where there are many more than sums. Safe in any number of processes."""
    with database.reading() as session:
        lines = session.scalar(select(func.count()).select_from(TallyRow)) or 0
        if lines < FOLD_AT:
            return
        groups = select(TallyRow.kind, TallyRow.feed_id, TallyRow.state, TallyRow.detail).distinct()
        sums = session.scalar(select(func.count()).select_from(groups.subquery())) or 0
        last = session.scalar(select(func.max(TallyRow.id))) or 0
    if lines < 2 * sums + FOLD_AT:
        return
    while True:
        with database.session() as session:
            if not _fold(session, last):
                return


def _fold(session: Session, last: int) -> bool:
    """Fold the oldest lines up to `last`; False when none are left, or another process is at it."""
    columns = "kind, feed_id, state, detail"
    into = f"INSERT INTO tallies ({columns}, count) SELECT {columns}, sum(count)"
    grouped = f"GROUP BY {columns} HAVING sum(count) <> 0"
    if session.get_bind().dialect.name == "postgresql":
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(1725449)")):
            return False
        oldest = "SELECT id FROM tallies WHERE id <= :last ORDER BY id LIMIT :most"
        gone = f"DELETE FROM tallies WHERE id IN ({oldest}) RETURNING {columns}, count"
        query = f"WITH gone AS ({gone}), sums AS ({into} FROM gone {grouped}) SELECT count(*) FROM gone"
        return bool(session.scalar(text(query), {"last": last, "most": _AT_ONCE}))
    # SQLite has one writer at a time: what is added up is just what is deleted after it.
    oldest_lines = select(TallyRow.id).where(TallyRow.id <= last).order_by(TallyRow.id).limit(_AT_ONCE).subquery()
    upto = session.scalar(select(func.max(oldest_lines.c.id)))
    if upto is not None:
        session.execute(text(f"{into} FROM tallies WHERE id <= :upto {grouped}"), {"upto": upto})
        session.execute(text("DELETE FROM tallies WHERE id <= :upto"), {"upto": upto})
    return upto is not None


def remove(connection: Connection) -> None:
    """Take the triggers away: a migration may change what they name."""
    server = connection.dialect.name == "postgresql"
    for name, table in _installed(connection).items():
        connection.execute(text(f"DROP TRIGGER {name}" + (f" ON {table}" if server else "")))
        if server:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))


def install(connection: Connection) -> None:
    """Make the triggers where they are missing or of an older program, and count what there is."""
    if not inspect(connection).has_table("tallies"):
        return
    wanted = dict(_server_triggers() if connection.dialect.name == "postgresql" else _file_triggers())
    if set(_installed(connection)) == set(wanted):
        return
    remove(connection)
    for statement in wanted.values():
        for part in statement:
            connection.exec_driver_sql(part)
    _count_anew(connection)


def _installed(connection: Connection) -> dict[str, str]:
    """Our triggers by name, with their tables."""
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    else:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    return {name: table for name, table in connection.execute(text(query)) if name.startswith("tally_")}


def _count_anew(connection: Connection) -> None:
    for level in LEVELS:
        connection.execute(text("DELETE FROM tallies WHERE kind = :kind"), {"kind": level.kind})
        connection.execute(
            text(
                "INSERT INTO tallies (kind, feed_id, state, detail, count)"
                f" SELECT '{level.kind}', {'CAST(NULL AS INTEGER)' if level.feed == 'NULL' else level.feed},"
                f" {level.state}, {level.detail}, count(*) FROM {level.table}"
                f" GROUP BY {', '.join(level.columns)}"
            )
        )


def _name(table: str, what: str, body: str) -> str:
    """A trigger is named after what it does, so that a changed one is made anew."""
    return f"tally_{table}_{what}_{hashlib.sha256(body.encode()).hexdigest()[:8]}"


_INTO = "INSERT INTO tallies (kind, feed_id, state, detail, count)"


def _line(level: Level, row: str, count: int) -> str:
    def value(name: str) -> str:
        return f"{row}.{name}" if name in level.columns else name

    return (
        f"{_INTO} VALUES ('{level.kind}', {value(level.feed)}, {value(level.state)}, {value(level.detail)}, {count});"
    )


def _file_triggers() -> Iterator[tuple[str, list[str]]]:
    for level in LEVELS:
        changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in level.columns)
        of = ", ".join(level.columns)
        for what, head, body in (
            ("added", f"AFTER INSERT ON {level.table}", _line(level, "NEW", 1)),
            ("gone", f"AFTER DELETE ON {level.table}", _line(level, "OLD", -1)),
            (
                "moved",
                f"AFTER UPDATE OF {of} ON {level.table} WHEN {changed}",
                _line(level, "OLD", -1) + " " + _line(level, "NEW", 1),
            ),
        ):
            name = _name(level.kind, what, head + body)
            yield name, [f"CREATE TRIGGER {name} {head} BEGIN {body} END"]
    words = {
        "new": "NEW",
        "old": "OLD",
        "differs": "IS NOT",
        "item": "json_extract(value, '$.",
        "end": "')",
        "each": "json_each(NEW.report, '$.findings')",
        "milliseconds": "CAST(round((julianday(NEW.ended_at) - julianday(NEW.started_at)) * 86400000) AS INTEGER)",
        "took": "CAST(round((coalesce(julianday(NEW.ended_at), julianday(NEW.reserved_at))"
        " - julianday(NEW.reserved_at)) * 86400000) AS INTEGER)",
    }
    for event in EVENTS:
        body = f"{_INTO} SELECT '{event.kind}', NULL, l.* FROM ({event.lines.format(**words)}) AS l;"
        heads = [f"AFTER UPDATE OF {event.on} ON {event.table} WHEN {event.when.format(**words)}"]
        if event.also_new:
            heads.append(f"AFTER INSERT ON {event.table} WHEN NEW.{event.on} IS NOT NULL")
        for head in heads:
            name = _name(event.kind, "new" if "INSERT" in head else "seen", head + body)
            yield name, [f"CREATE TRIGGER {name} {head} BEGIN {body} END"]


def _server_triggers() -> Iterator[tuple[str, list[str]]]:
    def trigger(kind: str, what: str, head: str, body: str) -> tuple[str, list[str]]:
        name = _name(kind, what, head + body)
        head_of = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        function = f"{head_of} AS $$ BEGIN {body} RETURN NULL; END $$"
        return name, [function, f"CREATE TRIGGER {name} {head} EXECUTE FUNCTION {name}()"]

    for level in LEVELS:
        changed = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in level.columns)
        of = ", ".join(level.columns)
        each = "FOR EACH ROW"
        gone, added = _line(level, "OLD", -1), _line(level, "NEW", 1)
        yield trigger(level.kind, "added", f"AFTER INSERT ON {level.table} {each}", added)
        yield trigger(level.kind, "gone", f"AFTER DELETE ON {level.table} {each}", gone)
        yield trigger(
            level.kind, "moved", f"AFTER UPDATE OF {of} ON {level.table} {each} WHEN ({changed})", f"{gone} {added}"
        )
    words = {
        "new": "NEW",
        "old": "OLD",
        "differs": "IS DISTINCT FROM",
        "item": "value->>'",
        "end": "'",
        "each": "json_array_elements(NEW.report->'findings') AS f(value)",
        "milliseconds": "CAST(extract(epoch FROM NEW.ended_at - NEW.started_at) * 1000 AS BIGINT)",
        "took": "coalesce(CAST(extract(epoch FROM NEW.ended_at - NEW.reserved_at) * 1000 AS BIGINT), 0)",
    }
    for event in EVENTS:
        lines = event.lines.format(**words)
        body = f"{_INTO} SELECT '{event.kind}', NULL, l.* FROM ({lines}) AS l;"
        when = event.when.format(**words)
        yield trigger(
            event.kind, "seen", f"AFTER UPDATE OF {event.on} ON {event.table} FOR EACH ROW WHEN ({when})", body
        )
        if event.also_new:
            head = f"AFTER INSERT ON {event.table} FOR EACH ROW WHEN (NEW.{event.on} IS NOT NULL)"
            yield trigger(event.kind, "new", head, body)
