"""Which entries are wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.filters import Candidate, combined, in_order, refuse_entry, too_many, whose_turn
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
    assert refused and refused.reason.startswith("the feed gave 3 stories today; the limit is 3 (filters.max_a_day)")
    assert too_many(1000, Filters()) is None


def candidate(number: int, hours_ago: float | None = None, *, twin: bool = False) -> Candidate:
    published = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    return Candidate(number, number, f"g{number}", published, twin)


def test_the_latest_go_first_and_what_has_no_date_by_its_place() -> None:
    four = [candidate(4), candidate(3), candidate(2, 5), candidate(1, 9), candidate(5, 5)]
    assert [one.id for one in in_order(four)] == [2, 5, 1, 3, 4]


def test_what_matters_to_the_newsroom_counts_as_fresher() -> None:
    followed = Candidate(9, 9, "g9", NOW - timedelta(hours=10), hours=12)
    assert [one.id for one in in_order([candidate(1, 1), followed, candidate(2, 20)])] == [9, 1, 2]
    undated = Candidate(8, 8, "g8", None, hours=6)
    assert [one.id for one in in_order([candidate(3), undated, candidate(2, 20)])] == [2, 8, 3]


def test_as_many_are_looked_at_as_there_are_places_left() -> None:
    four = [candidate(number) for number in (1, 2, 3, 4)]
    assert whose_turn(four, 0, 3) == {1, 2, 3}
    assert whose_turn(four, 2, 3) == {1}
    assert whose_turn(four, 3, 3) == {1, 2, 3, 4}  # to be told that the places are taken


def test_nobody_waits_for_one_that_waits_for_its_twin() -> None:
    assert whose_turn([candidate(3, 9), candidate(7, 1, twin=True)], 0, 1) == {3}


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 4), st.data())
def test_the_same_are_kept_whoever_answers_first(sound: list[bool], most: int, data: st.DataObject) -> None:
    """Pages answer in any order; some turn out to be no article."""
    waiting = [candidate(number) for number in range(len(sound))]
    kept: list[int] = []
    while len(kept) < most and waiting:
        answered = data.draw(st.sampled_from(sorted(whose_turn(waiting, len(kept), most))))
        waiting = [one for one in waiting if one.id != answered]
        kept += [answered] if sound[answered] else []
    assert sorted(kept) == [number for number, good in enumerate(sound) if good][:most]
