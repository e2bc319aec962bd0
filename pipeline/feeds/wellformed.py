"""RSS, RDF and Atom that are well-formed XML, or nearly: read with lxml, which is many times faster than feedparser.

What is found here is what feedparser finds in the same bytes; `benchmarks/parse.py` holds the two side by side.
"""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Any

from lxml import etree

from pipeline.errors import NotAFeed
from pipeline.feeds.mending import USUAL
from pipeline.feeds.raw import RawEntry, RawFeed, RawText, ends

_XHTML = "http://www.w3.org/1999/xhtml"
_NAMESPACES = {
    "http://www.w3.org/2005/atom": "atom", "https://www.w3.org/2005/atom": "atom", "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "", "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "", "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://blogs.law.harvard.edu/tech/rss": "", "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc", "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content", "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media", "https://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes", "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication/": "sy", "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf", _XHTML: "xhtml",
}  # fmt: skip
_SAME = {
    "guid": "id", "dc:title": "title", "pubdate": "published", "issued": "published", "dcterms:issued": "published",
    "dc:date": "updated", "modified": "updated", "dcterms:modified": "updated", "lastbuilddate": "updated",
    "dcterms:created": "created", "dc:creator": "author", "dc:author": "author", "managingeditor": "author",
    "itunes:author": "author", "dc:subject": "category", "media:category": "category", "itunes:category": "category",
    "keywords": "category", "media:keywords": "words", "itunes:keywords": "words", "tagline": "subtitle",
    "content:encoded": "encoded", "fullitem": "encoded", "body": "xbody", "xhtml:body": "xbody",
    "dc:description": "description", "dc:language": "language", "dcterms:abstract": "abstract", "entry": "item",
}  # fmt: skip
"""Names for one thing in several formats."""
_TEXTS = ("description", "summary", "abstract", "itunes:summary")
"""Where an entry's summary may stand, the best first."""
_HTML_NAMES = frozenset(
    "a abbr acronym address area article aside audio b big blockquote br button canvas caption center cite code col "
    "colgroup dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 "
    "h6 header hr i img input ins kbd label legend li m map menu meter nav noscript ol optgroup option output p pre "
    "progress q s samp section select small source span strike strong sub sup table tbody td textarea tfoot th thead "
    "time tr tt u ul var video".split()
)
_CLOSES = re.compile(r"</\w{1,30}>|&#?\w{1,31};")
_TAG_NAME = re.compile(r"</?(\w{1,30})")
_ENTITY_NAME = re.compile(r"&(\w{1,31});")
_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]{0,60}:")


