"""A key that an endpoint repeats stands nowhere: in no row, no export, no answer of the command, no file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from pipeline.llm.client import LiveModel
from pipeline.storage.database import Database
from pipeline.storage.tables import CallRow, TryRow
from tests.articles_waiting import nothing_to_poll
from tests.newsroom import ModelServer, Reply, inshort, openai_writer, write_config

from .batch_server import BatchServer, Line
from .test_batch import desk_at, drive, newsroom

KEY = "sk-very-secret-indeed"
SAID = b'{"error": {"message": "Incorrect API key provided: sk-very-secret-indeed.", "code": "invalid_api_key"}}'


def refused(_: str) -> Line:
    error = {"message": f"Incorrect API key provided: {KEY}."}
    return {"response": {"status_code": 401, "body": {"error": error}}, "error": None}


def test_a_key_in_the_error_line_of_a_batch_is_kept_nowhere(tmp_path: Path) -> None:
    write_config(tmp_path, {})
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    database.upgrade()
    newsroom(database, ("Marlow",))
    with BatchServer(refused) as server:
        desk = desk_at(server)
        model = LiveModel(name="m", key=KEY, base_url=f"{server.base}/v1")
        asyncio.run(drive(database, replace(desk, model=model), rounds=4))
    with database.session() as session:
        errors = [row.error for row in session.query(TryRow)] + [row.error for row in session.query(CallRow)]
    database.close()
    assert "the batch failed on it: Incorrect API key provided: ***" in errors
    assert KEY not in "".join(errors)
    assert KEY not in inshort("db", "export", cwd=tmp_path).stdout


def test_a_key_that_a_failing_call_repeats_is_kept_nowhere(tmp_path: Path) -> None:
    with ModelServer(lambda _: Reply(status=401, raw=SAID)) as model:
        write_config(tmp_path, {}, writer=openai_writer(model.base, api_key_env="OPENAI_API_KEY"))
        database = Database(f"sqlite:///{tmp_path}/inshort.db")
        database.upgrade()
        newsroom(database, ("Marlow",))
        nothing_to_poll(database)
        database.close()
        ran = inshort("run", "--json", cwd=tmp_path, OPENAI_API_KEY=KEY)
    shown = inshort("review", "list", "--json", cwd=tmp_path)
    story = inshort("review", "show", "1", "--json", cwd=tmp_path)
    status = inshort("status", "--json", cwd=tmp_path)
    assert "refuses the API key (401): Incorrect API key provided: ***" in status.stdout
    for said in (ran, shown, story, status):
        assert KEY not in said.stdout + said.stderr
    for file in tmp_path.glob("inshort.db*"):
        assert KEY.encode() not in file.read_bytes(), file.name
