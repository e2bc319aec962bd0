"""The clocks in virtual time: daylight-saving nights, downtime, a clock set back; cron lines as people write them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.config import Config, parse_config
from pipeline.engine import clocks
from pipeline.engine.clocks import Clock, latest_due, next_after
from pipeline.engine.rounds import Engine
from pipeline.errors import ConfigError
from pipeline.glossary import load_glossary
from pipeline.storage.database import Database

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A local time of Berlin, the first where there are two."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def nothing(_engine: Engine, _at: datetime) -> None:
    pass


def times(cron: str, start: str, end: str) -> list[datetime]:
    clock, found, last = Clock("c", cron, nothing), [], at(start)
    while (last := next_after(clock, BERLIN, last) or at(end)) < at(end):
        found.append(last)
    return found


def test_a_time_that_a_spring_night_leaves_out_is_not_left_out() -> None:
    found = times("30 2 * * *", "2026-03-28 00:00", "2026-03-31 00:00")
    assert [t.astimezone(BERLIN).day for t in found] == [28, 29, 30]


def test_a_time_that_an_autumn_night_has_twice_comes_once() -> None:
    found = times("30 2 * * *", "2026-10-24 00:00", "2026-10-27 00:00")
    assert found == [at("2026-10-24 02:30"), at("2026-10-25 02:30"), at("2026-10-26 02:30")]


def test_an_hourly_clock_has_no_hole_but_the_one_the_night_makes() -> None:
    spring = times("0 * * * *", "2026-03-29 00:30", "2026-03-29 06:30")
    assert [t.astimezone(BERLIN).hour for t in spring] == [1, 3, 4, 5, 6]
    autumn = times("0 * * * *", "2026-10-25 00:30", "2026-10-25 04:30")
    assert [t.astimezone(BERLIN).hour for t in autumn] == [1, 2, 2, 3, 4]


def test_of_missed_times_the_latest_is_due() -> None:
    daily = Clock("c", "0 7 * * *", nothing)
    monthly = Clock("c", "0 7 1 * *", nothing)
    now = at("2026-11-20 09:00")
    assert latest_due(daily, BERLIN, at("2026-11-20 07:00"), now) is None
    assert latest_due(daily, BERLIN, at("2026-11-01 07:00"), now) == at("2026-11-20 07:00")
    assert latest_due(monthly, BERLIN, at("2026-08-02 07:00"), now) == at("2026-11-01 07:00")


def test_after_months_asleep_the_latest_time_is_found_without_going_through_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[datetime] = []

    def look(clock: Clock, zone: ZoneInfo, after: datetime) -> datetime | None:
        looked.append(after)
        return next_after(clock, zone, after)

    monkeypatch.setattr(clocks, "next_after", look)
    now = at("2026-11-20 09:00:30")
    for cron in ("* * * * *", "*/5 * * * *", "0 * * * *", "0 7 * * *", "30 2 * * sun"):
        looked.clear()
        found = latest_due(Clock("c", cron, nothing), BERLIN, at("2026-05-01 00:00"), now)
        assert found is not None and found <= now
        later = next_after(Clock("c", cron, nothing), BERLIN, found)
        assert later is not None and later > now
        assert len(looked) < 20, cron


@pytest.fixture
def engine(tmp_path: Path) -> Callable[..., Engine]:
    def make(**daemon: object) -> Engine:
        database = Database(f"sqlite:///{tmp_path}/n.db")
        database.upgrade()
        config = Config.model_validate({"newsroom": {"timezone": "Europe/Berlin"}, "daemon": daemon})
        return Engine(database, config, load_glossary())

    return make


def fires(engine: Engine, clock: Clock, now: datetime) -> bool:
    engine.now = lambda: now
    return asyncio.run(clocks.fire(engine, clock))


def test_after_downtime_a_missed_time_is_done_once_and_after_a_clock_set_back_not_again(
    engine: Callable[..., Engine],
) -> None:
    newsroom, done = engine(), []
    clock = Clock("digest", "0 7 * * *", lambda _e, due: done.append(due))
    assert not fires(newsroom, clock, at("2026-11-20 06:00"))  # the first look: nothing was missed
    assert fires(newsroom, clock, at("2026-11-20 07:00"))
    assert fires(newsroom, clock, at("2026-11-24 12:00"))
    assert not fires(newsroom, clock, at("2026-11-24 12:01"))
    assert not fires(newsroom, clock, at("2026-11-24 06:30"))
    assert not fires(newsroom, clock, at("2026-11-24 07:00"))
    assert done == [at("2026-11-20 07:00"), at("2026-11-24 07:00")]


def test_missed_times_are_skipped_where_that_is_configured(engine: Callable[..., Engine]) -> None:
    newsroom, done = engine(missed="skip", late_seconds=600), []
    clock = Clock("digest", "0 7 * * *", lambda _e, due: done.append(due))
    fires(newsroom, clock, at("2026-11-20 06:00"))
    assert not fires(newsroom, clock, at("2026-11-21 12:00"))
    assert fires(newsroom, clock, at("2026-11-22 07:05"))
    assert done == [at("2026-11-22 07:00")]


def test_work_that_fails_is_due_again(engine: Callable[..., Engine]) -> None:
    newsroom, tries = engine(), []

    def fails_once(_engine: Engine, _at: datetime) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no room")

    clock = Clock("backup", "0 7 * * *", fails_once)
    fires(newsroom, clock, at("2026-11-20 06:00"))
    with pytest.raises(OSError):
        fires(newsroom, clock, at("2026-11-20 07:00"))
    assert fires(newsroom, clock, at("2026-11-20 07:01"))
    assert not fires(newsroom, clock, at("2026-11-20 07:02"))


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("1-5", [16, 17, 18, 19, 20]),
        ("0", [22]),
        ("7", [22]),
        ("7,mon", [16, 22]),
        ("1-5/2", [16, 18, 20]),
        ("*/2", [17, 19, 21, 22]),
        ("5-7", [20, 21, 22]),
        ("sat-mon", [16, 21, 22]),
        ("SUN", [22]),
    ],
)
def test_days_of_the_week_are_counted_as_cron_counts_them(weekdays: str, days: list[int]) -> None:
    """From 16 November 2026, a Monday, to Sunday the 22nd."""
    assert [t.day for t in times(f"0 9 * * {weekdays}", "2026-11-16 00:00", "2026-11-23 00:00")] == days
    assert parse_config(f"digest: {{cron: '0 9 * * {weekdays}'}}").digest.cron == f"0 9 * * {weekdays}"


def test_a_date_and_a_weekday_mean_either() -> None:
    found = times("0 9 18 * mon", "2026-11-16 00:00", "2026-11-25 00:00")
    assert [t.day for t in found] == [16, 18, 23]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0 9 * * 8", "the weekday 8 is none; allowed: 0-7"),
        ("0 9 * *", "five cron fields are needed"),
        ("0 9 * * mon/0", "the weekday mon/0 is none"),
        ("0 9 * * moon", "the weekday moon is none"),
        ("61 9 * * *", "the minute 61 is none; allowed: 0-59"),
        ("0 25 * * *", "the hour 25 is none; allowed: 0-23"),
    ],
)
def test_what_is_no_cron_line_is_refused_and_the_field_named(line: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_config(f"digest: {{cron: '{line}'}}")


def test_once_a_week_the_owner_is_mailed_how_the_newsroom_fares(
    engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom, sent = engine(), []
    monkeypatch.setattr("pipeline.publishing.mail.send", lambda _settings, message: sent.append(message))
    assert "report" not in [clock.name for clock in clocks.wanted(newsroom.config)]
    mail = {"host": "mail.example.org", "sender": "desk@example.org"}
    alarms = {"mail": ["owner@example.org"]}
    newsroom.config = Config.model_validate({"newsroom": {"name": "Test desk"}, "mail": mail, "alarms": alarms})
    (report,) = [clock for clock in clocks.wanted(newsroom.config) if clock.name == "report"]
    monday = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
    for days in range(-1, 8):
        fires(newsroom, report, monday + timedelta(days=days))
    assert [message["To"] for message in sent] == ["owner@example.org"] * 2
    assert "Test desk, the 7 days to 2026-11-16 08:00" in sent[0].get_content()
    assert "The glossary lacks nothing that drafts use." in sent[0].get_content()