class TreeReader:
    """Reads one tree. What an element is, is worked out once for each name and kept."""

    def __init__(self, root: Any, url: str, *, bases: bool = False) -> None:
        """`bases`: whether addresses may be relative to what an element says (`xml:base`); most feeds never say it."""
        self._kinds: dict[Any, str] = {}
        self._root = root
        self._url = url
        self._bases = bases

    def feed(self) -> RawFeed:
        """Raises NotAFeed for XML that is no feed."""
        root, kind = self._root, self._kind(self._root)
        if kind not in ("rss", "feed", "rdf:rdf", "rdf"):
            found = (n for n in root.iter() if self._kind(n) in ("rss", "feed", "rdf:rdf"))
            root = next(found, None)
            if root is None:
                raise NotAFeed("the body is not an RSS, Atom or JSON feed")
            kind = self._kind(root)
        atom = kind == "feed"
        channel = root if atom else next((n for n in root if self._kind(n) == "channel"), root)
        items = [n for n in root.iter("{*}item", "{*}entry") if self._kind(n) == "item"]
        items = items or [n for n in root.iter() if self._kind(n) == "item"]
        if kind.startswith("rdf") and not items and channel is root:
            raise NotAFeed("the body is not an RSS, Atom or JSON feed")
        feed = RawFeed(atom=atom, total=len(items))
        feed.language = (root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("lang") or "").replace(
            "_", "-"
        )
        self._head(channel, feed)
        feed.entries = [self._entry(item, atom=atom) for item in ends(items)]
        return feed

    def _kind(self, node: Any) -> str:
        """What an element is: its local name in lower case, behind the usual prefix of its namespace."""
        kind = self._kinds.get(node.tag)
        if kind is None:
            kind = self._kinds[node.tag] = self._classify(node.tag, (node.prefix or "").lower())
        return kind

    def _classify(self, tag: Any, prefix_used: str) -> str:
        if not isinstance(tag, str):
            return "?"
        space, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        local = local.lower()
        if ":" in local:
            prefix, _, local = local.partition(":")
        else:
            low = space.lower()
            root = self._root.tag
            own = root[1:].rpartition("}")[0].lower() if isinstance(root, str) and root[0] == "{" else ""
            known = _NAMESPACES.get(low)
            if known is None:
                plain = not low or low == own or "backend.userland.com/rss" in low
                # A namespace nobody knows, under the prefix everybody uses, is a slip in its address.
                prefix = "" if plain else prefix_used if prefix_used in USUAL else "?"
            else:
                prefix = known
        name = local if prefix in ("", "atom") else f"{prefix}:{local}"
        return _SAME.get(name, name)

    def _head(self, channel: Any, feed: RawFeed) -> None:
        for node in channel:
            kind = self._kind(node)
            if kind == "item":
                continue
            if kind == "title":
                feed.title = feed.title or self._title(node, atom=feed.atom)
            elif kind == "link":
                feed.link = self._alternate(node) or feed.link
            elif kind == "language":
                feed.language = _text(node) or feed.language
            elif kind == "ttl":
                feed.ttl = _text(node)
            elif kind == "sy:updateperiod":
                feed.period = _text(node)
            elif kind == "sy:updatefrequency":
                feed.frequency = _text(node)
            elif kind == "skiphours":
                feed.skip_hours = [_text(hour) for hour in node][:24]
            elif kind == "skipdays":
                feed.skip_days = [_text(day) for day in node][:7]

    def _alternate(self, node: Any) -> str:
        """The address of a page that a link names: Atom's by attribute, RSS's by text."""
        href = node.get("href") or node.get("url") or node.get("uri")
        if not href:
            return _text(node) if (node.get("rel") or "alternate").lower() == "alternate" else ""
        rel, kind = (node.get("rel") or "alternate").lower(), (node.get("type") or "text/html").lower()
        page = kind in ("html", "xhtml", "text/html", "application/xhtml+xml")
        return self._from(node, href) if rel == "alternate" and page else ""

    def _from(self, node: Any, address: str) -> str:
        return _joined(self._base(node), address) if self._bases else address

    def _base(self, node: Any) -> str:
        """What addresses in an element are relative to, where the feed says so."""
        if not self._bases:
            return ""
        base = node.base or ""
        return _joined(self._url, base) if base else ""

    def _title(self, node: Any, *, atom: bool) -> RawText | None:
        found = self._rich(node, "text/plain")
        if not found.value:
            return None
        if not atom and not found.markup:
            found.markup = looks_like_html(found.value)
        return found

    def _rich(self, node: Any, usual: str) -> RawText:
        """A text and whether it is HTML: Atom's by its type, anybody's by the elements in it."""
        kind = (node.get("type") or usual).lower()
        if len(node):
            return RawText(_inner(node), True, self._base(node))
        value = (node.text or "").strip()
        if kind in ("xhtml", "application/xhtml+xml"):
            return RawText(html.escape(value, quote=False), True, self._base(node))
        if node.get("mode") == "base64" or not (
            kind in ("text", "plain", "html") or kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
        ):
            value = _unpacked(value)
        return RawText(value, "html" in kind, self._base(node))

    def _entry(self, item: Any, *, atom: bool) -> RawEntry:
        entry = RawEntry(id=item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "")
        if self._bases:
            entry.base = self._base(item)
        texts: dict[str, RawText] = {}
        media: dict[str, RawText] = {}
        for node in item:
            kind = self._kind(node)
            if kind == "title":
                if entry.title is None:
                    entry.title = self._title(node, atom=atom)
            elif kind == "link":
                if (node.get("rel") or "").lower() == "enclosure":
                    if (node.get("type") or "").lower().startswith("image/"):
                        entry.pictures.append(node.get("href") or "")
                else:
                    entry.link = self._alternate(node) or entry.link
            elif kind == "id":
                entry.id = _text(node) or entry.id
                if (node.get("isPermaLink") or node.get("ispermalink") or "true").lower() == "true":
                    entry.guid_link = entry.id
                else:
                    entry.guid_link = ""
            elif kind in ("published", "updated", "created"):
                setattr(entry, kind, _text(node) or getattr(entry, kind))
            elif kind == "description":
                self._keep(texts, kind, self._rich(node, "text/html"))
            elif kind in _TEXTS:
                self._keep(texts, kind, self._rich(node, "text/plain"))
            elif kind == "encoded":
                entry.contents.append(self._rich(node, "text/html"))
            elif kind == "content":
                if not node.get("src") and _textual(node.get("type")):
                    entry.contents.append(self._rich(node, "text/plain"))
            elif kind == "xbody":
                entry.contents.append(self._rich(node, "application/xhtml+xml"))
            elif kind == "author":
                entry.authors.extend(self._authors(node))
            elif kind == "category":
                entry.tags.append(node.get("label") or node.get("term") or _text(node) or node.get("text") or "")
            elif kind == "words":
                entry.tags.extend(word.strip() for word in _text(node).split(",")[:100])
            elif kind == "enclosure":
                if (node.get("type") or "").lower().startswith("image/"):
                    entry.pictures.append(node.get("url") or node.get("href") or "")
            elif kind == "feedburner:origlink":
                entry.original_link = _text(node)
            elif kind.startswith("media:"):
                self._media(node, kind, entry, media)
        entry.summary = next((texts[kind] for kind in _TEXTS if kind in texts), media.get("media:description"))
        if not entry.contents and len(texts) > 1:
            # Of two texts the longer is the article, and the other one tells what it is about.
            longest = max(texts.values(), key=lambda text: len(text.value))
            if longest is not entry.summary:
                entry.contents.append(longest)
        if entry.title is None:
            entry.title = media.get("media:title")
        return entry

    def _keep(self, texts: dict[str, RawText], kind: str, text: RawText) -> None:
        if text.value and (kind not in texts or len(text.value) > len(texts[kind].value)):
            texts[kind] = text

    def _media(self, node: Any, kind: str, entry: RawEntry, media: dict[str, RawText], depth: int = 0) -> None:
        if kind == "media:content":
            picture = node.get("medium") == "image" or (node.get("type") or "").startswith("image/")
            if picture and len(entry.pictures) < 50:
                entry.pictures.append(node.get("url") or "")
        elif kind == "media:thumbnail" and len(entry.thumbnails) < 50:
            entry.thumbnails.append(node.get("url") or _text(node))
        elif kind == "media:description":
            self._keep(media, kind, self._rich(node, "text/html"))
        elif kind == "media:title":
            self._keep(media, kind, self._title(node, atom=False) or RawText(""))
        elif kind == "words":
            entry.tags.extend(word.strip() for word in _text(node).split(",")[:100])
        elif kind == "category":
            entry.tags.append(node.get("label") or _text(node))
        if kind in ("media:content", "media:group") and depth < 3:
            for child in node:
                self._media(child, self._kind(child), entry, media, depth + 1)

    def _authors(self, node: Any) -> list[str]:
        named = [_text(child) for child in node if self._kind(child) == "name"]
        if named or len(node):
            return named or [_text(child) for child in node if self._kind(child) == "email"]
        return [person_of(_text(node))]


