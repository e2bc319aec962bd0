"""Who speaks in a sentence, as the attribution check understands it."""

from __future__ import annotations

import pytest

from pipeline.checks.analysis import take_apart
from pipeline.checks.speakers import speakers, voices


def heard(text: str) -> list[str]:
    return [" ".join(sorted(s.names)) or s.noun for s in speakers(take_apart(text, 1))]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("“It was built for this,” Dana Reyes, director for games at Marlow, tells The Evening Post.", "dana reyes"),
        ("“It is new,” Ola Brandt, a fellow at the Tarn Institute for Physics in Orlen, Norway, and co-author of "
         "the study, said in a statement.", "brandt ola"),
        ("Chris Early, a senior manager at game company Tibbet, says Marlow helps it reach people.", "chris early"),
        ("The price will rise on Tuesday, says Marlow.", "marlow"),
        ("The tool is faster, said Dana Reyes, who built it.", "dana reyes"),
        ("Dana Reyes told The Evening Post that the tool is faster.", "dana reyes"),
    ],
)  # fmt: skip
def test_the_one_who_says_it_is_the_speaker(text: str, who: str) -> None:
    assert heard(text) == [who]


def test_the_firm_of_a_speaker_stands_beside_them() -> None:
    (speaker,) = speakers(take_apart("“It is new,” Ola Brandt, a fellow at the Tarn Institute, said on Monday.", 1))
    assert {"tarn", "institute"} <= speaker.beside


def test_a_quotation_over_paragraphs_ends_with_its_last_mark_and_nobody_speaks_after_it() -> None:
    told = [
        'Dana Reyes said: "The bridge is a danger.',
        '"It must be repaired before the winter."',
        "The harbour was built in 1974.",
    ]
    spoken = voices([take_apart(text, n, n) for n, text in enumerate(told)])
    assert [[" ".join(sorted(s.names)) for s in own] for own in spoken] == [["dana reyes"], ["dana reyes"], []]
