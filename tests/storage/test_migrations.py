"""Migrations from every version there was, with rows in the tables; killed half-way; half applied."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, DateTime, Float, Integer, LargeBinary, MetaData, Table, insert, select, text

from pipeline.errors import NotReady, StorageError
from pipeline.storage import database as module
from pipeline.storage import tables
from pipeline.storage.database import Database, versions
from tests.newsroom import ROOT, command_environment

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def tables_laid_ready() -> None:
    """Here every newsroom's tables are made by the migrations."""


@pytest.fixture(scope="module", autouse=True)
def migrations_read_once() -> Iterator[None]:
    """All migrations of a folder are read and compiled whenever one is run; here that happens a hundred times."""

    def read(config: Config) -> ScriptDirectory:
        return _read(str(config.get_main_option("script_location")))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ScriptDirectory, "from_config", read)
        yield


@cache
def _read(folder: str) -> ScriptDirectory:
    return ScriptDirectory(folder)


@pytest.fixture(scope="module")
def newsrooms() -> Iterator[dict[str, Database]]:
    """An empty newsroom of every version, the last one's included: each is the one before, one migration on."""
    found: dict[str, Database] = {}
    for version in versions():
        database = copy_of(found[max(found)]) if found else Database("sqlite://")
        with database.session() as session:
            database.migrate(session.connection(), version)
        found[version] = database
    yield found
    for database in found.values():
        database.close()


def copy_of(newsroom: Database) -> Database:
    """The same tables and rows once more, in memory."""
    copy = Database("sqlite://")
    held = newsroom.engine.raw_connection().driver_connection
    held.backup(copy.engine.raw_connection().driver_connection)  # type: ignore[union-attr]
    return copy


@pytest.fixture(scope="module")
def schema(newsrooms: dict[str, Database]) -> list[Any]:
    """The tables of a newsroom that was made anew, which are those the program describes."""
    newest = newsrooms[versions()[-1]]
    assert differences(newest) == []
    return schema_of(newest)


def schema_of(database: Database) -> list[Any]:
    """Every table, index and trigger as SQLite keeps it; made anew, a table may name its keys in another order."""
    with database.session() as session:
        rows = session.execute(text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return sorted((kind, name, sorted(line.strip(" ,\t") for line in sql.splitlines())) for kind, name, sql in rows)


def differences(database: Database) -> list[Any]:
    """Where the tables are not those the program describes."""
    with database.session() as session:
        settings = {"include_name": lambda name, _kind, _of: not str(name).startswith((FULL_TEXT, "ix_search_words"))}
        context = MigrationContext.configure(session.connection(), opts=settings)
        return list(compare_metadata(context, tables.schema()))


def fill(database: Database, count: int = 3) -> dict[str, int]:
    """Rows in every table a version has, whatever its columns are; how many there are in each."""
    tables = MetaData()
    with database.session() as session:
        tables.reflect(session.connection())
        filled = [t for t in tables.sorted_tables if t.name not in ("alembic_version", "tallies", *_kept_by_sqlite(t))]
        for table in filled:
            for number in range(1, count + 1):
                session.execute(insert(table).values({c.name: value(table, c, number) for c in table.columns}))
        return {t.name: len(session.execute(select(t)).all()) for t in filled}


FULL_TEXT = "story_words"
"""How the tables begin that SQLite's full text search keeps for itself."""


def _kept_by_sqlite(table: Table) -> list[str]:
    return [table.name] if table.name.startswith(FULL_TEXT) else []


def value(table: Table, column: Any, number: int) -> Any:
    kind = column.type
    if column.foreign_keys or (column.primary_key and isinstance(kind, Integer)):
        return number
    if isinstance(kind, DateTime):
        return NOW
    if isinstance(kind, JSON):
        return {"number": number}
    if isinstance(kind, LargeBinary):
        return b"x"
    if isinstance(kind, Boolean):
        return False
    return number if isinstance(kind, Integer | Float) else f"{column.name[:6]}{number}"


@pytest.mark.parametrize("version", versions()[:-1])
def test_rows_of_every_version_come_forward(version: str, newsrooms: dict[str, Database], schema: list[Any]) -> None:
    database = copy_of(newsrooms[version])
    come_forward(database)
    assert schema_of(database) == schema
    database.close()


@pytest.mark.parametrize("version", [versions()[0], versions()[-2]])
def test_on_postgresql_too(postgres_url: str, version: str) -> None:
    database = Database(postgres_url)
    with database.session() as session:
        database.migrate(session.connection(), version)
    come_forward(database)
    assert differences(database) == []
    database.close()


def come_forward(database: Database) -> None:
    before = fill(database)
    with pytest.raises(NotReady, match="run 'inshort db upgrade'"):
        database.ready()
    database.upgrade()
    database.ready()
    with database.session() as session:
        for name, count in before.items():
            assert session.execute(text(f"SELECT count(*) FROM {name}")).scalar() == count


HALF = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9998", "{before}", None, None
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE feeds SET name = 'half'")
    {then}
"""


def with_another(folder: Path, then: str) -> Path:
    """The migrations, and one more that does half its work and then something else."""
    copy = folder / "migrations"
    shutil.copytree(ROOT / "pipeline" / "storage" / "migrations", copy)
    (copy / "versions" / "9998_half.py").write_text(HALF.format(before=versions()[-1], then=then))
    return copy


def unchanged(database: Database) -> None:
    database.ready()
    with database.session() as session:
        assert session.execute(text("SELECT name FROM feeds ORDER BY id")).scalars().all() == [
            "name1",
            "name2",
            "name3",
        ]


def test_a_migration_killed_half_way_changed_nothing(database: Database, tmp_path: Path) -> None:
    fill(database)
    database.close()
    copy = with_another(tmp_path, "import os; os.kill(os.getpid(), 9)")
    program = (
        "from pathlib import Path; from pipeline.storage import database as module\n"
        f"module._MIGRATIONS = Path({str(copy)!r})\n"
        f"module.Database({database.url!r}).upgrade()"
    )
    ended = subprocess.run([sys.executable, "-c", program], env=command_environment(), check=False)
    assert ended.returncode == -9
    unchanged(database)


def test_a_migration_that_fails_changed_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    monkeypatch.setattr(
        module, "_MIGRATIONS", with_another(tmp_path, 'op.add_column("feeds", sa.Column("url", sa.Text()))')
    )
    monkeypatch.setattr(module, "versions", lambda: (*versions(), "9998"))
    with pytest.raises(StorageError, match="half applied; nothing was changed, restore a backup"):
        database.upgrade()
    monkeypatch.undo()
    unchanged(database)


def test_tables_of_a_later_version_than_the_one_written_down_are_told(database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(StorageError, match="not those of version 0001"):
        database.upgrade()


def test_the_versions_are_the_chain_of_the_migrations() -> None:
    """The numbers of the files are read, not the migrations: a command that only looks need not import them."""
    chain = ScriptDirectory.from_config(module._alembic()).walk_revisions()
    assert versions() == tuple(reversed([script.revision for script in chain]))
