"""A judge's figures: what is found and cried at, how well calibrated, and from where on it may block."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.evals.judged import FAITHFUL, Judged, Share, changed, labels, measure, read_labelled, threshold


def sentence(probability: float, mistaken: bool = False, kind: str = FAITHFUL, item: str = "a") -> Judged:
    return Judged(item, kind, f"Sentence {probability}.", mistaken, probability, kind)


RUN = [
    *(sentence(p) for p in (0.99, 0.97, 0.9, 0.45)),
    sentence(0.05, mistaken=True, kind="number"),
    sentence(0.3, mistaken=True, kind="number"),
    sentence(0.8, mistaken=True, kind="cause"),
]


def test_found_and_cried_at_are_counted_by_kind() -> None:
    found = measure(RUN, block=0.1, warn=0.5)
    assert {row.kind: (row.made, row.marked, row.blocked) for row in found.rows} == {
        "number": (2, 2, 1),
        "cause": (1, 0, 0),
    }
    assert (found.faithful_marked, found.faithful_blocked) == (Share(1, 4), Share(0, 1))
    assert (found.right_blocks, found.right_marks) == (Share(1, 1), Share(2, 3))
    assert str(found.right_marks) == "2 of 3 (66.7%)"


def test_the_threshold_to_block_is_the_highest_that_is_nearly_always_right() -> None:
    assert threshold(RUN, 0.98) == 0.3
    assert threshold([sentence(0.1), *RUN], 0.98) == 0.05
    assert threshold([sentence(0.01), *RUN], 0.98) is None


def test_what_is_said_is_held_against_what_is_true() -> None:
    sure = [sentence(0.9)] * 9 + [sentence(0.9, mistaken=True, kind="name")]
    assert measure(sure, 0.1, 0.5).calibration_error == pytest.approx(0.0)
    boasting = [sentence(1.0)] * 5 + [sentence(1.0, mistaken=True, kind="name")] * 5
    assert measure(boasting, 0.1, 0.5).calibration_error == pytest.approx(0.5)


def test_a_labelled_set_is_read_and_a_wrong_line_named() -> None:
    line = {
        "name": "n",
        "source": "S.",
        "rewrite": "Ten boats.",
        "mistakes": [{"kind": "number", "old": "Ten", "new": "Six"}],
    }
    [item] = read_labelled(json.dumps(line), "set.jsonl")
    assert list(item.versions()) == [(FAITHFUL, "Ten boats.", None), ("number", "Six boats.", 0)]
    line["mistakes"][0]["old"] = "Nine"  # type: ignore[index]
    with pytest.raises(ConfigError, match="line 1: its rewrite does not hold 'Nine'"):
        read_labelled(json.dumps(line), "set.jsonl")
    with pytest.raises(ConfigError, match="line 2: an object with name"):
        read_labelled('{"name": "n", "source": "", "rewrite": ""}\n[1]\n', "set.jsonl")


def test_the_sentence_with_the_mistake_is_known_by_its_place() -> None:
    assert labels([(0, 10), (11, 20)], 12) == [False, True]
    assert labels([(0, 10)], None) == [False]


def test_two_runs_are_compared_sentence_by_sentence() -> None:
    old = {"sentences": [j.as_json() for j in RUN]}
    new = {"sentences": [j.as_json() | {"probability": 0.2 if j.kind == "cause" else j.probability} for j in RUN]}
    assert changed(old, new, 0.5) == ["+ a (cause): 0.80 to 0.20: Sentence 0.8."]
    assert changed(new, old, 0.5)[0].startswith("- ")


@given(st.lists(st.builds(sentence, st.floats(0, 1), st.booleans(), st.sampled_from(["number", "name"])), max_size=60))
def test_figures_hold_for_any_run(run: list[Judged]) -> None:
    found = measure(run, 0.1, 0.5)
    assert 0 <= found.calibration_error <= 1
    assert sum(b.sentences for b in found.bins) == len(run)
    assert all(row.blocked <= row.marked <= row.made for row in found.rows)
    if found.block_at is not None:
        flagged = [j for j in run if j.probability <= found.block_at]
        assert sum(j.mistaken for j in flagged) >= 0.98 * len(flagged)
