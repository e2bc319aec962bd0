"""What two English words are to each other: the same, kin, opposites, or only used in like places.

Synonyms, opposites and kinds come from Princeton's WordNet 3.0; nearness from all-MiniLM-L6-v2, each word read
alone. Both are read once into a table by `benchmarks/kin.py`; words it does not have are strangers to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

FEW = 4
"""Senses of a word by which it may be the same as another; all of them may make it an opposite."""


class Kinship(NamedTuple):
    """`same`: share a sense; `kin`: derived, or one is a kind of the other; `sisters`: kinds of the same thing.

    `near` is the cosine of their places, 0 where one has none.
    """

    same: bool = False
    kin: bool = False
    sisters: bool = False
    opposite: bool = False
    near: float = 0.0


_STRANGERS = Kinship()


class _Table:
    def __init__(self) -> None:
        import numpy as np

        with (files("pipeline.checks") / "data" / "kin.npz").open("rb") as file, np.load(file) as data:
            self.at = {word: i for i, word in enumerate(str(data["words"]).split("\n"))}
            self.senses = _rows(data["senses"])
            self.parents = _rows(data["parents"])
            self.opposed = _pairs(data["opposed"])
            self.derived = _pairs(data["derived"])
            self.parts = tuple(data["parts"].tolist())
            self.places = data["places"].astype(np.float32)
            self.places /= np.linalg.norm(self.places, axis=1, keepdims=True)
            self.placed = len(self.places)
            # The last stands for words without a place: it is near nothing.
            self.places = np.vstack((self.places, np.zeros_like(self.places[:1])))

    def of(self, word: str) -> tuple[int, ...]:
        at = self.at.get(word)
        return () if at is None else self.senses[at]

    def mean(self, words: Mapping[str, float]) -> Any:
        """Where words with their weights stand together: a unit vector, or zeros."""
        import numpy as np

        known = [(at, w) for word, w in words.items() if (at := self.place(word)) < self.placed]
        if not known:
            return np.zeros(self.places.shape[1], np.float32)
        total = np.array([w for _, w in known], np.float32) @ self.places[[at for at, _ in known]]
        return total / (np.linalg.norm(total) or 1.0)

    def place(self, word: str) -> int:
        """Which of the places is a word's: the last where it has none."""
        return min(self.at.get(word, self.placed), self.placed)

    def near(self, one: str, other: str) -> float:
        a, b = self.place(one), self.place(other)
        if max(a, b) == self.placed:
            return 0.0
        return float(self.places[a].dot(self.places[b]))


def _rows(packed: Any) -> list[tuple[int, ...]]:
    count = int(packed[0])
    values = packed.tolist()
    rows, at = [], count + 1
    for length in values[1 : count + 1]:
        rows.append(tuple(values[at : at + length]))
        at += length
    return rows


