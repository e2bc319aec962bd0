"""What everybody waits for and it does not come: a worker stopped past its lease, and a database that is away.

The workers here lose patience sooner than those of a newsroom, so that the tests need none.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait
from tests.newsroom import ModelServer, Reply, openai_writer, own_words, start, write_config
from tests.postgres import Server
from tests.warm import Started

from .test_workers import IN_REVIEW, count, until, until_row

IMPATIENT = """
from datetime import timedelta
from pipeline.engine import workers
from pipeline.llm import ledger
from pipeline.storage.engine import workers as rows
ledger.LEASE = rows.LOST_AFTER = workers.LOST_AFTER = timedelta(seconds=6)
rows.SEEN_EVERY = workers.SEEN_EVERY = 0.5
"""


@pytest.fixture
def rows(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    database.upgrade()
    yield database
    database.close()


def stop_between_transactions(process: Started, rows: Database) -> None:
    """Stop the only process at work where it holds no row: one that did would hold up whoever needs that row."""
    under_way = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    under_way += " AND xact_start IS NOT NULL"
    while True:
        process.send_signal(signal.SIGSTOP)
        if not any(count(rows, under_way) for _ in range(5)):
            return
        process.send_signal(signal.SIGCONT)
        count(rows, "SELECT count(*) FROM pg_sleep(0.1)")


def test_workers_stopped_and_a_database_away_cost_nothing_but_time(
    tmp_path: Path, rows: Database, postgres_server: Server
) -> None:
    asked = [threading.Event() for _ in range(3)]
    late, away = threading.Event(), threading.Event()

    def answers(prompt: str) -> Reply:
        number = sum(event.is_set() for event in asked)
        asked[number].set()
        return Reply(own_words(prompt), hang=(late, None, away)[number])

    with ModelServer(answers) as model:
        write_config(
            tmp_path,
            {},
            writer=openai_writer(model.base),
            database=rows.url,  # type: ignore[arg-type]
            digest={"cron": None},
            daemon={"grace_seconds": 1},
        )
        articles_wait(rows, 1)
        stopped = start("worker", cwd=tmp_path, first=IMPATIENT)
        assert asked[0].wait(300)
        stop_between_transactions(stopped, rows)

        # Another one takes the lead and the story over, without asking the stopped one anything.
        other = start("worker", cwd=tmp_path, first=IMPATIENT)
        until(other.stderr, lambda line: "no longer leads: it has been silent" in line)
        until_row(rows, IN_REVIEW, 1)
        assert model.asked.total() == 2

        # The stopped one goes on: its answer comes late, is kept and counted, and changes nothing.
        late.set()
        stopped.send_signal(signal.SIGCONT)
        until_row(rows, "SELECT count(*) FROM tries WHERE state = 'paid'", 2)
        until(stopped.stderr, lambda line: "the lead is lost" in line)
        assert count(rows, "SELECT count(*) FROM drafts") == 1
        assert count(rows, "SELECT count(*) FROM calls WHERE state = 'answered'") == 1

        # The database goes away while the model is asked, and comes back: both wait for it, and then go on with the
        # answer that came meanwhile.
        articles_wait(rows, 1, first=1)
        assert asked[2].wait(300)
        postgres_server.kill()
        for process in (stopped, other):
            until(process.stderr, lambda line: "waiting for the database" in line)
        away.set()
        postgres_server.start()
        until_row(rows, IN_REVIEW, 2)
        for process in (stopped, other):
            process.send_signal(signal.SIGTERM)
            rest = process.communicate(timeout=300)[1]
            assert (process.returncode, rest.endswith("ended\n")) == (0, True), rest
    assert model.asked.total() == 3
    assert count(rows, "SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL") == 0
