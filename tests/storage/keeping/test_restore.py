"""Backups put back: on either database, over what is there only when told to, from older versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import NotReady, StorageError
from pipeline.storage.database import Database, versions
from pipeline.storage.keeping.backup import backup, verify_sqlite
from pipeline.storage.keeping.lines import tables_in_order, write_lines
from pipeline.storage.keeping.restore import restore
from pipeline.storage.tables import FeedRow, StoryRow

from .newsroom import NOW, fill


def rows_of(database: Database) -> dict[str, list[object]]:
    """Everything in a database, but for the record of the backup itself."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(table.select().order_by(*table.primary_key))]
            for table in tables_in_order()
            if table.name != "backups"
        }


def test_what_was_backed_up_comes_back(database: Database, tmp_path: Path) -> None:
    fill(database)
    before = rows_of(database)
    made = backup(database, tmp_path / "b", NOW, keep=None)
    with database.session() as session:
        session.execute(text("DELETE FROM reviews"))
        session.get_one(StoryRow, 1).title = "changed since"
    done = restore(database, made.file, NOW, force=True, aside=tmp_path / "b")
    assert (done.was, done.now) == (versions()[-1], versions()[-1])
    assert rows_of(database) == before
    assert done.kept is not None
    assert done.kept.name.startswith("replaced-20261120T090000Z")
    with database.session() as session:  # ids go on after the highest
        feed = FeedRow(url="https://example.org/2", name="G", origin="user", state="active", next_poll_at=NOW)
        session.add(feed)
        session.flush()
        assert feed.id == 2


def test_what_comes_back_where_nothing_was_is_for_its_owner_alone(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = backup(database, tmp_path / "b", NOW, keep=None)
    new = Database(f"sqlite:///{tmp_path / 'new.db'}")
    restore(new, made.file, NOW, force=False, aside=tmp_path / "b")
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600
    new.close()


def test_a_newsroom_is_not_overwritten_without_force(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = backup(database, tmp_path, NOW, keep=None)
    before = rows_of(database)
    with pytest.raises(StorageError, match=r"there is a newsroom already \(6 stories\); --force replaces it"):
        restore(database, made.file, NOW, force=False, aside=tmp_path)
    assert rows_of(database) == before


def test_an_empty_database_needs_no_force(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = backup(database, tmp_path, NOW, keep=None)
    export = tmp_path / "export.jsonl"
    with database.reading() as session, export.open("wb") as out:
        write_lines(session, out, NOW)
    for number, file in enumerate([made.file, export]):
        if made.file.suffix == ".zst" or file == export:
            there = Database(f"sqlite:///{tmp_path}/there{number}.db")
            assert restore(there, file, NOW, force=False, aside=tmp_path).kept is None
            assert rows_of(there) == rows_of(database)
            there.close()


def test_a_sqlite_backup_goes_to_postgresql_by_a_move(postgres_url: str, tmp_path: Path) -> None:
    here = Database(f"sqlite:///{tmp_path}/n.db")
    here.upgrade()
    made = backup(here, tmp_path, NOW, keep=None)
    with pytest.raises(StorageError, match="inshort db move"):
        restore(Database(postgres_url), made.file, NOW, force=False, aside=tmp_path)


def test_a_running_newsroom_is_left_alone(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    made = backup(database, tmp_path, NOW, keep=None)
    with database.only_one(), pytest.raises(StorageError, match="another inshort is running"):
        restore(database, made.file, NOW, force=True, aside=tmp_path)


def test_others_that_have_the_database_open_see_what_came_back(tmp_path: Path) -> None:
    """The desk may be open while a backup is put back: it goes on with the rows that are there now."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    fill(database, 2)
    made = backup(database, tmp_path, NOW, keep=None)
    desk = Database(f"sqlite:///{tmp_path}/n.db")
    with desk.session() as session:
        session.get_one(StoryRow, 1).title = "by the desk"
    restore(database, made.file, NOW, force=True, aside=tmp_path)
    with desk.session() as session:
        assert session.get_one(StoryRow, 1).title == "Title 0"
        session.get_one(StoryRow, 1).title = "by the desk again"
    with database.session() as session:
        assert session.get_one(StoryRow, 1).title == "by the desk again"


def test_a_damaged_database_is_put_aside(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    fill(database, 1)
    made = backup(database, tmp_path, NOW, keep=None)
    database.close()
    (tmp_path / "n.db").write_bytes(b"x" * 8192)
    with pytest.raises(StorageError, match="--force puts it aside"):
        restore(database, made.file, NOW, force=False, aside=tmp_path)
    done = restore(database, made.file, NOW, force=True, aside=tmp_path)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"x" * 8192
    assert verify_sqlite(tmp_path / "n.db") == versions()[-1]


@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_a_damaged_backup_changes_nothing(database: Database, tmp_path: Path, damage: str) -> None:
    fill(database)
    export = tmp_path / "export.jsonl"
    with database.reading() as session, export.open("wb") as out:
        write_lines(session, out, NOW)
    whole = export.read_text("utf-8")
    cut = whole.rpartition('{"table"')[0]
    export.write_text({"cut": cut, "changed": whole.replace("Title 3", "Title 4"), "other": "{}\n"}[damage], "utf-8")
    before = rows_of(database)
    with pytest.raises(StorageError, match=r"cut short|not what was exported|not an export"):
        restore(database, export, NOW, force=True, aside=tmp_path)
    assert rows_of(database) == before


def test_a_newer_backup_is_refused(database: Database, tmp_path: Path) -> None:
    export = tmp_path / "export.jsonl"
    with database.reading() as session, export.open("wb") as out:
        write_lines(session, out, NOW)
    export.write_text(export.read_text("utf-8").replace(f'"schema": "{versions()[-1]}"', '"schema": "9999"'), "utf-8")
    with pytest.raises(NotReady, match=r"newer In Short \(version 9999, this program knows"):
        restore(database, export, NOW, force=False, aside=tmp_path)
    with pytest.raises(StorageError, match="No such file"):
        restore(database, tmp_path / "none.db", NOW, force=False, aside=tmp_path)
