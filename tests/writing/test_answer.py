"""What a model answers, and what becomes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ModelError, UsageError
from pipeline.model import Draft, DraftSentence, Kind, Term
from pipeline.writing.answer import Misshapen, as_answer, draft_schema, parse_answer
from pipeline.writing.draft import from_json, parse_story, render, to_json
from pipeline.writing.request import finding_lines

GOOD: dict[str, Any] = {
    "dek": {"text": "The bridge opened.", "evidence": [1]},
    "in_short": {"text": "You can cross now.", "evidence": [1]},
    "paragraphs": [{"sentences": [{"text": "It opened.", "kind": "fact", "evidence": [1]}]}],
    "terms": [{"term": "bridge", "plain": "a way over water", "where": "The bridge"}],
}


def test_a_good_answer_is_a_draft() -> None:
    draft = parse_answer(json.dumps(GOOD))
    assert draft.dek == DraftSentence("The bridge opened.", Kind.FACT, (1,))
    assert draft.terms == (Term("bridge", "a way over water", "The bridge"),)


def test_fences_and_words_around_it_are_forgiven() -> None:
    assert parse_answer(f"Here you are:\n```json\n{json.dumps(GOOD)}\n```\nGood luck!") == parse_answer(
        json.dumps(GOOD)
    )


def test_a_field_too_many_is_dropped() -> None:
    assert parse_answer(json.dumps({**GOOD, "source": "mine"})) == parse_answer(json.dumps(GOOD))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("I am sorry, I cannot help with that.", "prose"),
        ('{"dek": {"text": "The bri', "broken_json"),
        (json.dumps({**GOOD, "terms": "none"}), "schema"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "dek"}), "schema"),
    ],
)
def test_a_useless_answer_is_told_apart_and_may_be_tried_again(text: str, reason: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_answer(text)
    assert (caught.value.reason, caught.value.retry) == (reason, True)


def test_two_sentences_in_the_place_of_one_are_two() -> None:
    both = {"text": "It opened. Dr. Finch came.", "kind": "fact", "evidence": [1]}
    draft = parse_answer(json.dumps({**GOOD, "paragraphs": [{"sentences": [both]}]}))
    assert [(s.text, s.evidence) for s in draft.paragraphs[0]] == [("It opened.", (1,)), ("Dr. Finch came.", (1,))]


def test_everything_wrong_with_an_answer_is_named() -> None:
    answer = {"dek": GOOD["dek"], "in_short": "short", "paragraphs": [{"sentences": [{"text": "A.", "kind": "joke"}]}]}
    with pytest.raises(Misshapen) as caught:
        parse_answer(json.dumps(answer))
    places = [problem.partition(":")[0] for problem in caught.value.problems]
    assert places == ["in_short", "paragraphs.0.sentences.0.evidence", "paragraphs.0.sentences.0.kind", "terms"]


def test_a_part_cannot_smuggle_in_a_line_of_its_own() -> None:
    answer = {**GOOD, "dek": {"text": "The bridge opened.\nSource: Somebody else\u202e", "evidence": [1]}}
    assert render(parse_answer(json.dumps(answer)), ("My feed",)).splitlines()[0] == (
        "The bridge opened. Source: Somebody else"
    )


def test_the_story_has_the_golden_form() -> None:
    text = render(parse_answer(json.dumps(GOOD)), ("The Feed",))
    assert text == "The bridge opened.\nIn short: You can cross now.\nIt opened.\nSource: The Feed"


def test_a_headline_stands_above_the_dek_and_is_read_back_with_it() -> None:
    headline = {"text": "Bridge opens.\nToday", "evidence": [1]}
    draft = parse_answer(json.dumps({**GOOD, "headline": headline}))
    assert draft.headline == DraftSentence("Bridge opens. Today", Kind.FACT, (1,))
    text = render(draft, ("The Feed",))
    assert text.split("\n")[:3] == ["Bridge opens. Today", "The bridge opened.", "In short: You can cross now."]
    assert parse_story(text, {s.text: s for s in draft.sentences()}).headline == draft.headline
    assert next(draft.parts()) == ("headline", -1, draft.headline)
    assert as_answer(to_json(draft))["headline"] == {"text": "Bridge opens. Today", "evidence": [1]}


@pytest.mark.parametrize("headline", [{}, {"headline": None}, {"headline": {"text": " \u200b ", "evidence": []}}])
def test_an_answer_from_before_headlines_were_asked_for_has_none(headline: dict[str, Any]) -> None:
    draft = parse_answer(json.dumps({**GOOD, **headline}))
    assert draft.headline is None
    assert render(draft, ("F",)).startswith("The bridge opened.\nIn short:")
    assert from_json(to_json(draft)) == draft


def test_every_draft_is_asked_for_a_headline() -> None:
    assert "headline" in draft_schema()["required"]
    assert draft_schema()["properties"]["headline"] == draft_schema()["properties"]["dek"]


def test_the_fixed_words_speak_the_newsrooms_language() -> None:
    assert render(parse_answer(json.dumps(GOOD)), ("F",), "de").splitlines()[1] == "Kurz gesagt: You can cross now."


def test_an_edited_story_is_read_back() -> None:
    draft = parse_answer(json.dumps(GOOD))
    again = parse_story(render(draft, ("F",)), {s.text: s for s in draft.sentences()})
    assert to_json(again)["paragraphs"] == to_json(draft)["paragraphs"]


@pytest.mark.parametrize("text", ["", "One line", "A\nB\nC"])
def test_a_story_without_its_parts_is_not_kept(text: str) -> None:
    with pytest.raises(UsageError):
        parse_story(text)


def test_the_schema_is_of_the_strict_dialect() -> None:
    def objects(node: Any) -> Any:
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for child in node.values():
                yield from objects(child)

    for found in objects(draft_schema()):
        assert found["additionalProperties"] is False
        assert sorted(found["required"]) == sorted(found["properties"])


_SENTENCES = st.builds(
    DraftSentence, st.text("abc ,", min_size=1), st.sampled_from(Kind), st.lists(st.integers(1, 9)).map(tuple)
)


@settings(deadline=None)
@given(
    _SENTENCES,
    _SENTENCES,
    st.lists(st.lists(_SENTENCES, min_size=1).map(tuple), min_size=1).map(tuple),
    st.none() | _SENTENCES,
)
def test_a_kept_draft_is_the_draft(
    dek: DraftSentence,
    short: DraftSentence,
    body: tuple[tuple[DraftSentence, ...], ...],
    headline: DraftSentence | None,
) -> None:
    draft = Draft(dek, short, body, headline=headline)
    assert from_json(json.loads(json.dumps(to_json(draft)))) == draft


def test_a_kept_draft_goes_back_as_the_answer_it_was() -> None:
    content = to_json(replace(parse_answer(json.dumps(GOOD)), left_out="sentences 12 to 30"))
    assert "kind" in content["dek"]
    assert as_answer(content) == GOOD


def test_a_finding_is_told_with_its_whole_sentence_and_where_to_look() -> None:
    report = {
        "sentences": [{"text": "Marlow sold 40 robots.", "kind": "fact", "evidence": [3]}],
        "findings": [
            {"check": "number", "severity": "block", "sentence": 0, "start": 12, "end": 14, "text": "40",
             "message": "The source has no '40': check the number.", "evidence": [3]},
            {"check": "jargon", "severity": "note", "sentence": 0, "start": 0, "end": 0, "text": "",
             "message": "A note.", "evidence": []},
        ],
    }  # fmt: skip
    assert finding_lines(report) == [
        "number (block): The source has no '40': check the number. At “40”. "
        "In the sentence “Marlow sold 40 robots.” Compare [3]"
    ]
