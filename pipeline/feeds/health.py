"""How a feed is: by its own answers, and by what became of the pages it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.model import FeedState
from pipeline.storage import feeds
from pipeline.storage.database import Session
from pipeline.storage.engine import steps
from pipeline.storage.off import Left, left_by_feed
from pipeline.text import counted

FEW = 2
"""Entries from which on it tells something when none of them became an article."""
ORDER = ("failing", "unread", "dead", "disabled", "new", "ok")
"""Every word there is, worst first."""


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """One of `ORDER` (or `removed`), and why, where there is something to say."""

    word: str
    reason: str = ""
    waits: bool = False
    """Whether it is off and leaves something, which the reason says."""


def health(
    state: str, reason: str, last_error: str, *, heard: bool, set_aside: str = "", pages: Mapping[str, int] = {}
) -> FeedStanding:
    """Judge a feed; `pages` counts what became of the entries of the last days, by verdict, `article` among them."""
    if state != FeedState.ACTIVE:
        return FeedStanding(state, reason or last_error)
    if set_aside:
        return FeedStanding(
            "failing", f"set aside after repeated errors inside In Short ({set_aside}); 'inshort retry'"
        )
    if last_error:
        return FeedStanding("failing", last_error)
    tried = sum(pages.values())
    if tried >= FEW and not pages.get("article"):
        most = sorted(pages.items(), key=lambda one: (-one[1], one[0]))
        said = ", ".join(f"{verdict} {count}" for verdict, count in most)
        return FeedStanding(
            "unread", f"none of its last {tried} pages is an article ({said}); see 'inshort feeds refused'"
        )
    return FeedStanding("ok" if heard else "new")


def waiting(state: str, left: Left) -> str:
    """What a feed that is off leaves, and until when; "" where that is nothing."""
    entries = counted(left.entries, "unread entry", "unread entries") if left.entries else ""
    stories = counted(left.stories, "story", "stories") if left.stories else ""
    if not (entries or stories):
        return ""
    wait = "waits" if left.entries + left.stories == 1 else "wait"
    until = "enabled" if state == FeedState.DISABLED else "subscribed to again"
    return f"{' and '.join(filter(None, (entries, stories)))} {wait} until it is {until}"


def health_of_all(session: Session, now: datetime) -> dict[int, FeedStanding]:
    """How each feed is, by its number."""
    pages = feeds.pages_by_feed(session, now)
    aside = {one.thing_id: one.error for one in steps.set_aside(session, 1000) if one.stage == "poll"}
    left = left_by_feed(session)
    found = {}
    for row in feeds.all_feeds(session):
        one = health(
            row.state,
            row.reason,
            row.last_error,
            heard=row.last_success_at is not None,
            set_aside=aside.get(row.id, ""),
            pages=pages.get(row.id, {}),
        )
        waits = waiting(row.state, left.get(row.id, Left()))
        found[row.id] = replace(one, reason=f"{one.reason}; {waits}", waits=True) if waits else one
    return found
