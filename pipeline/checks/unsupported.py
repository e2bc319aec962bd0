"""Catches a fact that no source sentence supports, and evidence that does not exist or does not bear it out.

It compares words, so a claim put together from the source's own words passes; a bold paraphrase is only warned of.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.analysis import Subject
from pipeline.model import Finding, Kind, Severity


def check(subject: Subject) -> Iterator[Finding]:
    known = {s.number for s in subject.sentences}
    for claim in subject.claims:
        if claim.kind is not Kind.FACT:
            continue
        missing = [n for n in claim.given or () if n not in known]
        if missing:
            message = f"The evidence names source sentence {missing[0]}, which does not exist."
            yield subject.finding("unsupported", Severity.BLOCK, claim, None, message, [])
            continue
        if claim.given == ():
            yield subject.finding("unsupported", Severity.WARN, claim, None, "This fact cites no source sentence.")
            continue
        words = sum(1 for t in claim.sentence.tokens if t.content and not claim.aside(t.start))
        if words < 2:
            continue
        if claim.overlap < 0.05 and words >= 4:
            message = "Nothing in the source says this: support it or take it out."
            yield subject.finding("unsupported", Severity.BLOCK, claim, None, message)
        elif claim.overlap < 0.22:
            message = "Little in the source says this: check that it is there."
            yield subject.finding("unsupported", Severity.WARN, claim, None, message)
