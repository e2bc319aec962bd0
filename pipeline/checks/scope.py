"""What a word stands over that denies or hedges: the next words of its clause. Hedge and negation check both ask it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.checks.align import Unit
from pipeline.checks.analysis import Sentence
from pipeline.checks.kin import part_of_speech
from pipeline.checks.lexicon import LOOSE_HEDGES

# After "no" these are bounds, not denials: "no more than four days".
BOUNDS = frozenset("more less fewer later earlier longer higher lower sooner bigger smaller matter doubt".split())
JOINS = frozenset("and but while although though".split())
"""Words past which a denial does not reach."""
_ENDS = JOINS | frozenset("because since as when after before until if unless so which who".split())
"""Words at which what is denied or hedged ends."""
_BRACKETS = frozenset('()—–“”"')
_MARKS = frozenset(",;:")
_WORDS, _UNITS = 9, 4
"""Words after an operator that are looked at, and units among them that it stands over."""


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


def scope(sentence: Sentence, units: Sequence[Unit], at: int) -> list[int]:
    """The units of a sentence that the word at a place stands over: the next ones that tell something."""
    placed = {unit.token: j for j, unit in enumerate(units) if _tells(sentence, unit)}
    found: list[int] = []
    for i in range(at + 1, min(clause(sentence, at)[1], at + _WORDS)):
        if found and sentence.tokens[i].lower in _ENDS:
            break
        if i in placed:
            found.append(placed[i])
    return found[:_UNITS]


def _tells(sentence: Sentence, unit: Unit) -> bool:
    """Whether a unit is what an operator may stand over, and neither a degree nor an operator itself."""
    if unit.kind == "degree" or unit.word in BOUNDS or part_of_speech(unit.word) == "adverb":
        return False
    return sentence.tokens[unit.token] not in LOOSE_HEDGES
