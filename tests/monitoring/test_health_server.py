"""What a monitor gets: over a real port, from the rows, and when the database is away."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from pipeline.config import Config, parse_config
from pipeline.errors import UsageError
from pipeline.monitoring.health_server import start_health
from pipeline.storage.database import Database
from tests.ports import free_port
from tests.storage.keeping.newsroom import fill

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def configured() -> Config:
    return parse_config(f"health: {{port: {free_port()}}}")


def ask(database: Database, *paths: str, folder: Path) -> list[tuple[int, str]]:
    config = configured()

    def get(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{config.health.port}{path}", timeout=300) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def run() -> list[tuple[int, str]]:
        async with start_health(database, lambda: config, folder, lambda: NOW):
            return [await asyncio.to_thread(get, path) for path in paths]

    return asyncio.run(run())


def test_the_figures_are_those_of_the_rows(database: Database, tmp_path: Path) -> None:
    fill(database, 3)
    with database.session() as session:
        session.execute(text("UPDATE entries SET state = 'refused', verdict = 'paywall' WHERE id = 1"))
    (healthy, ready, (status, body)) = ask(database, "/healthz", "/readyz", "/metrics", folder=tmp_path)
    assert (healthy[0], ready[0], status) == (200, 200, 200)
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert samples[("inshort_stories", "in_review")] == 3
    assert samples[("inshort_refusals", "paywall")] == 1
    assert samples[("inshort_findings_total", "number", "warn")] == 6
    assert samples[("inshort_due", "collect")] == 0
    assert samples[("inshort_last_success_timestamp_seconds", "draft")] == NOW.timestamp()


def test_two_processes_tell_the_same(database: Database, tmp_path: Path) -> None:
    fill(database, 2)
    other = Database(database.url)
    first, second = (ask(each, "/metrics", folder=tmp_path)[0][1] for each in (database, other))
    other.close()

    def steady(body: str) -> list[str]:
        return [line for line in body.splitlines() if "disk_free" not in line]

    assert steady(first) == steady(second)


def test_a_database_of_another_version_is_not_ready(database: Database, tmp_path: Path) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    alive, ready, nothing = ask(database, "/healthz", "/readyz", "/nothing", folder=tmp_path)
    assert (alive[0], ready[0], nothing[0]) == (200, 503, 404)


def test_a_port_that_is_taken_is_told(database: Database, tmp_path: Path) -> None:
    async def run(config: Config) -> None:
        async with start_health(database, lambda: config, tmp_path, lambda: NOW):
            raise AssertionError

    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = parse_config(f"health: {{port: {taken.getsockname()[1]}}}")
        with pytest.raises(UsageError, match=r"can't listen there.*change health\.port"):
            asyncio.run(run(config))
