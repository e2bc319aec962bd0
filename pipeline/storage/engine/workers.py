"""Who works on this newsroom: one row a process, alive while it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update

from pipeline.storage.database import Session, clock
from pipeline.storage.engine import pulse, steps
from pipeline.storage.tables import StepRow, WorkerRow

SEEN_EVERY = 2.0
"""Seconds between a worker's signs of life."""
GONE_AFTER = timedelta(seconds=5)
"""Silence after which a worker whose lock is gone counts as dead (`pulse`): the time of two signs of life, in which one
whose connection alone was lost has made it anew."""
LOST_AFTER = timedelta(seconds=25)
"""Silence after which a worker counts as dead though its lock is there: it was stopped, or its machine is frozen."""


def join(session: Session, kind: str, name: str, version: str, queues: Sequence[str]) -> int:
    """Add a worker; its id."""
    at = clock(session)
    row = WorkerRow(kind=kind, name=name, version=version, queues=list(queues), started_at=at, seen_at=at)
    session.add(row)
    session.flush()
    return row.id


def seen(session: Session, worker_id: int) -> bool:
    """A sign of life; False when the worker was taken for dead meanwhile."""
    query = update(WorkerRow).where(WorkerRow.id == worker_id).values(seen_at=clock(session))
    return session.scalar(query.returning(WorkerRow.id)) is not None


def leads(session: Session, worker_id: int, holds: int | None) -> None:
    """Who leads, and which session of the database server holds the lock; None for one that no longer does."""
    session.execute(update(WorkerRow).where(WorkerRow.id == worker_id).values(leads=holds is not None, session=holds))


def leave(session: Session, worker_id: int) -> None:
    """A worker that ends in order; what it broke off is due again."""
    for row in session.scalars(select(StepRow).where(StepRow.worker_id == worker_id)):
        steps.left(session, row.stage, row.thing_id)
    session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))


def bury(session: Session, workers: Sequence[WorkerRow], now: datetime) -> list[tuple[str, int]]:
    """Drop dead workers and count what they were at: (stage, thing) of each, due again.

    Several processes may see the same death; one of them counts it.
    """
    known = select(WorkerRow.id).where(WorkerRow.id.in_([row.id for row in workers]))
    ids = list(session.scalars(known.with_for_update(skip_locked=True)))
    found = steps.died(session, ids, now)
    session.flush()
    session.execute(delete(WorkerRow).where(WorkerRow.id.in_(ids)))
    return found


def all_workers(session: Session) -> list[WorkerRow]:
    return list(session.scalars(select(WorkerRow).order_by(WorkerRow.id)))


def alive(session: Session) -> list[WorkerRow]:
    """Those that are not lost."""
    dead = {row.id for row in lost(session)}
    return [row for row in all_workers(session) if row.id not in dead]


def alive_on(session: Session, host: str) -> bool:
    """Whether a daemon or worker of a host was seen lately."""
    return any(row.name.rpartition(":")[0] == host for row in alive(session))


def lost(session: Session) -> list[WorkerRow]:
    """Those that ended without a word. A sign from the future is of a clock that was set back since.

    While the server was down nobody could be seen, and all locks ended with it: silence counts from its start.
    """
    at = clock(session)
    if session.get_bind().dialect.name != "postgresql":
        return [row for row in all_workers(session) if abs(row.seen_at - at) > LOST_AFTER]
    up_since = session.execute(text("SELECT pg_postmaster_start_time()")).scalar_one()
    silent = {row: abs(max(row.seen_at, up_since) - at) for row in all_workers(session)}
    quiet = [row for row, silence in silent.items() if silence > GONE_AFTER]
    living = pulse.held(session, pulse.WORKER) if quiet else set()
    return [row for row in quiet if silent[row] > LOST_AFTER or row.id not in living]
