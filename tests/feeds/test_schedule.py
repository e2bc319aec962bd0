"""When a feed is polled again: the rules as situations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.schedule import (
    FeedAnswer,
    PollHistory,
    PollLimits,
    dies_at,
    next_poll,
    parse_expires,
    parse_max_age,
    parse_retry_after,
    rhythm_minutes,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIMITS = PollLimits(10, 1440)


def minutes(history: PollHistory, answer: FeedAnswer) -> float:
    return (next_poll(history, answer, NOW, LIMITS).at - NOW).total_seconds() / 60


def every(hours: float, count: int = 6) -> PollHistory:
    return PollHistory(rhythm_minutes([NOW - timedelta(hours=hours * n) for n in range(count)]))


def test_the_servers_wish_wins_over_the_rhythm() -> None:
    assert minutes(every(10), FeedAnswer(max_age=3600)) == 60
    assert minutes(every(10), FeedAnswer(ttl_minutes=90)) == 90


def test_without_a_wish_half_the_median_interval() -> None:
    assert minutes(every(10), FeedAnswer()) == 300


def test_a_new_feed_is_polled_hourly() -> None:
    assert minutes(PollHistory(), FeedAnswer()) == 60


@pytest.mark.parametrize(("failures", "expected"), [(1, 10), (2, 20), (3, 40), (20, 1440)])
def test_failures_double_the_wait(failures: int, expected: float) -> None:
    assert minutes(PollHistory(failures=failures), FeedAnswer(failed=True)) == expected


def test_patience_that_was_asked_for_is_given() -> None:
    again = next_poll(PollHistory(failures=1), FeedAnswer(retry_after=7200, failed=True), NOW, LIMITS, jitter=-1)
    assert again.at == NOW + timedelta(hours=2)
    assert again.reason == "the server asked to wait (Retry-After)"


@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), max_size=20),  # noqa: DTZ001
    st.floats(-1, 1),
    st.booleans(),
    st.none() | st.floats(0, 1e9),
)
def test_it_is_always_within_the_limits(
    times: list[datetime], jitter: float, failed: bool, retry_after: float | None
) -> None:
    history = PollHistory(rhythm_minutes(sorted(times, reverse=True)), 3)
    again = next_poll(history, FeedAnswer(retry_after=retry_after, failed=failed), NOW, LIMITS, jitter)
    assert timedelta(minutes=10) <= again.at - NOW <= timedelta(minutes=1440)


def test_headers_are_read_or_ignored() -> None:
    assert parse_retry_after("120", NOW) == 120
    assert parse_retry_after("Fri, 20 Nov 2026 09:05:00 GMT", NOW) == 300
    assert parse_retry_after("soon", NOW) is None
    assert parse_max_age("public, max-age=600") == 600
    assert parse_max_age("no-cache, max-age=600") is None


def test_hours_and_days_the_feed_asks_to_skip_are_skipped() -> None:
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday
    limits = PollLimits(60, 60)
    night = FeedAnswer(skip_hours=frozenset({13, 14}))
    again = next_poll(PollHistory(), night, noon, limits)
    assert again.at == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert "asks to skip" in again.reason
    weekend = FeedAnswer(skip_days=frozenset({4, 5, 6}))
    assert next_poll(PollHistory(), weekend, noon, limits).at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    everything = FeedAnswer(skip_hours=frozenset(range(24)))
    assert next_poll(PollHistory(), everything, noon, limits).at == noon + timedelta(minutes=60)


def test_expires_is_counted_from_the_servers_own_clock() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    date, later = "Fri, 20 Nov 2026 10:00:00 GMT", "Fri, 20 Nov 2026 11:30:00 GMT"
    assert parse_expires(later, date, now) == 5400
    assert parse_expires(later, None, now) is None
    assert parse_expires("0", date, now) is None
    assert parse_expires(None, None, now) is None


def test_a_feed_is_dead_after_long_failing_not_after_one_bad_month_alone() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    since = now - timedelta(days=31)
    assert dies_at(since, 5, now, 30) == "failing since 20 October 2026"
    assert dies_at(since, 4, now, 30) is None
    assert dies_at(now - timedelta(days=29), 50, now, 30) is None
    assert dies_at(None, 50, now, 30) is None
