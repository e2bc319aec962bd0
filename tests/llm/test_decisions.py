"""Typed questions in three ways: what goes out, and what of an answer may be believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.llm.decisions import Choice, Decision, NoAnswer, Ruling, body, chat_schema, kept, read, split

BORNE_OUT = Decision("s1", "Sentence (1) is borne out.")
WRONG = Decision("w1", "What is wrong?", (Choice("nothing", "it holds"), Choice("number", "a number differs")))
BOTH = (BORNE_OUT, WRONG)


def test_each_way_asks_the_same() -> None:
    assert body("decisions", "gpt-6-luna", "the text", BOTH) == {
        "model": "gpt-6-luna",
        "input": "the text",
        "questions": [
            {"type": "predicate", "name": "s1", "instructions": "Sentence (1) is borne out."},
            {
                "type": "choice",
                "name": "w1",
                "instructions": "What is wrong?",
                "choices": [
                    {"value": "nothing", "description": "it holds"},
                    {"value": "number", "description": "a number differs"},
                ],
            },
        ],
    }
    asked = body("systemone", "laya", "the text", BOTH)
    assert asked["state"] == "the text"
    assert asked["questions"]["s1"] == {"type": "noul", "instructions": "Sentence (1) is borne out."}
    assert asked["questions"]["w1"]["criteria"] == {"nothing": "it holds", "number": "a number differs"}
    assert chat_schema(BOTH)["properties"]["answers"]["items"]["properties"]["choice"]["enum"] == [
        "",
        "nothing",
        "number",
    ]


ANSWERS: dict[str, Any] = {
    "decisions": {
        "answers": [
            {"type": "predicate", "name": "s1", "probability": 0.03},
            {
                "type": "choice",
                "name": "w1",
                "choice": "number",
                "confidence": 0.8,
                "probabilities": [{"value": "nothing", "probability": 0.1}, {"value": "number", "probability": 0.9}],
            },
        ]
    },
    "systemone": {
        "answers": {
            "w1": {"type": "choice", "choice": "number", "probabilities": {"nothing": 0.1, "number": 0.9}},
            "s1": {"type": "noul", "noul": 0.03},
        }
    },
    "chat": {
        "answers": [
            {"name": "w1", "choice": "number", "probability": 0.9},
            {"name": "s1", "choice": "", "probability": 0.03},
        ]
    },
}


@pytest.mark.parametrize("way", ANSWERS)
def test_whatever_the_way_an_answer_is_kept_in_one_form(way: str) -> None:
    assert read(kept(way, ANSWERS[way], BOTH)) == {"s1": Ruling("s1", 0.03), "w1": Ruling("w1", 0.9, "number")}


def test_a_refusal_of_one_question_leaves_the_others() -> None:
    document = {"answers": [{"type": "refusal", "name": "s1"}, ANSWERS["decisions"]["answers"][1]]}
    found = read(kept("decisions", document, BOTH))
    assert (found["s1"].refused, found["w1"].refused) == (True, False)


def test_answers_in_another_order_are_taken_by_their_names() -> None:
    document = ANSWERS["decisions"]
    turned = {**document, "answers": document["answers"][::-1]}
    assert read(kept("decisions", turned, BOTH)) == read(kept("decisions", document, BOTH))


def test_answers_without_names_are_taken_by_their_place() -> None:
    document = {"answers": [{"type": "predicate", "name": None, "probability": p} for p in (0.25, 0.75)]}
    two = (Decision("a", "A."), Decision("b", "B."))
    assert [s.probability for s in read(kept("decisions", document, two)).values()] == [0.25, 0.75]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"answers": [{"type": "predicate", "probability": 0.5}]}, "2 questions were asked and 1 answers came"),
        ({"answers": [{"type": "predicate", "name": "s1", "probability": 0.5}]}, "'w1' has no answer"),
        ({"answers": [{"name": "s1", "probability": 1.5}, {"name": "w1", "choice": "number"}]}, "1.5, which is no"),
        ({"answers": [{"name": "s1", "probability": float("nan")}, {"name": "w1"}]}, "nan, which is not a probability"),
        ({"answers": [{"name": "s1", "probability": True}, {"name": "w1"}]}, "True, which is not a probability"),
        ({"answers": [{"name": "s1", "probability": 0.5}, {"name": "w1", "choice": "colour"}]}, "not to choose from"),
        ({"choices": []}, "holds no answers"),
        ([], "holds no answers"),
    ],
)
def test_what_does_not_answer_is_no_answer(document: Any, why: str) -> None:
    with pytest.raises(NoAnswer, match=why):
        kept("decisions", document, BOTH)


@given(
    st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_reply_of_any_shape_is_half_believed(document: Any) -> None:
    for way in ANSWERS:
        try:
            found = read(kept(way, document, BOTH))
        except NoAnswer:
            continue
        assert [*found] == ["s1", "w1"]


@given(st.integers(1, 900), st.integers(1, 400))
def test_questions_are_split_evenly_and_none_is_lost(many: int, most: int) -> None:
    asked = [Decision(str(n), "?") for n in range(many)]
    parts = list(split(asked, most))
    assert [q for part in parts for q in part] == asked
    assert max(map(len, parts)) <= most
    assert json.dumps([len(p) for p in parts])
