"""The figures of the desk: what was decided, changed, found and spent in a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from pipeline.model import Severity
from pipeline.storage.database import Session
from pipeline.storage.llm.calls import spent_micro
from pipeline.storage.tables import DraftRow, ReviewRow, TryRow

EDITOR = "editor"
"""The `writer` of a version that somebody typed."""


STEP = 6
"""Seconds that one length of time stands for: a tenth of a minute."""


def decisions(session: Session, spans: Sequence[tuple[datetime, datetime]], acts: Sequence[str]) -> list[Counter[int]]:
    """For each stretch of time, how many decisions took how long: by seconds, each the middle of a step of STEP.

    0 are those whose time was not measured. Counted by the database, so that a year of them is not carried over.
    """
    found: list[Counter[int]] = []
    step = case((ReviewRow.seconds == 0, -1), else_=ReviewRow.seconds // STEP)
    for since, until in spans:
        query = select(step, func.count()).where(ReviewRow.at >= since, ReviewRow.at < until, ReviewRow.act.in_(acts))
        rows = session.execute(query.group_by(step))
        found.append(Counter({number * STEP + STEP // 2 if number >= 0 else 0: many for number, many in rows}))
    return found


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved wording, and the last one of a writer before it; both are "" where no editor touched it."""

    at: datetime
    approved: str
    written: str

    @property
    def untouched(self) -> bool:
        return self.approved == self.written


def approvals(session: Session, since: datetime, acts: Sequence[str], limit: int) -> list[Approval]:
    """The latest approvals with both texts, newest first. What an editor wrote from nothing is left out."""
    written, again = aliased(DraftRow), aliased(DraftRow)
    # The same words may be several versions, by undo: each approval is of one of them.
    one = (
        select(func.min(again.id))
        .where(again.story_id == ReviewRow.story_id, again.hash == ReviewRow.draft_hash)
        .correlate(ReviewRow)
        .scalar_subquery()
    )
    last = (
        select(func.max(written.id))
        .where(written.story_id == DraftRow.story_id, written.level == DraftRow.level)
        .where(written.writer != EDITOR, written.id <= DraftRow.id)
        .correlate(DraftRow)
        .scalar_subquery()
    )
    query = (
        select(ReviewRow.at, DraftRow.id, last)
        .join(DraftRow, DraftRow.id == one)
        .where(ReviewRow.at >= since, ReviewRow.act.in_(acts))
        .order_by(ReviewRow.at.desc(), ReviewRow.id.desc())
        .limit(limit)
    )
    rows = [(at, draft, first) for at, draft, first in session.execute(query) if first is not None]
    both = {number for _, draft, first in rows if draft != first for number in (draft, first)}
    texts = {i: t for i, t in session.execute(select(DraftRow.id, DraftRow.text).where(DraftRow.id.in_(both)))}
    return [Approval(at, texts.get(draft, ""), texts.get(first, "")) for at, draft, first in rows]


ACCEPTANCES = 10_000
"""Acceptances that are counted at most, the latest."""


@dataclass
class CheckFigures:
    """Findings of one check in first versions, by severity, and how many editors accepted, in any version."""

    by_severity: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    cleared: int = 0
    """How many of the accepted were blocks."""

    @property
    def total(self) -> int:
        return sum(self.by_severity.values())


def findings(session: Session, since: datetime, limit: int) -> tuple[dict[str, CheckFigures], int]:
    """What the checks found in the latest drafts of writers, by check, and in how many drafts."""
    query = (
        select(DraftRow.report["findings"])
        .where(DraftRow.created_at >= since, DraftRow.writer != EDITOR, DraftRow.check_verdict.is_not(None))
        .order_by(DraftRow.id.desc())
        .limit(limit)
    )
    found: dict[str, CheckFigures] = {}
    drafts = 0
    for findings in session.scalars(query):
        drafts += 1
        for finding in findings or []:
            check = found.setdefault(finding["check"], CheckFigures())
            check.by_severity[finding["severity"]] += 1
    # By what editors did, whichever version it was in: the next one may have the finding no more.
    taken = select(ReviewRow.about).where(ReviewRow.at >= since, ReviewRow.act.in_(["accept", "clear"]))
    for about in session.scalars(taken.order_by(ReviewRow.id.desc()).limit(ACCEPTANCES)):
        if about:
            check = found.setdefault(about["check"], CheckFigures())
            check.accepted += 1
            check.cleared += about.get("severity") == Severity.BLOCK
    return found, drafts


def spent_by_day(session: Session, since_day: str) -> dict[str, tuple[int, int]]:
    """What each day cost, in millionths, and its calls. Days are the newsroom's, as the ledger counts them."""
    query = select(TryRow.day, func.sum(spent_micro()), func.count()).where(TryRow.day >= since_day)
    return {day: (int(micro or 0), calls) for day, micro, calls in session.execute(query.group_by(TryRow.day))}
