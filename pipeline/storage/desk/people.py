"""Users, their sessions, and what they did beside reviewing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select

from pipeline.storage.database import Session
from pipeline.storage.tables import EventRow, ReviewRow, SessionRow, StoryRow, UserRow

LOGIN, LOGIN_FAILED = "login", "login failed"


def all_users(session: Session) -> list[UserRow]:
    return list(session.scalars(select(UserRow).order_by(UserRow.name)))


def any_user(session: Session) -> bool:
    return session.scalar(select(UserRow.id).limit(1)) is not None


def user_named(session: Session, name: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.name == name))


def add_user(session: Session, name: str, role: str, password: str | None, now: datetime) -> UserRow:
    row = UserRow(name=name, role=role, password=password, created_at=now)
    session.add(row)
    session.flush()
    return row


def remove_user(session: Session, user: UserRow) -> None:
    """Take a user away, with every session; the history keeps the name."""
    end_sessions(session, SessionRow.user_id == user.id)
    session.delete(user)


def add_session(session: Session, row: SessionRow) -> None:
    """Keep a new session, and forget those that ran out."""
    end_sessions(session, SessionRow.expires_at <= row.created_at)
    session.add(row)


def find_session(session: Session, key: str) -> tuple[SessionRow, UserRow | None] | None:
    """A session with its user, by the hash of its cookie."""
    query = select(SessionRow, UserRow).outerjoin(UserRow, UserRow.id == SessionRow.user_id)
    row = session.execute(query.where(SessionRow.key == key)).one_or_none()
    return (row[0], row[1]) if row else None


def get_session(session: Session, session_id: int) -> SessionRow | None:
    return session.get(SessionRow, session_id)


def sessions_of(session: Session, now: datetime, name: str | None = None) -> list[SessionRow]:
    """Sessions that last, of one user or of all, the last used first."""
    query = select(SessionRow).where(SessionRow.expires_at > now)
    if name is not None:
        query = query.where(SessionRow.name == name)
    return list(session.scalars(query.order_by(SessionRow.seen_at.desc(), SessionRow.id)))


def end_session(session: Session, key: str) -> None:
    end_sessions(session, SessionRow.key == key)


def end_sessions_of(session: Session, name: str, but: str = "") -> None:
    """End every session of a user, or every other than the one with the key `but`."""
    end_sessions(session, (SessionRow.name == name) & (SessionRow.key != but))


def end_sessions(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(delete(SessionRow).where(which))


def add_event(session: Session, now: datetime, who: str, act: str, about: str = "", address: str = "") -> None:
    session.add(EventRow(at=now, who=who[:60], act=act, about=about[:2000], address=address[:60]))


def failed_logins(session: Session, since: datetime, name: str, address: str) -> list[EventRow]:
    """Log-ins that failed for a name or from an address; those from before the name's last success are forgiven."""
    last = session.scalar(
        select(func.max(EventRow.at)).where(
            EventRow.act == LOGIN, EventRow.at >= since, EventRow.who == name, EventRow.address == address
        )
    )
    query = select(EventRow).where(
        EventRow.act == LOGIN_FAILED,
        EventRow.at >= since,
        or_(EventRow.who == name, EventRow.address == address),
    )
    rows = session.scalars(query.order_by(EventRow.id.desc()).limit(500))
    return [row for row in rows if last is None or row.at > last or row.who != name or row.address != address]


def let_in_before(session: Session, name: str, address: str) -> bool:
    """Whether this name was let in from this address before."""
    query = select(EventRow.id).where(EventRow.act == LOGIN, EventRow.who == name, EventRow.address == address)
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the log: an act of the review has a story, any other an address if it had one."""

    at: datetime
    who: str
    act: str
    about: str
    story: int | None = None
    before: str = ""
    after: str = ""
    reason: str = ""
    address: str = ""
    finding: dict[str, Any] | None = None
    """What a review was about besides its story: a finding, or somebody it was handed to."""


def log(session: Session, *, before: datetime | None, who: str, acts: Sequence[str], limit: int) -> list[Logged]:
    """The newest acts of some kinds before a time, by one person or by all; at least `limit`, where there are so many.

    All of one moment come together, so that the next page, which goes on before the last one's time, leaves none out.
    """
    found: list[Logged] = []
    for line in whole_log(session, before=before, who=who, acts=acts):
        if len(found) >= limit and line.at != found[-1].at:
            break
        found.append(line)
    return found


_AT_ONCE = 200
"""Rows of the log read together."""


def whole_log(session: Session, *, before: datetime | None, who: str, acts: Sequence[str]) -> Iterator[Logged]:
    """Every act of some kinds before a time, by one person or by all, the newest first; read as it is asked for."""
    reviews = select(ReviewRow, StoryRow.heading).join(StoryRow).where(ReviewRow.act.in_(acts))
    events = select(EventRow).where(EventRow.act.in_(acts))
    if before is not None:
        reviews, events = reviews.where(ReviewRow.at < before), events.where(EventRow.at < before)
    if who:
        reviews, events = reviews.where(ReviewRow.who == who), events.where(EventRow.who == who)
    reviews = reviews.order_by(ReviewRow.at.desc(), ReviewRow.id.desc()).execution_options(yield_per=_AT_ONCE)
    events = events.order_by(EventRow.at.desc(), EventRow.id.desc()).execution_options(yield_per=_AT_ONCE)
    reviewed = (
        Logged(r.at, r.who, r.act, title, r.story_id, r.before, r.after, r.reason, finding=r.about)
        for r, title in session.execute(reviews)
    )
    done = (Logged(e.at, e.who, e.act, e.about, address=e.address) for e in session.scalars(events))
    return merge(reviewed, done, key=lambda line: line.at, reverse=True)
