"""Poison beside good articles on PostgreSQL, while workers are killed: python benchmarks/poison.py --seconds 120.

Three good feeds of four articles each; beside them a feed that never ends, one of a million items, one of empty
comments, a feed whose pages are hostile, and one whose articles the model answers with nonsense (`--clean` leaves all
of these out, to compare). One feed, one page and one answer are deadly: the process that reads them dies of SIGKILL,
each time. Three workers; one of them is killed every few seconds and started anew. A good article is late when it is
in review more than a minute after the workers' start.

All seconds are those of a core of one's own: on a machine that others use as well, where each takes longer by the
clock, the kills come as much later and a minute is as much longer. How much is measured all the time, and printed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from many import Process
from sqlalchemy import text

from pipeline.storage.database import Database
from tests.loopback_site import Site
from tests.newsroom import ROOT, ModelServer, openai_writer, own_words, write_config
from tests.postgres import postgres

LATE = 60.0
SPIN = 0.02
"""Seconds of the processor in which is measured how long they take by the clock."""
DEADLY = "zzdeadlyzz"
"""Whoever reads this dies of it."""
DIES = """
import os, pickle, signal, sys
if "pipeline.processes" in sys.orig_argv:
    loads = pickle.loads
    def read(given):
        if {deadly!r} in given:
            with open({died!r}, "a") as told:
                told.write(".")
            os.kill(os.getpid(), signal.SIGKILL)
        return loads(given)
    pickle.loads = read
"""
GOOD = ((0, "North"), (100, "South"), (200, "East"))
POISONED_PAGES = ("<div>" * 600_000, "<p>" + "a\u0301" * 500_000, "<!---->" * 400_000, "<a b='c' " * 300_000, DEADLY)
POISONED_ANSWERS = ('{"a":' * 200_000, "[" * 500_000, '{"dek": "\\ud800"}', "<think>" * 100_000, DEADLY)
ANSWERED = 900
"""The articles from this number on are those that the model answers with nonsense."""


class Poisoned(Site):
    """Feeds and pages that others might wish on a newsroom."""

    def __init__(self) -> None:
        super().__init__(len(POISONED_PAGES))
        self.over = threading.Event()

    def find(self, path: str) -> str | None:
        if path == "/endless.xml":
            self.over.wait()
        if path == "/items.xml":
            return f"<rss version='2.0'><channel>{'<item/>' * 1_000_000}</channel></rss>"
        if path == "/comments.xml":
            return "<rss version='2.0'><channel><item><title>" + "<!---->" * 140_000 + "</title></item></channel></rss>"
        if path == "/deadly.xml":
            return f"<rss version='2.0'><channel><title>{DEADLY}</title></channel></rss>"
        if (number := path.strip("/")).isdigit():
            return f"<html lang='en'><body><article>{POISONED_PAGES[int(number)]}</article></body></html>"
        return super().find(path)


class OwnTime:
    """Seconds as a core of one's own would count them."""

    def __init__(self) -> None:
        self.began = self._looked = time.monotonic()
        self._passed = 0.0

    def passed(self) -> float:
        began, computed = time.monotonic(), time.thread_time()
        while time.thread_time() - computed < SPIN:
            pass
        now = time.monotonic()
        self._passed += (now - self._looked) * min(SPIN / (now - began), 1.0)
        self._looked = now
        return self._passed

    def by_the_wall(self) -> float:
        return time.monotonic() - self.began


def answer(prompt: str) -> str:
    for number, poison in enumerate(POISONED_ANSWERS):
        if f"Marlow{ANSWERED + number}" in prompt:
            return own_words(prompt).replace('{"text": "', f'{{"text": "{DEADLY} ', 1) if poison == DEADLY else poison
    return own_words(prompt)


