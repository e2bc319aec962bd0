"""OPML 2.0: subscriptions in and out, folders as topics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipeline.errors import UsageError

MAX_BYTES = 5_000_000
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    url: str
    title: str
    topic: str = ""


def read_opml(body: bytes) -> list[OpmlFeed]:
    """The feeds of an OPML file in its order, each once. Raises UsageError: a file is taken whole or not at all."""
    if len(body) > MAX_BYTES:
        raise UsageError(f"the OPML file is larger than {MAX_BYTES // 1_000_000} MB")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        line = body[: body.find(b"<!")].count(b"\n") + 1
        raise UsageError(f"line {line}: a document type or entities have no place in OPML")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(f"line {error.lineno or 1}: no valid XML: {error.msg}") from error
    if root.tag != "opml" or root.find("body") is None:
        raise UsageError("line 1: no OPML: <opml> with a <body> is needed")
    feeds = dict[str, OpmlFeed]()
    for feed in _outlines(root.find("body"), "", 0):
        feeds.setdefault(feed.url, feed)
    return list(feeds.values())


def _outlines(node: Any, topic: str, depth: int) -> Iterator[OpmlFeed]:
    if depth > MAX_DEPTH:
        raise UsageError(f"line {node.sourceline}: folders are nested more than {MAX_DEPTH} deep")
    for outline in node.iterchildren("outline"):
        title = outline.get("title") or outline.get("text") or ""
        url = (outline.get("xmlUrl") or "").strip()
        if not url:
            yield from _outlines(outline, title or topic, depth + 1)
            continue
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"line {outline.sourceline}: '{url[:80]}' is no http:// or https:// address")
        yield OpmlFeed(url, title or url, topic)


def write_opml(feeds: Iterable[OpmlFeed], title: str) -> str:
    """OPML 2.0 of the feeds, those with a topic in a folder of its name."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {"": body}
    for feed in feeds:
        if feed.topic not in folders:
            folders[feed.topic] = etree.SubElement(body, "outline", text=feed.topic, title=feed.topic)
        etree.SubElement(folders[feed.topic], "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=feed.url)
    return str(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"), "utf-8")
