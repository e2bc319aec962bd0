"""Two numbers, days, names or opposites of a claim that changed places: each stands where the source has the other.

The places of the two are compared with those that a source sentence has of them. Where each place is liker that of the
other, the two were exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

from pipeline.checks.align import Alignment, Run, Unit
from pipeline.checks.homes import like, runs
from pipeline.checks.kin import has_opposites, opposed

_FITS, _BETTER = 0.5, 0.25
"""How alike the places have to be with the two exchanged, 0 to 1, and how much liker than as they stand."""


class Exchange(NamedTuple):
    """The first and last unit of each of the two in the claim, and of the first one's place in the source sentence."""

    one: Run
    other: Run
    line: int
    there: Run


def exchanged(laid: Alignment) -> Iterator[Exchange]:
    """The pairs of a claim that changed places."""
    claim = laid.claim
    pairs = [
        (one, other) for one, other in combinations(runs(claim), 2)
        if _comparable(claim[one[0]], claim[other[0]]) and not _same(claim, one, claim, other)
    ]  # fmt: skip
    pairs += [
        (one, other) for one, other in combinations(_turning(claim), 2)
        if opposed(claim[one[0]].word, claim[other[0]].word)
    ]  # fmt: skip
    placed = [[*runs(line), *_turning(line)] for line in laid.evidence] if pairs else []
    for one, other in pairs:
        for number, line in enumerate(laid.evidence):
            here = [r for r in placed[number] if _same(claim, one, line, r)]
            there = [r for r in placed[number] if _same(claim, other, line, r)]
            if len(here) != 1 or len(there) != 1 or here == there:
                continue
            a, b = here[0], there[0]
            fit = partial(_fit, laid, number)
            kept, turned = (fit(one, other, a), fit(other, one, b)), (fit(one, other, b), fit(other, one, a))
            if min(max(kept[0], turned[0]), max(kept[1], turned[1])) == 0.0:
                continue  # the sentence says nothing of what is around one of them
            beside = laid.adjoins(one, number, b) or laid.adjoins(other, number, a)
            if beside and sum(turned) >= 2 * _FITS and sum(turned) >= sum(kept) + 2 * _BETTER:
                yield Exchange(one, other, number, b)
                return
            if sum(kept) >= 2 * _FITS:
                break  # this sentence bears it as it stands


def _fit(laid: Alignment, line: int, mine: Run, other: Run, theirs: Run) -> float:
    """How alike the places of a run, up to the other of the pair, and of one in a source sentence are: what is left of
    one is not right of the other."""
    return laid.run_place(mine, line, theirs, across=0.0, until=other)


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
