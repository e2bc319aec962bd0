"""Months of a daemon in virtual time: its real clocks, its real digest, rows on disk; only the time is ours."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.config import Config
from pipeline.engine import clocks
from pipeline.engine.daemon import DaemonJobs
from pipeline.engine.rounds import Engine
from pipeline.glossary import load_glossary
from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait

DOWN = (10, 13)
"""From noon of this day to noon of that one nothing runs."""


@pytest.fixture
def newsroom(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    """One story, drafted and checked."""
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    articles_wait(database, 1)
    asyncio.run(Engine(database, Config(), load_glossary()).round())
    yield database
    database.close()


def approve(newsroom: Database, at: datetime) -> None:
    with newsroom.session() as session:
        told = text(
            "UPDATE stories SET state = 'approved', edition_id = NULL, approved_at = :at, approved_hash = hash"
            " FROM drafts"
        )
        session.execute(told, {"at": f"{at:%Y-%m-%d %H:%M:%S.%f}"})


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Oslo", "2027-03-01"),
        ("Europe/Oslo", "2027-10-01"),
        ("America/New_York", "2027-03-01"),
        ("America/New_York", "2027-10-15"),
    ],
)
def test_every_digest_of_a_month_is_issued_once(newsroom: Database, zone: str, first: str) -> None:
    """At 02:30, which the night of the spring leaves out and that of the autumn has twice.

    The daemon wakes at each time and an hour later, looks twice, and each time its clock is set back by an hour.
    """
    config = Config.model_validate({"newsroom": {"timezone": zone}, "digest": {"cron": "30 2 * * *"}})
    engine = Engine(newsroom, config, load_glossary())
    (digest,) = (clock for clock in clocks.wanted(config) if clock.name == "digest")
    noons = [
        datetime.fromisoformat(f"{first}T12:00").replace(tzinfo=config.newsroom.zone) + timedelta(days=n)
        for n in range(31)
    ]

    async def look(*moments: datetime) -> None:
        for moment in moments:
            engine.now = lambda moment=moment: moment  # type: ignore[misc]
            await clocks.fire(engine, digest)

    async def live() -> None:
        for day, noon in enumerate(noons):
            if DOWN[0] < day < DOWN[1]:
                continue
            at, hour = noon.astimezone(UTC), timedelta(hours=1)
            await look(at, at - hour)
            approve(newsroom, at)
            if day != DOWN[0] and (night := clocks.next_after(digest, config.newsroom.zone, at)):
                await look(night, night, night - hour, night + hour, night)

    asyncio.run(live())
    with newsroom.session() as session:
        issued = [key for (key,) in session.execute(text("SELECT key FROM editions ORDER BY id"))]
    days = [f"{noon:%Y-%m-%d}" for n, noon in enumerate([*noons, noons[-1] + timedelta(days=1)]) if n]
    wanted = [day for n, day in enumerate(days, 1) if not DOWN[0] < n < DOWN[1]]
    assert [key.split()[1] for key in issued] == wanted
    assert len({key.split()[2] for key in issued}) == (2 if first.startswith("2027-03") else 1)


@pytest.mark.parametrize("first", ["2027-03-14", "2027-10-15"])
def test_a_month_of_the_jobs_as_apscheduler_is_given_them(newsroom: Database, tmp_path: Path, first: str) -> None:
    """The time jumps to where the triggers of the nightly clocks say; each job that is late by then runs once."""
    sections = {
        "newsroom": {"timezone": "Europe/Oslo"},
        "digest": {"cron": "30 2 * * *"},
        "keeping": {"backup_cron": "30 2 * * sun", "prune_cron": "30 2 * * *", "keep_backups": 9},
        "alarms": {"backup_hours": 200},
    }
    config = Config.model_validate(sections)
    start = datetime.fromisoformat(f"{first}T12:00").replace(tzinfo=config.newsroom.zone)
    days = [(start + timedelta(days=n)).date() for n in range(1, 31)]
    now = start.astimezone(UTC)
    engine = Engine(newsroom, config, load_glossary(), folder=tmp_path, now=lambda: now)
    running = DaemonJobs(engine, lambda: config)
    running._set_up()
    jobs = {job.id: job for job in running._scheduler.get_jobs() if isinstance(job.trigger, clocks.Times)}
    assert jobs.keys() == {"digest", "planned", "backup", "prune", "recover", "alarms"}

    async def live() -> None:
        nonlocal now
        due = dict.fromkeys(jobs, now)
        while now.astimezone(config.newsroom.zone).date() <= days[-1]:
            for name in [name for name, at in due.items() if at <= now]:
                await jobs[name].func()
                due[name] = jobs[name].trigger.get_next_fire_time(now, now)
            approve(newsroom, now)
            now = min(due[name] for name in ("digest", "backup", "prune"))

    asyncio.run(live())
    with newsroom.session() as session:
        issued = [key.split()[1] for (key,) in session.execute(text("SELECT key FROM editions ORDER BY id"))]
        backups = session.scalar(text("SELECT count(*) FROM backups"))
        names = {name for (name,) in session.execute(text("SELECT name FROM clocks"))}
        alarms = session.scalar(text("SELECT count(*) FROM alarms WHERE name LIKE 'backup%'"))
    assert issued == [f"{day}" for day in days]
    assert (backups, alarms, names) == (sum(day.weekday() == 6 for day in days), 0, set(jobs))
