"""Who is at which story: the sign of somebody who has one open, and which one is free to be looked at next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.errors import StorageError
from pipeline.logs import logger
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import queue_order, visits
from pipeline.storage.desk.queue_order import Narrowed, Place
from pipeline.storage.desk.visits import Shown

log = logger("inshort.desk")
NOTED_WITHIN = 0.2
"""Seconds a sign waits to be written down: what is asked for next waits as long, and another sign comes soon."""

COMMAND_WAITS = 5.0
"""The same for what a command showed: an approval goes by it."""


def note_open(database: Database, story_id: int, who: str, now: datetime, shown: Shown | None = None) -> None:
    """Note that somebody has a story open, and what they are shown; where the database is busy, nothing is noted."""

    def both(session: Session, story_id: int, who: str, now: datetime) -> None:
        visits.saw(session, story_id, who, now)
        if shown is not None:
            session.flush()
            visits.note_shown(session, story_id, who, now, shown)

    _note(database, story_id, both, who, now)


def note_shown(database: Database, story_id: int, who: str, now: datetime, shown: Shown) -> str:
    """Note what somebody is shown of a story who does not have it open: a command's answer. Gives why it could not."""

    def what(session: Session, story_id: int, who: str, now: datetime) -> None:
        visits.note_shown(session, story_id, who, now, shown)

    return _note(database, story_id, what, who, now, patience=COMMAND_WAITS)


def note_away(database: Database, story_id: int, who: str, now: datetime) -> None:
    """Note that somebody left a story undecided; the time they had it open still counts when they come back."""
    _note(database, story_id, visits.away, who, now)


def _note(
    database: Database,
    story_id: int,
    what: Callable[[Session, int, str, datetime], None],
    who: str,
    now: datetime,
    patience: float = NOTED_WITHIN,
) -> str:
    try:
        with database.session(patience=patience) as session:
            what(session, story_id, who, now)
    except StorageError as error:
        log.warning("desk.visit_not_noted", story=story_id, error=str(error))
        return str(error)
    return ""


def next_free(
    session: Session, part: Narrowed, who: str, now: datetime, besides: int, after: Place | None = None
) -> int | None:
    """The riskiest story besides one that nobody else has open; with `after` the one behind a place, if there is one.

    A decision goes on without `after`: mending the story moved it down the queue, past others still blocked.
    """
    busy = visits.busy_stories(session, who, now)
    return queue_order.next_story(session, part, after, {*busy, besides})
