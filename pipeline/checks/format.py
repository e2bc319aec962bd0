"""Catches a missing part of the golden form, and one that is overlong. It judges no wording.

Measured (`benchmarks/checks.py`): 76 of 76 made by rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import LONGEST, Sentence, Subject, Token
from pipeline.checks.kinds import closes
from pipeline.checks.lexicon import MONTHS, WEEKDAYS
from pipeline.checks.numerals import ORDINALS, SMALL
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity
from pipeline.writing.draft import LONGEST_HEADLINE

_LIMITS = {Part.HEADLINE: ("headline", 16), Part.DEK: ("dek", 40), Part.IN_SHORT: ("“In short” line", 50)}
_STORY = 900
"""Words of the paragraphs at most, where no newsroom says what it wishes for."""
_LITTLE_MORE = 1.15


_CORRECTS_ITSELF = re.compile(
    r"[(\[—–-]\s?correction\b|\bcorrection:|\bscratch that\b|\bno, wait\b|\bor rather, no\b|[,(]\s?sorry[,:] |"
    r", I mean[ ,]|\bmake that (?=\w+[.,;]|\d)|[;—–] ?no, (?:it|he|she|they|that|the)\b",
    re.IGNORECASE,
)


_OR_RATHER = re.compile(r"\b(?:or|and) (?:rather|more precisely|more exactly|to be exact|better)\b", re.IGNORECASE)
"""What corrects a sentence where a number or a day stands on either side; else it only says a thing more closely."""
_BESIDE = 40
"""Characters on either side of it."""


def _takes_back(sentence: Sentence) -> tuple[int, int] | None:
    """Where a sentence puts one number or day for another: "in the first half, or rather in the second"."""
    for match in _OR_RATHER.finditer(sentence.text):
        sides = (match.start() - _BESIDE, match.start()), (match.end(), match.end() + _BESIDE)
        told = [{kind for t in sentence.tokens if a <= t.start < b and (kind := _counted(t))} for a, b in sides]
        if told[0] & told[1]:
            return match.span()
    return None


def _counted(token: Token) -> str:
    for kind, some in (("day", WEEKDAYS), ("month", MONTHS), ("turn", ORDINALS), ("number", SMALL)):
        if token.lower in some:
            return kind
    return "number" if token.lower[0].isdigit() else ""


def _whole(severity: Severity, message: str) -> Finding:
    return Finding("format", severity, None, 0, 0, "", message)


def check(subject: Subject) -> Iterator[Finding]:
    for place, placed in enumerate(subject.form.sentences[: len(subject.claims)]):
        if len(placed.text) > LONGEST:
            message = f"This runs on for {len(placed.text):,} characters; only {LONGEST:,} of a sentence are checked."
            text = subject.rewrite[placed.start : placed.end]
            yield Finding("format", Severity.BLOCK, place, placed.start, placed.end, text, message)
    for claim in subject.claims:
        match = _CORRECTS_ITSELF.search(claim.sentence.text)
        if span := match.span() if match else _takes_back(claim.sentence):
            message = "This sentence corrects itself: say it once, and right."
            yield subject.finding("format", Severity.BLOCK, claim, span, message)
    form = subject.form
    if not subject.claims:
        yield _whole(Severity.BLOCK, "The rewrite is empty.")
        return
    if not form.paragraphs:
        yield _whole(Severity.BLOCK, "The story has no paragraphs.")
    if not form.has_dek:
        yield _whole(Severity.WARN, "The dek is missing: the story begins with one line that says what happened.")
    if not form.has_in_short:
        yield _whole(Severity.WARN, "The “In short” line is missing.")
    if not form.source:
        yield _whole(Severity.WARN, "The source line is missing at the end.")
    for part, (name, most) in _LIMITS.items():
        count = sum(len(c.sentence.tokens) for c in subject.claims if c.part is part)
        if count > most:
            yield _whole(Severity.WARN, f"The {name} has {count} words; keep it to {most}.")
        elif part is Part.HEADLINE:
            yield from _broad(subject)
    yield from _length(subject)
    yield from _as_answered(subject)


def _broad(subject: Subject) -> Iterator[Finding]:
    """A headline of few words that are long."""
    for claim in subject.claims:
        if claim.part is Part.HEADLINE and (count := len(claim.sentence.text)) > LONGEST_HEADLINE:
            yield _whole(Severity.WARN, f"The headline has {count} characters; keep it to {LONGEST_HEADLINE}.")


def _length(subject: Subject) -> Iterator[Finding]:
    """More words than wished: a little is a note, more is sent back."""
    count = sum(len(c.sentence.tokens) for c in subject.claims if c.part is Part.BODY)
    most = subject.most_words or _STORY
    if count > most:
        severity = Severity.WARN if count > most * _LITTLE_MORE or subject.most_words is None else Severity.NOTE
        message = f"The paragraphs have {count} words, the limit is {most}: leave out what matters least."
        yield _whole(severity, message)


def _as_answered(subject: Subject) -> Iterator[Finding]:
    """What only a draft with kinds and evidence can have wrong: a text alone is not asked for them."""
    if not any(c.given is not None for c in subject.claims):
        return
    numbers = {s.number for s in subject.sentences}
    for claim in subject.claims:
        missing = sorted(set(claim.given or ()) - numbers)
        if missing:
            told = ", ".join(map(str, missing[:5]))
            message = f"The evidence names sentence {told}; the source has 1 to {len(numbers)}."
            yield subject.finding("format", Severity.BLOCK, claim, None, message)
        elif claim.kind is Kind.FACT and not claim.given:
            yield subject.finding("format", Severity.WARN, claim, None, "This fact cites no source sentence.")
    last = subject.form.paragraphs - 1
    closing = [c for c in subject.claims if c.part is Part.BODY and c.sentence.paragraph == last]
    if last < 1 or not closing or not closes(closing[0].sentence.text):
        yield _whole(Severity.WARN, "The last paragraph does not say what the story is a reminder of.")
