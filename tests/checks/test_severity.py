"""A finding is as severe as its ground has been right; what is true elsewhere in the article is no excuse."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from pipeline.checks.align import units_of, weight_of
from pipeline.checks.homes import Places, Stray
from pipeline.checks.run import check_texts
from pipeline.checks.severity import BLOCKS, WARNS, allowed
from pipeline.model import Severity

SOURCE = (
    "The Marlow ferry carried 48,200 passengers in the summer of 2023, said its owner Ilse Brandt.\n"
    "Repairs of the quay will take nine weeks and begin in October.\n"
    "The harbour museum in Orlen had 31,500 visitors, said its director Tom Hanley."
)


def strays(told: str, source: str = SOURCE) -> list[Stray]:
    lines = [units_of(line) for line in source.split("\n")]
    units = units_of(told)
    return list(Places(lines).strays(units, [weight_of(u, {}, 1.0) for u in units]))


@pytest.mark.parametrize(
    ("told", "its"),
    [
        ("The Marlow ferry carried 31,500 passengers that summer.", "48,200"),
        ("The harbour museum in Orlen had 48,200 visitors.", "31,500"),
    ],
)
def test_what_stands_elsewhere_is_away_from_home(told: str, its: str) -> None:
    assert [s.rival.word for s in strays(told)] == [its]


@pytest.mark.parametrize(
    "told",
    [
        "The Marlow ferry carried 48,200 passengers that summer.",
        "The museum in Orlen had 31,500 visitors.",
        "Somebody wholly other did 12 things.",
        "The Marlow ferry carried 52,900 passengers that summer.",
        "",
    ],
)
def test_what_is_at_home_or_has_no_home_is_left_alone(told: str) -> None:
    assert strays(told) == []


def test_an_empty_article_is_home_to_nothing() -> None:
    assert list(Places([]).strays(units_of("It cost 12 pounds."), [1.0, 1.0, 1.0])) == []


def test_a_number_in_anothers_place_is_marked_with_what_the_source_has_there() -> None:
    told = "The Marlow ferry carried 31,500 passengers in the summer of 2023, its owner said."
    report = check_texts(SOURCE, f"A ferry is popular.\nIn short: Many took it.\n{told}\nSource: The Post")
    (found,) = [f for f in report.findings if f.check == "number"]
    assert (found.text, found.evidence) == ("31,500", (1,))
    assert "48,200" in found.message


def test_severity_follows_from_what_was_measured() -> None:
    text = (files("pipeline.checks") / "data" / "precision.json").read_text(encoding="utf8")
    for ground, ((right, wrong), (more, false)) in json.loads(text).items():
        most = allowed(*ground.rsplit(" ", 1))
        if most is Severity.BLOCK:
            assert right + more >= BLOCKS * (right + wrong + more + false)
        if right + wrong >= 6 and right < WARNS * (right + wrong):
            assert most is None


@pytest.mark.parametrize("told", ["Representative Ines Falk, a Democrat from Minnesota, agreed.", "Ines Falk agreed."])
def test_names_cut_short_are_known_by_their_long_form(told: str) -> None:
    source = "A plan for the Marlow ferry got help: U.S. Rep. Ines Falk, D-Minn., agreed on Monday."
    found = check_texts(source, f"A plan gets help.\nIn short: It was agreed.\n{told}\nSource: The Post").findings
    assert [f for f in found if f.check == "name"] == []


def test_what_a_retelling_says_in_its_own_words_blocks_only_where_much_was_met() -> None:
    assert allowed("name.place full", "close") == Severity.BLOCK, "five right, none wrong"
    assert allowed("name.place", "close") == Severity.WARN, "one word of many: a people, a seat, a thing's own name"
    assert allowed("attribution.swapped", "close") == Severity.WARN, "twelve right, none wrong"


def test_where_little_was_met_so_close_the_ground_speaks_at_every_distance() -> None:
    """A number that stands nowhere, in a free retelling: met there once or twice, and right at every distance."""
    assert allowed("number.absent", "free") == Severity.BLOCK
    assert allowed("date.absent", "mid") != Severity.BLOCK, "wrong here once"
    assert allowed("nobody ever met this", "free") is None
