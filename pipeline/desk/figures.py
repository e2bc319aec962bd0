"""How the desk is doing, from rows already read: minutes a story, what editors changed, what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

LONGEST_SECONDS = 3600
"""A story that was open longer was left open: its time says nothing about reading it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days that is one bar: a day, or a week in long periods."""

    first: date
    last: date

    def hours(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first midnight to the one after its last day."""
        return (
            datetime.combine(self.first, time(), tzinfo=zone),
            datetime.combine(self.last + timedelta(days=1), time(), tzinfo=zone),
        )

    @property
    def label(self) -> str:
        return f"{self.first.day} {self.first:%b}"


def spans(today: date, days: int) -> list[Stretch]:
    """The bars of a period that ends today: days, from 60 days on weeks."""
    step = 1 if days < 60 else 7
    count = -(-days // step)
    first = today - timedelta(days=count * step - 1)
    starts = [first + timedelta(days=i * step) for i in range(count)]
    return [Stretch(start, start + timedelta(days=step - 1)) for start in starts]


def by_span(found: Sequence[Stretch], values: Iterable[tuple[date, float]]) -> list[list[float]]:
    """The values that fall into each span."""
    sorted_out: dict[int, list[float]] = defaultdict(list)
    if found:
        step = (found[0].last - found[0].first).days + 1
        for day, value in values:
            sorted_out[(day - found[0].first).days // step].append(value)
    return [sorted_out[i] for i in range(len(found))]


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def middle(values: Sequence[float]) -> float:
    return median(values) if values else 0.0


def share(values: Sequence[float]) -> float:
    """The share of ones among ones and zeros, in percent."""
    return 100 * sum(values) / len(values) if values else 0.0


def minutes(seconds: int) -> float | None:
    """A decision's time in minutes; None where it was not measured or the story was left open."""
    return seconds / 60 if 0 < seconds <= LONGEST_SECONDS else None


def changed_share(before: str, after: str) -> float:
    """How much of a text an editor changed, in percent: words put in, taken out or exchanged, of the longer one's."""
    from rapidfuzz.distance import Levenshtein

    old, new = before.split(), after.split()
    return 100 * Levenshtein.distance(old, new) / max(len(old), len(new), 1)
