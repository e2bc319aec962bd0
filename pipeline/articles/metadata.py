"""Title, byline, times, site, language and address of a page, each from the best source, with the source named."""

from __future__ import annotations

import html as html_entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline.articles.blocks import blocks
from pipeline.model import Entry
from pipeline.text import tidy
from pipeline.times import parse_time

_ARTICLE_TYPES = frozenset(
    "Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle ReviewNewsArticle "
    "TechArticle ScholarlyArticle LiveBlogPosting SocialMediaPosting Report BackgroundNewsArticle".split()
)
_MAX_JSON = 2_000_000
_LONGEST = 1000
_LONGEST_ADDRESS = 2000
"""Bytes: an index takes no more than 2,700, and no reader can use them."""
"""Letters of a title or a name that are read."""
_NAMES = 300
_PICTURES = 2000
"""Pictures that are looked at for the first that may lead."""
_TAG = re.compile(r"</?(em|i|b|strong|span|sup|sub|small|mark|u|a|p|q|cite)\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass
class Metadata:
    """What a page says of itself. `sources` names where each value was read."""

    title: str = ""
    byline: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    site: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    section: str | None = None
    image: str | None = None
    image_alt: str | None = None
    kind: str = ""
    body: str = ""
    free: bool | None = None
    words: int = 0
    """How many words the page says its text has."""
    robots: str = ""
    reserved: bool = False
    sources: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: Any, source: str) -> None:
        """Keep a value unless a better source gave one already."""
        if value and not getattr(self, name):
            setattr(self, name, value)
            self.sources[name] = source


def read_metadata(tree: Any, url: str | None, entry: Entry | None) -> Metadata:
    """Read a parsed page. Order of trust: JSON-LD, OpenGraph and other meta, HTML, the feed."""
    found = Metadata()
    for node in json_ld(tree):
        _from_json_ld(found, node)
    metas = _metas(tree)
    _from_metas(found, metas)
    _from_html(found, tree)
    if found.canonical_url:
        found.canonical_url = _own_address(found.canonical_url, url)
    if entry is not None:
        found.take("title", entry.title, "feed")
        found.take("byline", ", ".join(entry.authors), "feed")
        found.take("published", entry.published, "feed")
        found.take("updated", entry.updated, "feed")
        found.take("image", entry.image, "feed")
        found.take("section", entry.tags[0] if entry.tags else "", "feed")
    # What must be looked for in the whole page, only where nothing better said it.
    if not found.byline:
        found.take("byline", _shown_byline(tree) or _signed_byline(tree), "html")
    if not found.image:
        found.take("image", _first_picture(tree), "html")
    if found.image:
        found.image = urljoin(url or "", found.image)
        if not found.image_alt:
            found.take("image_alt", _alt_of(tree, found.image), "html")
        if not found.image.startswith(("http://", "https://")):
            found.image = None
    return found


def json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of every JSON-LD block, graphs opened; broken blocks are skipped."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
        if not text or len(text) > _MAX_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        stack: list[tuple[Any, int]] = [(data, 0)]
        while stack:
            node, depth = stack.pop()
            if isinstance(node, list) and depth < 6:
                stack += [(child, depth + 1) for child in reversed(node[:200])]
            elif isinstance(node, dict):
                yield node
                if depth < 6:
                    stack += [
                        (node[key], depth + 1) for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node
                    ]


