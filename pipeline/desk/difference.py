"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
