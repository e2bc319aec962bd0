"""What lies in Procrastinate's queues. They carry ids and are no truth: dropping them loses nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text

from pipeline.storage.database import Database, Session
from pipeline.storage.engine import pulse, workers

if TYPE_CHECKING:
    from psycopg import AsyncConnection

SCHEMA = "queue"
"""The PostgreSQL schema of Procrastinate's tables, apart from the newsroom's own."""
OPTIONS = f"-c search_path={SCHEMA} -c synchronous_commit=off"
"""How the queue's own connections are set. They wait for no disk: a job that is lost is put in again, and one that
comes back after it was done finds nothing to do. That is two to three times as many jobs a second."""
_MAKING = 0x1A5808
"""The advisory lock of whoever makes the tables."""


async def commit_each(connection: AsyncConnection[Any]) -> None:
    """Have each statement committed by the server itself.

    A transaction that the event loop has yet to commit would hold up, for ever, whoever waits in that loop for the
    same row.
    """
    await connection.set_autocommit(True)


def make_tables(database: Database) -> bool:
    """Make Procrastinate's tables if they are not there; whether they had to be made."""
    from procrastinate.schema import SchemaManager

    with database.session() as session:
        session.execute(text(f"SELECT pg_advisory_xact_lock({_MAKING})"))
        connection = session.connection()
        if inspect(connection).has_table("procrastinate_jobs", schema=SCHEMA):
            return False
        session.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        session.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        session.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
        return True


def drop_tables(database: Database) -> None:
    with database.session() as session:
        session.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def drop_dead(session: Session) -> None:
    """Drop Procrastinate's workers whose process is gone, and all jobs nobody is at any more: they are put in again.

    One that ends by itself at this very moment is left alone.
    """
    session.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))  # for the triggers
    session.execute(
        text(
            f"DELETE FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat < now() - :silence"
            f" AND now() - pg_postmaster_start_time() > :silence AND id NOT IN ({pulse.HELD})"
        ).bindparams(silence=workers.GONE_AFTER, kind=pulse.CARRIER)
    )
    session.execute(
        text(
            f"DELETE FROM {SCHEMA}.procrastinate_jobs WHERE id IN (SELECT id FROM {SCHEMA}.procrastinate_jobs j"
            f" WHERE status = 'doing' AND NOT EXISTS (SELECT 1 FROM {SCHEMA}.procrastinate_workers w"
            " WHERE w.id = j.worker_id AND w.last_heartbeat > now() - :silence) FOR UPDATE SKIP LOCKED)"
        ).bindparams(silence=workers.LOST_AFTER)
    )


def queued(session: Session) -> set[str]:
    """The things that wait in a queue or are being worked at: `stage/id`."""
    return set(session.scalars(text(f"SELECT queueing_lock FROM {SCHEMA}.procrastinate_jobs")))


def waiting(session: Session) -> Counter[str]:
    """How many things wait, by queue."""
    rows = session.execute(
        text(f"SELECT queue_name, count(*) FROM {SCHEMA}.procrastinate_jobs WHERE status = 'todo' GROUP BY 1")
    )
    return Counter({queue: count for queue, count in rows})
