"""Putting a backup back: verified first, brought to this program's version, and all of it or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text

from pipeline.errors import NotReady, StorageError
from pipeline.storage.database import Database, for_owner, versions
from pipeline.storage.keeping.backup import backup_file, copy_sqlite, scratch, verify_lines, verify_sqlite
from pipeline.storage.keeping.lines import open_lines, read_into, tables_in_order
from pipeline.storage.tables import schema
from pipeline.text import counted


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: the backup's version, the version it has now, and where what was there is kept."""

    file: Path
    was: str
    now: str
    kept: Path | None


def restore(database: Database, file: Path, now: datetime, *, force: bool, aside: Path) -> Restored:
    """Make a backup the newsroom's rows. Either form restores to SQLite, lines restore to PostgreSQL as well.

    What is there already is replaced only with `force`, after a backup of it into the folder `aside`.
    Raises StorageError, with the rows as they were, when the backup is damaged or newer than the program,
    or when the newsroom runs.
    """
    is_sqlite = _is_sqlite(file)
    was = verify_sqlite(file) if is_sqlite else verify_lines(file)
    if was not in versions():
        raise NotReady(
            f"{file}: made by a newer In Short (version {was}, this program knows {versions()[-1]}); update the program"
        )
    if is_sqlite and database.file is None:
        raise StorageError(f"{file}: a SQLite backup; put it back as SQLite, then take it over with 'inshort db move'")
    with database.only_one() as alone:
        if not alone:
            raise StorageError("another inshort is running on this newsroom; end it first")
        kept = _make_room(database, now, force=force, aside=aside)
        if database.file:
            _into_sqlite(database.file, file, was, is_sqlite=is_sqlite)
        else:
            _into_server(database, file, was)
    return Restored(file, was, versions()[-1], kept)


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(16) == b"SQLite format 3\0"
    except OSError as error:
        raise StorageError(f"{file}: cannot be read: {error.strerror}") from error


def _make_room(database: Database, now: datetime, *, force: bool, aside: Path) -> Path | None:
    """Keep what is there, if anything is; refuse without `force`."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        stories = _stories(database)
    except StorageError as error:
        if not force or database.file is None:
            raise StorageError(f"{error}; --force puts it aside and restores") from error
        unsound = database.file.with_name(f"{database.file.name}.unsound-{stamp}")
        database.close()
        database.file.rename(unsound)
        for ending in ("-wal", "-shm"):
            database.file.with_name(database.file.name + ending).unlink(missing_ok=True)
        return unsound
    if stories is None:
        return None
    if not force:
        there = f"there is a newsroom already ({counted(stories, 'story', 'stories')})"
        raise StorageError(f"{database.where}: {there}; --force replaces it")
    if database.file is None:
        database.ready()  # rows of an older schema can't be written as lines: upgrade first
    return backup_file(database, aside / f"replaced-{stamp}", now)


def _stories(database: Database) -> int | None:
    """How many stories are there, None when there is nothing that a restore would lose."""
    if database.file and not database.file.exists():
        return None
    if database.version() is None:
        return None
    with database.reading() as session:
        there = set(inspect(session.connection()).get_table_names())
        names = [table.name for table in tables_in_order() if table.name in there and table.name != "prompts"]
        if not any(session.scalar(text(f"SELECT 1 FROM {name} LIMIT 1")) for name in names):
            return None
        return int(session.scalar(text("SELECT count(*) FROM stories")) or 0)


def _into_sqlite(target: Path, file: Path, was: str, *, is_sqlite: bool) -> None:
    """Prepare the database beside its place, then copy it over in one transaction: others may have it open."""
    with scratch(target.with_name(f"{target.name}.restoring")) as part:
        prepared = Database(f"sqlite:///{part}")
        if is_sqlite:
            copy_sqlite(file, part)
            prepared.upgrade()
        else:
            with prepared.session() as session:
                _read_lines(prepared, session.connection(), file, was)
        prepared.close()
        try:
            for_owner(target)
            with closing(sqlite3.connect(part)) as here, closing(sqlite3.connect(target, timeout=30)) as there:
                here.backup(there)
        except sqlite3.Error as error:
            raise StorageError(f"{target}: cannot be written: {error}") from error


def _into_server(database: Database, file: Path, was: str) -> None:
    with database.session() as session:
        connection = session.connection()
        for table in reversed(schema().sorted_tables):
            connection.execute(text(f"DROP TABLE IF EXISTS {table.name} CASCADE"))
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        _read_lines(database, connection, file, was)


def _read_lines(database: Database, connection: Connection, file: Path, was: str) -> None:
    """Make the tables of the export's version, fill them, and bring them forward: one transaction."""
    database.migrate(connection, was)
    tables = MetaData()
    tables.reflect(connection)
    with open_lines(file) as reader:
        read_into(connection, tables.tables, reader)
    database.migrate(connection, "head")
