"""The digest as readers will get it, before it is issued, and those that were."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from pipeline.desk.people import Role
from pipeline.errors import UsageError
from pipeline.model import Edition, EditionFormat
from pipeline.publishing import formats
from pipeline.publishing.formats import FORMATS
from pipeline.publishing.issue import make_edition, reprinted
from pipeline.storage.publishing import editions
from pipeline.web.planning import planned
from pipeline.web.visit import Page, Visit

SHOWN = {str(name): FORMATS[name].label for name in (EditionFormat.HTML, EditionFormat.TEXT, EditionFormat.MARKDOWN)}
RECENT = 30


def _edition(visit: Visit) -> Edition:
    desk = visit.desk
    number = visit.number("edition", 0)
    with desk.database.reading() as session:
        if not number:
            everything = visit.value("all") == "yes"
            return make_edition(session, desk.config, visit.now, preview=everything)
        return reprinted(session, number)


def _form(visit: Visit) -> str:
    form = visit.value("format", "html")
    if form not in SHOWN:
        raise UsageError(f"format: allowed: {', '.join(SHOWN)}")
    return form


def _print(visit: Visit, edition: Edition, form: str) -> str:
    return formats.printed(edition, form, visit.desk.config.digest.templates)


def digest(visit: Visit) -> Response:
    edition, form = _edition(visit), _form(visit)
    with visit.desk.database.reading() as session:
        issued = editions.recent_editions(session, RECENT)
        plan = None if visit.number("edition", 0) else planned(visit, session, edition)
    return visit.page(
        "digest.html",
        edition=edition,
        form=form,
        formats=SHOWN,
        text=_print(visit, edition, form) if form != "html" else "",
        issued=issued,
        plan=plan,
        everything=visit.value("all") == "yes",
        chosen=visit.number("edition", 0),
    )


def printed(visit: Visit) -> Response:
    """The edition itself, in a frame that may run nothing and reach nothing."""
    html = _print(visit, _edition(visit), "html").replace("<head>", '<head>\n<base target="_blank">', 1)
    hashes = " ".join(f"'sha256-{_sha256(style)}'" for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    policy = (
        f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"})


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def download(visit: Visit) -> Response:
    edition, form = _edition(visit), _form(visit)
    name = f"edition-{edition.number or 'preview'}.{FORMATS[EditionFormat(form)].ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(_print(visit, edition, form), headers=headers)


ROUTES = (
    Page("/digest", "GET", Role.READER, digest),
    Page("/digest/page", "GET", Role.READER, printed),
    Page("/digest/file", "GET", Role.READER, download),
)
