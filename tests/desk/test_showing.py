"""What the desk shows is cut from texts by plain functions: differences, pieces, places in the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.desk.acts import open_case
from pipeline.desk.difference import Run, lines_changed, words_changed
from pipeline.desk.pieces import Span, pieces, term_spans
from pipeline.inspection.inspecting import size_up
from pipeline.inspection.risk import Risk, at_once, doubt, is_fresh, named_in, sensitive_word
from pipeline.settings import Desk
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk import queue_order
from pipeline.storage.desk.queue_order import Narrowed, Place
from pipeline.storage.tables import EntryRow
from tests.desk.stories import WHEN, add_story

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@given(TEXT, TEXT)
@settings(max_examples=80, deadline=None)
def test_a_difference_leads_from_the_old_to_the_new(old: str, new: str) -> None:
    runs = words_changed(old, new)
    assert "".join(r.text for r in runs if r.what != "in") == old
    assert "".join(r.text for r in runs if r.what != "out") == new


@given(TEXT, TEXT)
@settings(max_examples=40, deadline=None)
def test_a_difference_of_lines_keeps_every_line(old: str, new: str) -> None:
    lines = lines_changed(old, new)
    kept = ["".join(r.text for r in line if r.what != "out") for line in lines]
    assert [line for line in kept if line] == [line for line in new.split("\n") if line]


def test_a_difference_reads_by_words() -> None:
    assert words_changed("paid 41,000 shoppers", "paid 14,000 shoppers") == [
        Run("same", "paid "),
        Run("out", "41,000"),
        Run("in", "14,000"),
        Run("same", " shoppers"),
    ]


@given(TEXT, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4))
@settings(max_examples=80, deadline=None)
def test_pieces_joined_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    cut = pieces(text, [Span(min(s), max(s), f"warn:{i}") for i, s in enumerate(spans)])
    assert "".join(p.text for p in cut) == text


def test_pieces_overlap_and_hidden_characters_have_names() -> None:
    cut = pieces("ab\u202ecd", [Span(0, 2, "block:1"), Span(1, 5, "warn:2")])
    assert [(p.text, p.what) for p in cut][:2] == [("a", ("block:1",)), ("b", ("block:1", "warn:2"))]
    assert cut[2].hidden == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert [s.start for s in term_spans("An LLM, or llm; no LLMs.", ["LLM"])] == [3, 11]


@pytest.mark.parametrize(
    ("riskier", "calmer"),
    [
        (Risk(blocks=1), Risk(warnings=500, sensitive="election", breaking=True)),
        (Risk(sensitive="election"), Risk(warnings=3)),
        (Risk(breaking=True), Risk(warnings=2)),
        (Risk(warnings=2), Risk(warnings=1)),
        (Risk(sources=1), Risk(sources=2)),
        (Risk(doubt=40), Risk(doubt=39)),
        (Risk(warnings=1), Risk(doubt=90)),
    ],
)
def test_what_is_riskier(riskier: Risk, calmer: Risk) -> None:
    assert riskier.score > calmer.score


@pytest.mark.parametrize(
    ("judge", "weight"),
    [
        ({}, 0),
        ({"sentences": {"0": [0.99, "nothing"], "3": [0.4, "date"]}}, 54),
        ({"sentences": {"0": [1.0, "nothing"]}}, 0),
        ({"sentences": {"0": [0.9, "nothing"]}, "due": [3]}, 45),
        ({"not_judged": "the judge is off"}, 45),
    ],
)
def test_the_least_sure_sentence_weighs_in_the_queue_and_what_was_not_read_by_half(
    judge: dict[str, Any], weight: int
) -> None:
    assert doubt({"judge": judge}) == weight


def test_what_is_sensitive_and_what_is_breaking() -> None:
    assert sensitive_word("The firm was accused of fraud", ["ai"]) == "accused of"
    assert sensitive_word("A new phone", ["health"], ["health"]) == "health"
    assert sensitive_word("Skilled workers build killer features", ["ai"]) == ""
    assert is_fresh(NOON - timedelta(hours=2), NOON, 3)
    assert not is_fresh(NOON - timedelta(hours=4), NOON, 3) and not is_fresh(None, NOON, 3)
    assert not is_fresh(NOON, NOON, 0)
    assert named_in("A quake in Chile", ("ai", "Wire"), ["wire"]) == "wire"
    assert named_in("A quake in Chile", ("ai", "Wire"), ["quake"]) == "quake"
    assert named_in("Earthquakes of old", ("ai", ""), ["quake"]) == ""
    soon = NOON - timedelta(minutes=40)
    assert at_once([(1, NOON), (1, None), (2, NOON - timedelta(hours=5)), (2, soon)])
    assert not at_once([(1, NOON), (2, NOON - timedelta(hours=2))]) and not at_once([(1, NOON)])
    assert not at_once([(1, NOON), (1, soon), (2, NOON - timedelta(hours=3))]), "one feed that follows itself up"


def test_breaking_is_what_the_newsroom_says_or_several_feeds_tell_at_once(database: Database) -> None:
    rules = Desk(breaking=("Wire",))
    plain, named = add_story(database, when=WHEN), add_story(database, feed="Wire", when=WHEN)
    both, twice = add_story(database, when=WHEN), add_story(database, when=WHEN)
    second, third = (add_story(database, draft=None, when=WHEN + timedelta(minutes=20)) for _ in range(2))
    with database.session() as session:
        for story_id, other in ((both, second), (twice, third)):
            article = stories.lead_article(session, other)
            article.story_id, article.role = story_id, "also"
        entries = [
            session.get_one(EntryRow, stories.lead_article(session, twice).entry_id),
            session.get_one(EntryRow, article.entry_id),
        ]
        entries[1].feed_id, entries[1].key = entries[0].feed_id, "another"
        for story_id in (plain, named, both, twice):
            case = open_case(session, story_id)
            assert case.draft is not None
            size_up(session, case.story, case.draft, rules)
        told = [open_case(session, s).story for s in (plain, named, both, twice)]
        assert [story.breaking for story in told] == [False, True, True, False]
        assert [story.sources for story in told] == [1, 1, 2, 1], "two articles of one feed are one source"


def test_the_queue_is_narrowed_and_goes_on_after_a_place(database: Database) -> None:
    one, two, three = (add_story(database, topic=topic, feed=feed) for topic, feed in ("aA", "bA", "bB"))
    with database.reading() as session:
        assert [q.story.id for q in queue_order.page(session, Narrowed(topic="b"), None, 9)] == [two, three]
        assert [q.story.id for q in queue_order.page(session, Narrowed(source="A"), None, 9)] == [one, two]
        first = queue_order.page(session, Narrowed(), None, 1)[0].story
        assert [q.story.id for q in queue_order.page(session, Narrowed(), Place.of(first), 9)] == [two, three]
        assert queue_order.next_story(session, Narrowed(), Place.of(first), {two}) == three
        assert queue_order.next_story(session, Narrowed(), Place(0, 10**9), {one}) == two, "on from the top"
        assert queue_order.next_story(session, Narrowed(), None, {one, two, three}) is None
        found = queue_order.facets(session, "in_review")
        assert (found.topics, found.sources) == ({"a": 1, "b": 2}, {"A": 2, "B": 1})
