"""Where a word of a claim is at home in the article: among the sentences that say what stands around it, or elsewhere.

What is true elsewhere excuses nothing: of each unit of a claim it is asked which sentence of the article says the rest
of its surroundings best, the unit itself left out, and whether the unit stands there too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.checks.align import Unit
from pipeline.checks.lexicon import SAME

_REACH = 6
"""Units on each side that are a unit's surroundings."""
_FADES = 0.25
_BEGINNING = 5
"""Letters by which longer words are taken for the same."""


class Home(NamedTuple):
    """`near`: how much of what the likeliest sentence bears of what surrounds it is borne where the unit stands (within
    a sentence of it), 0 to 1; `whole`: the same of all the claim; `borne`: the share of the surroundings that the
    likeliest sentence bears; `rival`: whether something of the unit's class stands there that the claim does not have.
    """

    near: float
    whole: float
    borne: float
    rival: bool


class Places:
    """Where each word of an article stands, by sentence."""

    def __init__(self, lines: Sequence[Sequence[Unit]]) -> None:
        self.lines = lines
        self._stems: defaultdict[str, set[int]] = defaultdict(set)
        self._beginnings: defaultdict[str, set[int]] = defaultdict(set)
        for place, line in enumerate(lines):
            for unit in line:
                self._stems[unit.stem].add(place)
                if len(unit.word) > _BEGINNING and unit.number is None:
                    self._beginnings[unit.word[:_BEGINNING]].add(place)
                for other in SAME.get(unit.word, ()):
                    self._stems[other].add(place)

    def of(self, unit: Unit) -> set[int]:
        found = self._stems.get(unit.stem, set())
        if len(unit.word) > _BEGINNING and unit.number is None:
            found = found | self._beginnings.get(unit.word[:_BEGINNING], set())
        if unit.word in SAME:
            found = found | self._stems.get(unit.word, set())
        return found

    def homes(self, claim: Sequence[Unit], weights: Sequence[float]) -> list[Home]:
        """The home of each unit of a claim, whose weights say how much each tells."""
        import numpy as np

        size, lines = len(claim), len(self.lines)
        if not size or not lines:
            return [Home(1.0, 1.0, 0.0, False)] * size
        there = np.zeros((size, lines), bool)
        for i, unit in enumerate(claim):
            there[i, list(self.of(unit))] = True
        weight = np.array(weights, np.float32)[:, None]
        said = weight * there
        far = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :])
        kernel = np.where((far > 0) & (far <= _REACH), 1 / (1 + _FADES * far), 0.0)
        near, whole = kernel @ said, said.sum(0)[None, :] - said
        beside = there.copy()
        beside[:, 1:] |= there[:, :-1]
        beside[:, :-1] |= there[:, 1:]
        most = (kernel @ weight)[:, 0]
        stems = {u.stem for u in claim}
        shares = [_share(scores, beside) for scores in (near, whole)]
        likeliest, best = near.argmax(1).tolist(), near.max(1)
        return [
            Home(
                float(shares[0][i]),
                float(shares[1][i]),
                float(best[i] / most[i]) if most[i] else 0.0,
                any(_like(unit, v) and v.stem not in stems for v in self.lines[likeliest[i]]),
            )
            for i, unit in enumerate(claim)
        ]


def _share(scores: Any, beside: Any) -> Any:
    import numpy as np

    best = scores.max(1)
    own = np.where(beside, scores, 0.0).max(1)
    return np.where(best > 0, own / np.where(best > 0, best, 1.0), 1.0)


def _like(one: Unit, other: Unit) -> bool:
    if one.number is not None:
        return other.number is not None and other.number.unit == one.number.unit
    return other.number is None and one.kind == other.kind
