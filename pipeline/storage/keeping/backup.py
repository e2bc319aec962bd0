"""Backups: taken while the newsroom runs, opened again to see that they are sound, the oldest dropped.

SQLite is copied page by page from one snapshot into a file that is a database of its own. PostgreSQL is
written as compressed lines (see `lines`) from one REPEATABLE READ snapshot: it needs no client program of
the server's version, is verified by the program that will read it, and can be restored to either database.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from pipeline.errors import StorageError
from pipeline.files import whole, why
from pipeline.storage.database import Database, versions
from pipeline.storage.keeping.lines import open_lines, write_lines
from pipeline.storage.tables import BackupRow

_SMALL = "PRAGMA cache_size=-200"
"""Each page is read once: 200 KiB of pages kept do as well as SQLite's 2 MB, which a daemon would not give back."""
_NAME = re.compile(r"inshort-(\d{8}T\d{6}Z)\.(db|jsonl\.zst)")
"""What rotation may delete: nothing that is not named like this."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was opened and found sound; `dropped` are the older ones rotation removed."""

    file: Path
    bytes: int
    schema: str
    dropped: tuple[Path, ...] = ()


def backup(database: Database, folder: Path, now: datetime, *, keep: int | None) -> Backup:
    """Back the newsroom up into a folder while it runs, and keep the newest `keep` there (None keeps all).

    Raises StorageError, leaving nothing half-made and no older backup dropped.
    """
    database.ready()
    file = backup_file(database, folder / f"inshort-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}", now)
    made = Backup(file, file.stat().st_size, versions()[-1], tuple(_rotate(folder, keep)))
    with database.session() as session:
        session.add(BackupRow(made_at=now, file=str(file), bytes=made.bytes))
    return made


def backup_file(database: Database, name: Path, now: datetime) -> Path:
    """Write and verify a backup as `name` with the ending of its form."""
    file = name.with_name(f"{name.name}.db" if database.file else f"{name.name}.jsonl.zst")
    with whole(file, private=True) as part:
        if database.file:
            copy_sqlite(database.file, part)
            verify_sqlite(part)
        else:
            write_packed(database, part, now)
            verify_lines(part)
    return file


def backups_in(folder: Path) -> list[Path]:
    """The backups of a folder, newest first."""
    found = [path for path in folder.glob("inshort-*") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.name, reverse=True)


def _rotate(folder: Path, keep: int | None) -> Iterator[Path]:
    for old in backups_in(folder)[keep:] if keep else []:
        old.unlink(missing_ok=True)
        yield old


@contextmanager
def scratch(file: Path) -> Iterator[Path]:
    """An empty file beside `file`, gone at the end.

    Nobody else may read it: it will have the whole newsroom in it, passwords' hashes included.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StorageError(f"{file}: cannot be written: {why(error)}") from error
    try:
        yield part
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def copy_sqlite(source: Path, into: Path) -> None:
    """Copy a SQLite database as it is at one moment; whoever writes meanwhile goes on writing."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as here,
            closing(sqlite3.connect(into)) as there,
        ):
            for each in (here, there):
                each.execute(_SMALL)
            here.backup(there)
            # One file, complete in itself: no journal beside it that could be left behind.
            there.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StorageError(f"{into}: the copy failed: {error}") from error


def verify_sqlite(file: Path) -> str:
    """Open a SQLite backup and check it whole; its schema's version. Raises StorageError."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            opened.execute(_SMALL)
            said = opened.execute("PRAGMA integrity_check(3)").fetchall()
            version = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageError(f"{file}: not an intact backup: {error}") from error
    if said != [("ok",)] or version is None:
        raise StorageError(f"{file}: not an intact backup: {said[0][0] if said else 'no version'}")
    return str(version[0])


def write_packed(database: Database, file: Path, now: datetime) -> None:
    """Write every row, compressed, from one snapshot. Raises StorageError, for a full disk too."""
    packer = zstandard.ZstdCompressor(level=6)
    try:
        with database.reading() as session, file.open("wb") as raw, packer.stream_writer(raw, closefd=False) as out:
            write_lines(session, out, now)
    except OSError as error:
        raise StorageError(f"{file}: cannot be written: {why(error)}") from error


def verify_lines(file: Path) -> str:
    """Read an export to its end, checksums included; its schema's version. Raises StorageError."""
    with open_lines(file) as reader:
        for _ in reader.rows():
            pass
        return reader.header.schema
