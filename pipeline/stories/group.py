"""Which articles tell one story, on plain values: copies and other tellings of an event join the first that told it.

A wrong merge is worse than a missed one, so an article joins only a story whose tellings, taken together, are like it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pipeline.stories.likeness import (
    Counts,
    Learnt,
    Measures,
    apart,
    copied,
    counted,
    is_copy,
    learnt,
    looked_up,
    measure,
    probability,
    strangers,
    weighed,
)
from pipeline.stories.signs import Signs, Told, as_written, signs_of

JOIN = 0.6
"""The probability with its most like telling from which an article may join a story."""
APART = 0.3
"""The most that is believed of a pair that something clearly speaks against."""
TOGETHER = 0.45
"""The least mean probability with the story's tellings: one bridge is not enough."""
LINKED = 0.06
"""From here on two stories are of one matter, though not of one event: a follow-up, a comment, a round-up."""
WINDOW = timedelta(days=10)
"""How far apart tellings of one event may be."""
_COMPARED = 6
"""Tellings of a story that are compared: its first and its latest."""
CROWD, CANDIDATES = 200, 30
"""The latest tellings with one key that are looked at, and the most like of them that are compared at all."""
ASKED = 0.2
"""From here on two articles that nothing speaks clearly against may be of one event: somebody may be asked."""
_SHARE = 10
"""Of so many tellings that are looked at one may be asked about; of fewer, one as well."""
_KEYS, _SKETCH, _MEASURED, _SWEEP = 14, 8, 20, 1000


@dataclass(frozen=True, slots=True)
class Between:
    """A story an article may tell, by its most like telling: the rules are not sure enough to join it."""

    story: str
    other: str
    """The id of that telling."""
    reasons: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Grouped:
    """`story` is the same for articles that tell the same; `duplicate_of` names the first of the copies."""

    id: str
    story: str
    duplicate_of: str | None
    reasons: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    """Stories of the same matter, not of the same event, the most like first."""
    probability: float = 0.0
    """How sure it is that it tells the same as the most like telling of the story it joins."""
    between: tuple[Between, ...] = ()
    """For an article that joins nothing: what it may tell all the same, the most like first."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article that has its place: in which story, and whether it only copies another."""

    signs: Signs
    story: str
    copy: bool = False


class Shelf(Protocol):
    """The tellings of a sliding window. Looking something up takes time by what is found, not by what is there."""

    def near(self, keys: Mapping[str, float]) -> Sequence[Telling]:
        """What shares most of some keys, by their worth, the most first; at most `CANDIDATES`, and no copies."""

    def counts(self, words: Collection[str]) -> Counts:
        """How many stories have each of some words and kinds."""

    def told(self, story: str) -> Sequence[Telling]:
        """A story's tellings that are no copies, in the order they came."""


