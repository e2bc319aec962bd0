"""Two numbers, days, names or opposites of a claim that changed places: each stands where the source has the other.

What stands right around each of the two, up to the other one, is compared with what stands around both in a source
sentence. Where everything around fits better with the two exchanged, they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from pipeline.checks.align import SAID, Unit, alike_units
from pipeline.checks.homes import like, runs
from pipeline.checks.kin import has_opposites, kinship

_REACH = 4
"""Units on each side that are compared."""
_FITS, _BETTER = 0.55, 0.25
"""How well the two have to fit exchanged, 0 to 1, and by how much better than as they stand."""

Run = tuple[int, int]


class Exchange(NamedTuple):
    """The first and last unit of each of the two in the claim, and of the first one's place in the source sentence."""

    one: Run
    other: Run
    line: int
    there: Run


def exchanged(claim: Sequence[Unit], lines: Sequence[Sequence[Unit]], weights: Sequence[float]) -> Iterator[Exchange]:
    """The pairs of a claim that changed places; `lines` are the sentences that bear it, `weights` its units'."""
    pairs = [
        (one, other) for one, other in combinations(runs(claim), 2)
        if _comparable(claim[one[0]], claim[other[0]]) and not _same(claim, one, claim, other)
    ]  # fmt: skip
    pairs += [
        (one, other) for one, other in combinations(_turning(claim), 2)
        if kinship(claim[one[0]].word, claim[other[0]].word).opposite
    ]  # fmt: skip
    said: list[dict[int, list[float]]] = [{} for _ in lines]
    placed = [[*runs(line), *_turning(line)] for line in lines] if pairs else []
    for one, other in pairs:
        for number, line in enumerate(lines):
            here = [r for r in placed[number] if _same(claim, one, line, r)]
            there = [r for r in placed[number] if _same(claim, other, line, r)]
            if len(here) != 1 or len(there) != 1 or here == there:
                continue
            a, b = here[0], there[0]
            side = _Side(claim, line, weights, {one, other}, {a, b}, said[number])
            straight = side.fits(one, a), side.fits(other, b)
            crossed = side.fits(one, b), side.fits(other, a)
            if None in (*straight, *crossed):
                continue
            kept, turned = sum(f for f in straight if f), sum(f for f in crossed if f)
            if turned >= 2 * _FITS and turned >= kept + 2 * _BETTER:
                yield Exchange(one, other, number, b)
                return
            if kept >= 2 * _FITS:
                break  # this sentence bears it as it stands


def _turning(units: Sequence[Unit]) -> list[Run]:
    """The words that have an opposite: "the larger ones" and "the smaller"."""
    return [(i, i) for i, unit in enumerate(units) if unit.kind in ("word", "degree") and has_opposites(unit.word)]


def _comparable(one: Unit, other: Unit) -> bool:
    """Whether they could change places; "8 million euros and 23 million" may."""
    if one.number is not None and other.number is not None:
        return one.number.unit == other.number.unit or "" in (one.number.unit, other.number.unit)
    return like(one, other)


def _same(some: Sequence[Unit], one: Run, others: Sequence[Unit], other: Run) -> bool:
    """Whether two runs name the same: the same number or day, or names with a word in common."""
    return not {u.stem for u in some[one[0] : one[1] + 1]}.isdisjoint(u.stem for u in others[other[0] : other[1] + 1])


class _Side:
    def __init__(
        self,
        claim: Sequence[Unit],
        line: Sequence[Unit],
        weights: Sequence[float],
        mine: set[Run],
        theirs: set[Run],
        said: dict[int, list[float]],
    ) -> None:
        self.claim, self.line, self.weights, self.said = claim, line, weights, said
        self.mine = {i for a, b in mine for i in range(a, b + 1)}
        self.theirs = {i for a, b in theirs for i in range(a, b + 1)}

    def fits(self, one: Run, other: Run) -> float | None:
        """How much of what is around a run of the claim is around a run of the line; None where nothing is."""
        total = shared = 0.0
        for step in (-1, 1):
            around = list(_walk(self.line, other, step, self.theirs, _REACH + 2))
            for k, i in enumerate(_walk(self.claim, one, step, self.mine, _REACH)):
                if self.claim[i].number is not None:
                    continue  # in a table, one number says nothing of the next
                said = self.said.get(i)
                if said is None:
                    said = self.said[i] = [alike_units(self.claim[i], unit) for unit in self.line]
                if max(said) < SAID:
                    continue  # what the line does not say tells nothing
                value = self.weights[i] / (1 + k)
                total += value
                shared += value * max((said[j] for j in around if said[j] >= SAID), default=0.0)
        return shared / total if total else None


def _walk(units: Sequence[Unit], run: Run, step: int, stops: set[int], reach: int) -> Iterator[int]:
    at = (run[0] if step < 0 else run[1]) + step
    for i in range(at, at + step * reach, step):
        if not 0 <= i < len(units) or i in stops:
            return
        yield i
