"""Which entry stands behind a thing: the one id its log lines share from entry to edition."""

from __future__ import annotations

from sqlalchemy import select

from pipeline.storage.database import Session
from pipeline.storage.tables import ArticleRow, DraftRow


def entry_behind(session: Session, kind: str, thing_id: int) -> int | None:
    """The entry that leads the story an `entry`, `article`, `story` or `draft` belongs to; None where there is none."""
    lead = select(ArticleRow.entry_id).where(ArticleRow.role == "lead")
    match kind:
        case "entry":
            return thing_id
        case "article":
            return session.scalar(select(ArticleRow.entry_id).where(ArticleRow.id == thing_id))
        case "story":
            return session.scalar(lead.where(ArticleRow.story_id == thing_id))
        case "draft":
            return session.scalar(
                lead.join(DraftRow, DraftRow.story_id == ArticleRow.story_id).where(DraftRow.id == thing_id)
            )
    return None
