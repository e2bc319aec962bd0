"""The writer without a model: what it selects can be read where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.run import Pair, report_on
from pipeline.checks.selection import TOLD, of_selection
from pipeline.glossary import Glossary, GlossaryTerm, load_glossary
from pipeline.model import Draft, Kind
from pipeline.text import number_sentences
from pipeline.writing.draft import render
from pipeline.writing.extractive import extract_draft

STORY = """MARLOW, England — The harbour council of Marlow will mend its old crane before the fair, it said on Monday.
Why the crane matters
The crane has stood on the pier since 1911, and the harbour of Marlow unloads its timber with it every week.
It was painted green last year. But the rope of the crane wore through in August, and the harbour had to close the pier.
“We saw it coming,” said Ada Marsh, who runs the harbour. “The council had been told twice.
Nobody listened,” she said. The council put the harbour off for two years because the crane costs 400,000 pounds.
Read more at https://example.org/crane or follow @marlowharbour on the usual channels for news of the harbour crane.
Startups from the town offered the council an AI that watches the rope of the crane by camera, day and night.
A second startup offered the harbour insurance against a fall of the crane, which the council of Marlow took."""
GLOSSARY = Glossary(
    (
        GlossaryTerm("startup", "a young company that hopes to grow fast", variants=("startups",)),
        GlossaryTerm("ai", "software kept in big centres", analogy="like a well-read assistant", variants=("A.I.",)),
        GlossaryTerm("insurance", "money paid now so that a loss is paid later", analogy="like a spare wheel"),
    )
)


def draft_of(text: str, spelling: str = "american") -> Draft:
    return extract_draft(number_sentences(text), GLOSSARY, "en", spelling)


def facts(draft: Draft) -> list[str]:
    return [s.text for part in draft.paragraphs for s in part if s.kind is Kind.FACT]


def test_nothing_is_said_twice_and_nothing_is_half_said() -> None:
    draft = draft_of(STORY)
    said = [draft.dek.text, draft.in_short.text, *facts(draft)]
    assert len(said) == len(set(said)) >= 6
    assert all(text.endswith(".") and text.count("“") == text.count("”") for text in said)
    assert not any("https" in text or "Why the crane" in text for text in said)


def test_the_opening_is_without_its_dateline_and_the_summary_stands_alone() -> None:
    draft = draft_of(STORY)
    assert draft.dek.text.startswith("The harbour council of Marlow will mend")
    assert draft.in_short.text.split()[0] not in ("It", "But")


def test_a_sentence_that_leans_on_another_stands_behind_it_or_is_left_out() -> None:
    told = facts(draft_of(STORY))
    for text in told:
        if text.startswith("It was painted"):
            assert told[told.index(text) - 1].startswith("The crane has stood")


ASIDES = """The crane of Marlow harbour stood still on Monday because its rope had worn through , the council said.
Q: What did the harbour council of Marlow learn from the crane and its rope?
A: The harbour council of Marlow learnt that a crane needs a new rope each year.
Why did the harbour council of Marlow wait for so long with the rope of the crane?
- Marlow harbour crane: the council wants a rope of steel for the crane of the harbour.
Subscribe to our newsletter and get all news of the Marlow harbour crane and its rope each Friday.
You can read what the council of the harbour said about the crane and its rope here.
The council of Marlow said the crane of the harbour stood still on Monday because its rope had worn through.
Crane stocks .CRN and the harbour council bond MRL10Y=RR fell after the crane of Marlow stood still on Monday.
Ada Marsh, who runs the harbour of Marlow, had asked the council for a new rope twice in two years.
"The crane of the harbour has a rope that the council of Marlow would not even use for a swing."
The council wants blue-chip firms to pay for the rope, and for the painting of the harbour's crane as well.
Boats from the islands have to wait outside the harbour until the crane of Marlow moves again, pilots say."""


def test_what_tells_nothing_and_what_was_told_is_left_out() -> None:
    glossary = Glossary((GlossaryTerm("chip", "a small plate of silicon", analogy="like a tiny city"),))
    draft = extract_draft(number_sentences(ASIDES), glossary, "en", "american")
    said = [draft.dek.text, draft.in_short.text, *facts(draft)]
    assert said[0].endswith("because its rope had worn through, the council said.")
    assert not draft.terms
    for part in ("?", "Q:", "A:", "- Marlow", "newsletter", "here.", ".CRN", "said the crane of the harbour stood"):
        assert not any(part in text for text in said), part
    # A quotation alone stands behind the sentence that says who speaks.
    swing = next((place for place, text in enumerate(said) if "swing" in text), None)
    assert swing is None or said[swing - 1].startswith("Ada Marsh")


def test_a_term_keeps_its_capitals_and_has_the_one_picture_behind_it() -> None:
    explained = [
        s.text for part in draft_of(STORY).paragraphs for s in part if s.kind in (Kind.DEFINITION, Kind.ANALOGY)
    ]
    assert explained == [
        "The term startup here means a young company that hopes to grow fast.",
        "The term AI here means software kept in big centers.",
        "Think of it this way: it is like a well-read assistant.",
        "The term insurance here means money paid now so that a loss is paid later.",
    ]
    british = draft_of(STORY, "british").terms
    assert [term.plain for term in british if term.term == "AI"] == ["software kept in big centres"]


SENSES = """The town of Marlow and its settlements up the river unload their timber with the crane of the harbour.
The baker keeps {}, and the harbour of Marlow buys the crane's oil from the mill beside it."""


