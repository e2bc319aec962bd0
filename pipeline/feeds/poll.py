"""Polling: ask a feed, decide, write down. The deciding is in `schedule`, `parse` and `identity`."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.config import Config
from pipeline.errors import FetchError, NotAFeed
from pipeline.feeds.identity import clamp_future, content_hash, entry_key, link_key
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.schedule import (
    FeedAnswer,
    PollHistory,
    PollLimits,
    next_poll,
    parse_max_age,
    parse_retry_after,
)
from pipeline.model import Entry, FeedDocument, FeedState
from pipeline.net import Answer, HttpStatus, Net
from pipeline.storage import feeds
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import FeedRow

MOVED_SEEN = 2
"""A permanent redirect is remembered once it was seen this often: a single one may be a mishap."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll gave: `changed`, `unchanged` or `failed` (with the reason)."""

    feed: str
    what: str
    detail: str = ""
    new: int = 0
    revised: int = 0


def subscriptions(config: Config) -> list[feeds.Subscription]:
    return [feeds.Subscription(feed.url, feed.name or feed.url, feed.topic) for feed in config.feeds]


def keyed(entry: Entry, now: datetime) -> feeds.KeyedEntry:
    """An entry with its identities, its dates clamped."""
    entry = clamp_future(entry, now)
    return feeds.KeyedEntry(entry, entry_key(entry), link_key(entry.link) if entry.link else None, content_hash(entry))


async def poll_feed(database: Database, feed_id: int, net: Net, config: Config, now: datetime) -> Polled:
    """Poll one feed. Never raises for what the feed does: that is its outcome."""
    with database.session() as session:
        row = feeds.get_feed(session, feed_id)
        if row.state != FeedState.ACTIVE or row.next_poll_at > now:
            return Polled(row.name, "unchanged")
        url, etag, last_modified, old_hash = row.url, row.etag, row.last_modified, row.body_hash
    answer: Answer | None = None
    document: FeedDocument | None = None
    body_hash = old_hash
    try:
        answer = await net.get(url, etag=etag, last_modified=last_modified)
        if answer.status != 304:
            body_hash = hashlib.sha256(answer.body).hexdigest()
            if body_hash != old_hash:
                document = parse_feed(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
    except (FetchError, NotAFeed) as error:
        with database.session() as session:
            return _failed(session, feeds.get_feed(session, feed_id), error, config, now)
    entries = [keyed(entry, now) for entry in document.entries] if document else []
    with database.session() as session:
        row = feeds.get_feed(session, feed_id)
        oldest = now - timedelta(days=config.polling.max_age_days)
        new, revised = feeds.store_entries(session, feed_id, entries, now, oldest) if entries else (0, 0)
        if answer.status != 304:
            row.etag, row.last_modified, row.body_hash = answer.etag, answer.last_modified, body_hash
        row.failures, row.last_error = 0, ""
        row.last_polled_at = row.last_success_at = now
        _remember_move(row, answer)
        wish = FeedAnswer(
            max_age=parse_max_age(answer.headers.get("cache-control")),
            ttl_minutes=document.ttl_minutes if document else None,
        )
        _schedule(session, row, wish, config, now)
        return Polled(row.name, "changed" if document else "unchanged", new=new, revised=revised)


def _failed(session: Session, row: FeedRow, error: Exception, config: Config, now: datetime) -> Polled:
    row.failures += 1
    row.last_polled_at, row.last_error = now, str(error)
    after = parse_retry_after(error.retry_after_header, now) if isinstance(error, HttpStatus) else None
    if isinstance(error, FetchError) and error.status == 410:
        row.state, row.reason = FeedState.DISABLED, "the server says it is gone for good (410)"
    _schedule(session, row, FeedAnswer(retry_after=after, failed=True), config, now)
    return Polled(row.name, "failed", str(error))


def _schedule(session: Session, row: FeedRow, answer: FeedAnswer, config: Config, now: datetime) -> None:
    history = PollHistory(feeds.recent_times(session, row.id), row.failures)
    limits = PollLimits(config.polling.min_minutes, config.polling.max_minutes)
    again = next_poll(history, answer, now, limits, jitter=random.uniform(-1, 1))  # noqa: S311 - no secret
    row.next_poll_at, row.poll_reason = again.at, again.reason


def _remember_move(row: FeedRow, answer: Answer) -> None:
    if answer.moved_to is None or answer.moved_to == row.url:
        row.moved_to, row.moved_seen = None, 0
        return
    row.moved_seen = row.moved_seen + 1 if row.moved_to == answer.moved_to else 1
    row.moved_to = answer.moved_to
