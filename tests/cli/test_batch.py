"""Batches: a line that spins is stopped and fails alone."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import batch


def spins(row: dict[str, Any]) -> dict[str, Any]:
    while row["spin"]:
        pass
    return {"done": True}


def test_a_line_that_spins_is_stopped_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LONGEST", 0.2)
    lines = [json.dumps({"id": n, "spin": n == 1}) for n in range(3)]
    answers = [json.loads(batch.one_line(spins, line)) for line in lines]
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
    monkeypatch.setattr(batch, "LONGEST", 0.3)
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps({"id": n, "spin": n == 30}) + "\n" for n in range(60)))
    batch.run_batch(file, spins_in_c)
    answers = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [a["id"] for a in answers] == list(range(60))
    assert [a for a in answers if "error" in a] == [{"id": 30, "error": "not done after 0.3 seconds; left"}]
