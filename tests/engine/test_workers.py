"""Workers as processes on a real PostgreSQL: killed, stopped, their queues dropped; the newsroom goes on."""

from __future__ import annotations

import asyncio
import signal
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from pipeline.config import Config
from pipeline.engine.rounds import Engine
from pipeline.engine.workers import QUEUES, Duties, Worker
from pipeline.errors import NotReady, StorageError
from pipeline.glossary import load_glossary
from pipeline.sample.server import SampleServer
from pipeline.storage.database import IDLE, Database, clock
from pipeline.storage.engine import jobs, pulse, steps, workers
from pipeline.storage.engine.lead import Lead, depose
from pipeline.storage.tables import StepRow
from tests.newsroom import inshort, sample_feeds, start, write_config
from tests.ports import free_port
from tests.until import until as until_so

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def rows(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path: Path, postgres_url: str, rows: Database) -> Iterator[Path]:
    with SampleServer() as web:
        write_config(
            tmp_path,
            sample_feeds(web.base),
            database=postgres_url,  # type: ignore[arg-type]
            daemon={"grace_seconds": 5},
            digest={"cron": None},
        )
        yield tmp_path


def until(stream: object, said: Callable[[str], bool]) -> list[str]:
    """The lines of a process up to the first that is meant; waits for it."""
    lines: list[str] = []
    for line in stream:  # type: ignore[attr-defined]
        lines.append(line)
        if said(line):
            return lines
    raise AssertionError("".join(lines))


def count(rows: Database, query: str) -> int:
    with rows.session() as session:
        return int(session.execute(text(query)).scalar_one())


def until_row(rows: Database, query: str, wanted: int, patience: float = 240) -> None:
    """Wait for the rows to say so; the processes do not tell every step."""
    until_so(lambda: count(rows, query) == wanted, patience)


IN_REVIEW = "SELECT count(*) FROM stories WHERE state = 'in_review'"


def test_queues_that_are_gone_for_a_moment_are_no_lost_database(postgres_url: str) -> None:
    """The leader may ask for them before a worker has made them again."""
    rows = Database(postgres_url)
    rows.upgrade()
    jobs.make_tables(rows)
    jobs.drop_tables(rows)
    with pytest.raises(StorageError, match="a worker makes them") as met, rows.session() as session:
        jobs.drop_dead(session)
    assert not isinstance(met.value, NotReady)


def test_a_worker_killed_and_the_queues_dropped_another_one_finishes(folder: Path, rows: Database) -> None:
    first = start("worker", cwd=folder)
    assert first.stderr is not None
    until(first.stderr, lambda line: "this process leads" in line)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    jobs.drop_tables(rows)
    second = start("worker", cwd=folder)
    assert second.stderr is not None
    until(second.stderr, lambda line: "this process leads" in line)
    until_row(rows, IN_REVIEW, 5)
    jobs.drop_tables(rows)
    until(second.stderr, lambda line: "tables were made" in line)
    second.send_signal(signal.SIGTERM)
    rest = second.communicate(timeout=300)[1]
    assert second.returncode == 0, rest
    assert rest.endswith("ended\n")
    assert count(rows, "SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL") == 0


LONG_SILENT = "from pipeline.engine import workers; workers.SEEN_EVERY = 600.0"
"""A process that has no time for a second sign of life."""


def test_a_worker_that_has_no_time_for_signs_of_life_keeps_its_place_at_the_queues(
    folder: Path, rows: Database
) -> None:
    worker = start("worker", cwd=folder, first=LONG_SILENT)
    until_row(rows, IN_REVIEW, 5)
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=300)[1]
    assert (worker.returncode, "waiting for the database" in said) == (0, False), said


SLOW_LOOK = """
import asyncio
from procrastinate.manager import JobManager
async def slowly(*given, put_in=JobManager.batch_defer_jobs_async, wait=asyncio.sleep, **named):
    await wait(0.5)
    return await put_in(*given, **named)
JobManager.batch_defer_jobs_async = slowly
"""
"""A leader that takes its time to put in what is due."""


def test_a_leader_that_loses_its_place_at_the_queues_while_it_looks_takes_it_again(
    folder: Path, rows: Database
) -> None:
    jobs.make_tables(rows)
    worker = start("worker", cwd=folder, first=SLOW_LOOK)
    until_row(rows, f"SELECT count(*) FROM {jobs.SCHEMA}.procrastinate_workers", len(QUEUES))
    with rows.session() as session:
        session.execute(text(f"DELETE FROM {jobs.SCHEMA}.procrastinate_workers"))
    until(worker.stderr, lambda line: "taken for dead" in line)
    until_row(rows, IN_REVIEW, 5)
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=300)[1]
    assert worker.returncode == 0, said


