"""When to poll a feed again, and why. Pure: the time is handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_MAX_DOUBLINGS = 12
LEAST_FAILURES = 5
"""Failures in a row before a feed may count as dead, however long ago the first was."""
DEAD_AGAIN = timedelta(days=7)
"""A dead feed is asked again this often."""
GONE_AGAIN = timedelta(days=30)
"""One whose server said 410 is asked more seldom still."""


@dataclass(frozen=True, slots=True)
class PollLimits:
    min_minutes: float = 15
    max_minutes: float = 1440


class FeedAnswer(NamedTuple):
    """What the server and the feed wish: `retry_after` and `max_age` in seconds, None where nothing was said.

    `skip_hours` are hours of the day in UTC, `skip_days` weekdays from 0 for Monday.
    """

    retry_after: float | None = None
    max_age: float | None = None
    ttl_minutes: int | None = None
    failed: bool = False
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


class PollHistory(NamedTuple):
    """`rhythm_minutes` is what `rhythm_minutes()` found; `failures` counts those in a row, this one included."""

    rhythm_minutes: int | None = None
    failures: int = 0


class PollAgain(NamedTuple):
    """When a feed is due next, and why: the reason is what `inshort feeds list` shows."""

    at: datetime
    reason: str


def next_poll(
    history: PollHistory, answer: FeedAnswer, now: datetime, limits: PollLimits, jitter: float = 0.0
) -> PollAgain:
    """Decide when to poll a feed again.

    Failures back off by doubling, and a Retry-After is obeyed when it asks for more. Else the server's own
    wish wins (max-age or Expires, then the feed's ttl); without one the feed is polled at half its median
    publishing interval. Always within `limits`, but hours and days the feed asks to skip are skipped;
    `jitter` from -1 to 1 spreads by up to a tenth, so that feeds added together drift apart.
    """
    minutes, reason = _wanted(history, answer, limits)
    bounded = min(max(minutes, limits.min_minutes), limits.max_minutes)
    spread = bounded * (1 + 0.1 * min(max(jitter, -1.0), 1.0))
    spread = min(max(spread, limits.min_minutes), limits.max_minutes)
    if answer.retry_after is not None:
        # Patience that was asked for is never shortened by the spread.
        spread = max(spread, min(answer.retry_after / 60, limits.max_minutes))
    at = now + timedelta(minutes=spread)
    later = _past_skipped(at, answer)
    return PollAgain(later, reason if later == at else f"{reason}; the feed asks to skip these hours or days")


def _past_skipped(at: datetime, answer: FeedAnswer) -> datetime:
    """The first moment from `at` on that the feed doesn't ask to skip; a feed that skips everything is not believed."""
    if not (answer.skip_hours or answer.skip_days):
        return at
    if len(answer.skip_hours) >= 24 or len(answer.skip_days) >= 7:
        return at
    moment = at.astimezone(UTC)
    while moment.weekday() in answer.skip_days or moment.hour in answer.skip_hours:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment if moment != at.astimezone(UTC) else at


def _wanted(history: PollHistory, answer: FeedAnswer, limits: PollLimits) -> tuple[float, str]:
    if answer.failed:
        doubled = limits.min_minutes * 2 ** min(max(history.failures - 1, 0), _MAX_DOUBLINGS)
        times = "once" if history.failures == 1 else f"{history.failures} times in a row"
        if answer.retry_after is not None and answer.retry_after / 60 >= doubled:
            return answer.retry_after / 60, "the server asked to wait (Retry-After)"
        return doubled, f"failed {times}"
    if answer.max_age is not None and answer.max_age / 60 > limits.min_minutes:
        return answer.max_age / 60, "the server's max-age"
    if answer.ttl_minutes is not None and answer.ttl_minutes > limits.min_minutes:
        return answer.ttl_minutes, "the feed's ttl"
    if history.rhythm_minutes is not None:
        return history.rhythm_minutes / 2, "half its median publishing interval"
    return min(60.0, limits.max_minutes), "no rhythm known yet"


def rhythm_minutes(published: Sequence[datetime]) -> int | None:
    """The median time between a feed's newest entries, newest first; None while there are no two."""
    gaps = [(newer - older).total_seconds() / 60 for newer, older in pairwise(published) if newer > older]
    return round(median(gaps)) if gaps else None


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for, as a number or a date; None for nothing or nonsense."""
    if not value:
        return None
    if re.fullmatch(r"\s*[0-9]{1,1000}\s*", value):
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def parse_expires(expires: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds until an Expires header, counted from the server's own Date where it says one; None for the past."""
    if not expires:
        return None
    try:
        end = parsedate_to_datetime(expires)
        start = parsedate_to_datetime(date) if date else now
        seconds = (end - start).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def dies_at(failing_since: datetime | None, failures: int, now: datetime, dead_days: int) -> str | None:
    """Why a feed is given up, or None: many failures, and for long."""
    if failing_since is None or failures < LEAST_FAILURES or now - failing_since < timedelta(days=dead_days):
        return None
    return f"failing since {failing_since:%d %B %Y}"


def parse_max_age(cache_control: str | None) -> float | None:
    """Seconds of a Cache-Control max-age; None for nothing, `no-cache`, `no-store` or zero."""
    if not cache_control:
        return None
    said = cache_control.lower()
    found = re.search(r"max-age\s*=\s*\"?([0-9]{1,9})", said)
    if found is None or "no-cache" in said or "no-store" in said or int(found.group(1)) == 0:
        return None
    return float(found.group(1))
