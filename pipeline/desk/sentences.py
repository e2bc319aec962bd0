"""Changing a draft's wording sentence by sentence: plain functions on drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.errors import UsageError
from pipeline.model import Draft, DraftSentence, Kind
from pipeline.text import paragraphs, split_sentences, tidy, words

MENDED = 0.6
"""Share of words from which a sentence is an earlier one mended, and still tells what that one's evidence says."""
LONGEST = 300_000
"""Characters an editor's text may have: some 50,000 words, far past any story."""


def bounded(text: str) -> None:
    """Raises UsageError for a text that is longer than an editor's may be."""
    if len(text) > LONGEST:
        raise UsageError(f"the text is longer than {LONGEST} characters; nothing was kept")


def with_sentence(draft: Draft, place: int, text: str, kind: Kind | None = None) -> Draft:
    """The draft with other words at a place (0-based in reading order, as `Draft.parts` has them).

    Several sentences become several, a line break begins a paragraph, nothing leaves the sentence out; the dek
    and the "In short" line can't be left out, the headline can. `kind` is set where the editor says it. Raises
    UsageError for a place that is not there.
    """
    bounded(text)
    parts = [part for part, _, _ in draft.parts()]
    if not 0 <= place < len(parts):
        raise UsageError(f"the draft has no sentence {place + 1}; it has {len(parts)}")
    lines = [split_sentences(line) for line in paragraphs(tidy(text))]
    if (part := parts[place]) != "body":
        whole = " ".join(sentence for line in lines for sentence in line)
        said = DraftSentence(whole, kind or Kind.FACT)
        if part == "headline":
            return replace(draft, headline=said if whole else None)
        if not whole:
            raise UsageError(f"{'the dek' if part == 'dek' else 'the In short line'} can't be empty; nothing was kept")
        return replace(draft, dek=said) if part == "dek" else replace(draft, in_short=said)
    fresh = [tuple(DraftSentence(s, kind or Kind.FACT) for s in line) for line in lines]
    at = place - parts.index("body")
    rewritten: list[tuple[DraftSentence, ...]] = []
    for paragraph in draft.paragraphs:
        if 0 <= at < len(paragraph):
            before, after = paragraph[:at], paragraph[at + 1 :]
            pieces = fresh or [()]
            pieces = [*pieces[:-1], pieces[-1] + after]
            pieces = [before + pieces[0], *pieces[1:]]
            rewritten += [p for p in pieces if p]
        else:
            rewritten.append(paragraph)
        at -= len(paragraph)
    if not rewritten:
        raise UsageError("a story needs at least one paragraph; nothing was kept")
    return replace(draft, paragraphs=tuple(rewritten))


def known_sentences(draft: Draft) -> dict[str, DraftSentence]:
    """A draft's sentences by their text, so that an edit keeps kind and evidence of those it left alone."""
    return {sentence.text: sentence for sentence in draft.sentences()}


def mends(text: str, old: DraftSentence) -> bool:
    """Whether a sentence is an earlier one mended: most longer words of the shorter are in the other."""
    mine, theirs = (frozenset(w for w in words(t.casefold()) if len(w) > 3) for t in (text, old.text))
    least = min(len(mine), len(theirs))
    return least > 0 and len(mine & theirs) >= MENDED * least


def with_known(draft: Draft, known: Mapping[str, DraftSentence]) -> Draft:
    """The draft with kind and evidence filled in where a sentence's text is known."""

    def fill(sentence: DraftSentence) -> DraftSentence:
        return known.get(sentence.text, sentence)

    return replace(
        draft,
        dek=fill(draft.dek),
        in_short=fill(draft.in_short),
        paragraphs=tuple(tuple(map(fill, paragraph)) for paragraph in draft.paragraphs),
        headline=fill(draft.headline) if draft.headline is not None else None,
    )


def with_terms_of(draft: Draft, earlier: Draft) -> Draft:
    """The draft with those of an earlier version's terms that it still has, and what its writer did not read."""
    text = " ".join(sentence.text for sentence in draft.sentences()).lower()
    terms = tuple(term for term in earlier.terms if term.term.lower() in text)
    return replace(draft, terms=terms, left_out=earlier.left_out)
