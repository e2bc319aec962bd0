"""Catches "reportedly", "may", "alleged" or "plans to" turned into fact.

Two kinds: words of possibility and intention, which only another such word replaces, and words of hearsay, for
which naming who says so does as well. The hedge must stand near what it hedged: one elsewhere in the sentence does
not count. A hedge moved to another clause nearby passes.

Measured (`benchmarks/checks.py`): 11 of 12 alterations seen on the measuring half (0 blocked); 16 of 22 made by rule;
on texts not used for it 25 findings right, 45 wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.checks.align import Alignment, alignment_of
from pipeline.checks.analysis import Claim, Sentence, Subject, Token
from pipeline.checks.lexicon import HEARSAY, HEDGES, LOOSE_HEDGES, SOURCED
from pipeline.checks.scope import scope
from pipeline.model import Finding, Kind, Severity

_CONDITIONS = frozenset("if until whether about due going set should when".split())
_BE = frozenset("is are was were".split())
_ABLE = frozenset("can able capable set due about going ready".split())
"""Words that leave open whether, but not whether one can."""
_PROMOTED = frozenset("announced announces confirmed confirms".split())
"""Words of saying that make more of hearsay."""
_REACH = 7
"""Words between a hedge and what it hedges, at most."""
_SURELY = 3
"""Units told of what a hedge stands over from which they tell it without the first, which is its verb."""
_MOST_OF_IT = 0.6
"""The share of what a hedge stands over, or of the claim, that has to be said."""


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.asked:
        if claim.kind is Kind.FACT:
            found = (_dropped(subject, claim, line) for line in range(len(claim.evidence)))
            yield from islice(filter(None, found), 1)


def _dropped(subject: Subject, claim: Claim, line: int) -> Finding | None:
    laid, sentence = alignment_of(subject, claim), claim.evidence[line]
    units, tokens, words = laid.evidence[line], sentence.tokens, claim.sentence.tokens
    for at, token in enumerate(tokens):
        hearsay = token in HEARSAY or _is_said(tokens, at)
        if not (hearsay or token in HEDGES or token.lower == "whether") or _no_hedge(sentence, at):
            continue
        over = scope(sentence, units, at)
        told = [j for j in over if j in laid.back[line]]
        if not told or len(told) < _MOST_OF_IT * len(over) or (len(told) == 1 and len(over) > 1):
            continue
        if over[0] not in told and len(told) < _SURELY:
            continue  # the verb is what is hedged
        if all(units[j].kind == "name" for j in told):
            continue  # "made Hanley believe that Reyes …": a name alone is nothing that was hedged
        if any(t.stem == token.stem and not claim.aside(t.start) for t in words):
            continue  # "… , in the hope that"
        places = [laid.claim[i].token for i in laid.sayers(line, over)]
        asked = token.lower == "whether"
        if _hedged(claim, places, sentence, hearsay=hearsay, asked=asked) or _plainly(claim, laid, line):
            continue
        if token.lower == "would" and not any(t.lower in ("if", "whether") for t in tokens[max(0, at - _REACH) : at]):
            continue  # "said it would cut jobs" is how a future is told afterwards
        message = f"The source says {token.text!r} here; the rewrite states it as fact."
        first, last, ground = min(places), max(places), "dropped"
        more = _PROMOTED - {t.lower for t in tokens}
        if hearsay and (made := next((i for i, t in enumerate(words) if t.lower in more), None)) is not None:
            first, last, ground = made, made, "promoted"
        span = (words[first].start, words[last].end)
        return subject.finding(f"hedge.{ground}", Severity.BLOCK, claim, span, message, [sentence])
    return None


def _no_hedge(sentence: Sentence, at: int) -> bool:
    """Whether the word hedges nothing here: the month, a permission, "than expected", "could not"."""
    tokens = sentence.tokens
    token = tokens[at]
    before = tokens[at - 1].lower if at else ""
    following = _word(tokens, at + 1)
    return (
        (token.lower == "may" and token.text != "may")
        or (token.lower in ("may", "can") and before in ("anybody", "anyone", "everyone", "everybody", "nobody"))
        or (before in ("than", "as", "was", "were") and token.lower in ("expected", "planned", "thought", "likely")
        and following not in ("to", "that"))
        or (token.lower in ("expected", "planned", "proposed") and before in ("the", "a", "its", "their", "of"))
        or (token.lower == "could" and following in ("not", "no"))
        or (token.lower == "thought" and before not in ("is", "are", "be", "was", "were"))
        or (token.lower == "whether" and (following == "or" or before in ("of", "on", "over", "about")))
        or (token.lower == "likely" and before in ("less", "more") and following == "than")
    )  # fmt: skip


def _is_said(tokens: tuple[Token, ...], at: int) -> bool:
    """ "Is said to": nobody in particular says it."""
    return tokens[at].lower == "said" and at > 0 and tokens[at - 1].lower in _BE and _word(tokens, at + 1) == "to"


def _word(tokens: tuple[Token, ...], at: int) -> str:
    return tokens[at].lower if at < len(tokens) else ""


def _hedged(claim: Claim, places: list[int], sentence: Sentence, *, hearsay: bool, asked: bool) -> bool:
    """Whether the claim hedges what the source does. Hearsay may be said anywhere in the sentence."""
    tokens = claim.sentence.tokens
    low, high = (0, len(tokens)) if hearsay else (min(places) - _REACH, max(places) + 3)
    theirs = {t.lower for t in sentence.tokens}
    excuses, weak = (SOURCED, _PROMOTED - theirs) if hearsay else (LOOSE_HEDGES, _ABLE if asked else frozenset[str]())
    # A condition the source has besides its hedge does not stand for the hedge.
    weak |= theirs & _CONDITIONS
    return any(
        t in excuses and t.lower not in weak and not (t.lower == "may" and t.text != "may") and not claim.aside(t.start)
        for t in tokens[max(0, low) : high]
    )


def _plainly(claim: Claim, laid: Alignment, line: int) -> bool:
    """Whether another source sentence says as much without any hedge."""
    return any(
        other != line and laid.share(other) >= _MOST_OF_IT and not any(t in HEDGES or t in HEARSAY for t in s.tokens)
        for other, s in enumerate(claim.evidence)
    )
