"""Telling others: webhooks of an edition, signed and once; a hub of feeds; files in the newsroom's folder."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.engine.telling import call_hooks, slack_text, tell_hub
from pipeline.errors import FileProblem, UsageError
from pipeline.publishing.edition import Plan
from pipeline.publishing.handed_out import write_anew, write_files
from pipeline.publishing.issue import issue, issue_planned, keep_plan, plan_for
from pipeline.storage.database import Database

from .approved import ADA, approve
from .test_formats import EDITION, STORY

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def newsroom(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    approve(database, [1, 2, 3], NOW)
    yield database
    database.close()


def test_a_webhook_is_told_once_and_can_know_that_it_was_us(
    newsroom: Database, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[Request] = []
    status = [500, 200]

    def answer(request: Request) -> Response:
        got.append(request)
        return Response("", status.pop(0))

    httpserver.expect_request("/hook").respond_with_handler(answer)
    monkeypatch.setenv("INSHORT_WEBHOOK_SECRET", os.fsdecode(b"secret\xff"))  # any bytes
    config = Config.model_validate(
        {"digest": {"webhooks": [httpserver.url_for("/hook")]}, "network": {"allow": ["127.0.0.0/8"]}}
    )
    edition = issue(newsroom, config, NOW, by=ADA)
    assert "not told" in call_hooks(newsroom, config, edition, NOW)[0]
    assert call_hooks(newsroom, config, edition, NOW) == []  # not before its time
    assert call_hooks(newsroom, config, edition, NOW + timedelta(minutes=11)) == ["webhook 1: told"]
    assert call_hooks(newsroom, config, edition, NOW + timedelta(days=1)) == []
    first, second = got
    assert first.headers["X-InShort-Delivery"] == second.headers["X-InShort-Delivery"]
    signed = f"{second.headers['X-InShort-Timestamp']}.".encode() + second.data
    assert (
        second.headers["X-InShort-Signature"] == "sha256=" + hmac.new(b"secret\xff", signed, hashlib.sha256).hexdigest()
    )
    assert "<https://lantern.example/3|A bridge in Delmare opens as number 3" in json.loads(second.data)["text"]


def test_text_from_outside_is_only_text_in_slack() -> None:
    mean = replace(STORY, headline="<!channel> <https://evil.example|x> & more")
    assert "&lt;!channel&gt; &lt;https://evil.example¦x&gt; &amp; more" in slack_text(replace(EDITION, stories=(mean,)))
    link = slack_text(replace(EDITION, stories=(replace(mean, link="https://evil.example/|Your bank"),)))
    assert "<https://evil.example/%7CYourbank|" in link


def test_a_hub_is_told_of_feeds(httpserver: HTTPServer) -> None:
    got: list[bytes] = []

    def answer(request: Request) -> Response:
        got.append(request.data)
        return Response("", 204)

    httpserver.expect_request("/hub").respond_with_handler(answer)
    site = {"address": "https://news.example/", "hub": httpserver.url_for("/hub")}
    config = Config.model_validate({"site": site, "network": {"allow": ["127.0.0.0/8"]}})
    assert tell_hub(config, ["https://news.example/feed.atom"]) == ""
    assert got == [b"hub.mode=publish&hub.url=https%3A%2F%2Fnews.example%2Ffeed.atom"]
    assert tell_hub(Config(), ["https://news.example/feed.atom"]) == ""


def test_an_edition_is_written_into_the_newsrooms_folder(tmp_path: Path) -> None:
    settings = Config.model_validate(
        {"digest": {"out": str(tmp_path / "out"), "formats": ["html", "md", "rss"]}}
    ).digest
    files = write_files(EDITION, settings)
    assert [file.name for file in files] == ["edition-3.html", "edition-3.md", "edition-3.xml"]
    assert (tmp_path / "out" / "latest.md").read_text() == files[1].read_text()


def test_a_template_with_a_mistake_leaves_the_old_files(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "edition.html").write_text("<p>ours</p>\n{% for x in %}")
    digest = {"out": str(tmp_path / "out"), "templates": str(own), "formats": ["md", "html"]}
    settings = Config.model_validate({"digest": digest}).digest
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "latest.md").write_text("old")
    with pytest.raises(UsageError, match=r"edition\.html, line 2"):
        write_files(EDITION, settings)
    assert (tmp_path / "out" / "latest.md").read_text() == "old"
    (own / "edition.html").write_text("{{ heading }}, ours")
    write_files(EDITION, settings)
    assert (tmp_path / "out" / "latest.html").read_text().endswith(", ours")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    settings = Config.model_validate({"digest": {"out": str(tmp_path / "out")}}).digest
    with pytest.raises(FileProblem, match="out"):
        write_files(EDITION, settings)


def test_files_are_written_anew_when_a_story_in_them_is_retracted_or_corrected(
    newsroom: Database, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    config = Config.model_validate({"digest": {"out": str(out), "formats": ["md", "html", "json"]}})
    first = issue(newsroom, config, NOW, by=ADA)
    approve(newsroom, [4], NOW + timedelta(minutes=1))
    second = issue(newsroom, config, NOW + timedelta(minutes=2), by=ADA)
    for edition in (first, second):
        write_files(edition, config.digest)
    untouched = (out / "edition-2.html").read_bytes(), (out / "latest.html").read_bytes()

    def again(minutes: int) -> list[str]:
        with newsroom.reading() as session:
            return [f.name for f in write_anew(session, config.digest, NOW + timedelta(minutes=minutes))]

    assert again(0) == []
    later, rules = NOW + timedelta(minutes=5), config.desk
    act_on(newsroom, 1, Act.RETRACT, by=Actor(ADA, later, reason="It never opened"), rules=rules)
    assert again(5) == ["edition-1.md", "edition-1.html", "edition-1.json"]
    for name in ("edition-1.md", "edition-1.html", "edition-1.json"):
        text = (out / name).read_text()
        assert "It never opened" in text and "Bridge 1 is open" not in text and "Bridge 2 is open" in text
    assert ((out / "edition-2.html").read_bytes(), (out / "latest.html").read_bytes()) == untouched
    assert again(5) == again(6) == []
    act_on(newsroom, 4, Act.RETRACT, by=Actor(ADA, later + timedelta(minutes=5), reason="Nor did this"), rules=rules)
    assert again(10) == ["edition-2.md", "edition-2.html", "edition-2.json"]
    assert "Nor did this" in (out / "latest.md").read_text()


def test_an_edition_whose_files_somebody_took_away_is_not_written_anew(newsroom: Database, tmp_path: Path) -> None:
    config = Config.model_validate({"digest": {"out": str(tmp_path / "out")}})
    issue(newsroom, config, NOW, by=ADA)
    act_on(newsroom, 1, Act.RETRACT, by=Actor(ADA, NOW, reason="It never opened"), rules=config.desk)
    with newsroom.reading() as session:
        assert write_anew(session, config.digest, NOW) == []
    assert not (tmp_path / "out").exists()


# Plans -----------------------------------------------------------------------------------------------------


def test_an_edition_is_issued_as_it_was_arranged_and_what_was_left_out_comes_next(newsroom: Database) -> None:
    plan = Plan().moved(1, 0, [3, 2, 1]).without(2).led_by(3)
    keep_plan(newsroom, None, plan, by=ADA, now=NOW)
    assert [s.story_id for s in issue(newsroom, Config(), NOW, by=ADA).stories] == [3, 1]
    assert [s.story_id for s in issue(newsroom, Config(), NOW, by=ADA).stories] == [2]


def test_an_edition_planned_for_a_time_is_issued_then_once_by_who_planned_it(newsroom: Database) -> None:
    at = NOW + timedelta(hours=1)
    keep_plan(newsroom, None, Plan(leave_out=frozenset({2})), by=Person("bo", Role.CHIEF), now=NOW, at=at)
    assert issue_planned(newsroom, Config(), NOW) == []
    (edition,) = issue_planned(newsroom, Config(), at)
    assert (edition.issued_by, [s.story_id for s in edition.stories]) == ("bo", [3, 1])
    assert issue_planned(newsroom, Config(), at) == []
    with newsroom.reading() as session:
        assert plan_for(session, None) == Plan()
    with pytest.raises(UsageError, match="that time has passed"):
        keep_plan(newsroom, None, Plan(), by=ADA, now=NOW, at=NOW)


def test_a_plan_for_nothing_is_done_with(newsroom: Database) -> None:
    keep_plan(newsroom, "fog", Plan(), by=ADA, now=NOW, at=NOW + timedelta(hours=1))
    (edition,) = issue_planned(newsroom, Config(), NOW + timedelta(hours=2))
    assert edition.number is None
    assert issue_planned(newsroom, Config(), NOW + timedelta(hours=3)) == []
