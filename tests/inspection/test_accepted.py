"""Findings an editor took for fine."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.checks.run import check_texts, report_json
from pipeline.inspection.accepted import Accepted, standing, with_accepted

SOURCE = "The ferry Alma ran aground on Tuesday with 214 passengers on board, the coast guard said. Nobody was hurt."
STORY = """A ferry ran aground.
In short: A ferry got stuck.
The coast guard said the ferry Alma ran aground on Tuesday with 241 passengers, like a toy in a bath. Nobody was hurt.
Source: X"""


def report(story: str = STORY) -> dict[str, object]:
    return report_json(check_texts(SOURCE, story))


def accepted_number() -> Accepted:
    found = report()
    place = next(i for i, f in enumerate(found["findings"]) if f["check"] == "number")  # type: ignore[arg-type, var-annotated]
    return Accepted.of(found, place, who="ada", reason="the coast guard corrected it")


def test_an_accepted_finding_stays_and_no_longer_counts() -> None:
    assert report()["verdict"] == "block"
    after = with_accepted(report(), [accepted_number()])
    assert after["verdict"] != "block"
    (marked,) = [f for f in after["findings"] if "accepted" in f]
    assert marked["accepted"] == {"who": "ada", "reason": "the coast guard corrected it"}
    assert marked not in standing(after["findings"])


def test_it_holds_for_that_wording_only() -> None:
    reworded = STORY.replace("with 241 passengers", "carrying 241 passengers")
    assert with_accepted(report(reworded), [accepted_number()])["verdict"] == "block"


@pytest.mark.parametrize("place", [-1, 99])
def test_a_finding_that_is_not_there(place: int) -> None:
    with pytest.raises(IndexError):
        Accepted.of(report(), place, who="ada", reason="why")


def whole(*said: str) -> dict[str, Any]:
    """A report with findings about the story as a whole: none of them has words of its own."""
    findings: list[dict[str, Any]] = [
        {
            "check": "format", "severity": "warn", "sentence": None, "start": 0, "end": 0,
            "text": "", "message": message, "evidence": [],
        }
        for message in said
    ]  # fmt: skip
    return {"verdict": "warn", "findings": findings, "sentences": []}


def test_accepting_one_finding_about_the_whole_story_accepts_no_other() -> None:
    report = whole("There is no analogy.", "The story has two paragraphs; three at least.")
    after = with_accepted(report, [Accepted.of(report, 0, who="ada", reason="none is needed")])
    assert ["accepted" in f for f in after["findings"]] == [True, False]
    assert after["verdict"] == "warn"


def test_a_finding_about_the_whole_story_stays_accepted_when_an_edit_changes_its_figures_only() -> None:
    copied = "{}% is copied in runs of 8 or more words; rewrite it."
    known = Accepted.of(whole(copied.format(38)), 0, who="ada", reason="the law is quoted as it stands")
    assert with_accepted(whole(copied.format(28)), [known])["verdict"] == "pass"
    graver = whole(copied.format(28))
    graver["findings"][0]["severity"] = "block"
    assert with_accepted(graver, [known])["verdict"] == "block"


def test_an_acceptance_of_before_messages_were_kept_holds_for_words_only() -> None:
    old = Accepted.kept({"check": "format", "text": "", "sentence": ""}, who="ada", reason="fine")
    assert len(standing(with_accepted(whole("There is no analogy."), [old])["findings"])) == 1
    number = accepted_number()
    about = {"check": number.check, "text": number.text, "sentence": number.sentence}
    assert with_accepted(report(), [Accepted.kept(about, who="ada", reason="fine")])["verdict"] == "block"


def test_an_accepted_warning_that_becomes_a_block_stands_again() -> None:
    warned = whole("There is no analogy.")
    accepted = Accepted.of(warned, 0, who="ada", reason="none is needed")
    warned["findings"][0]["severity"] = "block"
    assert with_accepted(warned, [accepted])["verdict"] == "block"
