"""A backup taken in the middle of a run, restored elsewhere and continued, ends like the run itself."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from sqlalchemy import text

from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from tests.newsroom import ModelServer, Reply, inshort, own_words, start
from tests.until import until

from .test_run import newsroom, rows


def test_a_backup_of_a_running_newsroom_goes_on_where_it_was(tmp_path: Path) -> None:
    reached, go_on, asked = threading.Event(), threading.Event(), iter(range(10_000))

    def answer(prompt: str) -> Reply:
        if next(asked) == 2:
            reached.set()
            return Reply(own_words(prompt), hang=go_on)
        return Reply(own_words(prompt))

    with SampleServer() as web, ModelServer(answer) as model:
        here = newsroom(tmp_path / "here", web, model)
        run = start("run", cwd=here)
        assert reached.wait(300)
        until(lambda: answered(here))
        backup = json.loads(inshort("db", "backup", "--json", cwd=here).stdout)["file"]
        go_on.set()
        run.communicate(timeout=300)
        assert run.returncode == 0
        paid = model.asked.total()

        there = newsroom(tmp_path / "there", web, model)
        assert inshort("db", "restore", backup, cwd=there).returncode == 0
        let_leases_run_out(there)
        assert inshort("run", cwd=there).returncode == 0
        assert inshort("db", "check", cwd=there).returncode == 0
        assert rows(there) == rows(here)
        # What was answered before the backup is not asked again; what was under way is.
        assert model.asked.total() - paid < paid


def answered(folder: Path) -> int:
    """How many calls have their answer in the rows."""
    database = Database(f"sqlite:///{folder}/inshort.db")
    with database.reading() as session:
        found = session.execute(text("SELECT count(*) FROM tries WHERE ended_at IS NOT NULL")).scalar_one()
    database.close()
    return int(found)


def let_leases_run_out(folder: Path) -> None:
    """As if the process that held the calls under way had been gone for long."""
    database = Database(f"sqlite:///{folder}/inshort.db")
    with database.session() as session:
        session.execute(text("UPDATE tries SET lease_until = '2020-01-01 00:00:00' WHERE lease_until IS NOT NULL"))
    database.close()
