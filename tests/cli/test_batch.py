"""Batches: a line that spins is stopped and fails alone."""

from __future__ import annotations

import json
import signal
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
