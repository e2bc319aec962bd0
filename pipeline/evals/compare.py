"""Two runs over the same set, item by item: what got better and what got worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evals.score import Score

_GRADE, _COPIED, _LENGTH = 1.0, 0.03, 0.25
"""Smaller changes than these, in school grades, share of words and length, are noise."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What changed for one item, in words."""

    item: str
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    """What is neither: a story that got longer, an item only one run has."""


def compare(before: Sequence[Score], after: Sequence[Score]) -> list[ItemChange]:
    """Every item of either run, in the first one's order, with what changed from `before` to `after`."""
    old, new = {s.item: s for s in before}, {s.item: s for s in after}
    changes: list[ItemChange] = []
    for item in dict.fromkeys([*old, *new]):
        if item not in old or item not in new:
            changes.append(ItemChange(item, other=(f"only in the {'second' if item in new else 'first'} run",)))
        else:
            changes.append(_change(old[item], new[item]))
    return changes


def _change(a: Score, b: Score) -> ItemChange:
    if a.problem or b.problem:
        if a.problem and b.problem:
            return ItemChange(a.item, other=("no draft in either run",))
        return (
            ItemChange(a.item, better=("a draft where there was none",))
            if a.problem
            else ItemChange(a.item, worse=(f"no draft: {b.problem}",))
        )
    better: list[str] = []
    worse: list[str] = []

    def weigh(was: float, now: float, words: str, least: float = 0.0) -> None:
        """Less is better."""
        if abs(now - was) > least:
            (better if now < was else worse).append(f"{words} {was:g} → {now:g}")

    for check in sorted({*a.found, *b.found}):
        weigh(a.found.get(check, 0), b.found.get(check, 0), f"{check} findings")
    for was, now, words in (
        (a.missing, b.missing, "contains"),
        (a.unexplained, b.unexplained, "explains"),
    ):
        better += [f"{words} {thing!r}" for thing in was if thing not in now]
        worse += [f"no longer {words} {thing!r}" for thing in now if thing not in was]
    better += [f"no longer says {thing!r}" for thing in a.forbidden if thing not in b.forbidden]
    worse += [f"says {thing!r}" for thing in b.forbidden if thing not in a.forbidden]
    if (a.analogies > 0) != (b.analogies > 0):
        (better if b.analogies else worse).append("has an analogy" if b.analogies else "has no analogy")
    weigh(a.grade, b.grade, "grade", _GRADE)
    weigh(a.copied, b.copied, "copied share", _COPIED)
    longer = abs(b.words - a.words) > _LENGTH * max(a.words, 1)
    return ItemChange(a.item, tuple(better), tuple(worse), (f"words {a.words} → {b.words}",) if longer else ())
