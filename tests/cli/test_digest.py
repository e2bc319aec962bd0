"""`inshort digest`: what was approved, in every form, printed again unchanged."""

from __future__ import annotations

import json
import re
import sqlite3
from email import message_from_string, policy
from html import unescape
from pathlib import Path

import pytest

from .conftest import Call


@pytest.fixture
def approved(newsroom: Path, call: Call) -> list[int]:
    rows = json.loads(call("review", "list", "--json").out)
    numbers = [r["id"] for r in rows if r["verdict"] != "block"][:2]
    for number in numbers:
        call("review", "show", number)
        assert call("review", "approve", number).status == 0
    return numbers


def test_an_empty_edition_says_so_and_is_not_recorded(newsroom: Path, call: Call) -> None:
    assert "No approved stories in this time." in call("digest").out
    assert "there is no edition 1" in call("digest", "--edition", "1").err


def test_an_edition_prints_again_unchanged(approved: list[int], call: Call) -> None:
    printed = call("digest").out
    assert printed.count("\nSource: ") == 2
    assert call("digest", "--edition", "1").out == printed


def test_nothing_new_gives_nothing(approved: list[int], call: Call, tmp_path: Path) -> None:
    call("digest")
    (tmp_path / "old.txt").write_text("old")
    said = call("digest", "--out", tmp_path / "old.txt")
    assert said.status == 0
    assert "nothing new since edition 1; 'inshort digest --edition 1' prints it again" in said.err
    assert (tmp_path / "old.txt").read_text() == "old"
    assert f"{tmp_path / 'old.txt'} was left as it is" in said.err
    assert f"{tmp_path / 'new.txt'} was not written" in call("digest", "--out", tmp_path / "new.txt").err
    assert "No approved stories" in call("digest").out
    assert "there is no edition 2" in call("digest", "--edition", "2").err


def test_a_story_is_issued_once_unless_again(approved: list[int], call: Call) -> None:
    call("digest")
    rows = json.loads(call("review", "list", "--json").out)
    third = next(r["id"] for r in rows if r["verdict"] != "block")
    call("review", "show", third)
    call("review", "approve", third)
    following = json.loads(call("digest", "--since", "24h", "--json").out)
    assert [s["id"] for s in following["stories"]] == [third]
    everything = json.loads(call("digest", "--since", "24h", "--again", "--json").out)
    assert {s["id"] for s in everything["stories"]} == {*approved, third}
    assert len(json.loads(call("digest", "--again", "--max", 1, "--json").out)["stories"]) == 1


def test_an_edition_of_a_topic_is_not_the_last_one_of_all(newsroom: Path, call: Call) -> None:
    rows = [r for r in json.loads(call("review", "list", "--json").out) if r["verdict"] != "block"]
    with sqlite3.connect(newsroom / "inshort.db") as database:
        database.execute("UPDATE stories SET topic = CASE id WHEN ? THEN 'sea' ELSE '' END", (rows[0]["id"],))
    for row in rows[:2]:
        call("review", "show", row["id"])
        call("review", "approve", row["id"])
    assert [s["id"] for s in json.loads(call("digest", "--topic", "sea", "--json").out)["stories"]] == [rows[0]["id"]]
    assert [s["id"] for s in json.loads(call("digest", "--json").out)["stories"]] == [rows[1]["id"]]
    assert "nothing new since edition 2;" in call("digest").err
    assert "nothing new since edition 1;" in call("digest", "--topic", "sea").err


REASON = "The bank never said so; *<b>we* erred"


@pytest.mark.parametrize("form", ["text", "md", "html", "json", "rss", "email"])
def test_a_retracted_story_is_a_line_with_its_reason_wherever_an_edition_is_printed(
    approved: list[int], call: Call, form: str
) -> None:
    before = json.loads(call("digest", "--json").out)
    first = next(s for s in before["stories"] if s["id"] == approved[0])
    call("publish", "retract", approved[0], "--reason", REASON)
    for printed in (
        call("digest", "--edition", 1, "--format", form).out,
        call("digest", "--format", form).out,
    ):
        text = readable(printed, form)
        assert REASON in text
        assert first["text"].split("\n")[2][:40] not in text
        assert first["headline"] in text, "what readers know it by"
    assert "nothing new since edition 2" in call("digest").err  # readers are told once
    assert approved[0] not in [s["id"] for s in json.loads(call("digest", "--again", "--json").out)["stories"]]


@pytest.mark.parametrize("form", ["text", "md", "html", "json", "rss", "email"])
def test_a_correction_is_told_with_its_reason_where_the_story_stood_and_in_the_next_edition(
    approved: list[int], call: Call, tmp_path: Path, form: str
) -> None:
    before = json.loads(call("digest", "--json").out)
    first = next(s for s in before["stories"] if s["id"] == approved[0])
    (tmp_path / "new.txt").write_text(first["text"].replace("In short: ", "In short: Today ", 1))
    said = call("publish", "correct", approved[0], "--reason", REASON, "--text", tmp_path / "new.txt")
    assert said.status == 0, said.err
    again = readable(call("digest", "--edition", 1, "--format", form).out, form)
    assert REASON in again
    assert first["text"].split("\n")[0][:40] in again
    following = readable(call("digest", "--format", form).out, form)
    assert REASON in following
    assert first["headline"] in following  # by the headline readers know, not what its source called it
    assert first["text"].split("\n")[2][:40] not in following
    assert "nothing new since edition 2" in call("digest").err


def readable(printed: str, form: str) -> str:
    """What somebody who reads a format is shown, on one line."""
    if form == "html":
        printed = unescape(re.sub(r"<[^>]*>", "", printed))
    if form == "md":
        printed = re.sub(r"\\([^\w\s])", r"\1", printed)
    if form == "rss":
        printed = unescape(re.sub(r"<[^>]*>", "", unescape(re.sub(r"<[^>]*>", "", printed))))
    if form == "json":
        printed = json.dumps(json.loads(printed), ensure_ascii=False).replace("\\n", "\n")
    if form == "email":
        mail = message_from_string(printed, policy=policy.default)
        text = mail.get_body(("plain",))
        assert text is not None
        printed = text.get_content()
    return " ".join(printed.split())


def test_who_issued_an_edition_stands_in_the_log(approved: list[int], call: Call) -> None:
    assert json.loads(call("digest", "--json").out)["issued_by"] == "ada"
    history = json.loads(call("review", "history", approved[0], "--json").out)
    assert [(h["who"], h["act"]) for h in history][-1] == ("ada", "publish")


def test_a_preview_marks_what_nobody_approved_and_records_nothing(approved: list[int], call: Call) -> None:
    said = call("digest", "--preview").out
    assert "PREVIEW" in said
    assert said.count("[NOT APPROVED (in_review): do not publish]") == 3
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
    (tmp_path / "no").write_text("a file")
    said = call("digest", "--out", tmp_path / "no" / "edition.txt")
    assert said.status == 2
    assert "cannot be written" in said.err
