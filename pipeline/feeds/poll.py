"""Polling: ask a feed, decide, write down. The deciding is in `schedule`, `parse` and `identity`.

What one poll hands on is a named tuple: a round makes ten thousands of them, and a frozen dataclass takes four times as
long to make.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from pipeline.config import Config
from pipeline.ending import NotSent
from pipeline.errors import FetchError, NotAFeed, StorageError
from pipeline.feeds.filters import filters_of, refuse_entry
from pipeline.feeds.identity import clamp_future, content_hash, entry_keys, link_key, shared_link_keys
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.schedule import (
    DEAD_AGAIN,
    GONE_AGAIN,
    FeedAnswer,
    PollHistory,
    PollLimits,
    dies_at,
    next_poll,
    parse_expires,
    parse_max_age,
    parse_retry_after,
    rhythm_minutes,
)
from pipeline.model import Entry, FeedDocument, FeedState
from pipeline.net import Answer, HttpStatus, Net
from pipeline.processes import Processes, TooLong
from pipeline.settings import Filters
from pipeline.storage import feeds
from pipeline.storage.database import Session

log = logging.getLogger("inshort.feeds")

Reader = Callable[[], Awaitable[Processes]]
"""Where changed feeds are read; opened when there is one."""
READING, READING_A_MB = 5.0, 1.0
"""Seconds of the processor that reading a feed may take, and those for each megabyte of it."""
GONE = "the server says it is gone for good (410)"
MOVED_SEEN = 2
"""A permanent redirect is remembered once it was seen this often: a single one may be a mishap."""


class Polled(NamedTuple):
    """What one poll gave: `changed`, `unchanged` or `failed` (with the reason)."""

    feed_id: int
    feed: str
    what: str
    detail: str = ""
    new: int = 0
    revised: int = 0
    refused: Mapping[str, int] = MappingProxyType({})
    """New entries that are not wanted, by reason."""
    tripped: bool = False
    """Whether In Short itself tripped over what the feed sent."""


def subscriptions(config: Config) -> list[feeds.Subscription]:
    return [
        feeds.Subscription(
            feed.url,
            feed.name or feed.url,
            feed.topic,
            feed.filters.model_dump(exclude_defaults=True, mode="json") or None,
            feed.permission,
            feed.permits,
            feed.agent,
            feed.weight,
        )
        for feed in config.feeds
    ]


def identify(
    entries: Sequence[Entry], now: datetime, filters: Filters = Filters(), max_age_days: int = 3650
) -> list[feeds.KeyedEntry]:
    """The entries of a document with their identities, their dates clamped, and why those not wanted are not."""
    shared = shared_link_keys(entries)
    found = []
    for entry, key in zip(entries, entry_keys(entries), strict=True):
        link = link_key(entry.link) if entry.link else None
        own_link = None if link in shared else link
        clamped = clamp_future(entry, now)
        no = refuse_entry(clamped, filters, now, max_age_days)
        refused = (no.verdict, no.reason) if no else None
        found.append(feeds.KeyedEntry(clamped, key, own_link, content_hash(entry), refused))
    return found


class Ask(NamedTuple):
    """What to ask a feed, as its row said it when it was due."""

    feed_id: int
    url: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    due_at: datetime
    plain: bool = False
    agent: str = ""


class Heard(NamedTuple):
    """What a feed answered: `document` only when its body changed, `error` when it failed.

    `tripped` says what In Short itself tripped over, or that reading it had to be ended.
    """

    ask: Ask
    answer: Answer | None = None
    document: FeedDocument | None = None
    body_hash: str | None = None
    error: FetchError | NotAFeed | None = None
    tripped: str = ""


def asks(session: Session, ids: Sequence[int], now: datetime) -> list[Ask]:
    """What to ask these feeds; those no longer due are left out."""
    rows = feeds.poll_asks(session, ids)
    return [
        Ask(
            row.id,
            row.moved_to if row.moved_to and row.moved_seen >= MOVED_SEEN else row.url,
            row.etag,
            row.last_modified,
            row.body_hash,
            row.next_poll_at,
            row.plain,
            row.agent,
        )
        for row in (rows[i] for i in ids if i in rows)
        if row.state in (FeedState.ACTIVE, FeedState.DEAD) and row.next_poll_at <= now
    ]


async def ask_feed(
    net: Net, ask: Ask, reader: Reader, begins: Callable[[int], Awaitable[None]], *, robots: bool = False
) -> Heard:
    """Ask one feed; nothing is stored. Never raises for what the feed does: that is what was heard.

    What changed is read in another process, which is ended when it does not end; `begins` is told before. Feeds are
    made to be polled: robots.txt counts only if `robots`.
    """
    try:
        answer = await net.ask(
            ask.url,
            etag=ask.etag,
            last_modified=ask.last_modified,
            robots=robots,
            plain=ask.plain,
            agent=ask.agent,
        )
        if answer.status == 304:
            return Heard(ask, answer, body_hash=ask.body_hash)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == ask.body_hash:
            return Heard(ask, answer, body_hash=body_hash)
        await begins(ask.feed_id)
        kind = answer.headers.get("content-type")
        seconds = READING + READING_A_MB * len(answer.body) / 1_000_000
        apart = await reader()
        document = await apart.within(seconds, parse_feed, answer.body, url=answer.url, content_type=kind)
        return Heard(ask, answer, document, body_hash)
    except (FetchError, NotAFeed) as error:
        return Heard(ask, error=error)
    except TooLong as error:
        return Heard(ask, error=NotAFeed(f"reading it was {error}"), tripped=str(error))
    except (StorageError, NotSent):
        raise
    except Exception as error:
        log.exception("feed %s", ask.url)
        return Heard(ask, error=NotAFeed(f"an error inside In Short: {error!r}"), tripped=repr(error))


def keep(session: Session, heard: Sequence[Heard], config: Config, now: datetime) -> list[Polled]:
    """Write down what some feeds answered, all in one transaction: ten thousand feeds are not as many commits."""
    states = feeds.poll_states(session, [one.ask.feed_id for one in heard])
    rows = states.by_id
    polled = []
    for one in heard:
        row = rows[one.ask.feed_id]
        if row.state in (FeedState.ACTIVE, FeedState.DEAD) and row.next_poll_at == one.ask.due_at:
            polled.append(_keep(session, row, one, config, now))
    rhythms = feeds.recent_times(session, [p.feed_id for p in polled if p.what == "changed"])
    wishes = {one.ask.feed_id: one for one in heard}
    limits = PollLimits(config.polling.min_minutes, config.polling.max_minutes)
    for done in polled:
        row = rows[done.feed_id]
        if done.feed_id in rhythms:
            row.rhythm_minutes = rhythm_minutes(rhythms[done.feed_id])
        _schedule(row, wishes[done.feed_id], limits, now)
    learnt = {done.feed_id for done in polled if done.what == "changed"}
    feeds.save_poll_states(session, states, [done.feed_id for done in polled], learnt)
    return polled


def _keep(session: Session, row: feeds.PollState, heard: Heard, config: Config, now: datetime) -> Polled:
    row.last_polled_at = now
    if heard.error is not None or heard.answer is None:
        row.failures, row.plain = row.failures + 1, False
        row.last_error = str(heard.error)
        row.failing_since = row.failing_since or now
        if isinstance(heard.error, FetchError) and heard.error.status == 410:
            row.state, row.reason = FeedState.DEAD, GONE
        elif why := dies_at(row.failing_since, row.failures, now, config.polling.dead_days):
            row.state, row.reason = FeedState.DEAD, why
        return Polled(
            row.id, row.name, "failed", feeds.after_name(row.name, row.last_error), tripped=bool(heard.tripped)
        )
    answer, document = heard.answer, heard.document
    stored = feeds.Stored()
    if document is not None:
        filters = filters_of(config.filters, row.filters)
        entries = identify(document.entries, now, filters, config.polling.max_age_days)
        stored = feeds.store_entries(session, row.id, entries, now)
        if row.name == row.url and document.title:
            row.name = document.title[:120]  # nobody named it, and until now nobody had read it
        row.ttl_minutes = document.ttl_minutes
        row.skip_hours, row.skip_days = sorted(document.skip_hours) or None, sorted(document.skip_days) or None
    row.plain = answer.plain
    if answer.status != 304:
        row.etag, row.last_modified, row.body_hash = answer.etag, answer.last_modified, heard.body_hash
    row.failures, row.last_error, row.last_success_at, row.failing_since = 0, "", now, None
    if row.state == FeedState.DEAD:
        row.state, row.reason = FeedState.ACTIVE, ""
    if heard.ask.url == row.url:
        _remember_move(row, answer)
    what = "changed" if document else "unchanged"
    return Polled(row.id, row.name, what, new=stored.new, revised=stored.changed, refused=stored.refused)


def _schedule(row: feeds.PollState, heard: Heard, limits: PollLimits, now: datetime) -> None:
    after = None
    if isinstance(heard.error, HttpStatus):
        after = parse_retry_after(heard.error.retry_after_header, now)
    if row.state == FeedState.DEAD:
        again_in = GONE_AGAIN if row.reason == GONE else DEAD_AGAIN
        row.next_poll_at = now + again_in
        row.poll_reason = feeds.NOT_ASKED if _closed(heard) else "dead; asked again in case it came back"
        return
    headers = heard.answer.headers if heard.answer else {}
    max_age = parse_max_age(headers.get("cache-control"))
    if max_age is None and "cache-control" not in headers:
        max_age = parse_expires(headers.get("expires"), headers.get("date"), now)
    answer = FeedAnswer(
        retry_after=after,
        max_age=max_age,
        ttl_minutes=row.ttl_minutes,
        failed=heard.error is not None,
        skip_hours=frozenset(row.skip_hours or ()),
        skip_days=frozenset(row.skip_days or ()),
    )
    history = PollHistory(row.rhythm_minutes, row.failures)
    again = next_poll(history, answer, now, limits, jitter=random.uniform(-1, 1))  # noqa: S311 - no secret
    row.next_poll_at, row.poll_reason = again.at, feeds.NOT_ASKED if _closed(heard) else again.reason


def _closed(heard: Heard) -> bool:
    """Whether our own configuration kept the address from being asked."""
    return isinstance(heard.error, FetchError) and heard.error.reason in ("refused_address", "port")


def _remember_move(row: feeds.PollState, answer: Answer) -> None:
    if answer.moved_to is None or answer.moved_to == row.url:
        row.moved_to, row.moved_seen = None, 0
        return
    row.moved_seen = row.moved_seen + 1 if row.moved_to == answer.moved_to else 1
    row.moved_to = answer.moved_to
