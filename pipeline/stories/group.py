"""Which articles tell one story, on plain values: copies and other tellings of an event join the first that told it.

A wrong merge is worse than a missed one, so an article joins only a story whose tellings, taken together, are like it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.stories.likeness import Learnt, Measures, News, copied, is_copy, learnt, measure, probability
from pipeline.stories.signs import Signs, Told, signs_of

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
JOIN = 0.75
"""The probability with its most like telling from which an article may join a story."""
TOGETHER = 0.45
"""The least mean probability with the story's tellings: one bridge is not enough."""
LINKED = 0.12
"""From here on two stories are of one matter, though not of one event: a follow-up, a comment, a round-up."""
WINDOW = timedelta(days=10)
"""How far apart tellings of one event may be."""
_COMPARED = 6
"""Tellings of a story that are compared: its first and its latest."""
_KEYS, _SKETCH, _CROWD, _CANDIDATES = 14, 8, 300, 40


def write_place(published: datetime | None, seen: datetime, text: str) -> int:
    """Where a story stands among those that want a draft, smallest first: the freshest hour, in it the shortest.

    An article that says it comes from the future is as fresh as the moment it was seen.
    """
    hours = int((min(published or seen, seen) - _BEGINNING).total_seconds() // 3600)
    return -1000 * hours + min(len(text) // 60, 999)


@dataclass(frozen=True, slots=True)
class Grouped:
    """`story` is the same for articles that tell the same; `duplicate_of` names the first of the copies."""

    id: str
    story: str
    duplicate_of: str | None
    reasons: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    """Stories of the same matter, not of the same event, the most like first."""


@dataclass
class Index:
    """The tellings of a sliding window, found by their rarest words, their names and pieces of their text.

    Placing one takes time that grows with what is like it, not with what is there.
    """

    learnt: Learnt = field(default_factory=learnt)
    window: timedelta = WINDOW
    _news: News = field(default_factory=News)
    _by_key: dict[str | int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _signs: dict[str, Signs] = field(default_factory=dict)
    _story: dict[str, str] = field(default_factory=dict)
    _told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _copy_of: dict[str, str | None] = field(default_factory=dict)

    def place(self, told: Told) -> Grouped:
        """Find the story an article tells, or open one for it; what is placed is known to those that come after."""
        return self.put(signs_of(told))

    def put(self, new: Signs) -> Grouped:
        weighed = self._news.weighed_signs(new)
        near = [(other, measure(weighed, self._news.weighed_signs(other))) for other in self._near(new)]
        for other, _ in sorted(near, key=lambda pair: -copied(new, pair[0])):
            if is_copy(new, other):
                first = self._copy_of[other.id] or other.id
                return self._add(new, self._story[other.id], first, ("the same text",), ())
        scores: dict[str, list[tuple[float, Signs, Measures]]] = defaultdict(list)
        for other, measures in near:
            if self._apart(new, other) <= self.window:
                scores[self._story[other.id]].append((probability(measures, self.learnt), other, measures))
        best = None
        linked = []
        for story, found in scores.items():
            found.sort(key=lambda each: -each[0])
            top, other, measures = found[0]
            together = self._together(weighed, story)
            if top >= JOIN and together >= TOGETHER and (best is None or together > best[0]):
                best = (together, story, other, measures)
            elif top >= LINKED:
                linked.append((top, story))
        links = tuple(story for _, story in sorted(linked, reverse=True)[:5])
        if best is None:
            return self._add(new, new.id, None, (), links)
        return self._add(new, best[1], None, reasons(new, best[2], best[3]), links)

    def _together(self, new: Signs, story: str) -> float:
        tellings = [t for t in self._told[story] if self._copy_of[t] is None]
        some = [*tellings[:1], *tellings[1:][-(_COMPARED - 1) :]]
        return sum(
            probability(measure(new, self._news.weighed_signs(self._signs[t])), self.learnt) for t in some
        ) / len(some)

    @staticmethod
    def _apart(a: Signs, b: Signs) -> timedelta:
        return timedelta(0) if a.at is None or b.at is None else abs(a.at - b.at)

    def _add(
        self, new: Signs, story: str, copy_of: str | None, why: tuple[str, ...], linked: tuple[str, ...]
    ) -> Grouped:
        self._signs[new.id], self._story[new.id], self._copy_of[new.id] = new, story, copy_of
        self._told[story].append(new.id)
        if copy_of is None:
            self._news.add(new)
            for key in _keys(new):
                self._by_key[key].append(new.id)
        return Grouped(new.id, story, copy_of, why, linked)

    def _near(self, new: Signs) -> list[Signs]:
        """What shares most with it, the weightiest first; what everybody shares is no sign."""
        weight: dict[str, float] = defaultdict(float)
        for key, worth in _keys(new).items():
            holders = self._by_key.get(key, [])
            for other in holders[-_CROWD:]:
                weight[other] += worth
        best = sorted(weight, key=lambda other: (-weight[other], other))[:_CANDIDATES]
        return [self._signs[other] for other in best]


def _keys(signs: Signs) -> dict[str | int, float]:
    """What a telling is found by, with what each is worth: its rarest words and names, a sketch of its text."""
    words = sorted((*signs.names.items(), *signs.lead.items()), key=lambda pair: (-pair[1], pair[0]))
    found: dict[str | int, float] = {}
    for word, worth in words:
        if len(found) == _KEYS:
            break
        found.setdefault(word, worth)
    found.update({f"#{number}": 3.0 for number in sorted(signs.numbers)[:6]})
    found.update(dict.fromkeys(sorted(signs.shingles)[:_SKETCH], 4.0))
    return found


def reasons(new: Signs, other: Signs, measures: Measures) -> tuple[str, ...]:
    """Why two tellings are taken for one event, in words an editor can check."""
    said = []
    names = sorted((n for n in new.names if n in other.names), key=lambda n: -new.names[n])[:4]
    if names:
        said.append("names in both: " + ", ".join(names))
    if numbers := sorted(new.numbers & other.numbers)[:4]:
        said.append("figures in both: " + ", ".join(numbers))
    rare = sorted((w for w in new.lead if w in other.lead and w not in names), key=lambda w: -new.lead[w])[:5]
    if rare:
        said.append("words in both: " + ", ".join(rare))
    if new.at is not None and other.at is not None:
        said.append(f"{math.expm1(measures.hours):.0f} hours apart")
    return tuple(said)


def group(articles: Iterable[Told], weights: Learnt | None = None) -> Iterator[Grouped]:
    """Group articles, answered in the order given; they are placed in the order they were published."""
    given = list(articles)
    never = datetime.max.replace(tzinfo=UTC)
    order = sorted(range(len(given)), key=lambda place: (given[place].published or never, place))
    index = Index(weights or learnt())
    found = {place: index.place(given[place]) for place in order}
    for place in range(len(given)):
        yield found[place]
