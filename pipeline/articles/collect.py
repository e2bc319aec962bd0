"""Collecting: from an entry to an article, or to a refusal with its reason, before a token is spent."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.articles.change import next_look
from pipeline.articles.entry_turns import its_turn, refused_for_today
from pipeline.articles.fetch import Reader, fetch_page, read_on, read_page, reserved_by_site
from pipeline.articles.gate import CUT_WORDS, nearly_same, speaks_of, word_count
from pipeline.articles.rights import lifted_by
from pipeline.config import Config
from pipeline.errors import FetchError, InShortError
from pipeline.feeds.filters import filters_of
from pipeline.model import Article, Entry, EntryState, Reservation, Verdict
from pipeline.net import NEVER_ASKED, Net
from pipeline.processes import TooLong
from pipeline.settings import Filters
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.articles.pages import KeptPage, keep_page
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, EntryRow
from pipeline.text import number_sentences

log = logging.getLogger("inshort.articles")

BEFORE = 30
"""How many of a feed's latest articles a short text is compared with."""
ATTEMPTS = 4
"""Tries after which a page that cannot be fetched is given up."""
_FOR_GOOD = NEVER_ASKED | {"robots", "too_big"}


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of an entry: `article`, `refused`, `duplicate`, `failed` or `nothing`."""

    what: str
    title: str = ""
    verdict: str = ""
    reason: str = ""
    fault: str = ""
    """What In Short itself failed with, where it tripped."""


async def collect_entry(
    database: Database, entry_id: int, net: Net, config: Config, now: datetime, reader: Reader = None
) -> Collected:
    """Read the page an entry points at. Safe to call twice: the second finds nothing to do.

    A page In Short itself trips over fails alone, and is given up like one that can't be fetched.
    """
    try:
        return await _collect(database, entry_id, net, config, now, reader)
    except TooLong as error:
        fault = f"reading it was {error}"
    except (InShortError, ImportError):
        raise
    except Exception as error:
        log.exception("entry %s", entry_id)
        fault = f"an error inside In Short: {error!r}"
    with database.session() as session:
        return replace(_failed(entries.get_entry(session, entry_id), "tripped", fault, now), fault=fault)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An entry whose turn it is, and how its page may be read."""

    entry: Entry
    filters: Filters
    permission: str
    permitted: frozenset[Reservation]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as its server gave it, or why it did not; without one, the feed's own words are read."""

    body: bytes = b""
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    lifted: frozenset[Reservation] = frozenset()
    unread: FetchError | None = None


async def _collect(
    database: Database, entry_id: int, net: Net, config: Config, now: datetime, reader: Reader
) -> Collected:
    reading = _take(database, entry_id, config, now)
    if isinstance(reading, Collected):
        return reading
    page = await _fetch(net, reading)
    if page is None:
        return _reserved(database, entry_id)
    article, page = await _read(net, reader, reading, page, config)
    with database.session() as session:
        row = entries.get_entry(session, entry_id)
        if not entries.collectable(row):
            return Collected("nothing")
        if page.body and config.articles.keep_pages_days:
            keep_page(session, KeptPage(row.id, page.url or "", dict(page.headers), page.body), now)
        if article.verdict != Verdict.ARTICLE and page.unread is not None:
            # Where the feed itself gives the whole text, a page that can't be had is no loss.
            return _unreachable(row, page.unread, now)
        if article.verdict == Verdict.ARTICLE and (no := _full(session, row, reading.filters, config, now)):
            return no
        watched = config.articles.watch_hours if page.body and article.extractor != "feed" else 0
        return _store(session, row, article, page.url or "", reading.permission, now, watched)


def _take(database: Database, entry_id: int, config: Config, now: datetime) -> Collected | _Reading:
    """What to read an entry with, or what became of it without being read."""
    with database.session() as session:
        row = entries.get_entry(session, entry_id)
        if not entries.collectable(row):
            return Collected("nothing")
        if twin := entries.twin_of(session, row):
            entries.settle(row, EntryState.DUPLICATE, "duplicate", f"the same link as entry {twin.id}")
            return Collected("duplicate", row.title, "duplicate", row.reason)
        feed = feeds.get_feed(session, row.feed_id)
        filters = filters_of(config.filters, feed.filters)
        if no := _full(session, row, filters, config, now):
            return no
        if not its_turn(session, row, filters, config, now):
            return Collected("nothing")
        return _Reading(_entry(row), filters, feed.permission, lifted_by(feed.permission, feed.permits))


async def _fetch(net: Net, reading: _Reading) -> _Page | None:
    """The page an entry points at; None where its site reserves it."""
    entry = reading.entry
    if not entry.link:
        return _Page(url=entry.link)
    lifted: frozenset[Reservation] = frozenset()
    try:
        answer, lifted = await fetch_page(net, entry.link, reading.permitted)
        page = _Page(answer.body, answer.url, dict(answer.headers))
        reserved = await reserved_by_site(net, answer.url)
    except FetchError as error:
        page = _Page(url=entry.link, unread=error)
        # The feed may have the whole text: what the site reserves holds for it as well.
        asked = bool(entry.content) and error.reason not in NEVER_ASKED
        reserved = asked and await reserved_by_site(net, entry.link)
    if reserved and Reservation.TDM not in reading.permitted:
        return None
    return replace(page, lifted=lifted | {Reservation.TDM} if reserved else lifted)


