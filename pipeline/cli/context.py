"""What every command is given: the common options, and the newsroom opened when it is needed."""

from __future__ import annotations

import contextlib
import getpass
import os
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.printing import shown, shown_json

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.desk.people import Person
    from pipeline.engine.rounds import Engine
    from pipeline.storage.database import Database


@dataclass
class Context:
    config: Path | None
    json: bool
    quiet: bool
    verbose: bool = False
    log_json: bool = False
    opened: list[Database] = field(default_factory=list)

    def start_logging(self, config: Config | None = None) -> None:
        """Send the log to stderr, as the call asks, or else as the configuration does."""
        from pipeline.logs import start_logging

        level = "debug" if self.verbose else config.log.level if config else "critical"
        start_logging(level, "json" if self.log_json else config.log.format if config else "console")

    def say(self, line: str) -> None:
        """Progress: one line a thing, on stderr."""
        if not self.quiet:
            # Whoever listened may be gone: a daemon goes on without being heard.
            with contextlib.suppress(OSError):
                shown(line, err=True)

    def answer(self, value: Any, text: str) -> None:
        """The result, on stdout: as JSON where that was asked for. What steers a terminal is shown by its number."""
        if self.json:
            shown_json(value)
        else:
            shown(text)

    def file(self) -> Path:
        """Where the configuration lies."""
        from pipeline.config import find_config

        return find_config(self.config, Path.cwd())

    def load(self) -> tuple[Config, Path]:
        """The configuration and the folder it lies in."""
        from pipeline.config import load_config

        file = self.file()
        config = load_config(file)
        self.start_logging(config)
        return config, file.parent

    def target(self, out: Path, *, replace: bool = True) -> Path:
        """A file a command was told to write; said before anything is done.

        Raises UsageError for a folder, for what the newsroom itself lives in, and for one that is there already
        unless `replace`.
        """
        from pipeline.errors import UsageError
        from pipeline.glossary import own_glossary
        from pipeline.storage.database import Database, database_url

        config, folder = self.load()
        own = [self.file(), own_glossary(folder)]
        if file := Database(database_url(config.database, folder)).file:
            own += [file.with_name(file.name + end) for end in ("", "-wal", "-shm", "-journal", ".lock")]
        if out.is_dir():
            raise UsageError(f"{out}: that is a folder; name a file")
        if any(out.resolve() == each.resolve() or _same(out, each) for each in own):
            raise UsageError(f"{out}: the newsroom itself lives in that file; name another")
        if out.exists() and not replace:
            raise UsageError(f"{out}already exists; --force replaces it")
        return out

    def database(self, *, wait: bool = False) -> Database:
        """The newsroom's database, ready for use; with `wait`, one that is away is waited for, as configured."""
        return self._opened(*self.load(), wait=wait)

    def with_feeds(self, *, wait: bool = False) -> Database:
        """The newsroom's database, its subscriptions as the configuration lists them now: for whatever shows or
        changes feeds, which no run may have brought in yet."""
        from pipeline.clock import utc_now
        from pipeline.feeds.subscribing import as_configured

        config, folder = self.load()
        database = self._opened(config, folder, wait=wait)
        as_configured(database, config, utc_now())
        return database

    def engine(self, *, wait: bool = False) -> Engine:
        """The newsroom at work; with `wait`, a database that is away is waited for, as long as is configured."""
        from pipeline.engine.rounds import Engine
        from pipeline.glossary import load_glossary

        config, folder = self.load()
        database = self._opened(config, folder, wait=wait)
        return Engine(database, config, load_glossary(folder, config.newsroom.language), say=self.say, folder=folder)

    def _opened(self, config: Config, folder: Path, *, wait: bool) -> Database:
        from pipeline.storage.database import Database, database_url

        database = Database(database_url(config.database, folder))
        self.opened.append(database)
        if wait:
            self._await(database, config.daemon.database_seconds)
        database.ready()
        return database

    def close(self) -> None:
        """Close what was opened: the last to close a database leaves its file whole, for a copy of the folder."""
        for database in self.opened:
            database.close()

    def _await(self, database: Database, seconds: float) -> None:
        import time

        from pipeline.errors import NotReady, StorageError

        until, said = time.monotonic() + seconds, False
        while time.monotonic() < until:
            try:
                database.ready()
                return
            except NotReady:
                raise
            except StorageError as error:
                if not said:
                    self.say(f"waiting for the database, up to {seconds:g} s: {error}")
                said = True
                time.sleep(min(1.0, seconds))


def _same(one: Path, other: Path) -> bool:
    """Whether two names are of one file: a link, or a file system that takes capitals for small letters."""
    return one.exists() and other.exists() and one.samefile(other)


def called_by(at: Path = Path()) -> str:
    """How the one who reads can call this command again: by its name, or by its place where that is not on the path.

    `at` is the folder they will be in then.
    """
    here = Path(sys.argv[0])
    if here.name != "inshort" or ((found := shutil.which("inshort")) is not None and _same(Path(found), here)):
        return "inshort"
    return shlex.quote(os.path.relpath(here, at) if here.is_relative_to(Path.cwd()) else str(here))


def place_of_command() -> str:
    """Where this command lies, for whoever has another path than the one who reads: cron, a service."""
    here = Path(sys.argv[0])
    return str(here.absolute()) if here.name == "inshort" else shutil.which("inshort") or "inshort"


def of(context: typer.Context) -> Context:
    found = context.obj
    assert isinstance(found, Context)
    return found


def person() -> Person:
    """Who types: somebody with the newsroom's files in their hands may do everything."""
    from pipeline.desk.people import Person, Role

    return Person(who(), Role.ADMIN)


def who() -> str:
    """The name the system knows the one who types by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
