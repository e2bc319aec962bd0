"""Who has which story open, for how long, and what they typed and did not save yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from pipeline.storage.database import Session
from pipeline.storage.tables import UnsavedRow, VisitRow

WHOLE = -1
"""The place of the whole text among what is typed and not saved; sentences have theirs from 0."""
SIMPLE = -2
"""The place of the simple version's text."""
PRESENT = timedelta(seconds=90)
"""How long after the last sign of somebody a story still counts as open at their desk."""
MOST_BETWEEN = 120
"""Seconds between two signs that count as looking; somebody who left for lunch did not spend an hour on a story."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody was shown of a story: the hash of the draft, and of the simple version that stood with it."""

    draft: str = ""
    simple: str = ""


def saw(session: Session, story_id: int, who: str, now: datetime) -> None:
    """Note that somebody has a story open now."""
    visit = _visit(session, story_id, who)
    if visit is None:
        session.add(VisitRow(story_id=story_id, who=who, opened_at=now, seen_at=now, seconds=0, left=False))
        return
    if visit.left or now - visit.seen_at > PRESENT:
        visit.opened_at = now
    if not visit.left:
        visit.seconds += _between(visit, now)
    visit.seen_at, visit.left = now, False


def note_shown(session: Session, story_id: int, who: str, now: datetime, shown: Shown) -> None:
    """Note what somebody was shown of a story; it does not count as open because of that."""
    visit = _visit(session, story_id, who)
    if visit is None:
        visit = VisitRow(story_id=story_id, who=who, opened_at=now, seen_at=now, seconds=0, left=True)
        session.add(visit)
    visit.shown, visit.shown_simple = shown.draft, shown.simple


def shown_to(session: Session, story_id: int, who: str) -> Shown:
    """What somebody was shown last of a story; nothing where they never looked at it."""
    visit = _visit(session, story_id, who)
    return Shown(visit.shown, visit.shown_simple) if visit else Shown()


def opened_by(session: Session, story_ids: Collection[int], who: str) -> dict[int, str]:
    """The hash of what somebody was shown last of each of these stories, where they opened it."""
    query = select(VisitRow.story_id, VisitRow.shown).where(
        VisitRow.who == who, VisitRow.story_id.in_(list(story_ids)), VisitRow.shown != ""
    )
    return {story_id: shown for story_id, shown in session.execute(query)}


def leave(session: Session, story_id: int, who: str, now: datetime) -> int:
    """Note that somebody is done with a story for now; the seconds they had it open since they were last done."""
    visit = _visit(session, story_id, who)
    if visit is None:
        return 0
    spent = visit.seconds + (0 if visit.left else _between(visit, now))
    visit.seconds, visit.left, visit.seen_at = 0, True, now
    return spent


def away(session: Session, story_id: int, who: str, now: datetime) -> None:
    """Note that somebody closed a story undecided: it is free, and their seconds with it stand."""
    visit = _visit(session, story_id, who)
    if visit is not None and not visit.left:
        visit.seconds += _between(visit, now)
        visit.left, visit.seen_at = True, now


def others_at(session: Session, story_ids: Collection[int], who: str, now: datetime) -> dict[int, list[str]]:
    """Who else has these stories open now."""
    query = (
        select(VisitRow.story_id, VisitRow.who)
        .where(VisitRow.seen_at > now - PRESENT, VisitRow.left.is_(False), VisitRow.who != who)
        .order_by(VisitRow.opened_at)
    )
    wanted = set(story_ids)
    found: dict[int, list[str]] = {}
    for story_id, name in session.execute(query):
        if story_id in wanted:
            found.setdefault(story_id, []).append(name)
    return found


def busy_stories(session: Session, who: str, now: datetime) -> set[int]:
    """The stories somebody else has open now."""
    query = select(VisitRow.story_id).where(
        VisitRow.seen_at > now - PRESENT, VisitRow.left.is_(False), VisitRow.who != who
    )
    return set(session.scalars(query))


def _visit(session: Session, story_id: int, who: str) -> VisitRow | None:
    return session.scalar(select(VisitRow).where(VisitRow.story_id == story_id, VisitRow.who == who))


def _between(visit: VisitRow, now: datetime) -> int:
    return min(MOST_BETWEEN, max(0, round((now - visit.seen_at).total_seconds())))


def keep_unsaved(
    session: Session, story_id: int, who: str, place: int, *, text: str, base_hash: str, now: datetime
) -> None:
    """Keep what is typed at a sentence; the version it was begun on stays that of the first keystroke."""
    row = session.scalar(select(UnsavedRow).where(*_at(story_id, who), UnsavedRow.place == place))
    if row is None:
        session.add(UnsavedRow(story_id=story_id, who=who, place=place, text=text, base_hash=base_hash, saved_at=now))
    else:
        row.text, row.base_hash, row.saved_at = text, base_hash, now


def unsaved_of(session: Session, story_id: int, who: str) -> list[UnsavedRow]:
    return list(session.scalars(select(UnsavedRow).where(*_at(story_id, who)).order_by(UnsavedRow.place)))


def drop_unsaved(session: Session, story_id: int, who: str, place: int | None = None) -> None:
    """Forget what was typed at a place, or anywhere in the standard version."""
    standard = UnsavedRow.place >= WHOLE
    session.execute(
        delete(UnsavedRow).where(*_at(story_id, who), standard if place is None else UnsavedRow.place == place)
    )


def _at(story_id: int, who: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return UnsavedRow.story_id == story_id, UnsavedRow.who == who
