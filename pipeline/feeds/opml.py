"""OPML 2.0: subscriptions in and out, folders as topics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml import etree

from pipeline.errors import InShortError, UsageError
from pipeline.feeds import mending
from pipeline.feeds.clean import link, plain
from pipeline.feeds.decoding import decode

MAX_BYTES = 5_000_000
MAX_DEPTH = 20
MAX_NAME = 120
"""Characters of a name, as in the configuration."""
MAX_TOPIC = 60
_SAID = re.compile(
    r"""\bxmlUrl\s{0,9}=\s{0,9}(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})'|([^\s"'<>]{1,2000}))""", re.IGNORECASE
)
"""An address as it stands in the text, whatever the outline around it is like."""


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    url: str
    title: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class OpmlList:
    """The feeds of a list, each once, and a line for whatever was left out or mended."""

    feeds: list[OpmlFeed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_opml(body: bytes) -> OpmlList:
    """The feeds of an OPML file in its order. Raises UsageError for what is no OPML at all.

    An outline of another kind costs that outline, a loose `&` nothing; names are made plain, without characters
    that hide something.
    """
    if len(body) > MAX_BYTES:
        raise UsageError(f"the OPML file is larger than {MAX_BYTES // 1_000_000} MB")
    text = decode(body).text.lstrip("\ufeff \t\r\n")
    found = OpmlList()
    root = _root(text, found.problems)
    start = root if _name(root) == "body" else next((node for node in root.iter() if _name(node) == "body"), None)
    if _name(root) not in ("opml", "body") or start is None:
        raise UsageError("line 1: not OPML: <opml> with a <body> is needed")
    seen: set[str] = set()
    # Outlines still to be looked at, the next one last; a list of 20,000 folders in one another is no recursion.
    waiting: list[tuple[Any, str, int]] = [(node, "", 1) for node in reversed(start)]
    while waiting:
        node, topic, depth = waiting.pop()
        if _name(node) != "outline":
            waiting.extend((child, topic, depth) for child in reversed(node))
            continue
        said = {name.lower(): value for name, value in node.attrib.items()}
        title = plain(said.get("title") or said.get("text") or "", MAX_NAME, markup=False)
        address = said.get("xmlurl", "").strip()
        if address:
            _take(found, seen, node, address, title, topic, said)
        elif not len(node) and said.get("type", "").lower() in ("rss", "atom", "feed"):
            found.problems.append(f"line {node.sourceline}: '{title or 'an outline'}' has no xmlUrl; left out")
        if len(node):
            if depth >= MAX_DEPTH:
                found.problems.append(f"line {node.sourceline}: folders nested more than {MAX_DEPTH} deep; left out")
                continue
            waiting.extend((child, (title if not address else "") or topic, depth + 1) for child in reversed(node))
    if found.problems and "not well-formed" in found.problems[0]:
        found.problems.extend(_lost(text, root))
    return found


def _lost(text: str, root: Any) -> Iterator[str]:
    """A line for each address in the text that no outline has: a quotation mark in its name ended the outline."""
    read = Counter(
        _one_spelling(value)
        for node in root.iter()
        if _name(node) == "outline"
        for name, value in node.attrib.items()
        if name.lower() == "xmlurl"
    )
    line, counted = 1, 0
    for piece, start in _around_comments(text):
        for said in _SAID.finditer(piece):
            address = unescape(said[1] or said[2] or said[3])
            if (one := _one_spelling(address)) in read and read[one] > 0:
                read[one] -= 1
                continue
            line, counted = line + text.count("\n", counted, start + said.start()), start + said.start()
            yield f"line {line}: '{plain(address, 80, markup=False)}' is in an outline that can't be read; left out"


def _one_spelling(address: str) -> str:
    return "".join(unescape(address).split())


def _around_comments(text: str) -> Iterator[tuple[str, int]]:
    """The pieces of a text outside of comments, and where each begins."""
    here = 0
    while (start := text.find("<!--", here)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[here:start], here
        here = end + 3
    yield text[here:], here


def _root(text: str, problems: list[str]) -> Any:
    try:
        tree = mending.read_tree(text)
        if tree is None:
            root, wrong = mending.recovered(text), "tags that do not close"
        else:
            root, wrong = tree
    except (InShortError, etree.LxmlError, ValueError) as error:
        raise UsageError("line 1: not OPML: <opml> with a <body> is needed") from error
    if wrong:
        problems.append(f"the file is not well-formed XML ({wrong}); it was read as well as possible")
    return root


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _take(
    found: OpmlList, seen: set[str], node: Any, address: str, title: str, topic: str, said: dict[str, str]
) -> None:
    # `feed:` is how some readers write the address of a feed.
    low = address.lower()
    bare = (
        address[5:] if low.startswith("feed:http") else f"http:{address[5:]}" if low.startswith("feed://") else address
    )
    url = link(bare)
    if url is None or len(url) > 2000:
        shown = plain(address, 80, markup=False)
        named = f"'{title}': " if title else ""
        found.problems.append(
            f"line {node.sourceline}: {named}'{shown}' is not an http:// or https:// address; left out"
        )
        return
    if url not in seen:
        seen.add(url)
        folder = topic or plain((said.get("category") or "").strip("/").partition(",")[0], MAX_TOPIC, markup=False)
        found.feeds.append(OpmlFeed(url, title or url, folder[:MAX_TOPIC]))


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
