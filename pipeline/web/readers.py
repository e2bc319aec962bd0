"""What readers reach without a log-in: to confirm, to leave, and to say whether a story was clear.

Looking at a page does nothing: programs that check the links of a mail open them all. Only the form does, or the one
click of a mail program (RFC 8058). No cookie is set, and nothing is kept of who said what.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, Response

from pipeline.languages import language_record
from pipeline.languages.record import EditionWords
from pipeline.model import StoryState
from pipeline.publishing import sign_up
from pipeline.publishing.templates import render
from pipeline.publishing.wording import wording_of
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.publishing import readers
from pipeline.text import paragraphs
from pipeline.web.visit import Page, Visit

PUBLIC = (StoryState.PUBLISHED, StoryState.CORRECTED)
ANSWERS = {"clear": True, "unclear": False}
_SALT = secrets.token_bytes(16)
_AN_HOUR = timedelta(hours=1)
_MOST = 20_000


class Recent:
    """Answers of the last hour, as salted hashes in memory: one that comes again counts once."""

    def __init__(self) -> None:
        self._hour = 0
        self._seen: set[bytes] = set()

    def new(self, visit: Visit, what: str) -> bool:
        hour = int(visit.now.timestamp() // _AN_HOUR.total_seconds())
        if hour != self._hour or len(self._seen) > _MOST:
            self._hour, self._seen = hour, set()
        mark = hashlib.blake2b(f"{visit.address} {what}".encode(), key=_SALT, digest_size=16).digest()
        known = mark in self._seen
        self._seen.add(mark)
        return not known


_recent = Recent()


def _page(visit: Visit, status: int = 200, /, **values: object) -> Response:
    config = visit.desk.config
    page = {"line": "", "press": "", "choices": (), "parts": (), **values}
    language = config.newsroom.language
    text = render(
        "reader.html",
        config.digest.templates,
        newsroom=config.newsroom.name,
        language=language,
        words=language_record(language).edition,
        **page,
    )
    return HTMLResponse(text, status, headers={"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"})


def _secret(visit: Visit) -> str:
    return str(visit.parts.get("secret", ""))[:100]


def _words(visit: Visit) -> EditionWords:
    return language_record(visit.desk.config.newsroom.language).edition


def show_confirm(visit: Visit) -> Response:
    words = _words(visit)
    return _page(visit, line=words.confirm_ask, press=words.confirm_press)


def confirm(visit: Visit) -> Response:
    return _answered(visit, sign_up.confirm, _words(visit).confirmed)


def show_leave(visit: Visit) -> Response:
    words = _words(visit)
    return _page(visit, line=words.leave_ask, press=words.leave)


def leave(visit: Visit) -> Response:
    return _answered(visit, sign_up.leave, _words(visit).has_left)


def _answered(visit: Visit, answer: Callable[[Database, str, datetime], bool], said: str) -> Response:
    """What a link's button did, said; a link that holds for nobody does nothing."""
    if answer(visit.desk.database, _secret(visit), visit.now):
        return _page(visit, line=said)
    return _page(visit, 404, line=_words(visit).no_such_link)


def show_rate(visit: Visit) -> Response:
    """The story's paragraphs, each with the question; `answer` is what the link that was followed says."""
    words = _words(visit)
    answer = str(visit.parts.get("answer", ""))
    lines = _lines(visit)
    if answer not in ANSWERS or not lines:
        return _page(visit, 404, line=words.no_such_link)
    press = words.clear if answer == "clear" else words.not_clear
    parts = [] if answer == "clear" else list(enumerate(lines, 1))
    return _page(visit, line=words.rate_ask, press=press, parts=parts, choices=(words.not_clear,))


def rate(visit: Visit) -> Response:
    words = _words(visit)
    answer, number = str(visit.parts.get("answer", "")), visit.number("story")
    lines, paragraph = _lines(visit), visit.number("paragraph", 0)
    if answer not in ANSWERS or not lines or paragraph > len(lines):
        return _page(visit, 404, line=words.no_such_link)
    if _recent.new(visit, f"{number} {paragraph}"):
        with visit.desk.database.session() as session:
            readers.rate(session, number, paragraph, ANSWERS[answer])
    return _page(visit, line=words.rated)


def _lines(visit: Visit) -> list[str]:
    with visit.desk.database.reading() as session:
        story = stories.get_story(session, visit.number("story"))
        draft = stories.current_draft(session, story) if story is not None and story.state in PUBLIC else None
        return paragraphs(wording_of(draft).text)[:-1] if draft else []


ROUTES = (
    Page("/readers/confirm/{secret}", "GET", None, show_confirm, by_link=True),
    Page("/readers/confirm/{secret}", "POST", None, confirm, by_link=True),
    Page("/readers/leave/{secret}", "GET", None, show_leave, by_link=True),
    Page("/readers/leave/{secret}", "POST", None, leave, by_link=True),
    Page("/rate/{story}/{answer}", "GET", None, show_rate, by_link=True),
    Page("/rate/{story}/{answer}", "POST", None, rate, by_link=True),
)
