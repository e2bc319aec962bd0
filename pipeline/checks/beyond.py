"""What a draft's own sources cannot show: that reports differ where it tells one, that the newsroom said it lately."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.checks.analysis import take_apart
from pipeline.model import Draft, DraftSentence, Finding, Severity
from pipeline.stories.contradictions import Contradiction
from pipeline.writing.draft import sentence_places

BEYOND = ("reports", "repeats")
"""What these findings are called."""
_SAME = 0.9
"""The share of words in their order from which one line repeats another."""
_SHORTEST = 4
"""Words a line has at least that repeats another: shorter ones are alike by chance."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a story of the last weeks was called and said in short."""

    story: int
    headline: str
    in_short: str


def beyond(
    draft: Draft, text: str, contradictions: Sequence[Contradiction], earlier: Sequence[Earlier]
) -> Iterator[Finding]:
    """Findings about a draft as rendered in `text`."""
    sentences, places = list(draft.sentences()), sentence_places(draft, text)
    yield from _one_sided(sentences, places, text, contradictions)
    yield from _repeated(draft, sentences, places, text, earlier)


def _one_sided(
    sentences: Sequence[DraftSentence],
    places: Sequence[tuple[int, int]],
    text: str,
    contradictions: Sequence[Contradiction],
) -> Iterator[Finding]:
    """Where reports give two figures for one thing and the draft has one of them alone.

    A warning: of 24 pairs the rule was not made with, 9 of the 11 it found contradict each other, of all 64 29 of 33
    (`benchmarks/differing.py`); what blocks has to be right 98 times of a hundred.
    """
    values = [frozenset(number.value for number in take_apart(s.text, 1, 0).numbers) for s in sentences]
    told = frozenset().union(*values)
    for each in contradictions:
        sides = ((each.one, each.here, each.other), (each.other, each.there, each.one))
        for mine, at, theirs in sides:
            here, there = _value(mine), _value(theirs)
            if here is None or there is None or here not in told or there in told:
                continue
            cites = [n for n, s in enumerate(sentences) if here in values[n] and at in s.evidence]
            if cites:
                said = f"The reports differ: [{each.here}] has {each.one}, [{each.there}] ({each.who}) {each.other}; "
                said += "tell both, and who gives which."
                yield _at(cites[0], places, text, "reports", said, (each.here, each.there))
                break


def _value(figure: str) -> object:
    numbers = take_apart(figure, 1, 0).numbers
    return numbers[0].value if numbers else None


def _repeated(
    draft: Draft,
    sentences: Sequence[DraftSentence],
    places: Sequence[tuple[int, int]],
    text: str,
    earlier: Sequence[Earlier],
) -> Iterator[Finding]:
    """Where the headline or In short is that of another story of the last weeks."""
    for kind, sentence in (("headline", draft.headline), ("In short", draft.in_short)):
        if sentence is None:
            continue
        for one in earlier:
            before = one.headline if kind == "headline" else one.in_short
            if same_line(sentence.text, before):
                said = f"Story {one.story}, told in the last weeks, has the same {kind}: say what is new."
                yield _at(sentences.index(sentence), places, text, "repeats", said, ())
                break


def same_line(one: str, other: str) -> bool:
    """Whether one line says another again: nearly the same words in the same order, and the same figures."""
    mine, theirs = _WORD.findall(one.casefold()), _WORD.findall(other.casefold())
    if min(len(mine), len(theirs)) < _SHORTEST:
        return False
    # No more can be alike than words of one that the other has: of 3,000 lines nearly all end here.
    known, least = set(theirs), _SAME * (len(mine) + len(theirs)) / 2 - 1e-6
    if sum(word in known for word in mine) < least:
        return False
    figures = [[word for word in words if any(c.isdigit() for c in word)] for words in (mine, theirs)]
    return figures[0] == figures[1] and SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= _SAME


def _at(
    place: int, places: Sequence[tuple[int, int]], text: str, check: str, message: str, evidence: tuple[int, ...]
) -> Finding:
    start, end = places[place]
    return Finding(check, Severity.WARN, place, start, end, text[start:end], message, evidence)
