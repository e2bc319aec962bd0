"""Money under bad luck: what a stub that counts was paid for, beside what the ledger says, in both lanes.

python benchmarks/unlucky.py [--seconds 100]

The database is locked for so long while answers come; the disk is full (a small tmpfs, so this needs root); answers
hold half a character or a raw U+2028; usage is absurd; the log of the database is deleted after a kill, which the
documentation says takes the last answers with it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.engine.trial import _stage
from pipeline.model import Article, Verdict
from pipeline.storage.database import Database
from tests.articles_waiting import nothing_to_poll
from tests.llm.batch_server import BatchServer
from tests.newsroom import completion, own_words

ROOT = Path(__file__).parent.parent
PRICE = {"input": "0.4", "output": "1.6", "as_of": "2026-11-01", "batch": "0.5"}
TEXT = (
    "The {} bridge was opened on Monday by the mayor.\nIt took four years to build and cost 12 million pounds.\n"
    "Engineers say it will carry 8,000 people a day.\nThe old one will be taken down in spring."
)
NAMES = ("Marlow", "Holbrook", "Tidewell", "Ambry")


class Server(BatchServer):
    """Answers wait for `go`; `said` and `usage` change them. `asked` is set once all are out."""

    def __init__(self, said: Callable[[str], str] = own_words, usage: dict[str, Any] | None = None) -> None:
        super().__init__(self._line, polls=1)
        self.said, self.usage = said, usage
        self.asked, self.go, self.out = threading.Event(), threading.Event(), 0
        self.dumps = lambda document: json.dumps(document, ensure_ascii=False)

    def _body(self, prompt: str) -> dict[str, Any]:
        found = completion(content=self.said(prompt))
        return {**found, "usage": self.usage} if self.usage else found

    def _line(self, prompt: str) -> dict[str, Any]:
        return {"response": {"status_code": 200, "body": self._body(prompt)}, "error": None}

    def wait(self) -> None:
        self.asked.set()
        self.go.wait(600)

    def chat(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = body["messages"][-1]["content"]
        with self._lock:
            self.answered["now", prompt] += 1
            self.out += 1
        if self.out >= len(NAMES):
            self.asked.set()
        self.go.wait(600)
        return self._body(prompt)

    def poll(self, name: str) -> dict[str, Any]:
        found = super().poll(name)
        if found["status"] == "completed":
            self.wait()
        return found


class Room:
    def __init__(self, folder: Path, server: Server, lane: str) -> None:
        self.folder, self.server, self.lane = folder, server, lane
        writer = {"kind": "openai", "model": "m", "base_url": f"{server.base}/v1", "price": PRICE, "lane": lane}
        config = {"writer": {**writer, "caps": {"day": "5"}, "concurrency": 8}, "judge": False}
        (folder / "config.yaml").write_text(json.dumps(config))
        database = Database(f"sqlite:///{folder}/inshort.db")
        database.upgrade()
        for number, name in enumerate(NAMES):
            article = Article(Verdict.ARTICLE, "", f"{name} bridge", TEXT.format(name), site="F")
            _stage(database, article, f"https://e.org/{number}")
        nothing_to_poll(database)
        database.close()
        self.rows("UPDATE articles SET look_at = NULL")

    def rows(self, *statements: str) -> list[Any]:
        connection = sqlite3.connect(self.folder / "inshort.db", timeout=200)
        with connection:
            found = [connection.execute(each).fetchall() for each in statements]
        connection.close()
        return found[-1]

    def start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "none", "INSHORT_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", "--quiet"]
        pipe = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=pipe, stderr=pipe)

    def time_comes(self) -> None:
        """What waits for a time is let go."""
        long_ago = "'2020-01-01 00:00:00.000000'"
        self.rows(
            "UPDATE stories SET next_try_at = NULL WHERE state != 'failed'",
            f"UPDATE batches SET next_at = {long_ago}, opened_at = {long_ago} WHERE state != 'collected'"
            if self._has("batches", "opened_at")
            else f"UPDATE batches SET next_at = {long_ago} WHERE state != 'collected'",
            "UPDATE steps SET next_try_at = NULL",
        )

    def _has(self, table: str, column: str) -> bool:
        return column in {name for _, name, *_ in self.rows(f"PRAGMA table_info({table})")}

    def until_asked(self) -> subprocess.Popen[bytes]:
        """Runs until the answers are on their way, and held back."""
        for _ in range(12):
            running = self.start()
            while running.poll() is None and not self.server.asked.is_set():
                time.sleep(0.05)
            if self.server.asked.is_set():
                return running
            self.time_comes()
        raise SystemExit("the model was never asked")

    def to_the_end(self) -> None:
        self.server.go.set()
        for _ in range(12):
            if self.rows("SELECT count(DISTINCT story_id) FROM drafts")[0][0] == len(NAMES):
                return
            self.time_comes()
            self.start().wait()


def told(room: Room, what: str, *, known: str = "") -> bool:
    paid: Counter[str] = Counter()
    for (_, prompt), times in room.server.answered.items():
        paid[prompt] += times
    states = Counter(state for (state,) in room.rows("SELECT state FROM tries"))
    spent = room.rows("SELECT coalesce(sum(cost_micro), 0), count(*) FROM tries WHERE state = 'paid'")[0]
    drafts = room.rows("SELECT count(DISTINCT story_id) FROM drafts")[0][0]
    again = sum(paid.values()) - len(paid)
    booked = sum(states[state] for state in ("paid", "lost"))
    well = drafts == len(NAMES) and booked >= sum(paid.values()) and not again
    states_said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    print(
        f"{room.lane:<6} {what:<22} answers paid {sum(paid.values())}, asked again {again}; ledger: {states_said}, "
        f"{spent[0]} millionths; drafts {drafts}: {'holds' if well else known or 'DOES NOT HOLD'}",
        flush=True,
    )
    return well


def locked(folder: Path, lane: str, seconds: float) -> bool:
    with Server() as server:
        room = Room(folder, server, lane)
        running = room.until_asked()
        connection = sqlite3.connect(room.folder / "inshort.db", isolation_level=None, timeout=30)
        connection.execute("BEGIN IMMEDIATE")
        server.go.set()
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()
        running.wait()
        room.to_the_end()
        return told(room, f"locked for {seconds:g} s")


def full(folder: Path, lane: str, seconds: float) -> bool:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], check=True)
    try:
        with Server() as server:
            room = Room(folder, server, lane)
            running = room.until_asked()
            filler = folder / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"0" * 4096)
                except OSError:
                    pass
            server.go.set()
            time.sleep(seconds)
            filler.unlink()
            running.wait()
            room.to_the_end()
            return told(room, f"disk full for {seconds:g} s")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def odd(folder: Path, lane: str, what: str, said: Callable[[str], str], usage: dict[str, Any] | None = None) -> bool:
    with Server(said, usage) as server:
        server.go.set()
        room = Room(folder, server, lane)
        if lane == "batch" and what == "half a character":
            server.dumps = json.dumps  # as raw bytes it is no UTF-8
        room.to_the_end()
        room.time_comes()
        room.start().wait()
        return told(room, what)


def log_deleted(folder: Path, lane: str) -> bool:
    with Server() as server:
        room = Room(folder, server, lane)
        running = room.until_asked()
        server.go.set()
        while running.poll() is None and not room.rows("SELECT count(*) FROM tries WHERE state = 'paid'")[0][0]:
            time.sleep(0.01)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
        running.wait()
        for name in ("inshort.db-wal", "inshort.db-shm"):
            (folder / name).unlink(missing_ok=True)
        room.to_the_end()
        return told(room, "log deleted after kill", known="as documented")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=100, help="how long the database is locked")
    parser.add_argument("--only", default="", help="cases with this word in their name")
    given = parser.parse_args()

    def with_in(mark: str) -> Callable[[str], str]:
        return lambda prompt: own_words(prompt).replace("bridge", f"bridge{mark}")

    cases: dict[str, Callable[[Path, str], bool]] = {
        "locked": lambda folder, lane: locked(folder, lane, given.seconds),
        "full": lambda folder, lane: full(folder, lane, 20),
        "surrogate": lambda folder, lane: odd(folder, lane, "half a character", with_in("\ud83d")),
        "line": lambda folder, lane: odd(folder, lane, "a raw U+2028", with_in("\u2028")),
        "usage": lambda folder, lane: odd(
            folder,
            lane,
            "absurd usage",
            own_words,
            {"prompt_tokens": 10**25, "completion_tokens": 10**25, "total_tokens": -1},
        ),
        "log": log_deleted,
    }
    with tempfile.TemporaryDirectory() as place:
        for name, case in cases.items():
            for lane in ("now", "batch"):
                if given.only in name:
                    folder = Path(place) / f"{name}-{lane}"
                    folder.mkdir()
                    case(folder, lane)
                    for line in Path(f"{folder}.log").read_text("utf-8", "replace").splitlines()[:4]:
                        print(f"       {line[:200]}")


if __name__ == "__main__":
    main()
