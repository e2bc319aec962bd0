"""A page fetched and read: as its site wishes, apart from this process, and on to the last part of its article."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from pipeline.articles.extract import MAX_BYTES, extract
from pipeline.articles.gate import TEASER_SHARE, word_count
from pipeline.articles.numbered import new_lines, same_title
from pipeline.articles.rights import TDMREP, reserves
from pipeline.errors import FetchError
from pipeline.model import Article, Reservation, Verdict
from pipeline.net import Answer, Net
from pipeline.processes import Processes

Reader = Processes | None
"""Where pages are read: in other processes, or in a thread of this one, for a page or two."""
READING = 5.0
"""Seconds of the processor that a page may take: real ones take a twentieth of one."""
MOST_PARTS = 10
_WALLS = frozenset((Verdict.PAYWALL, Verdict.CONSENT, Verdict.BOT_WALL, Verdict.RESERVED))


async def fetch_page(net: Net, url: str, permitted: Collection[str] = ()) -> tuple[Answer, frozenset[Reservation]]:
    """A page, and what had to be lifted to fetch it. Raises FetchError."""
    try:
        return await net.ask(url, robots=True), frozenset()
    except FetchError as error:
        if error.reason != "robots" or Reservation.ROBOTS not in permitted:
            raise
    return await net.ask(url, robots=False), frozenset({Reservation.ROBOTS})


async def read_page(reader: Reader, html: bytes, **given: Any) -> Article:
    """Extract apart from this process where there is a reader. Raises TooLong for a page that spins."""
    if reader is None:
        return await asyncio.to_thread(extract, html, **given)
    return await reader.within(READING, extract, html, **given)


async def reserved_by_site(net: Net, url: str) -> bool:
    """Whether a site's own file reserves a page from text and data mining."""
    return reserves(await net.site_file(url, TDMREP), url)


FROM_PAGES, NOT_WHOLE = "read from", "not the whole article was read:"
"""How the notes begin of an article in several parts."""


async def read_on(
    net: Net, reader: Reader, first: Article, wanted: Mapping[str, Any], permitted: Collection[str] = ()
) -> Article:
    """An article with its further parts, as far as they may be had; its notes say what was not read, and why.

    `wanted` is what the first page was read with. Parts are asked for one after the other, as a reader would.
    """
    seen: set[str] = set()
    lines = new_lines(first.text, seen)
    article, part, count = first, first, 1
    lifted, asked, size = set(first.lifted), {first.further}, 0
    unread = ""
    while part.further and first.extractor != "feed":
        number, address = count + 1, part.further
        if count == MOST_PARTS:
            unread = f"more than {MOST_PARTS} parts are not read"
            break
        try:
            answer, more = await fetch_page(net, address, permitted)
        except FetchError as error:
            unread = f"part {number} could not be fetched: {error}"
            break
        size += len(answer.body)
        reserved = await reserved_by_site(net, answer.url)
        if reserved and Reservation.TDM not in permitted:
            unread = f"part {number} is reserved from text and data mining"
            break
        if size > MAX_BYTES:
            unread = f"its parts have more than {MAX_BYTES // 1_000_000} MB"
            break
        given = {**wanted, "entry": None, "min_words": 1, "languages": ()}
        part = await read_page(reader, answer.body, url=answer.url, headers=dict(answer.headers), **given)
        if part.verdict in _WALLS:
            unread = f"part {number} is behind a wall: {part.reason}"
            break
        if not same_title(first.title, part.title) or not (added := new_lines(part.text, seen)):
            break  # another article, or the same page again
        lines += added
        lifted |= {*more, *part.lifted, *({Reservation.TDM} if reserved else ())}
        count += 1
        if part.further in asked:
            break
        asked.add(part.further)
    notes = list(first.notes)
    if count > 1:
        notes.append(f"{FROM_PAGES} {count} pages")
        article = _whole(first, "\n".join(lines), count, wanted)
    if unread:
        notes.append(f"{NOT_WHOLE} {unread}")
    return replace(article, notes=tuple(notes), lifted=tuple(sorted(lifted)))


def _whole(first: Article, text: str, count: int, wanted: Mapping[str, Any]) -> Article:
    """An article of several pages; the first alone may have been too little for one."""
    total = word_count(text)
    entry = wanted.get("entry")
    promised = word_count(entry.summary) if entry is not None and "<" not in entry.summary else 0
    enough = total >= wanted.get("min_words", 60) and total >= TEASER_SHARE * promised
    if first.verdict is Verdict.TEASER and enough:
        return replace(first, text=text, verdict=Verdict.ARTICLE, reason=f"{total} words on {count} pages")
    told = f"{total} words on {count} pages" if first.verdict is Verdict.ARTICLE else first.reason
    return replace(first, text=text, reason=told)
