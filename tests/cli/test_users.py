"""`inshort user` and `inshort publish`: people and public stories, by command."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.newsroom import write_config

from .conftest import Call


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a good long password\n" * 9))


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.chdir(tmp_path)
    call("init")


def test_users_come_and_go(empty: None, password: None, call: Call) -> None:
    assert "nobody yet" in call("user", "list").out
    assert call("user", "add", "Ada", "--role", "admin", "--password-stdin").out == "ada is added, as admin\n"
    assert call("user", "add", "bob", "--no-password").out == "bob is added, as editor\n"
    assert [(u["name"], u["role"], u["signs_on"]) for u in json.loads(call("user", "list", "--json").out)] == [
        ("ada", "admin", "password"),
        ("bob", "editor", "proxy"),
    ]
    assert call("user", "role", "bob", "chief").out == "bob is chief now\n"
    assert "all their sessions have ended" in call("user", "passwd", "bob", "--password-stdin").out
    assert call("user", "remove", "bob").out == "bob is removed\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "ada", "--password-stdin"], "there is a user ada already"),
        (["add", "bob", "--role", "king", "--no-password"], "allowed: reader, editor, chief, admin"),
        (["add", "b b", "--no-password"], "is not a valid user name"),
        (["add", "bob"], "no terminal to ask for the password on"),
        (["passwd", "bob", "--password-stdin"], "there is no user bob; there is ada, eve"),
        (["role", "ada", "reader"], "ada is the only admin"),
        (["remove", "ada"], "ada is the only admin"),
    ],
)
def test_what_is_wrong_is_said(empty: None, password: None, call: Call, arguments: list[str], said: str) -> None:
    call("user", "add", "ada", "--role", "admin", "--password-stdin")
    call("user", "add", "eve", "--no-password")
    answer = call("user", *arguments)
    assert answer.status == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_published_story_is_corrected_and_retracted(newsroom: Path, call: Call) -> None:
    rows = json.loads(call("review", "list", "--json").out)
    number = next(r["id"] for r in rows if r["verdict"] != "block")
    assert call("publish", "retract", str(number), "--reason", "x").status == 1  # not published yet
    call("review", "show", str(number))
    call("review", "approve", str(number))
    call("digest")
    shown = json.loads(call("review", "show", str(number), "--json").out)["text"]
    file = newsroom / "new.txt"
    file.write_text(shown.replace(".", ", they say.", 1))
    assert (
        "to correct it; readers are told it; give one with --reason" in call("publish", "correct", str(number)).err
    )  # none typed
    said = call("publish", "correct", str(number), "--text", str(file), "--reason", "who said it was missing")
    assert f"story {number} is corrected, as version 2" in said.out
    text = json.loads(call("review", "show", str(number), "--json").out)["text"]
    file.write_text(text.replace("\nThis story is", "\n“It cost 77 million euros,” said Ada Verne. This story is"))
    correction = ("publish", "correct", str(number), "--text", str(file), "--reason", "a quotation was missing")
    refused = call(*correction)
    assert (refused.status, refused.out) == (1, "")
    assert "a check blocks the corrected text (" in refused.err
    assert "say why to publish it with --over; nothing was published" in refused.err
    assert call(*correction, "--over", "Heard on the telephone").status == 0
    lines = call("review", "history", str(number)).out
    assert "block accepted  corrected → corrected" in lines
    assert "Heard on the telephone" in lines
    assert "accepted by ada: Heard on the telephone" in call("review", "show", str(number)).out
    assert "they say" in call("digest", "--since", "1d", "--again").out
    unexplained = call("publish", "retract", str(number))
    assert (unexplained.status, unexplained.err) == (
        1,
        "inshort: it needs a reason to retract it; readers are told it; give one with --reason\n",
    )
    assert call("publish", "retract", str(number), "--reason", "wrong").out == f"story {number} is retracted\n"
    assert "was retracted on" in call("digest", "--since", "1d", "--again").out
    assert "was retracted on" in call("digest", "--edition", "1").out


def test_a_correction_that_the_judge_did_not_read_yet_says_so(newsroom: Path, call: Call) -> None:
    rows = json.loads(call("review", "list", "--json").out)
    number = str(next(r["id"] for r in rows if r["verdict"] != "block"))
    call("review", "show", number)
    call("review", "approve", number)
    call("digest")
    price = {"input": "0.1", "output": "0", "as_of": "2026-11-28"}
    write_config(newsroom, {}, judge={"model": "m", "base_url": "http://127.0.0.1:9/v1", "price": price})
    file = newsroom / "new.txt"
    text = json.loads(call("review", "show", number, "--json").out)["text"]
    file.write_text(text.replace(".", ", they say.", 1))
    said = call("publish", "correct", number, "--text", str(file), "--reason", "who said it was missing")
    assert said.out.endswith("; 1 sentence not judged yet: the next run asks the judge\n")