def place(new: Signs, shelf: Shelf, weights: Learnt, join: float = JOIN) -> Grouped:
    """Find the story an article tells: the one it joins, with the reasons, or none; nothing is put on the shelf.

    `join` is the probability with its most like telling from which it may join a story.
    """
    around = shelf.near(keys_of(new))
    for other in sorted(around, key=lambda other: -copied(new, other.signs)):
        if is_copy(new, other.signs):
            return Grouped(new.id, other.story, other.signs.id, ("the same text",), (), 1.0)
    near = around[:_MEASURED]
    if not near:
        return Grouped(new.id, new.id, None)
    counts = shelf.counts(set().union(*map(looked_up, (new, *(other.signs for other in near)))))
    ours = weighed(new, counts)

    def compare(other: Telling) -> tuple[float, Measures, bool]:
        measures = measure(ours, weighed(other.signs, counts))
        found = probability(measures, weights)
        against = apart(measures, found) or strangers(new, other.signs, found)
        return (min(found, APART) if against else found), measures, against

    known = {other.signs.id: compare(other) for other in near}
    by_story: dict[str, list[Telling]] = defaultdict(list)
    for other in near:
        if _between(new, other.signs) <= WINDOW:
            by_story[other.story].append(other)
    best: tuple[float, float, Telling, Measures] | None = None
    linked, between = [], []
    for story, tellings in by_story.items():
        other = max(tellings, key=lambda telling: known[telling.signs.id][0])
        top, measures, against = known[other.signs.id]
        if top >= join:
            told = shelf.told(story)
            some = [*told[:1], *told[1:][-(_COMPARED - 1) :]]
            found = [(known.get(each.signs.id) or compare(each))[0] for each in some]
            together = sum(found) / len(found)
            if together >= min(join, TOGETHER):
                if best is None or together > best[0]:
                    best = (together, top, other, measures)
                continue
        if top >= LINKED:
            linked.append((top, story))
        if top >= ASKED and not against:
            between.append(Between(story, other.signs.id, reasons(ours, other.signs, measures), top))
    links = tuple(story for _, story in sorted(linked, reverse=True)[:5])
    if best is None:
        most = max(1, len(around) // _SHARE)
        asked = sorted(between, key=lambda each: (-each.probability, each.story))[:most]
        return Grouped(new.id, new.id, None, (), links, between=tuple(asked))
    _, top, other, measures = best
    return Grouped(new.id, other.story, None, reasons(ours, other.signs, measures), links, top)


def _between(a: Signs, b: Signs) -> timedelta:
    return timedelta(0) if a.at is None or b.at is None else abs(a.at - b.at)


class Window:
    """A shelf in memory, which lets go of what is too old to be joined."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self._telling: dict[str, Telling] = {}
        self._told: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, set[str]] = defaultdict(set)
        self._having: Counter[str] = Counter()
        self._placed = 0

    def near(self, keys: Mapping[str, float]) -> Sequence[Telling]:
        weight: dict[str, float] = defaultdict(float)
        for key, worth in keys.items():
            for other in self._by_key.get(key, [])[-CROWD:]:
                weight[other] += worth
        best = sorted(weight, key=lambda other: (-weight[other], other))[:CANDIDATES]
        return [self._telling[other] for other in best]

    def counts(self, words: Collection[str]) -> Counts:
        return Counts(len(self._words), self._having)

    def told(self, story: str) -> Sequence[Telling]:
        found = [self._telling[name] for name in self._told[story]]
        return [telling for telling in found if not telling.copy]

    def add(self, new: Signs, found: Grouped) -> None:
        copy = found.duplicate_of is not None
        self._telling[new.id] = Telling(new, found.story, copy)
        self._told[found.story].append(new.id)
        self._placed += 1
        if self._placed % _SWEEP == 0 and new.at is not None:
            self._forget(new.at - 2 * WINDOW)
        if not copy:
            fresh = counted(new) - self._words[found.story]
            self._words[found.story] |= fresh
            self._having.update(fresh)
            for key in keys_of(new):
                self._by_key[key].append(new.id)

    def _forget(self, before: datetime) -> None:
        """Let go of stories whose every telling is old."""
        old = {name for name, each in self._telling.items() if each.signs.at is not None and each.signs.at < before}
        stories = [story for story, tellings in self._told.items() if old.issuperset(tellings)]
        gone = {name for story in stories for name in self._told.pop(story)}
        for name in gone:
            del self._telling[name]
        for story in stories:
            self._having.subtract(self._words.pop(story, ()))
        self._having = +self._having
        kept = {key: [name for name in names if name not in gone] for key, names in self._by_key.items()}
        self._by_key = defaultdict(list, {key: names[-CROWD:] for key, names in kept.items() if names})


def keys_of(signs: Signs) -> dict[str, float]:
    """What a telling is found by, with what each is worth: rarest words and names, figures, a sketch of its text."""
    words = sorted((*signs.names.items(), *signs.lead.items()), key=lambda pair: (-pair[1], pair[0]))
    found: dict[str, float] = {}
    for word, worth in words:
        if len(found) == _KEYS:
            break
        found.setdefault(word, worth)
    found.update({f"#{number}": 3.0 for number in sorted(signs.numbers)[:6]})
    found.update({f"={shingle:x}": 4.0 for shingle in sorted(signs.shingles)[:_SKETCH]})
    return found


def reasons(new: Signs, other: Signs, measures: Measures) -> tuple[str, ...]:
    """Why two tellings are taken for one event, in words an editor can check."""
    said = []
    names = sorted((n for n in new.names if n in other.names), key=lambda n: -new.names[n])[:4]
    if names:
        said.append("names in both: " + ", ".join(name.capitalize() for name in as_written(names, new, other)))
    if numbers := sorted(new.numbers & other.numbers)[:4]:
        said.append("figures in both: " + ", ".join(numbers))
    rare = sorted((w for w in new.lead if w in other.lead and w not in names), key=lambda w: -new.lead[w])[:5]
    if rare:
        said.append("words in both: " + ", ".join(as_written(rare, new, other)))
    if new.at is not None and other.at is not None:
        said.append(f"{math.expm1(measures.hours):.0f} hours apart")
    return tuple(said)


def group(articles: Iterable[Told], weights: Learnt | None = None, join: float = JOIN) -> Iterator[Grouped]:
    """Group articles, answered in the order given; they are placed in the order they were published."""
    given, learned, window = list(articles), weights or learnt(), Window()
    found: dict[int, Grouped] = {}
    for at in in_order(given):
        signs = signs_of(given[at])
        found[at] = place(signs, window, learned, join)
        window.add(signs, found[at])
    for at in range(len(given)):
        yield found[at]


def in_order(articles: Sequence[Told]) -> list[int]:
    """The places of articles in the order in which they are put in stories: as they were published."""
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(range(len(articles)), key=lambda at: (articles[at].published or never, at))
