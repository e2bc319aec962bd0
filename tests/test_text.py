"""The one sentence splitter: what ends a sentence and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import has_words, number_sentences, split_sentences, tidy


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ('Mr. Smith said "No." He left.', ['Mr. Smith said "No."', "He left."]),
        (
            "The U.S. Army came. It was in the U.S. The court agreed.",
            ["The U.S. Army came.", "It was in the U.S.", "The court agreed."],
        ),
        ("It raised $3.5 million. J. K. Marsh led it.", ["It raised $3.5 million.", "J. K. Marsh led it."]),
        (
            "See No. 5. The answer was no. Then he left.",
            ["See No. 5.", "The answer was no.", "Then he left."],
        ),
        ("“What?” she asked. It went on…", ["“What?” she asked.", "It went on…"]),
        (
            "The ID. BUZZ is electric. Show your ID. The guard looks.",
            ["The ID. BUZZ is electric.", "Show your ID.", "The guard looks."],
        ),
        ("no mark at all", ["no mark at all"]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(paragraph: str, sentences: list[str]) -> None:
    assert split_sentences(paragraph) == sentences


def test_sentences_are_numbered_through_all_paragraphs() -> None:
    numbered = number_sentences("One here. Two here.\n\nThree here.")
    assert [(s.number, s.paragraph, s.text) for s in numbered] == [
        (1, 0, "One here."),
        (2, 0, "Two here."),
        (3, 1, "Three here."),
    ]


def test_hidden_characters_and_bidi_overrides_are_dropped() -> None:
    assert tidy("pay\u200b \u202eevil\u202c\x07  now\r\n\r\nok") == "pay evil now\nok"


@given(st.text(max_size=300))
def test_splitting_loses_no_word(text: str) -> None:
    paragraph = " ".join(text.split())
    assert "".join(split_sentences(paragraph)).replace(" ", "") == paragraph.replace(" ", "")


def test_words_are_counted_no_further_than_is_asked() -> None:
    assert has_words("It's a well-kept crane.", 4)
    assert not has_words("It's a well-kept crane.", 5)
    assert has_words("", 0)
