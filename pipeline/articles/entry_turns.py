"""Whose turn it is: of a feed that gives at most so many stories a day, entries are read in order, not by who answers.

An entry is read when so few are before it that its feed has a place for it whatever becomes of them.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.config import Config
from pipeline.feeds.filters import OVER, Candidate, Refusal, filters_of, too_many, whose_turn
from pipeline.newsvalue.importance import House, hours_of
from pipeline.settings import Filters
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.database import Session
from pipeline.storage.tables import EntryRow

SHARE = 4
"""A feed has at most one in so many of the places for reading: one of slow pages does not hold up the others."""


def due_collecting(
    session: Session, config: Config, now: datetime, limit: int | None = None, a_feed: int | None = None
) -> list[int]:
    """Entries to read now: those due, and of feeds with `max_a_day` only those whose turn it is."""
    bounded = {
        feed_id: most
        for feed_id, own in entries.feeds_with_open(session).items()
        if (most := filters_of(config.filters, own).max_a_day) is not None
    }
    turns: set[int] = set()
    for feed_id, most in bounded.items():
        turns |= _turns(session, feed_id, most, config, now)
    return entries.due_entries(session, now, limit, bounded, turns, a_feed)


def next_collecting(session: Session, config: Config, now: datetime, limit: int | None = None) -> list[int]:
    """What is read next of that: the feeds in turn, and of none so much that it holds all places."""
    return due_collecting(session, config, now, limit, max(1, config.polling.concurrency // SHARE))


def refused_for_today(
    session: Session, row: EntryRow, filters: Filters, config: Config, now: datetime
) -> Refusal | None:
    """Why one more entry of a feed is not wanted, when the feed gave enough for today."""
    if filters.max_a_day is None:
        return None
    return too_many(_today(session, row.feed_id, config, now), filters)


def its_turn(session: Session, row: EntryRow, filters: Filters, config: Config, now: datetime) -> bool:
    """Whether an entry may be read, or has to wait for what goes before it."""
    most = filters.max_a_day
    return most is None or row.id in _turns(session, row.feed_id, most, config, now)


def _turns(session: Session, feed_id: int, most: int, config: Config, now: datetime) -> set[int]:
    links: set[str] = set()
    candidates = []
    house, topic = House.of(config), feeds.get_feed(session, feed_id).topic
    for entry_id, key, published, link, title, summary in entries.open_of_feed(session, feed_id):
        hours = hours_of(title, summary, topic, house)
        candidates.append(Candidate(entry_id, entry_id, key, published, twin=link in links, hours=hours))
        links |= {link} if link else set()
    return whose_turn(candidates, _today(session, feed_id, config, now), most)


def let_in_again(session: Session, config: Config, now: datetime) -> int:
    """Want what was one too many for a feed's day, where its limit was raised the same day; how many entries.

    They have their turn with whatever else is new. What an earlier day left out stays out.
    """
    room: dict[int, bool] = {}
    again = 0
    for row in entries.refused_since(session, _midnight(config, now), OVER):
        if row.feed_id not in room:
            filters = filters_of(config.filters, feeds.get_feed(session, row.feed_id).filters)
            room[row.feed_id] = too_many(_today(session, row.feed_id, config, now), filters) is None
        if room[row.feed_id]:
            entries.want_again(row, now)
            again += 1
    return again


def _today(session: Session, feed_id: int, config: Config, now: datetime) -> int:
    """How many stories a feed gave today, as days go in the newsroom's zone."""
    return feeds.stories_since(session, feed_id, _midnight(config, now))


def _midnight(config: Config, now: datetime) -> datetime:
    return now.astimezone(config.newsroom.zone).replace(hour=0, minute=0, second=0, microsecond=0)
