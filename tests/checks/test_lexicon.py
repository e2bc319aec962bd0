"""Which words the checks take for one: forms of a word, a land and its people."""

from __future__ import annotations

import pytest

from pipeline.checks.lexicon import akin, stem


@pytest.mark.parametrize(
    "forms",
    [
        "cancel cancels cancelled canceled cancelling cancellation",
        "travel travelled travelling traveller",
        "fill fills filled filling",
        "install installs installed installation",
        "stop stopped stopping",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("filled", "filed"), ("mill", "mile"), ("poll", "pole")])
def test_other_words_have_another(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("taiwan", "taiwanese"), ("estonia", "estonian"), ("turks", "turk"), ("cuba", "cuban")]
)
def test_a_land_and_its_people_are_akin(one: str, other: str) -> None:
    assert akin(one, other) and akin(other, one)


@pytest.mark.parametrize(("one", "other"), [("iran", "iraq"), ("reyes", "reynolds"), ("ida", "idris")])
def test_names_that_begin_alike_are_not(one: str, other: str) -> None:
    assert not akin(one, other)
