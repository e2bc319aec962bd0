"""The daemon's jobs when its wall clock is set, or its settings are, while they run."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config
from pipeline.engine import daemon
from pipeline.engine.daemon import DaemonJobs
from pipeline.engine.rounds import Engine
from pipeline.engine.stages import Stage
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.errors import StorageError
from pipeline.glossary import load_glossary
from pipeline.storage.database import Database
from pipeline.storage.llm import calls

QUICK = Config.model_validate({"daemon": {"poll_seconds": 1, "stage_seconds": 1}, "digest": {"cron": None}})


class Wall:
    """The machine's clock, which may be set."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self, zone: tzinfo | None = UTC) -> datetime:
        return datetime.now(zone) + self.off


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    found = Wall()
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", found)
    monkeypatch.setattr(daemon, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(daemon, "SEEN_EVERY", 0.1)
    return found


@pytest.fixture
def engine(tmp_path: Path, wall: Wall) -> Engine:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    return Engine(database, QUICK, load_glossary(), now=wall.now, folder=tmp_path)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_stops_neither_stages_nor_signs_of_life(
    engine: Engine, wall: Wall, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: Counter[str] = Counter()
    something = asyncio.Event()

    def count(name: str) -> None:
        ran[name] += 1
        something.set()

    async def drain(_engine: Engine, _tools: Tools, stage: Stage) -> int:
        count(stage.name)
        return 0

    monkeypatch.setattr(Engine, "drain", drain)
    monkeypatch.setattr(Engine, "sign_of_life", lambda _engine, kind: count(kind))

    async def all_ran() -> None:
        ran.clear()
        while not {"poll", "write", "watch", "daemon"} <= ran.keys():
            something.clear()
            await something.wait()

    async def live() -> None:
        running = DaemonJobs(engine, lambda: QUICK)
        task = asyncio.create_task(running.run())
        async with asyncio.timeout(30):
            await all_ran()
            wall.off = timedelta(hours=hours)
            await all_ran()
        running.stop()
        await task

    asyncio.run(live())


def test_a_drain_hands_nothing_out_any_more_once_the_configuration_is_another(engine: Engine) -> None:
    """What is under way ends; the daemon drains again with the new settings."""
    done: list[int] = []

    async def advance(_tools: Tools, thing: int) -> None:
        done.append(thing)
        if len(done) == 3:
            engine.reload(lambda: QUICK.model_copy())

    stage = Stage("gather", "collect", lambda *_: [n for n in range(1, 41) if n not in done], advance, marked=False)

    async def drained() -> int:
        async with engine.tools(Summary()) as tools:
            return await engine.drain(tools, stage)

    assert asyncio.run(drained()) == 3
    assert asyncio.run(drained()) == 37


def test_of_several_steps_that_fail_at_once_one_is_raised_and_none_is_left_to_shout(engine: Engine) -> None:
    shouted: list[dict[str, Any]] = []

    async def advance(_tools: Tools, thing: int) -> None:
        raise StorageError(f"the disk is full at {thing}")

    stage = Stage("gather", "collect", lambda *_: [1, 2, 3], advance, marked=False, at_once=lambda _: 3)

    at_work = engine.tools(Summary())  # before there are tasks: what is there now is never again looked through

    async def drained() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: shouted.append(context))
        async with at_work as tools:
            await engine.drain(tools, stage)

    with pytest.raises(StorageError, match="the disk is full"):
        asyncio.run(drained())
    gc.collect()
    assert shouted == []


def test_what_a_daemon_did_is_kept_with_the_time_it_took(engine: Engine, wall: Wall) -> None:
    async def advance(tools: Tools, thing: int) -> None:
        tools.summary.articles += 1
        wall.off += timedelta(seconds=2)

    stage = Stage("gather", "collect", lambda *_: [] if wall.off else [1, 2], advance, marked=False)

    async def drained() -> None:
        async with engine.tools(Summary()) as tools:
            await engine.drain(tools, stage)
            engine.tell(tools)

    asyncio.run(drained())
    with engine.database.session() as session:
        run = calls.last_run(session)
    assert run is not None and run.ended_at is not None
    assert (run.ended_at - run.started_at).total_seconds() >= 4


def test_a_stage_is_drained_again_at_once_when_the_configuration_changed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Config] = []
    lower = Config.model_validate({"daemon": {"poll_seconds": 3600, "stage_seconds": 3600}, "digest": {"cron": None}})
    again = asyncio.Event()

    async def live() -> None:
        running = DaemonJobs(engine, lambda: lower)

        async def drain(_engine: Engine, tools: Tools, stage: Stage) -> int:
            if stage.name == "write":
                seen.append(tools.config)
                if len(seen) == 1:
                    running.reload()
                else:
                    again.set()
            return 0

        monkeypatch.setattr(Engine, "drain", drain)
        task = asyncio.create_task(running.run())
        async with asyncio.timeout(30):
            await again.wait()
        running.stop()
        await task

    asyncio.run(live())
    assert seen[:2] == [QUICK, lower]
