"""From a page's bytes to an article: parse once, find the text, read the metadata, let the gate judge."""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from math import ceil
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, fromstring
from trafilatura.utils import decode_file, repair_faulty_html

from pipeline.articles.blocks import Block, blocks, squeezed
from pipeline.articles.boilerplate import trim
from pipeline.articles.candidates import article_lines
from pipeline.articles.embedded import embedded_text
from pipeline.articles.gate import SHORT_WORDS, SHOWS_NOTHING, FoundPage, judge
from pipeline.articles.hidden import drop_hidden
from pipeline.articles.metadata import Metadata, other_versions, read_metadata
from pipeline.articles.numbered import next_part
from pipeline.articles.page_kinds import NO_PAGE, no_page, signed, wrong_type
from pipeline.articles.phrases import PAYWALL, STAMP
from pipeline.articles.rights import reserved_by_page
from pipeline.articles.typeset import set_listings, set_run_in_heads, typeset
from pipeline.invisible import strip_invisible
from pipeline.model import Article, Entry, Reservation, Verdict
from pipeline.text import has_words, language_of, tidy, words

MAX_BYTES = 10_000_000
MOST_ELEMENTS = 40_000
"""Pages of news have a few thousands; extractors take minutes for hundreds of thousands."""
MAX_DEPTH = 250
"""Deeper trees are built to make extractors spin; real pages stay below a hundred."""
FEED_WINS = 1.3
"""The feed's own full text is taken when it has this many times the page's words."""
BODY_WINS = 1.25
"""A JSON-LD body is taken when it has this many times the page's words: then the page hides most of its text."""
FEW_WORDS = 80
EMBEDDED_WINS = 3
"""What a page keeps for its script is taken when it shows fewer words, and this many times them are kept."""
AFTER_BLOCKS = 8
SECTION = 9
"""Letters of a title's part that may as well be a section's name in the menu."""
HEAD_BLOCKS = 60
"""Blocks at the top of a page among which its headline stands."""
WHOLE = 0.9
"""The share of the words that a page says its text has, from which the text is whole."""
LINK = 0.9
"""The share of a line's letters that make it a link: the rest are its marks and spaces."""
_FIRST_LINES = 4096
_NO_XML = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_ASCII = bytes(range(0x80))
_SAMPLE = 200_000
_MOST_SHOWN = 400_000
"""Letters of a page among which invisible ones are looked for."""
GOOD = 0.34
"""The share of a page's letters beyond ASCII that may be bad bytes: from there on it is not in UTF-8."""
_PARSER = HTMLParser(encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True)
# One class for all elements: choosing it by tag costs a call for each time a node is looked at.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
_NAMED_AROUND = etree.XPath(
    "//*[self::div or self::section or self::aside or self::ul][@role='banner' or @role='navigation' or"
    " @role='contentinfo' or contains(@class, 'eader') or contains(@class, 'bar') or contains(@class, 'nav') or"
    " contains(@class, 'head') or contains(@class, 'ooter') or contains(@class, 'menu') or contains(@id, 'eader') or"
    " contains(@id, 'bar') or contains(@id, 'nav') or contains(@id, 'ooter')]"
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:(?:site|page|main|global|top|app)-?)?(?:header|nav|navbar|navigation|topbar|menu|menubar|masthead"
    r"|toolbar|footer)(?=$|[\s_-])|(?:^|[\s_-])top-?bar|userbar|utility-?(?:bar|nav)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"&lt;/?(?:p|br|div|a|strong|em|span|img|figure|h\d)\b", re.IGNORECASE)
_SMUGGLED = re.compile(
    "[\u034f\u115f\u1160\u180b-\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\u2800\u3164\ufe00-\ufe0d\uffa0"
    "\U000e0000-\U000e01ef]"
)
"""Characters that hide something where no script and no emoji needs them."""


def extract(
    html: bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    entry: Entry | None = None,
    languages: Sequence[str] = (),
    min_words: int = 60,
    permitted: Collection[str] = (),
) -> Article:
    """Read a page. Never raises for any bytes: what is no article is said in the verdict and its reason.

    `entry` is the feed's item: its full text is used where the page gives less. `languages` are those
    wanted, all when empty; `min_words` is the fewest an article has. `permitted` are the reservations that a
    permission lifts.
    """
    if len(html) > MAX_BYTES:
        return _refused(Verdict.NOT_ARTICLE, f"the page is larger than {MAX_BYTES // 1_000_000} MB", entry)
    answered = {name.lower(): value for name, value in (headers or {}).items()}
    no_html = wrong_type(answered.get("content-type", ""))
    tree = None if no_html else parse(html)
    levels = _levels(tree) if tree is not None else []
    smuggled = tree is not None and _smuggles(etree.tostring(tree, encoding="utf-8", method="text", with_tail=False))
    if len(levels) > MAX_DEPTH + 1:
        return _refused(Verdict.NOT_ARTICLE, f"the page nests its tags more than {MAX_DEPTH} deep", entry)
    if sum(map(len, levels)) > MOST_ELEMENTS:
        return _refused(Verdict.NOT_ARTICLE, f"the page has more than {MOST_ELEMENTS} elements", entry)
    notes: list[str] = []
    if tree is not None:
        notes.extend(typeset(tree))
    metadata = read_metadata(tree, url, entry) if tree is not None else Metadata(title=entry.title if entry else "")
    summary = _as_text(entry.summary) if entry else ""
    text = extractor = after = ""
    linked, stamps, cards = 0.0, 0, 0
    fuller, fuller_notes = _feed_text(entry)
    if tree is not None:
        notes.extend(drop_hidden(tree))
        set_listings(tree)
        set_run_in_heads(tree)
        found = blocks(tree)
        metadata.title = _plain_title(metadata, found)
        text, extractor = _article_text(tree, found, metadata, url, fuller or summary)
        lines = [squeezed(line) for line in text.split("\n")]
        after, linked = _after(found, lines[-1]), _linked(found, lines)
        stamps, cards = _between(found, set(lines))
    if fuller and len(words(fuller)) > FEED_WINS * len(words(text)):
        text, extractor = fuller, "feed"
        notes = list(fuller_notes)
    if smuggled:
        notes.append("invisible characters were dropped")
    text = tidy(text)
    language = language_of(text) or metadata.language
    reserved = reserved_by_page(metadata.robots, metadata.reserved, answered)
    refused = {what: why for what, why in reserved.items() if what not in permitted}
    # What a page shows beside its text tells of short ones alone, and the tree is changed by now: it is made anew.
    looked_at = metadata.free is False or not has_words(text, SHORT_WORDS)
    anew = parse(html) if tree is not None and looked_at else None
    raw = page_text([anew]) if anew is not None else ""
    page = FoundPage(
        text=text,
        raw=raw,
        html=html[:400_000].decode("utf-8", "replace"),
        title=metadata.title,
        kind=metadata.kind,
        free=metadata.free,
        reserved=next((why for what, why in refused.items() if what is not Reservation.NOIMAGEAI), ""),
        from_feed=extractor == "feed",
        summary=summary,
        language=language,
        url=url or "",
        asked=(entry.link if entry else None) or "",
        after=after,
        around=page_text(_around(anew)) if PAYWALL.search(raw) else "",
        whole=_is_whole(text, metadata),
        linked_lines=linked,
        stamps=stamps,
        cards=cards,
    )
    verdict, reason = judge(page, languages=languages, min_words=min_words)
    if html.strip() and tree is None and not text:
        verdict, reason = Verdict.NOT_ARTICLE, no_html or signed(html) or NO_PAGE
    return Article(
        verdict=verdict,
        reason=reason,
        title=metadata.title,
        text=text,
        byline=metadata.byline,
        published=metadata.published,
        updated=metadata.updated,
        site=metadata.site,
        language=language,
        canonical_url=metadata.canonical_url,
        section=metadata.section,
        # A page that keeps its pictures from machines lends its text only.
        image=metadata.image if Reservation.NOIMAGEAI not in refused else None,
        image_alt=metadata.image_alt,
        extractor=extractor,
        lifted=tuple(what for what in reserved if what not in refused),
        sources=tuple(metadata.sources.items()),
        notes=tuple(notes),
        # Never around a wall: only where a page shows nothing, or less than it should, without saying why.
        elsewhere=other_versions(tree, url)
        if tree is not None and (verdict in (Verdict.EMPTY, Verdict.TEASER) or reason.startswith(SHOWS_NOTHING))
        else (),
        further=next_part(tree, url)
        if tree is not None and verdict in (Verdict.ARTICLE, Verdict.TEASER) and extractor != "feed"
        else None,
    )


def _refused(verdict: Verdict, reason: str, entry: Entry | None) -> Article:
    return Article(verdict=verdict, reason=reason, title=entry.title if entry else "", text="")


def parse(html: bytes) -> Any:
    """The parsed page, or None when the bytes hold no HTML."""
    if not html.strip() or b"\x00\x00\x00" in html[:1000] or signed(html):
        return None
    html = _without_nulls(html)
    try:
        text = _decoded(html)
        if no_page(text):
            return None
        # What mends the first lines takes the square of their length.
        first = text[:_FIRST_LINES]
        head = repair_faulty_html(first, text[:50].lower())
        page = text.encode("utf-8", "replace")
        page = head.encode("utf-8", "replace") + page[len(first.encode("utf-8", "replace")) :]
        for nothing in _NO_CHARACTERS:
            page = page.replace(nothing, b"")
        return fromstring(page.translate(None, _NO_XML), parser=_PARSER)
    except (ValueError, etree.LxmlError, RecursionError, LookupError):
        return None


def _decoded(html: bytes) -> str:
    """A page's text. A few bad bytes make no other encoding of a page in UTF-8: they alone are lost."""
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        text = html.decode("utf-8", "replace")
    beyond = [c for c in text[:_SAMPLE] if not c.isascii()]
    bad = beyond.count("\ufffd")
    return text if bad < GOOD * len(beyond) else str(decode_file(html))


def _without_nulls(html: bytes) -> bytes:
    """UTF-16 without a mark, told by the zero in every other byte of its tags, as UTF-8."""
    head = html[:60]
    for zeros, encoding in ((head[1::2], "utf-16-le"), (head[0::2], "utf-16-be")):
        if len(zeros) > 20 and zeros.count(0) > 0.8 * len(zeros):
            text = html.decode(encoding, "replace")
            return re.sub(r"(?i)charset=[\"']?utf-16[a-z-]*[\"']?", "charset=utf-8", text).encode()
    return html


def _smuggles(shown: bytes) -> bool:
    """Whether a text in UTF-8 holds invisible characters that belong to nothing in it."""
    # None of them is ASCII, which most of a page is: without it, the search is short.
    if _SMUGGLED.search(shown.translate(None, _ASCII).decode()) is None:
        return False
    text = shown.decode()[:_MOST_SHOWN]
    return len(_SMUGGLED.findall(strip_invisible(text))) < len(_SMUGGLED.findall(text))


def _levels(tree: Any) -> list[list[Any]]:
    """The page's elements by how deep they are nested, no deeper than is allowed and one more.

    Whoever holds them also spares lxml from making each of them anew whenever it is looked at.
    """
    levels = [[tree]]
    while levels[-1] and len(levels) <= MAX_DEPTH + 1:
        levels.append([child for node in levels[-1] for child in node])
    return levels


def _around(tree: Any) -> list[Any]:
    """The site's own head, menus and foot: what is around a page, whatever stands on it."""
    found = [node for node in tree.iter("header", "nav", "footer") if node.tag == "nav" or _is_sites(node)]
    named = (
        node for node in _NAMED_AROUND(tree) if _CHROME.search(f"{node.get('class') or ''} {node.get('id') or ''}")
    )
    found += [node for node in named if _is_sites(node) and next(node.iter("article", "main", "h1"), None) is None]
    ours = set(found)
    return [node for node in found if not any(outer in ours for outer in node.iterancestors())]


def _is_around(node: Any) -> bool:
    """Whether an element stands in the site's head, menus or foot."""
    while node is not None and node.tag not in ("article", "main"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if node.tag in ("header", "nav", "footer") or (node.tag not in ("body", "html") and _CHROME.search(names)):
            return True
        node = node.getparent()
    return False


def _is_sites(node: Any) -> bool:
    return next(node.iterancestors("article", "main"), None) is None


def _is_whole(text: str, metadata: Metadata) -> bool:
    """Whether a text has about as many words as the page itself says, or as the body it keeps for machines."""
    told = max(metadata.words, len(words(metadata.body)))
    return bool(told) and has_words(text, ceil(WHOLE * told))


def page_text(trees: Sequence[Any]) -> str:
    """All the text that elements show, furniture included: what the gate looks for walls in."""
    parts = [
        text
        for tree in trees
        for node in tree.iter(
            "p", "div", "span", "h1", "h2", "h3", "li", "a", "button", "td", "section", "label", "main"
        )
        for text in (node.text, node.tail)
        if text and text.strip()
    ]
    return tidy(" ".join(parts))[:200_000]


def _article_text(tree: Any, page: Sequence[Block], metadata: Metadata, url: str | None, told: str) -> tuple[str, str]:
    """The text and what found it: an extractor, mended by the page's own containers and JSON-LD.

    `told` is what the feed gave of the text: all of it, or a teaser.
    """
    titles = [metadata.title, *(" ".join(h.itertext()) for h in tree.iter("h1"))]
    lines, extractor = article_lines(tree, page, url, titles, told)
    # What a page keeps for its scripts is read only where nothing says that it must be paid for.
    body = _plain_body(metadata.body) if metadata.free is not False else ""
    if body and len(words(body)) > BODY_WINS * len(words(" ".join(lines))):
        lines, extractor = [line for line in body.split("\n") if line.strip()], "json-ld"
    if not has_words(" ".join(lines), FEW_WORDS) and metadata.free is not False:
        kept = embedded_text(tree, parse)
        if len(words(" ".join(kept))) > EMBEDDED_WINS * len(words(" ".join(lines))):
            lines, extractor = kept, "embedded"
    return "\n".join(trim(lines, titles, metadata.byline or "")), extractor


def _after(page: Sequence[Block], last: str) -> str:
    """What the page shows right after the text's last line: where a wall stands. Lines come squeezed."""
    place = next((n for n in reversed(range(len(page))) if last and page[n].squeezed == last), None)
    following = page[place + 1 : place + 1 + AFTER_BLOCKS] if place is not None else []
    return " ".join(block.text for block in following if not _is_around(block.node))


def _between(page: Sequence[Block], lines: set[str]) -> tuple[int, int]:
    """How many times, and how many headings that are links, stand between the text's first line and its last."""
    ours = [n for n, block in enumerate(page) if block.squeezed in lines and len(block.text) > 40]
    inside = page[ours[0] : ours[-1]] if ours else []
    stamps = sum(len(block.text) < 24 and STAMP.match(block.text) is not None for block in inside)
    return stamps, sum(block.heading and block.linked > LINK for block in inside)


def _plain_title(metadata: Metadata, page: Sequence[Block]) -> str:
    """The title without the site's name at its end, where the page names its site or shows the title without it."""
    parts = re.split(r"\s+[|–—·»-]\s+", metadata.title)
    if len(parts) < 2:
        return metadata.title
    if metadata.site and squeezed(parts[-1]) == squeezed(metadata.site):
        return metadata.title[: metadata.title.rindex(parts[-1])].rstrip(" |–—·»-")
    if metadata.sources.get("title") == "html":
        shown = [block.squeezed for block in page[:HEAD_BLOCKS]]
        for part in sorted(parts, key=len, reverse=True):
            if len(part) > SECTION and any(text.startswith(squeezed(part)) for text in shown):
                return part
    return metadata.title


def _linked(page: Sequence[Block], lines: Sequence[str]) -> float:
    """The share of a text's lines that are a link's words."""
    links = {block.squeezed for block in page if block.linked > LINK}
    return sum(line in links for line in lines) / len(lines)


def _as_text(summary: str) -> str:
    """A feed's summary as text, though it came as markup: addresses of pictures are no words."""
    return _plain_body(summary) if "<" in summary or "&lt;" in summary else summary


def _plain_body(body: str) -> str:
    """A JSON-LD body as text: some hold HTML, and some of those have it escaped."""
    if _ESCAPED.search(body):
        with suppress(ValueError):  # a number of thousands of digits is no character
            body = html_entities.unescape(body)
    if "<" in body and re.search(r"</?(p|br|div|a|strong|em|img|span|b|i|ul|li|figure)\b", body, re.IGNORECASE):
        tree = parse(f"<html><body>{body}</body></html>".encode())
        if tree is None:
            return ""
        typeset(tree)
        drop_hidden(tree)
        return "\n".join(block.text for block in blocks(tree))
    return tidy(body)


def _feed_text(entry: Entry | None) -> tuple[str, tuple[str, ...]]:
    """The text a feed gives in full, and what is to be noted of it."""
    if entry is None or not entry.content:
        return "", ()
    tree = parse(f"<html><body>{entry.content}</body></html>".encode())
    if tree is None:
        return "", ()
    notes = (*typeset(tree), *drop_hidden(tree))
    return "\n".join(trim([block.text for block in blocks(tree)], [entry.title])), notes
