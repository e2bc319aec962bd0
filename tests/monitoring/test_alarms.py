"""Alarms: what is wrong and what is not, told once when it comes and once when it goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Request, Response

from pipeline.config import Config, parse_config
from pipeline.due import Waiting
from pipeline.llm.patience import WHOLE_CAP
from pipeline.monitoring.alarms import Wrong, change, watch, wrongs
from pipeline.monitoring.situation import Situation, WaitingStory, look
from pipeline.net import Net, NetLimits
from pipeline.settings import Alarms
from pipeline.storage.database import Database
from pipeline.storage.engine.steps import SetAside
from pipeline.storage.monitoring.counts import FeedHealth
from pipeline.storage.tables import AlarmRow, FeedRow
from pipeline.storage.waits import OtherWait
from tests.ports import free_port
from tests.storage.keeping.newsroom import fill

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WELL = Situation(
    at=NOW,
    feeds=FeedHealth(active=4, failing={}, dead={}),
    tallies=[],
    due={"poll": Waiting(0, None)},
    running={},
    waiting=[],
    set_aside=[],
    failed=[],
    workers=[],
    in_review_since=None,
    last=dict.fromkeys(("poll", "article", "story", "draft", "edition", "round", "backup"), NOW),
    priced=True,
    spent_micro=0,
    spent_tokens=0,
    cap_micro=2_000_000,
    cap_tokens=1000,
    alarms=[],
    new_entries=5,
    first_entry=NOW - timedelta(days=99),
    heard_since=NOW,
    undrafted_since=None,
    backup_since=NOW,
    pages=(40, 2),
    asked=(40, 2),
    disk_free_mb=10_000,
    overcharged=0,
)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def unpaid(hours: float, more: str = "") -> WaitingStory:
    return WaitingStory(1, "A", "new", f"money: the day's cap has 0.1 USD left{more}", None, ago(hours))


def late(what: str, hours: float, **more: Any) -> Situation:
    return replace(WELL, last={**WELL.last, what: ago(hours)}, **more)


def test_usage_that_cannot_be_has_an_alarm_with_its_own_words() -> None:
    (wrong,) = wrongs(replace(WELL, overcharged=2), Alarms())
    assert wrong == Wrong("usage", "a model's server reported more tokens than 2 calls of two days can have used")


def never(what: str, **more: Any) -> Situation:
    return replace(WELL, last={**WELL.last, what: None}, **more)


@pytest.mark.parametrize(
    ("situation", "name"),
    [
        (late("story", 25), "no_story"),
        (replace(WELL, feeds=FeedHealth(4, dict.fromkeys("abc", "404"), {})), "feeds_failing"),
        (replace(WELL, spent_micro=1_900_000), "cap_money"),
        (replace(WELL, spent_tokens=950), "cap_tokens"),
        (never("story", first_entry=ago(25)), "no_story"),
        (late("draft", 31, undrafted_since=ago(99)), "no_draft"),
        (never("draft", undrafted_since=ago(31)), "no_draft"),
        (replace(WELL, heard_since=ago(31)), "no_poll"),
        (replace(WELL, pages=(20, 11)), "pages_failing"),
        (replace(WELL, asked=(20, 11)), "calls_failing"),
        (late("backup", 51, backup_since=ago(51)), "backup_old"),
        (never("backup", backup_since=ago(51)), "backup_old"),
        (replace(WELL, disk_free_mb=499), "disk_low"),
        (replace(WELL, waiting=[unpaid(99, f", {WHOLE_CAP}")]), "cap_small"),
        (replace(WELL, waiting=[unpaid(1), unpaid(49)]), "no_money"),
        (replace(WELL, others=[OtherWait("simple version", "money: none is left", since=ago(49))]), "no_money"),
        (replace(WELL, set_aside=[SetAside("check", 7, "KeyError", NOW)]), "set_aside"),
    ],
)
def test_what_is_wrong(situation: Situation, name: str) -> None:
    assert [w.name for w in wrongs(situation, Alarms())] == [name]


@pytest.mark.parametrize(
    "situation",
    [
        WELL,
        late("story", 23),
        late("story", 99, new_entries=0),  # quiet feeds are no failure
        late("draft", 99),  # nothing waits for a draft
        late("draft", 1, undrafted_since=ago(99)),  # what waits is overtaken by what is fresher
        late("draft", 99, undrafted_since=ago(1)),
        replace(WELL, waiting=[unpaid(47)]),  # the day's cap begins anew each midnight
        replace(WELL, waiting=[unpaid(99)], cap_micro=0),  # nothing is to be spent
        replace(WELL, heard_since=ago(99), feeds=FeedHealth(0, {}, {})),
        replace(WELL, pages=(9, 9), asked=(9, 9)),  # too few to tell
        late("backup", 99, backup_since=None),  # no clock should have made one
        replace(  # a newsroom that only begins
            WELL, last=dict.fromkeys(WELL.last), first_entry=None, heard_since=None, backup_since=None
        ),
        replace(WELL, feeds=FeedHealth(4, dict.fromkeys("ab", "404"), {})),
        replace(WELL, feeds=FeedHealth(0, {}, {})),
        replace(WELL, cap_micro=None, cap_tokens=None, spent_micro=10**9),
    ],
)
def test_what_is_not(situation: Situation) -> None:
    assert wrongs(situation, Alarms()) == []


def test_an_alarm_may_be_switched_off() -> None:
    off = Alarms(**dict.fromkeys(name for name in Alarms.model_fields if name.endswith(("hours", "share", "mb"))))
    gone = {"heard_since": ago(99), "undrafted_since": ago(99), "backup_since": ago(99), "pages": (9, 9)}
    bad = late("story", 99, disk_free_mb=0, spent_micro=10**9, waiting=[unpaid(99)], **gone)
    assert wrongs(bad, off) == []


def test_what_stays_is_neither_raised_nor_cleared() -> None:
    found = change([Wrong("a", ""), Wrong("b", "")], ["b", "c"])
    assert ([w.name for w in found.raised], found.cleared) == (["a"], ("c",))


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        (
            ["UPDATE drafts SET created_at = :ago", "UPDATE stories SET state = 'new', current_draft_id = NULL"],
            "no draft yet",
        ),
        (
            [
                "UPDATE drafts SET created_at = :ago",
                "UPDATE stories SET state = 'new', current_draft_id = NULL, created_at = :ago",
            ],
            "no_draft",
        ),
        (
            [
                "UPDATE drafts SET created_at = :ago",
                "UPDATE stories SET state = 'new', current_draft_id = NULL, created_at = :ago,"
                " waiting_for = 'money: the day''s cap has 0.0000 USD left'",
            ],
            "no_money",
        ),
        (
            ["UPDATE stories SET created_at = :ago", "UPDATE entries SET state = 'refused', verdict = 'bot_wall'"],
            "no_story",
        ),
        (["UPDATE entries SET state = 'failed'"], "pages_failing"),
        (["UPDATE tries SET state = 'free'"], "calls_failing"),
        (["UPDATE feeds SET last_success_at = :ago"], "no_poll"),
        (["UPDATE feeds SET last_error = 'no route', failing_since = :ago"], "no_poll"),
        (["INSERT INTO clocks (name, fired_at) VALUES ('backup', :ago)"], "backup_old"),
    ],
)
def test_silent_death_is_seen_in_the_rows(database: Database, tmp_path: Path, statements: list[str], name: str) -> None:
    """A newsroom of today in which one thing has not happened, or has failed, for ten days."""
    fill(database, 12, NOW)
    then = ago(240) if database.file is None else "2026-11-10 09:00:00.000000"
    with database.session() as session:
        for statement in statements:
            session.execute(text(statement), {"ago": then})
    found = wrongs(look(database, parse_config("alarms: {disk_mb: null, no_story_hours: 25}"), tmp_path, NOW), Alarms())
    names = [w.name for w in found]
    assert name in names or "_" not in name
    assert ("no_draft" in names) == (name == "no_draft")


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
    port = free_port()
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
