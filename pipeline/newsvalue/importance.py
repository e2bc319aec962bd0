"""How much a story matters: what is drafted first, and what a daily limit or the money leaves out. Pure.

Importance is told in hours of freshness, so that one number orders what came at any time, and no clock changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log2

from pipeline.config import Config
from pipeline.newsvalue.topics import Topic, topics_of
from pipeline.newsvalue.usual import USUAL, WORDS
from pipeline.newsvalue.words import word_pattern
from pipeline.text import counted

DOUBLED = 6.0
"""The hours of freshness that twice the sources, or twice the weight, are worth."""
_MOST_SOURCES = 8
"""Feeds beyond which more of them say no more."""
_IN_TITLE, _IN_TEXT, _MOST_NAMES = 2.0, 1.0, 3.0
"""What a followed name is worth in a title and in a text, and all of them at most, in doublings."""
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class House:
    """What a newsroom files its stories under, and what matters to it."""

    topics: tuple[Topic, ...] = USUAL
    follow: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> House:
        """A newsroom as it is configured; a topic of ours that is named without words has ours."""
        own = tuple(Topic(t.name, t.words or WORDS.get(t.name, ()), t.weight) for t in config.topics)
        return cls(own or USUAL, config.importance.follow)

    @property
    def weights(self) -> Mapping[str, float]:
        return {topic.name: topic.weight for topic in self.topics}


@dataclass(frozen=True, slots=True)
class HeadStart:
    """By how many hours a story counts as fresher than it is (or less fresh, below 0), and why."""

    hours: int = 0
    why: tuple[str, ...] = field(default=())


def importance(
    title: str, text: str, topics: Iterable[str], house: House, *, sources: int = 1, feed_weight: float = 1.0
) -> HeadStart:
    """Weigh a story by who tells it, what it is about and whom it names; how fresh it is comes with its date."""
    doublings, why = 0.0, []

    def count(value: float, said: str) -> None:
        nonlocal doublings
        if value:
            doublings += value
            why.append(f"{said}: {DOUBLED * value:+.0f} h")

    count(log2(min(max(sources, 1), _MOST_SOURCES)), f"told by {counted(sources, 'feed')}")
    count(log2(feed_weight), f"its feed's weight is {feed_weight:g}")
    weights = house.weights
    known = [(weights[name], name) for name in topics if name in weights]
    if known:
        weight, name = max(known)
        count(log2(weight), f"{name} has the weight {weight:g}")
    in_title = _named(title, house.follow)
    in_text = [name for name in _named(text, house.follow) if name not in in_title]
    if in_title or in_text:
        worth = min(_MOST_NAMES, _IN_TITLE * len(in_title) + _IN_TEXT * len(in_text))
        count(worth, f"names {', '.join((*in_title, *in_text)[:5])}, which you follow")
    return HeadStart(round(DOUBLED * doublings), tuple(why))


def hours_of(title: str, text: str, topic: str, house: House) -> int:
    """The importance of what is known of an article before its page is read; `topic` is its feed's.

    0 at once where the newsroom has said nothing of what matters to it.
    """
    if not house.follow and all(weight == 1 for weight in house.weights.values()):
        return 0
    topics = [named.name for named in topics_of(title, text, house.topics, given=topic)]
    return importance(title, text, topics, house).hours


def write_place(published: datetime | None, seen: datetime, text: str, hours: int = 0) -> int:
    """Where a story stands among those that want a draft, smallest first: the freshest hour, in it the shortest.

    `hours` is its importance. An article that says it comes from the future is as fresh as the moment it was seen.
    """
    fresh = int((min(published or seen, seen) - _BEGINNING).total_seconds() // 3600)
    return -1000 * (fresh + hours) + min(len(text) // 60, 999)


def _named(text: str, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if word_pattern(name).search(text)]
