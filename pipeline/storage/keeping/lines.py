"""Every row as a line of JSON: the form of `inshort db export` and of a PostgreSQL backup.

The first line says what made it (`schema` is the database's version), then each row is
`{"table": …, "row": {…}}` in an order that can be inserted, and the last line has each table's count and
SHA-256, so that a file cut short or changed is known for one. Times are ISO 8601 in UTC, bytes are Base64.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

import zstandard
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    LargeBinary,
    Table,
    column,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.sql.expression import TableClause

from pipeline import __version__
from pipeline.errors import StorageError
from pipeline.invisible import escaped
from pipeline.storage.database import Session, versions
from pipeline.storage.tables import TallyRow, UtcTime, schema

CHUNK = 500
"""Rows held in memory at once."""
Values = dict[str, Any]


_LONGEST_HEAD = 100_000
"""Characters of a first line from which it is none: a device never ends."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where an export comes from."""

    schema: str
    program: str
    made_at: str


def tables_in_order() -> list[Table]:
    """Every table of the newsroom, those that others point at first; the tallies are kept by triggers anew."""
    return [table for table in schema().sorted_tables if table.name != TallyRow.__tablename__]


def read_table(session: Session, of: Table, *where: ColumnElement[bool]) -> Iterator[str]:
    """A table's rows as lines, in the order of their keys, few in memory at a time."""
    query = select(of).where(*where).order_by(*of.primary_key)
    for row in session.connection().execute(query, execution_options={"yield_per": CHUNK}).mappings():
        yield line_of(dict(row))


def line_of(row: Values) -> str:
    """A row in the one spelling that checksums are made of."""
    return json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    # PostgreSQL has no room for the NUL character, which means nothing in a text.
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def row_values(columns: Mapping[str, Any], row: Values) -> Values:
    """A row's plain values as the columns want them. Raises StorageError for a column that is not there."""
    found = {}
    for name, value in row.items():
        if name not in columns:
            raise StorageError(f"the export has a column '{name}' this database does not know")
        kind = columns[name]
        if value is not None and isinstance(kind, (UtcTime, DateTime)):
            value = datetime.fromisoformat(value)
        elif value is not None and isinstance(kind, LargeBinary):
            value = base64.b64decode(value)
        found[name] = value
    return found


def writable(of: Table) -> tuple[TableClause, dict[str, Any]]:
    """A table to insert into, and its columns' types; a missing JSON value stays missing, not `null`."""
    types = {c.name: JSON(none_as_null=True) if isinstance(c.type, JSON) else c.type for c in of.columns}
    return table(of.name, *(column(name, kind) for name, kind in types.items())), types


def write_lines(session: Session, out: IO[bytes], now: datetime) -> dict[str, int]:
    """Write every row of the session's snapshot; how many of each table."""
    head = {"inshort": "export", "schema": versions()[-1], "program": __version__, "made_at": now.isoformat()}
    out.write(_line(head))
    counts, sums = {}, {}
    for one in tables_in_order():
        total, digest = 0, hashlib.sha256()
        for line in read_table(session, one):
            digest.update(line.encode())
            out.write(f'{{"table": "{one.name}", "row": {escaped(line)}}}\n'.encode())
            total += 1
        counts[one.name], sums[one.name] = total, digest.hexdigest()
    out.write(_line({"end": True, "counts": counts, "sha256": sums}))
    return counts


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


class ExportReader:
    """An export read row by row; `header` is there at once. Raises StorageError where it is damaged."""

    def __init__(self, lines: Iterable[str], where: str) -> None:
        self.where = where
        self._lines = iter(lines)
        try:
            head = json.loads(next(self._lines, ""))
            self.header = Header(str(head["schema"]), str(head["program"]), str(head["made_at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{where}: not an export of In Short") from error
        self.counts: dict[str, int] = {}

    def rows(self) -> Iterator[tuple[str, Values]]:
        """Each row with its table's name; counts and checksums are held against the last line."""
        sums: dict[str, Any] = {}
        for line in self._lines:
            try:
                value = json.loads(line)
                if value.get("end"):
                    self._finish(value, sums)
                    return
                name, row = value["table"], value["row"]
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise StorageError(f"{self.where}: a line is damaged: {line[:60]!r}") from error
            sums.setdefault(name, hashlib.sha256()).update(line_of(row).encode())
            self.counts[name] = self.counts.get(name, 0) + 1
            yield name, row
        raise StorageError(f"{self.where}: it is cut short: the last line is missing")

    def _finish(self, end: Values, sums: Mapping[str, Any]) -> None:
        for name, count in end["counts"].items():
            found = sums[name].hexdigest() if name in sums else hashlib.sha256().hexdigest()
            if self.counts.get(name, 0) != count or found != end["sha256"][name]:
                raise StorageError(f"{self.where}: table {name} is not what was exported")


def read_into(connection: Connection, tables: Mapping[str, Table], reader: ExportReader) -> None:
    """Insert every row of an export into empty tables, a chunk at a time."""
    waiting: list[Values] = []
    current = ""
    into: dict[str, tuple[TableClause, dict[str, Any]]] = {}

    def write_down() -> None:
        if waiting:
            connection.execute(insert(into[current][0]), waiting)
            waiting.clear()

    for name, row in reader.rows():
        if name not in tables:
            raise StorageError(f"{reader.where}: it has a table '{name}' this database does not know")
        if name != current or len(waiting) >= CHUNK:
            write_down()
            current = name
            into.setdefault(name, writable(tables[name]))
        waiting.append(row_values(into[name][1], row))
    write_down()
    continue_numbers(connection, tables.values())


def continue_numbers(connection: Connection, tables: Iterable[Table]) -> None:
    """After rows came with their ids, let PostgreSQL count on from the highest."""
    if connection.dialect.name != "postgresql":
        return
    for one in tables:
        if "id" in one.columns:
            connection.execute(
                text(
                    f"SELECT setval(s, (SELECT coalesce(max(id), 0) + 1 FROM {one.name}), false) "
                    f"FROM pg_get_serial_sequence('{one.name}', 'id') AS s WHERE s IS NOT NULL"
                )
            )


@contextmanager
def open_lines(file: Path) -> Iterator[ExportReader]:
    """Read an export, compressed or not. Raises StorageError where it is missing, damaged or something else."""
    try:
        opened = file.open("rb")
    except OSError as error:
        raise StorageError(f"{file}: cannot be read: {error.strerror}") from error
    with opened as raw:
        packed = raw.read(4) == b"\x28\xb5\x2f\xfd"
        raw.seek(0)
        stream: IO[bytes] = zstandard.ZstdDecompressor().stream_reader(raw) if packed else raw
        try:
            lines = io.TextIOWrapper(stream, "utf-8")
            yield ExportReader(chain([lines.readline(_LONGEST_HEAD)], lines), str(file))
        except (zstandard.ZstdError, UnicodeDecodeError) as error:
            raise StorageError(f"{file}: it is damaged: {error}") from error
