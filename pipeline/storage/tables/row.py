"""What every table is made of: times that are UTC and aware, indexes of just the rows that are open.

Money is whole millionths of the configured currency.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, DateTime, Index, MetaData, Text, TypeDecorator, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out: SQLite keeps no zone, PostgreSQL answers in the session's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is never stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON, str: Text}  # noqa: RUF012
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of just the rows a condition is true for: those that are due, not the million that are done.

    It is made by its migration. Here the condition is a note: as an argument of a dialect's own it would import that
    dialect, and every command would wait for PostgreSQL's.
    """
    return Index(name, *columns, unique=unique, info={"where": condition})


def one_of(column: InstrumentedAttribute[str], *values: str) -> ColumnElement[bool]:
    """A condition with its values written out: a database takes an index `where` them only if it sees them."""
    return column.in_([literal_column(f"'{value}'") for value in values])
