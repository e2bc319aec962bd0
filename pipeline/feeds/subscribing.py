"""Subscriptions changed by people: added, filtered, disabled, enabled, removed, polled at once. Each is in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from pipeline.config import Config
from pipeline.errors import FetchError, UsageError
from pipeline.feeds.finding import addresses
from pipeline.feeds.health import waiting
from pipeline.feeds.poll import subscriptions
from pipeline.model import FeedOrigin, FeedState
from pipeline.net import NetLimits, check_address
from pipeline.settings import Feed, Filters
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import people
from pipeline.storage.engine import steps
from pipeline.storage.off import Left, left_by_feed
from pipeline.storage.tables import FeedRow

_FILTERS = {
    "include": "wanted words",
    "exclude": "unwanted words",
    "tags": "wanted tags",
    "exclude_tags": "unwanted tags",
    "languages": "languages",
    "min_words": "the fewest words",
    "max_age_days": "the oldest, in days",
    "max_a_day": "the most a day",
}
"""What people call each filter."""


def filters_from(typed: dict[str, Any]) -> dict[str, Any] | None:
    """Filters as a feed's row keeps them; None where nothing is filtered. Raises UsageError naming what is wrong."""
    try:
        filters = Filters(**{name: value for name, value in typed.items() if value not in (None, "", (), [])})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise UsageError(f"{_FILTERS.get(name, name)}: {_said(first['msg'])}; nothing was changed") from None
    return filters.model_dump(exclude_defaults=True, mode="json") or None


