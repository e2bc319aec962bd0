"""Workers, the scheduler and PostgreSQL killed at random while stories are written: nothing lost, nothing paid twice.

`python benchmarks/kills.py 500 4 10 2 1` is the big one: stories, workers, kills of workers, of the scheduler, of
PostgreSQL. Without arguments it is a small one. Prints what was done when, and how long each takeover took.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from many import DONE, Process, count, newsroom, say

from pipeline.errors import StorageError
from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait
from tests.newsroom import ModelServer, Reply, own_words
from tests.postgres import postgres

SLOWNESS = 0.3
"""Seconds the model takes, so that calls are under way when somebody is killed."""


def slow(prompt: str) -> str | Reply:
    time.sleep(SLOWNESS)
    return own_words(prompt)


def wait_for_progress(database: Database, before: int, patience: float) -> float | None:
    """Seconds until more is done than `before`; None when that does not come."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        with suppress(StorageError):
            if count(database, DONE) > before:
                return time.monotonic() - began
        time.sleep(0.25)
    return None


def main(stories: int = 40, workers: int = 2, kills: int = 3, scheduler_kills: int = 1, restarts: int = 1) -> int:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="inshort") as name, ModelServer(slow) as model:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder / "postgres") as server:
            database = newsroom(folder / "news", server.make("news"), model.base)
            articles_wait(database, stories)
            began = time.monotonic()
            crew = [Process.start(f"worker {n}", folder / "news", "worker") for n in range(workers)]
            leader = Process.start("scheduler", folder / "news", "daemon", "--lead-only")
            events = ["worker"] * kills + ["scheduler"] * scheduler_kills + ["postgres"] * restarts
            chance.shuffle(events)
            marks = sorted(chance.uniform(0.03, 0.9) * stories for _ in events)
            say(f"{'at s':>7} {'drafted':>8}  what{'':30} going on after s")
            for what, mark in zip(events, marks, strict=True):
                while count(database, DONE) < mark:
                    time.sleep(0.1)
                done = count(database, DONE)
                at = time.monotonic() - began
                if what == "worker":
                    place = chance.randrange(workers)
                    crew[place].send(signal.SIGKILL)
                    crew[place] = Process.start(f"worker {place}", folder / "news", "worker")
                elif what == "scheduler":
                    leader.send(signal.SIGKILL)
                    leader = Process.start("scheduler", folder / "news", "daemon", "--lead-only")
                else:
                    server.kill()
                    server.start()
                again = wait_for_progress(database, done, 120)
                gap = "NEVER" if again is None else f"{again:.1f}"
                say(f"{at:7.1f} {done:8}  kill -9 {what:<26} {gap}")
            while count(database, DONE) < stories:
                if wait_for_progress(database, count(database, DONE), 120) is None:
                    break
            took = time.monotonic() - began
            finished = count(database, DONE)
            ends = [process.end() for process in (*crew, leader)]
            for process in (*crew, leader):
                for at_, line in process.said[-3:]:
                    say(f"          {process.name}: {at_ - began:.1f} {line}")
            twice = model.asked.total() - len(model.asked)
            unsure = count(database, "SELECT count(*) FROM tries WHERE state = 'lost'")
            answered = count(database, "SELECT count(*) FROM calls WHERE state = 'answered'")
            aside = count(database, "SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL")
            of_a_call = "SELECT call_id FROM tries WHERE state = 'paid' GROUP BY 1 HAVING count(*) > 1"
            paid = count(database, f"SELECT count(*) FROM ({of_a_call}) t")
            longest = count(
                database,
                "SELECT coalesce(max(extract(epoch FROM created_at - lag)), 0)::int FROM (SELECT created_at,"
                " lag(created_at) OVER (ORDER BY created_at) AS lag FROM drafts) d",
            )
            say(f"{finished} of {stories} stories drafted and checked in {took:.0f} s; processes ended with {ends}")
            say(f"{answered} calls answered; asked twice {twice}; calls whose process was killed meanwhile {unsure}")
            say(f"calls with two paid answers {paid}; set aside {aside}; the longest time without a draft {longest} s")
            database.close()
            return 0 if finished == stories and paid == 0 and twice <= unsure and not aside else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
