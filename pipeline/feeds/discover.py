"""Finding the feeds of a page: what it announces, else what its links look like, else where feeds usually lie. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from trafilatura import load_html

from pipeline.feeds.clean import link, plain

_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/rdf+xml application/xml "
    "text/xml".split()
)
_LOOKS = re.compile(r"(?:^|/)(?:feeds?|rss|atom)(?:\.xml|\.rss|\.atom|\.json)?/?$|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?\b", re.IGNORECASE)
_SHARES = re.compile(
    r"(?:^|[/._-])(?:share|sharer|sharing|intent|submit|subscribe|subscription|add|login|signup)\b", re.I
)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HOSTS = ("feedburner.com", "feedblitz.com", "feedproxy.google.com", "rss.app", "podbean.com", "libsyn.com")
"""Where feeds of other sites lie."""
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
MOST = 20
_LINKS = 2000


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """`announced` by the page; else it only looks like one, and has to be asked."""

    url: str
    title: str
    announced: bool = True


def discover(page: bytes, url: str) -> list[FoundFeed]:
    """The feeds an HTML page points at, those it announces first, each once; feeds of comments last.

    A link that shares the page, or adds it to somebody's reader, is none, though it may end in `/feed`.
    """
    if not page.strip():
        return []
    try:
        tree = load_html(page[:2_000_000])
    except (ValueError, etree.LxmlError, RecursionError, LookupError):
        return []
    if tree is None:
        return []
    base = next((node.get("href") for node in tree.iter("base") if node.get("href")), "")
    here = link(base, url) or url
    announced = [
        FoundFeed(address, _title(node))
        for node in islice(tree.iter("link"), _LINKS)
        if "alternate" in (node.get("rel") or "").lower().split()
        and (node.get("type") or "").lower().split(";")[0].strip() in _TYPES
        and (address := link(node.get("href"), here))
    ]
    linked = [
        FoundFeed(address, _title(node), announced=False)
        for node in islice(tree.iter("a"), _LINKS)
        if (address := link(node.get("href"), here)) and _leads_to_a_feed(address, here)
    ]
    found: dict[str, FoundFeed] = {}
    for feed in announced or linked:
        if feed.url != url:
            found.setdefault(feed.url, feed)
    return sorted(found.values(), key=lambda feed: bool(_COMMENTS.search(f"{feed.title} {feed.url}")))[:MOST]


def usual_places(url: str) -> list[FoundFeed]:
    """Where a site that says nothing may have its feed."""
    return [FoundFeed(urljoin(url, place), "", announced=False) for place in _USUAL]


def _leads_to_a_feed(address: str, here: str) -> bool:
    parts = urlsplit(address)
    if not _LOOKS.search(parts.path) or _SHARES.search(parts.path) or _ADDRESS.search(unquote(address[8:])):
        return False
    host, own = parts.hostname or "", urlsplit(here).hostname or ""
    return _site(host) == _site(own) or host.endswith(_HOSTS)


def _site(host: str) -> str:
    """A host without what names a part of the site; good enough to tell one's own links from others'."""
    parts = host.removeprefix("www.").split(".")
    return host if all(part.isdigit() for part in parts) else ".".join(parts[-2:])


def _title(node: Any) -> str:
    return plain(node.get("title") or "".join(islice(node.itertext(), 20)), 120, markup=False)
