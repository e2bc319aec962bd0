"""What came to be lately: the figures of the weekly report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.storage.database import Session
from pipeline.storage.tables import AlarmRow, ArticleRow, EditionRow, EntryRow, ReviewRow, StoryRow


def made_since(session: Session, since: datetime) -> dict[str, int]:
    """How much of each kind came to be since a time: counted off indexes, what came before is not read."""

    def count(number: InstrumentedAttribute[int], time: InstrumentedAttribute[Any], *which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count(number)).where(time >= since, *which)) or 0

    return {
        "entries": count(EntryRow.id, EntryRow.first_seen_at),
        "articles read": count(ArticleRow.id, ArticleRow.collected_at),
        "stories approved": count(StoryRow.id, StoryRow.approved_at),
        "editions": count(EditionRow.id, EditionRow.issued_at),
        "corrections": count(ReviewRow.id, ReviewRow.at, ReviewRow.act == "correct"),
        "retractions": count(ReviewRow.id, ReviewRow.at, ReviewRow.act == "retract"),
        "alarms": count(AlarmRow.id, AlarmRow.raised_at),
    }
