"""Editors' changes as items for measuring: what they cut, corrected and explained in a model's draft."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import datetime

from pipeline.checks.analysis import take_apart
from pipeline.evals.items import Item
from pipeline.inspection.bank import explanations
from pipeline.model import Draft
from pipeline.storage import stories
from pipeline.storage.database import Session
from pipeline.text import words
from pipeline.writing.draft import from_json

_ALIKE = 0.5
"""Likeness from which a changed sentence is the corrected one and not another."""
_SHORT = 4
"""Words below which a cut sentence says too little to look for."""


def corrections(draft: Draft, approved: Draft) -> tuple[list[str], list[tuple[str, str]]]:
    """The sentences an editor cut, and those they corrected with what became of them."""
    before, after = [s.text for s in draft.sentences()], [s.text for s in approved.sentences()]
    gone = [text for text in before if text not in after]
    new = [text for text in after if text not in before]
    corrected: list[tuple[str, str]] = []
    for text in list(gone):
        likeness = [(difflib.SequenceMatcher(None, text, other).ratio(), other) for other in new]
        best = max(likeness, default=(0.0, ""))
        if best[0] >= _ALIKE:
            corrected.append((text, best[1]))
            gone.remove(text)
            new.remove(best[1])
    return gone, corrected


def edit_item(
    item_id: str, title: str, text: str, feed: str, published: datetime | None, draft: Draft, approved: Draft
) -> Item | None:
    """The item an edited story makes: figures and names the editor brought in must stand in a draft, what they
    explained must be explained, and what they cut or corrected must not be said. None when nothing was changed."""
    cut, corrected = corrections(draft, approved)
    before = {e.term.lower() for s in draft.sentences() for e in explanations(s.text)}
    terms = [e.term for s in approved.sentences() for e in explanations(s.text) if e.term.lower() not in before]
    had = {word for s in draft.sentences() for word in _particulars(s.text)}
    brought = [word for s in approved.sentences() for word in _particulars(s.text) if word not in had]
    # A sentence that was only added to said nothing wrong.
    wrong = [was for was, now in corrected if {w.lower() for w in words(was)} - {w.lower() for w in words(now)}]
    unsaid = [s for s in [*cut, *wrong] if len(s.split()) >= _SHORT]
    if not (unsaid or brought or terms):
        return None
    return Item(
        id=item_id,
        title=title,
        text=text,
        kind="edited",
        feed=feed,
        published=published.date() if published else None,
        must_contain=tuple(dict.fromkeys(brought)),
        must_explain=tuple(dict.fromkeys(terms)),
        must_not_say=tuple(dict.fromkeys(unsaid)),
    )


def _particulars(sentence: str) -> Iterator[str]:
    """The names and figures of a sentence."""
    taken = take_apart(sentence, 0, 0)
    for token in taken.tokens:
        if token.text[:1].isupper() and token.start > 0:
            yield token.text
    for number in taken.numbers:
        yield sentence[number.start : number.end]


def collect(session: Session) -> list[Item]:
    """The approved stories whose wording an editor changed."""
    found: list[Item] = []
    for story, article, first, approved in stories.edited_stories(session):
        item = edit_item(
            f"story-{story.id}",
            article.title,
            article.text,
            story.source_name,
            article.published_at,
            from_json(first.content),
            from_json(approved.content),
        )
        if item is not None:
            found.append(item)
    return found
