"""Stories of the same matter: what the newsroom told of it before, in its own words, and what is new since."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.desk.acts import Case
from pipeline.model import SourceSentence, StoryState
from pipeline.storage import stories, tellings
from pipeline.storage.database import Session
from pipeline.storage.tables import StoryRow
from pipeline.stories.material import additions
from pipeline.text import number_sentences
from pipeline.writing.draft import from_json

_TOLD = (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.CORRECTED)
_MOST_NEW = 5
"""Sentences that are shown as new."""


@dataclass(frozen=True, slots=True)
class Related:
    """A story of the same matter. `said` is its In short, where it was approved, and `new` what the story at hand says
    that it did not: sentences of its source, by their numbers."""

    story: StoryRow
    said: str = ""
    new: tuple[SourceSentence, ...] = ()


def related_to(session: Session, case: Case) -> list[Related]:
    """What is linked to a story, the newest first."""
    found = []
    for other in tellings.kin_of(session, case.story.id):
        draft = stories.current_draft(session, other)
        if other.state not in _TOLD or draft is None or draft.hash != other.approved_hash:
            found.append(Related(other))
            continue
        told = number_sentences(draft.text)
        new = additions(told, case.material.every)[:_MOST_NEW] if other.id < case.story.id else []
        found.append(Related(other, from_json(draft.content).in_short.text, tuple(new)))
    return found
