"""Bytes of a feed in, a `FeedDocument` out: RSS, Atom and JSON Feed, cleaned and bounded.

`decoding` makes text of the bytes; a reader finds what the feed says (`wellformed` for XML, `json_feed`, and `loose`
for what is no XML any more); here it is cleaned. Nothing touches the network or the disk.
"""

from __future__ import annotations

import html
import re
import zlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pipeline.errors import NotAFeed
from pipeline.feeds import json_feed, loose, mending, wellformed
from pipeline.feeds.clean import MAX_CONTENT, MAX_LINK, MAX_NAMES, link, mended, names, plain, safe_html, string
from pipeline.feeds.decoding import Decoded, decode
from pipeline.feeds.raw import RawEntry, RawFeed, RawText
from pipeline.model import Entry, FeedDocument
from pipeline.times import parse_time

MAX_BODY = 20_000_000
MAX_ENTRIES = 1000
_MAX_TITLE = 1000
_MAX_SUMMARY = 10_000
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEEDBURNER = ("feedproxy.google.com", "feeds.feedburner.com")
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def parse_feed(body: bytes, *, url: str = "", content_type: str | None = None) -> FeedDocument:
    """Read one feed body fetched from `url` with that Content-Type.

    Raises NotAFeed for everything that is no RSS, Atom or JSON feed, and for bodies over 20 MB; no bytes
    make it raise anything else.
    """
    if len(body) > MAX_BODY:
        raise NotAFeed(f"the body has more than {MAX_BODY // 1_000_000} MB, too much for a feed")
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise NotAFeed("the body is empty")
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body)
    try:
        decoded = decode(body, content_type)
        text = decoded.text.lstrip("\ufeff \t\r\n\x00")
        if starts_as_html(text):
            raise NotAFeed("this is an HTML page, not a feed")
        raw = json_feed.read(text) if text[:1] in ("{", "[") else _xml(text, url)
        return _document(raw, decoded, url)
    except NotAFeed:
        raise
    except Exception as error:  # the parsers below raise what they like on hostile bytes
        raise NotAFeed(f"the body can't be read as a feed ({type(error).__name__})") from error


def _unpacked(body: bytes) -> bytes:
    """A gzip file that was served as if it were the feed. Raises NotAFeed."""
    try:
        whole = zlib.decompressobj(31).decompress(body, MAX_BODY + 1)
    except zlib.error as error:
        raise NotAFeed("the body is packed, and can't be unpacked") from error
    if len(whole) > MAX_BODY:
        raise NotAFeed("the body grows too much when unpacked")
    return whole


def starts_as_html(text: str) -> bool:
    """Whether the first thing in a text that is no comment is HTML's document type or `<html`."""
    here = 0
    while text.startswith(("<!--", "<?"), here := here + _blanks(text, here)):
        end = "-->" if text.startswith("<!--", here) else "?>"
        # `<!-->` is a whole comment, for those who write HTML.
        found = text.find(end, here + 2)
        if found < 0:
            return False
        here = found + len(end)
    start = text[here : here + 40].lower()
    return re.match(r"<(?:!doctype\s+html\b|html[\s>])", start) is not None


def _blanks(text: str, here: int) -> int:
    found = re.compile(r"\s*").match(text, here)
    return len(found[0]) if found else 0


def _xml(text: str, url: str) -> RawFeed:
    """A feed's XML by the first reader that can: lxml, lxml after mending, feedparser, and what is left of it."""
    found = mending.read_tree(text)
    if found is not None:
        root, wrong = found
        feed = wellformed.TreeReader(root, url, bases="xml:base" in text).feed()
    else:
        wrong = "tags that do not close"
        soup = loose.read(text, url) if loose.bearable(text) else None
        if soup is None or not soup.entries:
            recovered = wellformed.TreeReader(mending.recovered(text), url).feed()
            soup = recovered if soup is None or recovered.entries else soup
        feed = soup
    if wrong:
        detail = plain(wrong, 100, markup=False)
        feed.problems.append(f"The feed is not well-formed XML ({detail}); it was read as well as possible.")
    return feed


# Cleaning ------------------------------------------------------------------------------------------------


def _document(raw: RawFeed, decoded: Decoded, url: str) -> FeedDocument:
    home = link(raw.link, *([url] if url else []))
    bases = tuple(base for base in (url, home) if base)
    wanted, how = _newest(raw)
    entries = [_entry(one, bases, atom=raw.atom) for one in wanted]
    kept = tuple(entry for entry in entries if entry is not None)
    problems = [*_encoding_problems(decoded), *raw.problems]
    if raw.total > MAX_ENTRIES:
        problems.append(f"The feed has {raw.total} entries; only the {how} {MAX_ENTRIES} were read.")
    return FeedDocument(
        title=_rich(raw.title, _MAX_TITLE),
        link=home,
        language=plain(raw.language, 35, markup=False) or None,
        ttl_minutes=_ttl(raw),
        entries=kept,
        problems=(*problems, *_entry_problems(wanted, len(entries) - len(kept), kept)),
        skip_hours=frozenset(int(h) % 24 for h in raw.skip_hours if re.fullmatch("[0-9]{1,2}", h) and int(h) <= 24),
        skip_days=frozenset(_DAYS.index(d.lower()) for d in raw.skip_days if d.lower() in _DAYS),
    )


