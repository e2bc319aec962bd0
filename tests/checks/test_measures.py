"""Measures told in other units, and with the wrong ones: a plain retelling says a fortnight as two weeks."""

from __future__ import annotations

import pytest

from pipeline.checks.analysis import take_apart
from pipeline.checks.measures import measures_of
from pipeline.checks.run import check_texts
from pipeline.model import Finding, Severity

SAID = "The repair of the bridge in Leeds took {}, the council said on Monday. Lorries went by Otley meanwhile."


def found_in(source: str, told: str, glossary: dict[str, str] | None = None) -> list[Finding]:
    """What the checks say, of more than a note, at the last of a story's sentences."""
    rewrite = f"A bridge was repaired.\nIn short: A bridge in Leeds was repaired.\n{told}\nSource: X"
    found = check_texts(source, rewrite, glossary=glossary).findings
    return [f for f in found if f.sentence == 2 and f.severity is not Severity.NOTE and f.check != "analogy"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("two decades", "20 years"),
        ("a fortnight", "two weeks"),
        ("a year and a half", "18 months"),
        ("half a century", "50 years"),
        ("72 hours", "three days"),
        ("two and a half years", "30 months"),
        ("six months", "half a year"),
        ("10 miles of cable", "16 kilometres of cable"),
        ("two dozen workers", "24 workers"),
    ],
)
def test_what_is_worth_the_same_is_no_other_number(source: str, told: str) -> None:
    assert found_in(SAID.format(source), SAID.format(told).partition(" Lorries")[0]) == []
    assert found_in(SAID.format(told), SAID.format(source).partition(" Lorries")[0]) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("three years", "three months"),
        ("a decade", "20 years"),
        ("12,000 litres of paint", "12,000 gallons of paint"),
        ("40 kilometres of cable", "40 miles of cable"),
        ("72 hours", "four days"),
    ],
)
def test_the_same_figure_of_something_else_is(source: str, told: str) -> None:
    assert found_in(SAID.format(source), SAID.format(told).partition(" Lorries")[0])


def test_how_often_is_how_long_between() -> None:
    source = "The firm publishes its results quarterly, and the next ones are due in May."
    assert (
        found_in(source, "The firm publishes its results every three months, and the next ones are due in May.") == []
    )
    assert found_in(source, "The firm publishes its results every four months, and the next ones are due in May.")


def test_a_number_of_the_houses_own_explanation_is_none_of_the_story() -> None:
    source = "The firm cut its guidance for the outlook, and its shares fell in Leeds on Monday."
    told = "The firm cut its guidance for the outlook of 3 years, and its shares fell in Leeds on Monday."
    assert [f.check for f in found_in(source, told)] != []
    assert found_in(source, told, {"outlook": "3 years, the time a plan is for"}) == []


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("It waited a half-hour at 5km.", [("time", 1800.0), ("length", 5000.0)]),
        ("For the second time a day passed.", [("time", 86400.0)]),
        ("30 feet, 100 meters and 3 lbs", [("length", 9.144), ("length", 100.0), ("weight", 1360.8)]),
        ("They were 20 per cent taller.", []),
    ],
)
def test_measures_are_read_as_they_are_written(text: str, measures: list[tuple[str, float]]) -> None:
    assert [(m.kind, round(m.worth, 3)) for m in measures_of(take_apart(text, 0))] == measures
