"""What severity a finding may have: as much as its ground has been right on texts that the rules were not made with.

A ground is what in particular a check met, in sentences about as close to their source. `data/precision.json` has for
each how often it was right and wrong; `benchmarks/checks.py --write` measures it.
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
LEAST, FREELY, ENOUGH = 5, 16, 6
"""Right findings from which a ground may block: of numbers, days and names, which a retelling keeps, and of what it
says in its own words. And findings from which its share says something: where there are fewer, it is shown if more are
right than wrong, but in a free retelling."""
_KEPT = ("number.", "date.", "name.")
FIRST, SECOND = 0, 1
"""The collections of texts that grounds were counted on: those of several makers, close to their source and free; and
many more free retellings and summaries."""
Counts = Mapping[str, tuple[int, int]]
"""For each ground with its closeness how many findings were right, and how many wrong."""
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


@lru_cache(maxsize=2)
def measured(collection: int = FIRST) -> Counts:
    text = (files("pipeline.checks") / "data" / "precision.json").read_text(encoding="utf8")
    return {ground: (met[collection][0], met[collection][1]) for ground, met in json.loads(text).items()}


def _everywhere(ground: str, counts: Counts) -> tuple[int, int]:
    met = [counts.get(f"{ground} {name}", (0, 0)) for name in (*dict(BANDS), "free")]
    return sum(right for right, _ in met), sum(wrong for _, wrong in met)


def allowed(ground: str, how_close: str) -> Severity | None:
    """The most a finding of this ground ("number.absent") may be; None for a doubt, which is not shown.

    Where too few were met so close to the source, the ground's findings at every distance speak for them; what was
    wrong here once does not block, and neither does what is wrong too often in the second collection.
    """
    most = _allowed(ground, how_close)
    if most == Severity.BLOCK:
        right, wrong = measured(SECOND).get(f"{ground} {how_close}", (0, 0))
        if wrong > (1 - BLOCKS) * (right + wrong):
            return Severity.WARN
    return most


def _allowed(ground: str, how_close: str) -> Severity | None:
    least = LEAST if ground.startswith(_KEPT) else FREELY
    right, wrong = measured().get(f"{ground} {how_close}", (0, 0))
    if right + wrong >= ENOUGH:
        return _by_share(right, wrong, least)
    everywhere = _by_share(*_everywhere(ground, measured()), least)
    if how_close == "free":
        here = None
    elif right >= least and not wrong:
        here = Severity.BLOCK
    else:
        here = Severity.WARN if right > wrong or (not wrong and how_close == "close") else None
    most = Severity.BLOCK if Severity.BLOCK in (here, everywhere) else here or everywhere
    return Severity.WARN if wrong and most == Severity.BLOCK else most


def mostly_wrong(ground: str, how_close: str) -> bool:
    """Whether a ground's findings have seldom been right so close to the source: then no likelihood shows them."""
    right, wrong = measured().get(f"{ground} {how_close}", (0, 0))
    return right + wrong >= ENOUGH and right < SELDOM * (right + wrong)


def _by_share(right: int, wrong: int, least: int) -> Severity | None:
    found = right + wrong
    if found < ENOUGH or right < WARNS * found:
        return None
    return Severity.BLOCK if right >= max(least, BLOCKS * found) else Severity.WARN
