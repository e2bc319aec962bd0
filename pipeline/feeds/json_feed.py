"""JSON Feed 1 and 1.1, and what is nearly one."""

from __future__ import annotations

import html
import json
from typing import Any

from pipeline.errors import NotAFeed
from pipeline.feeds.raw import RawEntry, RawFeed, RawText, ends


def read(text: str) -> RawFeed:
    """Raises NotAFeed for JSON that is no JSON Feed, and for what is no JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("the body starts like JSON but can't be read as JSON") from error
    version = data.get("version") if isinstance(data, dict) else None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version" not in version or not isinstance(items, list):
        raise NotAFeed("the body is JSON, but not a JSON Feed (no jsonfeed.org version or no items)")
    authors = _authors(data)
    entries = [_entry(raw, authors) if isinstance(raw, dict) else RawEntry() for raw in ends(items)]
    return RawFeed(
        atom=True,
        title=RawText(_said(data, "title")),
        link=_said(data, "home_page_url"),
        language=_said(data, "language"),
        entries=entries,
        total=len(items),
    )


def _said(source: dict[str, Any], key: str) -> str:
    value = source.get(key)
    return value if isinstance(value, str) else ""


def _entry(raw: dict[str, Any], fallback: list[str]) -> RawEntry:
    known = raw.get("id")
    # The standard wants a string; numbers are common and mean the same. True is no number here.
    if isinstance(known, (int, float)) and not isinstance(known, bool):
        known = str(known) if abs(known) < 1e300 else ""
    name = known if isinstance(known, str) else ""
    markup, text, summary = _said(raw, "content_html"), _said(raw, "content_text"), _said(raw, "summary")
    tags = raw.get("tags")
    content = RawText(markup, markup=True) if markup else RawText(html.escape(text[:400_000], quote=False), markup=True)
    return RawEntry(
        id=name,
        title=RawText(html.unescape(_said(raw, "title"))),  # plain text by the standard, but some escape it
        link=_said(raw, "url") or _said(raw, "external_url"),
        guid_link=name,
        published=_date(raw, "date_published"),
        updated=_date(raw, "date_modified"),
        authors=_authors(raw) or fallback,
        tags=[tag for tag in (tags if isinstance(tags, list) else [])[:50] if isinstance(tag, str)],
        summary=RawText(summary or text) if (summary or text).strip() else None,
        contents=[content] if content.value.strip() else [],
        pictures=[_said(raw, "image"), _said(raw, "banner_image")],
    )


def _date(raw: dict[str, Any], key: str) -> str:
    """A date, which is a number in some feeds."""
    value = raw.get(key)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value < 10**14 else _said(raw, key)


def _authors(raw: dict[str, Any]) -> list[str]:
    """Version 1.1 has a list of authors, version 1 had one."""
    people = raw.get("authors")
    people = people if isinstance(people, list) else [raw.get("author")]
    return [_said(person, "name") for person in people[:50] if isinstance(person, dict) and _said(person, "name")]
