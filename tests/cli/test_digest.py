"""`inshort digest`: what was approved, in every form, printed again unchanged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Call


@pytest.fixture
def approved(newsroom: Path, call: Call) -> list[int]:
    rows = json.loads(call("review", "list", "--json").out)
    numbers = [r["id"] for r in rows if r["verdict"] != "block"][:2]
    for number in numbers:
        assert call("review", "approve", number).status == 0
    return numbers


def test_an_empty_edition_says_so_and_is_not_recorded(newsroom: Path, call: Call) -> None:
    assert "No approved stories in this time." in call("digest").out
    assert "there is no edition 1" in call("digest", "--edition", "1").err


def test_an_edition_prints_again_unchanged(approved: list[int], call: Call) -> None:
    printed = call("digest").out
    assert printed.count("\nSource: ") == 2
    again = call("digest")
    assert again.out == printed
    assert "nothing was approved since edition 1; this is it again" in again.err
    assert call("digest", "--edition", "1").out == printed


def test_what_was_approved_since_makes_the_next_edition(approved: list[int], call: Call) -> None:
    call("digest")
    rows = json.loads(call("review", "list", "--json").out)
    third = next(r["id"] for r in rows if r["verdict"] != "block")
    call("review", "approve", third)
    following = json.loads(call("digest", "--json").out)
    assert [s["id"] for s in following["stories"]] == [third]
    everything = json.loads(call("digest", "--since", "24h", "--json").out)
    assert {s["id"] for s in everything["stories"]} == {*approved, third}


def test_a_preview_marks_what_nobody_approved_and_records_nothing(approved: list[int], call: Call) -> None:
    said = call("digest", "--preview").out
    assert "PREVIEW" in said
    assert said.count("[NOT APPROVED (in_review): do not publish]") == 4
    assert "there is no edition 1" in call("digest", "--edition", "1").err


def test_topics_and_times(approved: list[int], call: Call) -> None:
    assert "No approved stories on sports" in call("digest", "--topic", "sports").out
    assert "No approved stories" in call("digest", "--until", "2020-01-01").out
    said = call("digest", "--since", "today", "--until", "yesterday")
    assert said.status == 2
    assert "is not before" in said.err
    assert "write 24h, 3d, today" in call("digest", "--since", "soon").err


@pytest.mark.parametrize(
    ("format", "start"), [("text", "Test desk · "), ("md", "# Test desk"), ("html", "<!doctype html>"), ("json", "{")]
)
def test_every_format_to_a_file(approved: list[int], call: Call, tmp_path: Path, format: str, start: str) -> None:
    said = call("digest", "--format", format, "--out", tmp_path / "edition")
    assert said.out == ""
    assert "2 stories written to" in said.err
    assert (tmp_path / "edition").read_text("utf-8").lower().startswith(start.lower())


def test_a_file_that_cannot_be_written_is_said(approved: list[int], call: Call, tmp_path: Path) -> None:
    said = call("digest", "--out", tmp_path / "no" / "edition.txt")
    assert said.status == 2
    assert "cannot be written" in said.err
