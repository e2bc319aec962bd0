"""Alarms as rows: raised, told by each way once, over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.storage.database import Session
from pipeline.storage.tables import AlarmRow


def open_alarms(session: Session) -> list[AlarmRow]:
    """Alarms that are not over, the oldest first."""
    query = select(AlarmRow).where(AlarmRow.cleared_at.is_(None)).order_by(AlarmRow.id)
    return list(session.scalars(query))


def alarms_since(session: Session, since: datetime) -> list[AlarmRow]:
    """Alarms that were raised since a time, over or not, the oldest first."""
    return list(session.scalars(select(AlarmRow).where(AlarmRow.raised_at >= since).order_by(AlarmRow.id)))


def raise_alarm(session: Session, name: str, detail: str, now: datetime) -> bool:
    """Write an alarm down; False when it is open already, whoever raised it."""
    try:
        with session.begin_nested():
            session.add(AlarmRow(name=name, detail=detail, raised_at=now, told_raised=[], told_cleared=[]))
    except IntegrityError:
        return False
    return True


def clear_alarm(session: Session, name: str, now: datetime) -> bool:
    """Write down that an alarm is over; False when it is over already."""
    over = update(AlarmRow).where(AlarmRow.name == name, AlarmRow.cleared_at.is_(None)).values(cleared_at=now)
    return session.scalar(over.returning(AlarmRow.id)) is not None


def take_untold(session: Session, way: str, since: datetime) -> list[AlarmRow]:
    """Alarms a way has yet to tell of, each marked as told by it. One that came and went untold stays untold."""
    query = select(AlarmRow).where(or_(AlarmRow.cleared_at.is_(None), AlarmRow.cleared_at >= since))
    found = []
    for row in session.scalars(query.order_by(AlarmRow.id).with_for_update()):
        if row.cleared_at is None and way not in row.told_raised:
            row.told_raised = [*row.told_raised, way]
            found.append(row)
        elif row.cleared_at is not None and way in row.told_raised and way not in row.told_cleared:
            row.told_cleared = [*row.told_cleared, way]
            found.append(row)
    return found


def give_back(session: Session, alarm_id: int, way: str, *, over: bool) -> None:
    """A way could not tell of an alarm: it is owed again."""
    row = session.get_one(AlarmRow, alarm_id, with_for_update=True)
    if over:
        row.told_cleared = [told for told in row.told_cleared if told != way]
    else:
        row.told_raised = [told for told in row.told_raised if told != way]
