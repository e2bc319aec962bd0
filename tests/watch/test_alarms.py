"""Alarms: what is wrong and what is not, told once when it comes and once when it goes."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.config import Config, parse_config
from pipeline.net import Net, NetLimits
from pipeline.settings import Alarms
from pipeline.storage.database import Database
from pipeline.storage.overview import Due, FeedHealth
from pipeline.storage.steps import SetAside
from pipeline.storage.tables import AlarmRow, FeedRow
from pipeline.watch.alarms import Wrong, change, watch, wrongs
from pipeline.watch.situation import Situation
from tests.storage.keeping.newsroom import fill

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WELL = Situation(
    at=NOW,
    feeds=FeedHealth(active=4, failing={}, disabled={}, dead={}),
    tallies=[],
    due={"poll": Due(0, None)},
    running={},
    waiting=[],
    set_aside=[],
    workers=[],
    in_review_since=None,
    last=dict.fromkeys(("poll", "article", "story", "draft", "edition", "round", "backup"), NOW),
    spent_micro=0,
    spent_tokens=0,
    cap_micro=2_000_000,
    cap_tokens=1000,
    alarms=[],
    new_entries=5,
    disk_free_mb=10_000,
)


def late(what: str, hours: float) -> Situation:
    return replace(WELL, last={**WELL.last, what: NOW - timedelta(hours=hours)})


@pytest.mark.parametrize(
    ("situation", "name"),
    [
        (late("story", 25), "no_story"),
        (replace(WELL, feeds=FeedHealth(4, dict.fromkeys("abc", "404"), {}, {})), "feeds_failing"),
        (replace(WELL, spent_micro=1_900_000), "cap_money"),
        (replace(WELL, spent_tokens=950), "cap_tokens"),
        (late("backup", 51), "backup_old"),
        (replace(WELL, disk_free_mb=499), "disk_low"),
        (replace(WELL, set_aside=[SetAside("check", 7, "KeyError", NOW)]), "set_aside"),
    ],
)
def test_what_is_wrong(situation: Situation, name: str) -> None:
    assert [w.name for w in wrongs(situation, Alarms(), backups_wanted=True)] == [name]


@pytest.mark.parametrize(
    "situation",
    [
        WELL,
        late("story", 23),
        replace(late("story", 99), new_entries=0),  # quiet feeds are no failure
        replace(WELL, last=dict.fromkeys(WELL.last)),  # a newsroom that only begins
        replace(WELL, feeds=FeedHealth(4, dict.fromkeys("ab", "404"), {}, {})),
        replace(WELL, feeds=FeedHealth(0, {}, {}, {})),
        replace(WELL, cap_micro=None, cap_tokens=None, spent_micro=10**9),
    ],
)
def test_what_is_not(situation: Situation) -> None:
    assert wrongs(situation, Alarms(), backups_wanted=True) == []


def test_an_alarm_may_be_switched_off() -> None:
    off = Alarms(no_story_hours=None, failure_share=None, cap_share=None, backup_hours=None, disk_mb=None)
    bad = replace(late("story", 99), disk_free_mb=0, spent_micro=10**9)
    assert wrongs(bad, off, backups_wanted=True) == []


def test_what_stays_is_neither_raised_nor_cleared() -> None:
    found = change([Wrong("a", ""), Wrong("b", "")], ["b", "c"])
    assert ([w.name for w in found.raised], found.cleared) == (["a"], ("c",))


class Told:
    """A mail server and a webhook that write down what they are told, and may be out of order."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.posts: list[dict[str, Any]] = []
        self.broken = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.broken:
            return "451 later"
        self.mails += [line for line in envelope.content.decode().splitlines() if line.startswith("Subject")]
        return "250 OK"

    def post(self, request: Request) -> Response:
        if self.broken:
            return Response("", 500)
        self.posts.append(json.loads(request.data))
        return Response("", 204)


Round = Callable[[datetime], None]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def round_at(told: Told, database: Database, tmp_path: Path, httpserver: HTTPServer) -> Any:
    """One look at a newsroom whose only feed fails or not, at a time."""
    httpserver.expect_request("/hook", method="POST").respond_with_handler(told.post)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(told, hostname="127.0.0.1", port=port)
    controller.start()
    config: Config = parse_config(
        json.dumps(
            {
                "mail": {"host": "127.0.0.1", "port": port, "security": "none", "sender": "desk@example.org"},
                "alarms": {"mail": ["ada@example.org"], "webhook": httpserver.url_for("/hook"), "disk_mb": None},
            }
        )
    )
    fill(database, 1, NOW)

    def one(at: datetime, *, fails: bool) -> None:
        with database.session() as session:
            session.get_one(FeedRow, 1).last_error = "404" if fails else ""

        async def look() -> None:
            async with Net(agent="InShort/test", limits=NetLimits(allow=("127.0.0.0/8",))) as net:
                await watch(database, config, tmp_path, at, net)

        asyncio.run(look())

    yield one
    controller.stop()


def test_each_is_told_once_when_it_comes_and_once_when_it_goes(round_at: Any, told: Told, database: Database) -> None:
    for minute, fails in enumerate([False, True, True, True, False, False, True]):
        round_at(NOW + timedelta(minutes=minute), fails=fails)
    expected = ["raised", "cleared", "raised"]
    assert [post["state"] for post in told.posts] == expected
    assert [("over" in mail, "feeds failing" in mail) for mail in told.mails] == [
        (False, True),
        (True, True),
        (False, True),
    ]
    with database.session() as session:
        assert session.query(AlarmRow).count() == 2


def test_what_could_not_be_told_is_told_later(round_at: Any, told: Told) -> None:
    told.broken = True
    round_at(NOW, fails=True)
    round_at(NOW + timedelta(minutes=1), fails=True)
    assert (told.mails, told.posts) == ([], [])
    told.broken = False
    round_at(NOW + timedelta(minutes=2), fails=True)
    round_at(NOW + timedelta(minutes=3), fails=True)
    assert (len(told.mails), len(told.posts)) == (1, 1)


def test_a_webhook_inside_is_never_called(database: Database, tmp_path: Path, httpserver: HTTPServer) -> None:
    config = parse_config(json.dumps({"alarms": {"webhook": httpserver.url_for("/hook"), "disk_mb": 10_000_000}}))

    async def look() -> None:
        async with Net(agent="InShort/test", limits=NetLimits()) as net:
            await watch(database, config, tmp_path, NOW, net)

    asyncio.run(look())
    assert httpserver.log == []