def _newest(raw: RawFeed) -> tuple[list[RawEntry], str]:
    """As many entries as are read, in the feed's order, and whether they are its newest or, undated, its first."""
    if len(raw.entries) <= MAX_ENTRIES:
        return raw.entries, "first"
    dated = [(_date(one.published) or _date(one.updated) or _date(one.created) or _NEVER) for one in raw.entries]
    if sum(when is not _NEVER for when in dated) * 2 < len(dated):
        return raw.entries[:MAX_ENTRIES], "first"
    order = sorted(range(len(dated)), key=lambda place: dated[place], reverse=True)[:MAX_ENTRIES]
    return [raw.entries[place] for place in sorted(order)], "newest"


def _date(value: str) -> datetime | None:
    return parse_time(string(value)) if value else None


def _rich(text: RawText | None, limit: int, *, one_line: bool = True) -> str:
    if text is None:
        return ""
    return plain(mended(text.value[: limit * 8]), limit, markup=text.markup, one_line=one_line)


def _entry(raw: RawEntry, bases: tuple[str, ...], *, atom: bool) -> Entry | None:
    published, updated = _date(raw.published) or _date(raw.created), _date(raw.updated)
    if not atom:
        published = published or updated  # RSS has one date, and Dublin Core's is filed under "updated"
    if raw.base:
        bases = (raw.base, *bases)
    best = max(raw.contents[:20], key=lambda text: len(text.value), default=None)
    content = _content(best, bases)
    if not content and raw.summary is not None and raw.summary.markup:
        content = _content(raw.summary, bases)
    summary = _rich(raw.summary, _MAX_SUMMARY, one_line=False) or _rich(best, _MAX_SUMMARY, one_line=False)
    address = link(raw.link, *bases) or _permalink(raw.guid_link)
    if address and urlsplit(address).hostname in _FEEDBURNER:
        address = link(raw.original_link) or address
    pictures = (*raw.pictures, *raw.thumbnails)
    entry = Entry(
        id=plain(raw.id, MAX_LINK, markup=False) or None,
        title=_rich(raw.title, _MAX_TITLE),
        link=address,
        published=published,
        updated=updated,
        authors=names(plain(mended(one[:1600]), 200, markup=True) for one in raw.authors[:MAX_NAMES]),
        summary=summary,
        content=content,
        tags=names(plain(mended(one[:1600]), 200, markup=True) for one in raw.tags[: 2 * MAX_NAMES]),
        image=next((found for one in pictures if one and (found := link(one, *bases))), None),
    )
    return entry if entry.id or entry.title or entry.link or entry.summary or entry.content else None


def _permalink(guid: str) -> str | None:
    """An id as an address, where it is a whole one: what could only be resolved to one is an id."""
    return link(guid) if re.match(r"https?://", guid, re.IGNORECASE) else None


def _content(text: RawText | None, bases: tuple[str, ...]) -> str:
    if text is None:
        return ""
    value = mended(text.value[:MAX_CONTENT])
    if not text.markup:
        value = html.escape(value, quote=False)
    own = link(text.base) if text.base else None
    return safe_html(value, *((own, *bases) if own else bases))


def _ttl(feed: RawFeed) -> int | None:
    """Minutes between two polls as the feed wishes it: `ttl`, else the syndication module's period."""
    ttl = feed.ttl.strip()
    if re.fullmatch(r"[0-9]{1,7}", ttl) and int(ttl) > 0:
        return int(ttl)
    minutes = _PERIODS.get(feed.period.strip().lower())
    if minutes is None:
        return None
    frequency = feed.frequency.strip()
    times = int(frequency) if re.fullmatch(r"[0-9]{1,6}", frequency) else 1
    return max(1, minutes // max(1, times))


def _encoding_problems(decoded: Decoded) -> list[str]:
    if decoded.other:
        return ["The feed's declared character encoding is wrong; the right one was guessed."]
    if decoded.bad:
        return [f"Bytes that belong to no character: {decoded.bad}; shown as \ufffd."]
    return []


def _entry_problems(raw: list[RawEntry], empty: int, kept: tuple[Entry, ...]) -> tuple[str, ...]:
    said: list[str] = []
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
    unread = [
        date for one in raw for date in (one.published, one.updated, one.created) if date.strip() and not _date(date)
    ]
    if unread:
        said.append(f"Dates that can't be read: {len(unread)}, such as '{plain(unread[0], 60, markup=False)}'.")
    return tuple(said)
