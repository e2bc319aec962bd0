"""Opening the database, its transactions and its lock: SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DataError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session as Session
from sqlalchemy.pool import StaticPool

from pipeline.errors import DatabaseLost, NotReady, StorageError, Unkeepable, UsageError
from pipeline.files import make_folder

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_NUMBER = 0x1A5807
"""The PostgreSQL advisory lock that one running pipeline holds."""
MOVING = "moving-"
"""How the version of a database begins that a newsroom is being moved into."""
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One newsroom's rows. `session()` is one transaction: all of it or nothing."""

    def __init__(self, url: str, *, patience: float = 15) -> None:
        """Prepare, without connecting. `url` is an SQLAlchemy URL; see `database_url`.

        `patience` is how many seconds SQLite waits for another writer before it says so.
        """
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self.where = make_url(self.url).render_as_string(hide_password=True)
        self.engine = _engine(self.url, patience)
        found = make_url(self.url)
        on_disk = found.get_backend_name() == "sqlite" and found.database and found.database != ":memory:"
        self.file = Path(str(found.database)) if on_disk else None
        """The SQLite file, or None for a server or memory."""
        self._met: tuple[int, int] | None = None
        self.opened = False
        """Whether it was ready once."""

    def _still_there(self) -> None:
        """Raise DatabaseLost when the file was deleted or replaced since it was first used: writes would be lost.

        An open file outlives its name, so SQLite itself would go on and say nothing.
        """
        if self.file is None:
            return
        try:
            found = self.file.stat()
        except FileNotFoundError:
            if self._met is None:
                return
            raise DatabaseLost(f"{self.file}: the database was deleted while it was in use; restore a backup") from None
        now = found.st_dev, found.st_ino
        if self._met not in (None, now):
            raise DatabaseLost(f"{self.file}: the database was replaced while it was in use; run again")
        self._met = now

    @contextmanager
    def session(self, *, patience: float | None = None, durable: bool = False) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back by any error. Raises StorageError in plain words.

        `patience` is for what may as well not be written: how many seconds to wait for another writer, if not as long
        as for everything else (SQLite). `durable` is for what cannot be had again: once it is committed, a power cut
        cannot take it back either (SQLite; PostgreSQL always does so).
        """
        from pipeline.storage import search  # noqa: F401 - from here on it keeps up with what is written
        from pipeline.storage.tables import schema

        schema()

        options = {"patience": patience, "durable": durable or None}
        given = {name: value for name, value in options.items() if value is not None}
        self._still_there()
        engine = self.engine.execution_options(**given) if given else self.engine
        with (
            plainly(self.where, opened=self.opened),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One unchanging view of the rows: it holds up no writer, is held up by none, and writes nothing."""
        self._still_there()
        options: dict[str, Any] = {"reading": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        with plainly(self.where, opened=self.opened), Session(engine, expire_on_commit=False) as session:
            yield session

    def upgrade(self) -> None:
        """Bring the schema to this program's version, all of it or nothing; a newer one is refused."""
        with plainly(self.where):
            if self.file:
                make_folder(self.file.parent)
                self._refuse_hollow()
                for_owner(self.file)
            self._refuse_newer(self.version())
            with self.engine.begin() as connection:
                self.migrate(connection, "head")

    def migrate(self, connection: Connection, to: str) -> None:
        """Run the migrations up to a version in the caller's transaction. Raises StorageError where they don't fit."""
        from alembic.migration import MigrationContext

        from pipeline.storage import tallies

        before = MigrationContext.configure(connection).get_current_revision()
        try:
            if before != (versions()[-1] if to == "head" else to):
                from alembic import command

                config = _alembic()
                config.attributes["connection"] = connection
                tallies.remove(connection)
                command.upgrade(config, to)
            tallies.install(connection)
        except DatabaseError as error:
            said = str(error.orig)
            if not re.search(r"already exists|duplicate column|no such (table|column)|does not exist", said):
                raise
            raise StorageError(
                f"{self.where}: the tables are not those of version {before or 'none'} "
                f"({said.splitlines()[0]}): a migration was once half applied; nothing was changed, restore a backup"
            ) from error

    def _refuse_hollow(self) -> None:
        """A file without a byte was a newsroom once, or never one: made anew unasked, the loss would not show."""
        if self.file and self.file.exists() and not self.file.stat().st_size:
            raise NotReady(
                f"{self.file}: the file is empty (0 bytes); restore a backup with 'inshort db restore FILE --force', "
                "or delete it and run 'inshort init' to start over"
            )

    def missing(self) -> list[str]:
        """Tables of this program's schema that the database lacks: something took them away."""
        from pipeline.storage.tables import schema

        with plainly(self.where), self.engine.execution_options(reading=True).connect() as connection:
            return sorted(set(schema().tables) - set(inspect(connection).get_table_names()))

    def _refuse_newer(self, version: str | None) -> None:
        if version is None or version in versions():
            return
        if version.startswith(MOVING):
            raise NotReady(f"{self.where}: a move into it was not finished; run 'inshort db move' again")
        raise NotReady(
            f"{self.where}: the database was made by a newer In Short (version {version}, this program knows "
            f"{versions()[-1]}); update the program"
        )

    def version(self) -> str | None:
        """The schema's revision, None for an empty database. A file that is not there is not made by looking."""
        if self.file and not self.file.exists():
            return None
        with (
            plainly(self.where, opened=self.opened),
            self.engine.execution_options(reading=True).connect() as connection,
        ):
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def ready(self) -> None:
        """Raise NotReady unless the database is there and of this program's version."""
        if self.file and not self.file.exists():
            raise NotReady(f"{self.file}: no database there; run 'inshort init' or 'inshort db upgrade'")
        self._refuse_hollow()
        version = self.version()
        self._refuse_newer(version)
        if version != versions()[-1]:
            raise NotReady(f"{self.where}: not the schema of this program; run 'inshort db upgrade'")
        self._still_there()
        self.opened = True

    @contextmanager
    def only_one(self, what: str = "", number: int = LOCK_NUMBER) -> Iterator[bool]:
        """Hold the pipeline's lock; False when another process has it. The kernel frees it when we die.

        `what` and `number` name another lock than the pipeline's: a word for a file's, a number for a server's.
        """
        if self.file:
            import fcntl

            descriptor = os.open(self.file.with_name(self.file.name + f"{what}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
            try:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield False
                else:
                    yield True
            finally:
                os.close(descriptor)
        elif self.engine.dialect.name == "postgresql":
            # Not in a transaction: the server ends those that idle, and with them the lock.
            alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            with plainly(self.where, opened=self.opened), alone.connect() as connection:
                try:
                    yield bool(connection.execute(text(f"SELECT pg_try_advisory_lock({number})")).scalar())
                finally:
                    with suppress(SQLAlchemyError):  # now, not when the server notices that we are gone
                        connection.execute(text("SELECT pg_advisory_unlock_all()"))
                    connection.invalidate()  # the lock lives as long as its connection: never back to the pool
        else:
            yield True

    def close(self) -> None:
        self.engine.dispose()


def for_owner(file: Path) -> None:
    """Make a database file that is not there yet for its owner alone; SQLite gives those beside it the same mode."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def clock(session: Session) -> datetime:
    """The time every process of a newsroom agrees on: the server's, or, on one machine with SQLite, our own."""
    if session.get_bind().dialect.name == "postgresql":
        found = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        assert isinstance(found, datetime)
        return found.astimezone(UTC)
    return datetime.now(UTC)


def own_insert(session: Session, row: type[Any]) -> Any:
    """An INSERT in this database's own dialect, which can say what happens where the row is there (ON CONFLICT)."""
    # Each dialect takes as long to import as a small query: only the one that is used.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(row)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(row)


def database_url(setting: str, beside: Path) -> str:
    """The URL of the configuration's `database`: a plain file name lies beside `config.yaml`.

    Raises UsageError for a place whose name is no text.
    """
    if "://" in setting:
        return setting
    file = (beside / setting).resolve()
    try:
        os.fspath(file).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{file}: a database's path must be valid UTF-8; rename it") from None
    return f"sqlite:///{file}"


IDLE, IDLE_READING = 30, 3600
"""Seconds a transaction may wait for its own process, and one that only reads: one that was stopped would hold its rows
against all others for ever. All that is done between two statements takes far less."""


def _bounded(server: Engine) -> Engine:
    """A server's connections, which are ended when their process is stopped or its machine is gone."""

    @event.listens_for(server, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE}s'")
        # A machine that is gone says no farewell: its connections end, and so do their locks, within a minute.
        connection.execute("SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10")
        connection.commit()

    @event.listens_for(server, "begin")
    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_READING}s'")

    return server


def _engine(url: str, patience: float) -> Engine:
    if not url.startswith("sqlite"):
        try:
            server = create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StorageError(
                "PostgreSQL needs its driver; install it with: pip install 'inshort[postgres]'"
            ) from error
        return _bounded(server)
    if url in ("sqlite://", "sqlite:///:memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, so that DDL is transactional too
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that later writes would fail at once with "locked"; IMMEDIATE waits its turn instead.
        options = connection.get_execution_options()
        short = options.get("patience")
        # The log of a WAL is written at once but reaches the disk late: enough against kills, not against a power cut.
        wanted = "FULL" if options.get("durable") else "NORMAL"
        if connection.info.get("synchronous", "NORMAL") != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        if short is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(short * 1000)}")
        try:
            connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")
        finally:
            if short is not None:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    return engine


@cache
def versions() -> tuple[str, ...]:
    """Every version of the schema this program knows, oldest first: the numbers its migrations begin with."""
    return tuple(sorted(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def _alembic() -> Config:
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@contextmanager
def plainly(where: str, *, opened: bool = False) -> Iterator[None]:
    """Turn the driver's errors into one line that says what to do. `opened`: the database was sound a moment ago."""
    try:
        yield
    except OperationalError as error:
        _refuse_at_work(where, error, opened=opened)
    except DataError as error:
        if "out of range" in str(error.orig):
            raise Unkeepable(_TOO_LARGE) from error
        raise Unkeepable(f"what was given is nothing a database keeps: {str(error.orig).splitlines()[0]}") from error
    except DatabaseError as error:
        _refuse_unsound(where, error, opened=opened)
        if error.connection_invalidated:
            # A server that ends a transaction which idled for too long names no operational error.
            raise StorageError(f"{where}: the database does not answer: {str(error.orig).splitlines()[0]}") from error
        raise
    except OverflowError as error:
        if "SQLite INTEGER" in str(error):
            raise Unkeepable(_TOO_LARGE) from error
        raise
    except UnicodeEncodeError as error:
        if error.reason == "surrogates not allowed":
            raise Unkeepable("the input has characters that are not text; nothing was stored") from error
        raise


_BEYOND_LIMITS = "54"
"""How the SQLSTATE begins that tells of a value too large, as of an index: it is no fault of the server's."""
_TOO_LARGE = "there is nothing with a number that large"
_SAID = {
    "disk is full": "the disk is full; free some space and run again",
    "disk I/O error": "the disk cannot be read or written (full, read-only or broken); look at it and run again",
    "readonly": "the database may not be written; check the owner and mode of the file and of its folder",
    "unable to open": "the database cannot be opened; check the owner and mode of the file and of its folder",
}
"""What SQLite says, and what to do."""
_UNSOUND = re.compile(r"not a database|malformed")
_NO_SUCH = re.compile(r'database "([^"]*)" does not exist')
_QUEUES = "queue."
"""What is at hand only where workers are, and made again by them."""
_LACKS = re.compile(r'no such (?:table|column): (\S+)|(?:relation|column) "?([\w.]+)"? does not exist')


def _refuse_at_work(where: str, error: OperationalError, *, opened: bool) -> NoReturn:
    """What went wrong while the database did its work: too large a value, a lock, a disk, or the database itself."""
    said = str(error.orig)
    if (getattr(error.orig, "sqlstate", None) or "").startswith(_BEYOND_LIMITS):
        raise Unkeepable(f"what was given is more than the database takes: {said.splitlines()[0]}") from error
    if "locked" in said or "busy" in said:
        raise StorageError(f"{where}: another process keeps the database locked; try again") from error
    for sign, line in _SAID.items():
        if sign in said:
            raise StorageError(f"{where}: {line}") from error
    _refuse_unsound(where, error, opened=opened)
    if none := _NO_SUCH.search(said):
        _refuse_nameless(where, none[1], error, opened=opened)
    raise StorageError(f"{where}: the database does not answer: {said.splitlines()[0]}") from error


def _refuse_nameless(where: str, name: str, error: DatabaseError, *, opened: bool) -> NoReturn:
    if opened:
        raise DatabaseLost(f"{where}: the database was deleted while it was in use; restore a backup") from error
    raise NotReady(f"{where}: the server has no database '{name}'; make it, then run 'inshort db upgrade'") from error


def _refuse_unsound(where: str, error: DatabaseError, *, opened: bool) -> None:
    said = str(error.orig)
    kind = DatabaseLost if opened else NotReady
    if _UNSOUND.search(said):
        raise kind(f"{where}: the file is not an intact database; restore a backup") from error
    if lacks := _LACKS.search(said):
        name = lacks[1] or lacks[2]
        if name.startswith(_QUEUES):
            raise StorageError(f"{where}: the queues' tables are missing; a worker makes them") from error
        raise kind(f"{where}: {name} is missing from the database; restore a backup") from error
