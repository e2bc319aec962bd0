"""Bytes of a feed in, a `FeedDocument` out: RSS, Atom and JSON Feed, cleaned and bounded.

feedparser reads the XML with its own sanitiser off; nh3 cleans what is kept, which is safer and several
times faster. Nothing here touches the network or the disk.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import nh3

from pipeline.errors import NotAFeed
from pipeline.model import Entry, FeedDocument
from pipeline.text import tidy
from pipeline.times import parse_time

MAX_BODY = 20_000_000
MAX_ENTRIES = 1000
_MAX_TITLE = 1000
_MAX_LINK = 4000
_MAX_SUMMARY = 10_000
_MAX_CONTENT = 400_000
_MAX_NAMES = 50

_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|dl|dt|dd|h[1-6]|tr|table|blockquote|pre|section|article|figure|figcaption|hr)\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z!/?]|&(?:#\d+|#x[0-9a-f]+|[a-z]\w*);", re.IGNORECASE)
_HIDDEN = {"script", "style", "noscript", "template", "title"}
_TAGS = {
    "a", "abbr", "article", "aside", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_HTML_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_HEAD = 200_000
"""Bytes of a feed in which its own settings are looked for."""
_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_SKIP_HOURS = re.compile(rb"<skiphours>(.{0,2000}?)</skiphours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(rb"<skipdays>(.{0,2000}?)</skipdays>", re.IGNORECASE | re.DOTALL)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEEDBURNER = ("feedproxy.google.com", "feeds.feedburner.com")


def parse_feed(body: bytes, *, url: str = "", content_type: str | None = None) -> FeedDocument:
    """Read one feed body fetched from `url` with that Content-Type.

    Raises NotAFeed for everything that is no RSS, Atom or JSON feed, and for bodies over 20 MB; no bytes
    make it raise anything else.
    """
    if len(body) > MAX_BODY:
        raise NotAFeed(f"the body has more than {MAX_BODY // 1_000_000} MB, too much for a feed")
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise NotAFeed("the body is empty")
    if _HTML_START.match(body[:4000]):
        raise NotAFeed("this is an HTML page, not a feed")
    try:
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return _parse_json(body, url)
        return _parse_xml(body, url, content_type)
    except NotAFeed:
        raise
    except Exception as error:  # the parsers below raise what they like on hostile bytes
        raise NotAFeed(f"the body can't be read as a feed ({type(error).__name__})") from error


# Cleaning ------------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    """A string without lone surrogates, '' for everything that is no string."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "ignore").decode("utf-8")


def _plain(value: object, limit: int, *, markup: bool, one_line: bool = True) -> str:
    """Plain tidy text of at most `limit` characters; `markup` says whether the value is HTML."""
    raw = _text(value)[: limit * 8]
    if markup and _MARKUP.search(raw):
        broken = raw if one_line else _BLOCK.sub("\n<", raw)
        if one_line:
            broken = _BLOCK.sub(" <", broken)
        raw = html.unescape(nh3.clean(broken, tags=set(), clean_content_tags=_HIDDEN))
    clean = tidy(raw)
    if one_line:
        clean = " ".join(clean.split())
    return clean[:limit].rstrip()


def _link(value: object, *bases: str) -> str | None:
    """An absolute http or https address, resolved against the first base that makes it one; None otherwise."""
    raw = "".join(_text(value).split("\n")).strip()
    if not raw or len(raw) > _MAX_LINK:
        return None
    for base in ("", *bases):
        try:
            whole = urljoin(base, raw) if base else raw
            parts = urlsplit(whole)
            port_ok = parts.port is None or parts.port > 0
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname and port_ok:
            return tidy(whole).replace(" ", "%20").replace("\n", "")
    return None


