"""Which entries are wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.feeds.filters import combined, refuse_entry, too_many
from pipeline.model import Entry
from pipeline.settings import Filters

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ENTRY = Entry(
    "g",
    "Marlow council tests a chatbot",
    "https://example.org/1",
    summary="Residents can ask about bins.",
    tags=("AI", "Local"),
    published=NOW - timedelta(days=3),
)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({}, None),
        ({"exclude": ["chatbot"]}, "has the excluded word 'chatbot'"),
        ({"exclude": ["CHATBOT"]}, "has the excluded word 'CHATBOT'"),
        ({"exclude": ["chat"]}, None),
        ({"exclude": ["chat*"]}, "has the excluded word 'chat*'"),
        ({"exclude": ["ask about  bins"]}, "has the excluded word 'ask about  bins'"),
        ({"include": ["robot", "bins"]}, None),
        ({"include": ["robot", "drone"]}, "has none of the included words"),
        ({"tags": ["ai"]}, None),
        ({"tags": ["sport"]}, "has none of the wanted tags"),
        ({"exclude_tags": ["local"]}, "has the excluded tag 'local'"),
        ({"max_age_days": 2}, "published more than 2 days ago (filters.max_age_days)"),
    ],
)
def test_each_filter_says_why(filters: dict[str, Any], reason: str | None) -> None:
    refused = refuse_entry(ENTRY, Filters(**filters), NOW, 14)
    assert (refused.reason if refused else None) == reason


def test_an_undated_entry_is_never_too_old() -> None:
    assert refuse_entry(Entry("g", "T", None), Filters(max_age_days=1), NOW, 1) is None


def test_a_feeds_own_filters_go_before_those_for_all() -> None:
    both = combined(
        Filters(exclude=("sport",), include=("ai",), max_a_day=9), Filters(exclude=("deals",), include=("chips",))
    )
    assert both.exclude == ("sport", "deals")
    assert both.include == ("chips",)
    assert both.max_a_day == 9


def test_enough_is_enough() -> None:
    assert too_many(2, Filters(max_a_day=3)) is None
    refused = too_many(3, Filters(max_a_day=3))
    assert refused and refused.reason == "the feed gave 3 stories today, and 3 are wanted"
    assert too_many(1000, Filters()) is None
