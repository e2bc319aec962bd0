"""What several tests share: a real PostgreSQL, and a database of either kind."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from socketserver import BaseServer
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from werkzeug.serving import BaseWSGIServer

from pipeline.desk import people
from pipeline.processes import Processes
from pipeline.storage.database import Database
from tests import compiled, waits, warm
from tests.newsroom import started
from tests.postgres import Server, postgres

if TYPE_CHECKING:
    from tests.inspection.endpoint import Endpoint

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")  # a busy machine is no failure

compiled.share()
waits.shorten()

# Nobody outside is asked: every client would read the certificates of all authorities, where this folder has none.
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)
os.environ.pop("SSL_CERT_FILE", None)

for _server in (BaseServer, BaseWSGIServer):
    # One that is told to end looks for that every half second, and hundreds of tests would wait for it.
    _server.serve_forever.__defaults__ = (0.02,)


_SHELLS = ("cli", "desk", "engine", "storage", "monitoring")
_DEAR = {"Database", "inshort", "start", "ModelServer", "SampleServer", "HTTPServer", "Call", "subprocess"}
"""What a module imports when its tests are of a shell: rows, processes, servers."""
_DEAR_FIXTURES = {"database", "postgres_url", "postgres_server", "httpserver"}
_LONGEST = {"test_away.py", "test_killed_workers.py", "test_readme.py"}
"""Where one test takes as long as hundreds of others: begun last, it would be all that is still waited for."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where several processes test at once, one server keeps what is imported for all of them.

    It gets warm while they collect; the pure cores need none.
    """
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        warm.share(at_once=session.config.option.markexpr != "core")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whoever wants the pure cores need not wait until every shell is imported."""
    mine = collection_path.parent == Path(__file__).parent and collection_path.name in _SHELLS
    return (mine and config.getoption("markexpr") == "core") or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of pure cores, which `make check` runs: those that need nothing dear. The longest come first."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)
    for item in items:
        names = set(vars(getattr(item, "module", pytest)))
        shell = item.path.relative_to(Path(__file__).parent).parts[0] in _SHELLS
        if not shell and not names & _DEAR and not set(getattr(item, "fixturenames", ())) & _DEAR_FIXTURES:
            item.add_marker("core")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not look through it again."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(autouse=True)
def nobody_left_behind() -> Iterator[None]:
    """A daemon whose test failed would go on for ever, and be in the way of every other. What it said last is shown
    with the failure."""
    yield
    while started:
        with started.pop() as process:
            process.kill()
            if not process.stderr.closed:
                print(*process.communicate())


@pytest.fixture(autouse=True)
def work_apart_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of the engine in the test itself has its pages read and drafts checked in processes that are warm."""
    monkeypatch.setattr(Processes, "_start", lambda _: warm.start_apart(warm.address()))


@pytest.fixture(autouse=True)
def passwords_hashed_lightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes guessing dear makes tests dear: hundreds of log-ins, each of 64 MiB gone through three times.

    Where the hash itself is tried, a fixture of this name takes its place.
    """
    monkeypatch.setattr(people, "_hasher", _light)


@cache
def _light() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """An endpoint that judges, with the key that whoever asks it has."""
    from tests.inspection.endpoint import Endpoint

    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    found = Endpoint()
    yield found
    found.end()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL of our own, in a folder that another run of the tests does not close to the server's user."""
    with postgres(Path(tempfile.mkdtemp(prefix="postgres"))) as server:
        yield server


def _name() -> str:
    return f"t{uuid.uuid4().hex}"


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """The URL of a fresh, empty database."""
    return postgres_server.make(_name())


_upgrade = Database.upgrade  # the real one


def _upgraded(url: str) -> str:
    database = Database(url)
    _upgrade(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty newsroom's tables, to be copied: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "n.db"
    _upgraded(f"sqlite:///{file}")
    return file


@pytest.fixture(autouse=True)
def tables_laid_ready(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own `upgrade()` of nothing finds the tables there already, and has only to see that they are right.

    Where the migrations themselves are tried, a fixture of this name takes its place.
    """

    def quick(database: Database) -> None:
        if database.file and not database.file.exists():
            database.file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(request.getfixturevalue("sqlite_with_tables"), database.file)
        elif database.url == "sqlite://" and database.version() is None:
            with closing(sqlite3.connect(request.getfixturevalue("sqlite_with_tables"))) as tables:
                tables.backup(database.engine.raw_connection().driver_connection)  # type: ignore[arg-type]
        _upgrade(database)

    monkeypatch.setattr(Database, "upgrade", quick)


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
