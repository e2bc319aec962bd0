"""Feeds that are no XML any more: feedparser's own reader of tag soup, kept from what it likes least.

It reads tag by tag in Python, and some of its patterns grow with the square of what they meet. So it is only asked
where nothing else is left, and for bodies it can do.
"""

from __future__ import annotations

import io
import re
from typing import Any

from pipeline.feeds.raw import RawEntry, RawFeed, RawText, ends

MAX_LENGTH = 4_000_000
MAX_TAGS = 60_000
MAX_TAG = 20_000
"""Characters of one tag with its attributes."""
_PERSON = re.compile(
    r"(<(?:[\w.-]{1,20}:)?(?:author|creator|managingeditor|webmaster|publisher|name|email)\b[^<>]{0,1000}>\s{0,99}"
    r"(?:<!\[CDATA\[)?[^<\]]{0,500})[^<\]]*",
    re.IGNORECASE,
)


def bearable(text: str) -> bool:
    """Whether feedparser can read a text in a few seconds."""
    if len(text) > MAX_LENGTH or text.count("<") > MAX_TAGS:
        return False
    here = 0
    while (start := text.find("<", here)) >= 0:
        if text.startswith("<![CDATA[", start):
            here = text.find("]]>", start)
            if here < 0:
                return len(text) - start < MAX_TAG
            continue
        ends_at = text.find(">", start)
        if (ends_at if ends_at >= 0 else len(text)) - start > MAX_TAG:
            return False
        here = start + 1
    return True


def read(text: str, url: str) -> RawFeed | None:
    """What feedparser finds; None where it finds no feed."""
    import feedparser  # heavy: only where it is used

    headers = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": url} if url else {})
    body = _PERSON.sub(r"\1", text).encode("utf-8", "replace")
    found = feedparser.parse(
        io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    version = str(_get(found, "version") or "")
    if not version:
        return None
    feed = _get(found, "feed") or {}
    entries = list(_get(found, "entries") or [])
    return RawFeed(
        atom=version.startswith("atom"),
        title=_rich(feed, "title"),
        link=_said(feed, "link"),
        language=_said(feed, "language"),
        ttl=_said(feed, "ttl"),
        period=_said(feed, "sy_updateperiod"),
        frequency=_said(feed, "sy_updatefrequency"),
        entries=[_entry(raw) for raw in ends(entries)],
        total=len(entries),
    )


def _get(source: Any, key: str) -> Any:
    # feedparser's own dictionaries answer for missing keys with other ones; we want to know what was there.
    return dict.get(source, key) if isinstance(source, dict) else None


def _said(source: Any, key: str) -> str:
    value = _get(source, key)
    return value if isinstance(value, str) else ""


def _list(source: Any, key: str) -> list[Any]:
    value = _get(source, key)
    return value[:50] if isinstance(value, list) else []


def _rich(source: Any, key: str) -> RawText | None:
    value = _said(source, key)
    return RawText(value, "html" in _said(_get(source, f"{key}_detail"), "type")) if value else None


def _entry(raw: Any) -> RawEntry:
    media = [(_said(m, "medium") == "image", _said(m, "type"), _said(m, "url")) for m in _list(raw, "media_content")]
    media += [
        (False, _said(m, "type"), _said(m, "href")) for m in _list(raw, "links") if _said(m, "rel") == "enclosure"
    ]
    contents = [
        RawText(_said(c, "value"), "html" in _said(c, "type"), _said(c, "base"))
        for c in _list(raw, "content")
        if (_said(c, "type") or "text").startswith(("text", "application/xhtml"))
    ]
    summary = _rich(raw, "summary")
    if summary and not summary.markup and any(c.value == summary.value for c in contents):
        summary = None  # feedparser's copy of the content, which forgot that it is HTML
    people = [_said(person, "name") for person in _list(raw, "authors")]
    return RawEntry(
        id=_said(raw, "id"),
        title=_rich(raw, "title"),
        link=_said(raw, "link"),
        original_link=_said(raw, "feedburner_origlink"),
        published=_said(raw, "published"),
        updated=_said(raw, "updated"),
        created=_said(raw, "created"),
        authors=people if any(people) else [_said(raw, "author")],
        tags=[_said(tag, "label") or _said(tag, "term") for tag in _list(raw, "tags")],
        summary=summary,
        contents=contents,
        pictures=[address for image, kind, address in media if image or kind.startswith("image/")],
        thumbnails=[_said(m, "url") for m in _list(raw, "media_thumbnail")],
    )
