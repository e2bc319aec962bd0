"""A thing that trips its stage is set aside and shown; a process that dies of one counts against it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import literal, select, union_all

from pipeline.config import Config
from pipeline.engine.rounds import Engine
from pipeline.engine.stages import GATHER, Stage
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.glossary import load_glossary
from pipeline.storage import steps, workers
from pipeline.storage.database import Database, Session

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def engine_at(database: Database, now: datetime) -> Engine:
    return Engine(database, Config(), load_glossary(), now=lambda: now)


def resting(session: Session, now: datetime) -> list[int]:
    """A stage of three things: those that may be tried now."""
    things = union_all(*(select(literal(n).label("id")) for n in (1, 2, 3))).subquery()
    return list(session.scalars(select(things.c.id).where(steps.not_resting("gather", things.c.id, now))))


def test_a_thing_that_always_trips_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    done: list[int] = []

    async def advance(_tools: Tools, thing: int) -> None:
        if thing == 2:
            raise KeyError("a bug")
        done.append(thing)

    stage: Stage = replace(GATHER, advance=advance, due=lambda s, now, _limit: resting(s, now))
    for hours in range(5):
        engine = engine_at(database, NOW + timedelta(hours=hours))
        summary = Summary()

        async def drain(engine: Engine = engine, summary: Summary = summary) -> None:
            async with engine.tools(summary) as tools:
                await engine.drain(stage, tools)

        asyncio.run(drain())
        assert summary.tripped == (hours < steps.ATTEMPTS)
    assert done == [1, 3] * 5
    with database.session() as session:
        (aside,) = steps.set_aside(session)
        assert (aside.stage, aside.thing_id, aside.error) == ("gather", 2, "KeyError('a bug')")
        assert steps.take_up(session, "write") == []
        assert steps.take_up(session, "gather", 2) == [("gather", 2)]
        assert resting(session, NOW) == [1, 2, 3]
    database.close()


def test_what_a_dead_process_was_at_is_due_again_and_set_aside_after_the_third(database: Database) -> None:
    for death in range(steps.ATTEMPTS):
        engine = engine_at(database, NOW + timedelta(hours=death))
        engine.bury(alone=True)
        with database.session() as session:
            assert 2 in resting(session, engine.now())
        engine.sign_of_life("daemon")
        assert engine.worker is not None
        with database.session() as session:
            steps.begin(session, "gather", 2, engine.worker, engine.now())
    engine.bury(alone=True)
    with database.session() as session:
        assert resting(session, NOW + timedelta(days=9)) == [1, 3]


def killed(database: Database, at: list[int], now: datetime) -> list[int]:
    """A process is killed while it is at some things; what may be tried a minute later."""
    engine = engine_at(database, now)
    engine.sign_of_life("daemon")
    with database.session() as session:
        for thing in at:
            steps.begin(session, "gather", thing, engine.worker or 0, now)
    engine.bury(alone=True)
    with database.session() as session:
        return resting(session, now + timedelta(minutes=1))


def test_a_process_killed_again_and_again_sets_nothing_aside(database: Database) -> None:
    for kill in range(10):
        assert killed(database, [1, 2, 3], NOW + timedelta(hours=kill)) == [1, 2, 3]


def test_the_one_thing_that_was_there_at_every_death_is_set_aside(database: Database) -> None:
    """The second death tells nothing new; from then on suspects come one by one, and one of them is it."""
    for hours, at in enumerate([[1, 2, 3], [1, 2, 3], [2], [2]]):
        left = killed(database, at, NOW + timedelta(hours=hours))
    assert left == [1, 3]


def test_a_worker_taken_for_dead_joins_anew(database: Database) -> None:
    engine = engine_at(database, NOW)
    engine.sign_of_life("worker")
    engine.bury(alone=True)
    engine.sign_of_life("worker")
    with database.session() as session:
        assert [row.id for row in workers.alive(session)] == [engine.worker]


def test_two_that_see_the_same_death_count_it_once(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.upgrade()
    with database.session() as session:
        number = workers.join(session, "worker", "dead:1", "0", [])
        steps.begin(session, "gather", 2, number, NOW)
    with database.session() as session:
        dead = workers.all_workers(session)
        assert workers.bury(session, dead, NOW) == [("gather", 2)]
        with database.session() as other:
            assert workers.bury(other, dead, NOW) == []
    database.close()
