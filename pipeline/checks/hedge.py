"""Catches "reportedly", "may", "alleged" or "plans to" turned into fact.

Two kinds: words of possibility and intention, which only another such word replaces, and words of hearsay, for
which naming who says so does as well. The hedge must stand near what it hedged: one elsewhere in the sentence does
not count. A hedge moved to another clause nearby passes.

Measured (`benchmarks/checks.py`): 11 of 12 alterations seen on the measuring half (0 blocked); 16 of 22 made by rule;
on texts not used for it 19 findings right, 29 wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Sentence, Subject, Token
from pipeline.checks.lexicon import HEARSAY, HEDGES, LOOSE_HEDGES, SOURCED
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

_CONDITIONS = frozenset("if until whether about due going set should when".split())
_BE = frozenset("is are was were".split())
_ABLE = frozenset("can able capable set due about going ready".split())
"""Words that leave open whether, but not whether one can."""
_PROMOTED = frozenset("announced announces confirmed confirms".split())
"""Words of saying that make more of hearsay."""
_REACH = 7
"""Words between a hedge and what it hedges, at most."""
_BARE = frozenset("plan hope expect aim intend".split())
_NOUNS = frozenset("plans hopes aims claims thought forecast".split())


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.asked:
        if claim.kind is not Kind.FACT or not claim.evidence or claim.overlap < 0.35:
            continue
        for sentence in claim.evidence:
            found = _dropped(subject, claim, sentence)
            if found:
                yield found
                break


def _dropped(subject: Subject, claim: Claim, sentence: Sentence) -> Finding | None:
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        word = token.lower
        hearsay = token in HEARSAY or _is_said(tokens, at)
        if not (hearsay or token in HEDGES or word == "whether") or _no_hedge(sentence, at):
            continue
        scope = _scope(sentence, at)
        places = [i for i, t in enumerate(claim.sentence.tokens) if t.stem in scope and not claim.aside(t.start)]
        matched = {claim.sentence.tokens[i].stem for i in places}
        if not scope or len(matched) < max(1, 0.6 * len(scope)) or (len(matched) == 1 and len(scope) > 1):
            continue
        if len(matched) == 1 and claim.overlap < (0.4 if word in ("considering", "weighing", "may", "might") else 0.55):
            continue
        if scope[0] not in matched and len(matched) < 3:
            continue  # the verb is what is hedged
        if all(claim.sentence.tokens[i].name for i in places):
            continue  # "made Hanley believe that Reyes …": a name alone is nothing that was hedged
        if any(t.stem == token.stem and not claim.aside(t.start) for t in claim.sentence.tokens):
            continue  # "… , in the hope that"
        if _hedged(claim, places, sentence, hearsay=hearsay, asked=word == "whether"):
            continue
        if any(_plainly(claim, s) for s in claim.evidence if s is not sentence):
            continue
        if word == "would" and not any(t.lower in ("if", "whether") for t in tokens[max(0, at - _REACH) : at]):
            continue  # "said it would cut jobs" is how a future is told afterwards
        # Where the draft cites a sentence without the hedge, the other one is only worth a look.
        cited = claim.given is None or sentence.number in claim.given
        severity = Severity.BLOCK if cited else Severity.WARN
        if word in ("thought", "claimed", "seem", "seems", "appear", "appears"):
            severity = Severity.WARN
        if claim.part in (Part.HEADLINE, Part.DEK) and word in ("plans", "planned"):
            severity = Severity.WARN
        message = f"The source says {token.text!r} here; the rewrite states it as fact."
        span = (claim.sentence.tokens[min(places)].start, claim.sentence.tokens[max(places)].end)
        ground = "future" if word == "would" else "dropped"
        made = next((t for t in claim.sentence.tokens if hearsay and t.lower in _PROMOTED), None)
        if made is not None and made.lower not in {t.lower for t in tokens}:
            ground, span = "promoted", (made.start, made.end)
        return subject.finding(f"hedge.{ground}", severity, claim, span, message, [sentence])
    return None


def _no_hedge(sentence: Sentence, at: int) -> bool:
    """Whether the word hedges nothing here: the month, a permission, a noun, "than expected", "could not"."""
    tokens = sentence.tokens
    token = tokens[at]
    before = tokens[at - 1].lower if at else ""
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    return (
        (token.lower == "may" and token.text != "may")
        or (token.lower in ("may", "can") and before in ("anybody", "anyone", "everyone", "everybody", "nobody"))
        or (before in ("than", "as", "was", "were") and token.lower in ("expected", "planned", "thought", "likely")
        and following not in ("to", "that"))
        or (token.lower in ("expected", "planned", "proposed") and before in ("the", "a", "its", "their", "of"))
        or (token.lower in _NOUNS and before in ("the", "its", "their", "his", "her", "of", "for", "such", "no", "with",
                                                 "new", "about", "on", "larger", "broader", "lofty"))
        or (token.lower == "could" and following in ("not", "no", "be") and following != "be")
        or (token.lower == "thought" and before not in ("is", "are", "be", "was", "were"))
        or (token.lower in _BARE and not {following, _word(tokens, at + 2)} & {"to", "that"})
        or (token.lower == "whether" and (following == "or" or before in ("of", "on", "over", "about")))
        or (token.lower == "likely" and before in ("less", "more") and following == "than")
    )  # fmt: skip


def _is_said(tokens: tuple[Token, ...], at: int) -> bool:
    """ "Is said to": nobody in particular says it."""
    return tokens[at].lower == "said" and at > 0 and tokens[at - 1].lower in _BE and _word(tokens, at + 1) == "to"


def _word(tokens: tuple[Token, ...], at: int) -> str:
    return tokens[at].lower if at < len(tokens) else ""


def _scope(sentence: Sentence, at: int) -> list[str]:
    """The first content words after a hedge, up to the end of its clause."""
    found: list[str] = []
    for token, previous in zip(sentence.tokens[at + 1 : at + 10], sentence.tokens[at : at + 9], strict=False):
        if found and any(c in sentence.text[previous.end : token.start] for c in ',;:()—–“”"'):
            break
        if not found and token.lower in ("and", "but") and "," in sentence.text[previous.end : token.start]:
            break  # "what it might be, and Marlow declined to say"
        if found and token.lower in ("if", "because", "while", "although", "but", "and", "as", "when", "after"):
            break
        if token.content and token not in LOOSE_HEDGES:
            found.append(token.stem)
    return found[:4]


def _hedged(claim: Claim, places: list[int], sentence: Sentence, *, hearsay: bool, asked: bool) -> bool:
    """Whether the claim hedges what the source does. Hearsay may be said anywhere in the sentence."""
    tokens = claim.sentence.tokens
    low, high = (0, len(tokens)) if hearsay else (min(places) - _REACH, max(places) + 3)
    # A condition the source has besides its hedge does not stand for the hedge.
    beside = {t.lower for t in sentence.tokens} & _CONDITIONS
    excuses = SOURCED if hearsay else LOOSE_HEDGES
    no_excuse = beside | (_ABLE if asked else frozenset())
    if hearsay:
        no_excuse = beside | (_PROMOTED - {t.lower for t in sentence.tokens})
    return any(
        t in excuses
        and t.lower not in no_excuse
        and not (t.lower == "may" and t.text != "may")
        and not claim.aside(t.start)
        for t in tokens[max(0, low) : high]
    )


def _plainly(claim: Claim, sentence: Sentence) -> bool:
    """Whether another source sentence says as much without any hedge."""
    if any(t in HEDGES or t in HEARSAY for t in sentence.tokens):
        return False
    shared = len(sentence.stems & claim.sentence.stems)
    return shared >= 0.6 * max(1, len(claim.sentence.stems))
