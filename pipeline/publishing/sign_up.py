"""Readers come and go: asked twice whether they want to, gone with one click, and not brought back by a list."""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.languages import language_record
from pipeline.publishing.mail import compose, send
from pipeline.publishing.sending import address_of
from pipeline.storage.database import Database
from pipeline.storage.publishing import readers
from pipeline.storage.tables import ReaderRow

LONGEST = 254
"""Characters of a mail address (RFC 5321, 4.5.3.1.3)."""
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\"]+")


def mail_address(text: str) -> str:
    """A reader's address, the host in the letters mail servers know. Raises UsageError for what is none.

    Nothing in it can begin a header or another address.
    """
    given = text.strip()
    if len(given) > LONGEST or not given.isprintable() or not _ADDRESS.fullmatch(given) or ".." in given:
        raise UsageError(f"{given[:60]!a} is not a mail address")
    name, _, host = given.rpartition("@")
    try:
        return f"{name}@{host.encode('idna').decode().lower()}"
    except UnicodeError:
        raise UsageError(f"{given[:60]!a} is not a mail address: there is no such host name") from None


def add_reader(
    database: Database, config: Config, address: str, *, now: datetime, topic: str = "", consent: str = ""
) -> str:
    """Add a reader; their state then.

    With `consent`, how they agreed already, they get the next edition. Without it they are asked by mail and get
    nothing until they confirm. Somebody who left is asked again. Raises UsageError for an address that is none, or
    where there is no way to ask; MailError where the question could not be sent (they stay invited).
    """
    clean = mail_address(address)
    if not consent:
        _can_ask(config)
    with database.session() as session:
        row = readers.reader_at(session, clean)
        if row is not None and row.state == "active":
            row.topic = topic
            return row.state
        if row is None:
            row = readers.add_reader(session, _new(clean, topic, now))
        _begin(row, clean, topic, now, consent)
        secret, state = row.secret, row.state
    if state == "invited":
        ask(config, clean, secret, now)
    return state


def _can_ask(config: Config) -> None:
    if not config.mail.host or not address_of(config):
        raise UsageError(
            "readers are asked by mail to confirm: set mail.host and readers.address in config.yaml, "
            'or say how they agreed already (--consent "…")'
        )


def _new(address: str, topic: str, now: datetime) -> ReaderRow:
    return ReaderRow(
        fingerprint=readers.fingerprint_of(address),
        address=address,
        topic=topic,
        state="invited",
        secret=secrets.token_urlsafe(32),
        invited_at=now,
    )


def _begin(row: ReaderRow, address: str, topic: str, now: datetime, consent: str) -> None:
    row.address, row.topic, row.invited_at, row.ended_at, row.reason = address, topic, now, None, ""
    row.secret = secrets.token_urlsafe(32)  # links from before lead nowhere
    row.state, row.consent = ("active", consent) if consent else ("invited", "")
    row.consent_at = now if consent else None


def ask(config: Config, address: str, secret: str, now: datetime) -> None:
    """Ask by mail whether somebody wants the editions. Raises MailError."""
    words, name = language_record(config.newsroom.language).edition, config.newsroom.name
    link = f"{address_of(config)}/readers/confirm/{secret}"
    text = words.confirm_text.format(name=name, link=link)
    send(config.mail, compose(config.mail, [address], words.confirm_subject.format(name=name), text, now),
         ca_file=config.network.ca_file)  # fmt: skip


def confirm(database: Database, secret: str, now: datetime) -> bool:
    """Somebody followed the link of their invitation; False for a link nobody was sent, or that is over."""
    with database.session() as session:
        row = readers.reader_with(session, secret)
        if row is None or row.state not in ("invited", "active"):
            return False
        if row.state == "invited":
            row.state, row.consent, row.consent_at = "active", "confirmed by mail", now
        return True


def leave(database: Database, secret: str, now: datetime) -> bool:
    """Somebody wants no more mail; True also when they had left before, False for a link nobody was sent."""
    with database.session() as session:
        row = readers.reader_with(session, secret)
        if row is None:
            return False
        if row.state in ("invited", "active"):
            row.state, row.ended_at, row.reason = "left", now, "by the link in a mail"
        return True


def remove(database: Database, address: str, now: datetime) -> None:
    """Forget a reader's address. What stays is its fingerprint, so that no list brings them back."""
    with database.session() as session:
        row = readers.reader_at(session, address)
        if row is None or row.state == "removed":
            raise UsageError(f"there is no reader {address[:60]!a}")
        row.state, row.address, row.ended_at, row.reason = "removed", "", now, "removed"


@dataclass(slots=True)
class Imported:
    added: int = 0
    known: int = 0
    gone: list[str] = field(default_factory=list)
    """Addresses that left, were refused or removed: left out, as only they themselves can come back."""
    wrong: list[str] = field(default_factory=list)
    """Lines that are no address, with their numbers."""


def import_readers(
    database: Database, lines: Iterable[str], *, now: datetime, consent: str, topic: str = ""
) -> Imported:
    """Add a list of addresses, one a line or in the first column that has one, whose owners agreed as `consent` says.

    Raises UsageError without `consent`, and for what is no list.
    """
    if not consent.strip():
        raise UsageError("a list needs --consent: when and how its readers agreed")
    done = Imported()
    with database.session() as session:
        for number, text in _addresses(lines):
            try:
                clean = mail_address(text)
            except UsageError:
                if number > 1 or "@" in text:  # the first line may be the columns' names
                    done.wrong.append(f"line {number}: {text[:60]!a}")
                continue
            row = readers.reader_at(session, clean)
            if row is None:
                row = readers.add_reader(session, _new(clean, topic, now))
                _begin(row, clean, topic, now, consent)
                done.added += 1
            elif row.state in ("invited", "active"):
                if row.state == "invited":
                    _begin(row, clean, topic, now, consent)
                done.known += 1
            else:
                done.gone.append(clean)
    return done


def _addresses(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    rows = csv.reader(line.replace("\0", "") for line in lines)
    try:
        for number, row in enumerate(rows, 1):
            cells = [cell.strip() for cell in row if cell.strip()]
            if cells:
                yield number, next((cell for cell in cells if "@" in cell), cells[0])
    except csv.Error as error:
        # A quotation mark that nothing closes makes one cell of all that follows.
        raise UsageError(f"line {rows.line_num}: this is not a list of addresses: {error}; nobody was added") from error