def test_a_run_leaves_a_newsroom_that_workers_lead_alone(folder: Path, rows: Database) -> None:
    lead = Lead.take(rows)
    assert lead is not None
    assert Lead.take(rows) is None
    assert "another inshort is running" in inshort("run", cwd=folder).stderr
    lead.give_up()
    again = Lead.take(rows)
    assert again is not None
    again.give_up()


def until_up_for(rows: Database, time: timedelta) -> None:
    """Silence while the server was not up is nobody's, so a server of this moment says nothing of any."""
    with rows.session() as session:
        up = session.execute(text("SELECT pg_postmaster_start_time()")).scalar_one()
        until_so(lambda: clock(session) - up > time, 60)


def test_a_leader_that_is_silent_is_deposed_and_sees_that_it_was(
    rows: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LOST_AFTER", timedelta(seconds=5))
    until_up_for(rows, workers.LOST_AFTER)
    lead = Lead.take(rows)
    assert lead is not None
    with rows.session() as session:
        number = workers.join(session, "worker", "stopped:1", "0", [])
        workers.leads(session, number, lead.session_number)
    assert depose(rows) is None
    with rows.session() as session:
        session.execute(text("UPDATE workers SET seen_at = seen_at - interval '1 minute'"))
    assert depose(rows) == "stopped:1"
    assert not lead.holds()
    follower = Lead.take(rows)
    assert follower is not None
    follower.give_up()


def test_a_worker_whose_lock_is_gone_is_lost_within_seconds_and_a_silent_one_that_has_it_is_not(
    rows: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GONE_AFTER", timedelta(seconds=5))
    killed, stopped = pulse.Pulse(rows), pulse.Pulse(rows)
    with rows.session() as session:
        numbers = [workers.join(session, "worker", name, "0", []) for name in ("killed:1", "stopped:2")]
        steps.begin(session, "collect", 7, numbers[0], clock(session))
    for one, number in zip((killed, stopped), numbers, strict=True):
        one.keep((pulse.WORKER, number))
    killed.end()

    def lost(silent_for: int) -> list[str]:
        with rows.session() as session:
            session.execute(text(f"UPDATE workers SET seen_at = clock_timestamp() - interval '{silent_for} s'"))
            return [row.name for row in workers.lost(session)]

    until_up_for(rows, workers.GONE_AFTER)
    assert lost(2) == []
    assert lost(8) == ["killed:1"]
    engine = Engine(rows, Config(), load_glossary(), now=lambda: NOW)
    engine.bury()
    with rows.session() as session:
        (step,) = session.scalars(select(StepRow))
        assert (step.worker_id, step.deaths, step.next_try_at) == (None, 1, NOW)
        assert [row.name for row in workers.all_workers(session)] == ["stopped:2"]
    stopped.end()


def test_a_pulse_whose_connection_was_cut_is_there_again_with_all_its_locks(rows: Database) -> None:
    own = pulse.Pulse(rows)
    own.keep((pulse.WORKER, 3), (pulse.CARRIER, 4))
    with rows.session() as session:
        holder = session.execute(
            text(
                f"SELECT pid FROM pg_locks WHERE classid = {pulse.WORKER} AND objid = 3 "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        ).scalar_one()
        session.execute(text(f"SELECT pg_terminate_backend({holder}, 60000)"))
    own.keep()
    with rows.session() as session:
        assert pulse.held(session, pulse.WORKER) == {3}
        assert pulse.held(session, pulse.CARRIER) == {4}
    own.end()


STOPS_IN_A_TRANSACTION = """
import os, sqlalchemy
from pipeline.storage import database
from pipeline.storage.engine import steps
database.IDLE = 3
def stopped(session, *of, steps=steps, well=steps.went_well, text=sqlalchemy.text, kill=os.kill, own=os.getpid()):
    steps.went_well = well
    session.execute(text("LOCK TABLE steps, entries, stories IN EXCLUSIVE MODE"))
    kill(own, 19)
    well(session, *of)
steps.went_well = stopped
"""


SOON_LOST = """
from datetime import timedelta
import pipeline.engine.workers, pipeline.storage.engine.workers
pipeline.engine.workers.LOST_AFTER = pipeline.storage.engine.workers.LOST_AFTER = timedelta(seconds=6)
"""


def test_a_worker_stopped_in_a_transaction_holds_the_others_for_less_than_a_minute(
    folder: Path, rows: Database
) -> None:
    assert IDLE + workers.LOST_AFTER.total_seconds() < 60  # nine here
    stopped = start("worker", cwd=folder, first=STOPS_IN_A_TRANSACTION)
    until_so(lambda: Path(f"/proc/{stopped.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T", 240)
    other = start("worker", cwd=folder, first=SOON_LOST)
    until_row(rows, IN_REVIEW, 5)
    stopped.send_signal(signal.SIGCONT)
    for process in (other, stopped):
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=300)[1]
        assert (process.returncode, rest.endswith("ended\n")) == (0, True), rest
    assert count(rows, IN_REVIEW) == 5
    assert count(rows, "SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL") == 0


def test_what_the_queue_is_at_holds_nobody_up_in_the_same_loop(
    tmp_path: Path, postgres_url: str, rows: Database
) -> None:
    config = Config.model_validate({"database": postgres_url})
    worker = Worker(Engine(rows, config, load_glossary(tmp_path)), Duties("worker"), lambda: config)
    jobs.make_tables(rows)
    with rows.session() as session:
        session.execute(text("INSERT INTO queue.procrastinate_workers DEFAULT VALUES"))

    async def drop_while_the_queue_writes() -> None:
        app = worker._make_app()
        async with app.open_async(), app.connector.pool.connection() as connection:  # type: ignore[attr-defined]
            await connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
            with rows.session() as session:
                session.execute(text("SET LOCAL lock_timeout = '20s'"))
                session.execute(text("DELETE FROM queue.procrastinate_workers"))

    asyncio.run(drop_while_the_queue_writes())
    assert count(rows, "SELECT count(*) FROM queue.procrastinate_workers") == 0


def test_a_transaction_the_server_ended_is_no_answer_of_the_database(rows: Database) -> None:
    def write_after_idling() -> None:
        with rows.session() as session:
            number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))
            until_row(rows, f"SELECT count(*) FROM pg_stat_activity WHERE pid = {number}", 0)
            session.execute(text("SELECT 1"))

    # The server's reason may be read, or the end of the connection first.
    with pytest.raises(
        StorageError, match=r"the database does not answer: .*(idle-in-transaction|closed the connection)"
    ):
        write_after_idling()
    assert count(rows, "SELECT 1") == 1


def test_a_worker_takes_new_settings_and_keeps_the_old_ones_where_the_new_have_mistakes(
    tmp_path: Path, postgres_url: str, rows: Database
) -> None:
    port = free_port()
    with SampleServer() as web:

        def configure(feeds: dict[str, str], **polling: int) -> None:
            settings: dict[str, Any] = {
                "database": postgres_url,
                "daemon": {"grace_seconds": 5},
                "digest": {"cron": None},
                "health": {"port": port},
                "polling": {"max_age_days": 3650, **polling},
                "writer": {"kind": "extract", "caps": {"tokens_a_day": 1000 + len(feeds)}},
            }
            write_config(tmp_path, feeds, **settings)

        configure({})
        worker = start("worker", cwd=tmp_path)
        assert worker.stderr is not None
        until(worker.stderr, lambda line: "this process leads" in line)
        configure({}, per_host=0)
        worker.send_signal(signal.SIGHUP)
        until(worker.stderr, lambda line: line.startswith("configuration not reread, the old one stays in force"))
        configure({"Kiosk Wire": sample_feeds(web.base)["Kiosk Wire"]})
        worker.send_signal(signal.SIGHUP)
        until(worker.stderr, lambda line: line.startswith("configuration reread"))
        until(worker.stderr, lambda line: line.startswith("refused      Merrow & Sons"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as answer:
            assert 'inshort_cap_a_day{unit="tokens"} 1001.0' in answer.read().decode()
        worker.send_signal(signal.SIGTERM)
        rest = worker.communicate(timeout=300)[1]
        assert (worker.returncode, rest.endswith("ended\n")) == (0, True), rest


def test_a_worker_stops_when_the_schema_is_a_newer_programs(folder: Path, rows: Database) -> None:
    worker = start("worker", "--queues", "check", cwd=folder)
    assert worker.stderr is not None
    until(worker.stderr, lambda line: "this process leads" in line)
    with rows.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    rest = worker.communicate(timeout=300)[1]
    assert worker.returncode != 0
    assert "9999" in rest or "newer" in rest or "not the schema" in rest


def test_workers_need_postgresql_and_queues_that_exist(folder: Path) -> None:
    said = inshort("worker", "--queues", "mail", cwd=folder)
    assert (said.returncode, "there is no queue mail" in said.stderr) == (2, True)
    write_config(folder, {})
    assert inshort("db", "upgrade", cwd=folder).returncode == 0
    said = inshort("worker", cwd=folder)
    assert (said.returncode, "workers need PostgreSQL" in said.stderr) == (2, True)
