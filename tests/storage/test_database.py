"""The schema on both databases, the lock, and what a user is told when the database is not well."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from pipeline.errors import StorageError
from pipeline.storage.database import Database, database_url
from pipeline.storage.tables import FeedRow, Row

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def a_feed() -> FeedRow:
    return FeedRow(url="https://example.org/f", name="F", origin="config", state="active", next_poll_at=NOW)


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
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
    with pytest.raises(StorageError, match="no sound database"):
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
