"""Catches "did not" turned into "did", more into less, before into after, and who did it to whom turned round.

It compares a sentence with the source sentence nearest to it in words, so it needs the rewrite to keep some of
them. Sense turned round by a wholly different wording is beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Sentence, Subject
from pipeline.checks.lexicon import stem
from pipeline.model import Finding, Kind, Severity

_NOT = frozenset("not no never cannot can't without nor neither none nobody nothing".split())
_LOOSE = _NOT | frozenset(
    "deny denies denied denying refuse refused refuses decline declined declines fail failed fails failing unable "
    "reject rejected rejects lack lacks lacked stop stopped stops ban banned bans block blocked unless hardly barely "
    "few little halt halted avoid avoided prevent prevented prevents yet only ruled despite instead still rather drop "
    "dropped impossible unknown unclear less missed missing free against prohibited forbidden skip skipped off".split()
)
_DIRECTIONS = (
    ("rise increase grow climb jump gain up higher soar surge more increased raise raised rising growing growth",
     "fall decrease decline drop down lower slump sink plunge fewer less shrink cut reduce slide lose loss falling"),
    ("before", "after"),
    ("win won victory beat", "lose lost defeat"),
    ("approve approved accept accepted back backed pass passed support supported agree agreed",
     "reject rejected refuse refused oppose opposed veto vetoed disagree decline declined"),
    ("allow allowed permit permitted", "ban banned forbid prohibit prohibited block blocked"),
    ("open opened reopen", "close closed shut"),
    ("guilty convicted", "innocent acquitted cleared"),
    ("above exceed", "below under"),
    ("profit", "loss"),
    ("hire hired", "fire fired"),
    ("best highest largest biggest most", "worst lowest smallest least"),
    ("buy bought acquire", "sell sold"),
    ("faster quicker", "slower"),
    ("safe", "unsafe dangerous"),
    ("legal lawful", "illegal unlawful"),
    ("start begin began", "end stop finish ended"),
)  # fmt: skip
_SIDES = tuple(tuple(frozenset(stem(w) for w in side.split()) for side in pair) for pair in _DIRECTIONS)


def _negated(word: str) -> bool:
    return word in _NOT or word.replace("’", "'").endswith("n't")


def _loose(sentence: Sentence) -> bool:
    return any(t.lower in _LOOSE or _negated(t.lower) for t in sentence.tokens)


def _heads(sentence: Sentence) -> list[tuple[int, str]]:
    """Each strict negation's place, with the first content word it denies."""
    found: list[tuple[int, str]] = []
    for at, token in enumerate(sentence.tokens):
        if _negated(token.lower) and not (
            token.lower == "not" and at + 1 < len(sentence.tokens) and sentence.tokens[at + 1].lower == "only"
        ):
            head = next(
                (t.stem for t in sentence.tokens[at + 1 : at + 5] if t.content and not t.lower.endswith("ly")), ""
            )
            found.append((at, head))
    return found


def _near(claim: Claim, sentence: Sentence) -> float:
    own = claim.sentence.stems
    return len(own & sentence.stems) / max(1, min(len(own), len(sentence.stems)))


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.claims:
        if claim.kind is not Kind.FACT or not claim.evidence:
            continue
        ranked = sorted(claim.evidence, key=lambda s: -_near(claim, s))
        if _near(claim, ranked[0]) < 0.34:
            continue
        yield from _denied(subject, claim, ranked)
        yield from _turned(subject, claim, ranked)
        found = _swapped(subject, claim, ranked[0])
        if found:
            yield found


def _denied(subject: Subject, claim: Claim, ranked: list[Sentence]) -> Iterator[Finding]:
    best, near = ranked[0], _near(claim, ranked[0])
    own = _heads(claim.sentence)
    if own and not any(_loose(s) for s in ranked):
        for at, head in own:
            severity = Severity.BLOCK if head and head in best.stems else Severity.WARN
            token = claim.sentence.tokens[at]
            if claim.aside(token.start):
                continue
            message = "The rewrite denies something here; the source does not."
            yield subject.finding("negation", severity, claim, (token.start, token.end), message, [best])
    if not own and not _loose(claim.sentence):
        for sentence in ranked[:2]:
            for _, head in _heads(sentence):
                if not head or head not in claim.sentence.stems or _near(claim, sentence) < 0.34:
                    continue
                if any(head in s.stems and not _heads(s) and _near(claim, s) >= 0.6 * near for s in ranked):
                    continue
                message = "The source says “not” here; the rewrite says it is so."
                token = next(t for t in claim.sentence.tokens if t.stem == head)
                yield subject.finding("negation", Severity.BLOCK, claim, (token.start, token.end), message, [sentence])
                return


def _turned(subject: Subject, claim: Claim, ranked: list[Sentence]) -> Iterator[Finding]:
    own = {t.stem for t in claim.sentence.tokens if not claim.aside(t.start)}
    best = {t.stem for t in ranked[0].tokens}
    every = {t.stem for s in ranked for t in s.tokens}
    for one, other in _SIDES:
        for mine, theirs in ((one, other), (other, one)):
            if not own & mine or own & theirs or every & mine or not best & theirs:
                continue
            if _loose(claim.sentence) != _loose(ranked[0]) and _heads(claim.sentence) != _heads(ranked[0]):
                continue
            token = next(t for t in claim.sentence.tokens if t.stem in mine)
            was = next(t for t in ranked[0].tokens if t.stem in theirs)
            message = f"The source says {was.text!r}; the rewrite says the opposite."
            severity = Severity.BLOCK if _near(claim, ranked[0]) >= 0.45 else Severity.WARN
            yield subject.finding("negation", severity, claim, (token.start, token.end), message, [ranked[0]])
            return


def _order(sentence: Sentence, verb: str) -> tuple[str, str, bool] | None:
    """The names next before and after a verb, and whether it stands in the passive."""
    at = next((i for i, t in enumerate(sentence.tokens) if t.stem == verb), None)
    if at is None:
        return None
    before = [t.lower for t in sentence.tokens[max(0, at - 6) : at] if t.name]
    after = [t.lower for t in sentence.tokens[at + 1 : at + 7] if t.name]
    passive = any(t.lower == "by" for t in sentence.tokens[at + 1 : at + 4])
    return (before[-1], after[0], passive) if before and after else None


def _swapped(subject: Subject, claim: Claim, best: Sentence) -> Finding | None:
    for token in claim.sentence.tokens:
        if not token.content or token.name or token.stem not in best.stems:
            continue
        mine, theirs = _order(claim.sentence, token.stem), _order(best, token.stem)
        if not mine or not theirs:
            continue
        pair = mine[:2] if mine[2] == theirs[2] else (mine[1], mine[0])
        if pair == (theirs[1], theirs[0]) and pair[0] != pair[1]:
            message = "Who did it to whom is turned round against the source."
            return subject.finding("negation", Severity.BLOCK, claim, (token.start, token.end), message, [best])
    return None