def _pairs(pairs: Any) -> dict[int, tuple[int, ...]]:
    """For each of the paired, the others: in tuples, which no garbage collection looks at again."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in pairs.tolist():
        found[one].append(other)
        found[other].append(one)
    return {one: tuple(others) for one, others in found.items()}


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def together(words: Mapping[str, float]) -> Any:
    """Where some words stand together, by their weights: sentences that tell the same are near each other."""
    return _table().mean(words)


class _Word(NamedTuple):
    """A word's senses: the first few, all, those above them, and with them where they are few; what all are derived
    from or to, and what the last are opposed to."""

    few: frozenset[int]
    every: frozenset[int]
    above: frozenset[int]
    above_few: frozenset[int]
    wide: frozenset[int]
    derived: frozenset[int]
    opposed: frozenset[int]


@lru_cache(maxsize=50_000)
def _word(word: str) -> _Word | None:
    table = _table()
    senses = table.of(word)
    if not senses:
        return None
    above = frozenset(p for s in senses for p in table.parents[s])
    # The opposites of "big" are those of "huge": a word's parents are the heads of its cluster.
    wide = frozenset((*senses, *above)) if len(senses) <= 2 * FEW else frozenset(senses)
    return _Word(
        frozenset(senses[:FEW]),
        frozenset(senses),
        above,
        frozenset(p for s in senses[:FEW] for p in table.parents[s]),
        wide,
        frozenset[int]().union(*(table.derived.get(s, ()) for s in senses)),
        frozenset[int]().union(*(table.opposed.get(s, ()) for s in wide)),
    )


@lru_cache(maxsize=100_000)
def kinship(one: str, other: str) -> Kinship:
    """What two words in lower case are to each other, in whatever form they stand."""
    a, b = _word(one), _word(other)
    near = _table().near(one, other)
    if a is None or b is None:
        return _STRANGERS if not near else Kinship(near=near)
    sisters = not a.above_few.isdisjoint(b.above_few)
    return Kinship(_are_same(a, b), _are_kin(a, b), sisters, not a.opposed.isdisjoint(b.wide), near)


def _are_same(one: _Word, other: _Word) -> bool:
    return not (one.few.isdisjoint(other.every) and other.few.isdisjoint(one.every))


def _are_kin(one: _Word, other: _Word) -> bool:
    return not (
        one.above.isdisjoint(other.few) and other.above.isdisjoint(one.few) and one.derived.isdisjoint(other.every)
    )


_ROUNDING = 1e-4
"""What the nearness of many words at once may differ from that of two."""


def kindred(words: Sequence[str], others: Sequence[str], least: float) -> list[set[int]]:
    """For each of some words, which of the others are the same or kin, or may be at least so near to it."""
    import numpy as np

    table = _table()
    near = table.places[[table.place(w) for w in words]] @ table.places[[table.place(w) for w in others]].T
    found: list[set[int]] = [set() for _ in words]
    for i, j in np.argwhere(near >= least - _ROUNDING).tolist():
        found[i].add(j)
    mine = [(i, own) for i, word in enumerate(words) if (own := _word(word)) is not None]
    few = frozenset[int]().union(*(own.few for _, own in mine))
    reach = frozenset[int]().union(*(senses for _, own in mine for senses in (own.every, own.above, own.derived)))
    for j, word in enumerate(others):
        its = _word(word)
        if its is None or (its.every.isdisjoint(reach) and its.above.isdisjoint(few)):
            continue
        for i, own in mine:
            if _are_same(own, its) or _are_kin(own, its):
                found[i].add(j)
    return found


def share_sense(one: str, other: str) -> bool:
    """Whether two words share a sense."""
    a, b = _word(one), _word(other)
    return a is not None and b is not None and _are_same(a, b)


def opposed(one: str, other: str) -> bool:
    """Whether two words are opposites."""
    a = _word(one)
    return a is not None and bool(a.opposed) and (b := _word(other)) is not None and not a.opposed.isdisjoint(b.wide)


def has_opposites(word: str) -> bool:
    """Whether the dictionary knows an opposite of a word."""
    own = _word(word)
    return own is not None and bool(own.opposed)


@lru_cache(maxsize=20_000)
def opposites(word: str, others: frozenset[str]) -> frozenset[str]:
    """Those of some words that are opposites of a word."""
    own = _word(word)
    if own is None or not own.opposed:
        return frozenset()
    return frozenset(o for o in others if (w := _word(o)) is not None and not own.opposed.isdisjoint(w.wide))


class Vocabulary:
    """The words of a text, to be asked which of them says another word best."""

    def __init__(self, words: Sequence[str]) -> None:
        table = _table()
        places = [table.place(w) for w in words]
        self._placed = [i for i, at in enumerate(places) if at < table.placed]
        self._places = table.places[[at for at in places if at < table.placed]]
        found = [(i, w) for i, text in enumerate(words) if (w := _word(text)) is not None]
        self._few = _where((i, w.few) for i, w in found)
        self._every = _where((i, w.every) for i, w in found)
        self._above = _where((i, w.above) for i, w in found)
        self._wide = _where((i, w.wide) for i, w in found)
        self._size = len(words)

    def likest(self, word: str) -> float:
        """How much the likest of the words says this one, 0 to 1; its opposites do not."""
        import numpy as np

        if not self._size:
            return 0.0
        near = np.zeros(self._size, np.float32)
        table = _table()
        at = table.place(word)
        if at < table.placed and self._placed:
            near[self._placed] = self._places @ table.places[at]
        if (own := _word(word)) is not None:
            kin = _met(self._few, own.above) | _met(self._above, own.few) | _met(self._every, own.derived)
            near[[*kin]] = 0.8
            near[[*_met(self._every, own.few), *_met(self._few, own.every)]] = 0.95
            near[[*_met(self._wide, own.opposed)]] = 0.0
        return float(near.max())


def _where(words: Iterable[tuple[int, frozenset[int]]]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for i, senses in words:
        for sense in senses:
            found[sense].append(i)
    return found


def _met(where: Mapping[int, list[int]], senses: frozenset[int]) -> set[int]:
    return {i for sense in senses for i in where.get(sense, ())}


@lru_cache(maxsize=50_000)
def part_of_speech(word: str) -> str:
    """What a word most often is: "adjective", "noun", "adverb", "verb", or "" where that is not known."""
    table = _table()
    senses = table.of(word)
    if not senses:
        return ""
    nouns, adverbs, verbs = table.parts
    counts = {
        "adjective": sum(s < nouns for s in senses), "noun": sum(nouns <= s < adverbs for s in senses),
        "adverb": sum(adverbs <= s < verbs for s in senses), "verb": sum(s >= verbs for s in senses),
    }  # fmt: skip
    if word.endswith(("ed", "ing")) and counts["verb"]:
        return "verb"
    return max(counts, key=lambda part: counts[part])
