"""A headline is checked as any sentence is, and named where it is wrong."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_draft, check_texts
from pipeline.checks.textform import Part, parse
from pipeline.model import Draft, DraftSentence, Kind, Severity
from pipeline.text import number_sentences
from pipeline.writing.draft import render

SOURCE = (
    "Veltrix said on Tuesday that it will recall 40,000 of its kitchen robots because a battery may overheat.\n"
    "The company, based in Oslo, has heard of three fires, and nobody was hurt.\n"
    "Buyers get their money back or a new battery, said Veltrix spokeswoman Anne Moe."
)
REST = (
    "Veltrix says it is calling back 40,000 kitchen robots, as their battery may get too hot.",
    "In short: Veltrix takes back 40,000 robots whose battery may get too hot.",
    "Three fires are known to the company from Oslo, but nobody was hurt. It is like a pan left on the stove.",
    "This story is a reminder that small things can grow hot.",
    "Source: The Lantern",
)


@pytest.mark.parametrize(
    ("headline", "check"),
    [
        ("Veltrix says it will recall 90,000 kitchen robots", "number"),
        ("Quillon says it will recall 40,000 kitchen robots", "name"),
        ("Veltrix recalls robots after a battery overheated on 3 March", "date"),
    ],
)
def test_what_is_wrong_in_a_headline_is_found_there(headline: str, check: str) -> None:
    text = "\n".join([headline, *REST])
    wrong = [f for f in check_texts(SOURCE, text).findings if f.check == check and f.severity is not Severity.NOTE]
    assert wrong and {f.sentence for f in wrong} == {0}
    assert all(text[f.start : f.end] == f.text and f.end <= len(headline) for f in wrong)


def test_a_right_headline_is_found_fault_with_by_nobody() -> None:
    text = "\n".join(["Veltrix recalls 40,000 kitchen robots over batteries that may overheat", *REST])
    report = check_texts(SOURCE, text)
    assert [f for f in report.findings if f.sentence == 0 and f.severity is not Severity.NOTE] == []
    assert (report.sentences[0].kind, report.sentences[0].evidence[:1]) == (Kind.FACT, (1,))


def test_a_headline_of_a_draft_brings_its_evidence() -> None:
    fact = DraftSentence("The robots get new batteries.", Kind.FACT, (3,))
    headline = DraftSentence("Veltrix recalls 90,000 robots", Kind.FACT, (1,))
    draft = Draft(DraftSentence(REST[0], evidence=(1,)), fact, ((fact,),), headline=headline)
    report = check_draft(number_sentences(SOURCE), draft, render(draft, ("F",)))
    assert report.sentences[0] == headline
    (found,) = [f for f in report.findings if f.check == "number"]
    assert (found.sentence, found.text) == (0, "90,000")


def test_points_in_a_headline_end_no_sentence() -> None:
    form = parse("\n".join(["Dr. Moe v. Veltrix: what the U.S. court said. Nothing", *REST]))
    assert [p.part for p in form.sentences[:3]] == [Part.HEADLINE, Part.DEK, Part.IN_SHORT]
    assert form.has_dek and form.sentences[0].text.endswith("Nothing")


def test_a_story_without_a_headline_has_its_dek_first() -> None:
    assert parse("\n".join(REST)).sentences[0].part is Part.DEK
    body = parse("\n".join([REST[0], REST[2], REST[2], REST[1]]))
    assert [p.part for p in body.sentences][:2] == [Part.DEK, Part.BODY], "only the third line makes the first one"


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Robots " * 43, "43 words; keep it to 16"),
        ("Batterierückrufaktionsankündigungen" * 8 + " bei Veltrix", "292 char"),
    ],
)
def test_a_headline_of_300_characters_is_too_long(headline: str, told: str) -> None:
    report = check_texts(SOURCE, "\n".join([headline.strip(), *REST]))
    (found,) = [f for f in report.findings if f.check == "format" and "headline" in f.message]
    assert found.severity is Severity.WARN and told in found.message


@pytest.mark.parametrize(
    ("headline", "title", "copied"),
    [
        (
            "Veltrix recalls 40,000 kitchen robots",
            "Veltrix recalls 40,000 kitchen robots",
            "is the article's own title",
        ),
        ("VELTRIX recalls 40,000 kitchen robots!", "“Veltrix” recalls 40,000 kitchen robots", "own title"),
        ("Veltrix recalls 40,000 kitchen robots", "Veltrix recalls 40,000 kitchen robots – The Lantern", "6 words"),
        ("Veltrix recalls 40,000 kitchen robots", "Maker of kitchen robots calls 40,000 back", ""),
        (
            "Veltrix recalls 40,000 kitchen robots over their batteries",
            "Veltrix recalls robots: bad batteries",
            "",
        ),
    ],
)
def test_an_articles_own_title_is_no_headline_of_ours(headline: str, title: str, copied: str) -> None:
    fact = DraftSentence("The robots get new batteries.", Kind.FACT, (3,))
    draft = Draft(fact, fact, ((fact,),), headline=DraftSentence(headline, Kind.FACT, (1,)))
    text = render(draft, ("F",))
    report = check_draft(number_sentences(SOURCE), draft, text, titles=["Another report", title])
    found = [f for f in report.findings if f.check == "copying" and f.sentence == 0]
    assert len(found) == bool(copied) and all(copied in f.message and f.severity is Severity.WARN for f in found)
    assert all(text[f.start : f.end] == headline for f in found)
