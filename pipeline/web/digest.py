"""The digest as readers will get it, before it is issued, and those that were."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from pipeline.desk.people import Role
from pipeline.errors import UsageError
from pipeline.model import Edition
from pipeline.publishing.edition import from_document
from pipeline.publishing.formats import FORMATS
from pipeline.publishing.issue import make_edition
from pipeline.storage import editions
from pipeline.web.visit import Page, Visit

SHOWN = {"html": "As a page", "text": "As text", "md": "As Markdown"}
RECENT = 30


def _edition(visit: Visit) -> Edition:
    desk = visit.desk
    number = visit.number("edition", 0)
    with desk.database.reading() as session:
        if not number:
            everything = visit.value("all") == "yes"
            return make_edition(session, desk.config, visit.now, preview=everything)
        row = editions.get_edition(session, number)
        if row is None:
            raise UsageError(f"there is no edition {number}")
        return from_document(row.document, row.id)


def _form(visit: Visit) -> str:
    form = visit.value("format", "html")
    if form not in SHOWN:
        raise UsageError(f"format: allowed: {', '.join(SHOWN)}")
    return form


def digest(visit: Visit) -> Response:
    edition, form = _edition(visit), _form(visit)
    with visit.desk.database.reading() as session:
        issued = editions.recent_editions(session, RECENT)
    return visit.page(
        "digest.html",
        edition=edition,
        form=form,
        formats=SHOWN,
        text=FORMATS[form](edition) if form != "html" else "",
        issued=issued,
        everything=visit.value("all") == "yes",
        chosen=visit.number("edition", 0),
    )


def printed(visit: Visit) -> Response:
    """The edition itself, in a frame that may run nothing and reach nothing."""
    html = FORMATS["html"](_edition(visit)).replace("<head>", '<head>\n<base target="_blank">', 1)
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
    name = f"edition-{edition.number or 'preview'}.{ {'text': 'txt'}.get(form, form) }"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(FORMATS[form](edition), headers=headers)


ROUTES = (
    Page("/digest", "GET", Role.READER, digest),
    Page("/digest/page", "GET", Role.READER, printed),
    Page("/digest/file", "GET", Role.READER, download),
)