def _safe_html(value: object, *bases: str) -> str:
    """HTML with harmless tags only and absolute web addresses; bounded before it is cleaned."""

    def keep(_tag: str, attribute: str, attribute_value: str) -> str | None:
        if attribute in ("href", "src", "cite"):
            return _link(attribute_value, *bases)
        return attribute_value

    raw = _text(value)[:_MAX_CONTENT]
    if not raw.strip():
        return ""
    return nh3.clean(
        raw,
        tags=_TAGS,
        clean_content_tags=_HIDDEN,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _names(values: Iterable[str]) -> tuple[str, ...]:
    """Non-empty names in order, each once."""
    return tuple(dict.fromkeys(value for value in values if value))[:_MAX_NAMES]


def _date(value: object) -> datetime | None:
    return parse_time(_text(value))


# XML -----------------------------------------------------------------------------------------------------


def _get(source: dict[str, Any], key: str) -> Any:
    # feedparser's own dictionaries answer for missing keys with other ones; we want to know what was there.
    return dict.get(source, key)


def _is_html(detail: object) -> bool:
    return isinstance(detail, dict) and "html" in str(dict.get(detail, "type") or "")


def _parse_xml(body: bytes, url: str, content_type: str | None) -> FeedDocument:
    import feedparser  # heavy: only where it is used

    headers = {"content-location": url} if url else {}
    if content_type and "charset" in content_type.lower() and "html" not in content_type.lower():
        headers["content-type"] = content_type
    bounded, items = _bounded(body)
    found = feedparser.parse(
        io.BytesIO(bounded), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    version = str(_get(found, "version") or "")
    if not version:
        raise NotAFeed("the body is no RSS, Atom or JSON feed")
    feed: dict[str, Any] = _get(found, "feed") or {}
    raw_entries: list[dict[str, Any]] = list(_get(found, "entries") or [])
    home = _link(_get(feed, "link"), url)
    bases = tuple(base for base in (url, home) if base)
    entries = [_xml_entry(raw, bases, atom=version.startswith("atom")) for raw in raw_entries[:MAX_ENTRIES]]
    kept = tuple(entry for entry in entries if entry is not None)
    return FeedDocument(
        title=_plain(_get(feed, "title"), _MAX_TITLE, markup=_is_html(_get(feed, "title_detail"))),
        link=home,
        language=_plain(_get(feed, "language"), 35, markup=False) or None,
        ttl_minutes=_ttl(feed),
        entries=kept,
        problems=_problems(found, max(items, len(raw_entries)), len(entries) - len(kept), kept),
        skip_hours=_skip_hours(body),
        skip_days=_skip_days(body),
    )


def _bounded(body: bytes) -> tuple[bytes, int]:
    """A feed cut behind as many entries as are read, closed again, and how many it had."""
    starts = [found.start() for found in _ITEM.finditer(body)]
    if len(starts) <= MAX_ENTRIES:
        return body, len(starts)
    root = _ROOT.search(body[:_HEAD])
    name = root[1] if root else b"rss"
    end = b"</channel></%b>" % name if name.lower() == b"rss" else b"</%b>" % name
    return body[: starts[MAX_ENTRIES]] + end, len(starts)


def _skip_hours(body: bytes) -> frozenset[int]:
    """RSS skipHours: hours of the day, GMT; 24 is midnight as well. feedparser drops the element."""
    found = _SKIP_HOURS.search(body[:_HEAD])
    hours = re.findall(rb"<hour>\s*(\d{1,2})\s*</hour>", found[1], re.IGNORECASE) if found else []
    return frozenset(int(hour) % 24 for hour in hours if int(hour) <= 24)


def _skip_days(body: bytes) -> frozenset[int]:
    """RSS skipDays: names of weekdays."""
    found = _SKIP_DAYS.search(body[:_HEAD])
    days = re.findall(rb"<day>\s*([a-z]{6,9})\s*</day>", found[1], re.IGNORECASE) if found else []
    names = [day.decode().lower() for day in days]
    return frozenset(_DAYS.index(name) for name in names if name in _DAYS)


def _xml_entry(raw: dict[str, Any], bases: tuple[str, ...], *, atom: bool) -> Entry | None:
    published = _date(_get(raw, "published"))
    updated = _date(_get(raw, "updated"))
    created = _date(_get(raw, "created"))
    published = published or created
    if not atom:
        # RSS has one date; feedparser files Dublin Core's under "updated".
        published = published or updated
    title_markup = _is_html(_get(raw, "title_detail"))
    content = _best_content(_get(raw, "content"), bases)
    summary_detail = _get(raw, "summary_detail")
    summary_markup = _is_html(summary_detail)
    if not content and summary_markup:
        content = _content_html(summary_detail, bases)
    link = _link(_get(raw, "link"), *bases)
    if link and urlsplit(link).hostname in _FEEDBURNER:
        link = _link(_get(raw, "feedburner_origlink")) or link
    entry = Entry(
        id=_plain(_get(raw, "id"), _MAX_LINK, markup=False) or None,
        title=_plain(_get(raw, "title"), _MAX_TITLE, markup=title_markup),
        link=link,
        published=published,
        updated=updated,
        authors=_authors(raw),
        summary=_plain(_get(raw, "summary"), _MAX_SUMMARY, markup=summary_markup, one_line=False),
        content=content,
        tags=_names(
            _plain(_get(tag, "label") or _get(tag, "term"), 200, markup=True)
            for tag in (_get(raw, "tags") or [])[: 2 * _MAX_NAMES]
        ),
        image=_image(raw, bases),
    )
    return entry if entry.id or entry.title or entry.link or entry.summary or entry.content else None


def _image(raw: dict[str, Any], bases: tuple[str, ...]) -> str | None:
    """The picture of an entry: `media:content` that is one, an enclosure that is one, else the thumbnail."""
    media = [(m, _get(m, "url")) for m in _list(raw, "media_content")]
    links = [(m, _get(m, "href")) for m in _list(raw, "links") if _get(m, "rel") == "enclosure"]
    pictures = [
        address
        for m, address in (*media, *links)
        if str(_get(m, "medium") or "") == "image" or str(_get(m, "type") or "").startswith("image/")
    ]
    thumbnails = [_get(m, "url") for m in _list(raw, "media_thumbnail")]
    return next((link for address in (*pictures, *thumbnails) if (link := _link(address, *bases))), None)


def _list(raw: dict[str, Any], key: str) -> list[Any]:
    value = _get(raw, key)
    return value[:_MAX_NAMES] if isinstance(value, list) else []


def _content_html(detail: dict[str, Any], bases: tuple[str, ...]) -> str:
    value = _text(_get(detail, "value"))[:_MAX_CONTENT]
    if not _is_html(detail):
        value = html.escape(value, quote=False)
    own = _link(_get(detail, "base"))
    return _safe_html(value, *((own, *bases) if own else bases))


def _best_content(contents: object, bases: tuple[str, ...]) -> str:
    """The longest of an entry's textual contents, sanitised."""
    textual = (
        [c for c in contents if str(_get(c, "type") or "text").startswith(("text", "application/xhtml"))]
        if (isinstance(contents, list))
        else []
    )
    if not textual:
        return ""
    return _content_html(max(textual[:20], key=lambda c: len(_text(_get(c, "value")))), bases)


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    people = [_plain(_get(p, "name"), 200, markup=True) for p in (_get(raw, "authors") or [])[:_MAX_NAMES]]
    return _names(people) or _names([_plain(_get(raw, "author"), 200, markup=True)])


def _ttl(feed: dict[str, Any]) -> int | None:
    """Minutes between two polls as the feed wishes it: `ttl`, else the syndication module's period."""
    ttl = _text(_get(feed, "ttl")).strip()
    if re.fullmatch(r"[0-9]{1,7}", ttl) and int(ttl) > 0:
        return int(ttl)
    minutes = _PERIODS.get(_text(_get(feed, "sy_updateperiod")).strip().lower())
    if minutes is None:
        return None
    frequency = _text(_get(feed, "sy_updatefrequency")).strip()
    times = int(frequency) if re.fullmatch(r"[0-9]{1,6}", frequency) else 1
    return max(1, minutes // max(1, times))


def _problems(found: dict[str, Any], count: int, empty: int, kept: tuple[Entry, ...]) -> tuple[str, ...]:
    said: list[str] = []
    if _get(found, "bozo"):
        error = _get(found, "bozo_exception")
        name = type(error).__name__
        if "Encoding" in name:
            said.append("The feed's declared character encoding is wrong; the right one was guessed.")
        elif "ContentType" not in name:
            detail = _plain(getattr(error, "getMessage", lambda: "")(), 100, markup=False)
            line = getattr(error, "getLineNumber", lambda: None)()
            where = f" (line {line}: {detail})" if line and detail else ""
            said.append(f"The feed is not well-formed XML{where}; it was read as well as possible.")
    return (*said, *_entry_problems(count, empty, kept))


def _entry_problems(count: int, empty: int, kept: tuple[Entry, ...]) -> tuple[str, ...]:
    said: list[str] = []
    if count > MAX_ENTRIES:
        said.append(f"The feed has {count} entries; only the first {MAX_ENTRIES} were read.")
    if empty:
        said.append(f"Entries with neither title, link nor text: {empty}; they were left out.")
    if not kept:
        said.append("The feed has no entries.")
    unlinked = sum(1 for entry in kept if entry.link is None)
    if unlinked:
        said.append(f"Entries without a usable web link: {unlinked}.")
    undated = sum(1 for entry in kept if entry.published is None and entry.updated is None)
    if undated:
        said.append(f"Entries without a readable date: {undated}.")
    return tuple(said)


# JSON Feed -----------------------------------------------------------------------------------------------


def _parse_json(body: bytes, url: str) -> FeedDocument:
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotAFeed("the body starts like JSON but can't be read as JSON") from error
    version = data.get("version") if isinstance(data, dict) else None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version" not in version or not isinstance(items, list):
        raise NotAFeed("the body is JSON, but no JSON Feed (no jsonfeed.org version or no items)")
    home = _link(data.get("home_page_url"), url)
    bases = tuple(base for base in (home, url) if base)
    fallback = _json_authors(data)
    entries = [_json_entry(raw, bases, fallback) for raw in items[:MAX_ENTRIES] if isinstance(raw, dict)]
    kept = tuple(entry for entry in entries if entry is not None)
    empty = min(len(items), MAX_ENTRIES) - len(kept)
    return FeedDocument(
        title=_plain(data.get("title"), _MAX_TITLE, markup=False),
        link=home,
        language=_plain(data.get("language"), 35, markup=False) or None,
        ttl_minutes=None,
        entries=kept,
        problems=_entry_problems(len(items), empty, kept),
    )


def _json_entry(raw: dict[str, Any], bases: tuple[str, ...], fallback: tuple[str, ...]) -> Entry | None:
    known = raw.get("id")
    # The standard wants a string; numbers are common and mean the same. True is no number here.
    if isinstance(known, (int, float)) and not isinstance(known, bool):
        known = str(known)
    markup = _text(raw.get("content_html"))
    text = _text(raw.get("content_text"))
    content = _safe_html(markup or html.escape(text[:_MAX_CONTENT], quote=False), *bases)
    if _text(raw.get("summary")).strip():
        summary = _plain(raw.get("summary"), _MAX_SUMMARY, markup=False, one_line=False)
    else:
        summary = _plain(text or markup, _MAX_SUMMARY, markup=not text, one_line=False)
    tags = raw.get("tags")
    entry = Entry(
        id=_plain(known, _MAX_LINK, markup=False) or None,
        title=_plain(raw.get("title"), _MAX_TITLE, markup=False),
        link=_link(raw.get("url"), *bases) or _link(raw.get("external_url"), *bases) or _link(known),
        published=_date(raw.get("date_published")),
        updated=_date(raw.get("date_modified")),
        authors=_json_authors(raw) or fallback,
        summary=summary,
        content=content,
        tags=_names(_plain(tag, 200, markup=False) for tag in (tags if isinstance(tags, list) else [])[:_MAX_NAMES]),
        image=_link(raw.get("image"), *bases) or _link(raw.get("banner_image"), *bases),
    )
    return entry if entry.id or entry.title or entry.link or entry.summary or entry.content else None


def _json_authors(raw: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has a list of authors, version 1 had one."""
    people = raw.get("authors")
    people = people if isinstance(people, list) else [raw.get("author")]
    return _names(_plain(p.get("name"), 200, markup=False) for p in people[:_MAX_NAMES] if isinstance(p, dict))
