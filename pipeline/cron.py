"""Cron lines as everybody who writes them reads them: 0 and 7 are Sunday, and a date and a weekday mean either."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_ALLOWED = {"minute": "0-59", "hour": "0-23", "day": "1-31", "month": "1-12"}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class CronLine:
    """The times of five cron fields in a zone. APScheduler's own reading counts weekdays from Monday."""

    def __init__(self, line: str, zone: ZoneInfo | None = None) -> None:
        """Raises ValueError for what is no cron line."""
        fields = line.split()
        if len(fields) != 5:
            raise ValueError(f"{len(fields)} fields")
        minute, hour, day, month, weekday = fields
        weekday = ",".join(_named(part) for part in weekday.lower().split(","))
        either = [(day, "*"), ("*", weekday)] if day[0] != "*" and weekday[0] != "*" else [(day, weekday)]
        self.hourly = hour.startswith("*")
        for name, field in (("minute", minute), ("hour", hour), ("day", day), ("month", month)):
            try:
                CronTrigger(**{name: field})
            except (ValueError, TypeError) as error:
                raise ValueError(
                    f"the {name} {field} is none; allowed: {_ALLOWED[name]}, *, lists and steps"
                ) from error
        self._triggers = [
            CronTrigger(minute=minute, hour=hour, day=d, month=month, day_of_week=w, timezone=zone) for d, w in either
        ]

    def next_after(self, local: datetime) -> datetime | None:
        """The first time at or after a moment of the zone; None when there never is one."""
        found = [trigger.get_next_fire_time(None, local) for trigger in self._triggers]
        return min((time for time in found if time is not None), default=None)


def _named(part: str) -> str:
    """A part of the weekday field with its days by name, each once."""
    head, slash, step = part.partition("/")
    if head == "*" and not slash:
        return "*"
    found = re.fullmatch(r"(\w+)(?:-(\w+))?", "0-6" if head == "*" else head)
    if found is None or (slash and not (step.isdigit() and int(step))):
        raise ValueError(f"the weekday {part} is none; allowed: 0-7, sun-sat, *, lists and steps")
    first = _number(found[1])
    last = _number(found[2]) if found[2] else (6 if slash else first)
    if last < first:
        last += 7  # sat-mon, or fri-0
    return ",".join(dict.fromkeys(_DAYS[day % 7] for day in range(first, last + 1, int(step or 1))))


def _number(day: str) -> int:
    if day in _DAYS:
        return _DAYS.index(day)
    if not day.isdigit() or int(day) > 7:
        raise ValueError(f"the weekday {day} is none; allowed: 0-7, sun-sat, *, lists and steps")
    return int(day)


@lru_cache(maxsize=64)
def cron_line(line: str, zone: ZoneInfo | None = None) -> CronLine:
    return CronLine(line, zone)