def _joined(base: str, address: str) -> str:
    from urllib.parse import urljoin

    try:
        return urljoin(base, address.strip()) if base else address
    except ValueError:
        return address


def _textual(kind: str | None) -> bool:
    said = (kind or "text").lower()
    return said in ("text", "plain", "html", "xhtml") or said.startswith("text/") or said == "application/xhtml+xml"


def _text(node: Any) -> str:
    """The text of an element and of what is in it, without the blanks around it."""
    return ("".join(node.itertext()) if len(node) else node.text or "").strip()


def _inner(node: Any) -> str:
    """What an element holds, as HTML; the `div` that Atom wraps it in is no part of it."""
    while len(node) == 1 and not (node.text or "").strip() and not (node[0].tail or "").strip():
        if not (isinstance(node[0].tag, str) and node[0].tag.rpartition("}")[2].lower() == "div"):
            break
        node = node[0]
    parts = [html.escape(node.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", with_tail=True) for child in node]
    return _PREFIX.sub(r"\1", "".join(parts)).strip()


def _unpacked(value: str) -> str:
    """Base64 where it is some, else the text as it stands."""
    import base64
    import binascii

    try:
        return base64.b64decode(value[:1_000_000].encode(), validate=False).decode()
    except (binascii.Error, ValueError):
        return value


def looks_like_html(text: str) -> bool:
    """Whether a text that should be plain is HTML all the same: it closes tags or has entities, and HTML's only."""
    if "<" not in text and "&" not in text:
        return False
    if not _CLOSES.search(text):
        return False
    if any(name.lower() not in _HTML_NAMES for name in _TAG_NAME.findall(text)):
        return False
    return all(f"{name};" in html5 for name in _ENTITY_NAME.findall(text))


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,200}")


def person_of(text: str) -> str:
    """The name in `ada@example.org (Ada)` or `Ada <ada@example.org>`; the text itself where there is no other."""
    text = text[:500]
    if "@" not in text:
        return text
    name = _EMAIL.sub("", text, count=1).replace("()", "").replace("<>", "").strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip()
    return name or text