async def _read(net: Net, reader: Reader, reading: _Reading, page: _Page, config: Config) -> tuple[Article, _Page]:
    """The article on a page, with its further parts, and the page it was found on."""
    filters, permitted = reading.filters, reading.permitted
    wanted = {
        "entry": reading.entry,
        "languages": filters.languages or config.articles.languages,
        "min_words": filters.min_words or config.articles.min_words,
        "permitted": permitted,
    }
    article = await read_page(reader, page.body, url=page.url, headers=page.headers, **wanted)
    for address in article.elsewhere:
        # The canonical page shows nothing, and says of no wall: its AMP or print version may be whole.
        try:
            answer = await net.get(address, robots=Reservation.ROBOTS not in permitted)
        except FetchError:
            continue
        reserved = await reserved_by_site(net, answer.url)
        if reserved and Reservation.TDM not in permitted:
            continue
        headers = dict(answer.headers)
        other = await read_page(reader, answer.body, url=answer.url, headers=headers, **wanted)
        if other.verdict is Verdict.ARTICLE:
            lifted = page.lifted | {Reservation.TDM} if reserved else page.lifted
            article, page = other, _Page(answer.body, answer.url, headers, lifted, page.unread)
            break
    if article.further:
        article = await read_on(net, reader, article, wanted, permitted)
    return replace(article, lifted=tuple(sorted(page.lifted.union(article.lifted)))), page


def _reserved(database: Database, entry_id: int) -> Collected:
    reason = "the site reserves text and data mining (tdmrep.json)"
    with database.session() as session:
        row = entries.get_entry(session, entry_id)
        if not entries.collectable(row):
            return Collected("nothing")
        entries.settle(row, EntryState.REFUSED, Verdict.RESERVED, reason)
        return Collected("refused", row.title, Verdict.RESERVED, reason)


def _full(session: Session, row: EntryRow, filters: Filters, config: Config, now: datetime) -> Collected | None:
    """A refusal when the feed gave enough for today."""
    no = refused_for_today(session, row, filters, config, now)
    if no is None:
        return None
    entries.settle(row, EntryState.REFUSED, no.verdict, no.reason)
    return Collected("refused", row.title, no.verdict, no.reason)


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=None,
        title=row.title,
        link=row.link,
        published=row.published_at,
        updated=row.updated_at,
        authors=tuple(row.authors),
        summary=row.summary,
        content=row.content,
        tags=tuple(row.tags),
        image=row.image,
    )


def _unreachable(row: EntryRow, error: FetchError, now: datetime) -> Collected:
    verdict = "robots" if error.reason == "robots" else "unreachable"
    for_good = error.reason in _FOR_GOOD or error.status in (401, 402, 403, 404, 410, 451)
    return _failed(row, verdict, str(error), now, for_good=for_good)


def _failed(row: EntryRow, verdict: str, reason: str, now: datetime, *, for_good: bool = False) -> Collected:
    row.attempts += 1
    if for_good or row.attempts >= ATTEMPTS:
        tries = f" (given up after {row.attempts} tries)" if row.attempts >= ATTEMPTS else ""
        entries.settle(row, EntryState.REFUSED, verdict, f"{reason}{tries}")
        return Collected("refused", row.title, verdict, row.reason)
    row.state, row.reason = EntryState.FAILED, reason
    row.next_try_at = now + timedelta(minutes=10 * 4 ** (row.attempts - 1))
    return Collected("failed", row.title, verdict, row.reason)


def _twin(session: Session, row: EntryRow, article: Article, text_hash: str, url: str) -> ArticleRow | None:
    """A page of the same site with this text under another title: what a site shows in place of articles."""
    spoken = speaks_of(article.text, row.title)
    host = urlsplit(url).netloc
    for other, feed_id in entries.same_text(session, text_hash, row.title):
        if feed_id == row.feed_id or (not spoken and host and urlsplit(other.url).netloc == host):
            return other
    # A wall that tells the address it stands at, or the time, has almost the same text; a long text is no wall.
    if spoken or word_count(article.text) >= CUT_WORDS:
        return None
    others = entries.latest_texts(session, row.feed_id, row.title, BEFORE)
    return next((other for other in others if nearly_same(article.text, other.text)), None)


def _store(
    session: Session, row: EntryRow, article: Article, url: str, permission: str, now: datetime, watched: int
) -> Collected:
    if article.verdict != Verdict.ARTICLE:
        entries.settle(row, EntryState.REFUSED, article.verdict, article.reason)
        return Collected("refused", row.title, article.verdict, article.reason)
    text_hash = hashlib.sha256(" ".join(article.text.lower().split()).encode()).hexdigest()
    if twin := _twin(session, row, article, text_hash, url):
        reason = f"the same text as another page of the site: {twin.title}"
        entries.settle(row, EntryState.REFUSED, Verdict.NOT_ARTICLE, reason)
        first = entries.get_entry(session, twin.entry_id).title
        if not speaks_of(article.text, row.title) and not speaks_of(twin.text, first):
            # A wall, then, and the first page that had it was no article either.
            entries.withdraw(session, twin, f"the same text as another page of the site: {row.title}")
        return Collected("refused", row.title, Verdict.NOT_ARTICLE, reason)
    sentences = number_sentences(article.text)
    session.add(
        ArticleRow(
            entry_id=row.id,
            url=url,
            canonical_url=article.canonical_url,
            title=article.title or row.title,
            byline=article.byline,
            site=article.site,
            language=article.language,
            published_at=article.published or row.published_at,
            text=article.text,
            text_hash=text_hash,
            sentences=[[s.number, s.text, s.paragraph] for s in sentences],
            extractor=article.extractor,
            permission=permission,
            lifted=list(article.lifted),
            collected_at=now,
            updated_at=article.updated,
            section=article.section,
            image=article.image,
            image_alt=article.image_alt,
            sources=dict(article.sources),
            notes=list(article.notes),
            look_at=next_look(now, 0, watched),
        )
    )
    entries.settle(row, EntryState.EXTRACTED)
    return Collected("article", row.title)
