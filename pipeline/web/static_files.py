"""The desk's own scripts, styles and icon, and the two answers that need no page."""

from __future__ import annotations

from functools import lru_cache

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.web.templates import STATIC
from pipeline.web.visit import Page, Visit

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@lru_cache
def _files() -> dict[str, bytes]:
    """All of them, read once: a name that is not in here is not there, whatever it looks like."""
    return {file.name: file.read_bytes() for file in STATIC.iterdir() if file.suffix in _TYPES}


def static(visit: Visit) -> Response:
    name = str(visit.parts["name"])
    body = _files().get(name)
    if body is None:
        return visit.text("no such file", 404)
    kind = _TYPES[name[name.rindex(".") :]]
    lasting = "public, max-age=31536000, immutable" if visit.query.get("v") else "no-cache"
    return Response(body, media_type=kind, headers={"Cache-Control": lasting})


def icon(visit: Visit) -> Response:
    return Response(_files()["icon.svg"], media_type=_TYPES[".svg"])


def robots(visit: Visit) -> Response:
    return visit.text("User-agent: *\nDisallow: /\n")


def token(visit: Visit) -> Response:
    """A fresh form token, for a script whose session was renewed in another tab."""
    return visit.text(visit.token)


ROUTES = (
    Page("/static/{name}", "GET", None, static),
    Page("/favicon.ico", "GET", None, icon),
    Page("/robots.txt", "GET", None, robots),
    Page("/token", "GET", Role.READER, token),
)
