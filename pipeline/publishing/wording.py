"""A version's wording as readers get it: its headline, and its text without it."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.model import EditionStory, StoryState
from pipeline.publishing.provenance import source_names
from pipeline.storage.tables import DraftRow, StoryRow


class Wording(NamedTuple):
    """`headline` is "" where the version has none. `text` has dek, In short, paragraphs and source, one a line."""

    headline: str
    text: str


def wording_of(draft: DraftRow) -> Wording:
    headline = str((draft.content.get("headline") or {}).get("text", ""))
    return Wording(headline, draft.text.removeprefix(f"{headline}\n") if headline else draft.text)


def edition_story(story: StoryRow, draft: DraftRow, record: dict[str, Any]) -> EditionStory:
    """A story in the wording of one of its drafts, as an edition or a page carries it."""
    words = wording_of(draft)
    return EditionStory(
        story_id=story.id,
        draft_id=draft.id,
        topics=tuple(story.topics),
        text=words.text,
        title=story.title,
        source=", ".join(source_names(record)) or story.source_name,
        link=story.link,
        published=story.published_at,
        state=StoryState(story.state),
        headline=words.headline,
        hash=draft.hash,
        sources=story.sources,
        record=record,
    )
