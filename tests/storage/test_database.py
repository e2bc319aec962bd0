"""The schema on both databases, the lock, and what a user is told when the database is not well."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from pipeline.errors import NotReady, StorageError, Unkeepable, UsageError
from pipeline.storage.database import Database, database_url
from pipeline.storage.tables import FeedRow, StoryRow, schema

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def tables_laid_ready() -> None:
    """Here every newsroom's tables are made by the migrations."""


def a_feed() -> FeedRow:
    return FeedRow(url="https://example.org/f", name="F", origin="config", state="active", next_poll_at=NOW)


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        own = {"include_name": lambda name, _kind, _of: not str(name).startswith(("story_words", "ix_search_words"))}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, schema()) == []
    database.ready()
    database.close()


def test_times_come_back_aware_and_utc(database: Database) -> None:
    database.upgrade()
    with database.session() as session:
        session.add(a_feed())
    with database.session() as session:
        assert session.query(FeedRow).one().next_poll_at == NOW
    database.close()


def test_an_error_rolls_everything_back(database: Database) -> None:
    database.upgrade()
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(a_feed())
        session.flush()
        raise RuntimeError
    with database.session() as session:
        assert session.query(FeedRow).count() == 0
    database.close()


def test_only_one_pipeline_holds_the_lock(database: Database) -> None:
    database.upgrade()
    with database.only_one() as first, database.only_one() as second:
        assert (first, second) == (True, False)
    with database.only_one() as again:
        assert again
    database.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    database = Database(database_url("news.db", tmp_path))
    database.upgrade()
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"made by a newer In Short"):
        database.upgrade()
    database.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_bytes(b"x" * 4096)
    database = Database(database_url("news.db", tmp_path))
    with pytest.raises(StorageError, match="not an intact database"):
        database.upgrade()
    database.close()


def test_a_full_disk_writes_nothing_and_says_so(tmp_path: Path) -> None:
    database = Database(database_url("news.db", tmp_path))
    database.upgrade()
    with pytest.raises(StorageError, match="disk is full"), database.session() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(200):
            feed = a_feed()
            feed.url, feed.name = f"https://example.org/{number}", "x" * 2000
            session.add(feed)
        session.flush()
    with database.session() as session:
        assert session.query(FeedRow).count() == 0
    database.close()


def test_an_empty_file_is_not_made_a_newsroom_unasked(tmp_path: Path) -> None:
    file = tmp_path / "n.db"
    file.touch()
    for act in (Database(f"sqlite:///{file}").ready, Database(f"sqlite:///{file}").upgrade):
        with pytest.raises(NotReady, match="the file is empty \\(0 bytes\\); restore a backup"):
            act()
    assert file.stat().st_size == 0


def test_a_new_newsroom_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'n.db'}")
    database.upgrade()
    with database.session() as session:
        session.execute(text("SELECT 1"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert set(modes) >= {"n.db", "n.db-wal", "n.db-shm"}
    assert set(modes.values()) == {0o600}


def test_looking_makes_no_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'n.db'}")
    assert database.version() is None
    assert list(tmp_path.iterdir()) == []
    database.upgrade()
    assert (tmp_path / "n.db").stat().st_mode & 0o777 == 0o600


def test_a_table_that_is_gone_is_named(database: Database) -> None:
    with database.session() as session:
        session.execute(text("DROP TABLE alarms"))
    assert database.missing() == ["alarms"]
    with pytest.raises(NotReady, match="alarms is missing from the database"), database.session() as session:
        session.execute(text("SELECT * FROM alarms"))


def test_what_no_database_takes_is_one_line(database: Database) -> None:
    with pytest.raises(UsageError, match="nothing with a number that large"), database.session() as session:
        session.get(StoryRow, 2**70)
    with pytest.raises(UsageError, match="characters that are not text"), database.session() as session:
        session.execute(text("SELECT :word"), {"word": "\udcff"})


NO_INDEX_TAKES_IT = "".join(chr(0x4E00 + n * n % 20_011) for n in range(2000))


@pytest.mark.parametrize(("field", "value"), [("name", "x\0y"), ("origin", "y" * 21), ("url", NO_INDEX_TAKES_IT)])
def test_a_value_a_server_cannot_keep_is_no_fault_of_the_servers(postgres_url: str, field: str, value: str) -> None:
    database = Database(postgres_url)
    database.upgrade()
    with pytest.raises(Unkeepable, match="what was given is"), database.session() as session:
        feed = a_feed()
        setattr(feed, field, value)
        session.add(feed)
    database.close()
