"""The log: who did what, the newest first; reviews and everything else in one list, to read or to save."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from pipeline.desk.acts import about_line
from pipeline.desk.people import Role
from pipeline.desk.review import Act
from pipeline.errors import UsageError
from pipeline.invisible import escaped, named
from pipeline.storage.desk import people
from pipeline.web.visit import Page, Visit

ROWS = 100
EVENTS = (
    people.LOGIN,
    people.LOGIN_FAILED,
    "logout",
    "session ended",
    "password",
    "role",
    "user added",
    "user removed",
    "feed",
    "edition",
    "glossary",
)
_FOR_ADMINS = frozenset({people.LOGIN, people.LOGIN_FAILED, "logout", "session ended", "password"})


def _asked(visit: Visit) -> tuple[str, str, list[str]]:
    """By whom, of which kind, and every kind there is to choose from. Raises UsageError for a kind that is none."""
    admin = visit.who.role.covers(Role.ADMIN)
    acts = [*Act, *(e for e in EVENTS if admin or e not in _FOR_ADMINS)]
    act = visit.value("act")
    if act and act not in acts:
        raise UsageError(f"no such act; allowed: {', '.join(acts)}")
    return visit.value("who").strip()[:60], act, acts


def log(visit: Visit) -> Response:
    who, act, acts = _asked(visit)
    before = moment(visit.value("before"))
    with visit.desk.database.reading() as session:
        rows = people.log(session, before=before, who=who, acts=[act] if act else acts, limit=ROWS)
    older = rows[-1].at.isoformat() if len(rows) >= ROWS else ""
    return visit.page("log.html", rows=rows, who=visit.value("who"), act=act, acts=acts, older=older)


def save(visit: Visit) -> Response:
    """The whole log, or what was asked for of it, as a file: CSV or JSON, one act a line, the newest first."""
    who, act, acts = _asked(visit)
    form = visit.value("format", "csv")
    if form not in ("csv", "json"):
        raise UsageError("format: allowed: csv, json")
    # To the disk first: a slow download then holds no view of the database open.
    file = TemporaryFile()  # noqa: SIM115, closed when it was sent
    with visit.desk.database.reading() as session:
        lines = people.whole_log(session, before=None, who=who, acts=[act] if act else acts)
        (_write_csv if form == "csv" else _write_json)(file, lines)
    file.seek(0)
    name = f"log-{visit.now:%Y-%m-%d}.{form}"
    return StreamingResponse(
        _pieces(file),
        media_type="text/csv; charset=utf-8" if form == "csv" else "application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
        background=BackgroundTask(file.close),
    )


_COLUMNS = ("at", "who", "act", "story", "about", "before", "after", "reason", "finding", "address")


def _line(line: people.Logged) -> dict[str, object]:
    return {**asdict(line), "at": line.at.isoformat(), "finding": about_line(line.finding)}


def _write_csv(file: IO[bytes], lines: Iterable[people.Logged]) -> None:
    text = TextIOWrapper(file, "utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for line in lines:
        found = _line(line)
        table.writerow([_cell(found[name]) for name in _COLUMNS])
    text.detach()


_FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_SKIPPED = " \u00a0\u3000\n\"'"
"""What spreadsheets overlook before a formula."""


def _cell(value: object) -> str:
    """A cell no spreadsheet takes for a formula: names, titles and reasons are other people's words."""
    said = named("" if value is None else str(value))
    return f"'{said}" if said.lstrip(_SKIPPED)[:1] in _FORMULA else said


def _write_json(file: IO[bytes], lines: Iterable[people.Logged]) -> None:
    file.write(b"[")
    for place, line in enumerate(lines):
        found = _line(line)
        body = json.dumps({name: found[name] for name in _COLUMNS}, ensure_ascii=False)
        file.write((",\n" if place else "\n").encode() + escaped(body).encode("utf-8", "replace"))
    file.write(b"\n]\n")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(65536):
        yield piece


def moment(text: str) -> datetime | None:
    """A time with its zone, from the query; None for none. Raises UsageError for anything else."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("before: a time is needed") from None
    if moment.tzinfo is None:
        raise UsageError("before: a time with its zone is needed")
    return moment


ROUTES = (
    Page("/log", "GET", Role.EDITOR, log),
    Page("/log/file", "GET", Role.EDITOR, save),
)
