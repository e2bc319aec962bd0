"""How long a question is asked again, and when it is given up: one rule for every purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CapReached, ModelError
from pipeline.llm.patience import OWNERS, PAID, SET_UP, TIMES, GiveUp, Wait, Whose, patience

REASONS = (*OWNERS[1:], *TIMES, *PAID, "server", "timeout", "broken", "cut", "unfit", "tripped")


def error(reason: str, *, retry: bool = True, after: float | None = None) -> ModelError:
    return ModelError(reason, f"said {reason}", retry=retry, retry_after=after)


@pytest.mark.parametrize("reason", [*OWNERS[1:], *TIMES])
def test_what_only_the_owner_or_time_can_mend_never_uses_up_a_try(reason: str) -> None:
    found = patience(error(reason, retry=False), 1000, most=1)
    assert isinstance(found, Wait) and not found.counts
    assert found.why.startswith(SET_UP) == (reason in OWNERS)


def test_a_cap_waits_for_its_owner_unless_calls_under_way_hold_it() -> None:
    assert patience(CapReached("day", "money: none left"), 0) == Wait(60, "money: none left", Whose.MONEY)
    assert patience(CapReached("day", "money: soon", soon=True), 0) == Wait(10, "money: soon", Whose.TIME)


def test_a_wrong_shape_is_told_at_once_and_paid_for_no_more_than_twice() -> None:
    first = patience(error("prose"), 0, told=True)
    assert isinstance(first, Wait) and (first.seconds, first.counts) == (0, True)
    same_words = patience(error("prose"), 0)
    assert isinstance(same_words, Wait) and same_words.seconds >= 60
    assert isinstance(patience(error("prose"), 1, told=True), GiveUp)


def test_a_server_that_asks_for_time_gets_it() -> None:
    found = patience(error("busy", after=900), 0)
    assert isinstance(found, Wait) and found.seconds == 900


def test_an_inner_error_of_a_server_has_twice_the_tries() -> None:
    assert [isinstance(patience(error("server"), n), GiveUp) for n in (10, 11)] == [False, True]
    assert [isinstance(patience(error("timeout"), n), GiveUp) for n in (4, 5)] == [False, True]


@given(st.sampled_from(REASONS), st.integers(1, 12), st.floats(0, 1), st.booleans())
def test_every_question_ends_or_waits_for_somebody_and_never_for_more_than_an_hour(
    reason: str, most: int, spread: float, retry: bool
) -> None:
    for tries in range(3 * most + 1):
        found = patience(error(reason, retry=retry), tries, most=most, spread=spread)
        if isinstance(found, GiveUp):
            return
        assert 0 <= found.seconds <= 3620
    assert reason in (*OWNERS, *TIMES)
