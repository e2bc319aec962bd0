"""Which articles tell one story, on plain values: exact and syndicated copies are joined to the first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.text import words

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def write_place(published: datetime | None, seen: datetime, text: str) -> int:
    """Where a story stands among those that want a draft, smallest first: the freshest hour, in it the shortest.

    An article that says it comes from the future is as fresh as the moment it was seen.
    """
    hours = int((min(published or seen, seen) - _BEGINNING).total_seconds() // 3600)
    return -1000 * hours + min(len(text) // 60, 999)


@dataclass(frozen=True, slots=True)
class Grouped:
    """`story` is the same for articles that tell the same; `duplicate_of` names the first of the copies."""

    id: str
    story: str
    duplicate_of: str | None


def group(articles: Iterable[tuple[str, str]]) -> Iterator[Grouped]:
    """Group (id, text) pairs in order. Two texts are copies when their words are the same, case and marks aside."""
    first: dict[str, str] = {}
    for name, text in articles:
        key = hashlib.sha256(" ".join(w.lower() for w in words(text)).encode()).hexdigest()
        lead = first.setdefault(key, name)
        yield Grouped(name, lead, None if lead == name else lead)
