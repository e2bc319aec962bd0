"""Signing on: passwords, sessions, a proxy's word, the one-time link. Each is a row, so each can be ended."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from pipeline.desk.people import (
    WINDOW,
    Failure,
    Person,
    Role,
    fingerprint,
    hash_password,
    new_secret,
    right_password,
    valid_name,
    valid_password,
    wait_to_log_in,
)
from pipeline.errors import InShortError, UsageError
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import people
from pipeline.storage.tables import SessionRow, UserRow

LONGEST = timedelta(days=14)
"""A session ends after this, however busy."""
_TOUCH = timedelta(minutes=2)
"""How stale `seen_at` may be: not every look at a page is worth a write."""
_one_at_a_time = threading.Lock()
"""Passwords are tried one after the other, so that many tries at once can't slip by the count."""


class LoginRefused(InShortError):
    """Wrong name or password, or too many tries. `wait` is how many seconds to wait, 0 for none."""

    def __init__(self, line: str, wait: int = 0) -> None:
        self.wait = wait
        super().__init__(line)


def check_password(database: Database, name: str, password: str, *, now: datetime, address: str) -> UserRow:
    """The user whose name and password these are. Raises LoginRefused, after too many tries without looking."""
    name = name.strip().lower()[:60]
    with _one_at_a_time:
        with database.reading() as session:
            rows = people.failed_logins(session, now - WINDOW, name, address)
            known = people.let_in_before(session, name, address)
            failures = [Failure(r.at, r.who == name, r.address == address) for r in rows]
            wait = wait_to_log_in(failures, now, known=known)
            user = people.user_named(session, name)
        if wait:
            raise LoginRefused(f"too many attempts; wait {wait} seconds and try again", wait)
        right = right_password(user.password if user else None, password)
        if user is not None and right:
            return user
        with database.session() as session:
            people.add_event(session, now, name, people.LOGIN_FAILED, address=address)
    raise LoginRefused("wrong name or password")


def log_in(database: Database, name: str, password: str, *, now: datetime, hours: int, address: str, agent: str) -> str:
    """Sign somebody on by password: the session's secret. Raises LoginRefused."""
    user = check_password(database, name, password, now=now, address=address)
    return begin_for(database, user, now=now, hours=hours, address=address, agent=agent, by="password")


def begin_for(
    database: Database, user: UserRow | Person, *, now: datetime, hours: int, address: str, agent: str, by: str
) -> str:
    """A session for somebody who was let in otherwise (`by` says how): its secret."""
    with database.session() as session:
        people.add_event(session, now, user.name, people.LOGIN, about=by, address=address)
        user_id = user.id if isinstance(user, UserRow) else None
        return _begin(session, user.name, user_id, now, hours, address, agent)


def _begin(
    session: Session, name: str, user_id: int | None, now: datetime, hours: int, address: str, agent: str
) -> str:
    secret = new_secret()
    row = SessionRow(
        key=fingerprint(secret),
        user_id=user_id,
        name=name[:60],
        created_at=now,
        seen_at=now,
        expires_at=now + min(timedelta(hours=hours), LONGEST),
        address=address[:60],
        agent=agent[:200],
    )
    people.add_session(session, row)
    return secret


def who_has(database: Database, secret: str, now: datetime, owner: Person | None) -> tuple[Person, bool] | None:
    """Whose session a cookie is, and whether `touch` should note the visit; None when it has run out or was ended.

    The role is the user's of this moment. A session without a user belongs to the `owner` of a desk without
    users, and is worth nothing on any other.
    """
    with database.reading() as session:
        found = people.find_session(session, fingerprint(secret))
        if found is None or found[0].expires_at <= now:
            return None
        row, user = found
        if user is not None:
            person = Person(user.name, Role(user.role))
        elif row.user_id is None and owner and row.name == owner.name and not people.any_user(session):
            person = owner
        else:
            return None
        return person, now - row.seen_at >= _TOUCH


def touch(database: Database, secret: str, now: datetime, hours: int) -> None:
    """Note that a session is in use: it lasts `hours` from now, but never past its longest.

    It waits for no writer long: the next page notes it as well.
    """
    with database.session(patience=0.2) as session:
        found = people.find_session(session, fingerprint(secret))
        if found is not None:
            row = found[0]
            row.seen_at = now
            row.expires_at = min(now + timedelta(hours=hours), row.created_at + LONGEST)


def log_out(database: Database, secret: str, person: Person, now: datetime) -> None:
    with database.session() as session:
        people.end_session(session, fingerprint(secret))
        people.add_event(session, now, person.name, "logout")


def add_user(database: Database, name: str, role: Role, password: str | None, *, who: str, now: datetime) -> UserRow:
    """Add somebody. Raises UsageError for a bad name or password, or a name that is taken."""
    name = valid_name(name)
    hashed = hash_password(valid_password(password, name)) if password is not None else None
    with database.session() as session:
        if people.user_named(session, name):
            raise UsageError(f"there is a user {name} already; 'inshort user passwd {name}' gives a new password")
        people.add_event(session, now, who, "user added", f"{name} ({role})")
        return people.add_user(session, name, role, hashed, now)


def change_password(database: Database, name: str, password: str, *, who: str, now: datetime, keep: str = "") -> None:
    """Give a user a new password; every session but the one with the secret `keep` ends."""
    name = valid_name(name)
    hashed = hash_password(valid_password(password, name))
    with database.session() as session:
        user_of(session, name).password = hashed
        people.end_sessions_of(session, name, but=fingerprint(keep) if keep else "")
        people.add_event(session, now, who, "password", name)


def change_role(database: Database, name: str, role: Role, *, who: str, now: datetime) -> None:
    """Give a user another role, from their next click on. The last admin stays one."""
    with database.session() as session:
        user = user_of(session, name)
        if user.role == Role.ADMIN and role != Role.ADMIN:
            _not_the_last_admin(session, user)
        people.add_event(session, now, who, "role", f"{user.name}: {user.role} → {role}")
        user.role = role


def remove_user(database: Database, name: str, *, who: str, now: datetime) -> None:
    """Take a user away, with their sessions; the history keeps the name. The last admin goes last."""
    with database.session() as session:
        user = user_of(session, name)
        if user.role == Role.ADMIN and len(people.all_users(session)) > 1:
            _not_the_last_admin(session, user)
        people.remove_user(session, user)
        people.add_event(session, now, who, "user removed", user.name)


def user_of(session: Session, name: str) -> UserRow:
    """The user of a name. Raises UsageError saying who there is."""
    user = people.user_named(session, name := valid_name(name))
    if user is None:
        names = ", ".join(u.name for u in people.all_users(session)) or "nobody yet"
        raise UsageError(f"there is no user {name}; there is {names}")
    return user


def _not_the_last_admin(session: Session, user: UserRow) -> None:
    if not any(u.role == Role.ADMIN and u.id != user.id for u in people.all_users(session)):
        raise UsageError(f"{user.name} is the only admin; make somebody else one first")
