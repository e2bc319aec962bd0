"""Which entries of a feed are wanted: words, tags, languages, length, age, and how many a day. Pure.

What is not wanted is kept as refused, with the reason, so that it is known from then on and can be listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.model import Entry
from pipeline.newsvalue.words import word_pattern
from pipeline.settings import Filters
from pipeline.text import counted


@dataclass(frozen=True, slots=True)
class Refusal:
    verdict: str
    reason: str


def combined(everywhere: Filters, here: Filters) -> Filters:
    """The filters of one feed: what it refuses adds up, everything else is the feed's own where it says so."""
    return Filters(
        include=here.include or everywhere.include,
        exclude=(*everywhere.exclude, *here.exclude),
        tags=here.tags or everywhere.tags,
        exclude_tags=(*everywhere.exclude_tags, *here.exclude_tags),
        languages=here.languages or everywhere.languages,
        min_words=here.min_words if here.min_words is not None else everywhere.min_words,
        max_age_days=here.max_age_days if here.max_age_days is not None else everywhere.max_age_days,
        max_a_day=here.max_a_day if here.max_a_day is not None else everywhere.max_a_day,
    )


def filters_of(everywhere: Filters, stored: Mapping[str, Any] | None) -> Filters:
    """The filters of one feed, as its row has them."""
    return combined(everywhere, Filters(**(stored or {})))


def refuse_entry(entry: Entry, filters: Filters, now: datetime, max_age_days: int) -> Refusal | None:
    """Why an entry is not wanted, judged by the feed alone; None when it is."""
    days = min(max_age_days, filters.max_age_days or max_age_days)
    if entry.published is not None and entry.published < now - timedelta(days=days):
        key = "polling.max_age_days" if days == max_age_days else "filters.max_age_days"
        return Refusal("old", f"published more than {counted(days, 'day')} ago ({key})")
    text = f"{entry.title}\n{entry.summary}\n{entry.content}"
    for word in filters.exclude:
        if word_pattern(word).search(text):
            return Refusal("filtered", f"has the excluded word '{word}'")
    if filters.include and not any(word_pattern(word).search(text) for word in filters.include):
        return Refusal("filtered", "has none of the included words")
    tags = {tag.casefold() for tag in entry.tags}
    for tag in filters.exclude_tags:
        if tag.casefold() in tags:
            return Refusal("filtered", f"has the excluded tag '{tag}'")
    if filters.tags and not tags & {tag.casefold() for tag in filters.tags}:
        return Refusal("filtered", "has none of the wanted tags")
    return None


OVER = "(filters.max_a_day)"
"""What the reason has of every entry that was one too many for its feed's day."""


def too_many(today: int, filters: Filters) -> Refusal | None:
    """Why one more story of a feed is not wanted today."""
    if filters.max_a_day is None or today < filters.max_a_day:
        return None
    return Refusal(
        "filtered",
        f"the feed gave {counted(today, 'story', 'stories')} today; "
        f"the limit is {filters.max_a_day} {OVER}; "
        "what mattered more went first",
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that wants one of its feed's places of the day."""

    id: int
    place: int
    """Where it stands in its feed: what came first has the smaller number."""
    key: str
    published: datetime | None
    twin: bool = False
    """Whether an earlier entry of the feed has its link, so that it waits for that one, and nothing for it."""
    hours: int = 0
    """By how many hours it counts as fresher than it is, for what matters to the newsroom."""


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Who goes first where a feed has more than is wanted of it: the most important (what matters to the newsroom
    counts as fresher), then by place in the feed, then by key.

    Nothing in it hangs on when a page answered, so every machine keeps the same ones.
    """

    def first(one: Candidate) -> tuple[float, int, str]:
        fresh = one.published.timestamp() + 3600 * one.hours if one.published else 3600 * one.hours
        return (-fresh, one.place, one.key)

    return sorted(candidates, key=first)


def whose_turn(candidates: Iterable[Candidate], today: int, most: int) -> set[int]:
    """Which of a feed's open entries are looked at now, when so many of at most `most` are taken: their ids.

    So many as there are places, in order: the next one's turn comes when one of them turned out to be no article.
    When every place is taken it is everybody's turn, to be told so.
    """
    waiting = [one for one in in_order(candidates) if not one.twin]
    if today >= most:
        return {one.id for one in waiting}
    return {one.id for one in waiting[: most - today]}
