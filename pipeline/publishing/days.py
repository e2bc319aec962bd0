"""Days and times as readers have them: in the newsroom's zone and language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.languages import language_record


def day_of(moment: datetime, zone: str, language: str = "en") -> str:
    """`20 November 2026`, as the language writes it; never the machine's own months."""
    words, at = language_record(language).edition, moment.astimezone(ZoneInfo(zone))
    return words.day.format(day=at.day, month=words.months.split()[at.month - 1], year=at.year)


def local(moment: datetime, zone: str, language: str = "en") -> str:
    """`20 November 2026, 10:00 CET`."""
    at = moment.astimezone(ZoneInfo(zone))
    return f"{day_of(moment, zone, language)}, {at:%H:%M} {at:%Z}"
