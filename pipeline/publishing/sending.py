"""Sending an edition: a line in the ledger for each reader before anything goes out, so that nobody gets it twice.

A mail is `open` until the server has all of it but its end, then `handed`, and `sent` once the server took the end. A
process that dies while one is open leaves it to be sent; one that dies while one is handed leaves it `unsure`, as does
a line that drops there: the server may have taken it, so it is never sent again. That is at most once; the other way
would now and then be twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import InShortError, UsageError
from pipeline.files import make_folder, write_whole
from pipeline.logs import logger
from pipeline.model import Edition
from pipeline.publishing.issue import reprinted
from pipeline.publishing.letter import Letter
from pipeline.publishing.mail import NotTaken, Post
from pipeline.storage.database import LOCK_NUMBER, Database
from pipeline.storage.publishing import editions, readers
from pipeline.storage.publishing.readers import Due

log = logger("inshort.sending")
AT_ONCE = 100
"""Mails between two looks at what became of the edition's stories meanwhile."""
TRIES = 8
FIRST_WAIT = timedelta(minutes=10)
"""Greylisting servers want some minutes; each further try waits three times as long, a day at most."""


@dataclass(slots=True)
class Sent:
    """What a round of sending did; `waiting` are tried again later, `trouble` is why it ended before its end."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    unsure: int = 0
    dropped: int = 0
    """Who left meanwhile."""
    trouble: str = ""

    def line(self) -> str:
        counts = {"sent": self.sent, "to be tried again": self.waiting, "refused": self.refused}
        counts |= {"perhaps not delivered": self.unsure, "left since": self.dropped}
        said = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nobody to send to"
        return f"{said}; {self.trouble}" if self.trouble else said


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries of one mail."""
    factor: int = 3 ** max(tries - 1, 0)
    return min(FIRST_WAIT * factor, timedelta(days=1))


def enlist(database: Database, edition: Edition, now: datetime) -> int:
    """Write down that an edition is to be sent to its readers; how many do not have it yet."""
    if edition.number is None:
        return 0
    with database.session() as session:
        return readers.enlist(session, edition.number, edition.topic or "", now)


def send_edition(database: Database, config: Config, number: int, now: datetime) -> Sent:
    """Send an edition to whom it is due. Raises UsageError where mail is not set up or another process is sending.

    What the server refuses for now, and all of it where the server is away, stays open for a later call.
    """
    _ready(config)
    done = Sent()
    with database.only_one(".mail", LOCK_NUMBER + 1) as alone:
        if not alone:
            raise UsageError("another process is sending mail; try again when it is done")
        with database.session() as session:
            done.unsure += readers.settle_handed(session, now)
        post = Post(config.mail, config.network.ca_file)
        try:
            _send_all(database, config, number, now, post, done)
        finally:
            post.close()
        if done == Sent():
            with database.reading() as session:  # nothing is due, which is not the same as nobody
                done.waiting = readers.sendings_of(session, number).get("open", 0)
    return done


def _ready(config: Config) -> None:
    if not config.mail.host:
        raise UsageError("mail.host is not set in config.yaml; editions cannot be sent")
    if not address_of(config):
        raise UsageError("readers.address is not set in config.yaml: without it nobody could unsubscribe")


def address_of(config: Config) -> str:
    """Where the desk answers readers, without a slash at its end."""
    return (config.readers.address or config.desk.address or "").rstrip("/")


def _send_all(database: Database, config: Config, number: int, now: datetime, post: Post, done: Sent) -> None:
    after, broken = 0, 0
    while True:
        with database.reading() as session:
            edition = reprinted(session, number)
            due = readers.due_sendings(session, number, now, after, AT_ONCE)
        due = [one for one in due if one.target.startswith("mail ")]
        if not due:
            return
        letter = Letter(edition, config.mail.sender or "", address_of(config), config.digest.templates)
        for one in due:
            after = one.id
            try:
                gone = _send_one(database, letter, one, now, post, done)
            except InShortError as error:  # there is no connection to be had: all the rest waits
                _later(database, one, str(error), now, done)
                done.trouble = str(error)
                return
            broken = broken + 1 if gone else 0
            if broken == 2:
                done.trouble = "the mail server broke off twice in a row; the rest waits"
                return


def _send_one(database: Database, letter: Letter, one: Due, now: datetime, post: Post, done: Sent) -> bool:
    """Send one mail by the ledger; whether the connection broke."""
    if one.state != "active":
        _mark(database, one, "dropped", now)
        done.dropped += 1
        return False
    try:
        post.hand(one.address, letter.to(one.address, one.secret))
    except NotTaken as error:
        return _not_taken(database, one, error, now, done)
    _mark(database, one, "handed", now)
    try:
        post.end()
    except NotTaken as error:
        if error.away:
            _mark(database, one, "unsure", now, str(error))
            done.unsure += 1
            return True
        return _not_taken(database, one, error, now, done)
    _mark(database, one, "sent", now)
    done.sent += 1
    return False


def _not_taken(database: Database, one: Due, error: NotTaken, now: datetime, done: Sent) -> bool:
    if error.retry and one.tries + 1 < TRIES:
        _later(database, one, str(error), now, done)
    else:
        with database.session() as session:
            readers.mark(session, one.id, "refused", now=now, error=str(error), tried=True)
            if error.reader:
                readers.refuse_reader(session, one.id, str(error), now)
        log.warning("mail refused", sending=one.id, said=str(error))
        done.refused += 1
    return error.away


def _later(database: Database, one: Due, said: str, now: datetime, done: Sent) -> None:
    again = now + wait_after(one.tries + 1)
    with database.session() as session:
        readers.mark(session, one.id, "open", now=now, error=said, again_at=again, tried=True)
    done.waiting += 1


def _mark(database: Database, one: Due, state: str, now: datetime, error: str = "") -> None:
    with database.session() as session:
        readers.mark(session, one.id, state, now=now, error=error)


def send_due(database: Database, config: Config, now: datetime) -> Iterator[tuple[int, Sent]]:
    """Send what is due of every edition, as far as mail is set up: what a daemon does by its clock."""
    with database.reading() as session:
        due = readers.due_editions(session, now)
    for number in due:
        yield number, send_edition(database, config, number, now) if config.mail.host else Sent()


def write_mails(database: Database, config: Config, edition: Edition, folder: Path) -> int:
    """Write the mails of an edition into a folder, one a reader, and send none; how many.

    Without readers it is one, to the newsroom itself.
    """
    make_folder(folder)
    sender = config.mail.sender or "newsroom@localhost"
    letter = Letter(edition, sender, address_of(config) or "https://readers.invalid", config.digest.templates)
    with database.reading() as session:
        people = [(r.address, r.secret) for r in readers.active_readers(session, edition.topic or "")]
    for number, (address, secret) in enumerate(people or [(sender, "nobody")], 1):
        write_whole(folder / f"{number:06}.eml", letter.to(address, secret))
    return max(len(people), 1)


def standing(database: Database, number: int) -> dict[str, int]:
    """How the sending of an edition stands. Raises UsageError for one that is not there."""
    with database.reading() as session:
        if editions.get_edition(session, number) is None:
            raise UsageError(f"there is no edition {number}")
        return readers.sendings_of(session, number)
