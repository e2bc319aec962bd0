"""Pruning: what is old and of no more use goes. Never what was published, approved or paid for, nor the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from pipeline.config import Config
from pipeline.model import EntryState, StoryState
from pipeline.storage.articles.pages import prune_pages
from pipeline.storage.database import Database, Session
from pipeline.storage.llm.calls import FAILED, FREE
from pipeline.storage.tables import BackupRow, CallRow, DraftRow, EntryRow, ReviewRow, RunRow, StoryRow, TryRow

CHUNK = 1000
"""Rows changed in one transaction, so that pruning never holds anybody up for long."""
_SETTLED = (EntryState.EXTRACTED, EntryState.REFUSED, EntryState.DUPLICATE)
_QUIET = (StoryState.SPIKED, StoryState.FAILED, StoryState.IN_REVIEW, StoryState.HELD)


@dataclass(frozen=True, slots=True)
class Ages:
    """After how many days each kind goes; None keeps it for ever.

    `pages` are fetched pages. `entries` are what feeds said about entries that are settled: the text goes, the
    entry stays, so that it is known when the feed repeats it. `drafts` are versions that were followed by
    another, never approved, not written by a paid call and not spoken of in the history. `calls` are calls
    that failed and cost nothing. `rounds` are summaries of rounds, and records of backups.
    """

    pages: int | None = 30
    entries: int | None = 365
    drafts: int | None = 365
    calls: int | None = 90
    rounds: int | None = 90


def ages_of(config: Config) -> Ages:
    """The ages a newsroom configured."""
    keeping = config.keeping
    return Ages(
        pages=config.articles.keep_pages_days,
        entries=keeping.entries_days,
        drafts=keeping.drafts_days,
        calls=keeping.calls_days,
        rounds=keeping.rounds_days,
    )


def prune(database: Database, ages: Ages, now: datetime) -> dict[str, int]:
    """Prune each kind by its age, in small transactions; how many rows of each. Safe beside a run."""
    windows = {"entries": (ages.entries, _entries), "drafts": (ages.drafts, _drafts), "calls": (ages.calls, _calls)}
    done = {"pages": 0, **dict.fromkeys(windows, 0), "rounds": 0}
    while ages.pages is not None:
        with database.session() as session:
            count = prune_pages(session, now - timedelta(days=ages.pages), CHUNK)
        done["pages"] += count
        if count < CHUNK:
            break
    for kind, (days, work) in windows.items():
        if days is None:
            continue
        before = now - timedelta(days=days)
        with database.reading() as session:
            last = session.scalar(select(func.max(_TABLES[kind].id))) or 0
        for low in range(0, last, CHUNK):
            with database.session() as session:
                done[kind] += work(session, before, low)
    if ages.rounds is not None:
        with database.session() as session:
            done["rounds"] = _rounds(session, now - timedelta(days=ages.rounds))
    return done


def _window(table: type[EntryRow | DraftRow | CallRow], low: int) -> ColumnElement[bool]:
    """The next rows by id: one pass over a table, however large, without an index of its own."""
    return and_(table.id > low, table.id <= low + CHUNK)


def _entries(session: Session, before: datetime, low: int) -> int:
    said = update(EntryRow).where(
        _window(EntryRow, low),
        EntryRow.first_seen_at < before,
        EntryRow.state.in_(_SETTLED),
        or_(EntryRow.summary != "", EntryRow.content != ""),
    )
    return _count(session, said.values(summary="", content=""))


def _drafts(session: Session, before: datetime, low: int) -> int:
    later = aliased(DraftRow)
    spoken_of = exists().where(ReviewRow.story_id == DraftRow.story_id, ReviewRow.draft_hash == DraftRow.hash)
    paid = exists().where(TryRow.story_id == DraftRow.story_id, TryRow.state != FREE)
    old = (
        select(DraftRow.id)
        .join(StoryRow, StoryRow.id == DraftRow.story_id)
        .where(
            _window(DraftRow, low),
            DraftRow.created_at < before,
            StoryRow.state.in_(_QUIET),
            exists().where(later.story_id == DraftRow.story_id, later.number > DraftRow.number),
            or_(StoryRow.current_draft_id.is_(None), StoryRow.current_draft_id != DraftRow.id),
            or_(StoryRow.simple_draft_id.is_(None), StoryRow.simple_draft_id != DraftRow.id),
            DraftRow.cost_micro == 0,
            ~spoken_of,
            or_(DraftRow.writer == "editor", ~paid),
        )
    )
    return _count(session, delete(DraftRow).where(DraftRow.id.in_(old)))


def _calls(session: Session, before: datetime, low: int) -> int:
    failed = select(CallRow.id).where(_window(CallRow, low), CallRow.state == FAILED, CallRow.answer.is_(None))
    free = delete(TryRow).where(TryRow.call_id.in_(failed), TryRow.state == FREE, TryRow.reserved_at < before)
    _count(session, free)
    untried = delete(CallRow).where(CallRow.id.in_(failed), ~exists().where(TryRow.call_id == CallRow.id))
    return _count(session, untried)


def _rounds(session: Session, before: datetime) -> int:
    last = select(func.max(BackupRow.id)).scalar_subquery()
    _count(session, delete(BackupRow).where(BackupRow.made_at < before, BackupRow.id != last))
    return _count(session, delete(RunRow).where(RunRow.started_at < before))


def _count(session: Session, statement: Update | Delete) -> int:
    found = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(found, CursorResult)
    return found.rowcount


_TABLES: dict[str, type[EntryRow | DraftRow | CallRow]] = {"entries": EntryRow, "drafts": DraftRow, "calls": CallRow}
