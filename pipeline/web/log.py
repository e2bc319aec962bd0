"""The log: who did what, the newest first; reviews and everything else in one list."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.desk.review import Act
from pipeline.errors import UsageError
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


def log(visit: Visit) -> Response:
    admin = visit.who.role.covers(Role.ADMIN)
    acts = [*Act, *(e for e in EVENTS if admin or e not in _FOR_ADMINS)]
    act = visit.value("act")
    if act and act not in acts:
        raise UsageError(f"no such act; allowed: {', '.join(acts)}")
    before = moment(visit.value("before"))
    with visit.desk.database.reading() as session:
        rows = people.log(
            session, before=before, who=visit.value("who").strip()[:60], acts=[act] if act else acts, limit=ROWS
        )
    older = rows[-1].at.isoformat() if len(rows) == ROWS else ""
    return visit.page("log.html", rows=rows, who=visit.value("who"), act=act, acts=acts, older=older)


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


ROUTES = (Page("/log", "GET", Role.EDITOR, log),)
