"""One trace from entry to edition in the log of a run and of the digest after it."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from pipeline.config import Config
from pipeline.engine.rounds import Engine
from pipeline.engine.stages import GATHER
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.glossary import load_glossary
from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait
from tests.newsroom import inshort, sample_feeds, write_config


def test_one_trace_goes_from_entry_to_edition(tmp_path: Path) -> None:
    with SampleServer() as web:
        write_config(tmp_path, sample_feeds(web.base), log={"format": "json", "level": "info"})
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        run = inshort("run", "--quiet", cwd=tmp_path)
    assert run.returncode == 0
    assert inshort("review", "show", "1", cwd=tmp_path).returncode == 0
    assert inshort("review", "approve", "1", "--reason", "read", cwd=tmp_path).returncode == 0
    digest = inshort("digest", "--quiet", cwd=tmp_path)
    lines = [json.loads(line) for line in (run.stderr + digest.stderr).splitlines() if line.startswith("{")]
    (published,) = [line for line in lines if line["event"] == "published"]
    done = [line for line in lines if line["event"] == "done" and "trace" in line]
    stages = [line["stage"] for line in done if line["trace"] == published["trace"]]
    assert stages == ["collect", "gather", "write", "check"]
    assert len({line["trace"] for line in lines if line.get("stage") == "write"}) == 5


def test_what_trips_is_logged_with_its_trace_whatever_the_level(tmp_path: Path, sqlite_with_tables: Path) -> None:
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    articles_wait(database, 1)

    async def trips(_tools: Tools, _thing: int) -> None:
        raise KeyError("a bug")

    engine = Engine(database, Config(), load_glossary())
    with capture_logs(processors=[merge_contextvars]) as lines:
        asyncio.run(engine.step(replace(GATHER, advance=trips), engine.tools(Summary()), 1))
    database.close()
    (line,) = lines
    assert (line["event"], line["stage"], line["thing"], line["trace"]) == ("tripped", "gather", 1, "e1")
