"""The ledger's rows: reserve before a call, settle after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, text

from pipeline.storage.database import Session
from pipeline.storage.tables import CallRow, PromptRow, RunRow

RESERVED, ANSWERED, UNUSABLE, FAILED = "reserved", "answered", "unusable", "failed"


@dataclass(frozen=True, slots=True)
class Spent:
    """What is spent or reserved: money in millionths, and tokens."""

    micro: int
    tokens: int


def lock_ledger(session: Session) -> None:
    """One reservation at a time, so that two processes cannot both take the last of a cap."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(1725448)"))


def find_call(session: Session, key: str) -> CallRow | None:
    return session.scalar(select(CallRow).where(CallRow.key == key))


def get_call(session: Session, call_id: int) -> CallRow:
    return session.get_one(CallRow, call_id)


def add_call(session: Session, call: CallRow) -> CallRow:
    session.add(call)
    session.flush()
    return call


def spent(session: Session, *, day: str | None = None, story_id: int | None = None) -> Spent:
    """What is spent on a day or a story; what is reserved counts with its worst case."""
    reserved = CallRow.state == RESERVED
    query = select(
        func.coalesce(func.sum(CallRow.cost_micro + case((reserved, CallRow.reserved_micro), else_=0)), 0),
        func.coalesce(
            func.sum(CallRow.input_tokens + CallRow.output_tokens + case((reserved, CallRow.reserved_tokens), else_=0)),
            0,
        ),
    )
    if day is not None:
        query = query.where(CallRow.day == day)
    if story_id is not None:
        query = query.where(CallRow.story_id == story_id)
    micro, tokens = session.execute(query).one()
    return Spent(int(micro), int(tokens))


def abandoned_calls(session: Session) -> list[CallRow]:
    """Calls reserved by a process that died: whether they were paid nobody knows."""
    return list(session.scalars(select(CallRow).where(CallRow.state == RESERVED)))


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
