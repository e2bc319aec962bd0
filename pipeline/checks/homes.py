"""Where a number, a day or a name of a claim is at home: where the article says what stands around it, or elsewhere.

What is true elsewhere excuses nothing. Of each it is asked which sentence of the article bears most of its
surroundings, itself left out; where it does not stand there, nor a sentence from there, while something of its class
does that the claim lacks, the claim has the one for the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.checks.align import Unit
from pipeline.checks.analysis import common_words
from pipeline.checks.lexicon import MONTHS, SAME, WEEKDAYS

_REACH, _FADES = 6, 0.25
"""Units on each side that are a unit's surroundings, and how fast they tell less."""
_BEGINNING = 5
"""Letters by which longer words are taken for the same."""
_BORNE, _FIRMLY, _AWAY = 0.4, 0.55, 0.7
"""How much of the surroundings the likeliest sentence has to bear, and of what it bears, how much at most is borne
where the unit stands: then it is elsewhere."""
CLASSES = ("number", "time", "name")


class Stray(NamedTuple):
    """Units `first` to `last` of a claim that are not at home, with what stands there: the line and the unit in it.
    `firmly` says whether the line bears most of what is around."""

    first: int
    last: int
    line: int
    rival: Unit
    firmly: bool


class Places:
    """Where each word of an article stands, by sentence."""

    def __init__(self, lines: Sequence[Sequence[Unit]]) -> None:
        self.lines = lines
        self._stems: defaultdict[str, set[int]] = defaultdict(set)
        self._beginnings: defaultdict[str, set[int]] = defaultdict(set)
        self._names = {unit.word for line in lines for unit in line if unit.kind == "name" and not unit.opens}
        for place, line in enumerate(lines):
            for unit in line:
                self._stems[unit.stem].add(place)
                if len(unit.word) > _BEGINNING and unit.number is None:
                    self._beginnings[unit.word[:_BEGINNING]].add(place)
                for other in SAME.get(unit.word, ()):
                    self._stems[other].add(place)

    def of(self, unit: Unit) -> set[int]:
        """The sentences that have a unit, in whatever form."""
        found = self._stems.get(unit.stem, set())
        if len(unit.word) > _BEGINNING and unit.number is None:
            found = found | self._beginnings.get(unit.word[:_BEGINNING], set())
        if unit.word in SAME:
            found = found | self._stems.get(unit.word, set())
        return found

    def ordinary(self, unit: Unit) -> bool:
        """Whether a name is only a word that begins a sentence: "Residents of", "Costly fuel"."""
        return unit.kind == "name" and unit.opens and unit.word not in self._names and unit.word in common_words()

    def strays(self, claim: Sequence[Unit], weights: Sequence[float]) -> Iterator[Stray]:
        """What of a claim is not at home; `weights` say how much each of its units tells."""
        import numpy as np

        size, lines = len(claim), len(self.lines)
        some = list(runs(claim))
        if not some or not lines:
            return
        there = np.zeros((size, lines), np.float32)
        for i, unit in enumerate(claim):
            there[i, list(self.of(unit))] = 1.0
        weight = np.array(weights, np.float32)
        stems = {u.stem for u in claim}
        places = np.arange(size)
        for first, last in some:
            far = np.maximum(first - places, places - last)
            around = np.where((far > 0) & (far <= _REACH), weight / (1 + _FADES * np.maximum(far, 0)), 0.0)
            borne = around @ there
            best, most = float(borne.max()), float(around.sum())
            if not most or best < _BORNE * most:
                continue
            own = there[first : last + 1].max(0)
            if not own.any():
                continue  # what stands nowhere is no stray
            beside = own.copy()
            beside[1:] = np.maximum(beside[1:], own[:-1])
            beside[:-1] = np.maximum(beside[:-1], own[1:])
            if float((borne * beside).max()) >= _AWAY * best:
                continue
            line = int(borne.argmax())
            if first == last and self.ordinary(claim[first]):
                continue
            others = (v for v in self.lines[line] if like(claim[first], v) and v.stem not in stems)
            rival = next((v for v in others if not self.ordinary(v)), None)
            if rival is not None:
                yield Stray(first, last, line, rival, best >= _FIRMLY * most)


def runs(claim: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Numbers and times one by one, names whole."""
    at = 0
    while at < len(claim):
        last = at
        if claim[at].kind == "name":
            while (
                last + 1 < len(claim) and claim[last + 1].kind == "name" and claim[last + 1].start - claim[last].end < 2
            ):
                last += 1
        if claim[at].kind in CLASSES:
            yield at, last
        at = last + 1


def like(one: Unit, other: Unit) -> bool:
    """Whether one could stand in the other's place: numbers of one unit, two months, two days, two names."""
    if one.number is not None:
        return other.number is not None and other.number.unit == one.number.unit
    if one.kind != other.kind:
        return False
    return all((one.word in some) == (other.word in some) for some in (MONTHS, WEEKDAYS))
