"""What severity a finding may have: as much as its ground has been right on texts that the rules were not made with.

A ground is what in particular a check met, in sentences about as close to their source. `data/precision.json` has for
each how often it was right and wrong in two collections of texts; `benchmarks/checks.py --write` measures it. By the
first a finding is shown; one that blocks has to be right in both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from pipeline.checks.analysis import Claim, Subject
from pipeline.model import Severity

BLOCKS, WARNS = 0.98, 0.8
"""Share of a ground's findings that have to be right for it to block, and to be shown at all."""
SELDOM = 0.1
"""Share of a ground's findings up to which it is more than a doubt on no account."""
ENOUGH = 6
"""Findings from which a ground's share says something: where there are fewer, it is shown if more are right than wrong,
but in a free retelling."""
LEAST = 20
"""Right findings from which a ground may block."""
_KEPT = {"number.": 15, "date.": 15, "name.place full": 5}
"""The same of what a retelling keeps as it is: numbers in figures, days, and whole names, of which few are met."""
_LOOSELY = (" loosely", " spelled", " worked out")
Counts = Mapping[str, tuple[int, int]]
"""For each ground with its closeness how many findings were right, and how many wrong, in a collection of texts: the
first is of several makers, close to their source and free; the second has many more, freely told."""
BANDS = (("close", 0.75), ("mid", 0.6))
"""How near a claim is to its evidence: the share of its words' weight found there, those of the finding left out."""


def closeness(claim: Claim, span: tuple[int, int], subject: Subject) -> str:
    """ "close", "mid" or "free": how much of a claim stands in its evidence, but for the spot in question."""
    if span[0] == 0 and span[1] >= len(claim.sentence.text):
        span = (0, 0)  # a finding about all of it is about no spot
    stems = {
        t.stem for t in claim.sentence.tokens
        if t.content and not span[0] <= t.start < span[1] and not claim.aside(t.start)
    }  # fmt: skip
    known = frozenset[str]().union(*(s.stems for s in claim.evidence))
    weights = {s: subject.weight.get(s, subject.unknown) for s in stems}
    share = sum(w for s, w in weights.items() if s in known) / (sum(weights.values()) or 1.0)
    return next((name for name, least in BANDS if share >= least), "free")


@lru_cache(maxsize=1)
def _collections() -> tuple[Counts, Counts]:
    text = (files("pipeline.checks") / "data" / "precision.json").read_text(encoding="utf8")
    rows = json.loads(text).items()
    first, second = ({ground: (met[i][0], met[i][1]) for ground, met in rows} for i in (0, 1))
    return first, second


def measured() -> Counts:
    """The counts of the first collection, by which findings are shown."""
    return _collections()[0]


def _both() -> tuple[Counts, Counts]:
    return measured(), _collections()[1]


def _met(ground: str, how_close: str, *collections: Counts) -> tuple[int, int]:
    """Findings right and wrong, so close to the source; "" stands for every distance."""
    bands = [how_close] if how_close else [*dict(BANDS), "free"]
    some = [counts.get(f"{ground} {band}", (0, 0)) for counts in collections for band in bands]
    return sum(right for right, _ in some), sum(wrong for _, wrong in some)


def allowed(ground: str, how_close: str) -> Severity | None:
    """The most a finding of this ground ("number.absent") may be; None for a doubt, which is not shown.

    Where too few were met so close to the source, the ground's findings at every distance speak for them; what was
    wrong here once does not block.
    """
    if not _shown(ground, how_close):
        return None
    kept = (least for start, least in _KEPT.items() if ground.startswith(start) and not ground.endswith(_LOOSELY))
    least = next(kept, LEAST)
    right, wrong = _met(ground, how_close, *_both())
    if right < least and not wrong:
        right, wrong = _met(ground, "", *_both())
    return Severity.BLOCK if right >= max(least, BLOCKS * (right + wrong)) else Severity.WARN


def _shown(ground: str, how_close: str) -> bool:
    right, wrong = _met(ground, how_close, measured())
    if right + wrong >= ENOUGH:
        return right >= WARNS * (right + wrong)
    every, none = _met(ground, "", measured())
    if every + none >= ENOUGH and every >= WARNS * (every + none):
        return True
    return how_close != "free" and (right > wrong or (not wrong and how_close == "close"))


def mostly_wrong(ground: str, how_close: str) -> bool:
    """Whether a ground's findings have seldom been right so close to the source: then no likelihood shows them."""
    right, wrong = _met(ground, how_close, measured())
    return right + wrong >= ENOUGH and right < SELDOM * (right + wrong)