def measure(folder: Path, url: str, seconds: float, every: float, *, poisoned: bool) -> int:
    with ExitStack() as open_:
        model = open_.enter_context(ModelServer(answer))
        good = {name: open_.enter_context(Site(first + 4, shown=4)) for first, name in GOOD}
        nonsense = open_.enter_context(Site(ANSWERED + len(POISONED_ANSWERS), shown=len(POISONED_ANSWERS)))
        bad = open_.enter_context(Poisoned())
        open_.callback(bad.over.set)
        feeds = {f"{name} Post": site.feed for name, site in good.items()}
        if poisoned:
            feeds |= {f"Bad {kind}": f"{bad.base}/{kind}.xml" for kind in ("endless", "items", "comments", "deadly")}
            feeds |= {"Bad pages": bad.feed, "Bad answers": nonsense.feed}
        write_config(
            folder,
            feeds,
            writer=openai_writer(model.base, caps={"day": "1000"}, concurrency=4),
            database=url,  # type: ignore[arg-type]
            digest={"cron": None},
            daemon={"stage_seconds": 1, "poll_seconds": 60, "grace_seconds": 5},
        )
        rows = Database(url)
        rows.upgrade()
        open_.callback(rows.close)
        return _watch(folder, rows, seconds, every)


def _watch(folder: Path, rows: Database, seconds: float, every: float) -> int:
    wanted = {f"Marlow{first + n} tests a chatbot" for first, _ in GOOD for n in range(4)}
    clock = OwnTime()
    died = folder / "died"
    (folder / "sitecustomize.py").write_text(DIES.format(deadly=DEADLY.encode(), died=str(died)))

    def start(place: int) -> Process:
        return Process.start(f"worker {place}", folder, "worker", PYTHONPATH=f"{folder}:{ROOT}")

    workers = [start(place) for place in range(3)]
    arrived: dict[str, float] = {}
    kills = 0
    try:
        while (passed := clock.passed()) < seconds:
            if passed > (kills + 1) * every:
                place = kills % len(workers)
                workers[place].send(signal.SIGKILL)
                workers[place].process.wait()
                workers[place] = start(place)
                kills += 1
            for (title,) in _rows(rows, "SELECT title FROM stories WHERE state = 'in_review'"):
                if title in wanted:
                    arrived.setdefault(title, clock.passed())
            time.sleep(0.25)
    finally:
        for worker in workers:
            worker.send(signal.SIGTERM)
        ends = [worker.end() for worker in workers]
    for title in sorted(wanted):
        print(f"{title:<32} {f'{arrived[title]:6.1f} s' if title in arrived else 'never'}")
    readers = len(died.read_text()) if died.exists() else 0
    print(
        f"{kills} workers killed, {readers} readers dead in {seconds:.0f} s ({clock.by_the_wall():.0f} s by the clock)"
    )
    print(f"the last workers ended with {ends}")
    print("steps that tripped or died:")
    for row in _rows(
        rows,
        "SELECT stage, thing_id, tripped, deaths, set_aside_at IS NOT NULL, left(error, 100) FROM steps"
        " WHERE tripped > 0 OR deaths > 0 OR set_aside_at IS NOT NULL ORDER BY 1, 2",
    ):
        print("  ", *row)
    print("feeds and entries of the poisoned:")
    for row in _rows(
        rows,
        "SELECT f.name, f.state, f.failures, left(f.last_error, 100), e.state, left(e.reason, 100), count(e.id)"
        " FROM feeds f LEFT JOIN entries e ON e.feed_id = f.id WHERE f.name LIKE 'Bad %'"
        " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1",
    ):
        print("  ", *row)
    print("stories:", *_rows(rows, "SELECT state, count(*) FROM stories GROUP BY 1"))
    late = [title for title in wanted if arrived.get(title, seconds + LATE) > LATE]
    print(f"verdict: {len(wanted) - len(late)} of {len(wanted)} good articles in review within {LATE:.0f} s")
    return 1 if late else 0


def _rows(rows: Database, query: str) -> list[tuple[object, ...]]:
    with rows.session() as session:
        return [tuple(row) for row in session.execute(text(query))]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=120, help="how long to watch")
    options.add_argument("--every", type=float, default=6, help="seconds between two kills")
    options.add_argument("--clean", action="store_true", help="without the poison, to compare")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, postgres(Path(name) / "pg") as server:
        url = server.make("poison")
        return measure(Path(name) / "newsroom", url, given.seconds, given.every, poisoned=not given.clean)


if __name__ == "__main__":
    sys.exit(main())
