"""Which articles tell one story, on plain values: copies and other tellings of an event join the first that told it.

A wrong merge is worse than a missed one, so an article joins only a story whose tellings, taken together, are like it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.stories.likeness import Learnt, Measures, News, apart, copied, is_copy, learnt, measure, probability
from pipeline.stories.signs import Signs, Told, signs_of

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
JOIN = 0.65
"""The probability with its most like telling from which an article may join a story."""
APART = 0.3
"""The most that is believed of a pair that something clearly speaks against."""
TOGETHER = 0.6
"""The least mean probability with the story's tellings: one bridge is not enough."""
LINKED = 0.12
"""From here on two stories are of one matter, though not of one event: a follow-up, a comment, a round-up."""
CORE, CORE_SEEN = 0.6, 12
"""The share of a story's core, names that three in four of its first tellings have, that one more must have."""
WINDOW = timedelta(days=10)
"""How far apart tellings of one event may be."""
_COMPARED = 6
"""Tellings of a story that are compared: its first and its latest."""
_KEYS, _SKETCH, _CROWD, _CANDIDATES, _MEASURED, _SWEEP = 14, 8, 200, 30, 12, 1000


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
    _weighed_at: dict[str, tuple[int, Signs]] = field(default_factory=dict)
    _placed: int = 0

    def place(self, told: Told) -> Grouped:
        """Find the story an article tells, or open one for it; what is placed is known to those that come after."""
        return self.put(signs_of(told))

    def put(self, new: Signs) -> Grouped:
        weighed = self._news.weighed_signs(new)
        around = self._near(new)
        for other in sorted(around, key=lambda other: -copied(new, other)):
            if is_copy(new, other):
                return self._add(new, self._story[other.id], other.id, ("the same text",), ())
        near = [(other, measure(weighed, self._weighed(other))) for other in around[:_MEASURED]]
        known = {other.id: self._probability(measures) for other, measures in near}
        scores: dict[str, list[tuple[float, Signs, Measures]]] = defaultdict(list)
        for other, measures in near:
            if self._apart(new, other) <= self.window:
                scores[self._story[other.id]].append((known[other.id], other, measures))
        best = None
        linked = []
        for story, found in scores.items():
            found.sort(key=lambda each: -each[0])
            top, other, measures = found[0]
            together = self._together(weighed, story, known) if top >= JOIN else 0.0
            if (
                top >= JOIN
                and together >= TOGETHER
                and self._has_core(new, story)
                and (best is None or together > best[0])
            ):
                best = (together, story, other, measures)
            elif top >= LINKED:
                linked.append((top, story))
        links = tuple(story for _, story in sorted(linked, reverse=True)[:5])
        if best is None:
            return self._add(new, new.id, None, (), links)
        return self._add(new, best[1], None, reasons(new, best[2], best[3]), links)

    def _together(self, new: Signs, story: str, known: Mapping[str, float]) -> float:
        tellings = [t for t in self._told[story] if self._copy_of[t] is None]
        some = [*tellings[:1], *tellings[1:][-(_COMPARED - 1) :]]
        found = [
            known[t] if t in known else self._probability(measure(new, self._weighed(self._signs[t]))) for t in some
        ]
        return sum(found) / len(found)

    def _weighed(self, signs: Signs) -> Signs:
        at, found = self._weighed_at.get(signs.id, (-1, signs))
        if at != self._news.counted:
            found = self._news.weighed_signs(signs)
            self._weighed_at[signs.id] = (self._news.counted, found)
        return found

    def _has_core(self, new: Signs, story: str) -> bool:
        """Whether it has the names that nearly all tellings of a story have, once there are some to see it by."""
        tellings = [self._signs[t] for t in self._told[story] if self._copy_of[t] is None][:CORE_SEEN]
        if len(tellings) < 3:
            return True
        have = Counter(name for telling in tellings for name in telling.names)
        core = {name for name, count in have.items() if count >= 0.75 * len(tellings)}
        return not core or sum(name in new.words or name in new.names for name in core) >= CORE * len(core)

    def _probability(self, measures: Measures) -> float:
        found = probability(measures, self.learnt)
        return min(found, APART) if apart(measures) else found

    @staticmethod
    def _apart(a: Signs, b: Signs) -> timedelta:
        return timedelta(0) if a.at is None or b.at is None else abs(a.at - b.at)

    def _add(
        self, new: Signs, story: str, copy_of: str | None, why: tuple[str, ...], linked: tuple[str, ...]
    ) -> Grouped:
        self._signs[new.id], self._story[new.id], self._copy_of[new.id] = new, story, copy_of
        self._told[story].append(new.id)
        self._placed += 1
        if self._placed % _SWEEP == 0 and new.at is not None:
            self._forget(new.at - 2 * self.window)
        if copy_of is None:
            self._news.add(new)
            for key in _keys(new):
                self._by_key[key].append(new.id)
        return Grouped(new.id, story, copy_of, why, linked)

    def _forget(self, before: datetime) -> None:
        """Let go of what is too old to be joined, so that memory stays what the window needs."""
        old = {name for name, signs in self._signs.items() if signs.at is not None and signs.at < before}
        stories = {story for story, tellings in self._told.items() if old.issuperset(tellings)}
        gone = {name for story in stories for name in self._told[story]}
        for name in gone:
            if self._copy_of[name] is None:
                self._news.drop(self._signs[name])
            del self._signs[name], self._story[name], self._copy_of[name]
        self._weighed_at.clear()
        for story in stories:
            del self._told[story]
        kept = {key: [name for name in names if name not in gone] for key, names in self._by_key.items()}
        self._by_key = defaultdict(list, {key: names[-_CROWD:] for key, names in kept.items() if names})

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
