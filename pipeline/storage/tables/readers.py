"""Who gets editions, and what they say of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where


class ReaderRow(Row):
    """Somebody who gets editions by mail. One who was removed stays as a fingerprint: no list brings them back."""

    __tablename__ = "readers"
    __table_args__ = (Index(None, "state", "topic", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the address in small letters."""
    address: Mapped[str] = mapped_column(String(320))
    """As it was given; "" once it was removed."""
    topic: Mapped[str] = mapped_column(default="", server_default="")
    """The topic whose editions they get; "" for the whole newsroom's."""
    state: Mapped[str] = mapped_column(String(20))
    """`invited` until they confirm, then `active`; `left`, `refused` (by their own server) or `removed`."""
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    """What their links to confirm and to leave hold; nobody can guess it."""
    consent: Mapped[str] = mapped_column(default="", server_default="")
    """How they agreed, in words."""
    consent_at: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")


class SendingRow(Row):
    """An edition on its way to one who gets it, once: a reader by mail, or a webhook."""

    __tablename__ = "sendings"
    __table_args__ = (
        UniqueConstraint("edition_id", "target"),
        where("ix_sendings_open", "state IN ('open', 'handed')", "edition_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    target: Mapped[str] = mapped_column(String(80))
    """Whom it goes to: `mail` or `hook` and a fingerprint."""
    reader_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20))
    """`open`, `handed` (all but its end is with the server), `sent`, `refused`, `unsure` or `dropped`."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="", server_default="")
    ended_at: Mapped[datetime | None]


class RatingRow(Row):
    """How often readers found a story, or a paragraph of it, clear or not: counts, and nothing of who said so."""

    __tablename__ = "ratings"
    __table_args__ = (UniqueConstraint("story_id", "paragraph"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    paragraph: Mapped[int]
    """1 for the dek, 2 for "In short", and so on; 0 for the story as a whole."""
    clear: Mapped[int] = mapped_column(default=0, server_default="0")
    unclear: Mapped[int] = mapped_column(default=0, server_default="0")
