"""Carrying an embedded newsroom's SQLite over to PostgreSQL: a chunk at a time, resumable, verified at the end.

Each chunk of ids is compared with what is there and written only where it differs, so a move that was
killed goes on where it was, and rows that changed in between are carried again. Until all tables are
verified the new database has a version no program works with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError

from pipeline.errors import StorageError
from pipeline.storage.database import MOVING, Database, Session, versions
from pipeline.storage.keeping.lines import continue_numbers, read_table, row_values, tables_in_order, writable
from pipeline.text import counted

CHUNK = 1000
"""Ids carried in one transaction."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A table as it was found in both databases after the move: the rows, and the SHA-256 of all of them."""

    table: str
    rows: int
    sha256: str


def move(source: Database, target: Database, say: Callable[[str], None]) -> list[Carried]:
    """Carry every row of a SQLite newsroom into an empty PostgreSQL database, or go on with a move begun before.

    Raises StorageError when the target has another newsroom in it, when either newsroom is running, or when
    the two differ at the end; run it again then. The source is only read.
    """
    source.ready()
    if source.file is None or target.engine.dialect.name != "postgresql":
        raise StorageError("a newsroom moves from SQLite to PostgreSQL; others: 'inshort db export' and 'db restore'")
    mark = MOVING + hashlib.sha256(str(source.file.resolve()).encode()).hexdigest()[:16]
    with source.only_one() as alone, target.only_one() as target_alone:
        if not (alone and target_alone):
            raise StorageError("another inshort is running on this newsroom; end it first")
        _begin(target, mark, source.file)
        with source.reading() as here:
            tables = tables_in_order()
            for table in reversed(tables):
                _drop_gone(here, target, table)
            for table in tables:
                say(f"{table.name}: {counted(_carry(here, target, table), 'row')} carried")
            carried = [_verified(here, target, table) for table in tables]
        with target.session() as session:
            continue_numbers(session.connection(), tables)
            session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": versions()[-1]})
    return carried


def _begin(target: Database, mark: str, source: Path) -> None:
    version = target.version()
    if version == mark:
        return
    if version is not None and version.startswith(MOVING):
        raise StorageError(f"{target.where}: a move from another file than {source} was begun there; use an empty one")
    with target.session() as session:
        connection = session.connection()
        target.migrate(connection, "head")
        for table in tables_in_order():
            if session.scalar(select(func.count()).select_from(select(1).select_from(table).limit(1).subquery())):
                raise StorageError(f"{target.where}: there is a newsroom already; a move needs an empty database")
        session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": mark})


def _windows(session: Session, table: Table) -> Iterable[ColumnElement[bool]]:
    """The table in pieces by id. One without an id is small: it goes at once."""
    if "id" not in table.columns or not table.columns["id"].primary_key:
        return [text("true")]  # type: ignore[list-item]
    last = session.scalar(select(func.max(table.c.id))) or 0
    return [(table.c.id > low) & (table.c.id <= low + CHUNK) for low in range(0, last, CHUNK)]


def _drop_gone(here: Session, target: Database, table: Table) -> None:
    """Drop from the target what the source no longer has: only a move begun earlier leaves such rows."""
    keys = list(table.primary_key)
    with target.reading() as session:
        windows = _windows(session, table)
    for window in windows:
        with target.session() as there:
            found = {tuple(row) for row in there.execute(select(*keys).where(window))}
            gone = found - {tuple(row) for row in here.execute(select(*keys).where(window))}
            for values in gone:
                there.execute(delete(table).where(*(key == value for key, value in zip(keys, values, strict=True))))


def _carry(here: Session, target: Database, table: Table) -> int:
    """Write the rows that differ; how many."""
    into, types = writable(table)
    keys = [key.name for key in table.primary_key]
    done = 0
    for window in _windows(here, table):
        wanted = list(read_table(here, table, window))
        with target.session() as there:
            known = set(read_table(there, table, window))
            rows = [row_values(types, json.loads(line)) for line in wanted if line not in known]
            if rows:
                _write(there, into, keys, rows)
            done += len(rows)
    return done


def _write(session: Session, into: Any, keys: list[str], rows: list[dict[str, Any]]) -> None:
    said = insert(into)
    changed = {name: said.excluded[name] for name in rows[0] if name not in keys}
    # A table that is nothing but its key has nothing to change in a row that is there.
    settled = (
        said.on_conflict_do_update(index_elements=keys, set_=changed) if changed else said.on_conflict_do_nothing()
    )
    try:
        session.execute(settled, rows)
    except (DataError, IntegrityError) as error:
        first = str(error.orig).splitlines()[0]
        raise StorageError(f"table {into.name}, rows {rows[0].get('id')} to {rows[-1].get('id')}: {first}") from error


def _verified(here: Session, target: Database, table: Table) -> Carried:
    ours = _sum(here, table)
    with target.reading() as there:
        theirs = _sum(there, table)
    if ours != theirs:
        raise StorageError(
            f"{target.where}: table {table.name} has {theirs.rows} rows ({theirs.sha256[:12]}), "
            f"{ours.rows} were expected ({ours.sha256[:12]}); run 'inshort db move' again"
        )
    return ours


def _sum(session: Session, table: Table) -> Carried:
    digest, rows = hashlib.sha256(), 0
    for line in read_table(session, table):
        digest.update(line.encode())
        rows += 1
    return Carried(table.name, rows, digest.hexdigest())
