"""What changed between two readings of a page, and when a page is looked at again. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.text import paragraphs, words

FIRST_LOOK = timedelta(hours=2)
"""When a page is looked at for the first time after it was read; each later look waits four times as long."""
LEAST_WORDS = 3
"""Words that must have changed: fewer is a typing mistake mended, or a counter."""
MOST_COMPARED = 25_000_000
"""The most pairs of lines, or of words, that are compared: five thousand against as many."""


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph as it was and as it is; one of them is empty where it was added or taken out."""

    before: str
    after: str


def difference(before: str, after: str) -> list[ParagraphChange]:
    """The paragraphs that differ, in reading order; empty when nothing of weight changed.

    Spaces, quotation marks and dashes are no change, and neither is a paragraph that only moved. Of texts too large to
    be compared line by line, what went is put beside what came, each in its order.
    """
    old, new = paragraphs(before), paragraphs(after)
    olds, news = [_bare(line) for line in old], [_bare(line) for line in new]
    if olds == news:
        return []
    gone, come = set(olds), set(news)
    found: list[ParagraphChange] = []
    for i, j, k, m in _apart(olds, news):
        removed = [line for line, bare in zip(old[i:j], olds[i:j], strict=True) if bare not in come]
        added = [line for line, bare in zip(new[k:m], news[k:m], strict=True) if bare not in gone]
        for n in range(max(len(removed), len(added))):
            found.append(ParagraphChange(removed[n] if n < len(removed) else "", added[n] if n < len(added) else ""))
    weight = 0
    for change in found:
        weight += _weight(change)
        if weight >= LEAST_WORDS:
            return found
    return []


def _apart(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Where two sequences part: from where to where in the one, and in the other."""
    if len(old) * len(new) > MOST_COMPARED:
        return [(0, len(old), 0, len(new))]
    from rapidfuzz.distance import Indel

    parted: list[tuple[int, int, int, int]] = []
    i = k = 0
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            if step.src_start > i or step.dest_start > k:
                parted.append((i, step.src_start, k, step.dest_start))
            i, k = step.src_end, step.dest_end
    if i < len(old) or k < len(new):
        parted.append((i, len(old), k, len(new)))
    return parted


def _weight(change: ParagraphChange) -> int:
    """Words that came, went or were put in place of others; a number counts for a whole change."""
    old, new = words(change.before), words(change.after)
    count = 0
    for i, j, k, m in _apart(old, new):
        touched = old[i:j] + new[k:m]
        count += LEAST_WORDS if any(c.isdigit() for word in touched for c in word) else max(j - i, m - k)
    return count


def _bare(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()


def next_look(read: datetime, looks: int, hours: int) -> datetime | None:
    """When a page read at `read` is looked at again after `looks` looks; None past `hours`, or when that is 0."""
    at = FIRST_LOOK * 4**looks
    return read + at if at <= timedelta(hours=hours) else None
