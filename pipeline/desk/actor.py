"""Who does an act, when, of what they were shown, and why: what every act of the desk carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.desk.people import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """`shown` is the hash of the draft they were shown, None where an act is of whatever is current; `shown_simple` is
    that of the simple version, "" where none was shown. `reason` is in their own words, and stays in the history.
    """

    person: Person
    at: datetime
    shown: str | None = None
    shown_simple: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        return self.person.name
