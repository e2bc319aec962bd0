"""A feed as one of its readers found it, before anything is cleaned: the same for every format and every reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class RawText:
    """A text and whether it is HTML; `base` is what addresses in it are relative to, where the feed says so."""

    value: str
    markup: bool = False
    base: str = ""


@dataclass(slots=True)
class RawEntry:
    """Texts and addresses as written. `guid_link` is an id that says it is the entry's address as well."""

    id: str = ""
    title: RawText | None = None
    link: str = ""
    guid_link: str = ""
    original_link: str = ""
    """Where a counting service's link leads."""
    base: str = ""
    published: str = ""
    updated: str = ""
    created: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    summary: RawText | None = None
    contents: list[RawText] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    thumbnails: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawFeed:
    """`total` counts the entries there were, also those a reader left out; `atom` has two dates that differ."""

    atom: bool = False
    title: RawText | None = None
    link: str = ""
    language: str = ""
    ttl: str = ""
    period: str = ""
    frequency: str = ""
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    total: int = 0
    problems: list[str] = field(default_factory=list)


MOST = 20_000
"""Entries that are looked at to find the newest: of more, the first and the last of them."""


def ends(found: list[Item]) -> list[Item]:
    """The first and the last of very many: one of the two ends has the newest."""
    return found if len(found) <= MOST else found[: MOST // 2] + found[-MOST // 2 :]
