"""The feeds and how they are: which fail, which are silent, what was refused."""

from __future__ import annotations

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.errors import UsageError
from pipeline.feeds.health import ORDER, health_of_all
from pipeline.model import FeedState
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.desk import people
from pipeline.web.masked import masked_address
from pipeline.web.visit import Page, Visit

REFUSALS = 50


def show(visit: Visit) -> Response:
    with visit.desk.database.reading() as session:
        counts = feeds.counts_by_feed(session, visit.now)
        found = health_of_all(session, visit.now)
        rows = [row for row in feeds.all_feeds(session) if row.state != FeedState.REMOVED]
    none = feeds.FeedCounts()
    listed = [
        (found[row.id].word, found[row.id].reason, row, counts.get(row.id, none), masked_address(row.url))
        for row in rows
    ]
    listed.sort(key=lambda one: (ORDER.index(one[0]), one[2].name.lower()))
    sums = {word: sum(one[0] == word for one in listed) for word in ORDER}
    return visit.page("feeds.html", feeds=listed, sums=sums, may_change=visit.who.role.covers(Role.CHIEF))


def one(visit: Visit) -> Response:
    with visit.desk.database.reading() as session:
        row = feeds.find_feed(session, visit.number("feed"))
        if row is None:
            raise UsageError("there is no such feed")
        counts = feeds.counts_by_feed(session, visit.now).get(row.id, feeds.FeedCounts())
        refused = entries.recent_refusals(session, row.id, REFUSALS)
        how = health_of_all(session, visit.now)[row.id]
    return visit.page(
        "feed.html",
        feed=row,
        health=how.word,
        reason=how.reason,
        counts=counts,
        refused=refused,
        address=masked_address(row.url),
        may_change=visit.who.role.covers(Role.CHIEF),
    )


def change(visit: Visit) -> Response:
    """Stop polling a feed, or poll it again."""
    number, wanted = visit.number("feed"), visit.value("state")
    if wanted not in (FeedState.ACTIVE, FeedState.DISABLED):
        raise UsageError("state: allowed: active, disabled")
    with visit.desk.database.session() as session:
        row = feeds.find_feed(session, number)
        if row is None or row.state == FeedState.REMOVED:
            raise UsageError("there is no such feed")
        done = "enabled" if wanted == FeedState.ACTIVE else "disabled"
        row.state, row.reason = wanted, "" if wanted == FeedState.ACTIVE else f"disabled by {visit.who.name}"
        if wanted == FeedState.ACTIVE:
            row.next_poll_at, row.failures = visit.now, 0
        people.add_event(session, visit.now, visit.who.name, "feed", f"{row.name} {done}")
    return visit.go("/feeds" if visit.value("back") == "list" else f"/feeds/{number}")


def poll_now(visit: Visit) -> Response:
    """Make a feed due: the next round, or the daemon within its tick, polls it."""
    number = visit.number("feed")
    with visit.desk.database.session() as session:
        row = feeds.find_feed(session, number)
        if row is None or row.state != FeedState.ACTIVE:
            raise UsageError("this feed is not polled; enable it first")
        row.next_poll_at, row.poll_reason = visit.now, f"{visit.who.name} asked for it"
        people.add_event(session, visit.now, visit.who.name, "feed", f"{row.name} polled now")
    return visit.go(f"/feeds/{number}")


ROUTES = (
    Page("/feeds", "GET", Role.READER, show),
    Page("/feeds/{feed}", "GET", Role.READER, one),
    Page("/feeds/{feed}/state", "POST", Role.CHIEF, change),
    Page("/feeds/{feed}/poll", "POST", Role.EDITOR, poll_now),
)
