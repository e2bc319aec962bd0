"""What shows nothing: dropped where it only hides something, kept where a script or an emoji needs it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.invisible import STACKED, composed, strip_invisible
from pipeline.text import number_sentences, split_sentences, tidy, words


@pytest.mark.parametrize(
    "text",
    [
        "A family 👨\u200d👩\u200d👧 and 🏳\ufe0f\u200d🌈, a fireman 👨🏽\u200d🚒 and a ❤\ufe0f\u200d🔥",
        "The flags of Scotland 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f and 🇩🇪, keys 1\ufe0f⃣",
        "می\u200cخواهم به خانه\u200cها بروم",  # Persian: joined, it is misspelled
        "क\u094d\u200dष और श\u094d\u200cर",  # Hindi
        "ශ\u0dca\u200dරී ලංකා",  # Sinhala
        "נולד ב-1948\u200f!",  # Hebrew: the mark keeps the sign at the line's end
        "辻\U000e0100さんは葛\U000e0101城に住む",  # a name's own form of a letter
        "ᠮᠣᠩᠭᠣᠯ\u180b ᠪᠢᠴᠢᠭ",
        "في سورة \u06dd١٢",  # a sign of the same kind as the invisible ones that is seen
    ],
)
def test_what_belongs_to_a_script_or_an_emoji_stays(text: str) -> None:
    assert tidy(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay\u200cpal and pay\u200dpal", "paypal and paypal"),
        ("a\u200e\u200f\u061cb", "ab"),
        ("one hundred\u200f words away from שלום", "one hundred words away from שלום"),
        ("x\ufe00\ufe01\ufe02y", "xy"),
        ("😀\ufe0f\ufe0e\ufe0f\ufe0f", "😀\ufe0f"),
        ("hi\U000e0069\U000e0067\U000e006e\U000e007f there", "hi there"),
        ("می\u200c\u200c\u200d\u200cخواهم", "می\u200cخواهم"),
        ("abc\u202edef\u2066g\u00adh\u200b\ufeff", "abcdefgh"),
    ],
)
def test_what_only_hides_something_is_dropped(text: str, shown: str) -> None:
    assert strip_invisible(text) == shown


def test_a_letter_carries_no_more_marks_than_a_language_needs() -> None:
    marked = tidy("Zal" + "\u0301\u0327" * 5000 + "go said so.")
    assert marked.startswith("Za")
    assert marked.endswith("go said so.")
    assert len(marked) <= len("Zalgo said so.") + STACKED
    assert tidy("Viê\u0323t Nam, שָׁלוֹם") == unicodedata.normalize("NFC", "Viê\u0323t Nam, שָׁלוֹם")


HOSTILE = [
    *(
        "\u0301",
        "\u0327\u0301",
        "a\u0301",
        "\u200d",
        "😀\u200d",
        "ب\u200c",
        "\u202e",
        "\ufe0f",
        "🏴\U000e0067",
        "\ud800",
        "ﷺ",
    ),
    *(
        ".",
        ".)",
        ". ",
        "!?",
        "…",
        "'",
        "-",
        "a-",
        "(",
        '"',
        "。",
        "\n",
        "\r",
        "\t",
        "\u2028",
        "1.",
        "a.m. ",
        "\x00",
        "ﷺ",
    ),
]


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_much_of_anything_is_read_through_once(unit: str) -> None:
    """A pattern that starts anew at each place would need an hour for these."""
    text = "x" + unit * (200_000 // len(unit)) + "x"
    assert len(tidy(text)) <= 4 * len(text)
    assert sum(map(len, words(text))) <= len(text)
    assert sum(map(len, split_sentences(text))) <= len(text)
    assert len(number_sentences(text)) <= len(text)


@given(st.lists(st.sampled_from(HOSTILE), max_size=30).map("".join))
def test_what_was_tidied_is_tidy(text: str) -> None:
    once = tidy(text)
    assert strip_invisible(once) == once
    assert composed(once) == composed(composed(once))
