"""A thing that trips its stage is set aside and shown; a process that dies of one counts against it."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import literal, select, union_all

from pipeline.config import Config
from pipeline.engine.alone import Advance
from pipeline.engine.rounds import Engine
from pipeline.engine.stages import GATHER, Stage
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.errors import InShortError, ModelError, NotAFeed, StillBlocked, StorageError, Unkeepable, UsageError
from pipeline.glossary import load_glossary
from pipeline.storage.database import Database, Session
from pipeline.storage.engine import steps, workers
from pipeline.storage.tables import StepRow

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

    stage: Stage = replace(GATHER, advance=advance, due=lambda s, _config, now, _limit: resting(s, now))
    for hours in range(5):
        engine = engine_at(database, NOW + timedelta(hours=hours))
        summary = Summary()

        async def drain(engine: Engine = engine, summary: Summary = summary) -> None:
            async with engine.tools(summary) as tools:
                await engine.drain(tools, stage)

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


def one_that_raises(error: InShortError, done: list[int]) -> Stage:
    """A stage of three things, the second of which raises an error."""

    async def advance(_tools: Tools, thing: int) -> None:
        if thing == 2:
            raise error
        done.append(thing)

    return replace(GATHER, advance=advance, due=lambda s, _config, now, _limit: resting(s, now))


@pytest.mark.parametrize(
    "error",
    [
        Unkeepable("what was given holds characters that are no text"),
        ModelError("schema", "the answer is none", retry=True),
        StillBlocked("a check blocks it"),
        NotAFeed("this is an HTML page"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_wrong_with_one_thing_ends_no_round(database: Database, error: InShortError) -> None:
    done: list[int] = []
    summary = Summary()

    async def drain() -> None:
        engine = engine_at(database, NOW)
        async with engine.tools(summary) as tools:
            await engine.drain(tools, one_that_raises(error, done))

    asyncio.run(drain())
    assert done == [1, 3]
    assert summary.tripped == 1


@pytest.mark.parametrize("error", [StorageError("the disk is full"), UsageError("no API key: set OPENAI_API_KEY")])
def test_what_is_wrong_with_the_newsroom_ends_the_round_and_is_no_things_fault(
    database: Database, error: InShortError
) -> None:
    async def drain() -> None:
        engine = engine_at(database, NOW)
        async with engine.tools(Summary()) as tools:
            await engine.drain(tools, one_that_raises(error, []))

    with pytest.raises(type(error)):
        asyncio.run(drain())
    with database.session() as session:
        assert session.execute(select(StepRow)).all() == []


def killed(database: Database, at: list[int], now: datetime) -> list[int]:
    """A process is killed while it is at some things; what may be tried an hour later."""
    engine = engine_at(database, now)
    engine.sign_of_life("daemon")
    with database.session() as session:
        for thing in at:
            steps.begin(session, "gather", thing, engine.worker or 0, now)
    engine.bury(alone=True)
    with database.session() as session:
        return resting(session, now + timedelta(hours=1))


@pytest.mark.parametrize("at", [[2], [1, 2, 3]])
def test_a_process_killed_again_and_again_sets_nothing_aside(database: Database, at: list[int]) -> None:
    for kill in range(10):
        assert killed(database, at, NOW + timedelta(hours=kill)) == [1, 2, 3]


def test_three_kills_soon_after_each_other_set_nothing_aside(database: Database) -> None:
    for seconds in (0, 75, 345):
        assert killed(database, [2], NOW + timedelta(seconds=seconds)) == [1, 2, 3]
    with database.session() as session:
        assert steps.set_aside(session) == []


def test_what_is_there_at_death_after_death_waits_longer_and_longer(database: Database) -> None:
    pauses = []
    for kill in range(7):
        now = NOW + timedelta(days=kill)
        killed(database, [2], now)
        with database.session() as session:
            (row,) = session.execute(select(StepRow.next_try_at)).all()
        assert row[0] is not None
        pauses.append((row[0] - now).total_seconds())
    assert pauses == [0, 6, 24, 78, 240, 726, 2184]


async def deadly(_tools: Tools, _thing: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def harmless(tools: Tools, thing: int) -> None:
    tools.summary.polled += 1
    tools.say(f"did {thing}")


def suspected(tmp_path: Path, advance: Advance) -> tuple[Engine, Stage]:
    """A newsroom in which a process died while it was at thing 2 of a stage."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    killed(database, [2], NOW)
    engine = engine_at(database, NOW)
    engine.sign_of_life("daemon")
    return engine, replace(GATHER, advance=advance, due=lambda s, _config, now, _limit: resting(s, now))


def step(engine: Engine, stage: Stage, thing: int) -> Summary:
    summary = Summary()

    async def take() -> None:
        async with engine.tools(summary) as tools:
            await engine.step(stage, tools, thing)

    asyncio.run(take())
    return summary


def test_a_step_that_kills_the_process_of_its_own_is_set_aside(tmp_path: Path) -> None:
    engine, stage = suspected(tmp_path, deadly)
    for _ in range(steps.ATTEMPTS):
        assert step(engine, stage, 2).tripped == 1
    with engine.database.session() as session:
        assert resting(session, NOW + timedelta(days=9)) == [1, 3]
        assert "its process died of it" in steps.set_aside(session)[0].error
    engine.database.close()


def test_a_step_that_was_killed_by_somebody_else_goes_well_alone(tmp_path: Path) -> None:
    engine, stage = suspected(tmp_path, harmless)
    said: list[str] = []
    engine.say = said.append
    assert (step(engine, stage, 2).polled, said) == (1, ["did 2"])
    with engine.database.session() as session:
        assert not steps.suspects(session, "gather", [2])
    engine.database.close()


async def where(tools: Tools, _thing: int) -> None:
    tools.say(str(os.getpid()))


def test_what_a_killed_run_was_at_is_tried_apart_one_after_the_other_in_one_process(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    killed(database, [1, 2, 3], NOW)
    engine, said = engine_at(database, NOW), list[str]()
    engine.say = said.append
    engine.sign_of_life("daemon")
    stage = replace(GATHER, advance=where)

    async def take() -> None:
        async with engine.tools(Summary()) as tools:
            for thing in (1, 2, 3):
                await engine.step(stage, tools, thing)

    asyncio.run(take())
    assert len(said) == 3 and len(set(said)) == 1
    assert str(os.getpid()) not in said
    database.close()


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
