"""Who did it to whom, for the negation check: doer and done-to of a verb, passives turned to actives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Sentence, Subject, runs_of
from pipeline.checks.kin import part_of_speech
from pipeline.model import Finding, Severity

_VERBS_TOO = frozenset(["beat", "hit"])
"""Verbs that the dictionary has more often as nouns."""
_BE = frozenset("is are was were be been being got gets".split())


def _may_be_verb(word: str) -> bool:
    return part_of_speech(word) == "verb" or word in _VERBS_TOO


def _relation(sentence: Sentence, at: int) -> tuple[str, str] | None:
    """Doer and done-to of the verb at a place, by their last names; passives are turned to actives."""
    tokens, text = sentence.tokens, sentence.text
    before = next((t for t in tokens[max(0, at - 4) : at][::-1] if t.name), None)
    by = next((i for i in range(at + 1, min(len(tokens), at + 3)) if tokens[i].lower == "by"), None)
    first = by if by is not None else at
    after = next((t for t in tokens[first + 1 : first + 6] if t.name), None)
    if before is None or after is None or re.search(r"[.;:“”\"]", text[before.end : after.start]):
        return None
    # A name of several words is known by its first after the verb and its last before it.
    pair = (before.lower, after.lower)
    passive = by is not None and any(t.lower in _BE for t in tokens[max(0, at - 3) : at])
    return pair[::-1] if passive else pair


def swapped(subject: Subject, claim: Claim) -> Iterator[Finding]:
    for at, token in enumerate(claim.sentence.tokens):
        if (
            not token.content
            or token.name
            or not _may_be_verb(token.lower)
            or token.lower.endswith(("er", "ers", "or", "ors"))
            or claim.aside(token.start)
        ):
            continue
        mine = _relation(claim.sentence, at)
        if not mine or mine[0] == mine[1]:
            continue
        for sentence in claim.evidence:
            found = [
                _relation(sentence, i)
                for i, t in enumerate(sentence.tokens)
                if t.stem == token.stem and not t.lower.endswith(("er", "ers", "or", "ors"))
            ]
            if mine in found:
                break
            if any(pair and _crossed(mine, pair, sentence) for pair in found):
                message = "Who did it to whom is turned round against the source."
                yield subject.finding(
                    "negation.swapped", Severity.BLOCK, claim, (token.start, token.end), message, [sentence]
                )
                return


def _crossed(mine: tuple[str, str], theirs: tuple[str, str], sentence: Sentence) -> bool:
    """Whether the claim's doer is the source's done-to and the other way round, names of several words included."""
    runs = _runs(sentence)
    one, other = runs.get(theirs[0], {theirs[0]}), runs.get(theirs[1], {theirs[1]})
    return mine[0] in other and mine[1] in one and mine[0] not in one and mine[1] not in other


def _runs(sentence: Sentence) -> dict[str, set[str]]:
    """Each name word with the words of the name it stands in."""
    runs = runs_of(token for token in sentence.tokens if token.name)
    return {token.lower: {t.lower for t in run} for run in runs for token in run}
