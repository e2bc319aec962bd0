"""How fast an endpoint may be asked: what its headers say, and whose turn it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.llm.limits import MINUTE, Limits, ToldLimits, told, wait

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "tokens", "found"),
    [
        ({}, 0, ToldLimits()),
        (
            {"x-ratelimit-limit-requests": "500", "x-ratelimit-limit-tokens": "200000"},
            0,
            ToldLimits(Limits(500, 200_000)),
        ),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "6m0s"}, 0, ToldLimits()),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "120ms"}, 0, ToldLimits(pause=0.12)),
        ({"x-ratelimit-remaining-tokens": "500", "x-ratelimit-reset-tokens": "59s"}, 2000, ToldLimits(pause=59)),
        (
            {
                "x-ratelimit-limit-tokens": "6000",
                "x-ratelimit-remaining-tokens": "500",
                "x-ratelimit-reset-tokens": "55s",
            },
            2000,
            ToldLimits(Limits(None, 6000), pause=15),
        ),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-20T09:00:30Z",
            },
            0,
            ToldLimits(pause=30),
        ),
        ({"x-ratelimit-limit-requests": "many", "x-ratelimit-reset-requests": "later"}, 0, ToldLimits()),
    ],
)
def test_what_headers_say(headers: dict[str, str], tokens: int, found: ToldLimits) -> None:
    assert told(headers, NOW, tokens) == found


def ago(*seconds: float, tokens: int = 1000) -> list[tuple[datetime, int]]:
    return [(NOW - timedelta(seconds=s), tokens) for s in seconds]


@pytest.mark.parametrize(
    ("sent", "limits", "seconds"),
    [
        (ago(50, 40, 30), Limits(), 0),
        (ago(50, 40), Limits(requests=3), 0),
        (ago(50, 40, 30), Limits(requests=3), 10),
        (ago(50, 40, 30, 20), Limits(requests=3), 20),
        (ago(50, 40), Limits(tokens=3000), 0),
        (ago(50, 40, 30), Limits(tokens=3000), 10),
        (ago(50, 40, 30), Limits(tokens=500), 30),
        ([], Limits(tokens=500), 0),
        (ago(50, 40, 30), Limits(requests=2, tokens=3500), 20),
    ],
)
def test_a_turn_comes_when_the_minute_has_room(
    sent: list[tuple[datetime, int]], limits: Limits, seconds: float
) -> None:
    assert wait(sent, limits, 1000, NOW) == pytest.approx(seconds)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 6), st.integers(1000, 5000), st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_no_minute_ever_holds_more_than_the_limits(requests: int, tokens: int, calls: list[int]) -> None:
    sent: list[tuple[datetime, int]] = []
    now = NOW
    for need in calls:
        recent = [(at, n) for at, n in sent if at > now - MINUTE]
        while (seconds := wait(recent, Limits(requests, tokens), need, now)) > 0:
            now += timedelta(seconds=seconds)
            recent = [(at, n) for at, n in sent if at > now - MINUTE]
        sent.append((now, need))
        window = [n for at, n in sent if at > now - MINUTE]
        assert len(window) <= requests
        assert sum(window) <= tokens
