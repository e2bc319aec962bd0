"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

MOST_COMPARED = 100_000_000
"""The most pairs of words, or of lines, that are compared: ten thousand against as many. More is shown whole."""
_TOKEN = re.compile(r"\s+|\w+(?:[’'.,-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed (`same`), went (`out`) or came (`in`)."""

    what: str
    text: str


def words_changed(old: str, new: str) -> list[Run]:
    """The way from one text to another as runs of words; the old is all but `in`, the new all but `out`."""
    from rapidfuzz.distance import Indel

    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > MOST_COMPARED:
        return [Run(what, text) for what, text in (("out", old), ("in", new)) if text]
    runs: list[Run] = []
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            runs.append(Run("same", "".join(before[step.src_start : step.src_end])))
            continue
        if step.src_end > step.src_start:
            runs.append(Run("out", "".join(before[step.src_start : step.src_end])))
        if step.dest_end > step.dest_start:
            runs.append(Run("in", "".join(after[step.dest_start : step.dest_end])))
    return _readable(runs)


def around_change(old: str, new: str, most: int, before: int) -> tuple[str, str]:
    """Both wordings, each cut to `most` characters and the marks of the cuts: what they begin with alike is cut up to
    `before` characters from where they part, so that what changed is in view."""
    if max(len(old), len(new)) <= most:
        return old, new
    parted = next((n for n, (b, a) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = min(max(0, parted - before), max(len(old), len(new)) - most)
    while 0 < start < parted and not old[start - 1].isspace():
        start += 1
    return _cut(old, start, most), _cut(new, start, most)


def _cut(text: str, start: int, most: int) -> str:
    kept = text[start : start + most]
    after = "…" if len(text) > start + most else ""
    return f"{'…' if start and text else ''}{kept.rstrip() if after else kept}{after}"


def _readable(runs: list[Run]) -> list[Run]:
    """Put what went before what came, and join changes that only a blank keeps apart: two words read as one change."""
    joined: list[Run] = []
    out = came = ""

    def flush() -> None:
        nonlocal out, came
        if out == came:
            if out:
                joined.append(Run("same", out))
        else:
            joined.extend(run for run in (Run("out", out), Run("in", came)) if run.text)
        out = came = ""

    for place, run in enumerate(runs):
        if run.what == "out":
            out += run.text
        elif run.what == "in":
            came += run.text
        elif (out or came) and run.text.isspace() and "\n" not in run.text and place + 1 < len(runs):
            out, came = out + run.text, came + run.text
        else:
            flush()
            joined.append(run)
    flush()
    merged: list[Run] = []
    for run in joined:
        if merged and merged[-1].what == run.what:
            merged[-1] = Run(run.what, merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged


def lines_changed(old: str, new: str) -> list[list[Run]]:
    """The same for whole stories: one list of runs a line. Lines are matched first, so that it stays quick."""
    from rapidfuzz.distance import Indel

    before, after = old.split("\n"), new.split("\n")
    if len(before) * len(after) > MOST_COMPARED:
        return [[Run("out", old)], [Run("in", new)]]
    lines: list[list[Run]] = []
    out: list[str] = []
    came: list[str] = []

    def flush() -> None:
        for place in range(max(len(out), len(came))):
            pair = (out[place] if place < len(out) else "", came[place] if place < len(came) else "")
            lines.append(words_changed(*pair))
        out.clear()
        came.clear()

    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            flush()
            lines += [[Run("same", line)] for line in before[step.src_start : step.src_end]]
        else:
            out += before[step.src_start : step.src_end]
            came += after[step.dest_start : step.dest_end]
    flush()
    return lines


KEPT_IN_VIEW = 1
"""Lines around a change that stay in view when the rest of what is the same is folded."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines of a comparison that belong together; `same`: nothing changed in them, so a page may fold them away."""

    same: bool
    lines: tuple[list[Run], ...]


def folded(lines: Sequence[list[Run]]) -> list[Fold]:
    """Lines as `lines_changed` gives them, with what is the same and far from any change set apart to be folded.

    A single line is never folded: the fold would take as much room.
    """
    changed = [any(run.what != "same" for run in line) for line in lines]
    near = [any(changed[max(0, at - KEPT_IN_VIEW) : at + KEPT_IN_VIEW + 1]) for at in range(len(lines))]
    groups: list[Fold] = []
    for seen, group in groupby(zip(near, lines, strict=True), key=lambda pair: pair[0]):
        found = tuple(line for _, line in group)
        same = not seen and len(found) > 1
        if groups and not same and not groups[-1].same:
            groups[-1] = Fold(False, groups[-1].lines + found)
        else:
            groups.append(Fold(same, found))
    return groups


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence that an edit changed: its number (1-based, where it stands now or stood), and both wordings.

    `old` is "" for a new one, `new` for one that is gone.
    """

    number: int
    old: str
    new: str


def sentences_changed(old: Sequence[str], new: Sequence[str]) -> list[Changed]:
    """Which sentences changed from one version to another, in reading order."""
    from rapidfuzz.distance import Indel

    found: list[Changed] = []
    out: list[int] = []
    came: list[int] = []

    def flush() -> None:
        for place in range(max(len(out), len(came))):
            gone = out[place] if place < len(out) else None
            fresh = came[place] if place < len(came) else None
            number = fresh if fresh is not None else gone
            assert number is not None
            found.append(
                Changed(number + 1, old[gone] if gone is not None else "", new[fresh] if fresh is not None else "")
            )
        out.clear()
        came.clear()

    for step in Indel.opcodes(list(old), list(new)):
        if step.tag == "equal":
            flush()
        out.extend(range(step.src_start, step.src_end) if step.tag != "equal" else ())
        came.extend(range(step.dest_start, step.dest_end) if step.tag != "equal" else ())
    flush()
    return found
