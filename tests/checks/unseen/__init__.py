"""Pairs by people who had not seen the rules, with one-change mistakes: to develop with, to measure on, to count on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.checks.pair import Alteration, Pair

FOLDER = Path(__file__).parent


def _read(part: int, text: str = "rewrite") -> tuple[Pair, ...]:
    """The pairs of a part by what is told of its articles: a retelling or, where there is one, a short summary."""
    mistakes: dict[str, list[Alteration]] = {}
    file = FOLDER / f"mistakes{part}.jsonl"
    if file.exists():
        for line in file.read_text(encoding="utf8").splitlines():
            row = json.loads(line)
            if row.get("in", "rewrite") == text:
                mistakes.setdefault(row["pair"], []).append(Alteration(row["old"], row["new"], row["kind"]))
    rows = map(json.loads, (FOLDER / f"part{part}.jsonl").read_text(encoding="utf8").splitlines())
    return tuple(Pair(r["name"], r["source"], r[text], tuple(mistakes.get(r["name"], ()))) for r in rows)


DEVELOP = (*_read(1), *_read(2))
MEASURE = (*_read(3), *_read(4))
"""Only measured on: nobody looks at these while working on the rules."""
COUNTED = (*_read(5), *_read(7))
"""For how often a finding is right (`benchmarks/grounds.py`); of its rewrites the false alarms were read, too."""
KEPT = (*_read(6), *_read(8))
"""For nothing but the last figure: neither a rule nor how much is made of its findings has seen them."""
MANY = (*_read(9), *_read(9, "summary"))
"""What blocks has to be right on these as well: a retelling and a summary of each article. Of their false alarms
those that would block were read, and mended where the kind could be."""
FAITHFUL = (*_read(11), *_read(11, "summary"))
"""A hundred more articles without mistakes, told after the rules were mended, met once and then counted as well."""
FRESH = (*_read(12), *_read(12, "summary"))
"""A hundred more, told and spoilt by others again, met before anything was mended by them, and counted."""
APART, APART_SHORT = _read(10), _read(10, "summary")
"""Every fifth of the articles that `MANY` is from, retold and summed up, only measured on."""
LAST, LAST_SHORT = _read(13), _read(13, "summary")
"""Fifty more by another hand, only measured on."""
