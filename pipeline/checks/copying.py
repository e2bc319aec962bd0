"""Catches long runs taken word for word from the source, quotations aside. It never blocks: facts have few wordings."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.analysis import Subject
from pipeline.checks.quote import quotes
from pipeline.model import Finding, Severity

_RUN = 8
_NOTE, _WARN = 14, 24


def check(subject: Subject) -> Iterator[Finding]:
    words = [t.lower for s in subject.sentences for t in s.tokens]
    runs = {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
    for claim in subject.claims:
        quoted = list(quotes(claim.sentence.text))
        tokens = [t for t in claim.sentence.tokens if not any(a <= t.start < b for a, b in quoted[:50])]
        lower = [t.lower for t in tokens]
        first: int | None = None
        for i in range(len(lower) + 1):
            if i + _RUN <= len(lower) and tuple(lower[i : i + _RUN]) in runs:
                first = i if first is None else first
                continue
            if first is not None:
                size = i - 1 + _RUN - first
                if size >= _NOTE:
                    span = (tokens[first].start, tokens[first + size - 1].end)
                    severity = Severity.WARN if size >= _WARN else Severity.NOTE
                    message = f"{size} words in a row are the source's own: say it in your words."
                    yield subject.finding("copying", severity, claim, span, message)
                first = None
