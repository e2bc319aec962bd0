"""The way back and on through a story's versions. Plain functions on the versions of one reading level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.storage.stories import VersionLine


def version_before(versions: Sequence[VersionLine], number: int) -> int | None:
    """The version that one followed; None for the first.

    Numbers have gaps: both reading levels share them, and old versions are pruned.
    """
    return max((v.number for v in versions if v.number < number), default=None)


@dataclass(frozen=True, slots=True)
class Steps:
    """Which version undo (`back`) and redo (`on`) take up from here; None where there is none."""

    back: int | None
    on: int | None


def steps(versions: Sequence[VersionLine]) -> Steps:
    """One step back and one on, as editors of texts have them. The versions come oldest first.

    Every step is a version itself, which says whose wording it took up. So the way is walked anew from the first
    version: new words follow those that stand and end what could be redone; a step back or on moves along the way.
    """
    known = {v.number for v in versions}
    past: list[int] = []
    undone: list[int] = []
    for version in versions:
        at = version.back_to if version.back_to in known else version.number
        if at in past:
            while past[-1] != at:
                undone.append(past.pop())
        elif at in undone:
            while past[-1] != at:
                past.append(undone.pop())
        else:
            past.append(at)
            undone.clear()
    return Steps(past[-2] if len(past) > 1 else None, undone[-1] if undone else None)
