"""How sure the judge is of each sentence, as the desk shows it: a mark with its words, never a number at every line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.inspection.judge import due_in, opinions_of, worth_asking
from pipeline.model import Severity
from pipeline.text import counted

_BALLS = "○◔◑◕●"
"""From not borne out at all to wholly borne out, by quarters: the shape says it, whatever the colour."""
DUE = "not judged yet"


class Sure(NamedTuple):
    mark: str
    says: str
    grade: str
    """`block` or `warn` where a threshold was passed, `due` while it waits, else ""."""


def sureness(report: Mapping[str, Any] | None) -> dict[int, Sure]:
    """What the judge thinks of each sentence that states something, by its place; nothing where it was never asked."""
    said = (report or {}).get("judge")
    if not report or not said:
        return {}
    limits, due, opinions = said.get("thresholds", {}), set(due_in(report)), opinions_of(report)
    found = {}
    for place in worth_asking(report):
        if place in opinions:
            share = opinions[place].probability
            grade = next((g for g in (Severity.BLOCK, Severity.WARN) if share <= limits.get(g, -1)), "")
            what = {"block": "not supported", "warn": "in doubt"}.get(grade, "supported")
            found[place] = Sure(_BALLS[round(share * 4)], f"The judge gives it {share:.0%}: {what}", str(grade))
        elif place in due:
            found[place] = Sure("…", f"The judge: {DUE}", "due")
        else:
            found[place] = Sure("–", "The judge: not judged", "")
    return found


def judged_by(report: Mapping[str, Any] | None) -> str:
    """Which judge read a draft, asked in which words, and from where on it blocks and warns; "" where none did."""
    said = (report or {}).get("judge", {})
    if "model" not in said:
        return ""
    limits = said["thresholds"]
    levels = f"blocks at {limits['block']:.0%}, warns at {limits['warn']:.0%}"
    if "clear" in limits:
        levels += f", outweighs a rule's warning from {limits['clear']:.0%}"
    return f"{said['model']}, {said['prompt']}; {levels}"


def not_judged(report: Mapping[str, Any] | None) -> str:
    """What the judge did not read, in words: sentences that wait for it, or that it could not be had for."""
    said = (report or {}).get("judge", {})
    if waits := not_judged_yet(report):
        return waits
    return ("what was changed is not judged" if said.get("sentences") else "not judged") if "not_judged" in said else ""


def not_judged_yet(report: Mapping[str, Any] | None) -> str:
    """How many sentences wait for the judge, in words; "" where none does."""
    number = len(due_in(report or {}))
    return f"{counted(number, 'sentence')} {DUE}" if number else ""
