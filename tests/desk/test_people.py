"""Names, passwords, and how long somebody who guesses has to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.people import (
    WINDOW,
    Failure,
    Role,
    form_token,
    hash_password,
    new_secret,
    right_password,
    same_token,
    valid_name,
    valid_password,
    wait_to_log_in,
)
from pipeline.errors import UsageError

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def passwords_hashed_lightly() -> None:
    """Here they are hashed as in a newsroom."""


def test_each_role_has_what_those_before_it_have() -> None:
    assert [r for r in Role if r.covers(Role.CHIEF)] == [Role.CHIEF, Role.ADMIN]


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "ä", "a" * 61, "a\nb", "../a", "<b>"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UsageError, match="is not a valid user name"):
        valid_name(name)


def test_a_name_has_one_spelling() -> None:
    assert valid_name(" Ada.L@Example ") == "ada.l@example"


@pytest.mark.parametrize("password", ["zq9!x", "aaaaaaaaaaaaaa", "x" * 201, "ada.lovelace"])
def test_passwords_that_are_too_weak_or_too_long(password: str) -> None:
    with pytest.raises(UsageError) as error:
        valid_password(password, "ada.lovelace")
    assert password not in str(error.value)


def test_a_password_is_kept_as_argon2id_and_known_again() -> None:
    stored = hash_password("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert right_password(stored, "correct horse battery")
    assert not right_password(stored, "correct horse batterz")
    assert not right_password(None, "correct horse battery")
    assert not right_password("no hash", "correct horse battery")


def test_a_form_token_goes_with_one_session_only() -> None:
    mine, other = new_secret(), new_secret()
    assert same_token(form_token(mine), mine)
    assert not same_token(form_token(other), mine)
    assert not same_token("", mine)
    assert mine not in form_token(mine)


def wrong(count: int, *, name: bool = True, address: bool = True, ago: int = 1) -> list[Failure]:
    return [Failure(NOW - timedelta(seconds=ago), name, address)] * count


def test_a_few_wrong_passwords_are_forgiven() -> None:
    assert wait_to_log_in(wrong(4), NOW) == 0
    assert wait_to_log_in(wrong(5), NOW) == 29
    assert wait_to_log_in(wrong(7), NOW) == 119


def test_who_guesses_for_other_names_or_from_elsewhere_locks_nobody_out() -> None:
    others, elsewhere = wrong(40, name=False), wrong(60, address=False)
    assert wait_to_log_in(others, NOW) == wait_to_log_in(elsewhere, NOW) == 0
    for guessed in (others, elsewhere):
        assert wait_to_log_in([*guessed, *wrong(1)], NOW) == 29, "but only the first try is free then"
        assert wait_to_log_in([*guessed, *wrong(3)], NOW) == 119


def test_a_flood_from_one_address_makes_strangers_wait_there() -> None:
    flood = wrong(300, name=False)
    assert wait_to_log_in(flood, NOW) > 0
    assert wait_to_log_in(flood, NOW, known=True) == 0, "not those who were let in from there before"


@given(
    st.lists(
        st.builds(Failure, st.integers(0, 2000).map(lambda s: NOW - timedelta(seconds=s)), st.booleans(), st.booleans())
    )
)
def test_nobody_waits_longer_than_the_window_and_the_wait_ends(failures: list[Failure]) -> None:
    wait = wait_to_log_in(failures, NOW)
    assert 0 <= wait <= WINDOW.total_seconds()
    assert wait_to_log_in(failures, NOW + timedelta(seconds=wait) + WINDOW) == 0
