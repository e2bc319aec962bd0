"""Catches what is taken word for word from the source, quotations aside: long runs, and a large share in all.

It never blocks: facts have few wordings. Close paraphrase without a run of eight words goes unseen.

Measured (`benchmarks/checks.py`): 29 of 38 made by rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from pipeline.checks.analysis import Source, Subject
from pipeline.checks.quote import quotes
from pipeline.model import Finding, Severity

_RUN = 8
_NOTE, _WARN = 14, 24
_TITLE, _MOST_OF_IT = 4, 0.8
"""Words in a row of a title, and their share of a headline, from which the headline is a copy: fewer may fall so."""
_SHARE = 0.25
"""Share of a rewrite's words in runs of eight or more from which the whole is warned of."""


def check(subject: Subject) -> Iterator[Finding]:
    runs = subject.article.once(_runs)
    taken = total = 0
    for claim in subject.claims:
        quoted = list(quotes(claim.sentence.text))
        tokens = [t for t in claim.sentence.tokens if not (quoted and any(a <= t.start < b for a, b in quoted[:50]))]
        total += len(tokens)
        for first, size in copied_runs([t.lower for t in tokens], runs):
            taken += size
            if size < _NOTE:
                continue
            span = (tokens[first].start, tokens[first + size - 1].end)
            severity = Severity.WARN if size >= _WARN else Severity.NOTE
            message = f"{size} words in a row are the source's own: say it in your words."
            yield subject.finding("copying", severity, claim, span, message)
    if total >= 40 and taken > _SHARE * total:
        message = f"{taken / total:.0%} is copied in runs of {_RUN} or more words; rewrite it."
        yield Finding("copying", Severity.WARN, None, 0, 0, "", message)


def _runs(source: Source) -> set[tuple[str, ...]]:
    words = [t.lower for s in source.sentences for t in s.tokens]
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def copied_headline(headline: str, titles: Iterable[str]) -> Finding | None:
    """A headline that is an article's own title, or most of it: same words in a row, whatever their case and marks."""
    words = bare_words(headline)
    for title in titles:
        own = bare_words(title)
        same = SequenceMatcher(None, words, own, autojunk=False).find_longest_match().size
        if words and (words == own or (same >= _TITLE and same >= _MOST_OF_IT * len(words))):
            how = "is the article's own title" if words == own else f"has {same} words in a row of the article's title"
            message = f"The headline {how}: write one of your own."
            return Finding("copying", Severity.WARN, 0, 0, len(headline), headline, message)
    return None


def bare_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def copied_runs(words: list[str], runs: set[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Where runs of the source's words begin, and how long they are."""
    first: int | None = None
    for i in range(len(words) + 1):
        if i + _RUN <= len(words) and tuple(words[i : i + _RUN]) in runs:
            first = i if first is None else first
        elif first is not None:
            yield first, i - 1 + _RUN - first
            first = None
