"""Joining: a story's articles become another's that tells the same, whoever found that out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.newsvalue.importance import House
from pipeline.storage import tellings
from pipeline.storage.articles import changes
from pipeline.storage.database import Session
from pipeline.storage.tables import StoryRow
from pipeline.stories.filing import file
from pipeline.stories.material import joins_in_words


def put_into(
    session: Session, story: StoryRow, into: StoryRow, why: Sequence[str], house: House, now: datetime, *, by: str = ""
) -> None:
    """Put a story's articles into another; its state is the caller's to change.

    Its drafts stay with it. The other keeps its lead and its draft; what the articles add is said there.
    """
    drafted = into.current_draft_id is not None
    for report in tellings.reports_of(session, story.id):
        if report.telling.id is not None:
            report.telling.left_at = now
        if report.article.role == "lead":
            report.article.role = "telling"
        tellings.add_telling(session, into.id, report.article, why, now, by=by)
        new = drafted and report.article.role != "duplicate"
        if new and (said := joins_in_words(tellings.reports_of(session, into.id), report.article.id)):
            changes.add_change(session, report.article, "joined", said, now)
    story.joined_to, story.waiting_for, story.next_try_at = into.id, "", None
    into.sources = tellings.count_sources(session, into.id)
    file(session, into, house, now)
