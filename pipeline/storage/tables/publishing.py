"""Editions, and what was arranged for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row


class EditionRow(Row):
    """A digest that was issued: its document is kept, so that it prints unchanged for ever."""

    __tablename__ = "editions"
    __table_args__ = (Index(None, "topic", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    issued_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    topic: Mapped[str] = mapped_column(default="", server_default="")
    """The one topic it is of; "" for an edition of the whole newsroom."""
    issued_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    document: Mapped[dict[str, Any]]


class ToldRow(Row):
    """A correction or retraction that an edition told its readers of; once in the editions of a topic ("": of all)."""

    __tablename__ = "told"
    __table_args__ = (UniqueConstraint("review_id", "topic"), Index(None, "edition_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    topic: Mapped[str] = mapped_column(default="", server_default="")


class PlanRow(Row):
    """What somebody arranged for the next edition of a topic ("": of all), and when to issue it, if at a time."""

    __tablename__ = "plans"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    """`order`, `leave_out` (ids of stories) and `lead` (one, or null)."""
    issue_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]
