"""Catches an analogy that carries a fact of its own, and a story without one. It cannot tell a lame one.

Measured (`benchmarks/checks.py`): 38 of 38 made by rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Subject
from pipeline.checks.number import is_year
from pipeline.model import Finding, Kind, Severity

_LIKE = re.compile(r"\(like\b|\blike (?:a|an|the|when|if|\w+ing)\b|\bas if\b|\bthink of\b|\bimagine\b", re.IGNORECASE)


def has_comparison(text: str) -> bool:
    """Whether a sentence pictures something by a comparison marked as one."""
    return bool(_LIKE.search(text))


def check(subject: Subject) -> Iterator[Finding]:
    if subject.claims and not any(c.kind is Kind.ANALOGY or _LIKE.search(c.sentence.text) for c in subject.claims):
        yield Finding("analogy", Severity.WARN, None, 0, 0, "", "The story has no analogy; one helps a new reader.")
    for claim in subject.claims:
        if claim.kind is not Kind.ANALOGY:
            continue
        for number in claim.sentence.numbers:
            if number.digits and (is_year(number) or number.value > 100):
                span = (number.start, number.end)
                message = "An analogy carries a fact here: keep figures out of it."
                yield subject.finding("analogy", Severity.WARN, claim, span, message)
