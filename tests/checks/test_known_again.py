"""Mistakes that passed and truths that were doubted when retellings of real news were tried: each of its kind."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts
from pipeline.model import Finding, Severity

POOL = (
    "The council closed the Hallam pool in Derby on Monday. Pool manager Ruth Okoro, 43, said repairs would cost "
    "340,000 pounds. Swimmer Ian Flett called the closing a disgrace. Opponents claim the council hid a report on the "
    "roof. Okoro said the roof was safe. The pool, opened in 1961, has 61 lockers and drew 212 school classes last "
    "year. The council wants to reopen it in spring 2027, and an engineer will look at the roof twice a week. The "
    "report is kept back until 18 June, to give the builder time to answer. If the promises are not kept, the region "
    "may fine the council."
)
PLANT = (
    "The firm's shares fell 4% on Tuesday. Chief executive Mara Lind said the plant in Gent would stay open. Union "
    "leader Jos Peeters said workers feared for their jobs. The minister, Ana Silva, described the plan as reckless. "
    "Critics say the plant pollutes the river. Henrik Dahl, who runs the harbour, said he had not been asked."
)


def found_in(source: str, told: str) -> list[Finding]:
    """What of more than a note the checks say of a story's last sentences."""
    rewrite = f"A thing happened in town.\nIn short: Something happened in the town on Monday.\n{told}\nSource: X"
    found = check_texts(source, rewrite).findings
    return [f for f in found if f.sentence is not None and f.sentence >= 2 and f.severity is not Severity.NOTE]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (POOL, "Pool manager Ruth Okoro called the closing a disgrace."),
        (POOL, "Ruth Okoro called it a disgrace."),
        (POOL, "Flett said the roof was safe, and Okoro called the closing a disgrace."),
        (POOL, "The council hid a report on the roof."),
        (POOL, "Okoro, who is 61, said repairs would cost 340,000 pounds."),
        (POOL, "The 61-year-old manager said repairs would cost 340,000 pounds."),
        (POOL, "The pool drew 61 classes from schools last year."),
        (POOL, "There are 212 lockers in the pool, which opened in 1961."),
        (POOL, "The council hopes to reopen the pool in autumn 2027."),
        (POOL, "An engineer is to check the roof two times a month."),
        (POOL, "The report is kept back until 18 July."),
        (PLANT, "Jos Peeters called the plan reckless."),
        (PLANT, "Peeters said the plant in Gent would stay open, while Lind said workers feared for their jobs."),
        (PLANT, "The plant pollutes the river."),
    ],
)
def test_a_known_mistake_is_marked(source: str, told: str) -> None:
    assert found_in(source, told)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (POOL, "The closing is a disgrace, in the words of swimmer Ian Flett."),
        (POOL, "Okoro said the roof was safe, and Flett called the closing a disgrace."),
        (POOL, "According to opponents, the council hid a report on the roof."),
        (POOL, "Okoro, who is 43, said repairs would cost 340,000 pounds."),
        (POOL, "There are 61 lockers in the pool, which opened in 1961."),
        (POOL, "The council hopes to reopen the pool in spring 2027."),
        (POOL, "An engineer is to check the roof two times a week."),
        (POOL, "The report is kept back until 18 June, so that the builder has time to answer."),
        (POOL, "If it breaks these promises, the region may fine the council."),
        (PLANT, "Ana Silva called the plan reckless."),
        (PLANT, "Lind said the plant in Gent would stay open, while Peeters said workers feared for their jobs."),
        (PLANT, "The plant pollutes the river, critics say."),
        (PLANT, "Ana Silva, the minister, described the plan as reckless. She spoke on Tuesday."),
    ],
)
def test_the_like_of_it_that_is_true_is_not(source: str, told: str) -> None:
    assert found_in(source, told) == []


def test_a_thing_that_warns_in_a_headline_is_no_other_speaker() -> None:
    source = (
        "Researchers at the Delmare Institute say a small artificial intelligence model, trained for years, can warn "
        "of river floods about two days earlier than the forecasts used today."
    )
    rewrite = (
        "Small AI model warns of river floods two days earlier, researchers say\nIn short: A model warns of floods."
    )
    found = check_texts(source, f"{rewrite}\nResearchers say the model warns of floods.\nSource: X").findings
    assert [f for f in found if f.check == "attribution"] == []