def _said(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def words_of(typed: str) -> tuple[str, ...]:
    """Words as people list them: between commas or on lines of their own."""
    return tuple(word for part in typed.replace("\n", ",").split(",") if (word := part.strip()))


def weight_of(typed: str) -> float:
    """How much a feed's stories matter, as it is typed; 1 where nothing is. Raises UsageError for what is no weight."""
    try:
        weight = float(typed.strip().replace(",", ".") or 1)
    except ValueError:
        weight = 0.0
    if not 0.1 <= weight <= 10:
        raise UsageError(f"weight: a number from 0.1 to 10, not {typed.strip()[:20]}; 1 is the same as other feeds")
    return weight


def checked(url: str, name: str, topic: str, limits: NetLimits) -> str:
    """The address of a feed that is to be added. Raises UsageError for what no subscription can be, and for an
    address that would never be asked."""
    address = addresses(url)[0]
    _refuse_wrong(url, address, name, topic)
    try:
        check_address(address, limits)
    except FetchError as error:
        raise UsageError(f"{error}; nothing was added") from error
    return address


def _refuse_wrong(url: str, address: str, name: str, topic: str) -> None:
    try:
        Feed(url=address, name=name, topic=topic)
    except ValueError as error:
        raise UsageError(_wrong(url, name, topic)) from error


def _wrong(url: str, name: str, topic: str) -> str:
    if len(name) > 120:
        return f"name: at most 120 characters, not {len(name)}"
    if len(topic) > 60:
        return f"topic: at most 60 characters, not {len(topic)}"
    return f"'{url[:200]}' is not a feed address: an http:// or https:// address is needed, or a site's name"


def as_configured(database: Database, config: Config, now: datetime) -> None:
    """Bring in what `config.yaml` lists, as every run does when it begins."""
    with database.session() as session:
        feeds.sync_config_feeds(session, subscriptions(config), now)


def subscribe(
    database: Database,
    url: str,
    *,
    name: str,
    topic: str,
    filters: dict[str, Any] | None,
    weight: float = 1.0,
    by: str,
    now: datetime,
) -> int:
    """Subscribe to a feed by its own address, and return its number. Raises UsageError where it is subscribed to."""
    with database.session() as session:
        row = feeds.feed_by(session, url)
        if row is not None and row.state != FeedState.REMOVED:
            raise UsageError(f"{url} is subscribed to already, as '{row.name}'")
        if row is not None:
            row.state, row.reason, row.origin = FeedState.ACTIVE, "", FeedOrigin.USER
            row.name, row.topic, row.next_poll_at = name or row.name, topic or row.topic, now
            row.filters, row.weight = filters or row.filters, weight
        else:
            wanted = feeds.Subscription(url, name or url, topic, filters, weight=weight)
            row = feeds.new_feed(wanted, FeedOrigin.USER, now)
            session.add(row)
        people.add_event(session, now, by, "feed", f"{row.name} added")
        session.flush()
        return row.id


@dataclass(frozen=True, slots=True)
class Changed:
    """A feed that was enabled, disabled or removed: its name, and what it leaves while it is off, in words."""

    name: str
    waits: str = ""


def change(database: Database, number: int, state: FeedState, *, by: str, now: datetime) -> Changed:
    """Enable, disable or remove a feed. Raises UsageError where `config.yaml` lists one that is to be removed."""
    with database.session() as session:
        row = subscribed(session, number)
        if state is FeedState.REMOVED and row.origin == FeedOrigin.CONFIG:
            raise UsageError(f"'{row.name}' is listed in config.yaml; take it out there, or disable it here")
        done = {FeedState.ACTIVE: "enabled", FeedState.DISABLED: "disabled"}.get(state, "removed")
        row.state, row.reason = state, "" if state is FeedState.ACTIVE else f"{done} by {by}"
        if state is FeedState.ACTIVE:
            row.next_poll_at, row.failures = now, 0
            steps.went_well(session, "poll", [number])
        people.add_event(session, now, by, "feed", f"{row.name} {done}")
        session.flush()
        return Changed(row.name, waiting(state, left_by_feed(session).get(number, Left())))


def describe(
    database: Database,
    number: int,
    *,
    name: str,
    topic: str,
    filters: dict[str, Any] | None,
    weight: float = 1.0,
    by: str,
    now: datetime,
) -> None:
    """Change a feed's name, topic, weight and filters. Raises UsageError for one that `config.yaml` lists."""
    with database.session() as session:
        row = subscribed(session, number)
        if row.origin == FeedOrigin.CONFIG:
            raise UsageError(f"'{row.name}' is listed in config.yaml; change it there")
        if not name:
            raise UsageError("name: it needs one; the source line of its stories prints it")
        _refuse_wrong(row.url, row.url, name, topic)
        row.name, row.topic, row.weight, row.filters = name, topic, weight, filters
        people.add_event(session, now, by, "feed", f"{row.name} changed")


def poll_now(database: Database, number: int, *, by: str, now: datetime) -> None:
    """Make a feed due: the next run, or the daemon within its tick, polls it."""
    with database.session() as session:
        row = feeds.find_feed(session, number)
        if row is None or row.state not in (FeedState.ACTIVE, FeedState.DEAD):
            raise UsageError("this feed is not polled; enable it first")
        row.next_poll_at, row.poll_reason = now, f"{by} asked for it"
        steps.went_well(session, "poll", [number])  # what set it aside is forgotten
        people.add_event(session, now, by, "feed", f"{row.name} polled now")


def try_now(database: Database, number: int, entry_id: int, *, by: str, now: datetime) -> None:
    """Have the page of an entry asked for at once, though it was refused or waits. Raises UsageError where it is
    neither, or the feed has no such entry."""
    with database.session() as session:
        feed = subscribed(session, number)
        if feed.state == FeedState.DISABLED:
            raise UsageError("this feed is disabled, and nothing of it is read; enable it first")
        row = entries.try_now(session, entry_id, now)
        if row is None or row.feed_id != feed.id:
            raise UsageError("this entry is not one to try again: it was read, or is being read; nothing was done")
        people.add_event(session, now, by, "feed", f"{feed.name}: {row.title or row.link} tried again")


def subscribed(session: Session, number: int) -> FeedRow:
    """A feed that is subscribed to. Raises UsageError where there is none."""
    row = feeds.find_feed(session, number)
    if row is None or row.state == FeedState.REMOVED:
        raise UsageError("there is no such feed")
    return row


def listed(words: Iterable[str]) -> str:
    """Words as a form shows them, the other way of `words_of`."""
    return ", ".join(words)
