"""What an edition costs to select where there are a million stories, with the memory that takes, on both databases.

python benchmarks/digest.py [STORIES [sqlite|postgresql]]        1000000 is the size the aim is for: under 100 ms

Each figure is the best and the median of several selections in CPU milliseconds of this process, then in milliseconds
by the clock, which for PostgreSQL has the server's work as well.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.publishing.issue import make_edition
from pipeline.storage.database import Database
from tests.postgres import postgres
from tests.storage.grown import grow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LOOKS = 15
SELECTIONS: dict[str, dict[str, Any]] = {
    "what no edition had": {},
    "of a week and a topic": {"since": NOW - timedelta(days=7), "until": NOW, "topic": "ai"},
    "once more, again": {"again": True},
    "again, of a topic": {"again": True, "topic": "ai"},
    "a preview": {"preview": True},
}


def select(database: Database, **how: Any) -> tuple[float, float, int]:
    """Milliseconds of CPU and by the clock, and how many stories were selected."""
    began, cpu = time.perf_counter(), time.process_time()
    with database.reading() as session:
        edition = make_edition(session, Config(), NOW, **how)
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - began) * 1000, len(edition.stories)


@contextmanager
def kinds(wanted: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        if wanted != "postgresql":
            yield {"SQLite": f"sqlite:///{name}/n.db"}
        if wanted != "sqlite":
            with postgres(Path(name) / "postgres") as server:
                yield {"PostgreSQL": server.make("whole")}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    for kind in sys.argv[2:3] or ["sqlite", "postgresql"]:
        with kinds(kind) as found:
            for name, url in found.items():
                measure(name, url, count)


def measure(name: str, url: str, count: int) -> None:
    database = Database(url)
    database.upgrade()
    began = time.perf_counter()
    grow(database, count, count)
    print(f"{name}: {count:,} stories, made in {time.perf_counter() - began:.0f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what, how in SELECTIONS.items():
        select(database, **how)
        looks = [select(database, **how) for _ in range(LOOKS)]
        cpu, clock = [look[0] for look in looks], [look[1] for look in looks]
        print(
            f"  {what:<22} {min(cpu):6.1f} ms of CPU (median {statistics.median(cpu):.1f}), "
            f"{min(clock):6.1f} ms (median {statistics.median(clock):.1f}), {looks[0][2]} stories"
        )
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"  memory: {more:.0f} MB more than before the first")
    database.close()


if __name__ == "__main__":
    main()
