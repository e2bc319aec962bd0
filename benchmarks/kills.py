"""Workers, the scheduler and PostgreSQL killed at random while stories are written: nothing lost, nothing paid twice.

`python benchmarks/kills.py 500 4 10 2 1` is the big one: stories, workers, kills of workers, of the scheduler, of
PostgreSQL. Without arguments it is a small one. Prints what was done when, and how long each takeover took.

`python benchmarks/kills.py grouping [KILLS]` kills two workers while they place the 436 labelled reports and a judge is
asked: the stories must be those of two workers that nobody killed, no pair asked twice, no report lost, no cap passed.
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
from tests.inspection.endpoint import Endpoint
from tests.newsroom import ModelServer, Reply, own_words, write_config
from tests.postgres import postgres
from tests.stories.labelled import WAITS, Knowing, groups_of, judge_at, labelled, reports_wait, wrongs

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


def grouping(kills: int = 10) -> int:
    told, events = labelled("seen", "more", "apart")
    judge, chance = Knowing(told, events), random.Random(20)
    endpoint = Endpoint()

    def slowly(one: str, other: str) -> float:
        time.sleep(SLOWNESS)
        return judge(one, other)

    def group(folder: Path, url: str, kills: int) -> tuple[set[frozenset[str]], bool]:
        write_config(folder, {}, database=url, digest={"cron": None}, judge=judge_at(endpoint.base))  # type: ignore[arg-type]
        database = Database(url)
        database.upgrade()
        reports_wait(database, told)
        worker = ("worker", "--queues", "collect,write")
        crew = [Process.start(f"worker {n}", folder, *worker) for n in range(2)]
        marks = sorted(chance.uniform(0.03, 0.95) * len(told) for _ in range(kills))
        for mark in reversed(marks):
            while count(database, WAITS) > mark:
                time.sleep(0.05)
            time.sleep(chance.uniform(0, SLOWNESS))
            place = chance.randrange(2)
            crew[place].send(signal.SIGKILL)
            crew[place] = Process.start(f"worker {place}", folder, *worker)
        while count(database, WAITS):
            time.sleep(0.2)
        for process in crew:
            process.end()
        found, wrong = groups_of(database), wrongs(database)
        asked, lost = (
            count(database, f"SELECT count(*) FROM {what}") for what in ("pairs", "tries WHERE state = 'lost'")
        )
        say(f"{kills} kills: {len(told)} reports are {len(found)} stories; {asked} pairs asked about, {lost} questions "
            f"under way when somebody was killed; wrong: {wrong or 'nothing'}")  # fmt: skip
        database.close()
        return found, bool(wrong)

    with tempfile.TemporaryDirectory(prefix="inshort") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder / "postgres") as server:
            calm, one = group(folder / "calm", server.make("calm"), 0)
            killed, other = group(folder / "killed", server.make("killed"), kills)
    endpoint.end()
    say(f"stories that differ: {len(calm - killed)} of {len(calm)}")
    return 1 if calm != killed or one or other else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["grouping"]:
        sys.exit(grouping(*map(int, sys.argv[2:])))
    sys.exit(main(*map(int, sys.argv[1:])))
