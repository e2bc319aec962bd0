"""What somebody typed over a story and did not save: an approval of theirs could mean those words or the saved ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.storage import stories
from pipeline.storage.database import Session
from pipeline.storage.desk import visits
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.writing.draft import from_json


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed over a place of a story and did not save: the words of now, and theirs."""

    place: int
    saved: str
    typed: str


def typed_over(session: Session, story: StoryRow, draft: DraftRow | None, who: str) -> list[Typed]:
    """Where somebody's unsaved words differ from the current wording: what an approval of theirs could mean too."""
    if draft is None:
        return []
    sentences = [s.text for s in from_json(draft.content).sentences()]
    simple = stories.simple_draft(session, story)
    whole = {visits.WHOLE: draft.text, visits.SIMPLE: simple.text if simple else None}
    found = []
    for row in visits.unsaved_of(session, story.id, who):
        saved = whole.get(row.place) if row.place < 0 else next(iter(sentences[row.place : row.place + 1]), None)
        if saved is not None and row.text.split() != saved.split():
            found.append(Typed(row.place, saved, row.text))
    return found


def where_typed(typed: Sequence[Typed]) -> str:
    """The places, in words."""
    names = {visits.WHOLE: "the whole text", visits.SIMPLE: "the simple version"}
    return " and ".join(names.get(t.place, f"sentence {t.place + 1}") for t in typed)
