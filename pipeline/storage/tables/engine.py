"""What the engine does and keeps of itself: workers, steps, clocks, rounds, backups, counts, alarms."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where

_Counted = BigInteger().with_variant(Integer(), "sqlite")
"""A number that a busy newsroom could count past two thousand million; SQLite numbers rows by `INTEGER` alone."""


class WorkerRow(Row):
    """A process that works on this newsroom: alive while `seen_at` is fresh. One that ends takes its row along."""

    __tablename__ = "workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """`run`, `daemon` or `worker`."""
    name: Mapped[str]
    """Host and process number."""
    version: Mapped[str] = mapped_column(String(40))
    queues: Mapped[list[Any]]
    leads: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it keeps the clocks and says what is due."""
    session: Mapped[int | None]
    """The server process of PostgreSQL that holds the leader's lock, where it leads."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class StepRow(Row):
    """A step under way, or one that tripped: what a stage is doing with a thing, and how often that went wrong.

    A step that goes well leaves no row.
    """

    __tablename__ = "steps"
    __table_args__ = (UniqueConstraint("stage", "thing_id"), Index(None, "worker_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[int]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))
    """Who is at it; None while nobody is."""
    started_at: Mapped[datetime]
    tripped: Mapped[int] = mapped_column(default=0, server_default="0")
    deaths: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a process died while it was at it, of whatever."""
    error: Mapped[str] = mapped_column(default="", server_default="")
    next_try_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    """When it was given up: nothing tries it again until a person says so."""


class ClockRow(Row):
    """When a clock last fired, so that times missed while nothing ran are known."""

    __tablename__ = "clocks"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    fired_at: Mapped[datetime]
    """The time it was due at, not the moment the work began."""


class RunRow(Row):
    """One round of the engine and its summary."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any] | None]


class BackupRow(Row):
    """A backup that was taken and found sound: how anybody, on any machine, knows the age of the last one."""

    __tablename__ = "backups"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    file: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)


class TallyRow(Row):
    """A line of the counts that triggers keep: so many more, or fewer, of a kind; see `storage/tallies.py`."""

    __tablename__ = "tallies"
    id: Mapped[int] = mapped_column(_Counted, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    feed_id: Mapped[int | None]
    state: Mapped[str]
    detail: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)


class AlarmRow(Row):
    """Something an owner should know, from when it was raised until it was over."""

    __tablename__ = "alarms"
    __table_args__ = (where("ix_alarms_name", "cleared_at IS NULL", "name", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    told_raised: Mapped[list[Any]]
    """By which ways (`mail`, `webhook`) it was told that it is there."""
    told_cleared: Mapped[list[Any]]
