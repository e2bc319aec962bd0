"""What is remembered of a model's endpoint: what it understands, how fast it may be asked, when it wants peace."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pipeline.storage.database import Session
from pipeline.storage.tables import EndpointRow, TryRow


def find_endpoint(session: Session, key: str) -> EndpointRow | None:
    return session.scalar(select(EndpointRow).where(EndpointRow.key == key))


def use_endpoint(session: Session, key: str) -> EndpointRow:
    """The endpoint's row, held until the transaction ends: whoever has it decides whose turn it is."""
    query = select(EndpointRow).where(EndpointRow.key == key).with_for_update()
    if (found := session.scalar(query)) is not None:
        return found
    try:
        with session.begin_nested():
            session.add(EndpointRow(key=key))
    except IntegrityError:
        pass  # another worker was as new to it and a moment faster
    return session.scalars(query).one()


def sent_since(session: Session, endpoint_id: int, since: datetime) -> list[tuple[datetime, int]]:
    """When each call since then was sent, and its tokens (those it used, or was expected to), oldest first."""
    query = (
        select(TryRow.sent_at, TryRow.paced_tokens)
        .where(TryRow.endpoint_id == endpoint_id, TryRow.sent_at > since)
        .order_by(TryRow.sent_at)
    )
    return [(at, tokens) for at, tokens in session.execute(query) if at is not None]


def note_turn(session: Session, try_id: int, endpoint_id: int, at: datetime | None, tokens: int) -> None:
    """A try and the endpoint it waits for; `at` is when it was sent, None while it still waits."""
    query = update(TryRow).where(TryRow.id == try_id)
    session.execute(query.values(endpoint_id=endpoint_id, sent_at=at, paced_tokens=tokens))
