"""What each sentence of the golden form is taken for, and where an explanation stands inside a fact."""

from __future__ import annotations

import pytest

from pipeline.checks.kinds import asides, kind_of
from pipeline.checks.run import check_texts
from pipeline.model import Kind

SOURCE = """Reuters reported that Pictobox deleted 3 million photos it got from the dating site Amora in 2014.
The deletion followed an inquiry by the US Federal Trade Commission. Pictobox trained facial recognition on the photos.
Amora did not admit wrongdoing. Pictobox did not respond to a request for comment."""
STORY = """Pictobox has deleted 3 million photos from the dating site Amora.
In short: Pictobox says it deleted 3 million photos it got from Amora in 2014.
According to Reuters, Pictobox deleted 3 million photos. They were used for facial recognition, which is software that tells who is in a picture. It is a bit like teaching a parrot with a family album.
The deletion came after an inquiry by the Federal Trade Commission, or FTC, the government agency that looks after consumers (like a referee for companies). Amora did not admit wrongdoing.
This story is a reminder that photos can travel further than people expect. Think before you upload.
Source: The Lantern"""


def test_every_kind_of_sentence_is_told() -> None:
    kinds = [s.kind for s in check_texts(SOURCE, STORY).sentences]
    fact, analogy, takeaway = Kind.FACT, Kind.ANALOGY, Kind.TAKEAWAY
    assert kinds == [fact, fact, fact, fact, analogy, fact, fact, takeaway, takeaway]


def test_a_definition_without_a_figure_is_one() -> None:
    assert kind_of("A subpoena is a written order to appear in court.", 0.1, numbers=0) is Kind.DEFINITION
    assert kind_of("A subpoena is a written order of 40 pages.", 0.1, numbers=1) is Kind.FACT


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("It used facial recognition, which is software that knows faces.", ", which is software that knows faces"),
        ("It deleted its models, meaning the finished systems.", ", meaning the finished systems"),
        (
            "The FTC, the government agency that protects buyers, agreed.",
            ", the government agency that protects buyers",
        ),
        ("It deleted them (like throwing away a recipe).", "(like throwing away a recipe)"),
    ],
)
def test_an_explanation_inside_a_fact_is_found(text: str, aside: str) -> None:
    assert [text[a:b] for a, b in asides(text)] == [aside]


def test_an_aside_with_a_figure_tells_something() -> None:
    assert asides("It pays $34 a share, which is 27% above the price.") == ()
