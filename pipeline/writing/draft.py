"""A draft as text in the golden story's form, and as the JSON that is kept of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.errors import InShortError, UsageError
from pipeline.languages import all_languages, language_record
from pipeline.model import Draft, DraftSentence, Kind, Term
from pipeline.text import paragraphs, split_sentences, tidy

LONGEST_HEADLINE = 110
"""Characters of a headline: search engines cut what is longer (Google's rules for articles, a hard limit once)."""

_IN_SHORT = tuple(one.story.in_short for one in all_languages())
_OPENING = re.compile("|".join(rf"^{re.escape(words)}\s*".replace(r"\ ", r"\s*") for words in _IN_SHORT), re.IGNORECASE)
"""What opens the In short line, which a writer may have put there too."""


class OutOfPlace(InShortError):
    """A text is not that of the draft it came with."""


def render(draft: Draft, sources: Sequence[str], language: str = "en") -> str:
    """The story, one block a line: the headline where there is one, dek, In short, paragraphs, and the line that names
    the feeds it rests on."""
    lines = [" ".join(sentences) for sentences in _lines(draft)]
    summary = len(lines) - len(draft.paragraphs) - 1
    lines[summary] = f"{language_record(language).story.in_short} {lines[summary]}"
    return "\n".join([*lines, source_line(sources, language)])


def _lines(draft: Draft) -> list[list[str]]:
    """The sentences of each line, but for the last one, as they are rendered."""
    head = [] if draft.headline is None else [[draft.headline.text]]
    body = [[sentence.text for sentence in paragraph] for paragraph in draft.paragraphs]
    return [*head, [draft.dek.text], [_OPENING.sub("", draft.in_short.text)], *body]


def sentence_places(draft: Draft, text: str) -> list[tuple[int, int]]:
    """Where each sentence of a draft stands in the text that `render` made of it: (start, end), in reading order.

    They are counted off, not searched for: a sentence said twice stands at two places. Raises OutOfPlace for a text
    that is another draft's.
    """
    places: list[tuple[int, int]] = []
    lines, at = _lines(draft), 0
    for number, sentences in enumerate(lines):
        if number == len(lines) - len(draft.paragraphs) - 1:
            at += next((len(words) + 1 for words in _IN_SHORT if text.startswith(f"{words} ", at)), 0)
        for sentence in sentences:
            end = at + len(sentence)
            if text[at:end] != sentence:
                raise OutOfPlace(f"sentence {len(places) + 1} of the draft is not where its text should have it")
            places.append((at, end))
            at = end + 1
        at += not sentences
    return places


def source_line(sources: Sequence[str], language: str = "en") -> str:
    """`Source: The Example`, or `Sources: TechCrunch AI, The Example`."""
    words = language_record(language).story
    return f"{words.source if len(sources) < 2 else words.sources} {', '.join(sources)}"


def text_hash(text: str) -> str:
    """SHA-256 of a version's text: what approval binds to."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(draft: Draft) -> dict[str, Any]:
    def sentence(s: DraftSentence) -> dict[str, Any]:
        return {"text": s.text, "kind": str(s.kind), "evidence": list(s.evidence)}

    headline = {} if draft.headline is None else {"headline": sentence(draft.headline)}
    return {
        **headline,
        "dek": sentence(draft.dek),
        "in_short": sentence(draft.in_short),
        "paragraphs": [{"sentences": [sentence(s) for s in paragraph]} for paragraph in draft.paragraphs],
        "terms": [{"term": t.term, "plain": t.plain, "where": t.where} for t in draft.terms],
        "left_out": draft.left_out,
    }


def from_json(content: dict[str, Any]) -> Draft:
    def sentence(s: dict[str, Any]) -> DraftSentence:
        return DraftSentence(s["text"], Kind(s.get("kind", Kind.FACT)), tuple(s["evidence"]))

    return Draft(
        dek=sentence(content["dek"]),
        in_short=sentence(content["in_short"]),
        paragraphs=tuple(tuple(map(sentence, p["sentences"])) for p in content["paragraphs"]),
        terms=tuple(Term(t["term"], t["plain"], t["where"]) for t in content["terms"]),
        left_out=content.get("left_out", ""),
        headline=sentence(content["headline"]) if content.get("headline") else None,
    )


def parse_story(text: str, known: Mapping[str, DraftSentence] | None = None) -> Draft:
    """Read an edited story back: the inverse of `render`, the source line aside.

    The line before "In short:" is the dek; one before that is the headline, which a story may do without.
    `known` gives kind and evidence of sentences by their text; others are facts without evidence.
    Raises UsageError naming the part that is missing.
    """
    known = known or {}

    def sentence(part: str) -> DraftSentence:
        return known.get(part, DraftSentence(part))

    lines = paragraphs(tidy(text))
    sources = tuple(opening for one in all_languages() for opening in (one.story.source, one.story.sources))
    lines = [line for line in lines if not line.startswith(sources)]
    marks = tuple(one.story.in_short for one in all_languages())
    at = next((place for place in (1, 2) if len(lines) > place and lines[place].startswith(marks)), 0)
    if len(lines) < 3 or (at and len(lines) <= at + 1):
        raise UsageError(
            "a story has a dek, an 'In short:' line and at least one paragraph, one a line; nothing was kept"
        )
    if not at:
        raise UsageError(
            "the second line of a story begins with 'In short:', or the third where the first is its headline; "
            "nothing was kept"
        )
    mark = next(m for m in marks if lines[at].startswith(m))
    return Draft(
        dek=sentence(lines[at - 1]),
        in_short=sentence(lines[at].removeprefix(mark).strip()),
        paragraphs=tuple(tuple(map(sentence, split_sentences(line))) for line in lines[at + 1 :]),
        headline=sentence(lines[0]) if at == 2 else None,
    )
