"""Steps under way and steps that tripped: what is set aside so that the rest goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, update

from pipeline.storage.database import Session
from pipeline.storage.tables import StepRow

ATTEMPTS = 3
"""Times a step may trip before its thing is set aside."""
_DIED = "the process died while working on it"
_PAUSE = timedelta(seconds=3)
_LONGEST_PAUSE = timedelta(hours=1)


# Asked of hundreds of feeds at once, and so past the session and worded once.
_SOME = and_(StepRow.stage == bindparam("stage"), StepRow.thing_id.in_(bindparam("things", expanding=True)))
_SUSPECTS = select(StepRow.thing_id).where(_SOME, StepRow.deaths > 0)
_WENT_WELL = delete(StepRow).where(_SOME)


def not_resting(stage: str, thing: Any, now: datetime) -> ColumnElement[bool]:
    """A condition of `due` queries: the thing is neither set aside nor waiting after it tripped."""
    return ~exists().where(
        StepRow.stage == stage,
        StepRow.thing_id == thing,
        or_(StepRow.set_aside_at.is_not(None), StepRow.next_try_at > now),
    )


def not_set_aside(stage: str, thing: Any) -> ColumnElement[bool]:
    """A condition: the thing was not given up; it may be waiting."""
    return ~exists().where(StepRow.stage == stage, StepRow.thing_id == thing, StepRow.set_aside_at.is_not(None))


def begin(session: Session, stage: str, thing_id: int, worker_id: int, now: datetime) -> bool:
    """Note that a worker is at it; if its process dies, `died` finds it. True when one died already."""
    row = _find(session, stage, thing_id)
    if row is None:
        session.add(StepRow(stage=stage, thing_id=thing_id, worker_id=worker_id, started_at=now))
        return False
    row.worker_id, row.started_at = worker_id, now
    return row.deaths > 0


def begin_all(session: Session, stage: str, things: Sequence[int], worker_id: int, now: datetime) -> None:
    """Note that a worker is at several things."""
    known = {row.thing_id: row for row in session.scalars(_of(stage, things))}
    for thing in things:
        if thing in known:
            known[thing].worker_id, known[thing].started_at = worker_id, now
        else:
            session.add(StepRow(stage=stage, thing_id=thing, worker_id=worker_id, started_at=now))


def suspects(session: Session, stage: str, things: Sequence[int]) -> set[int]:
    """Those of some things that were under way when a process died, and did not go well since."""
    return set(session.connection().scalars(_SUSPECTS, {"stage": stage, "things": things}))


def counted_against(session: Session, stage: str, things: Sequence[int]) -> set[int]:
    """Those of some things that tripped or had their process die, and did not go well since."""
    return set(
        session.scalars(
            select(StepRow.thing_id).where(
                StepRow.stage == stage, StepRow.thing_id.in_(things), or_(StepRow.tripped > 0, StepRow.deaths > 0)
            )
        )
    )


def _of(stage: str, things: Sequence[int]) -> Select[StepRow]:
    return select(StepRow).where(StepRow.stage == stage, StepRow.thing_id.in_(things))


def went_well(session: Session, stage: str, things: Sequence[int]) -> None:
    session.connection().execute(_WENT_WELL, {"stage": stage, "things": things})


def left(session: Session, stage: str, thing_id: int) -> None:
    """A step that was broken off through no fault of its thing."""
    here = and_(StepRow.stage == stage, StepRow.thing_id == thing_id)
    session.execute(delete(StepRow).where(here, StepRow.tripped == 0, StepRow.deaths == 0))
    session.execute(update(StepRow).where(here).values(worker_id=None))


def tripped(session: Session, stage: str, thing_id: int, error: str, now: datetime) -> bool:
    """Count a step that went wrong inside In Short; True when that was one too many and the thing is set aside."""
    row = _find(session, stage, thing_id)
    if row is None:
        row = StepRow(stage=stage, thing_id=thing_id, started_at=now, tripped=0)
        session.add(row)
    return _count(row, error, now, timedelta(minutes=4**row.tripped))


def died(session: Session, worker_ids: Sequence[int], now: datetime) -> list[tuple[str, int]]:
    """Let what dead workers were at come back: (stage, thing) of each.

    Any process may be killed, however often, so a death is held against nothing that was under way. But whatever was
    comes back in a process of its own, and what ends that one has tripped. One that is there at death after death
    waits longer and longer, so that the rest gets on.
    """
    rows = session.scalars(select(StepRow).where(StepRow.worker_id.in_(worker_ids)).order_by(StepRow.id)).all()
    for row in rows:
        row.worker_id, row.error = None, row.error or _DIED
        row.next_try_at = now + min(_PAUSE * (3**row.deaths - 1), _LONGEST_PAUSE)
        row.deaths = min(row.deaths + 1, 10)
    return [(row.stage, row.thing_id) for row in rows]


def _count(row: StepRow, error: str, now: datetime, pause: timedelta) -> bool:
    row.worker_id, row.error, row.tripped = None, error, row.tripped + 1
    row.next_try_at = now + pause
    if row.tripped >= ATTEMPTS:
        row.set_aside_at, row.next_try_at = now, None
    return row.set_aside_at is not None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A thing nothing tries any more, and why."""

    stage: str
    thing_id: int
    error: str
    at: datetime


def set_aside(session: Session, limit: int = 100) -> list[SetAside]:
    """What was given up, the latest first."""
    query = select(StepRow).where(StepRow.set_aside_at.is_not(None)).order_by(StepRow.set_aside_at.desc()).limit(limit)
    return [
        SetAside(row.stage, row.thing_id, row.error, row.set_aside_at)
        for row in session.scalars(query)
        if row.set_aside_at is not None
    ]


def take_up(session: Session, stage: str | None = None, thing_id: int | None = None) -> list[tuple[str, int]]:
    """Let what was set aside be tried anew, all of it or some: (stage, thing) of each."""
    query = delete(StepRow).where(StepRow.set_aside_at.is_not(None))
    if stage is not None:
        query = query.where(StepRow.stage == stage)
    if thing_id is not None:
        query = query.where(StepRow.thing_id == thing_id)
    return sorted((stage, thing) for stage, thing in session.execute(query.returning(StepRow.stage, StepRow.thing_id)))


def under_way(session: Session) -> dict[str, int]:
    """How many things each stage is at."""
    query = select(StepRow.stage, func.count()).where(StepRow.worker_id.is_not(None)).group_by(StepRow.stage)
    return {stage: count for stage, count in session.execute(query)}


def _find(session: Session, stage: str, thing_id: int) -> StepRow | None:
    return session.scalar(select(StepRow).where(StepRow.stage == stage, StepRow.thing_id == thing_id))
