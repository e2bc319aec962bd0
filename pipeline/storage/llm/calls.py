"""The ledger's rows: a call is a question with its answer, a try is one request that may cost money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from pipeline.storage.database import Session
from pipeline.storage.tables import CallRow, PromptRow, RunRow, TryRow

RESERVED, ANSWERED, UNUSABLE, FAILED = "reserved", "answered", "unusable", "failed"
"""States of a call. Of a try: `reserved`, then"""
PAID, FREE, LOST = "paid", "free", "lost"


@dataclass(frozen=True, slots=True)
class Spent:
    """What is spent or reserved: money in millionths, and tokens. `open` is what of it calls under way hold."""

    micro: int
    tokens: int
    open_micro: int = 0
    open_tokens: int = 0


def lock_ledger(session: Session) -> None:
    """One reservation at a time, so that two processes cannot both take the last of a cap."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(1725448)"))


def find_call(session: Session, key: str) -> CallRow | None:
    return session.scalar(select(CallRow).where(CallRow.key == key))


def get_call(session: Session, call_id: int) -> CallRow:
    """The call, held until the transaction ends: two answers to it are written down one after the other."""
    return session.get_one(CallRow, call_id, with_for_update=True)


def add_call(session: Session, call: CallRow) -> CallRow:
    session.add(call)
    session.flush()
    return call


def add_try(session: Session, row: TryRow) -> TryRow:
    session.add(row)
    session.flush()
    return row


def find_try(session: Session, try_id: int) -> TryRow | None:
    return session.get(TryRow, try_id, with_for_update=True)


def cost_of(session: Session, call_id: int) -> int:
    """What a call's answers cost, in millionths."""
    query = select(func.coalesce(func.sum(TryRow.cost_micro), 0)).where(TryRow.call_id == call_id)
    return int(session.execute(query).scalar_one())


def get_try(session: Session, try_id: int) -> TryRow:
    return session.get_one(TryRow, try_id, with_for_update=True)


def open_tries(session: Session, call_id: int) -> list[TryRow]:
    """Tries of a call that may still bring its answer."""
    return list(session.scalars(select(TryRow).where(TryRow.call_id == call_id, TryRow.state == RESERVED)))


def leased_tries(session: Session) -> list[TryRow]:
    """Every try somebody waits for, or waited for when it died."""
    query = select(TryRow).where(TryRow.state == RESERVED, TryRow.lease_until.is_not(None))
    return list(session.scalars(query))


def renew_lease(session: Session, try_id: int, until: datetime) -> bool:
    """Whether the try is still its holder's: an ended or taken-over one stays so."""
    query = update(TryRow).where(TryRow.id == try_id, TryRow.state == RESERVED).values(lease_until=until)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def spent_micro() -> ColumnElement[int]:
    """What a try counts against caps, in millionths: its worst case until better is known."""
    return case((TryRow.state.in_([RESERVED, LOST]), TryRow.reserved_micro), else_=TryRow.cost_micro)


def spent_tokens() -> ColumnElement[int]:
    worst = TryRow.reserved_input + TryRow.reserved_output
    return case((TryRow.state.in_([RESERVED, LOST]), worst), else_=TryRow.input_tokens + TryRow.output_tokens)


def spent(session: Session, *, day: str | None = None, story_id: int | None = None, run_id: int | None = None) -> Spent:
    """What is spent on a day, a story or in a run; what is reserved counts with its worst case."""
    which = {"day": day, "story_id": story_id, "run_id": run_id}
    given = {column: value for column, value in which.items() if value is not None}
    sums = session.execute(_sums(tuple(given)), given).one()
    return Spent(*(int(each) for each in sums))


@cache
def _sums(columns: tuple[str, ...]) -> Select[Any]:
    """Asked before every call, so it is put together once."""
    under_way = TryRow.state == RESERVED
    held = TryRow.reserved_input + TryRow.reserved_output
    sums = (spent_micro(), spent_tokens(), case((under_way, TryRow.reserved_micro)), case((under_way, held)))
    query = select(*(func.coalesce(func.sum(each), 0) for each in sums))
    return query.where(*(getattr(TryRow, column) == bindparam(column) for column in columns))


def heard_since(session: Session, day: str) -> tuple[int, int]:
    """How many questions were asked since a day of the newsroom and had an end, and how many of them no answer."""
    asked = select(func.count(TryRow.call_id.distinct())).where(TryRow.day >= day)
    ended = session.scalar(asked.where(TryRow.state != RESERVED)) or 0
    answered = session.scalar(asked.where(TryRow.state == PAID)) or 0
    return ended, ended - answered


def in_vain(session: Session, run_id: int) -> tuple[int, int]:
    """How many tries of a run got no answer and may have been paid for, and what they count, in millionths."""
    found = select(func.count(), func.coalesce(func.sum(TryRow.reserved_micro), 0))
    many, micro = session.execute(found.where(TryRow.run_id == run_id, TryRow.state == LOST)).one()
    return int(many), int(micro)


def over_since(session: Session, day: str) -> int:
    """Calls since a day of the newsroom for which an endpoint reported more than they can have used."""
    return session.scalar(select(func.count()).where(TryRow.day >= day, TryRow.over.is_(True))) or 0


def calls_by_state(session: Session) -> dict[str, int]:
    return {s: n for s, n in session.execute(select(CallRow.state, func.count()).group_by(CallRow.state))}


def prompt_hash(session: Session, prompt: str, version: int) -> str | None:
    """The hash this prompt version was used with, None if it never was."""
    return session.scalar(select(PromptRow.hash).where(PromptRow.prompt == prompt, PromptRow.version == version))


def record_prompt(session: Session, prompt: str, version: int, text_hash: str) -> None:
    session.add(PromptRow(prompt=prompt, version=version, hash=text_hash))


def start_run(session: Session, now: datetime) -> RunRow:
    run = RunRow(started_at=now)
    session.add(run)
    session.flush()
    return run


def end_run(session: Session, run_id: int, now: datetime, summary: dict[str, object]) -> None:
    run = session.get_one(RunRow, run_id)
    run.ended_at, run.summary = now, summary


def last_run(session: Session) -> RunRow | None:
    return session.scalar(select(RunRow).where(RunRow.ended_at.is_not(None)).order_by(RunRow.id.desc()).limit(1))
