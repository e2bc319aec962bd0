"""`inshort doctor --live`: the endpoint asked once, through the ledger."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.newsroom import ModelServer, Reply, inshort, openai_writer, write_config


def test_a_live_look_says_what_the_endpoint_understands_and_costs(tmp_path: Path, sqlite_with_tables: Path) -> None:
    shutil.copy(sqlite_with_tables, tmp_path / "inshort.db")
    with ModelServer(lambda _: '{"ready": true}') as model:
        write_config(tmp_path, {"Gone": f"{model.base}/no-feed.xml"}, writer=openai_writer(model.base))
        said = inshort("doctor", "--live", cwd=tmp_path)
        asked = [prompt for prompt in model.asked.elements() if "ready" in prompt]
    assert len(asked) == 1
    assert "ok    model: m answers" in said.stdout, said.stdout + said.stderr
    assert "model: JSON is asked for by strict schema; the length by max_tokens" in said.stdout
    assert "cost: a story 0.00" in said.stdout
    assert "WRONG feed: Gone" in said.stdout
    with sqlite3.connect(tmp_path / "inshort.db") as rows:
        assert rows.execute("SELECT purpose, state FROM calls").fetchall() == [("doctor", "answered")]


def test_a_model_that_refuses_is_wrong(tmp_path: Path, sqlite_with_tables: Path) -> None:
    shutil.copy(sqlite_with_tables, tmp_path / "inshort.db")
    with ModelServer(
        lambda _: Reply(status=401, raw=b'{"error": {"message": "Incorrect API key provided."}}')
    ) as model:
        write_config(tmp_path, {}, writer=openai_writer(model.base, api_key_env="OPENAI_API_KEY"))
        said = inshort("doctor", "--live", cwd=tmp_path)
    wrong = "WRONG model: the model's server refuses the API key (401): Incorrect API key provided; put the right key"
    assert (said.returncode, wrong in said.stdout) == (1, True), said.stdout
