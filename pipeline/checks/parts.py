"""Which of two parts a claim tells: "the first half", where the source says it of "the second" and leaves the noun out.

A source sentence that sets two parts against each other is cut between them. What a claim says of one part has to
stand on that part's side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.checks.align import alignment_of
from pipeline.checks.analysis import Claim, Sentence, Subject, Token
from pipeline.checks.kin import opposed
from pipeline.checks.lexicon import stem
from pipeline.checks.numerals import ORDINALS
from pipeline.model import Finding, Severity

_CUTS = frozenset("and but while whereas then".split())
_BEFORE = frozenset("the its his her their one".split())
_MOST_OF_IT = 0.6
"""The share of a side's words that a claim has to have to tell that side."""


class _Side(NamedTuple):
    """A part's word ("second"), and what is said of it: stems of words, and numbers."""

    word: str
    said: frozenset[str]


def misplaced(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """A part of which the source says something else, while it says this of the other one."""
    tokens = claim.sentence.tokens
    for at, token in enumerate(tokens[:-1]):
        if claim.aside(token.start):
            continue
        for sentence in claim.evidence:
            told = _told(claim, at, sentence)
            word = told.word if told is not None else _instead(subject, claim, at, sentence)
            if word and word != token.lower:
                span = (token.start, tokens[at + 1].end)
                message = f"The source says this of the {word} {tokens[at + 1].text}."
                yield subject.finding("negation.part", Severity.BLOCK, claim, span, message, [sentence])
                return


def _instead(subject: Subject, claim: Claim, at: int, sentence: Sentence) -> str:
    """The other part, where a sentence has that in a place like this one's and the source never this one."""
    token, noun = claim.sentence.tokens[at : at + 2]
    if (
        token.lower not in ORDINALS
        or not noun.content
        or any(_has(s, token.lower, noun.stem) for s in subject.sentences)
    ):
        return ""
    laid, line = alignment_of(subject, claim), claim.evidence.index(sentence)
    mine = laid.at(token.start)
    if mine is None:
        return ""
    others = (
        unit.word
        for j, unit in enumerate(laid.evidence[line])
        if unit.word in ORDINALS and _has(sentence, unit.word, noun.stem) and laid.place(mine, line, j) >= _MOST_OF_IT
    )
    return next(others, "")


def _has(sentence: Sentence, word: str, noun: str) -> bool:
    """Whether a sentence names a part: "the second half", or "the second" alone."""
    return any(t.lower == word and _noun(sentence, i) in ("", noun) for i, t in enumerate(sentence.tokens))


def rightly_told(claim: Claim) -> frozenset[int]:
    """Where a claim names the part of which the source says this."""
    tokens = claim.sentence.tokens
    return frozenset(
        token.start
        for at, token in enumerate(tokens[:-1])
        for sentence in claim.evidence
        if (side := _told(claim, at, sentence)) is not None and side.word == token.lower
    )


def _told(claim: Claim, at: int, sentence: Sentence) -> _Side | None:
    """The side of a source sentence that a claim tells of the part it names; None where it has no such sides."""
    if not _bare(claim.sentence, at, claim.sentence.tokens[at + 1].stem):
        return None
    sides = _sides(sentence, claim.sentence.tokens[at].lower, claim.sentence.tokens[at + 1].stem)
    if sides is None or any(t.lower == sides[1].word for t in claim.sentence.tokens):
        return None
    mine = _words(claim.sentence, *_clause(claim.sentence, at))
    shares = [len(side.said & mine) / len(side.said) if side.said else 0.0 for side in sides]
    best = shares[1] > shares[0]
    figures = {said for said in sides[best].said if said.startswith("#")}
    told = shares[best] >= _MOST_OF_IT and shares[0] != shares[1] and figures <= mine
    return sides[best] if told else None


def _clause(sentence: Sentence, at: int) -> tuple[int, int]:
    """The stretch around a part's word in which something is told of it."""
    size = len(sentence.tokens)
    ends = [i for i in range(1, size) if sentence.tokens[i].lower in _CUTS or _parted(sentence, i)]
    return max((i for i in ends if i <= at), default=0), min((i for i in ends if i > at), default=size)


def _sides(sentence: Sentence, word: str, noun: str) -> tuple[_Side, _Side] | None:
    """What a sentence says of the part so called, and of the one it sets against that; one of the two has the noun."""
    tokens = sentence.tokens
    mine = next((i for i, t in enumerate(tokens) if t.lower == word), None)
    if mine is None:
        return None
    other = next(
        (i for i, t in enumerate(tokens) if i != mine and _opposed(t.lower, word) and _bare(sentence, i, noun)), None
    )
    if other is None or not _bare(sentence, mine, noun) or noun not in {_noun(sentence, mine), _noun(sentence, other)}:
        return None
    first, last = sorted((mine, other))
    cut = next((i for i in range(first + 1, last + 1) if tokens[i].lower in _CUTS or _parted(sentence, i)), None)
    if cut is None:
        return None
    skipped = {stem(word), tokens[other].stem, noun, *_of(tokens, mine), *_of(tokens, other)}
    end = next((i for i in range(last + 1, len(tokens)) if _parted(sentence, i)), len(tokens))
    left, right = _words(sentence, 0, cut) - skipped, _words(sentence, cut, end) - skipped
    own, against = (left, right) if mine == first else (right, left)
    return _Side(word, own - against), _Side(tokens[other].lower, against - own)


def _opposed(one: str, other: str) -> bool:
    return (one in ORDINALS and other in ORDINALS and one != other) or opposed(one, other)


def _bare(sentence: Sentence, at: int, noun: str) -> bool:
    """Whether a part's word stands with the noun or "one", or alone: "the second half", "the second"."""
    determined = at > 0 and sentence.tokens[at - 1].lower in _BEFORE
    return determined and _noun(sentence, at) in ("", noun)


def _noun(sentence: Sentence, at: int) -> str:
    """The stem of what follows right after a part's word; "" where it stands alone."""
    following = next(iter(sentence.tokens[at + 1 : at + 2]), None)
    beside = following is not None and following.content and not _parted(sentence, at + 1)
    return following.stem if following is not None and beside else ""


def _of(tokens: tuple[Token, ...], at: int) -> frozenset[str]:
    """What a part is a part of: "the first half of the film"."""
    if at + 2 >= len(tokens) or tokens[at + 2].lower != "of":
        return frozenset()
    return frozenset(t.stem for t in tokens[at + 3 : at + 5] if t.content)


def _parted(sentence: Sentence, at: int) -> bool:
    gap = sentence.text[sentence.tokens[at - 1].end : sentence.tokens[at].start]
    return any(mark in gap for mark in ",;–—")


def _words(sentence: Sentence, first: int, last: int) -> frozenset[str]:
    """The stems and numbers between two tokens."""
    some = sentence.tokens[first:last]
    if not some:
        return frozenset()
    numbers = {
        f"#{n.value:g}" for n in sentence.numbers if n.unit != "frac" and some[0].start <= n.start < some[-1].end
    }
    counted = [t for t in some if any(n.start <= t.start < n.end for n in sentence.numbers)]
    return frozenset(t.stem for t in some if t.content and t not in counted) | frozenset(numbers)
