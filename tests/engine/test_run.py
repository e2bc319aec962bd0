"""`inshort run` over the sample newsroom: from feeds to an edition, twice, killed, and doubled."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from pipeline.config import load_config
from pipeline.engine.rounds import Engine
from pipeline.errors import StorageError
from pipeline.glossary import load_glossary
from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from tests.newsroom import ModelServer, inshort, openai_writer, sample_feeds, start, write_config

ROWS = {
    "entries": "SELECT f.name, e.title, e.state, e.verdict, e.reason FROM entries e JOIN feeds f ON f.id = e.feed_id",
    "articles": "SELECT a.title, a.role, a.text_hash, s.title FROM articles a LEFT JOIN stories s ON s.id = a.story_id",
    "stories": "SELECT title, source_name, state, waiting_for, repair_due FROM stories",
    "drafts": "SELECT s.title, d.number, d.hash, d.check_verdict FROM drafts d JOIN stories s ON s.id = d.story_id",
    "calls": "SELECT s.title, c.purpose, c.state, c.answer FROM calls c JOIN stories s ON s.id = c.story_id",
}
"""What a newsroom holds, without the times and numbers that differ from run to run."""


def rows(folder: Path) -> dict[str, list[Any]]:
    database = Database(f"sqlite:///{folder}/inshort.db")
    try:
        with database.session() as session:
            return {name: sorted(map(tuple, session.execute(text(query)))) for name, query in ROWS.items()}
    finally:
        database.close()


def newsroom(folder: Path, web: SampleServer, model: ModelServer) -> Path:
    write_config(folder, sample_feeds(web.base), writer=openai_writer(model.base))
    assert inshort("db", "upgrade", cwd=folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def web() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(web: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What a run that nothing happened to leaves behind."""
    with ModelServer() as model:
        folder = newsroom(tmp_path_factory.mktemp("undisturbed"), web, model)
        assert inshort("run", cwd=folder).returncode == 0
        return rows(folder)


def test_a_second_run_fetches_no_page_calls_no_model_and_adds_nothing(tmp_path: Path) -> None:
    with SampleServer() as web, ModelServer() as model:
        folder = newsroom(tmp_path, web, model)
        first = json.loads(inshort("run", "--json", cwd=folder).stdout)
        before, asked = rows(folder), model.asked.total()
        web.requests.clear()
        with_time_passed(folder)
        second = json.loads(inshort("run", "--json", cwd=folder).stdout)
    assert (first["polled"], first["entries_new"]) == (3, 10)
    assert first["refused"] == {"consent": 1, "not_article": 1, "paywall": 1}
    assert first["duplicates"] == 2, "a copy, and a second report of one event"
    assert first["drafted"] >= 5
    assert first["cost_micro"] == asked * (1000 * 4 + 500 * 16) // 10
    nothing = {name: type(value)() for name, value in second.items()}
    assert second == {**nothing, "polled": 3, "unchanged": 3}
    assert [r for r in web.requests if "/feeds/" not in r] == []
    assert all(r.endswith(" 304") for r in web.requests)
    assert model.asked.total() == asked
    assert rows(folder) == before


def with_time_passed(folder: Path) -> None:
    """As if the feeds' next poll had come."""
    database = Database(f"sqlite:///{folder}/inshort.db")
    with database.session() as session:
        session.execute(text("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00'"))
    database.close()


KILLS = int(os.environ.get("INSHORT_KILLS", "4"))
"""How many random moments are tried; 20 and more for an experiment."""


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment_a_run_ends_as_if_undisturbed(
    tmp_path: Path, web: SampleServer, undisturbed: dict[str, list[Any]], seed: int
) -> None:
    chance = random.Random(seed)
    with ModelServer() as model:
        killed = newsroom(tmp_path / "killed", web, model)
        kill_at_line(killed, chance.randrange(1, 14), pause=chance.uniform(0, 0.1))
        assert inshort("run", cwd=killed).returncode == 0
        assert rows(killed) == undisturbed
        database = Database(f"sqlite:///{killed}/inshort.db")
        with database.session() as session:
            unsure = session.execute(text("SELECT count(*) FROM tries WHERE state = 'lost'")).scalar_one()
        database.close()
        assert model.asked.total() - len(model.asked) <= unsure, "an answered call was made twice"


def kill_at_line(folder: Path, lines: int, pause: float) -> None:
    """kill -9 once a run has said so many lines of progress, and `pause` seconds later, in the middle of the next."""
    process = start("run", cwd=folder)
    assert process.stderr is not None
    for _ in range(lines):
        if not process.stderr.readline():
            break
    with suppress(subprocess.TimeoutExpired):
        process.wait(pause)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_the_second_of_two_runs_leaves_at_once(tmp_path: Path) -> None:
    with SampleServer() as web, ModelServer() as model:
        folder = newsroom(tmp_path, web, model)
        database = Database(f"sqlite:///{folder}/inshort.db")
        with database.only_one() as alone:
            assert alone
            second = inshort("run", cwd=folder)
        database.close()
    assert second.returncode == 0
    assert "another inshort is running on this newsroom; nothing to do" in second.stderr
    assert web.requests == []


def engine(folder: Path, *, patience: float = 15) -> Engine:
    database = Database(f"sqlite:///{folder}/inshort.db", patience=patience)
    return Engine(database, load_config(folder / "config.yaml"), load_glossary())


def test_a_locked_database_is_said_in_one_line(tmp_path: Path) -> None:
    write_config(tmp_path, {})
    assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
    with engine(tmp_path).database.engine.connect() as connection:  # a transaction of another process
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(StorageError, match="another process keeps the database locked; try again") as caught:
            asyncio.run(engine(tmp_path, patience=0).round())
    assert "\n" not in str(caught.value)


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, web: SampleServer, undisturbed: dict[str, list[Any]]
) -> None:
    with ModelServer() as model:
        folder = newsroom(tmp_path / "full", web, model)
        full = engine(folder)

        @event.listens_for(full.database.engine, "connect")
        def small_disk(connection: sqlite3.Connection, _record: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 12}")

        full.prepare()
        with pytest.raises(StorageError, match="the disk is full; free some space and run again"):
            asyncio.run(full.round())
        full.database.close()
        assert inshort("run", cwd=folder).returncode == 0
        assert rows(folder) == undisturbed
