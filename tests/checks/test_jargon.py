"""The house glossary, held against what a story says: terms of several words, and explanations that say otherwise."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts
from pipeline.glossary import load_glossary
from pipeline.model import Finding, Severity

from .measure import on_faithful
from .pairs import PAIRS
from .pairs_more import MORE

HOUSE = load_glossary().plain_words()


def found_in(body: str) -> list[Finding]:
    """What the jargon check says of a story whose paragraphs are this."""
    rewrite = f"A shop was taken to court.\nIn short: A shop was taken to court in Oslo.\n{body}\nSource: X"
    return [f for f in check_texts("A shop in Oslo.", rewrite, glossary=HOUSE).findings if f.check == "jargon"]


@pytest.mark.parametrize(
    ("body", "term"),
    [
        ("Shoppers filed a class action on Monday.", "class action"),
        ("Shoppers filed two Class Actions on Monday.", "Class Actions"),
        ("The shop runs a large language model.", "large language model"),
    ],
)
def test_a_term_of_several_words_left_unexplained_is_told(body: str, term: str) -> None:
    assert [(f.text, f.severity) for f in found_in(body)] == [(term, Severity.NOTE)]


@pytest.mark.parametrize(
    "body",
    [
        "Shoppers filed a class action, which is one court case brought for many people, on Monday.",
        "Shoppers filed a class action on Monday. That is when many people go to court together.",
        "The shop runs a large language model, meaning a program that predicts which words come next.",
        "The shop runs a large language model (a program trained on lots of text). The large language model is slow.",
        "The shop runs a large language model, or LLM, a program trained on lots of text. An LLM is slow.",
    ],
)
def test_a_term_of_several_words_that_is_explained_is_not(body: str) -> None:
    assert found_in(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "The river rose 32 centimetres over fields of fertiliser.",
        "He feared irreparable harm, meaning damage that cannot be undone.",
        "A physiotherapist, who treats muscles and joints, has doubts.",
        "She cooked for a man who earned little and scrapped his car.",
        "The pharmacist kept croissants, a hedgehog, a wheelbarrow and a harpsichord.",
        "A saxophonist ate marmalade under the dandelions in a cardigan.",
        "Her tiredness was unhelpful, he said, and the plate was breakless.",
    ],
)
def test_what_is_ordinary_or_explained_a_word_later_is_left_alone(body: str) -> None:
    assert found_in(body) == []


@pytest.mark.parametrize(
    ("body", "term"),
    [
        ("A physiotherapist, who says she has doubts, was there.", "physiotherapist"),
        ("He feared irreparable harm to the fish.", "irreparable"),
        ("Cookies were set on every page.", "Cookies"),
        ("The arraignment is on Monday.", "arraignment"),
        ("The debenture was sold.", "debenture"),
    ],
)
def test_what_is_not_explained_is_still_told(body: str, term: str) -> None:
    assert [f.text for f in found_in(body)] == [term]


@pytest.mark.parametrize(
    "body",
    [
        "The court granted an injunction, which is a kind of prize money, on Monday.",
        "The court granted an injunction (a kind of prize money) on Monday.",
        "The court granted an injunction on Monday. An injunction is a kind of prize money.",
    ],
)
def test_an_explanation_with_nothing_of_the_houses_is_noted(body: str) -> None:
    found = found_in(body)
    assert [(f.text, f.severity) for f in found] == [("injunction", Severity.NOTE)]
    assert "The house explains 'injunction' as" in found[0].message


def test_the_house_in_other_words_is_no_contradiction() -> None:
    assert found_in("The court granted an injunction, which is an order to stop, on Monday.") == []


def test_faithful_rewrites_are_not_warned_of_more_for_the_glossary() -> None:
    pairs = PAIRS + MORE
    assert on_faithful(pairs, glossary=HOUSE) == on_faithful(pairs)
