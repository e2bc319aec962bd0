"""What two English words are to each other: the same, kin, opposites, or only used in like places.

Synonyms, opposites and kinds come from Princeton's WordNet 3.0; nearness from all-MiniLM-L6-v2, each word read
alone. Both are read once into a table by `benchmarks/kin.py`; words it does not have are strangers to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
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

    def of(self, word: str) -> tuple[int, ...]:
        at = self.at.get(word)
        return () if at is None else self.senses[at]

    def above(self, senses: tuple[int, ...]) -> set[int]:
        return {p for s in senses for p in self.parents[s]}

    def mean(self, words: Mapping[str, float]) -> Any:
        """Where words with their weights stand together: a unit vector, or zeros."""
        import numpy as np

        known = [
            (at, w) for word, w in words.items() if (at := self.at.get(word)) is not None and at < len(self.places)
        ]
        if not known:
            return np.zeros(self.places.shape[1], np.float32)
        total = np.array([w for _, w in known], np.float32) @ self.places[[at for at, _ in known]]
        return total / (np.linalg.norm(total) or 1.0)

    def near(self, one: str, other: str) -> float:
        a, b = self.at.get(one), self.at.get(other)
        if a is None or b is None or max(a, b) >= len(self.places):
            return 0.0
        return float(self.places[a] @ self.places[b])


def _rows(packed: Any) -> list[tuple[int, ...]]:
    count = int(packed[0])
    values = packed.tolist()
    rows, at = [], count + 1
    for length in values[1 : count + 1]:
        rows.append(tuple(values[at : at + length]))
        at += length
    return rows


def _pairs(pairs: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs.tolist():
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def together(words: Mapping[str, float]) -> Any:
    """Where some words stand together, by their weights: sentences that tell the same are near each other."""
    return _table().mean(words)


@lru_cache(maxsize=100_000)
def kinship(one: str, other: str) -> Kinship:
    """What two words in lower case are to each other, in whatever form they stand."""
    table = _table()
    a, b = table.of(one), table.of(other)
    near = table.near(one, other)
    if not a or not b:
        return _STRANGERS if not near else Kinship(near=near)
    same = not {*a[:FEW]}.isdisjoint(b) or not {*b[:FEW]}.isdisjoint(a)
    above, over = table.above(a), table.above(b)
    kin = not above.isdisjoint(b[:FEW]) or not over.isdisjoint(a[:FEW]) or _meet(table.derived, a, b)
    sisters = not table.above(a[:FEW]).isdisjoint(table.above(b[:FEW]))
    opposite = _meet(table.opposed, (*a, *(above if _first(a) else ())), (*b, *(over if _first(b) else ())))
    return Kinship(same, kin, sisters, opposite, near)


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


def _first(senses: tuple[int, ...]) -> bool:
    """Whether a word's parents are the heads of its cluster: opposites of "big" are those of "huge"."""
    return len(senses) <= 2 * FEW


def _meet(pairs: dict[int, set[int]], some: tuple[int, ...], others: tuple[int, ...]) -> bool:
    wanted = set(others)
    return any(not pairs[s].isdisjoint(wanted) for s in some if s in pairs)
