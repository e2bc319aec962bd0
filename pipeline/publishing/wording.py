"""A version's wording as readers get it: its headline, and its text without it."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.storage.tables import DraftRow


class Wording(NamedTuple):
    """`headline` is "" where the version has none. `text` has dek, In short, paragraphs and source, one a line."""

    headline: str
    text: str


def wording_of(draft: DraftRow) -> Wording:
    headline = str((draft.content.get("headline") or {}).get("text", ""))
    return Wording(headline, draft.text.removeprefix(f"{headline}\n") if headline else draft.text)
