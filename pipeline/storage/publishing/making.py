"""How stories were made, for the record that readers get: their sources, who drafted and who approved them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from pipeline.storage.database import Session
from pipeline.storage.tables import ArticleRow, CallRow, DraftRow, EntryRow, FeedRow, ReviewRow, TellingRow, UserRow


@dataclass(frozen=True, slots=True)
class Origin:
    """An article a story rests on. `sentences` are by the story's numbers, which evidence names; a copy has none."""

    feed: str
    title: str
    link: str
    byline: str
    published: datetime | None
    lead: bool
    sentences: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Making:
    """What the rows say of one story's making."""

    origins: list[Origin] = field(default_factory=list)
    model: str = ""
    prompt: str = ""
    judge: str = ""
    """The judge's prompt and model, where it was asked."""
    approved_by: str = ""
    role: str = ""
    approved_at: datetime | None = None
    approved_over: str = ""
    """The hash of the wording that was approved over its blocks, where the last approval was such a one."""


def makings(session: Session, story_ids: Collection[int]) -> dict[int, Making]:
    """How each of some stories was made."""
    found = {number: Making() for number in story_ids}
    for add in (_origins, _drafted, _judged, _approved):
        add(session, found)
    return found


def _origins(session: Session, found: dict[int, Making]) -> None:
    query = (
        select(
            ArticleRow.story_id,
            ArticleRow.role,
            ArticleRow.title,
            ArticleRow.url,
            ArticleRow.byline,
            ArticleRow.published_at,
            ArticleRow.sentences,
            FeedRow.name,
            TellingRow.before,
        )
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .join(FeedRow, FeedRow.id == EntryRow.feed_id)
        .outerjoin(
            TellingRow,
            and_(
                TellingRow.article_id == ArticleRow.id,
                TellingRow.story_id == ArticleRow.story_id,
                TellingRow.left_at.is_(None),
            ),
        )
        .where(ArticleRow.story_id.in_(found))
        .order_by(ArticleRow.id)
    )
    for story, role, title, url, byline, published, sentences, feed, before in session.execute(query):
        lead = role == "lead"
        first = 0 if lead and before is None else before
        numbered = {} if first is None else {first + n: _words(s) for n, s in enumerate(sentences or (), 1)}
        found[story].origins.append(Origin(feed, title, url, byline or "", published, lead, numbered))


def _drafted(session: Session, found: dict[int, Making]) -> None:
    """By which model, with which prompt: the last draft that one wrote counts."""
    drafts = (
        select(DraftRow.story_id, DraftRow.model, DraftRow.prompt)
        .where(DraftRow.story_id.in_(found), DraftRow.level == "standard", DraftRow.model != "")
        .order_by(DraftRow.number)
    )
    for story, model, prompt in session.execute(drafts):
        found[story].model, found[story].prompt = model, prompt


def _judged(session: Session, found: dict[int, Making]) -> None:
    asked = (
        select(CallRow.story_id, CallRow.model, CallRow.prompt)
        .where(CallRow.story_id.in_(found), CallRow.purpose == "judge", CallRow.answered_at.is_not(None))
        .order_by(CallRow.id)
    )
    for story, model, prompt in session.execute(asked):
        if story is not None:
            found[story].judge = f"{prompt}, {model}"


def _approved(session: Session, found: dict[int, Making]) -> None:
    """By whom: the last approval counts, of a correction too."""
    said = (
        select(ReviewRow.story_id, ReviewRow.who, ReviewRow.at, UserRow.role, ReviewRow.act, ReviewRow.draft_hash)
        .outerjoin(UserRow, UserRow.name == ReviewRow.who)
        .where(ReviewRow.story_id.in_(found), ReviewRow.act.in_(("approve", "override", "correct")))
        .order_by(ReviewRow.id)
    )
    for story, who, at, role, act, wording in session.execute(said):
        found[story].approved_by, found[story].role, found[story].approved_at = who, role or "", at
        found[story].approved_over = wording or "" if act == "override" else ""


def _words(sentence: Any) -> str:
    """A kept sentence is its number, its text and its paragraph."""
    return str(sentence[1]) if isinstance(sentence, list) and len(sentence) > 1 else ""
