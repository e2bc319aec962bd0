"""XML of feeds and of lists of feeds: parsed strictly, and mended where it is nearly XML. Nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from pipeline.errors import NotAFeed

USUAL = {
    "atom": "http://www.w3.org/2005/Atom", "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/", "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml", "a10": "http://www.w3.org/2005/Atom",
}  # fmt: skip
"""What everybody means by a prefix."""
_REFERENCE = re.compile(r"&(?:#(?:(\d{1,9})|[xX]([0-9a-fA-F]{1,8}));|([A-Za-z][A-Za-z0-9]{0,31});)?")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOSE = re.compile(r"<(?![A-Za-z_/!?])")
_ROOTS = re.compile(r"<(?:\?xml\s|(?:[\w.-]{1,20}:)?(?:rss|feed|rdf|channel)[\s>])", re.IGNORECASE)
_LAST = re.compile(r"</(?:[\w.-]{1,20}:)?(?:rss|feed|rdf)\s{0,9}>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[\]<>]{0,1000}>", re.IGNORECASE)
_DECLARED = re.compile(r"<!ENTITY\s+([A-Za-z][\w.-]{0,60})\s")
_USED = re.compile(r"</?([A-Za-z_][\w.-]{0,60}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,60}):[A-Za-z_][\w.-]{0,60}=")
_KNOWN = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,60})\s{0,9}=")
_FIRST = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_MOST_TAGS = 1_500_000
"""Tags a feed may have: a node takes some hundred bytes of memory, whatever is in it."""
_MOST_ATTRIBUTES = 2_000
"""Attributes a tag may have: libxml2 holds each against all before it."""
_IN_A_TAG = re.compile(r"""[^"'<>]*+(?:"[^"<]*+"[^"'<>]*+|'[^'<]*+'[^"'<>]*+)*+""")


def parser(*, recover: bool = False) -> etree.XMLParser:
    """A parser of UTF-8 that asks nobody and follows nothing; depth, text and entities are bounded by libxml2."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities="internal",
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        huge_tree=False,
    )


def read_tree(text: str) -> tuple[Any, str] | None:
    """The root element of a feed's text, and what was wrong with it ('' for nothing); None where nobody can mend it."""
    if text.count("<") > _MOST_TAGS:
        raise NotAFeed(f"the body has more than {_MOST_TAGS:,} tags, too many for a feed")
    # A document type that stands elsewhere is not fetched: its entities are mended as those of HTML.
    text = _DOCTYPE.sub("", text, count=1)
    try:
        return _parsed(text), ""
    except etree.XMLSyntaxError as error:
        said = f"line {error.lineno}: {error.msg}" if error.msg else ""
    try:
        return _parsed(mend(text)), said
    except etree.XMLSyntaxError:
        return None


def _parsed(text: str, *, recover: bool = False) -> Any:
    # Where all is forgiven, a "<" may as well stand in a value: what follows it is looked at as text in quotes, too.
    before = ("", '"', "'") if recover else ("",)
    long = (piece for piece in text.split("<") if len(piece) > 4 * _MOST_ATTRIBUTES)
    if any(_attributes(quote + piece) > _MOST_ATTRIBUTES for piece in long for quote in before):
        raise NotAFeed(f"a tag has more than {_MOST_ATTRIBUTES:,} attributes, too many for a feed")
    return etree.fromstring(text.encode("utf-8", "replace"), parser(recover=recover))


def _attributes(piece: str) -> int:
    """How many values stand in quotes in the tag a piece of text begins with."""
    tag = _IN_A_TAG.match(piece)
    return (tag[0].count('"') + tag[0].count("'")) // 2 if tag else 0


def recovered(text: str) -> Any:
    """What libxml2 makes of XML that nobody can mend. Raises NotAFeed where that is nothing."""
    root = _parsed(mend(text), recover=True)
    if root is None:
        raise NotAFeed("the body is not an RSS, Atom or JSON feed")
    return root


def mend(text: str) -> str:
    """A feed's text without what XML forbids: loose `&` and `<`, unknown entities and prefixes, junk around it."""
    start = _ROOTS.search(text[:100_000])
    if start:
        text = text[start.start() :]
    last = text.rfind("</")
    if last >= 0 and (end := _LAST.match(text, last)):
        text = text[: end.end()]
    text = _ILLEGAL.sub("", text)
    own = frozenset(_DECLARED.findall(text[:50_000])) if "<!ENTITY" in text[:50_000] else frozenset()

    def reference(found: re.Match[str]) -> str:
        decimal, digits, name = found.groups()
        if name:
            if name in ("amp", "lt", "gt", "quot", "apos") or name in own:
                return found[0]
            known = html5.get(f"{name};")
            return "".join(f"&#{ord(c)};" for c in known) if known else f"&amp;{name};"
        if not (decimal or digits):
            return "&amp;"
        number = int(decimal) if decimal else int(digits, 16)
        legal = (
            number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
        )
        return found[0] if legal else "\ufffd"

    parts = []
    for piece, outside in _around_cdata(text):
        parts.append(_LOOSE.sub("&lt;", _REFERENCE.sub(reference, piece)) if outside else piece)
    return _with_prefixes("".join(parts))


def _around_cdata(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, and whether each stands outside of CDATA."""
    here = 0
    while (start := text.find("<![CDATA[", here)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield text[here:start], True
        yield text[start : end + 3], False
        here = end + 3
    yield text[here:], True


def _with_prefixes(text: str) -> str:
    """Every prefix declared: a feed that forgot `xmlns:media` means what everybody means by it."""
    used = {name for pair in _USED.findall(text) for name in pair if name}
    missing = sorted(used - set(_KNOWN.findall(text)) - {"xml", "xmlns"})[:50]
    root = _FIRST.search(text)
    if not missing or root is None:
        return text
    said = "".join(f' xmlns:{name}="{USUAL.get(name.lower(), f"urn:prefix:{name}")}"' for name in missing)
    return text[: root.end()] + said + text[root.end() :]
