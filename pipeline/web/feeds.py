"""Feeds: how each one is and what became of its entries; add, filter, disable, remove, poll at once."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from pipeline.articles.entry_turns import let_in_again
from pipeline.desk.people import Role
from pipeline.errors import FetchError, InShortError, StorageError, UsageError
from pipeline.feeds import subscribing
from pipeline.feeds.asking import net_limits
from pipeline.feeds.discover import FoundFeed
from pipeline.feeds.finding import NoFeed, SeveralFeeds, find_feed
from pipeline.feeds.health import ORDER, health_of_all
from pipeline.model import FeedState
from pipeline.net import NEVER_ASKED
from pipeline.newsvalue.importance import House
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.engine import workers
from pipeline.stories.filing import topic_names
from pipeline.web.masked import masked_address
from pipeline.web.visit import Page, Visit

SHOWN = 50
"""Entries of a feed a page."""
WORDS = ("include", "exclude", "tags", "exclude_tags", "languages")
NUMBERS = ("min_words", "max_age_days", "max_a_day")
_STATES = {"active": FeedState.ACTIVE, "disabled": FeedState.DISABLED, "removed": FeedState.REMOVED}


def show(visit: Visit) -> Response:
    return _list(visit)


def _list(
    visit: Visit, status: int = 200, *, line: str = "", found: tuple[FoundFeed, ...] = (), unchecked: bool = False
) -> Response:
    """The list; `line` says why nothing was added, `found` are the feeds of a page that has several, and `unchecked`
    offers to add what did not answer as a feed."""
    with visit.desk.database.reading() as session:
        counts = feeds.counts_by_feed(session, visit.now)
        healths = health_of_all(session, visit.now)
        rows = [row for row in feeds.all_feeds(session) if row.state != FeedState.REMOVED]
    none = feeds.FeedCounts()
    listed = [
        (healths[row.id].word, healths[row.id].reason, row, counts.get(row.id, none), masked_address(row.url))
        for row in rows
    ]
    listed.sort(key=lambda one: (ORDER.index(one[0]), one[2].name.lower()))
    sums = {word: sum(one[0] == word for one in listed) for word in ORDER}
    return visit.page(
        "feeds.html",
        status,
        feeds=listed,
        sums=sums,
        topics=topic_names(House.of(visit.desk.config), sorted({row.topic for row in rows if row.topic})),
        may_change=visit.who.role.covers(Role.CHIEF),
        line=line,
        found=found,
        unchecked=unchecked,
        typed={name: visit.value(name) for name in ("url", "name", "topic", "weight", *WORDS, *NUMBERS)},
    )


def add(visit: Visit) -> Response:
    """Subscribe by a feed's or a site's address; a page with several feeds asks which."""
    typed, name, topic = visit.value("url").strip(), visit.value("name").strip(), visit.value("topic").strip()
    try:
        address = subscribing.checked(typed, name, topic, net_limits(visit.desk.config))
        filters, weight = _filters(visit), subscribing.weight_of(visit.value("weight"))
        if visit.value("unchecked") != "yes":
            feed = asyncio.run(find_feed(visit.desk.config, typed))
            address, name = feed.url, name or feed.title[:120]
        number = subscribing.subscribe(
            visit.desk.database,
            address,
            name=name,
            topic=topic,
            filters=filters,
            weight=weight,
            by=visit.who.name,
            now=visit.now,
        )
    except SeveralFeeds as error:
        return _list(visit, 409, line=f"{error}: choose one", found=tuple(error.found))
    except (NoFeed, FetchError) as error:
        never = isinstance(error, FetchError) and error.reason in NEVER_ASKED
        return _list(visit, 400, line=f"{error}; nothing was added", unchecked=not never)
    except StorageError:
        raise
    except InShortError as error:
        return _list(visit, 400, line=str(error))
    return visit.go(f"/feeds/{number}?done=added")


def _filters(visit: Visit) -> dict[str, Any] | None:
    typed: dict[str, Any] = {name: subscribing.words_of(visit.value(name)) for name in WORDS}
    for name in NUMBERS:
        if visit.value(name).strip():
            typed[name] = visit.value(name).strip()
    return subscribing.filters_from(typed)


def one(visit: Visit) -> Response:
    return _one(visit)


def _one(visit: Visit, status: int = 200, line: str = "") -> Response:
    with visit.desk.database.reading() as session:
        row = feeds.find_feed(session, visit.number("feed"))
        if row is None:
            raise UsageError("there is no such feed")
        counts = feeds.counts_by_feed(session, visit.now).get(row.id, feeds.FeedCounts())
        became = entries.recent_entries(session, row.id, visit.number("before", 0), SHOWN + 1)
        how = health_of_all(session, visit.now)[row.id]
        done = visit.value("done") if visit.value("done") in ("added", "asked") else ""
        running = bool(done and workers.alive(session))
    kept = row.filters or {}
    filters = {name: subscribing.listed(kept.get(name, ())) for name in WORDS}
    filters |= {name: str(kept.get(name) or "") for name in NUMBERS}
    if line:
        filters = {name: visit.value(name) for name in filters}
    return visit.page(
        "feed.html",
        status,
        feed=row,
        health=how.word,
        reason=how.reason,
        counts=counts,
        became=became[:SHOWN],
        older=became[SHOWN - 1].entry.id if len(became) > SHOWN else 0,
        filters=filters,
        weight=visit.value("weight") if line else f"{row.weight:g}",
        line=line,
        done=done,
        running=running,
        address=masked_address(row.url),
        may_change=visit.who.role.covers(Role.CHIEF),
        may_poll=visit.who.role.covers(Role.EDITOR),
    )


def change(visit: Visit) -> Response:
    """Disable a feed, enable it again, or remove it."""
    number, wanted = visit.number("feed"), _STATES.get(visit.value("state"))
    if wanted is None:
        raise UsageError(f"state: allowed: {', '.join(_STATES)}")
    subscribing.change(visit.desk.database, number, wanted, by=visit.who.name, now=visit.now)
    back = wanted is FeedState.REMOVED or visit.value("back") == "list"
    return visit.go("/feeds" if back else f"/feeds/{number}")


def describe(visit: Visit) -> Response:
    """Change a feed's name, topic, weight and filters."""
    number = visit.number("feed")
    try:
        subscribing.describe(
            visit.desk.database,
            number,
            name=visit.value("name").strip(),
            topic=visit.value("topic").strip(),
            filters=_filters(visit),
            weight=subscribing.weight_of(visit.value("weight")),
            by=visit.who.name,
            now=visit.now,
        )
    except UsageError as error:
        return _one(visit, 400, str(error))
    with visit.desk.database.session() as session:
        let_in_again(session, visit.desk.config, visit.now)
    return visit.go(f"/feeds/{number}")


def poll_now(visit: Visit) -> Response:
    number = visit.number("feed")
    subscribing.poll_now(visit.desk.database, number, by=visit.who.name, now=visit.now)
    return visit.go(f"/feeds/{number}?done=asked")


def try_now(visit: Visit) -> Response:
    """Ask for the page of an entry at once."""
    number, entry = visit.number("feed"), visit.number("entry")
    subscribing.try_now(visit.desk.database, number, entry, by=visit.who.name, now=visit.now)
    return visit.go(f"/feeds/{number}#e{entry}")


ROUTES = (
    Page("/feeds", "GET", Role.READER, show),
    Page("/feeds/add", "POST", Role.CHIEF, add),
    Page("/feeds/{feed}", "GET", Role.READER, one),
    Page("/feeds/{feed}/state", "POST", Role.CHIEF, change),
    Page("/feeds/{feed}/describe", "POST", Role.CHIEF, describe),
    Page("/feeds/{feed}/poll", "POST", Role.EDITOR, poll_now),
    Page("/feeds/{feed}/entries/{entry}/try", "POST", Role.EDITOR, try_now),
)
