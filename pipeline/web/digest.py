"""The digest as readers will get it, before it is issued, and those that were."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from pipeline.desk.people import Role
from pipeline.desk.story_at_desk import LEVELS
from pipeline.errors import NotAllowed, UsageError
from pipeline.model import Edition, EditionFormat
from pipeline.publishing import formats
from pipeline.publishing.edition import at_level
from pipeline.publishing.issue import make_edition, reprinted
from pipeline.storage.database import Session
from pipeline.storage.publishing import editions
from pipeline.web.planning import planned
from pipeline.web.story import level_of
from pipeline.web.visit import Page, Visit

SHOWN = {str(form): form.label for form in EditionFormat if form.label}
"""The formats a page shows, by what it calls them."""
RECENT = 30


def _edition(visit: Visit, session: Session, *, records: bool = True) -> Edition:
    """The edition a request is about, at the reading level it asks for: an issued one by its number, else the next of
    its topic. The next one is the staff's to see."""
    config, number = visit.desk.config, visit.number("edition", 0)
    level, topic = level_of(visit), visit.value("topic")
    if number:
        return at_level(reprinted(session, number), level)
    if not visit.who.role.covers(Role.EDITOR):
        raise NotAllowed("the next edition is not issued yet")
    everything = visit.value("all") == "yes"
    found = make_edition(session, config, visit.now, topic=topic or None, preview=everything, records=records)
    return at_level(found, level)


def _whole(visit: Visit) -> Edition:
    """The same with its records, to be printed."""
    with visit.desk.database.reading() as session:
        return _edition(visit, session)


def _form(visit: Visit) -> EditionFormat:
    form = visit.value("format", EditionFormat.HTML)
    if form not in SHOWN:
        raise UsageError(f"format: allowed: {', '.join(SHOWN)}")
    return EditionFormat(form)


def _print(visit: Visit, edition: Edition, form: EditionFormat) -> str:
    return formats.printed(edition, form, visit.desk.config.digest.templates)


def digest(visit: Visit) -> Response:
    staff, number = visit.who.role.covers(Role.EDITOR), visit.number("edition", 0)
    with visit.desk.database.reading() as session:
        issued = editions.recent_editions(session, RECENT)
        topics = editions.topics_waiting(session) if staff else {}
    if not staff and not number:
        return visit.go(f"/digest?edition={issued[0].number}" if issued else "/published")
    form = _form(visit)
    level, topic, everything = level_of(visit), visit.value("topic"), visit.value("all") == "yes"
    with visit.desk.database.reading() as session:
        edition = _edition(visit, session, records=form != EditionFormat.HTML)  # a page is printed in its frame
        plan = None if number else planned(visit, session, edition, topic)
    chosen = {"edition": str(number or ""), "topic": topic, "all": "yes" if everything and not number else ""}
    chosen |= {"level": level if level != "standard" else "", "format": form if form != EditionFormat.HTML else ""}
    return visit.page(
        "digest.html",
        edition=edition,
        form=form,
        formats=SHOWN,
        text=_print(visit, edition, form) if form != EditionFormat.HTML else "",
        issued=issued,
        plan=plan,
        everything=everything,
        chosen=number,
        level=level,
        levels=LEVELS if any(story.simple for story in edition.stories) or level != "standard" else (),
        topic=topic,
        topics=topics,
        staff=staff,
        query=lambda **more: "?" + urlencode({name: value for name, value in {**chosen, **more}.items() if value}),
    )


def printed(visit: Visit) -> Response:
    """The edition itself, in a frame that may run nothing and reach nothing."""
    html = _print(visit, _whole(visit), EditionFormat.HTML).replace("<head>", '<head>\n<base target="_blank">', 1)
    hashes = " ".join(f"'sha256-{_sha256(style)}'" for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    policy = (
        f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"})


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def download(visit: Visit) -> Response:
    edition, form = _whole(visit), _form(visit)
    name = f"edition-{edition.number or 'preview'}.{form.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(_print(visit, edition, form), headers=headers)


ROUTES = (
    Page("/digest", "GET", Role.READER, digest),
    Page("/digest/page", "GET", Role.READER, printed),
    Page("/digest/file", "GET", Role.READER, download),
)
