"""Places in sentences, compared by the words around them: is this the spot the source speaks of, and what stands there?

A slot is one word with the nearest content words and numbers on either side. Two slots are alike when
they are surrounded by the same things. Checks use it to ask what the source has where the rewrite has something
else; a free paraphrase leaves no like slot, and then nothing is found rather than something wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.checks.analysis import Sentence, Token

_BRACKETS = frozenset('()—–“”"')
_MARKS = frozenset(",;:")
REACH = 4
"""Content words on each side that make a claim's slot."""
SOURCE_REACH = 7
"""The source says things at more length, so its slots reach further."""
_OTHER_SIDE = 0.5
"""What a shared word counts that stands on the other side."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A token's place: stems and numbers before and after it, the nearest first."""

    sentence: Sentence
    at: int
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def token(self) -> Token:
        return self.sentence.tokens[self.at]


def slot_at(
    sentence: Sentence, at: int, reach: int = REACH, *, width: int = 1, skip: Iterable[tuple[int, int]] = ()
) -> Slot:
    """The slot of `width` tokens from `at`; words inside the spans `skip` don't count."""
    spans = tuple(skip)
    return Slot(
        sentence,
        at,
        tuple(_walk(sentence, at, range(at - 1, -1, -1), reach, spans)),
        tuple(_walk(sentence, at, range(at + width, len(sentence.tokens)), reach, spans)),
    )


def _walk(sentence: Sentence, at: int, places: range, reach: int, skip: tuple[tuple[int, int], ...]) -> Iterator[str]:
    found = 0
    starts = [n.start for n in sentence.numbers]
    # The number the slot itself is, or the last one met: each is one word, however many tokens it has.
    last = bisect_right(starts, sentence.tokens[at].start) - 1
    if last >= 0 and sentence.tokens[at].start >= sentence.numbers[last].end:
        last = -1
    for i in places:
        token = sentence.tokens[i]
        if skip and any(a <= token.start < b for a, b in skip):
            continue
        k = bisect_right(starts, token.start) - 1
        if k >= 0 and token.start < sentence.numbers[k].end:
            if k == last:
                continue
            last, word = k, f"#{sentence.numbers[k].value:g}"
        elif token.content:
            word = token.stem
        else:
            continue
        yield word
        found += 1
        if found >= reach:
            return


def clause(sentence: Sentence, at: int) -> tuple[int, int]:
    """First token and last but one of the stretch between commas, brackets and quotation marks around a token."""
    tokens, text = sentence.tokens, sentence.text
    first, last = at, at + 1
    while first and not _parted(text[tokens[first - 1].end : tokens[first].start]):
        first -= 1
    while last < len(tokens) and not _parted(text[tokens[last - 1].end : tokens[last].start]):
        last += 1
    return first, last


def _parted(gap: str) -> bool:
    # "12,500" and "10:30" hold together.
    return gap != " " and (not _BRACKETS.isdisjoint(gap) or (len(gap) > 1 and not _MARKS.isdisjoint(gap)))


def in_clause(sentence: Sentence, at: int, reach: int = REACH) -> Slot:
    """The slot of a token with only its own clause's words."""
    first, last = clause(sentence, at)
    return Slot(
        sentence,
        at,
        tuple(_walk(sentence, at, range(at - 1, first - 1, -1), reach, ())),
        tuple(_walk(sentence, at, range(at + 1, last), reach, ())),
    )


def alike(
    claim: Slot, source: Slot, weight: Mapping[str, float], unknown: float, *, other_side: float = _OTHER_SIDE
) -> float:
    """0 to 1: how much of what surrounds the claim's slot surrounds the source's. Near and rare words weigh most."""
    total = shared = 0.0
    for mine, theirs, across in (
        (claim.left, source.left, source.right),
        (claim.right, source.right, source.left),
    ):
        for place, word in enumerate(mine):
            value = (2.5 if word[0] == "#" else weight.get(word, unknown)) / (1 + 0.3 * place)
            total += value
            if word in theirs:
                shared += value
            elif word in across:
                shared += value * other_side
    return shared / total if total else 0.0
