"""Reads the golden story's text form: headline (not in every story), dek line, "In short: …", paragraphs, "Source: …".

A missing part is simply missing here; the format check is what reports it. Offsets are places in the
whole text, so that `text[sentence.start:sentence.end] == sentence.text` always holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pipeline.languages import all_languages
from pipeline.text import split_sentences

_IN_SHORT = {one.code: one.story.in_short.lower() for one in all_languages()}
_SOURCE = {one.code: one.story.source.lower() for one in all_languages()}
_SOURCES = {one.code: one.story.sources.lower() for one in all_languages()}
_LINE = re.compile(r"[^\n]+")


class Part(StrEnum):
    HEADLINE = "headline"
    DEK = "dek"
    IN_SHORT = "in_short"
    BODY = "body"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence and where it stands. `paragraph` counts the body's paragraphs from 0, -1 elsewhere."""

    text: str
    start: int
    end: int
    part: Part
    paragraph: int = -1


@dataclass(frozen=True, slots=True)
class TextForm:
    sentences: tuple[Placed, ...]
    has_dek: bool
    has_in_short: bool
    paragraphs: int
    source: str | None
    source_start: int
    language: str


def _fixed(line: str, words: dict[str, str]) -> tuple[str, int] | None:
    """The language and length of a fixed opening; blanks before the colon may be of any kind or none."""
    head = " ".join(line[:24].split()).lower().replace(" :", ":")
    for language, opening in words.items():
        if head.startswith(opening.replace(" :", ":")):
            written = line[: line.index(":") + 1]
            if language in ("en", "fr") and words is not _IN_SHORT:
                language = "fr" if written[-2:-1].isspace() else "en"
            return language, len(written)
    return None


def place_sentences(line: str, offset: int, part: Part, paragraph: int = -1) -> list[Placed]:
    """Split a line, and find each sentence's place by counting the characters that are no blanks."""
    places = [i for i, c in enumerate(line) if not c.isspace()]
    found: list[Placed] = []
    at = 0
    for sentence in split_sentences(line):
        size = sum(1 for c in sentence if not c.isspace())
        start, end = places[at], places[at + size - 1] + 1
        found.append(Placed(line[start:end], offset + start, offset + end, part, paragraph))
        at += size
    return found


def parse(text: str) -> TextForm:
    """Read a story. The dek is the first line, unless that is already the "In short" line or the source.

    Where "In short" stands in the third line, the first is the headline, and the dek the second. A headline is one
    sentence, whatever its points look like.
    """
    sentences: list[Placed] = []
    has_dek = has_in_short = False
    paragraphs = 0
    source: str | None = None
    source_start = 0
    language = ""
    lines = [m for m in _LINE.finditer(text) if m.group().strip()]
    several = len(lines) > 1
    headed = len(lines) > 2 and not any(_fixed(m.group().lstrip(), _IN_SHORT) for m in lines[:2])
    headed = headed and _fixed(lines[2].group().lstrip(), _IN_SHORT) is not None
    for number, match in enumerate(lines):
        raw = match.group()
        blank = len(raw) - len(raw.lstrip())
        line, offset = raw.lstrip(), match.start() + blank
        opening = _fixed(line, _IN_SHORT) if number <= 2 and not has_in_short else None
        closing = _fixed(line, _SOURCE) or _fixed(line, _SOURCES) if number == len(lines) - 1 else None
        if opening:
            has_in_short = True
            language = opening[0]
            sentences += place_sentences(line[opening[1] :], offset + opening[1], Part.IN_SHORT)
        elif closing:
            source = line[closing[1] :].strip()
            source_start = offset
            language = language or closing[0]
        elif number == 0 and headed:
            end = len(line.rstrip())
            sentences.append(Placed(line[:end], offset, offset + end, Part.HEADLINE))
        elif number == int(headed) and several:
            has_dek = True
            sentences += place_sentences(line, offset, Part.DEK)
        else:
            sentences += place_sentences(line, offset, Part.BODY, paragraphs)
            paragraphs += 1
    return TextForm(tuple(sentences), has_dek, has_in_short, paragraphs, source, source_start, language or "en")


def places_in(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a story stands: (start, end), in reading order."""
    return [(sentence.start, sentence.end) for sentence in parse(text).sentences]
