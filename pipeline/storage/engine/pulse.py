"""Whether a process lives, told by the server: locks that end with its connection, and so with it. PostgreSQL only.

A sign of life says when a process was last well, and its silence what may be wrong; that its lock is gone says that
it is no more. Together they tell a death within seconds, and neither a frozen process nor a busy one is taken for it.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from pipeline.storage.database import Database, Session, plainly

WORKER, CARRIER = 0x1A580A, 0x1A580B
"""Of what a lock's number is the id: a row of `workers`, or one of Procrastinate's own."""
Lock = tuple[int, int]
"""WORKER or CARRIER, and the id."""


class Pulse:
    """A connection that is kept as long as its process lives, with the locks that say so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._held: set[Lock] = set()

    def keep(self, *locks: Lock) -> None:
        """Hold these locks beside those held already; a connection that was lost is made anew, with all of them.

        Raises StorageError when the database does not answer.
        """
        wanted = self._held | set(locks)
        if self._connection is not None and not self._beats(self._connection):
            self.end()
        with plainly(self._database.where):
            if self._connection is None:
                connection = self._database.engine.connect()
                self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            for kind, number in wanted - self._held:
                # What another connection of ours still holds is there all the same, and tried again.
                taking = text("SELECT pg_try_advisory_lock(:kind, :number)").bindparams(kind=kind, number=number)
                if self._connection.execute(taking).scalar():
                    self._held.add((kind, number))

    @staticmethod
    def _beats(connection: Connection) -> bool:
        try:
            return bool(connection.execute(text("SELECT 1")).scalar())
        except DBAPIError:
            return False

    def end(self) -> None:
        connection, self._connection = self._connection, None
        self._held = set()
        if connection is not None:
            try:
                connection.invalidate()  # never back to the pool with its locks
            except DBAPIError:
                pass


HELD = """
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = :kind
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""The numbers of one kind that somebody holds."""


def held(session: Session, kind: int) -> set[int]:
    return set(session.scalars(text(HELD).bindparams(kind=kind)))
