"""A row In Short itself trips over: it fails alone, says so, and is given up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from pipeline.articles.fetch import read_page
from pipeline.checks import run
from pipeline.checks.catalogue import CHECKS
from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.errors import Unkeepable
from pipeline.feeds import poll
from pipeline.glossary import load_glossary
from pipeline.model import Article, Severity
from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database, Session
from tests.newsroom import sample_feeds, write_config


def a_bug(*_: object, **__: object) -> NoReturn:
    raise KeyError("a bug")


def one_round(folder: Path) -> tuple[Database, Summary]:
    """The sample newsroom's first round, and what it did."""
    with SampleServer() as web:
        config = load_config(write_config(folder, sample_feeds(web.base)))
        database = Database(f"sqlite:///{folder}/inshort.db")
        database.upgrade()
        engine = Engine(database, config, load_glossary())
        engine.prepare()
        return database, asyncio.run(engine.round())


def test_a_check_that_trips_blocks_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "date", replace(CHECKS["date"], run=a_bug))
    report = run.check_texts("Ada wrote a program. It ran well.", "Title\nAda wrote a program.\n")
    (found,) = [f for f in report.findings if f.check == "date"]
    assert found.severity is Severity.BLOCK
    assert "itself failed (KeyError)" in found.message


def test_a_page_and_a_story_that_trip_wait_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, seen = read_page, []

    async def trips_once(reader: Any, body: bytes, **more: Any) -> Article:
        seen.append(body)
        if len(seen) == 1:
            a_bug()
        return await read(reader, body, **more)

    monkeypatch.setattr("pipeline.articles.collect.read_page", trips_once)
    monkeypatch.setattr("pipeline.writing.write.extract_draft", a_bug)
    database, summary = one_round(tmp_path)
    assert (summary.pages_failed, summary.drafted) == (1, 0)
    assert summary.articles >= 5
    assert summary.waiting >= 4
    with database.session() as session:
        entries = session.execute(text("SELECT reason FROM entries WHERE state = 'failed' AND next_try_at > '2026'"))
        assert [reason for (reason,) in entries] == ["an error inside In Short: KeyError('a bug')"]
        stories = session.execute(text("SELECT waiting_for FROM stories")).all()
        assert stories and all("an error inside In Short" in waiting for (waiting,) in stories)
    database.close()


def test_a_feed_that_no_database_keeps_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = poll.keep

    def kept(session: Session, heard: Sequence[poll.Heard], *rest: Any) -> list[poll.Polled]:
        if any("kiosk" in one.ask.url for one in heard):
            raise Unkeepable("what was given holds characters that are no text")
        return keep(session, heard, *rest)

    monkeypatch.setattr(poll, "keep", kept)
    database, summary = one_round(tmp_path)
    assert (summary.polled, summary.tripped) == (2, 1)
    assert summary.drafted > 2
    database.close()
