"""What every command is given: the common options, and the newsroom opened when it is needed."""

from __future__ import annotations

import contextlib
import getpass
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

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
                typer.echo(line, err=True)

    def answer(self, value: Any, text: str) -> None:
        """The result, on stdout: as JSON where that was asked for."""
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str) if self.json else text)

    def load(self) -> tuple[Config, Path]:
        """The configuration and the folder it lies in."""
        from pipeline.config import find_config, load_config

        file = find_config(self.config, Path.cwd())
        config = load_config(file)
        self.start_logging(config)
        return config, file.parent

    def database(self) -> Database:
        """The newsroom's database, ready for use."""
        from pipeline.storage.database import Database, database_url

        config, folder = self.load()
        database = Database(database_url(config.database, folder))
        database.ready()
        return database

    def engine(self) -> Engine:
        from pipeline.engine.rounds import Engine
        from pipeline.glossary import load_glossary
        from pipeline.storage.database import Database, database_url

        config, folder = self.load()
        database = Database(database_url(config.database, folder))
        database.ready()
        return Engine(database, config, load_glossary(folder), say=self.say, folder=folder)


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
