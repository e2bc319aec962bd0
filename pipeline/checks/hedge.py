"""Catches "reportedly", "may", "alleged" or "plans to" turned into fact.

A rewrite that hedges with other words, or says who says so, passes. A hedge moved to the wrong clause passes too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Sentence, Subject
from pipeline.checks.lexicon import SPEECH
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

_STRONG = frozenset(
    "reportedly allegedly alleged may might could suspected unconfirmed possibly perhaps apparently rumored rumoured "
    "purportedly supposedly probably likely plans plan planning planned expects expected hopes aims intends proposed "
    "considering believed thought appears appear seems seem potentially would".split()
)
_ANY = _STRONG | frozenset(
    "can possible suggests suggest suggested estimates estimated estimate forecast predicted proposal propose proposes "
    "suspects suspect suspicion accused accuse accuses believe believes think thinks claims claimed reports weighing "
    "wants want hope hoping aim aimed aiming set should risk unclear maybe intend intended about going due potential "
    "expect allege alleges allegation allegations exploring whether if until chance will seek seeks seeking".split()
)
_SAYS = re.compile(r"\b(?:according to|says?|said|told|reported|sources|accus\w+|suspect\w*|alleg\w+)\b", re.IGNORECASE)


def _scope(sentence: Sentence, at: int) -> list[str]:
    """The first content words after a hedge, up to the end of its clause."""
    found: list[str] = []
    for token, previous in zip(sentence.tokens[at + 1 : at + 9], sentence.tokens[at : at + 8], strict=False):
        if found and sentence.text[previous.end : token.start].strip():
            break
        if token.content and token.lower not in _ANY:
            found.append(token.stem)
    return found[:4]


def _strength(claim: Claim, sentence: Sentence, at: int) -> float:
    scope = _scope(sentence, at)
    if not scope:
        return 0.0
    return sum(1 for s in scope if s in claim.sentence.stems) / len(scope)


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.claims:
        if claim.kind is not Kind.FACT or not claim.evidence or claim.overlap < 0.4:
            continue
        own = {t.lower for t in claim.sentence.tokens}
        if own & _ANY or (own & SPEECH and _SAYS.search(claim.sentence.text)) or "according" in own:
            said_only = not own & _ANY
            if not said_only:
                continue
        else:
            said_only = False
        for sentence in claim.evidence[:2]:
            found = _dropped(subject, claim, sentence, said_only)
            if found:
                yield found
                break


def _dropped(subject: Subject, claim: Claim, sentence: Sentence, said: bool) -> Finding | None:
    if said and any(t.lower in SPEECH or t.lower == "according" for t in sentence.tokens) is False:
        return None
    for at, token in enumerate(sentence.tokens):
        if token.lower not in _STRONG or (token.lower == "may" and token.text != "may"):
            continue
        strength = _strength(claim, sentence, at)
        plain = any(s is not sentence and _plainly(claim, s) for s in claim.evidence)
        if strength < 0.5 or plain:
            continue
        severity = Severity.BLOCK if strength >= 0.6 and claim.overlap >= 0.5 else Severity.WARN
        if said:
            severity = Severity.NOTE if token.lower == "would" else Severity.WARN
        if claim.part is not Part.BODY and severity is Severity.BLOCK and token.lower in ("would", "plans", "planned"):
            severity = Severity.WARN
        message = f"The source says {token.text!r} here; the rewrite states it as fact."
        return subject.finding("hedge", severity, claim, None, message, [sentence])
    return None


def _plainly(claim: Claim, sentence: Sentence) -> bool:
    """Whether another source sentence says as much without any hedge."""
    if any(t.lower in _ANY for t in sentence.tokens):
        return False
    shared = len(sentence.stems & claim.sentence.stems)
    return shared >= 0.6 * max(1, len(claim.sentence.stems))
