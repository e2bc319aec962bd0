"""Pairs by people who had not seen the rules, with one-change mistakes: to develop with, to measure on, to count on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.checks.pair import Alteration, Pair

FOLDER = Path(__file__).parent
_TEXTS = ("rewrite", "summary")
"""What a part may have of each article: a retelling, and a summary of a few sentences."""


def _read(part: int) -> tuple[Pair, ...]:
    mistakes: dict[tuple[str, str], list[Alteration]] = {}
    file = FOLDER / f"mistakes{part}.jsonl"
    if file.exists():
        for line in file.read_text(encoding="utf8").splitlines():
            row = json.loads(line)
            change = Alteration(row["old"], row["new"], row["kind"])
            mistakes.setdefault((row["pair"], row.get("in", "rewrite")), []).append(change)
    rows = [json.loads(line) for line in (FOLDER / f"part{part}.jsonl").read_text(encoding="utf8").splitlines()]
    return tuple(
        Pair(row["name"], row["source"], row[text], tuple(mistakes.get((row["name"], text), ())))
        for text in _TEXTS
        for row in rows
        if text in row
    )


DEVELOP = (*_read(1), *_read(2))
MEASURE = (*_read(3), *_read(4))
"""Only measured on: nobody looks at these while working on the rules."""
COUNTED = (*_read(5), *_read(7))
"""For how often a finding is right (`benchmarks/grounds.py`); of its rewrites the false alarms were read, too."""
KEPT = (*_read(6), *_read(8))
"""For nothing but the last figure: neither a rule nor how much is made of its findings has seen them."""
MANY = _read(9)
"""What blocks has to be right on these as well: retellings first, then a summary of each article. Of their false alarms
those that would block were read, and mended where the kind could be."""
FAITHFUL = _read(11)
"""A hundred more articles without mistakes, told after the rules were mended, met once and then counted as well."""
APART = _read(10)
"""Every fifth of the articles that `MANY` is from, only measured on."""
