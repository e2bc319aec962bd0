"""Measures how hard a story reads (Flesch-Kincaid grade) and catches sentences too long for it.

Syllables are counted by rule, so single words can be off by one; a hard idea in short words goes unseen.

Measured (`benchmarks/checks.py`): 33 of 38 made by rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.checks.analysis import Claim, Subject
from pipeline.model import Finding, Reading, Severity

FORMULA = "Flesch-Kincaid grade"
_LONG = 45
_GRADE = 16.0
"""What is too hard where no grade is asked for, and in other languages than English, which the formula was made for."""
_LITTLE_MORE = 2
"""Grades above the one that is asked for which the desk shows and nothing warns of."""
_VOWELS = frozenset("aeiouyáéíóúäöüàèâêîôûåæø")


@lru_cache(maxsize=65536)
def syllables(word: str) -> int:
    """Groups of vowels, without a silent ending; never less than one."""
    lower = word.lower()
    count = sum(1 for a, b in zip(" " + lower, lower, strict=False) if b in _VOWELS and a not in _VOWELS)
    if (
        (lower.endswith("e") and not lower.endswith(("le", "ee", "ie", "ye")))
        or (lower.endswith("ed") and not lower.endswith(("ted", "ded")))
        or (lower.endswith("es") and not lower.endswith(("ses", "ces", "ges", "xes", "zes", "ches", "shes", "ies")))
    ):
        count -= 1
    return max(1, count)


def measure(claims: Sequence[Claim], language: str) -> Reading:
    words = [t.text for c in claims for t in c.sentence.tokens]
    if not words:
        return Reading(0.0, 0, FORMULA)
    grade = 0.39 * len(words) / len(claims) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return Reading(round(max(0.0, grade), 1), len(words), FORMULA)


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.claims:
        count = len(claim.sentence.tokens)
        if count > _LONG:
            yield subject.finding("reading", Severity.WARN, claim, None, f"{count} words in a sentence: split it.")
    grade = measure(subject.claims, subject.form.language).grade
    wanted = subject.grade if subject.form.language == "en" else None
    if grade > (_GRADE if wanted is None else min(_GRADE, wanted + _LITTLE_MORE)):
        asked = "" if wanted is None else f"; the limit is {wanted}"
        message = f"The story reads at grade {grade}{asked}. Use shorter sentences and plainer words."
        yield Finding("reading", Severity.WARN, None, 0, 0, "", message)
