"""A week of 500 feeds in virtual time: requests made and delay to discovery, beside polling at fixed intervals.

    benchmarks/rhythm.py [FOLDER]

FOLDER holds real feeds (.xml or .xml.gz), whose intervals between entries are drawn from; without it, from the
medians below. No network and no clock: only `pipeline.feeds.schedule` and a random seed.
"""

from __future__ import annotations

import random
import statistics
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from files import bodies

from pipeline.errors import NotAFeed
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.schedule import FeedAnswer, PollHistory, PollLimits, next_poll, rhythm_minutes

FEEDS, WEEK, BEFORE = 500, timedelta(days=7), timedelta(days=60)
START = datetime(2026, 11, 2, tzinfo=UTC)
MEDIANS = (20, 45, 90, 180, 360, 720, 1440, 2880, 10080, 40320)
"""Minutes between entries when no real feeds are given."""
LIMITS = PollLimits(15, 1440)
Policy = Callable[[datetime, Sequence[datetime], random.Random], datetime]


def intervals(folder: Path) -> list[list[float]]:
    """Minutes between a feed's entries, a list a feed."""
    found = []
    for body in bodies(folder, "xml").values():
        try:
            times = sorted(e.published for e in parse_feed(body).entries if e.published)
        except NotAFeed:
            continue
        gaps = [(b - a).total_seconds() / 60 for a, b in pairwise(times) if b > a]
        if len(gaps) >= 4:
            found.append(gaps)
    return found


def published(gaps: list[float], chance: random.Random) -> list[datetime]:
    """Times of entries from long before the week to its end."""
    at = START - BEFORE - timedelta(minutes=chance.random() * min(max(gaps), 40000))
    times: list[datetime] = []
    while at < START + WEEK and len(times) < 20000:
        times.append(at)
        at += timedelta(minutes=max(1.0, chance.choice(gaps) * chance.uniform(0.7, 1.3)))
    return times


def ours(now: datetime, known: Sequence[datetime], chance: random.Random) -> datetime:
    history = PollHistory(rhythm_minutes(list(reversed(known[-20:]))))
    return next_poll(history, FeedAnswer(), now, LIMITS, jitter=chance.uniform(-1, 1)).at


def fixed(minutes: int) -> Policy:
    return lambda now, known, chance: now + timedelta(minutes=minutes)


def week(policy: Policy, calendars: list[list[datetime]]) -> tuple[int, float, float]:
    """(requests, median delay, mean delay in minutes) of a policy over the week."""
    chance, requests, delays = random.Random(7), 0, []
    for times in calendars:
        at = START + timedelta(minutes=chance.uniform(0, 60))
        seen = bisect_right(times, at)
        while at < START + WEEK:
            requests += 1
            now = bisect_right(times, at)
            delays += [(at - t).total_seconds() / 60 for t in times[seen:now]]
            seen = now
            at = policy(at, times[:seen], chance)
    return requests, statistics.median(delays), statistics.fmean(delays)


def main() -> None:
    real = intervals(Path(sys.argv[1])) if len(sys.argv) > 1 else [[m * f for f in (0.2, 1, 1, 3)] for m in MEDIANS]
    chance = random.Random(1)
    calendars = [published(real[n % len(real)], chance) for n in range(FEEDS)]
    print(f"{FEEDS} feeds drawn from {len(real)} rhythms, one week")
    print(f"{'policy':<24}{'requests':>10}{'median delay':>14}{'mean delay':>12}")
    for name, policy in (
        ("own rhythm (In Short)", ours),
        ("every 15 minutes", fixed(15)),
        ("every 60 minutes", fixed(60)),
    ):
        requests, median, mean = week(policy, calendars)
        print(f"{name:<24}{requests:>10}{median:>10.0f} min{mean:>8.0f} min")


if __name__ == "__main__":
    main()
