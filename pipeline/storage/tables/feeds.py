"""Feeds and what stands in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where


class FeedRow(Row):
    """A subscription and what polling it has taught."""

    __tablename__ = "feeds"
    __table_args__ = (Index(None, "state", "next_poll_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    name: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    weight: Mapped[float] = mapped_column(default=1.0, server_default="1")
    """How much its stories matter beside those of other feeds."""
    origin: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(default="")
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None]
    next_poll_at: Mapped[datetime]
    poll_reason: Mapped[str] = mapped_column(default="never polled")
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    last_polled_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    moved_to: Mapped[str | None]
    moved_seen: Mapped[int] = mapped_column(default=0)
    ttl_minutes: Mapped[int | None]
    rhythm_minutes: Mapped[int | None]
    failing_since: Mapped[datetime | None]
    filters: Mapped[dict[str, Any] | None]
    """The feed's own filters, as in the configuration."""
    permission: Mapped[str] = mapped_column(default="", server_default="")
    """What allows using its texts although the site reserves them."""
    permits: Mapped[list[Any] | None]
    """Which reservations that lifts; every one when it says nothing."""
    agent: Mapped[str] = mapped_column(default="", server_default="")
    """The name it is asked under, where the newsroom gave one."""
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its server only answers to the headers of a browser."""
    skip_hours: Mapped[list[Any] | None]
    skip_days: Mapped[list[Any] | None]
    """When it last said not to be asked: hours in UTC, and weekdays from 0 for Monday."""


class EntryRow(Row):
    """One item of a feed; `key` is how the feed's next answer is matched against it."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("feed_id", "key"),
        where("ix_entries_due", "next_try_at IS NOT NULL", "next_try_at", "id"),
        Index(None, "state", "id"),
        Index(None, "link_key"),
        Index(None, "feed_id", "published_at"),
        Index(None, "first_seen_at", "feed_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    key: Mapped[str] = mapped_column(String(600))
    link: Mapped[str | None]
    link_key: Mapped[str | None] = mapped_column(String(600))
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    authors: Mapped[list[Any]]
    tags: Mapped[list[Any]]
    image: Mapped[str | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
