"""Catches a person, company, product or place the source does not have, a changed one, and names joined anew.

Nationalities, abbreviations and their long forms count as the same. A name that is an ordinary word at the
start of a sentence can pass unseen, and so can a source's name put in another's place: other checks look there.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Subject, Token, common_words
from pipeline.checks.lexicon import SAME, SPEECH, TITLES
from pipeline.model import Finding, Kind, Severity

_FINITE = SPEECH | frozenset("is was has had will plans agreed asked won lost wants began did does".split())
_SHORT = frozenset("of the and for de la on".split())


def _initials(subject: Subject) -> set[str]:
    """The initials of every run of capitalised words in the source."""
    found: set[str] = set()
    for sentence in subject.sentences:
        run = ""
        for token in sentence.tokens:
            if token.text[0].isupper():
                run = (run + token.lower[0])[-8:]
                found.update(run[i:] for i in range(len(run) - 1))
            elif token.lower not in _SHORT:
                run = ""
    return found


def _known(token: Token, subject: Subject, initials: set[str]) -> bool:
    word = token.lower
    if word in subject.words or SAME.get(word, frozenset()) & subject.words:
        return True
    plain = word.replace(".", "")
    if token.text.isupper() and plain in initials:
        return True
    singular = {word.removesuffix("s"), word + "s", word.removesuffix("es"), word.removesuffix("an"), word + "n"}
    return bool(singular & subject.words) or word in TITLES


def _spelled(claim: Claim, at: int, subject: Subject) -> bool:
    """Whether the name's run is the long form of an abbreviation the source has."""
    tokens = claim.sentence.tokens
    first = last = at
    while first and (tokens[first - 1].name or tokens[first - 1].lower in _SHORT):
        first -= 1
    while last + 1 < len(tokens) and last - at < 8 and (tokens[last + 1].name or tokens[last + 1].lower in _SHORT):
        last += 1
    letters = "".join(t.lower[0] for t in tokens[max(first, at - 8) : last + 1] if t.name)
    return any(letters[i:j] in subject.words for i in range(len(letters)) for j in range(i + 2, len(letters) + 1))


def check(subject: Subject) -> Iterator[Finding]:
    initials = _initials(subject)
    language = subject.form.language
    common = common_words() if language == "en" else common_words(language)
    middle = {t.lower for c in subject.claims for i, t in enumerate(c.sentence.tokens) if i and t.name}
    for claim in subject.claims:
        tokens = claim.sentence.tokens
        for i, token in enumerate(tokens):
            if not token.name or _known(token, subject, initials) or (language != "en" and token.lower in common):
                continue
            severity = Severity.BLOCK
            before = claim.sentence.text[: token.start].rstrip()
            if i == 0 or before[-1:] in '“":(':
                following = tokens[i + 1] if i + 1 < len(tokens) else None
                if token.lower in common and token.lower not in middle:
                    named = following is not None and following.name and token.lower not in TITLES
                    acts = following is not None and following.lower in _FINITE
                    if not named and (not acts or token.lower.endswith(("s", "ing", "ly"))):
                        continue
                    severity = Severity.WARN
            if _spelled(claim, i, subject):
                continue
            if claim.aside(token.start) or claim.kind is not Kind.FACT:
                severity = Severity.WARN
            message = f"{token.text!r} is not in the source: check the name."
            yield subject.finding("name", severity, claim, (token.start, token.end), message)
