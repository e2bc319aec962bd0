"""Catches a hard word or abbreviation left unexplained where it first stands in the paragraphs.

Hard means used less than once in a million words. A common word used in a trade's own sense goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Subject, common_words
from pipeline.checks.lexicon import stem
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

_FAMILIAR = frozenset(
    "us uk eu un ai tv ceo cfo usa it pc id ok dna fbi cia nasa nato bbc cnn gps usb dvd atm wifi pm am covid rna hiv "
    "aids nfl nba nhs mp mps app phd ii iii iv ip".split()
)
_EXPLAINS = re.compile(
    r"\(|\bmeaning\b|\bwhich (?:is|are|means)\b|\bknown as\b|\bcalled\b|\bor\b|\bthat is\b| [–—] |, an? "
)


def check(subject: Subject) -> Iterator[Finding]:
    common = common_words()
    stems = _stems()
    glossary = {w.lower() for w in subject.glossary}
    seen: set[str] = set()
    for claim in subject.claims:
        if claim.part is not Part.BODY:
            continue
        explained = claim.kind is Kind.DEFINITION or bool(_EXPLAINS.search(claim.sentence.text))
        for token in claim.sentence.tokens:
            word = token.lower
            short = token.text.isupper() and token.text.isalpha() and 2 <= len(word) <= 6
            if word in seen or (short and word in _FAMILIAR):
                continue
            hard = (
                not token.name and word.isalpha() and len(word) >= 8 and word not in common and token.stem not in stems
            )
            if not (short or hard or word in glossary):
                continue
            seen.add(word)
            if explained:
                continue
            what = "abbreviation" if short else "hard word"
            message = f"The {what} {token.text!r} is not explained where it first stands."
            severity = Severity.WARN if hard else Severity.NOTE
            yield subject.finding("jargon", severity, claim, (token.start, token.end), message)


_cache: list[frozenset[str]] = []


def _stems() -> frozenset[str]:
    if not _cache:
        _cache.append(frozenset(stem(w) for w in common_words()))
    return _cache[0]
