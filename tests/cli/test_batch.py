"""Batches: a line that spins is stopped and fails alone."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import jsonl
from tests.cli.conftest import Call


def spins(row: dict[str, Any]) -> dict[str, Any]:
    while row["spin"]:
        pass
    return {"done": True}


def test_a_line_that_spins_is_stopped_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST", 0.2)
    lines = [json.dumps({"id": n, "spin": n == 1}) for n in range(3)]
    answers = [json.loads(jsonl.one_line(spins, line).line) for line in lines]
    assert answers == [
        {"id": 0, "done": True},
        {"id": 1, "error": "not done after 0.2 seconds; left"},
        {"id": 2, "done": True},
    ]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def spins_in_c(row: dict[str, Any]) -> dict[str, Any]:
    if row["spin"]:
        re.match(r"(a+)+$", "a" * 60 + "b")  # catastrophic: it hears no signal until it is done, which is never
    return {"done": True}


def test_a_line_that_hears_no_signal_loses_its_process_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jsonl, "LONGEST", 0.3)
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps({"id": n, "spin": n == 30}) + "\n" for n in range(60)))
    jsonl.run_batch(file, spins_in_c)
    answers = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [a["id"] for a in answers] == list(range(60))
    assert [a for a in answers if "error" in a] == [{"id": 30, "error": "not done after 0.3 seconds; left"}]


def test_a_batch_in_which_every_line_fails_is_no_success(tmp_path: Path, call: Call) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": 1, "path": "nowhere.xml"}\n{"id": 2}\nno object\n' + "[" * 20_000 + "\n")
    said = call("parse", "--batch", file)
    assert said.status == 1
    errors = [json.loads(line) for line in said.out.splitlines()]
    assert [e["id"] for e in errors] == [1, 2, None, None]
    assert errors[0]["error"] == "nowhere.xml: cannot be read: no such file or folder"
    assert errors[1]["error"] == "'path' is missing"
    assert errors[3]["error"] == "nested too deeply to be read"


def test_the_help_of_a_stage_names_the_fields_of_a_batch_line(call: Call) -> None:
    for stage, fields in (
        ("parse", '{"id", "path"}'),
        ("extract", '{"id", "path", "url"}'),
        ("check", '{"id", "source", "rewrite"}'),
    ):
        assert fields in " ".join(call(stage, "--help").out.split())
