"""What one outlet tells entry by entry: parts of a series, a changelog's entries, a page that goes on. Pure.

Entries of a changelog share their link or their headline, and tell of something else each time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urldefrag

from pipeline.stories.signs import Signs

CARRIED = 0.5
"""The share of the shorter text that stands in the other from which a page went on: less is another entry of it."""
_SAME_ENTRY = 0.95
"""The share from which two entries of a log that are headed alike are one that came twice."""
_DIGITS = re.compile(r"\d+")
_LIVE = re.compile(r"\b(?:live|ticker|liveblog|en direct|en directo|en vivo)\b")
_PART = re.compile(
    r"\b(?:part|episode|chapter|season|volume|issue|day|week|phase|teil|folge|partie|épisode|parte|capítulo)\s+(\d+)"
)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d| \d\d|h\d\d)\s*(?:am|pm|uhr|gmt|utc|cet)?\s*$")
_MONTHS = (
    "jan(?:uary|uar|vier)?|janv|enero|ene|feb(?:ruary|ruar|rero)?|févr(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril"
    "|abr(?:il)?|may|mai|mayo|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust)?|août|agosto|ago"
    "|sept?(?:ember|embre|iembre)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|nov(?:ember|embre|iembre)?"
    "|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?|dic(?:iembre)?"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?:{_MONTHS})(?:\s+(?:de\s+)?\d{{4}})?"
    rf"|(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s+\d{{4}})?|(?:{_MONTHS})\s+(?:de\s+)?\d{{4}}"
    r"|\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})\b"
)
_VERSION = re.compile(
    r"(?<![\w.])(?:v\d+(?:\.\d+)*|\d+(?:\.\d+){2,}|\d+\.\d+(?!\s*(?:%|per ?cent|million|billion|prozent))"
    r"|(?:version|release|build)\s+\d+(?:\.\d+)*)(?:[-. ]?(?:alpha|beta|rc|dev|preview|pre)[-. ]?\d*)?(?![\w%])"
)
_LOG = frozenset(
    "update updates updated release releases released version changelog change changes log notes note new what s news "
    "patch hotfix fix fixes bug bugfix maintenance build nightly the and of for in is available now out weekly monthly "
    "daily this week month aktualisierung änderungen neu neue neues was ist verfügbar mise à jour actualización "
    "nouveautés novedades".split()
)
_LOGGED = re.compile(
    r"^(?:update[ds]?|release notes?|changelog|change log|hotfix|patch|bug ?fix(?:es)?|what s new|maintenance)\b"
)
_WORD = re.compile(r"[^\W\d_]+")


def separate(a: Signs, b: Signs, carried: float) -> bool:
    """Whether two are parts of a series or entries of one log, however alike they sound.

    `carried` is how much of the shorter text stands in the other. A ticker or an article's page that goes on under one
    address carries on its text, and is neither.
    """
    one_page = linked(a, b)
    if one_page and _ticker(a.headline, b.headline):
        return False
    if a.outlet and a.outlet == b.outlet and _another_entry(a.headline, b.headline, carried, one_page):
        return True
    if one_page:  # one headline is one article: a teaser of it, or another feed's
        return a.headline != b.headline and carried < CARRIED
    return _numbered(a.headline, b.headline)


def at_home(a: Signs, b: Signs) -> bool:
    """Whether two are of one outlet, which tells of an event again only to say what is new; a ticker goes on."""
    if not a.outlet or a.outlet != b.outlet or linked(a, b):
        return False
    running = a.series and a.series == b.series and not _LOGGED.match(a.series)
    return not running and not (_LIVE.search(a.headline) and _LIVE.search(b.headline))


def linked(a: Signs, b: Signs) -> bool:
    """Whether both link to one page, at whatever place of it."""
    return bool(a.address) and urldefrag(a.address)[0] == urldefrag(b.address)[0]


def _ticker(a: str, b: str) -> bool:
    """Whether one page's headlines are of a live ticker, or the same but for the hour."""
    if _LIVE.search(a) and _LIVE.search(b):
        return True
    return a != b and _CLOCK.sub("", a) == _CLOCK.sub("", b)


def _another_entry(a: str, b: str, carried: float, linked: bool) -> bool:
    """Whether the headlines of one outlet differ in a version or a date alone, or are a log's that tell nothing."""
    if a != b and _undated(a) == _undated(b):
        return True
    return _is_log(a, linked) and _is_log(b, linked) and (a != b or carried < _SAME_ENTRY)


@lru_cache(maxsize=4096)
def _undated(headline: str) -> str:
    return _VERSION.sub("0", _DATE.sub("0", headline))


@lru_cache(maxsize=4096)
def _is_log(headline: str, linked: bool) -> bool:
    """Whether a headline says no more than that there is something new, or, on a page of many entries, begins so."""
    rest = _undated(headline)
    found = _WORD.findall(rest)
    bare = (found or rest != headline) and all(word in _LOG for word in found)
    return bool(bare or (linked and _LOGGED.match(headline)))


def _numbered(a: str, b: str) -> bool:
    """Whether two headlines are of two parts of a series: they differ in a number alone, or name other parts."""
    if a != b and _DIGITS.sub("0", a) == _DIGITS.sub("0", b):
        return not (_LIVE.search(a) and _LIVE.search(b))
    one, other = _PART.findall(a), _PART.findall(b)
    return bool(one and other and one != other)
