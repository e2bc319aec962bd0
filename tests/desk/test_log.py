"""The log, read and saved."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from io import StringIO

import pytest

from pipeline.desk.people import Role
from pipeline.invisible import named
from pipeline.storage.desk import people
from pipeline.web import log

from .server import DeskServer

THEN = datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_the_log_is_saved_whole_with_the_reasons(served: DeskServer) -> None:
    editor = served.visitor(Role.EDITOR)
    editor.post("/story/1/act", {"act": "comment", "reason": "Ask the harbour, “twice”,\nplease"})
    table = list(csv.DictReader(StringIO(editor.get("/log/file?format=csv").text)))
    assert (table[0]["act"], table[0]["who"], table[0]["story"]) == ("comment", "editor", "1")
    assert table[0]["reason"] == "Ask the harbour, “twice”,\nplease"
    lines = json.loads(editor.get("/log/file?format=json&who=editor").text)
    assert [line["act"] for line in lines] == ["comment"]
    assert json.loads(editor.get("/log/file?format=json&who=nobody").text) == []
    assert editor.get("/log/file?format=xml").status == 400


@pytest.mark.parametrize("said", ["=1+1", " +1", '"@SUM(A1)', "\u3000-1", "＝1"])
def test_no_saved_cell_is_a_formula_whatever_stands_before_it(said: str) -> None:
    assert log._cell(said) == f"'{said}"
    assert log._cell(f"5 {said}") == f"5 {said}"


def test_a_saved_log_steers_no_terminal_and_turns_no_line(served: DeskServer) -> None:
    editor = served.visitor(Role.EDITOR)
    with served.desk.database.session() as session:
        people.add_event(session, THEN, "clock", "edition", "Sea\u202eeert\x9b2J\x1b[2J")
    saved = {form: editor.get(f"/log/file?format={form}&act=edition").text for form in ("csv", "json")}
    assert all(named(text) == text.replace("\r", "<U+000D>") for text in saved.values())
    assert "Sea<U+202E>eert<U+009B>2J<U+001B>[2J" in saved["csv"]
    assert json.loads(saved["json"])[0]["about"] == "Sea\u202eeert\x9b2J\x1b[2J"


def test_no_saved_cell_is_a_formula(served: DeskServer) -> None:
    editor = served.visitor(Role.EDITOR)
    editor.post("/story/1/act", {"act": "comment", "reason": '=HYPERLINK("https://evil.example";"x")'})
    table = list(csv.DictReader(StringIO(editor.get("/log/file").text)))
    assert table[0]["reason"].startswith("'=HYPERLINK")


def test_log_ins_are_saved_for_admins_only(served: DeskServer) -> None:
    assert "login" in served.visitor(Role.ADMIN).get("/log/file").text
    assert ",login," not in served.visitor(Role.EDITOR).get("/log/file").text


def test_acts_of_one_moment_are_not_lost_between_pages(served: DeskServer) -> None:
    with served.desk.database.session() as session:
        for number in range(250):
            people.add_event(session, THEN, "clock", "edition", f"line {number}")
    with served.desk.database.reading() as session:
        first = people.log(session, before=None, who="clock", acts=["edition"], limit=100)
        assert len(first) == 250
        assert people.log(session, before=first[-1].at, who="clock", acts=["edition"], limit=100) == []
