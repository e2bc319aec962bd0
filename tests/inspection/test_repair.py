"""Which drafts are sent back, and which of draft and repair goes to the editor."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from pipeline.checks.run import check_draft, report_json
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import check_apart, check_story_draft, pair_of, wants_repair
from pipeline.model import Article, Draft, DraftSentence, Kind, Severity, StoryState, Verdict
from pipeline.processes import Processes
from pipeline.settings import Writer
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow
from pipeline.text import number_sentences
from pipeline.writing.draft import render, text_hash, to_json
from pipeline.writing.write import material_for

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TEXT = "The Lumen Bridge opened on Monday. It cost 4 million euros. Mayor Ada Finch said it was late by a year."
LAST = DraftSentence("This story is a reminder that big works take time.", Kind.TAKEAWAY)


def draft(cost: str = "4 million", evidence: tuple[int, ...] = (2,), last: DraftSentence = LAST) -> Draft:
    dek = DraftSentence("A new crossing is open since Monday.", evidence=(1,))
    price = DraftSentence(f"The Lumen Bridge cost {cost} euros.", evidence=evidence)
    return Draft(dek, DraftSentence("People can use the Lumen Bridge now.", evidence=(1,)), ((price,), (last,)))


def report(of: Draft) -> dict[str, object]:
    return report_json(check_draft(number_sentences(TEXT), of, render(of, ("F",))))


def test_evidence_that_does_not_exist_blocks() -> None:
    findings = check_draft(number_sentences(TEXT), draft(evidence=(2, 44)), render(draft(), ("F",))).findings
    (found,) = [f for f in findings if f.check == "format"]
    assert (found.severity, found.message) == (Severity.BLOCK, "The evidence names sentence 44; the source has 1 to 3.")


@pytest.mark.parametrize(
    ("wrong", "sent_back"),
    [
        (draft(), False),
        (draft(cost="5 million"), True),
        (draft(evidence=(44,)), True),
        (draft(evidence=()), True),
        (draft(last=DraftSentence("Mayor Ada Finch said it was late.", evidence=(3,))), True),
    ],
)
def test_a_draft_goes_back_for_a_block_or_for_its_form(wrong: Draft, sent_back: bool) -> None:
    assert wants_repair(report(wrong)) is sent_back


def test_a_fact_that_cites_the_wrong_sentence_is_told_the_right_one() -> None:
    findings = check_draft(number_sentences(TEXT), draft(evidence=(3,)), render(draft(), ("F",))).findings
    (found,) = [f for f in findings if f.check == "unsupported"]
    assert (found.severity, found.message, found.evidence) == (
        Severity.WARN,
        "The sentences it cites do not say this; sentence 2 may.",
        (2,),
    ), "what it names is what is quoted beside it"


def test_what_was_not_read_of_a_long_article_is_told_the_editor() -> None:
    from dataclasses import replace

    long = replace(draft(), left_out="The article is longer than the model's window.")
    notes = [f for f in check_draft(number_sentences(TEXT), long, render(long, ("F",))).findings if f.check == "format"]
    assert [(f.severity, f.message) for f in notes] == [(Severity.NOTE, long.left_out)]


def keep(database: Database, story_id: int, of: Draft, prompt: str) -> int:
    text = render(of, ("F",))
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        row = DraftRow(author="m", writer="openai", model="m", prompt=prompt, content=to_json(of), text=text,
                       hash=text_hash(text), created_at=NOW)  # fmt: skip
        story.state = StoryState.DRAFTING
        return stories.add_draft(session, story, row).id


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [
        (draft(cost="5 million"), draft(), 2),
        (draft(cost="5 million"), draft(cost="6 million", evidence=(44,)), 1),
        (draft(cost="5 million"), draft(cost="6 million"), 2),
    ],
)
def test_of_draft_and_repair_the_better_goes_on(database: Database, first: Draft, second: Draft, goes_on: int) -> None:
    from pipeline.engine.trial import _stage

    story_id = _stage(database, Article(Verdict.ARTICLE, "", "Bridge", TEXT, site="F"), "https://example.org/b")
    assert check_story_draft(database, keep(database, story_id, first, "draft@5"), HouseStyle(), NOW) == "repair"
    check_story_draft(database, keep(database, story_id, second, "repair@2"), HouseStyle(), NOW)
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        current = stories.current_draft(session, story)
        assert current is not None
        assert (current.number, story.state) == (goes_on, StoryState.IN_REVIEW)
        assert story.blocks == sum(f["severity"] == "block" for f in (current.report or {})["findings"])


def test_checks_run_apart_say_the_same_and_one_that_does_not_end_blocks(database: Database) -> None:
    """The reckoning is done in another process; one that spins is ended, and the draft passes for nothing."""
    from pipeline.engine.trial import _stage

    story_id = _stage(database, Article(Verdict.ARTICLE, "", "Bridge", TEXT, site="F"), "https://example.org/b")
    here, apart, endless = (keep(database, story_id, draft(cost="5 million"), "draft@5") for _ in range(3))

    async def check(draft_id: int, seconds: float) -> str:
        async with Processes(1, seconds=seconds) as process:
            return await check_apart(process, database, draft_id, HouseStyle(), NOW)

    assert check_story_draft(database, here, HouseStyle(), NOW) == "block"
    assert asyncio.run(check(apart, 60)) == "block"
    assert asyncio.run(check(endless, 0.0001)) == "block"
    with database.session() as session:
        reports = [stories.get_draft(session, d).report or {} for d in (here, apart, endless)]
    assert reports[0] == reports[1]
    assert [f["message"] for f in reports[2]["findings"]] == [
        "The checks did not finish (not done after 0.0001 seconds; left): check every sentence by eye."
    ]


@pytest.mark.parametrize(("most", "severity"), [(20, None), (15, Severity.NOTE), (10, Severity.WARN), (None, None)])
def test_more_words_than_the_newsroom_wishes_for(most: int | None, severity: Severity | None) -> None:
    """The paragraphs have 17 words: a little too many are told the editor, more go back to the model."""
    checked = check_draft(number_sentences(TEXT), draft(), render(draft(), ("F",)), most_words=most)
    found = [f for f in checked.findings if "the limit is" in f.message]
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(f.message.startswith(f"The paragraphs have 17 words, the limit is {most}") for f in found)


HARD = DraftSentence(
    "This story is a reminder that municipal infrastructure development customarily necessitates "
    "considerable patience.",
    Kind.TAKEAWAY,
)


@pytest.mark.parametrize(
    ("grade", "warned"), [(4, "grade 10.6; the limit is 4"), (8, "; the limit is 8"), (9, ""), (None, "")]
)
def test_a_story_harder_than_the_newsroom_wishes_for(grade: int | None, warned: str) -> None:
    """Up to two grades above the wish the desk shows it and nothing warns; no other part of the report changes."""
    of = draft(last=HARD)
    plain, held = (check_draft(number_sentences(TEXT), of, render(of, ("F",)), grade=each) for each in (None, grade))
    more = [f for f in held.findings if f not in plain.findings]
    assert [(f.check, f.severity, f.sentence) for f in more] == ([("reading", Severity.WARN, None)] if warned else [])
    assert all(warned in f.message for f in more)
    assert [f for f in held.findings if f not in more] == list(plain.findings)


def test_a_story_in_another_language_is_not_measured_by_the_english_grade() -> None:
    of = Draft(
        DraftSentence("Die Lumenbrücke ist seit Montag geöffnet.", evidence=(1,)),
        DraftSentence("Über die Lumenbrücke kann man jetzt gehen.", evidence=(1,)),
        ((DraftSentence("Das Verkehrsinfrastrukturministerium bezahlte vier Millionen Euro.", evidence=(2,)),),),
    )
    source = "Die Lumenbrücke wurde am Montag geöffnet. Das Ministerium bezahlte vier Millionen Euro dafür."
    found = check_draft(number_sentences(source), of, render(of, ("F",), "de"), grade=4).findings
    assert [f for f in found if f.check == "reading"] == []


@pytest.mark.parametrize(("writer", "grade"), [("openai", 5), ("extract", None)])
def test_the_grade_of_the_newsroom_is_asked_of_what_a_model_wrote(
    database: Database, writer: str, grade: int | None
) -> None:
    """Sentences the source wrote are as hard as it made them."""
    from pipeline.engine.trial import _stage

    story_id = _stage(database, Article(Verdict.ARTICLE, "", "Bridge", TEXT, site="F"), "https://example.org/b")
    draft_id = keep(database, story_id, draft(), "draft@5")
    with database.session() as session:
        row, story = stories.get_draft(session, draft_id), stories.get_story(session, story_id)
        assert story is not None
        row.writer = writer
        lead, material = stories.lead_article(session, story_id), material_for(session, story)
        assert pair_of(lead, material, row, HouseStyle(writer=Writer(grade=5))).grade == grade


@pytest.mark.parametrize(("level", "most"), [("standard", 420), ("simple", 168)])
def test_each_level_has_its_own_length(database: Database, level: str, most: int) -> None:
    from pipeline.engine.trial import _stage

    story_id = _stage(database, Article(Verdict.ARTICLE, "", "Bridge", TEXT, site="F"), "https://example.org/b")
    draft_id = keep(database, story_id, draft(), "draft@5")
    with database.session() as session:
        row = stories.get_draft(session, draft_id)
        row.level = level
        story = stories.get_story(session, story_id)
        assert story is not None
        lead, material = stories.lead_article(session, story_id), material_for(session, story)
        assert pair_of(lead, material, row, HouseStyle(writer=Writer())).most_words == most
