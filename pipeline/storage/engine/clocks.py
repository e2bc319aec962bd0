"""When each clock last fired."""

from __future__ import annotations

from datetime import datetime

from pipeline.storage.database import Session
from pipeline.storage.tables import ClockRow


def fired_at(session: Session, name: str) -> datetime | None:
    row = session.get(ClockRow, name)
    return row.fired_at if row else None


def fired(session: Session, name: str, at: datetime) -> None:
    """Note that the time `at` of a clock is dealt with; never moves back."""
    row = session.get(ClockRow, name)
    if row is None:
        session.add(ClockRow(name=name, fired_at=at))
    elif row.fired_at < at:
        row.fired_at = at
