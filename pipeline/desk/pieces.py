"""A sentence cut into pieces for showing: which words a finding is about, which are a term, what is hidden in it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Span:
    """Characters from `start` to `end` that something is said about; `what` is how they are shown."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters shown alike; `what` names every span they are in. `hidden` is the name of an unseen character."""

    text: str
    what: tuple[str, ...] = ()
    hidden: str = ""


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing by itself but may change how others show."""
    return unicodedata.category(character) in _HIDDEN and character not in "\n\t"


def pieces(text: str, spans: Sequence[Span] = ()) -> list[Piece]:
    """Cut a text at the borders of its spans and at hidden characters; joined again they are the text."""
    borders = {0, len(text)}
    for span in spans:
        borders |= {min(max(0, span.start), len(text)), min(max(0, span.end), len(text))}
    hidden = [] if text.isprintable() else [place for place, character in enumerate(text) if is_hidden(character)]
    for place in hidden:
        borders |= {place, place + 1}
    unseen = set(hidden)
    places = sorted(borders)
    cut: list[Piece] = []
    for start, end in itertools.pairwise(places):
        what = tuple(dict.fromkeys(s.what for s in spans if s.start <= start and end <= s.end and s.start < s.end))
        part = text[start:end]
        cut.append(Piece(part, what, _name(part) if start in unseen else ""))
    return cut


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL CHARACTER')}"


def term_spans(text: str, terms: Sequence[str]) -> list[Span]:
    """Where the terms a draft explains stand in a sentence; `what` is `term:` and the term."""
    found = []
    for term in terms:
        if term.strip():
            pattern = rf"(?<!\w){re.escape(term.strip())}(?!\w)"
            found += [Span(m.start(), m.end(), f"term:{term}") for m in re.finditer(pattern, text, re.IGNORECASE)]
    return found
