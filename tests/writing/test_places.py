"""Where each sentence of a draft stands in its rendered text: counted off, never searched for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Draft, DraftSentence
from pipeline.text import tidy
from pipeline.writing.draft import OutOfPlace, render, sentence_places

LINE = st.text(min_size=1, max_size=30).map(lambda text: " ".join(tidy(text).split())).filter(bool)
SENTENCE = LINE.map(DraftSentence)
DRAFTS = st.builds(
    Draft,
    dek=SENTENCE,
    in_short=SENTENCE,
    paragraphs=st.lists(st.lists(SENTENCE, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    headline=st.none() | SENTENCE,
)


@given(DRAFTS, st.sampled_from(["en", "de", "fr"]))
def test_every_sentence_stands_where_it_is_said_to(draft: Draft, language: str) -> None:
    text = render(draft, ("The Post",), language)
    said = [text[start:end] for start, end in sentence_places(draft, text)]
    assert said == [s.text if part != "in_short" else said[i] for i, (part, _, s) in enumerate(draft.parts())]
    starts = [start for start, _ in sentence_places(draft, text)]
    assert starts == sorted(starts)


def test_a_sentence_said_twice_stands_at_two_places() -> None:
    twice = DraftSentence("It opens.")
    draft = Draft(twice, twice, ((twice, twice),))
    text = render(draft, ("The Post",))
    assert [start for start, _ in sentence_places(draft, text)] == [0, 20, 30, 40]
    assert text.startswith("It opens.\nIn short: It opens.\nIt opens. It opens.\nSource")


def test_an_opening_that_the_writer_put_there_too_is_no_part_of_the_sentence() -> None:
    draft = Draft(DraftSentence("A bridge."), DraftSentence("in short:It opens."), ((DraftSentence("It opens."),),))
    text = render(draft, ("The Post",))
    assert [text[start:end] for start, end in sentence_places(draft, text)] == ["A bridge.", "It opens.", "It opens."]


@pytest.mark.parametrize("text", ["", "A bridge.", "A bridge.\nIn short: It shuts.\nIt opens.\nSource: The Post"])
def test_a_text_of_another_draft_is_an_error_that_is_heard(text: str) -> None:
    draft = Draft(DraftSentence("A bridge."), DraftSentence("It opens."), ((DraftSentence("It opens."),),))
    with pytest.raises(OutOfPlace):
        sentence_places(draft, text)
