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
from tests.postgres import Server, postgres

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")  # a busy machine is no failure


_SHELLS = ("cli", "desk", "engine", "storage", "monitoring")
_DEAR = {"Database", "inshort", "start", "ModelServer", "SampleServer", "HTTPServer", "Call", "subprocess"}
"""What a module imports when its tests are of a shell: rows, processes, servers."""
_DEAR_FIXTURES = {"database", "postgres_url", "postgres_server", "httpserver"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of pure cores, which `make check` runs: those that need nothing dear."""
    for item in items:
        names = set(vars(getattr(item, "module", pytest)))
        shell = item.path.relative_to(Path(__file__).parent).parts[0] in _SHELLS
        if not shell and not names & _DEAR and not set(getattr(item, "fixturenames", ())) & _DEAR_FIXTURES:
            item.add_marker("core")


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
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL of our own."""
    with postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def _name() -> str:
    return f"t{uuid.uuid4().hex}"


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """The URL of a fresh, empty database."""
    return postgres_server.make(_name())


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
def postgres_with_tables(postgres_server: Server) -> str:
    """The name of a database with an empty newsroom's tables, to be copied."""
    return _upgraded(postgres_server.make(_name())).partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty newsroom's tables, on each database In Short runs on."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_tables"), tmp_path / "n.db")
        url = f"sqlite:///{tmp_path}/n.db"
    else:
        like = request.getfixturevalue("postgres_with_tables")
        url = request.getfixturevalue("postgres_server").make(_name(), like)
    database = Database(url)
    yield database
    database.close()
