"""The one place that reads the clock; everything else is handed the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This moment, in aware UTC."""
    return datetime.now(UTC)
