"""The log: both forms, one trace, and never a secret, however it gets there."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from pipeline.logs import HIDDEN, hide, start_logging, trace_of, without_secrets

from .newsroom import inshort


@pytest.fixture(autouse=True)
def as_it_was() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_lines_have_level_logger_time_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    with structlog.contextvars.bound_contextvars(trace=trace_of(7)):
        structlog.get_logger("inshort.writing").info("drafted", story=3)
        logging.getLogger("inshort.feeds").warning("feed %s is slow", "F")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["story"], first["level"]) == ("drafted", 3, "info")
    assert first["trace"] == second["trace"] == "e7"
    assert (second["event"], second["logger"]) == ("feed F is slow", "inshort.feeds")


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "console")
    structlog.get_logger("inshort.writing").info("drafted", story=3)
    structlog.get_logger("inshort.writing").debug("not shown")
    (line,) = capsys.readouterr().err.splitlines()
    assert "drafted" in line
    assert "story=3" in line


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_reaches_a_line(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["sk-abcdefghijklmnop", "hunter2hunter2", "opensesame99", "Zm9vYmFyYmF6", "an odd value!"]
    monkeypatch.setenv("SOME_API_KEY", secrets[4])
    start_logging("debug", form)  # type: ignore[arg-type]
    log = structlog.get_logger("inshort")
    log.info(f"asking with {secrets[0]}", api_key=secrets[1], inner={"password": secrets[2]})
    log.info("header", headers=[f"Authorization: Bearer {secrets[3]}"], url=f"https://me:{secrets[2]}@example.org/")
    try:
        raise ValueError(f"token={secrets[1]} was refused, {secrets[4]}")
    except ValueError:
        log.exception("in full")
        logging.getLogger("other").exception("standard library, %s", secrets[0])
    said = capsys.readouterr().err
    assert "ValueError" in said
    for secret in secrets:
        assert secret not in said


def test_what_is_no_secret_stays() -> None:
    line = {"event": "read", "link_key": "example.org/a", "tokens": 1200, "url": "https://example.org/a?b=c"}
    assert without_secrets(None, "info", dict(line)) == line


@given(st.text())
def test_hiding_never_fails_and_is_done_once(text: str) -> None:
    assert hide(hide(text)) == hide(text)


def test_the_command_logs_json_when_asked(tmp_path: object) -> None:
    said = inshort("--verbose", "--log-json", "status", cwd=tmp_path)  # type: ignore[arg-type]
    lines = said.stderr.splitlines()
    assert said.returncode == 2
    assert json.loads(lines[-1])["logger"] == "inshort"
    assert HIDDEN not in lines[0]
