"""Stories a second through all stages, with a model that answers at once: where the time goes, what the queue costs.

python benchmarks/throughput.py [STORIES]      60 without arguments, about two minutes on a quiet machine

A feed and its pages are served on loopback; each story is polled, read, gathered, written and checked. `embedded` is
one daemon on SQLite; `N workers` are N processes on a PostgreSQL of their own, one of which leads. The clock starts
when every process has had a few stories and the feed is due again, and stops with the last story in review.
Milliseconds of each stage are what its steps took by the processes' own logs, waiting for their turn included: with
more under way at once than there are cores they add up to more than the time that passed. The queue by itself: empty
jobs deferred as the leader does, fetched and finished as a worker does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import procrastinate
from many import DONE, Process, count, say
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector
from sqlalchemy import text

from pipeline.config import Config
from pipeline.engine.workers import at_once
from pipeline.storage.database import Database
from pipeline.storage.engine import jobs
from tests.loopback_site import Site
from tests.newsroom import ModelServer, openai_writer, write_config
from tests.postgres import postgres

STAGES = ("poll", "collect", "gather", "write", "check")
PATIENCE = 120
WARM = 24
"""Stories before the clock starts, so that every process has loaded what it needs."""


def measure(folder: Path, url: str, processes: list[str], stories: int) -> tuple[float, dict[str, list[float]]]:
    """Seconds until all stories are in review, and the milliseconds of every step by stage."""
    database = Database(url)
    database.upgrade()
    with Site(WARM) as site, ModelServer() as model:
        write_config(
            folder,
            {"Marlow Post": site.feed},
            writer=openai_writer(model.base, caps={"day": "1000"}, concurrency=8),
            database=url,  # type: ignore[arg-type]
            digest={"cron": None},
            log={"format": "json", "level": "info"},
            polling={"max_age_days": 3650, "per_host": 16},
            daemon={"stage_seconds": 1, "poll_seconds": 1, "grace_seconds": 5},
        )
        with database.session() as session:
            # Not due before everybody is there.
            session.execute(
                text(
                    "INSERT INTO feeds (url, name, topic, origin, state, reason, next_poll_at, poll_reason, failures,"
                    " last_error, moved_seen) VALUES (:url, 'Marlow Post', '', 'config', 'active', '',"
                    " '2099-01-01 00:00:00+00:00', '', 0, '', 0)"
                ),
                {"url": site.feed},
            )
        crew = [Process.start(f"{kind} {n}", folder, kind) for n, kind in enumerate(processes)]
        try:
            while not all(any("started" in line for _, line in process.said) for process in crew):
                time.sleep(0.05)
            go(database, WARM)
            began, at = time.monotonic(), datetime.now(UTC)
            site.add(stories)
            go(database, WARM + stories)
            took = time.monotonic() - began
        finally:
            for process in crew:
                process.end()
            database.close()
    spent = defaultdict(list)
    for process in crew:
        for _, line in process.said:
            if line.startswith("{") and (found := json.loads(line)).get("event") == "done":
                if datetime.fromisoformat(found["timestamp"]) < at:
                    continue
                spent[found["stage"]].append(float(found["milliseconds"]))
    return took, spent


def go(database: Database, stories: int) -> None:
    """Let the feed be due, and wait until so many stories are in review."""
    with database.session() as session:
        session.execute(text("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00+00:00'"))
    end = time.monotonic() + PATIENCE
    while (done := count(database, DONE)) < stories:
        if time.monotonic() > end:
            raise SystemExit(f"{done} of {stories} stories after {PATIENCE} s")
        time.sleep(0.05)


async def queue_alone(url: str, count: int = 1000) -> tuple[float, float]:
    """Empty jobs a second: deferred together, and fetched and finished."""
    database = Database(url)
    database.upgrade()
    jobs.make_tables(database)
    database.close()
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    app = procrastinate.App(
        connector=PsycopgConnector(
            conninfo=plain, kwargs={"options": jobs.OPTIONS}, configure=jobs.commit_each, min_size=1, max_size=10
        )
    )

    @app.task(name="step")
    async def step(stage: str, thing: int) -> None:
        """Nothing: what is left is the queue."""

    async with app.open_async():
        began = time.monotonic()
        for first in range(0, count, 500):
            await app.job_manager.batch_defer_jobs_async(
                jobs=[
                    Job(
                        queue="check",
                        lock=f"check/{n}",
                        queueing_lock=f"check/{n}",
                        task_name="step",
                        priority=-n,
                        task_kwargs={"stage": "check", "thing": n},
                    )
                    for n in range(first, min(first + 500, count))
                ]
            )
        deferred = time.monotonic() - began
        began = time.monotonic()
        await app.run_worker_async(
            queues=["check"],
            wait=False,
            install_signal_handlers=False,
            delete_jobs="always",
            concurrency=at_once(Config(), "collect"),
        )
        worked = time.monotonic() - began
    return count / deferred, count / worked


def main(stories: int = 60) -> None:
    say(f"{'':<12} {'seconds':>8} {'stories/s':>10}   milliseconds a story by stage")
    say(f"{'':<12} {'':>8} {'':>10}   " + " ".join(f"{stage:>8}" for stage in STAGES))
    with tempfile.TemporaryDirectory(prefix="inshort", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder / "postgres") as server:
            (folder / "embedded").mkdir()
            settings = {"embedded": (f"sqlite:///{folder}/embedded/inshort.db", ["daemon"])}
            for workers in (1, 2, 4):
                settings[f"{workers} worker{'s' * (workers > 1)}"] = (server.make(f"w{workers}"), ["worker"] * workers)
            for label, (url, processes) in settings.items():
                took, spent = measure(folder / label.replace(" ", ""), url, processes, stories)
                each = " ".join(f"{sum(spent[stage]) / stories:8.1f}" for stage in STAGES)
                say(f"{label:<12} {took:8.1f} {stories / took:10.1f}   {each}")
            deferred, worked = asyncio.run(queue_alone(server.make("queue")))
    say(f"the queue alone: {deferred:.0f} jobs a second deferred, {worked:.0f} fetched and finished by one worker")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
