"""Reports in other languages are read by English words, names aside; what that joins and keeps apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.stories.group import group
from pipeline.stories.lexicon import in_english, is_place
from pipeline.stories.signs import Told, signs_of

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "language", "english"),
    [
        ("treni", "it", ("rail",)),
        ("muertos", "es", ("death",)),
        ("l'eau", "fr", ("water",)),
        ("überschwemmungen", "de", ("flood",)),
        ("batteriefabrik", "de", ("battery", "factory")),
        ("deutsche", "de", ("germany",)),
        ("tedesche", "it", ("germany",)),
        ("italian", "en", ("italy",)),
        ("ellida", "de", ()),
        ("water", "en", ()),
        ("woda", "pl", ()),
    ],
)
def test_a_word_is_read_as_the_english_one(word: str, language: str, english: tuple[str, ...]) -> None:
    assert in_english(word, language) == english


def test_a_place_is_a_name_however_it_is_written() -> None:
    assert is_place("germany")
    assert not is_place("water")
    told = Told("a", "I tedeschi restano a piedi", "I treni tedeschi sono fermi da ieri per uno sciopero.", NOON)
    assert "germany" in signs_of(told).names


def test_a_name_is_the_same_without_its_accents() -> None:
    with_them, without = (
        signs_of(Told("a", "Storm", f"The storm hit {name}.", NOON)) for name in ("Ängsvik", "Angsvik")
    )
    assert with_them.names == without.names


def test_the_place_a_report_was_written_in_is_a_word_of_it() -> None:
    signs = signs_of(Told("a", "Bridge falls", "PELGROVE, March 4 (AP) - A bridge fell.", NOON))
    assert "pelgrov" in signs.words
    assert "pelgrov" not in signs.lead


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Zwei Tote bei Brand in Batteriefabrik in Pelgrove",
            "Bei einem Brand in der Batteriefabrik von Voltane in Pelgrove sind zwei Arbeiter gestorben. 300 Menschen "
            "wurden in Sicherheit gebracht, wie die Feuerwehr mitteilte.",
        ),
        (
            "Incendio nella fabbrica di batterie Voltane a Pelgrove, due morti",
            "Due operai sono morti nell'incendio della fabbrica di batterie di Voltane a Pelgrove. Evacuate 300 "
            "persone, hanno detto i vigili del fuoco.",
        ),
    ],
)
def test_one_event_in_another_language_is_one_story(title: str, text: str) -> None:
    told = [
        Told(
            "en",
            "Fire at Voltane battery plant kills two",
            "Two workers died when fire swept through Voltane's battery factory in Pelgrove on Wednesday. Some 300 "
            "people were led to safety, firefighters said.",
            NOON,
            "https://gazette.example/1",
        ),
        Told("other", title, text, NOON + timedelta(hours=2), "https://kurier.example/1"),
    ]
    assert {found.story for found in group(told)} == {"en"}
