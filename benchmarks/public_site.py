"""How long a site takes: all of it, once more with nothing to do, and after one story changed; with the memory taken.

python benchmarks/public_site.py [STORIES]        20000 is the size the aims are for: a minute, and two seconds
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from pipeline.config import Config
from pipeline.publishing.public_site.build import build_site
from pipeline.storage.database import Database
from tests.publishing.approved import ADA, approve

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def measure(database: Database, config: Config, folder: Path, what: str) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    built = build_site(database, config, NOW, folder=folder, by=ADA)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<22} {took:6.2f} s ({cpu:.2f} s of CPU), {built.written} files written of {built.stories} stories, "
        f"memory at most {peak:.0f} MB"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    folder = Path(tempfile.mkdtemp())
    try:
        database = Database(f"sqlite:///{folder}/n.db")
        database.upgrade()
        for first in range(1, count + 1, 500):
            some = range(first, min(first + 500, count + 1))
            at = NOW - timedelta(days=300) + timedelta(minutes=first * 20)
            approve(database, some, at, topic=f"topic {first // 500 % 12}", model="m", step=1200)
        with database.session() as session:  # published one by one long ago
            done = "state = 'published', public_at = approved_at, address = '2026/01/01/story-' || id || '.html'"
            session.execute(text(f"UPDATE stories SET {done}"))
        config = Config.model_validate({"site": {"address": "https://news.example/"}})
        measure(database, config, folder / "site", "all of it")
        measure(database, config, folder / "site", "nothing to do")
        approve(database, [count + 1], NOW, topic="topic 3", model="m")
        measure(database, config, folder / "site", "one story more")
        database.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
