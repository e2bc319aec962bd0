"""What was typed is never lost: a form sent after its session ran out comes back, to be sent again by hand."""

from __future__ import annotations

from starlette.responses import Response

from pipeline.web.visit import Visit

_OURS = frozenset({"token", "kept_path", "password", "new_password", "old_password"})


def _fields(visit: Visit) -> list[tuple[str, str]]:
    return [(name, value) for name, values in visit.form.items() if name not in _OURS for value in values]


def log_in_first(visit: Visit) -> Response:
    """The log-in page, with the form that was sent, if one was."""
    if visit.htmx:
        return visit.text("you are logged out; log in in another tab, your text stays here", 401)
    return visit.page(
        "login.html",
        401,
        line="" if visit.method == "GET" else "Your session has ended. Log in again: what you typed is kept.",
        name="",
        next=_wanted(visit),
        kept=_fields(visit) if visit.method == "POST" else [],
        kept_path=visit.path if visit.method == "POST" else "",
        without_users=visit.desk.owner is not None,
    )


def _wanted(visit: Visit) -> str:
    return visit.path if visit.method == "GET" else "/"


def again(
    visit: Visit, status: int, line: str, *, path: str = "", fields: list[tuple[str, str]] | None = None
) -> Response:
    """A page with the form as it was sent, to be sent again with one press; nothing was done with it yet."""
    return visit.page(
        "again.html", status, line=line, path=path or visit.path, fields=_fields(visit) if fields is None else fields
    )
