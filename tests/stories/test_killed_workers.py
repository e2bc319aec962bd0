"""Workers are killed while they group and the judge is asked: the stories are those of an undisturbed newsroom."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.engine.stages import GATHER, PAIR
from pipeline.glossary import load_glossary
from pipeline.storage.database import Database
from tests.inspection.endpoint import Endpoint
from tests.newsroom import start, write_config
from tests.stories.labelled import WAITS, Knowing, groups_of, judge_at, labelled, reports_wait, wrongs
from tests.until import until

SOME = 40
"""Reports, of which five pairs or so are asked about."""


def undisturbed(folder: Path, endpoint: Endpoint) -> set[frozenset[str]]:
    """The stories of one process that nobody kills."""
    config = load_config(write_config(folder, {}, judge=judge_at(endpoint.base)))
    database = Database(f"sqlite:///{folder}/calm.db")
    database.upgrade()
    reports_wait(database, labelled("more")[0][:SOME])
    engine = Engine(database, config, load_glossary())
    engine.prepare()

    async def group() -> None:
        async with engine.tools(Summary()) as tools:
            for stage in (GATHER, PAIR):
                with database.session() as session:
                    due = stage.due(session, config, engine.now(), 1000)
                for thing in due:
                    await engine.step(stage, tools, thing)

    asyncio.run(group())
    found = groups_of(database)
    database.close()
    return found


def test_killed_workers_leave_the_stories_of_an_undisturbed_newsroom(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    told, events = labelled("more")
    endpoint = Endpoint()
    endpoint.same = Knowing(told, events)
    expected = undisturbed(tmp_path / "calm", endpoint)
    write_config(tmp_path, {}, database=postgres_url, judge=judge_at(endpoint.base))  # type: ignore[arg-type]
    rows = Database(postgres_url)
    rows.upgrade()
    reports_wait(rows, told[:SOME])

    def waiting() -> int:
        with rows.session() as session:
            return int(session.execute(text(WAITS)).scalar_one())

    crew = [start("worker", "--queues", "collect,write", cwd=tmp_path) for _ in range(2)]
    for turn, left in enumerate((32, 16)):
        until(lambda left=left: waiting() <= left)  # type: ignore[misc]
        crew[turn % 2].send_signal(signal.SIGKILL)
        crew[turn % 2].communicate()
        crew[turn % 2] = start("worker", "--queues", "collect,write", cwd=tmp_path)
    until(lambda: waiting() == 0)
    for worker in crew:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    endpoint.end()
    assert wrongs(rows) == {}
    assert groups_of(rows) == expected
    rows.close()
