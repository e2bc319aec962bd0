"""Until when a story is held, as people write it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError

_AHEAD = re.compile(r"(\d{1,4}) ?(h|hours?|d|days?)?", re.IGNORECASE)


def hold_until(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of a hold: `4` or `4h` (hours), `2d`, `tomorrow` (08:00), a date or a date and time in the newsroom's
    zone; None for nothing or `open`: until somebody reopens it. Raises UsageError for what is no time, or past.
    """
    word = text.strip().lower()
    if word in ("", "open"):
        return None
    if match := _AHEAD.fullmatch(word):
        number, days = int(match.group(1)), (match.group(2) or "h").startswith("d")
        moment = now + (timedelta(days=number) if days else timedelta(hours=number))
    elif word == "tomorrow":
        here = now.astimezone(zone)
        moment = (here + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    else:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise UsageError(
                f"'{text[:40]}' is not a time; write 4h, 2d, tomorrow, 2026-11-20 or 2026-11-20T09:00"
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment <= now:
        raise UsageError("that time is past; nothing was held")
    return moment
