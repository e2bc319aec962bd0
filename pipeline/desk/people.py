"""People at the desk: roles, names, passwords, and how long somebody who guesses has to wait. No database here."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD, MAX_PASSWORD = 10, 200
"""Characters. NIST SP 800-63B asks for 8 at least; the upper bound keeps one log-in from costing much."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}")


class Role(StrEnum):
    """Who somebody is to the desk; each has all that those before it have."""

    READER = "reader"
    EDITOR = "editor"
    CHIEF = "chief"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def covers(self, needed: Role) -> bool:
        return self.rank >= needed.rank


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name goes into the history, the role decides what is allowed."""

    name: str
    role: Role


def valid_name(name: str) -> str:
    """A user's name in its one spelling. Raises UsageError naming what is allowed."""
    tidy = name.strip().lower()
    if not _NAME.fullmatch(tidy):
        raise UsageError(f"{name!r} is no user name; allowed are 1 to 60 letters a-z, digits and . _ @ -")
    return tidy


def valid_password(password: str, name: str) -> str:
    """The password, if it is fit to be one. Raises UsageError with the reason; the password is never in it."""
    if len(password) < MIN_PASSWORD:
        raise UsageError(f"the password is too short; {MIN_PASSWORD} characters at least")
    if len(password) > MAX_PASSWORD:
        raise UsageError(f"the password is too long; {MAX_PASSWORD} characters at most")
    if password.strip().lower() == name or len(set(password)) < 5:
        raise UsageError("the password is too easy to guess; take several words")
    return password


@lru_cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's defaults: RFC 9106, the profile for little memory (64 MiB, 3 rounds)."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def hash_password(password: str) -> str:
    return _hasher().hash(password)


@lru_cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe(16))


def right_password(stored: str | None, password: str) -> bool:
    """Whether it is the one. Takes as long for a user who is not there or has no password."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > MAX_PASSWORD:
        return False
    try:
        return _hasher().verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """256 random bits, for a cookie or a link."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a secret: enough to know it again, of no use to who reads the table."""
    return hashlib.sha256(secret.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """The token a form must bring along: made from the session's cookie, which no page and no other site knows."""
    return hmac.new(cookie.encode(), b"inshort form", hashlib.sha256).hexdigest()


def same_token(given: str, cookie: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), form_token(cookie).encode())


WINDOW = timedelta(minutes=15)
"""How far back failed log-ins count."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A log-in that failed: when, and whether it was for this name, from this address."""

    at: datetime
    name: bool
    address: bool


def wait_to_log_in(failures: Sequence[Failure], now: datetime) -> int:
    """Seconds until another try is heard, 0 for at once.

    Five wrong passwords for a name from one address are forgiven; then each wait doubles, from 30 seconds to
    15 minutes. An address is given twenty over all names, a name forty from everywhere: somebody who means to
    lock an editor out must have many addresses.
    """
    recent = [f for f in failures if timedelta(0) <= now - f.at < WINDOW]
    longest = 0
    for allowed, counted in (
        (5, [f.at for f in recent if f.name and f.address]),
        (20, [f.at for f in recent if f.address]),
        (40, [f.at for f in recent if f.name]),
    ):
        if len(counted) >= allowed:
            wait = min(30 * 2 ** min(len(counted) - allowed, 10), int(WINDOW.total_seconds()))
            longest = max(longest, wait - int((now - max(counted)).total_seconds()))
    return max(longest, 0)
