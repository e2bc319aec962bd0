"""The rules of the feed validator (validator.w3.org/feed) that hang on a feed alone, for the tests of what we write.

Written after its documentation of errors and warnings, RFC 4287, the RSS Advisory Board's profile and JSON Feed 1.1.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree import ElementTree

ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CHANNEL = {"title", "link", "description", "language", "lastBuildDate", "generator", "item", f"{ATOM}link"}
_ITEM = {"title", "link", "guid", "pubDate", "category", "description", CONTENT, f"{DC}creator", f"{ATOM}updated"}
_FEED = {"id", "title", "subtitle", "updated", "author", "generator", "link", "entry"}
_ENTRY = {"id", "title", "link", "published", "updated", "category", "summary", "content", "author"}
_MANY = {"link", f"{ATOM}link", "category", "entry", "item"}
_IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
_WEB = re.compile(r"https?://[^\s/]+\S*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TOP = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "hubs", "items"}
_JSON_ITEM = {"id", "url", "external_url", "title", "summary", "content_html", "date_published", "date_modified"}


def broken(text: str) -> list[str]:
    """What a feed breaks, in words; nothing where it is valid."""
    if text.startswith("{"):
        return list(_json(json.loads(text)))
    root = ElementTree.fromstring(text)
    return list(_rss(root) if root.tag == "rss" else _atom(root))


def _children(element: ElementTree.Element, known: set[str], what: str, prefix: str = "") -> Iterator[str]:
    counted = Counter(child.tag for child in element)
    for tag, number in counted.items():
        if tag.removeprefix(prefix) not in known:
            yield f"{what}: unknown element {tag}"
        if number > 1 and tag.removeprefix(prefix) not in _MANY:
            yield f"{what}: {tag} {number} times"


def _twice(ids: list[str]) -> Iterator[str]:
    yield from (f"id {one} {number} times" for one, number in Counter(ids).items() if number > 1)


def _html(html: str, what: str) -> Iterator[str]:
    for href in re.findall(r"""(?:href|src)=["']([^"']*)""", html):
        if not _WEB.fullmatch(href):
            yield f"{what}: relative or empty address {href!r} in its text"
    if re.search(r"<(script|iframe|object|embed|style)|\son\w+=|javascript:", html, re.IGNORECASE):
        yield f"{what}: something that runs in its text"


def _rss(root: ElementTree.Element) -> Iterator[str]:
    (channel,) = root
    yield from _children(channel, _CHANNEL, "channel")
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"channel: {name} is missing or empty"
    if not _IRI.fullmatch(channel.findtext("link") or ""):
        yield "channel: link is no full address"
    if not _LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "channel: language"
    for link in channel.findall(f"{ATOM}link"):
        if not _WEB.fullmatch(link.get("href", "")):
            yield "channel: atom:link is no full address"
    yield from _dates(channel.findtext("lastBuildDate"), "channel")
    ids = []
    for item in channel.findall("item"):
        what = f"item {item.findtext('title')!r}"
        yield from _children(item, _ITEM, what)
        if not (item.findtext("title") or item.findtext("description")):
            yield f"{what}: neither title nor description"
        guid = item.find("guid")
        ids.append((guid.text or "") if guid is not None else "")
        if guid is None or not ids[-1] or (guid.get("isPermaLink") != "false" and not _WEB.fullmatch(ids[-1])):
            yield f"{what}: guid"
        if item.find("link") is not None and not _WEB.fullmatch(item.findtext("link") or ""):
            yield f"{what}: link is no full address"
        yield from _dates(item.findtext("pubDate"), what)
        if not _MOMENT.fullmatch(item.findtext(f"{ATOM}updated") or ""):
            yield f"{what}: atom:updated"
        yield from _html(item.findtext(CONTENT) or "", what)
    yield from _twice(ids)


def _dates(text: str | None, what: str) -> Iterator[str]:
    """A date as RFC 822 has it, with the weekday it really was."""
    moment = parsedate_to_datetime(text or "")
    if format_datetime(moment, usegmt=True) != text:
        yield f"{what}: date {text!r}"


def _atom(root: ElementTree.Element) -> Iterator[str]:
    yield from _children(root, _FEED, "feed", ATOM)
    yield from _atom_part(root, "feed")
    if root.find(f"{ATOM}author/{ATOM}name") is None or not root.findtext(f"{ATOM}author/{ATOM}name"):
        yield "feed: nobody is its author"
    if [link.get("rel") for link in root.findall(f"{ATOM}link")].count("self") != 1:
        yield "feed: no address of its own"
    ids = []
    for entry in root.findall(f"{ATOM}entry"):
        what = f"entry {entry.findtext(f'{ATOM}title')!r}"
        yield from _children(entry, _ENTRY, what, ATOM)
        yield from _atom_part(entry, what)
        ids.append(entry.findtext(f"{ATOM}id") or "")
        content = entry.find(f"{ATOM}content")
        if content is None or content.get("type") != "html":
            yield f"{what}: content"
        else:
            yield from _html(content.text or "", what)
        published, updated = entry.findtext(f"{ATOM}published") or "", entry.findtext(f"{ATOM}updated") or ""
        if published > updated or updated > (root.findtext(f"{ATOM}updated") or ""):
            yield f"{what}: updated before it was published, or after the feed was"
    yield from _twice(ids)


def _atom_part(part: ElementTree.Element, what: str) -> Iterator[str]:
    if not _IRI.fullmatch(part.findtext(f"{ATOM}id") or ""):
        yield f"{what}: id"
    if not (part.findtext(f"{ATOM}title") or "").strip():
        yield f"{what}: title is missing or empty"
    if not _MOMENT.fullmatch(part.findtext(f"{ATOM}updated") or ""):
        yield f"{what}: updated"
    kinds = Counter((link.get("rel"), link.get("type"), link.get("hreflang")) for link in part.findall(f"{ATOM}link"))
    if any(number > 1 for (rel, *_), number in kinds.items() if rel == "alternate"):
        yield f"{what}: two alternates of one kind"
    for link in part.findall(f"{ATOM}link"):
        if not _WEB.fullmatch(link.get("href", "")):
            yield f"{what}: link {link.get('rel')} is no full address"


def _json(feed: dict[str, object]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title") or "items" not in feed:
        yield "feed: version, title or items"
    yield from (f"feed: unknown key {key}" for key in feed.keys() - _TOP)
    items = feed["items"]
    assert isinstance(items, list)
    for key, value in [*feed.items(), *((key, value) for item in items for key, value in item.items())]:
        if key.endswith("url") and not _WEB.fullmatch(str(value)):
            yield f"{key} is no full address: {value}"
    for item in items:
        what = f"item {item.get('title')!r}"
        yield from (f"{what}: unknown key {key}" for key in item.keys() - _JSON_ITEM - {"tags"})
        if not isinstance(item.get("id"), str) or not item["id"] or not item.get("content_html"):
            yield f"{what}: id or content"
        for name in ("date_published", "date_modified"):
            if not _MOMENT.fullmatch(item[name]) or not datetime.fromisoformat(item[name]):
                yield f"{what}: {name}"
        if not all(isinstance(tag, str) and tag for tag in item.get("tags", [])):
            yield f"{what}: tags"
        yield from _html(item["content_html"], what)
    yield from _twice([item["id"] for item in items])
