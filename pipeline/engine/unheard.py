"""Feeds that never answered yet: what they hold, asked for an estimate. Nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import FetchError, NotAFeed
from pipeline.feeds.asking import net_limits, user_agent
from pipeline.feeds.filters import filters_of, refuse_entry
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.poll import READING, READING_A_MB, subscriptions
from pipeline.model import FeedState
from pipeline.net import Net
from pipeline.processes import Processes, TooLong
from pipeline.storage import feeds
from pipeline.storage.database import Session
from pipeline.storage.feeds import Subscription


@dataclass(frozen=True, slots=True)
class Held:
    """How many feeds were asked, how many of their entries a run would read, and which feeds did not answer."""

    feeds: int = 0
    entries: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)


def unheard(session: Session, config: Config) -> list[Subscription]:
    """Subscriptions nothing was heard of yet; one that stands in config.yaml alone is known from there."""
    rows = {row.url: row for row in feeds.all_feeds(session)}
    listed = subscriptions(config)
    added = [
        Subscription(row.url, row.name, row.topic, row.filters, row.permission, tuple(row.permits or ()), row.agent)
        for row in rows.values()
        if row.state == FeedState.ACTIVE and row.url not in {one.url for one in listed}
    ]
    silent = [one for one in listed if one.url not in rows or rows[one.url].state == FeedState.ACTIVE]
    return [one for one in (*silent, *added) if one.url not in rows or rows[one.url].last_success_at is None]


async def held_by(wanted: Sequence[Subscription], config: Config, now: datetime) -> Held:
    """Ask each of them once, as a poll would, and count what passes its filters."""
    if not wanted:
        return Held()
    async with Net(agent=user_agent(config), limits=net_limits(config)) as net, Processes(1) as apart:

        async def one(feed: Subscription) -> int | str:
            try:
                answer = await net.ask(feed.url, agent=feed.agent)
                seconds = READING + READING_A_MB * len(answer.body) / 1e6
                content_type = answer.headers.get("content-type")
                document = await apart.within(
                    seconds, parse_feed, answer.body, url=answer.url, content_type=content_type
                )
            except (FetchError, NotAFeed, TooLong) as error:
                return str(error)
            filters = filters_of(config.filters, feed.filters)
            kept = [refuse_entry(entry, filters, now, config.polling.max_age_days) for entry in document.entries]
            many = sum(no is None for no in kept)
            return many if filters.max_a_day is None else min(many, filters.max_a_day)

        found = await asyncio.gather(*map(one, wanted))
    said = list(zip((feed.name for feed in wanted), found, strict=True))
    return Held(
        len(wanted),
        sum(many for _, many in said if isinstance(many, int)),
        {name: why for name, why in said if isinstance(why, str)},
    )
