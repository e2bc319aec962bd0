"""Sentences a model was asked to rewrite: asked, answered, used or discarded."""

from __future__ import annotations

from sqlalchemy import select

from pipeline.storage.database import Session
from pipeline.storage.tables import RewriteRow

ASKED, ANSWERED, FAILED, TAKEN, PUT_AWAY = "asked", "answered", "failed", "taken", "put_away"


def add_rewrite(session: Session, row: RewriteRow) -> RewriteRow:
    session.add(row)
    session.flush()
    return row


def get_rewrite(session: Session, rewrite_id: int) -> RewriteRow | None:
    return session.get(RewriteRow, rewrite_id)


def open_rewrites(session: Session, story_id: int) -> list[RewriteRow]:
    """What was asked for in a story and nobody decided on yet, whoever asked: it is paid for."""
    query = select(RewriteRow).where(RewriteRow.story_id == story_id, RewriteRow.state.in_([ASKED, ANSWERED, FAILED]))
    return list(session.scalars(query.order_by(RewriteRow.id)))
