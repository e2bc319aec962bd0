"""Who leads the workers of a newsroom: the one whose connection holds the lock. PostgreSQL only."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pipeline.storage.database import LOCK_NUMBER, Database, plainly
from pipeline.storage.engine import workers


class Lead:
    """The lock that `inshort run` takes too: as long as its connection lives nobody else leads."""

    def __init__(self, connection: Connection, session_number: int) -> None:
        self._connection = connection
        self.session_number = session_number

    @classmethod
    def take(cls, database: Database) -> Lead | None:
        """None while somebody else has it. Raises StorageError when the database does not answer."""
        with plainly(database.where, opened=database.opened):
            connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                if connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK_NUMBER})")).scalar():
                    return cls(connection, int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()))
            except BaseException:
                connection.invalidate()
                raise
            connection.close()
            return None

    def holds(self) -> bool:
        """Whether the connection, and so the lock, is still there."""
        try:
            return self._connection.execute(text("SELECT pg_backend_pid()")).scalar() == self.session_number
        except DBAPIError:
            return False

    def give_up(self) -> None:
        with suppress(SQLAlchemyError):
            # Here and now: the server hears of a connection that was closed in its own time.
            self._connection.execute(text(f"SELECT pg_advisory_unlock({LOCK_NUMBER})"))
        with suppress(DBAPIError):
            self._connection.invalidate()  # never back to the pool with the lock


def depose(database: Database) -> str | None:
    """End the session of a leader that has been silent for too long: one that was stopped keeps its connection.

    Its name, or None. When it goes on it finds its lock gone, and follows.
    """
    with database.session() as session:
        for row in workers.lost(session):
            if row.leads and row.session is not None:
                session.execute(text("SELECT pg_terminate_backend(:number)").bindparams(number=row.session))
                workers.leads(session, row.id, None)
                return row.name
    return None
