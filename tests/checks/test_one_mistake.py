"""Sentences of made-up articles, told rightly and with one mistake of a kind that once passed: three or more of each.

`one_mistake/` has the articles, what is told of them, and what is true in other words and once was doubted.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.checks.catalogue import named
from pipeline.model import Severity

from .measure import of_one

TRUTH = named(lambda check: check.of_truth) | {"format"}
HERE = Path(__file__).parent / "one_mistake"
ARTICLES = json.loads((HERE / "articles.json").read_text(encoding="utf8"))


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf8").splitlines()]


def marked(source: str, told: str) -> list[tuple[str, str]]:
    """What of more than a note is said of the truth of a story's only paragraph: the check and the words."""
    found = [f for f in of_one(source, told) if f.severity is not Severity.NOTE]
    return [(f.check, f.text) for f in found if f.check in TRUTH]


@pytest.mark.parametrize("row", rows("told.jsonl"), ids=lambda row: f"{row['kind']}: {row['wrong'][:40]}")
def test_one_mistake_is_marked_and_the_truth_is_not(row: dict[str, str]) -> None:
    source = "\n".join(ARTICLES[row["article"]])
    assert marked(source, row["wrong"])
    assert marked(source, row["right"]) == []


@pytest.mark.parametrize("row", rows("true.jsonl"), ids=lambda row: f"{row['kind']}: {row['told'][:40]}")
def test_what_is_true_in_other_words_is_left_alone(row: dict[str, str]) -> None:
    assert marked(row["source"], row["told"]) == []
