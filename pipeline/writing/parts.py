"""Which parts of an article the model reads when all of it does not fit. What stays out is said, never hidden."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.languages import all_languages
from pipeline.model import SourceSentence
from pipeline.text import words

BYTES_A_TOKEN = 3
"""On the safe side: English prose has some four bytes a token, German a little over three."""
_OPENING = 0.3
"""Share of the room that the opening has before anything else is weighed: news tells the main thing first."""
_ANSWER, _ENDING = 1.5, 0.5
"""What the other side's answer and the article's end weigh more, where a paragraph's words weigh up to some 2."""
_OTHER_SIDE = re.compile(rf"\b(?:{'|'.join(one.reading.other_side for one in all_languages())})\b", re.IGNORECASE)
"""What an accused, a doubter or a speaker of the other side is told by, in every language."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The sentences to read, in reading order, and the ranges of sentence numbers that stay out."""

    sentences: tuple[SourceSentence, ...]
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def note(self) -> str:
        """What an editor is told; empty when nothing stays out."""
        if not self.left_out:
            return ""
        count = sum(last - first + 1 for first, last in self.left_out)
        ranges = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in self.left_out)
        return f"The article is longer than the model's window: the writer did not read {count} sentences ({ranges})."

    def numbered(self) -> str:
        """The sentences as the prompt shows them, with a line for each gap."""
        starts = dict(self.left_out)
        lines: list[str] = []
        place = 1
        for sentence in self.sentences:
            if place in starts:
                lines.append(f"(… {place}–{starts[place]} …)")
            lines.append(f"[{sentence.number}] {sentence.text}")
            place = sentence.number + 1
        if place in starts:
            lines.append(f"(… {place}–{starts[place]} …)")
        return "\n".join(lines)


def choose_parts(sentences: Sequence[SourceSentence], room: int, cited: Collection[int] = ()) -> Parts:
    """Choose what to read in `room` tokens: all of it if it fits; else the opening, then whole paragraphs by weight.

    `cited` are numbers of sentences that come before all else, then the sentences next to them. Weight is how much a
    paragraph has of the article's frequent words; the end of the article and what the other side says weigh more.
    Sentence numbers stay what they are, so that evidence still points at the whole article.
    """
    if sum(map(_tokens, sentences)) <= room:
        return Parts(tuple(sentences))
    kept: list[SourceSentence] = []
    left = room
    numbers = set(cited)
    beside = {n + step for n in numbers for step in (-1, 1)} - numbers
    for wanted in (numbers, beside):
        for sentence in sentences:
            if sentence.number in wanted and _tokens(sentence) <= left:
                kept.append(sentence)
                left -= _tokens(sentence)
    near = {s.number for s in kept}
    rest = [s for s in sentences if s.number not in near]
    room = left
    for place, sentence in enumerate(rest):
        if _tokens(sentence) > left - room * (1 - _OPENING):
            rest = rest[place:]
            break
        kept.append(sentence)
        left -= _tokens(sentence)
    counts = Counter(w.lower() for s in sentences for w in set(words(s.text)) if len(w) > 3)
    paragraphs = [list(group) for _, group in groupby(rest, key=lambda s: s.paragraph)]
    weighed = [(_weight(p, counts, last=p is paragraphs[-1]), p) for p in paragraphs]
    for _, paragraph in sorted(weighed, key=lambda pair: (-pair[0], pair[1][0].number)):
        size = sum(map(_tokens, paragraph))
        if size <= left:
            kept += paragraph
            left -= size
    kept.sort(key=lambda s: s.number)
    numbers = {s.number for s in kept}
    out = [s.number for s in sentences if s.number not in numbers]
    return Parts(tuple(kept), tuple(_ranges(out)))


def _tokens(sentence: SourceSentence) -> int:
    # The number, its brackets and the line's end come on top.
    return len(sentence.text.encode()) // BYTES_A_TOKEN + 5


def _weight(paragraph: Sequence[SourceSentence], counts: Counter[str], *, last: bool) -> float:
    text = " ".join(s.text for s in paragraph)
    found = [math.log1p(counts[w.lower()]) for w in words(text) if len(w) > 3]
    weight = sum(found) / (len(found) + 10)
    return weight + bool(_OTHER_SIDE.search(text)) * _ANSWER + last * _ENDING


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
