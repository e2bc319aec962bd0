"""Finding the feeds of a page: what it announces, else what its links look like. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from trafilatura import load_html

_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/rdf+xml application/xml "
    "text/xml".split()
)
_LOOKS = re.compile(r"(?:^|/)(?:feeds?|rss|atom)(?:\.xml|\.rss|\.atom|\.json)?/?$|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?\b", re.IGNORECASE)
MOST = 20


@dataclass(frozen=True, slots=True)
class FoundFeed:
    url: str
    title: str


def discover(page: bytes, url: str) -> list[FoundFeed]:
    """The feeds an HTML page points at, those it announces first, each once; feeds of comments last."""
    if not page.strip():
        return []
    try:
        tree = load_html(page[:2_000_000])
    except (ValueError, etree.LxmlError, RecursionError, LookupError):
        return []
    if tree is None:
        return []
    base = next((node.get("href") for node in tree.iter("base") if node.get("href")), "")
    here = _absolute(url, base) or url
    announced = [
        FoundFeed(address, _title(node))
        for node in tree.iter("link")
        if "alternate" in (node.get("rel") or "").lower().split()
        and (node.get("type") or "").lower().split(";")[0].strip() in _TYPES
        and (address := _absolute(here, node.get("href")))
    ]
    linked = [
        FoundFeed(address, _title(node))
        for node in tree.iter("a")
        if (address := _absolute(here, node.get("href"))) and _LOOKS.search(urlsplit(address).path)
    ]
    found: dict[str, FoundFeed] = {}
    for feed in announced or linked:
        found.setdefault(feed.url, feed)
    return sorted(found.values(), key=lambda feed: bool(_COMMENTS.search(f"{feed.title} {feed.url}")))[:MOST]


def _absolute(base: str, link: str | None) -> str | None:
    try:
        address = urljoin(base, (link or "").strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if link and parts.scheme in ("http", "https") and parts.hostname else None


def _title(node: Any) -> str:
    text = node.get("title") or "".join(node.itertext())
    return " ".join(text.split())[:120]
