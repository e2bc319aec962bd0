"""Backups of both databases: taken while somebody writes, verified, rotated."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import FileProblem, InShortError, StorageError
from pipeline.storage.database import Database
from pipeline.storage.keeping import backup as module
from pipeline.storage.keeping.backup import backup, backups_in, verify_lines, verify_sqlite
from pipeline.storage.keeping.lines import open_lines
from pipeline.storage.tables import BackupRow, FeedRow

from .newsroom import NOW, fill


def test_a_backup_has_everything_and_is_written_down(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = backup(database, tmp_path / "backups", NOW, keep=7)
    assert made.file.stat().st_mode & 0o077 == 0
    assert made.schema == database.version()
    if database.file:
        assert made.file.name == "inshort-20261120T090000Z.db"
        with sqlite3.connect(made.file) as copy:
            assert copy.execute("SELECT count(*) FROM drafts").fetchone() == (12,)
    else:
        assert made.file.name == "inshort-20261120T090000Z.jsonl.zst"
        with open_lines(made.file) as reader:
            rows = list(reader.rows())
        assert sum(table == "drafts" for table, _ in rows) == 12
    with database.session() as session:
        row = session.query(BackupRow).one()
        assert (row.made_at, row.file, row.bytes) == (NOW, str(made.file), made.bytes)


def test_a_backup_shows_one_moment_while_others_write(database: Database, tmp_path: Path) -> None:
    """A writer that holds its transaction open keeps no backup waiting, and is not in it."""
    fill(database)
    with database.session() as writer:
        writer.add(FeedRow(url="https://example.org/2", name="G", origin="user", state="active", next_poll_at=NOW))
        writer.flush()
        part = tmp_path / "copy"
        if database.file:
            module.copy_sqlite(database.file, part)
            with sqlite3.connect(part) as copy:
                assert copy.execute("SELECT count(*) FROM feeds").fetchone() == (1,)
        else:
            module.write_packed(database, part, NOW)
            with open_lines(part) as reader:
                assert sum(table == "feeds" for table, _ in reader.rows()) == 1


def test_rotation_keeps_the_newest_and_touches_nothing_else(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    (tmp_path / "inshort-notes.db").write_text("mine")
    made = [backup(database, tmp_path, NOW + timedelta(days=day), keep=2) for day in range(4)]
    assert backups_in(tmp_path) == [made[3].file, made[2].file]
    assert made[3].dropped == (made[1].file,)
    assert (tmp_path / "inshort-notes.db").exists()


def test_a_damaged_backup_is_known_for_one(database: Database, tmp_path: Path) -> None:
    fill(database, 50)
    file = backup(database, tmp_path, NOW, keep=None).file
    whole = file.read_bytes()
    verify = verify_sqlite if database.file else verify_lines
    assert verify(file) == database.version()
    for damaged in (whole[: len(whole) // 2], b"", b"x" * 5000, whole[: len(whole) // 3] + b"x" * (len(whole) // 3)):
        file.write_bytes(damaged)
        with pytest.raises(StorageError):
            verify(file)


def test_a_backup_that_fails_leaves_nothing_and_drops_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 1)
    first = backup(database, tmp_path / "b", NOW, keep=1)

    def broken(file: Path) -> str:
        raise StorageError(f"{file}: not an intact backup")

    monkeypatch.setattr(module, "verify_sqlite", broken)
    monkeypatch.setattr(module, "verify_lines", broken)
    with pytest.raises(StorageError, match="not an intact backup"):
        backup(database, tmp_path / "b", NOW + timedelta(days=1), keep=1)
    assert list((tmp_path / "b").iterdir()) == [first.file]


def test_a_folder_that_cannot_be_made_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileProblem, match=r"taken.*cannot be written"):
        backup(database, tmp_path / "taken" / "backups", NOW, keep=1)


def test_a_full_disk_is_told_and_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy may grow to a few pages only, as on a disk without room for more."""
    fill(database, 30)
    full = OSError(28, "No space left on device")

    class Full:
        """A connection to a database whose disk is full."""

        def __init__(self, real: sqlite3.Connection) -> None:
            self.real = real

        def backup(self, _target: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def execute(self, said: str) -> sqlite3.Cursor:
            return self.real.execute(said)

        def close(self) -> None:
            self.real.close()

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: Full(connect(*a, **k)))

    def no_room(*_: object) -> None:
        raise full

    monkeypatch.setattr(module, "write_lines", no_room)
    with pytest.raises(InShortError, match=r"disk is full|No space left on device"):
        module.backup_file(database, tmp_path / "b" / "backup", NOW)
    assert list((tmp_path / "b").iterdir()) == []
