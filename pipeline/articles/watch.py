"""Looking again at the pages behind stories: a change after drafting is kept with what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipeline.articles.change import difference, next_look
from pipeline.articles.fetch import FROM_PAGES, NOT_WHOLE, READING, Reader, read_on, read_page
from pipeline.articles.rights import lifted_by
from pipeline.config import Config
from pipeline.errors import FetchError
from pipeline.model import Reservation, Verdict
from pipeline.net import Net
from pipeline.processes import TooLong
from pipeline.storage import feeds
from pipeline.storage.articles import changes, entries
from pipeline.storage.articles.pages import KeptPage, keep_page, kept_page
from pipeline.storage.database import Database


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look found: `same`, `changed`, `gone`, `unread` (it can't be said this time) or `nothing` to do."""

    what: str
    title: str = ""
    detail: str = ""


async def watch_article(
    database: Database, article_id: int, net: Net, config: Config, now: datetime, reader: Reader
) -> Watched:
    """Look again at one article's page, asking only for what changed. Safe to call twice."""
    with database.session() as session:
        article = entries.get_article(session, article_id)
        if not changes.watched(article, now):
            return Watched("nothing")
        entry = entries.get_entry(session, article.entry_id)
        feed = feeds.get_feed(session, entry.feed_id)
        permitted = lifted_by(feed.permission, feed.permits)
        kept = kept_page(session, article.entry_id)
        url, title = article.url, article.title
        known = changes.latest_text(session, article)
        in_parts = any(note.startswith(FROM_PAGES) for note in article.notes or ())
        partly = any(note.startswith(NOT_WHOLE) for note in article.notes or ())
    headers = dict(kept.headers) if kept is not None else {}
    found, text, page = "unread", known, None
    try:
        answer = await net.get(
            url,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            robots=Reservation.ROBOTS not in permitted,
        )
        same = answer.status == 304 or (kept is not None and answer.body == kept.body)
        if same and not (in_parts and kept is not None):
            found = "same"
        else:
            # Of an article in several parts the first page may stand as it was, and another not.
            new = KeptPage(article.entry_id, answer.url, dict(answer.headers), answer.body)
            page = kept if same and kept is not None else new
            found, text = await _compare(net, kept, page, known, permitted, reader, partly=partly)
            page = None if same else page
    except FetchError as error:
        if error.status in (404, 410):
            found, text = "gone", ""
    except TooLong:
        page = None  # what can't be read in time is no change
    with database.session() as session:
        article = entries.get_article(session, article_id)
        if not changes.watched(article, now):
            return Watched("nothing")
        article.looks += 1
        article.look_at = (
            next_look(article.collected_at, article.looks, config.articles.watch_hours) if found != "gone" else None
        )
        if found in ("changed", "gone"):
            changes.add_change(session, article, found, text, now)
        if page is not None and found in ("same", "changed") and config.articles.keep_pages_days:
            keep_page(session, page, now)
    return Watched(found, title, url)


async def _compare(
    net: Net,
    kept: KeptPage | None,
    page: KeptPage,
    known: str,
    permitted: Collection[str],
    reader: Reader,
    *,
    partly: bool = False,
) -> tuple[str, str]:
    """Whether the article on a page is another now. Both are read by today's extraction, so that only pages differ.

    `partly` says that the article was never read as a whole.
    """
    article = await read_page(reader, page.body, url=page.url, headers=page.headers, permitted=permitted)
    if article.verdict is not Verdict.ARTICLE:
        return "unread", known
    before = known
    if article.further:
        article = await read_on(net, reader, article, {"permitted": permitted}, permitted)
        if not partly and any(note.startswith(NOT_WHOLE) for note in article.notes):
            return "unread", known  # a part that can't be had today is no change
    elif kept is not None:
        old = await read_page(reader, kept.body, url=kept.url, headers=kept.headers, permitted=permitted)
        before = old.text or known
    return ("changed", article.text) if await _differ(reader, before, article.text) else ("same", known)


async def _differ(reader: Reader, before: str, after: str) -> bool:
    if reader is None:
        return bool(await asyncio.to_thread(difference, before, after))
    return bool(await reader.within(READING, difference, before, after))
