"""What was read on the pages that entries lead to, and what became of those pages since."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where


class ArticleRow(Row):
    """What was read on a page. `sentences` is numbered once, so that evidence never shifts."""

    __tablename__ = "articles"
    __table_args__ = (
        where("ix_articles_unplaced", "story_id IS NULL", "published_at"),
        Index(None, "text_hash"),
        Index(None, "canonical_url"),
        Index(None, "story_id"),
        Index(None, "collected_at"),
        Index(None, "look_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    url: Mapped[str]
    canonical_url: Mapped[str | None]
    title: Mapped[str]
    byline: Mapped[str | None]
    site: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[datetime | None]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    sentences: Mapped[list[Any]]
    extractor: Mapped[str] = mapped_column(default="")
    permission: Mapped[str] = mapped_column(default="", server_default="")
    """The permission it was read under, if the feed had one."""
    lifted: Mapped[list[Any] | None]
    """The reservations met on the way, which the permission lifted."""
    collected_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    section: Mapped[str | None]
    image: Mapped[str | None]
    image_alt: Mapped[str | None]
    sources: Mapped[dict[str, Any] | None]
    """Where each fact was read: `json-ld`, `opengraph`, `meta`, `html` or `feed`."""
    notes: Mapped[list[Any] | None]
    """What was odd about the page: hidden text, invisible characters."""
    look_at: Mapped[datetime | None]
    """When its page is looked at again; None when it is no more."""
    looks: Mapped[int] = mapped_column(default=0, server_default="0")


class ChangeRow(Row):
    """What became known behind a story: its page `changed`, with its text then, or is `gone`; an article `joined` it,
    with what that adds."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "story_id"), Index(None, "article_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    what: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    seen_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(120))
    """Who looked at it and found that nothing is to be changed; a new version answers it as well."""
    answered_at: Mapped[datetime | None]


class PageRow(Row):
    """A page as it was fetched, compressed with zstd, for extracting again; pruned after a while."""

    __tablename__ = "pages"
    __table_args__ = (Index(None, "fetched_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    url: Mapped[str]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    fetched_at: Mapped[datetime]
