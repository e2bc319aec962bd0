"""Readers who get editions by mail, and how they found the stories."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from pipeline.storage.database import Session, own_insert
from pipeline.storage.tables import RatingRow, ReaderRow, SendingRow, StoryRow

CHUNK = 500


def fingerprint_of(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode("utf-8", "replace")).hexdigest()


def reader_at(session: Session, address: str) -> ReaderRow | None:
    return session.scalar(select(ReaderRow).where(ReaderRow.fingerprint == fingerprint_of(address)))


def reader_with(session: Session, secret: str) -> ReaderRow | None:
    return session.scalar(select(ReaderRow).where(ReaderRow.secret == secret)) if secret else None


def add_reader(session: Session, row: ReaderRow) -> ReaderRow:
    session.add(row)
    session.flush()
    return row


def get_reader(session: Session, number: int) -> ReaderRow | None:
    return session.get(ReaderRow, number)


def all_readers(session: Session) -> Iterator[ReaderRow]:
    query = select(ReaderRow).where(ReaderRow.state != "removed").order_by(ReaderRow.id)
    yield from session.scalars(query, execution_options={"yield_per": CHUNK})


def active_readers(session: Session, topic: str) -> Iterator[ReaderRow]:
    """Who gets the editions of a topic ("": of all)."""
    query = select(ReaderRow).where(ReaderRow.state == "active", ReaderRow.topic == topic).order_by(ReaderRow.id)
    yield from session.scalars(query, execution_options={"yield_per": CHUNK})


def enlist(session: Session, edition_id: int, topic: str, now: datetime) -> int:
    """Write down that an edition is to be sent to each of its readers who does not have it; how many were added."""
    target = "mail " + ReaderRow.fingerprint
    has = select(SendingRow.id).where(SendingRow.edition_id == edition_id, SendingRow.target == target).exists()
    query = select(ReaderRow.id, ReaderRow.fingerprint).where(
        ReaderRow.state == "active", ReaderRow.topic == topic, ~has
    )
    rows = [
        {
            "edition_id": edition_id,
            "target": f"mail {mark}",
            "reader_id": number,
            "state": "open",
            "next_at": now,
            "tries": 0,
            "error": "",
        }
        for number, mark in session.execute(query)
    ]
    if rows:
        session.execute(SendingRow.__table__.insert(), rows)  # type: ignore[attr-defined]
    return len(rows)


def enlist_hook(session: Session, edition_id: int, mark: str, now: datetime) -> None:
    """The same for a webhook, by its fingerprint."""
    target = f"hook {mark}"
    query = select(SendingRow.id).where(SendingRow.edition_id == edition_id, SendingRow.target == target)
    if session.scalar(query) is None:
        session.add(SendingRow(edition_id=edition_id, target=target, state="open", next_at=now))


def settle_handed(session: Session, now: datetime) -> int:
    """Sendings a process died over while their end was under way: nobody knows, so they are not sent again."""
    said = "the process ended while the server was taking it"
    ended = (
        update(SendingRow)
        .where(SendingRow.state == "handed")
        .values(state="unsure", error=said, ended_at=now)
        .returning(SendingRow.id)
    )
    return len(session.execute(ended).all())


def due_editions(session: Session, now: datetime) -> list[int]:
    """Editions with something to send now."""
    query = select(SendingRow.edition_id).where(SendingRow.state == "open", SendingRow.next_at <= now).distinct()
    return list(session.scalars(query.order_by(SendingRow.edition_id)))


@dataclass(frozen=True, slots=True)
class Due:
    """A sending that is due. `address` and `secret` are the reader's, "" for a webhook."""

    id: int
    target: str
    tries: int
    address: str
    secret: str
    state: str
    """The reader's state now: only an active one gets it."""


def due_sendings(session: Session, edition_id: int, now: datetime, after: int, limit: int) -> list[Due]:
    """Some of an edition's open sendings, in order, after one of them."""
    query = (
        select(
            SendingRow.id,
            SendingRow.target,
            SendingRow.tries,
            func.coalesce(ReaderRow.address, ""),
            func.coalesce(ReaderRow.secret, ""),
            func.coalesce(ReaderRow.state, ""),
        )
        .outerjoin(ReaderRow, ReaderRow.id == SendingRow.reader_id)
        .where(
            SendingRow.edition_id == edition_id,
            SendingRow.state == "open",
            SendingRow.next_at <= now,
            SendingRow.id > after,
        )
        .order_by(SendingRow.id)
        .limit(limit)
    )
    return [Due(*row) for row in session.execute(query)]


def mark(
    session: Session,
    sending_id: int,
    state: str,
    *,
    now: datetime,
    error: str = "",
    again_at: datetime | None = None,
    tried: bool = False,
) -> None:
    """Write down what became of a sending; `again_at` is when an open one is tried again."""
    values: dict[str, object] = {"state": state, "error": error[:500]}
    if state not in ("open", "handed"):
        values["ended_at"] = now
    if again_at is not None:
        values["next_at"] = again_at
    if tried:
        values["tries"] = SendingRow.tries + 1
    session.execute(update(SendingRow).where(SendingRow.id == sending_id).values(values))


def refuse_reader(session: Session, sending_id: int, reason: str, now: datetime) -> None:
    """A reader whose own server says there is nobody of that address gets no more mail."""
    of = select(SendingRow.reader_id).where(SendingRow.id == sending_id).scalar_subquery()
    values = {"state": "refused", "reason": reason[:500], "ended_at": now}
    session.execute(update(ReaderRow).where(ReaderRow.id == of, ReaderRow.state == "active").values(values))


def sendings_of(session: Session, edition_id: int) -> dict[str, int]:
    """How many sendings of an edition are in each state."""
    query = select(SendingRow.state, func.count()).where(SendingRow.edition_id == edition_id).group_by(SendingRow.state)
    return {state: count for state, count in session.execute(query)}


def readers_by_state(session: Session) -> dict[str, int]:
    return {s: n for s, n in session.execute(select(ReaderRow.state, func.count()).group_by(ReaderRow.state))}


def rate(session: Session, story_id: int, paragraph: int, clear: bool) -> None:
    """Count one answer."""
    values = {"story_id": story_id, "paragraph": paragraph, "clear": int(clear), "unclear": int(not clear)}
    added = own_insert(session, RatingRow).values(values)
    counted = {"clear": RatingRow.clear + int(clear), "unclear": RatingRow.unclear + int(not clear)}
    session.execute(added.on_conflict_do_update(index_elements=["story_id", "paragraph"], set_=counted))


@dataclass(frozen=True, slots=True)
class Rated:
    """How readers found a story (`paragraph` 0) or a paragraph of it."""

    story_id: int
    title: str
    paragraph: int
    clear: int
    unclear: int


def least_clear(session: Session, limit: int) -> list[Rated]:
    """What readers found unclear, what most did first."""
    query = (
        select(RatingRow.story_id, StoryRow.heading, RatingRow.paragraph, RatingRow.clear, RatingRow.unclear)
        .join(StoryRow, StoryRow.id == RatingRow.story_id)
        .order_by(RatingRow.unclear.desc(), RatingRow.story_id, RatingRow.paragraph)
        .limit(limit)
    )
    return [Rated(*row) for row in session.execute(query)]
