"""Catches a claim whose source was dropped or swapped, and a quotation given to another speaker.

Speakers are names or nouns next to a verb of saying. Pronouns, and speakers the source names far away, pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.analysis import Claim, Sentence, Subject
from pipeline.checks.lexicon import PRONOUNS, SAME, SPEECH
from pipeline.model import Finding, Kind, Severity


@dataclass(frozen=True, slots=True)
class Speaker:
    names: frozenset[str]
    noun: str
    start: int
    end: int


def speakers(sentence: Sentence) -> list[Speaker]:
    """Who speaks in a sentence: the words before a verb of saying, or after it or "according to"."""
    tokens = sentence.tokens
    found: list[Speaker] = []
    for at, token in enumerate(tokens):
        if token.lower == "according" and at + 2 < len(tokens):
            window = list(tokens[at + 2 : at + 8])
        elif token.lower in SPEECH:
            window = list(tokens[max(0, at - 7) : at])
            gap = sentence.text[tokens[at - 1].end : token.start] if at else ","
            if any(c in gap for c in ',”"') and not any(t.name for t in window[-1:]):
                after = list(tokens[at + 1 : at + 6])
                if any(t.name for t in after) or not window:
                    window = after
        else:
            continue
        names = [t for t in window if t.name]
        nouns = [t for t in window if t.content and not t.name and not t.lower.endswith("ly")]
        if any(t.lower in PRONOUNS for t in window[-2:]) or not (names or nouns):
            continue
        spot = names or nouns[-1:]
        found.append(
            Speaker(frozenset(t.lower for t in names), nouns[-1].stem if nouns else "", spot[0].start, spot[-1].end)
        )
    return found


def check(subject: Subject) -> Iterator[Finding]:
    places = {s.number: i for i, s in enumerate(subject.sentences)}
    voices = frozenset(n for s in subject.sentences[:3000] for p in speakers(s) for n in p.names)
    for claim in subject.claims:
        if claim.kind is not Kind.FACT or not claim.evidence or claim.overlap < 0.35:
            continue
        mine = speakers(claim.sentence)
        best = claim.evidence[0]
        theirs = speakers(best)
        if not mine:
            if theirs and not any(t.lower in SPEECH for t in claim.sentence.tokens) and claim.overlap > 0.6:
                message = "The source gives this as somebody's word; the rewrite does not say whose."
                yield subject.finding("attribution", Severity.NOTE, claim, None, message, [best])
            continue
        for speaker in mine:
            found = _swap(subject, claim, speaker, best, theirs, places, voices)
            if found:
                yield found
                break


def _swap(
    subject: Subject,
    claim: Claim,
    speaker: Speaker,
    best: Sentence,
    theirs: list[Speaker],
    places: dict[int, int],
    voices: frozenset[str],
) -> Finding | None:
    same = {w for n in speaker.names for w in SAME.get(n, frozenset())} | speaker.names
    everyone = [p for s in claim.evidence[:3] for p in speakers(s)]
    if any(p.names & same for p in everyone):
        return None
    place = places[best.number]
    near = subject.sentences[max(0, place - 2) : place + 2]
    around = {t.lower for s in near for t in s.tokens} | {t.stem for s in near for t in s.tokens}
    inside = {t.lower for t in best.tokens}
    span = (speaker.start, speaker.end)
    if speaker.names:
        named = [p for p in theirs if p.names]
        if named and not same & inside:
            who = " ".join(best.text[named[0].start : named[0].end].split())
            message = f"The source gives this to {who}, not to {claim.sentence.text[span[0] : span[1]]}."
            return subject.finding("attribution", Severity.BLOCK, claim, span, message, [best])
        if named and same & voices and not same & {n for p in theirs for n in p.names}:
            message = "The source gives this to another speaker."
            return subject.finding("attribution", Severity.WARN, claim, span, message, [best])
        if not same & around:
            message = "The source does not give this to this speaker."
            return subject.finding("attribution", Severity.WARN, claim, span, message, [best])
        return None
    named_there = theirs and speaker.noun and speaker.noun not in around
    if named_there and speaker.noun not in ("compan", "report", "offici", "stud", "statement", "spokesperson"):
        message = "The source names another speaker for this."
        return subject.finding("attribution", Severity.WARN, claim, span, message, [best])
    return None
