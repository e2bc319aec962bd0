"""Mistakes that editors found and the checks had let pass."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_draft, check_texts
from pipeline.model import Draft, DraftSentence, Severity
from pipeline.text import number_sentences

from .measure import of_one

CHANGED = [
    (
        "Prosecutors in Orlen dropped an inquiry into an accusation made in 2010. Brandt moved to the embassy in 2012.",
        "Prosecutors dropped an inquiry into an accusation made in 2012.",
        "number",
        "2012",
    ),
    (
        "The Marlow library bought its first reading machine in 1974. A fire in 1981 burned down the town hall.",
        "The library of Marlow bought a first reading machine in 1981.",
        "number",
        "1981",
    ),
    (
        "Hanley said children learned things from the two lost years.",
        "Hanley said children learned nothing from the two lost years.",
        "negation",
        "nothing",
    ),
    ("The tests in Marlow showed things.", "The tests in Marlow showed nothing.", "negation", "nothing"),
    (
        "Ilse Brandt, the prosecutor, stressed that the witness had given a believable account.",
        "Ilse Brandt, the prosecutor, stressed that the witness had given a doubtful account.",
        "negation",
        "doubtful",
    ),
    (
        "Reyes called the plan helpful and the mood in the council calm.",
        "Reyes called the plan harmful and the mood in the council calm.",
        "negation",
        "harmful",
    ),
]


@pytest.mark.parametrize(("source", "told", "check", "word"), CHANGED, ids=[w for *_, w in CHANGED])
def test_a_changed_word_is_seen(source: str, told: str, check: str, word: str) -> None:
    found = [f for f in of_one(source, told) if f.severity is not Severity.NOTE]
    assert [(f.check, f.text) for f in found] == [(check, word)]


def test_an_invented_fact_is_always_marked_whether_or_not_it_cites_anything() -> None:
    """A draft's fact without evidence is held against the whole source, as a text's is. It does not block: of those of
    which nothing is found, more are told in other words than made up."""
    source = "The Lumen Bridge opened on Monday. It cost 4 million euros."
    opened = DraftSentence("The Lumen Bridge is open since Monday.", evidence=(1,))
    invented = "Fishermen nearby had seen strange lights for weeks."
    draft = Draft(opened, opened, ((DraftSentence(invented),),))
    rewrite = f"{opened.text}\nIn short: {opened.text}\n{invented}\nSource: The Post"
    for report in (check_draft(number_sentences(source), draft, rewrite), check_texts(source, rewrite)):
        found = [f for f in report.findings if f.check == "unsupported"]
        assert [(f.severity, f.text) for f in found] == [(Severity.WARN, invented)]
