"""Batches: calls that can wait, sent through an endpoint's batch API together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from pipeline.model import StoryState
from pipeline.storage.database import Session
from pipeline.storage.llm.calls import RESERVED
from pipeline.storage.tables import BatchRow, StoryRow, TryRow

FILLING, CLOSED, UPLOADED, CREATING = "filling", "closed", "uploaded", "creating"
RUNNING, ENDED, COLLECTED, GIVEN_UP = "running", "ended", "collected", "given_up"
"""States of a batch, in the order it goes through them; the last two are its ends."""
OPEN = (FILLING, CLOSED, UPLOADED, CREATING, RUNNING, ENDED)


def filling_batch(session: Session, endpoint: str, token: str, now: datetime) -> BatchRow:
    """The batch that takes calls in for an endpoint, made if there is none; held until the transaction ends."""
    query = select(BatchRow).where(BatchRow.state == FILLING, BatchRow.endpoint == endpoint).with_for_update()
    found = session.scalars(query.order_by(BatchRow.id).limit(1)).first()
    if found is None:
        found = BatchRow(endpoint=endpoint, token=token, state=FILLING, made_at=now, next_at=now)
        session.add(found)
        session.flush()
    return found


def due_batches(session: Session, now: datetime, limit: int) -> list[int]:
    """Batches that may go a step further."""
    query = select(BatchRow.id).where(BatchRow.state.in_(OPEN), BatchRow.next_at <= now)
    return list(session.scalars(query.order_by(BatchRow.next_at, BatchRow.id).limit(limit)))


def get_batch(session: Session, batch_id: int) -> BatchRow:
    """The batch, held until the transaction ends."""
    return session.get_one(BatchRow, batch_id, with_for_update=True)


def waiting_tries(session: Session, batch_id: int) -> list[TryRow]:
    """The tries of a batch that have no answer yet, in the order they were taken in."""
    query = select(TryRow).where(TryRow.batch_id == batch_id, TryRow.state == RESERVED).order_by(TryRow.id)
    return list(session.scalars(query))


def release_stories(session: Session, story_ids: Sequence[int]) -> None:
    """Stories whose batch is back are due again at once."""
    query = update(StoryRow).where(
        StoryRow.id.in_(story_ids), StoryRow.state == StoryState.DRAFTING, StoryRow.current_draft_id.is_(None)
    )
    session.execute(query.values(next_try_at=None, waiting_for=""), execution_options={"synchronize_session": False})


def stories_in(session: Session, batch_ids: Sequence[int]) -> list[int]:
    """The stories that wait for these batches."""
    query = select(TryRow.story_id).where(TryRow.batch_id.in_(batch_ids), TryRow.state == RESERVED)
    return [story_id for story_id in session.scalars(query.order_by(TryRow.id)) if story_id is not None]
