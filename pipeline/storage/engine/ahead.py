"""What a clock that was ahead left behind: times nothing here could have set, taken back to now.

A machine that once believed to be in 2028 polled, refused and noted by that time. Whoever waits for such a time waits
for years, and says nothing. So a time further ahead than the longest pause of its kind is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, or_, select, update

from pipeline.model import EntryState
from pipeline.storage.database import Session
from pipeline.storage.tables import ClockRow, EntryRow, FeedRow, StepRow, StoryRow

SLACK = timedelta(hours=1)
"""How far what has happened may lie ahead: machines differ, and clocks are set."""
_LONGEST_POLL = timedelta(days=45)
"""Beyond the longest rhythm that may be configured (30 days), with a week of days to skip."""
_LONGEST_TRY = timedelta(days=2)
"""Beyond the pauses of pages (11 hours) and steps (an hour), and what waits for the day's money."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many feeds are due at once, and how many entries are wanted again that were refused as old."""

    feeds: int = 0
    entries: int = 0

    def __bool__(self) -> bool:
        return bool(self.feeds or self.entries)


def take_back(session: Session, now: datetime, max_age_days: int) -> TakenBack:
    """Believe no time from the future. Cheap where there is none: everything is asked of an index or a small table."""
    late = now + SLACK
    ahead = or_(
        FeedRow.last_polled_at > late,
        and_(FeedRow.last_polled_at.is_(None), FeedRow.next_poll_at > late),
        FeedRow.next_poll_at > now + _LONGEST_POLL,
    )
    times = ("last_polled_at", "last_success_at", "failing_since")
    back = {name: case((getattr(FeedRow, name) > now, now), else_=getattr(FeedRow, name)) for name in times}
    polled = update(FeedRow).where(ahead).values(next_poll_at=now, poll_reason="a clock was ahead", **back)
    feeds = len(session.scalars(polled.returning(FeedRow.id)).all())
    wanted = 0
    for entry in session.scalars(select(EntryRow).where(EntryRow.first_seen_at > late)):
        entry.first_seen_at = now
        young = entry.published_at is None or entry.published_at >= now - timedelta(days=max_age_days)
        if entry.state == EntryState.REFUSED and entry.verdict == "old" and young:
            entry.state, entry.verdict, entry.reason, entry.next_try_at = EntryState.NEW, "", "", now
            wanted += 1
    session.execute(update(EntryRow).where(EntryRow.next_try_at > now + _LONGEST_TRY).values(next_try_at=now))
    session.execute(update(StoryRow).where(StoryRow.next_try_at > now + _LONGEST_TRY).values(next_try_at=now))
    session.execute(update(StepRow).where(StepRow.next_try_at > now + _LONGEST_TRY).values(next_try_at=now))
    session.execute(update(ClockRow).where(ClockRow.fired_at > now + _LONGEST_TRY).values(fired_at=now))
    return TakenBack(feeds, wanted)