@pytest.mark.parametrize(
    ("said", "explained"),
    [
        ("a rag for the harbour's oil", []),
        ("a bag of chips for those who work there", []),
        ("a chip that a semiconductor firm made", ["chip"]),
        ("the paper of an extradited thief", ["extradition"]),
        ("a majority stake in it, bought for two million", ["stake"]),
        ("what a settlement of the complaint left it", ["settlement"]),
    ],
)
def test_a_term_is_explained_in_its_own_sense_and_by_the_form_its_meaning_fits(said: str, explained: list[str]) -> None:
    draft = extract_draft(number_sentences(SENSES.format(said)), load_glossary(), "en", "american")
    assert [term.term for term in draft.terms] == explained


def test_what_opens_and_what_sums_up_speak_of_nothing_that_was_named_before() -> None:
    text = (
        "These claims were rejected by the council of Marlow, which runs the harbour and its crane, on Monday.\n"
        "The harbour of Marlow said on Monday that the crane on its pier had needed a new rope for two years.\n"
        "The crane of the harbour of Marlow needs a rope of steel, which the council of Marlow pays for, he said.\n"
        "Marlow's harbour crane lifts the timber that comes down the river to the pier each week of the year."
    )
    draft = draft_of(text)
    assert draft.dek.text.startswith("The harbour of Marlow said")
    assert draft.in_short.text.startswith("Marlow's harbour crane")


def test_where_every_opening_leaves_open_who_is_meant_a_later_sentence_names_them() -> None:
    text = (
        "The company said on Tuesday that it would close its largest harbour warehouse before the end of May.\n"
        "The company told its workers in a letter that most of them would be offered another place nearby.\n"
        "The firm declined to comment on how many people are going to lose their work at the harbour.\n"
        "These plans had been known to the workers of the warehouse since the beginning of the winter.\n"
        "She said that nobody had been asked before the letter came, and that many were now looking for work.\n"
        "Brightwell opened the warehouse of Marlow twelve years ago, when groceries were first sold online there."
    )
    assert draft_of(text).dek.text.startswith("Brightwell opened the warehouse")
    unnamed = text.rpartition("\n")[0]
    assert draft_of(unnamed).dek.text.startswith("The company said on Tuesday")


def test_that_no_model_wrote_it_is_told_once_and_not_to_readers() -> None:
    source = number_sentences(STORY)
    draft = draft_of(STORY)
    text = render(draft, ("Marlow Post",))
    assert "model" not in text
    report = of_selection(report_on(Pair(source, draft, text, None), GLOSSARY.plain_words()))
    assert [f["message"] for f in report["findings"]].count(TOLD) == 1


def test_a_draft_that_holds_together_passes() -> None:
    source = number_sentences(STORY)
    draft = draft_of(STORY)
    found = report_on(Pair(source, draft, render(draft, ("Marlow Post",)), None), GLOSSARY.plain_words())
    report = of_selection(found)
    assert report["verdict"] == "pass", [f for f in report["findings"] if f["severity"] != "note"]
    assert found["verdict"] == "warn"


def test_what_is_wrong_stays_wrong() -> None:
    wrong = {
        "check": "number",
        "severity": "block",
        "sentence": 0,
        "start": 0,
        "end": 1,
        "text": "4",
        "message": "No 4.",
    }
    copied = {**wrong, "check": "copying", "severity": "warn"}
    report = of_selection({"findings": [wrong, copied, copied], "verdict": "block", "sentences": []})
    assert report["verdict"] == "block"
    assert [f["check"] for f in report["findings"]] == ["number", "copying"]


@given(st.text('Aab .!?"“”()\n', min_size=1, max_size=200))
def test_of_any_text_a_draft_is_made(text: str) -> None:
    source = number_sentences(text)
    if source:
        draft = extract_draft(source, GLOSSARY, "en", "american")
        assert draft.dek.evidence and draft.in_short.evidence
