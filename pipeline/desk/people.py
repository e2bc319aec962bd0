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
        raise UsageError(f"{name!r} is not a valid user name; use 1 to 60 letters a-z, digits and . _ @ -")
    return tidy


def valid_password(password: str, name: str) -> str:
    """The password, if it is fit to be one. Raises UsageError with the reason; the password is never in it."""
    if len(password) < MIN_PASSWORD:
        raise UsageError(f"the password is too short; {MIN_PASSWORD} characters at least")
    if len(password) > MAX_PASSWORD:
        raise UsageError(f"the password is too long; {MAX_PASSWORD} characters at most")
    if password.strip().lower() == name or len(set(password)) < 5:
        raise UsageError("the password is too easy to guess; use several words")
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


FEW, FROM_ONE, OF_ONE, FLOOD = 5, 20, 40, 300
"""Failures within the window that are forgiven: for a name from one address; from one address over all names, and for
one name from everywhere, before a first slip is waited for; from one address before unknown people wait too."""


def wait_to_log_in(failures: Sequence[Failure], now: datetime, *, known: bool = False) -> int:
    """Seconds until another try is heard, 0 for at once.

    Wrong passwords for a name from an address make that name wait at that address: five are forgiven, then each wait
    doubles, from 30 seconds to 15 minutes. Where many other names failed from the address, or the name from many
    addresses, only the first try is free. So who guesses for others, or from elsewhere, never locks out somebody who
    has their password right. A flood from one address makes everybody wait there but those `known` to have been let
    in from it before.
    """
    recent = [f for f in failures if timedelta(0) <= now - f.at < WINDOW]
    here = [f.at for f in recent if f.name and f.address]
    from_here = [f.at for f in recent if f.address]
    guessed = len(from_here) >= FROM_ONE or sum(f.name for f in recent) >= OF_ONE
    waits = [(1 if guessed else FEW, here)]
    if not known:
        waits.append((FLOOD, from_here))
    return max(_wait(allowed, counted, now) for allowed, counted in waits)


def _wait(allowed: int, counted: Sequence[datetime], now: datetime) -> int:
    if len(counted) < allowed:
        return 0
    wait: int = min(30 * 2 ** min(len(counted) - allowed, 10), int(WINDOW.total_seconds()))
    return max(0, wait - int((now - max(counted)).total_seconds()))
