"""Powers, as pages give them: what they are worth, and what a retelling may say of them."""

from __future__ import annotations

import pytest

from pipeline.checks.numerals import find_numbers
from pipeline.checks.run import check_texts

SOURCE = "The model has 100^2 = 10,000 leaf nodes. The team of Marlow trained it on 3 × 10^12 tokens in 2024."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 × 10^12 tokens", 3e12),
        ("3 x 10¹² tokens", 3e12),
        ("100^2 nodes", 10_000),
        ("100² nodes", 10_000),
        ("2^10 ways", 1024),
        ("10^-3 metres", 0.001),
        ("7 km² of land", 7),
        ("10^99^99 of them", 1e99),
        ("0^-1 of them", 0),
    ],
)
def test_what_a_power_is_worth(text: str, value: float) -> None:
    assert find_numbers(text)[0].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("The team of Marlow trained it on 3 trillion tokens in 2024.", False),
        ("The team of Marlow trained it on 1012 tokens in 2024.", True),
        ("The model has 1002 leaf nodes.", True),
        ("The model has 10,000 leaf nodes.", False),
    ],
)
def test_a_retelling_may_say_a_power_in_words(said: str, wrong: bool) -> None:
    report = check_texts(SOURCE, f"A model of Marlow grows.\nIn short: It is big.\n{said}\nSource: Marlow Post")
    assert any(f.check == "number" for f in report.findings) is wrong
