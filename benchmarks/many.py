"""What the tools that try many workers share: a newsroom, processes and what they say."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from pipeline.model import StoryState
from pipeline.storage.database import Database
from tests.newsroom import COMMAND, command_environment, openai_writer, write_config


def newsroom(folder: Path, url: str, model: str) -> Database:
    """A folder with its configuration, and its tables made."""
    write_config(
        folder,
        {},
        writer=openai_writer(model, caps={"day": "1000"}, concurrency=4),
        database=url,  # type: ignore[arg-type]
        digest={"cron": None},
        daemon={"stage_seconds": 1, "poll_seconds": 60, "grace_seconds": 5},
    )
    database = Database(url)
    database.upgrade()
    return database


@dataclass
class Process:
    """A command that runs, and what it said, line by line with the time."""

    name: str
    process: subprocess.Popen[str]
    said: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def start(cls, name: str, folder: Path, *arguments: str, **environment: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=folder,
            env=command_environment(**environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        found = cls(name, process)
        threading.Thread(target=found._listen, daemon=True).start()
        return found

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append((time.monotonic(), line.rstrip()))

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


DONE = f"SELECT count(*) FROM stories WHERE state = '{StoryState.IN_REVIEW}'"


def count(database: Database, query: str) -> int:
    with database.session() as session:
        return int(session.execute(text(query)).scalar_one() or 0)


def say(line: str) -> None:
    print(line, flush=True)
