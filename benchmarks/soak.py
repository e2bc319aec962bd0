"""A day of a daemon in some minutes: is its memory flat? The feed is polled as often as in 24 hours, pages keep coming.

python benchmarks/soak.py [SECONDS]      130 without arguments; 600 is a good one

One daemon on SQLite with its clocks quickened: each second the feed is due again and has new articles, of which each
is read, written (by a model that answers at once) and checked; the digest, the backup and pruning come every minute.
Printed is what the daemon itself and the processes it reads pages in hold, in MB, and the growth of the daemon by a
straight line through the second half, when everything has been used for the first time. In a short run that line has
what still fills up in it: pages SQLite keeps for each connection (2 MB) and words the checks know. Exit 1 if something
tripped or did not end in order.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from many import DONE, Process, count, say
from sqlalchemy import text

from pipeline.storage.database import Database
from pipeline.storage.engine import clocks
from tests.loopback_site import Site
from tests.newsroom import ModelServer, openai_writer, write_config

SHOWN = 20
"""Articles the feed names: as with real ones, the older go."""


def resident(pid: int) -> float:
    """MB of memory a process holds; 0 for one that is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1_000_000


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def slope(points: list[tuple[int, float]]) -> float:
    """MB for a hundred polls."""
    return 100 * statistics.linear_regression([p for p, _ in points], [mb for _, mb in points]).slope


def main(seconds: int = 130) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="inshort", ignore_cleanup_errors=True) as name,
        Site(SHOWN, shown=SHOWN) as site,
        ModelServer() as model,
    ):
        folder = Path(name)
        write_config(
            folder,
            {"Marlow Post": site.feed},
            writer=openai_writer(model.base, caps={"day": "1000"}),
            digest={"cron": "* * * * *"},
            keeping={"backup_cron": "* * * * *", "prune_cron": "* * * * *", "keep_backups": 2},
            daemon={"stage_seconds": 1, "poll_seconds": 1},
        )
        database = Database(f"sqlite:///{folder}/inshort.db")
        database.upgrade()
        with database.session() as session:
            # As if it had been off for an hour: what the clocks need is loaded in the first half.
            for clock in ("digest", "backup", "prune", "recover", "alarms"):
                clocks.fired(session, clock, datetime.now(UTC) - timedelta(hours=1))
        daemon = Process.start("daemon", folder, "daemon")
        pid = daemon.process.pid
        points: list[tuple[int, float]] = []
        polls = 0
        say(f"{'at s':>6} {'polls':>6} {'stories':>8} {'daemon MB':>10} {'readers MB':>11}")
        began = told = time.monotonic()
        polled = ""
        while time.monotonic() - began < seconds:
            time.sleep(0.5)
            with database.session() as session:
                at = str(session.scalar(text("SELECT max(last_polled_at) FROM feeds")))
                if at != polled:
                    polled, polls = at, polls + 1
                    session.execute(text("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'"))
                    site.add()
                    # Editors keep up, so that there is something to publish.
                    session.execute(
                        text(
                            "UPDATE stories SET state = 'approved', approved_at = :at, approved_hash ="
                            " (SELECT hash FROM drafts WHERE drafts.id = current_draft_id) WHERE state = 'in_review'"
                            " AND id % 2 = 0"
                        ),
                        {"at": at},
                    )
            points.append((polls, resident(pid)))
            model.bodies.clear()
            if time.monotonic() - told >= seconds / 10:
                told = time.monotonic()
                readers = sum(resident(child) for child in children(pid))
                drafted = count(database, "SELECT count(*) FROM drafts")
                say(f"{told - began:6.0f} {polls:6} {drafted:8} {points[-1][1]:10.1f} {readers:11.1f}")
        status = daemon.end()
        editions = count(database, "SELECT count(*) FROM editions")
        aside = count(database, "SELECT count(*) FROM steps")
        left = count(database, DONE)
        database.close()
    grows = slope([point for point in points if point[0] > polls / 2])
    say(f"{editions} editions, {left} stories in review, {aside} steps that tripped, the daemon ended with {status}")
    say(f"second half: {grows:+.2f} MB for a hundred polls; a day of a feed polled every 15 minutes has 96")
    return 0 if status == 0 and not aside else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