def _types(node: dict[str, Any]) -> set[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {str(k).rsplit("/", 1)[-1] for k in kinds if k}


def _from_json_ld(found: Metadata, node: dict[str, Any]) -> None:
    types = _types(node)
    if node.get("isAccessibleForFree") is not None and (types & _ARTICLE_TYPES or "WebPage" in types):
        free = str(node["isAccessibleForFree"]).lower() not in ("false", "0", "no")
        found.free = free if found.free is None else found.free and free
    if "BreadcrumbList" in types and not found.section:
        found.section, found.sources["section"] = _last_crumb(node), "json-ld"
    if not types & _ARTICLE_TYPES:
        if types & {"VideoObject", "ImageGallery", "Product", "CollectionPage", "SearchResultsPage"} and not found.kind:
            found.kind = next(iter(types))
        return
    if found.kind not in _ARTICLE_TYPES:
        found.kind = next(iter(types & _ARTICLE_TYPES))
    found.take("title", _text(node.get("headline") or node.get("name")), "json-ld")
    found.take("byline", _names(node.get("author")), "json-ld")
    found.take("published", _time(node.get("datePublished")), "json-ld")
    found.take("updated", _time(node.get("dateModified")), "json-ld")
    found.take("site", _names(node.get("publisher")), "json-ld")
    found.take("section", _text(node.get("articleSection")), "json-ld")
    found.take("language", _language(node.get("inLanguage")), "json-ld")
    picture = _picture(node.get("image")) or _picture(node.get("thumbnailUrl"))
    found.take("image", picture[0] if picture else "", "json-ld")
    found.take("image_alt", picture[1] if picture else "", "json-ld")
    if str(count := node.get("wordCount") or "").isdecimal() and len(str(count)) < 7:
        found.words = max(found.words, int(count))
    body = node.get("articleBody")
    if isinstance(body, str) and len(body) > len(found.body):
        found.body = body


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    robots: list[str] = []
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower().strip()
        content = (meta.get("content") or "").strip()
        if name == "citation_author" and content:
            # One for each author, the last name first, as libraries want it.
            person = " ".join(part.strip() for part in reversed(content.split(",", 1)))
            before = metas.get(name, "")[:_LONGEST]
            metas[name] = f"{before}, {person}" if before else person
        elif name and content:
            metas.setdefault(name, content)
            if name in ("robots", "googlebot", "inshort"):
                robots.append(content)
    if robots:
        metas["robots"] = " ".join(robots)
    return metas


def _from_metas(found: Metadata, metas: dict[str, str]) -> None:
    def first(*names: str) -> str:
        return next((metas[name] for name in names if name in metas), "")

    found.take(
        "title",
        _unescaped(first("og:title", "twitter:title", "dc.title", "parsely-title", "citation_title")),
        "opengraph",
    )
    author = first(
        "author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl", "citation_author"
    )
    if not author.startswith("http"):
        found.take("byline", tidy(author), "meta")
    published = first(
        "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "parsely-pub-date",
        "pubdate", "publishdate", "sailthru.date", "citation_publication_date", "citation_online_date", "citation_date",
    )  # fmt: skip
    found.take("published", _time(published), "meta")
    found.take("updated", _time(first("article:modified_time", "datemodified", "og:updated_time")), "meta")
    found.take("site", _unescaped(first("og:site_name", "application-name", "dc.publisher")), "opengraph")
    found.take("section", tidy(first("article:section", "section")), "opengraph")
    found.take("language", _language(first("og:locale", "content-language", "language")), "opengraph")
    found.take("image", first("og:image", "twitter:image"), "opengraph")
    found.take("image_alt", tidy(first("og:image:alt", "twitter:image:alt")), "opengraph")
    found.take("canonical_url", first("og:url") if "og:url" in metas else "", "opengraph")
    found.robots = metas.get("robots", "").lower()
    found.reserved = metas.get("tdm-reservation", "").strip() == "1"
    if found.kind not in _ARTICLE_TYPES and metas.get("og:type", "").lower() == "article":
        found.kind = "Article"


def _from_html(found: Metadata, tree: Any) -> None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            # A page's own word on its address goes before what it tells social networks.
            found.canonical_url, found.sources["canonical_url"] = link.get("href").strip(), "html"
            break
    root = tree.getroottree().getroot()
    # The lang attribute is the page's language; a JSON-LD inLanguage may be a template's.
    if language := _language(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")):
        found.language, found.sources["language"] = language, "html"
    heading = next(tree.iter("h1"), None)
    if heading is not None:
        found.take("title", _unescaped(" ".join(block.text for block in blocks(heading))), "html")
    title = next(tree.iter("title"), None)
    if title is not None:
        found.take("title", _unescaped(title.text or ""), "html")
    time = next((t for t in tree.iter("time") if t.get("datetime")), None)
    if time is not None:
        found.take("published", _time(time.get("datetime")), "html")


def _picture(value: Any) -> tuple[str, str] | None:
    """A JSON-LD image's address and caption: it may be a text, an object, or a list of either."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        address = value.get("url") or value.get("contentUrl") or value.get("@id")
        return (address.strip(), _text(value.get("caption"))) if isinstance(address, str) else None
    return (value.strip(), "") if isinstance(value, str) and value.strip() else None


def _last_crumb(node: dict[str, Any]) -> str:
    """The innermost section of a breadcrumb: the last but the page itself and the front page."""
    items = node.get("itemListElement")
    names = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            inner = item.get("item")
            names.append(_text(item.get("name") or (inner.get("name") if isinstance(inner, dict) else "")))
    return names[-2] if len(names) > 2 else ""


def _shown_byline(tree: Any) -> str:
    """Who the page itself says wrote it."""
    for node in tree.iter("a", "span", "p", "div", "address"):
        names = f"{node.get('rel') or ''} {node.get('itemprop') or ''} {node.get('class') or ''}"
        if not _names_writer(names[:_NAMES]):
            continue
        text = tidy(_short_text(node)).replace("\n", " ")
        text = re.sub(r"^(?:by|von|por|par|di|written by)\s+", "", text, flags=re.IGNORECASE)
        if 3 < len(text) < 60 and len(text.split()) < 7 and not re.search(r"\d|https?:|@", text):
            return text
    return ""


def _short_text(node: Any) -> str:
    """An element's text where it is no longer than a name may be; empty otherwise: elements nest."""
    parts, length = [], 0
    for text in node.itertext():
        parts.append(text)
        if (length := length + len(text)) > _NAMES:
            return ""
    return "".join(parts)


_BY = re.compile(
    r"^(?:By|BY|Von|Por|Par|Di|Door|Written by):?\s+((?:[A-ZÀ-ÞА-Я][\w.'’-]+\s+){1,3}[A-ZÀ-ÞА-Я][\w.'’-]+"
    r"(?:(?:,| and| und| et| y| e)\s+(?:[A-ZÀ-Þ][\w.'’-]+\s+){1,3}[A-ZÀ-Þ][\w.'’-]+){0,3})$"
)
_HEAD_ELEMENTS = 400


def _signed_byline(tree: Any) -> str:
    """A line that reads like one, whatever its markup: "By Ada Marsh" alone near the headline."""
    start = next(tree.iter("h1"), None)
    seen = start is None
    looked = 0
    for node in tree.iter("h1", "p", "div", "span", "font", "address", "td"):
        seen = seen or node is start
        if not seen or len(node) > 3:
            continue
        looked += 1
        if looked > _HEAD_ELEMENTS:
            break
        text = " ".join(_short_text(node).split()) if (node.text or len(node)) else ""
        if len(text) < 120 and (match := _BY.match(text)):
            return tidy(match[1])
    return ""


@lru_cache(4096)
def _names_writer(names: str) -> bool:
    return re.search(r"(?:^|[\s_-])(?:author(?:-?name)?|byline)(?:$|[\s_-])", names.lower()) is not None


def _first_picture(tree: Any) -> str:
    """The first figure's picture of a size to lead with."""
    looked = 0
    for figure in tree.iter("figure", "article", "main"):
        for picture in figure.iter("img", "amp-img"):
            if (looked := looked + 1) > _PICTURES:
                return ""
            address = picture.get("src") or picture.get("data-src") or ""
            width = picture.get("width") or ""
            small = width.isdigit() and int(width) < 200
            if address and not small and not address.startswith("data:"):
                return str(address)
    return ""


def _alt_of(tree: Any, image: str) -> str:
    name = image.rsplit("/", 1)[-1].partition("?")[0]
    for picture in tree.iter("img", "amp-img"):
        if name and name in (picture.get("src") or picture.get("data-src") or ""):
            return tidy(picture.get("alt") or "").replace("\n", " ")
    return ""


def other_versions(tree: Any, url: str | None) -> tuple[str, ...]:
    """A page's AMP and print versions, on the same site."""
    found = []
    for node in tree.iter("link", "a"):
        rel = (node.get("rel") or "").lower().split()
        amp = "amphtml" in rel
        printed = "alternate" in rel and (node.get("media") or "").lower() == "print"
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        linked = node.tag == "a" and re.search(r"(?:^|[\s_-])print(?:$|[\s_-])", names[:_NAMES]) is not None
        address = (node.get("href") or "").strip()
        if (amp or printed or linked) and address and not address.startswith(("javascript:", "#")):
            # The page's own address is the base, never what a base tag says.
            full = urljoin(url or "", address)
            if _same_site(full, url or full) and full != url:
                found.append(full)
    return tuple(dict.fromkeys(found))[:2]


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host, or one below the other (`amp.example.org`)."""
    try:
        hosts = sorted(((urlsplit(a).hostname or "").removeprefix("www.") for a in (one, other)), key=len)
    except ValueError:
        return False
    return bool(hosts[0]) and (hosts[0] == hosts[1] or hosts[1].endswith("." + hosts[0]))


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    return parse_time(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _unescaped(value) if isinstance(value, str) else ""


def _unescaped(value: str) -> str:
    """A line of metadata as it is read: many hold entities, some of them escaped twice, and tags."""
    text = value[:_LONGEST]
    for _ in range(2):
        text = html_entities.unescape(text) if "&" in text else text
    if "</" in text:
        text = _TAG.sub(lambda tag: "" if f"</{tag[1].lower()}>" in text.lower() else tag.group(), text)
    return " ".join(tidy(text).split())


def _own_address(address: str, url: str | None) -> str | None:
    """The address a page gives itself, where it is one of the page's own site: nobody's page may name another's."""
    try:
        whole = urljoin(url or "", address)
    except ValueError:
        return None
    if not whole.startswith(("http://", "https://")) or len(whole.encode("utf-8", "replace")) > _LONGEST_ADDRESS:
        return None
    if url and not _same_site(whole, url):
        return None
    return whole


def _names(value: Any) -> str:
    people = value if isinstance(value, list) else [value]
    names = [_text(p.get("name") if isinstance(p, dict) else p) for p in people[:10]]
    return ", ".join(dict.fromkeys(n for n in names if n and not n.startswith("http")))


def _language(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    if not isinstance(value, str):
        return ""
    code = value.strip().replace("_", "-").split("-")[0].lower()
    return code if 2 <= len(code) <= 3 and code.isalpha() else ""
