"""What people do at the desk, and who they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where


class ReviewRow(Row):
    """Who did what to a story, when and why: only ever appended."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "story_id"),
        Index(None, "at"),
        where("ix_reviews_in_public", "act IN ('correct', 'retract')", "id"),
        where("ix_reviews_comments", "act = 'comment'", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    at: Mapped[datetime]
    who: Mapped[str]
    act: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    draft_hash: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(default="")
    about: Mapped[dict[str, Any] | None]
    """The finding it is about, for an acceptance; to whom, for handing over."""
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long who had the story open since their last decision on it."""


class VisitRow(Row):
    """A story open at somebody's desk: the soft lock, and the time spent on it."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("story_id", "who"), Index(None, "seen_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    who: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left: Mapped[bool] = mapped_column(default=False, server_default=false())
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    shown: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The wording they were shown last, by its hash: what an approval without a hash is of."""
    shown_simple: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The simple version that was shown with it."""


class UnsavedRow(Row):
    """What somebody typed into a sentence and did not save yet: it survives a closed tab and an ended session."""

    __tablename__ = "unsaved"
    __table_args__ = (UniqueConstraint("story_id", "who", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    who: Mapped[str] = mapped_column(String(120))
    place: Mapped[int]
    """The sentence, 0-based in reading order; -1 for the whole text, -2 for that of the simple version."""
    base_hash: Mapped[str] = mapped_column(String(64))
    """The version that was shown when they began."""
    text: Mapped[str]
    saved_at: Mapped[datetime]


class RewriteRow(Row):
    """A sentence the model was asked to write anew: kept until somebody takes it or puts it away."""

    __tablename__ = "rewrites"
    __table_args__ = (Index(None, "story_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    who: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str]
    """The wording it is to replace."""
    state: Mapped[str] = mapped_column(String(20))
    """`asked`, `answered`, `failed`, `taken` or `put_away`."""
    text: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    evidence: Mapped[list[Any]]
    error: Mapped[str] = mapped_column(default="")
    cost_micro: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class UserRow(Row):
    """Somebody who may use the desk. Without a password only a proxy's sign-on lets them in."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None]
    """The argon2id hash."""
    created_at: Mapped[datetime]


class SessionRow(Row):
    """A log-in that lasts. `key` is the hash of the cookie; a session is ended by taking its row away."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """None for the owner of a desk without users."""
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(60))
    agent: Mapped[str] = mapped_column(String(200))


class EventRow(Row):
    """Who did what at the desk beside reviewing: log-ins, users, feeds, the glossary. Only ever appended."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "at"), Index(None, "act", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(String(60), default="")
