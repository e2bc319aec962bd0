"""What a newsroom of many years costs at each look: what is due, status, a digest's selection, on both databases.

python benchmarks/growth.py [ENTRIES [STORIES]]      1000000 200000 is the size the aims are for: each under 100 ms

Each figure is the best and the median of several looks at a warm database, beside the best at one a tenth the
size: what does not grow with the rows shows a ratio near 1.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.monitoring.situation import look
from pipeline.storage import feeds, stories
from pipeline.storage.articles import entries
from pipeline.storage.database import Database
from pipeline.storage.publishing import editions
from tests.postgres import postgres
from tests.storage.grown import grow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PAGE = 200
LOOKS = 15


def due(database: Database) -> None:
    """One tick: a page of what is due in every stage."""
    with database.session() as session:
        feeds.due_feeds(session, NOW, PAGE)
        entries.due_entries(session, NOW, PAGE)
        entries.due_gathering(session, NOW, PAGE)
        stories.due_release(session, NOW, PAGE)
        stories.due_writing(session, NOW, PAGE)
        stories.due_checking(session, NOW, PAGE)
        stories.due_judging(session, NOW, PAGE)


def status(database: Database) -> None:
    look(database, Config(), Path(tempfile.gettempdir()), NOW)


def digest(database: Database) -> None:
    """What is approved, and what was approved in a week."""
    with database.session() as session:
        editions.approved_stories(session, since=None, until=None, topic=None, limit=50)


def digest_of_a_week(database: Database) -> None:
    with database.session() as session:
        editions.approved_stories(session, since=NOW - timedelta(days=7), until=NOW, topic="ai", limit=50)


LOOK_AT: dict[str, Callable[[Database], None]] = {
    "due round": due,
    "status": status,
    "digest": digest,
    "digest of a week": digest_of_a_week,
}


def measure(database: Database) -> dict[str, tuple[float, float]]:
    """Milliseconds of each look, best and median, after one to warm up."""
    found = {}
    for name, work in LOOK_AT.items():
        work(database)
        times = []
        for _ in range(LOOKS):
            began = time.perf_counter()
            work(database)
            times.append((time.perf_counter() - began) * 1000)
        found[name] = min(times), statistics.median(times)
    return found


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    many = int(sys.argv[2]) if len(sys.argv) > 2 else most // 5
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with postgres(Path(name) / "postgres") as server:
            kinds = {"SQLite": lambda label: f"sqlite:///{name}/{label}.db", "PostgreSQL": server.make}
            compare(kinds, most, many)


def compare(kinds: Mapping[str, Callable[[str], str]], most: int, many: int) -> None:
    for kind, fresh in kinds.items():
        found = []
        for label, part in (("tenth", 10), ("whole", 1)):
            database = Database(fresh(label))
            database.upgrade()
            began = time.perf_counter()
            grow(database, most // part, many // part)
            took = time.perf_counter() - began
            found.append(measure(database))
            database.close()
        print(f"{kind}: {most} entries, {many} stories, made in {took:.0f} s")
        for what, (best, middle) in found[1].items():
            small, _ = found[0][what]
            beside = f"{best / small:5.2f} x a tenth of the rows ({small:.1f} ms)"
            print(f"  {what:<18} {best:7.1f} ms (median {middle:.1f})   {beside}")


if __name__ == "__main__":
    main()
