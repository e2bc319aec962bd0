"""An editor's words: by sentence, as a whole, back again; checked each time, every version kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case
from pipeline.desk.edit import correct, edit_sentence, edit_text, go_back, look_at
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.desk.sentences import known_sentences, with_sentence
from pipeline.desk.typed import keep_typed
from pipeline.errors import NotAllowed, StaleVersion, StillBlocked, UsageError
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import DraftSentence, Kind, StoryState
from pipeline.settings import Desk, Writer
from pipeline.storage import stories
from pipeline.storage.articles import changes
from pipeline.storage.database import Database
from pipeline.storage.desk import figures, queue_order, visits
from pipeline.storage.desk.reviews import reviews_of
from pipeline.writing.draft import from_json
from tests.desk.stories import DRAFT, WHEN, add_story

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADA = Person("ada", Role.EDITOR)
GRACE = Person("grace", Role.CHIEF)
HOUSE = HouseStyle(load_glossary(), "en", Desk(), Writer())


def texts(database: Database, story: int) -> list[str]:
    with database.session() as session:
        return [d.text for d in stories.drafts_of(session, story)]


def test_a_sentence_is_replaced_and_the_others_keep_kind_and_evidence(database: Database) -> None:
    story = add_story(database)
    row = edit_sentence(database, story, 2, "Brightwell sells groceries online.", by=Actor(ADA, NOW), house=HOUSE)
    draft = from_json(row.content)
    before = from_json(to_content(database, story, 1))
    assert row.number == 2 and row.author == "ada"
    assert draft.paragraphs[0][0].text == "Brightwell sells groceries online."
    assert draft.paragraphs[0][0].evidence, "evidence is found for new words"
    kept = known_sentences(before)
    assert all(s == kept[s.text] for s in draft.sentences() if s.text in kept)
    assert [t.term for t in draft.terms] == [t.term for t in before.terms]


def test_a_mended_sentence_keeps_its_evidence_and_gets_no_new_warning(database: Database) -> None:
    """Its evidence is two sentences far apart; the rules alone find one of them for the mended words."""
    source = (
        "The museum in Bergen will close its north hall on Monday. Visitors can see the ships in the south hall.\n"
        "Tickets cost 90 kroner. The café stays open.\n"
        "Repairs of the roof take until spring, said director Anne Moe."
    )
    both = DraftSentence(
        "A museum in Bergen closes one hall on Monday, and the mending lasts until spring.", evidence=(1, 5)
    )
    story = add_story(database, draft=replace(DRAFT, paragraphs=((both,), *DRAFT.paragraphs[1:])), source=source)
    before = to_report(database, story)
    words = "A museum in Bergen is closing one hall on Monday, and the mending lasts until spring."
    row = edit_sentence(database, story, 2, words, by=Actor(ADA, NOW), house=HOUSE)
    assert set(from_json(row.content).paragraphs[0][0].evidence) >= {1, 5}
    assert row.report is not None
    assert {f["check"] for f in row.report["findings"] if f["sentence"] == 2} <= before
    row = edit_sentence(database, story, 2, "The café stays open, he said.", by=Actor(ADA, NOW), house=HOUSE)
    assert 1 not in from_json(row.content).paragraphs[0][0].evidence, "what says something else brings its own"


def test_an_edit_that_makes_a_story_longer_than_its_writer_may_is_told(database: Database) -> None:
    story = add_story(database)
    house, long = replace(HOUSE, writer=Writer(max_words=100)), "Brightwell sells groceries online. " * 20
    row = edit_sentence(database, story, 2, long, by=Actor(ADA, NOW), house=house)
    assert row.report is not None
    (found,) = [f["message"] for f in row.report["findings"] if f["check"] == "format"]
    assert found.endswith("words, the limit is 100: leave out what matters least.")


def to_report(database: Database, story: int) -> set[str]:
    with database.session() as session:
        report = stories.drafts_of(session, story)[0].report
    assert report is not None
    return {f["check"] for f in report["findings"] if f["sentence"] == 2}


def to_content(database: Database, story: int, number: int) -> dict[str, object]:
    with database.session() as session:
        return stories.drafts_of(session, story)[number - 1].content


@pytest.mark.parametrize(
    ("place", "text", "paragraphs"),
    [
        (2, "One. Two.", ["One. Two. B.", "C."]),
        (2, "One.\nTwo.", ["One.", "Two. B.", "C."]),
        (3, "", ["A.", "C."]),
        (4, "", ["A. B."]),
        (4, "​New\u202e words.", ["A. B.", "New words."]),
    ],
    ids=["several", "a paragraph", "leave out", "leave a paragraph out", "nothing hidden gets in"],
)
def test_what_is_typed_at_a_sentence(place: int, text: str, paragraphs: list[str]) -> None:
    draft = from_json(
        {
            "dek": {"text": "Dek.", "evidence": []},
            "in_short": {"text": "Short.", "evidence": []},
            "paragraphs": [
                {"sentences": [{"text": "A.", "evidence": []}, {"text": "B.", "evidence": []}]},
                {"sentences": [{"text": "C.", "evidence": []}]},
            ],
            "terms": [],
        }
    )
    changed = with_sentence(draft, place, text)
    assert [" ".join(s.text for s in p) for p in changed.paragraphs] == paragraphs


@pytest.mark.parametrize(("place", "text"), [(0, " "), (1, ""), (99, "x"), (-1, "x")])
def test_the_dek_and_the_summary_stay_and_a_place_must_be_there(place: int, text: str) -> None:
    with pytest.raises(UsageError):
        with_sentence(DRAFT, place, text)


def test_a_wrong_figure_is_found_while_it_is_typed_and_nothing_is_stored(database: Database) -> None:
    story = add_story(database)
    with database.reading() as session:
        case = open_case(session, story)
    draft = with_sentence(DRAFT, 2, "The online grocer will refund about 99,000 shoppers in Norway and Sweden.")
    found = look_at(case, draft, HOUSE, [])
    assert found.report["verdict"] == "block"
    assert any(f["check"] == "number" and f["sentence"] == 2 for f in found.report["findings"])
    assert len(texts(database, story)) == 1


def test_what_the_checks_block_stays_blocked_although_an_editor_wrote_it(database: Database) -> None:
    story = add_story(database)
    words = "The online grocer will refund about 99,000 shoppers in Norway and Sweden."
    row = edit_sentence(database, story, 2, words, by=Actor(ADA, NOW), house=HOUSE)
    assert row.check_verdict == "block"


def test_the_kind_an_editor_says_stays(database: Database) -> None:
    story = add_story(database)
    words = "It is like a waiter who forgot the menu."
    row = edit_sentence(database, story, 2, words, by=Actor(ADA, NOW), house=HOUSE, kind=Kind.ANALOGY)
    assert from_json(row.content).paragraphs[0][0].kind is Kind.ANALOGY


def test_undo_is_a_next_version_and_every_version_is_kept(database: Database) -> None:
    story = add_story(database)
    first = texts(database, story)[0]
    second = edit_sentence(
        database, story, 2, "Brightwell sells groceries online.", by=Actor(ADA, NOW), house=HOUSE
    ).text
    row = go_back(database, story, 1, by=Actor(ADA, NOW), house=HOUSE)
    assert row.text == first
    assert texts(database, story) == [first, second, first]
    assert from_json(row.content) == from_json(to_content(database, story, 1))
    with pytest.raises(UsageError, match="no version 9"):
        go_back(database, story, 9, by=Actor(ADA, NOW), house=HOUSE)


def test_the_same_words_make_no_version(database: Database) -> None:
    story = add_story(database)
    edit_sentence(database, story, 0, DRAFT.dek.text, by=Actor(ADA, NOW), house=HOUSE)
    assert len(texts(database, story)) == 1


def test_an_edit_of_another_version_than_was_shown_is_refused(database: Database) -> None:
    story = add_story(database)
    shown = current_hash(database, story)
    edit_sentence(
        database, story, 2, "Brightwell sells groceries online.", by=Actor(GRACE, NOW, shown=shown), house=HOUSE
    )
    with pytest.raises(StaleVersion):
        edit_sentence(database, story, 2, "Something else.", by=Actor(ADA, NOW, shown=shown), house=HOUSE)
    assert len(texts(database, story)) == 2


def current_hash(database: Database, story: int) -> str:
    with database.reading() as session:
        draft = open_case(session, story).draft
        assert draft is not None
        return draft.hash


def test_a_saved_edit_forgets_what_was_typed_there_and_a_refused_one_keeps_it(database: Database) -> None:
    story = add_story(database)
    with database.session() as session:
        for place in (2, 3):
            visits.keep_unsaved(session, story, "ada", place, text="half", base_hash="h", now=NOW)
    with pytest.raises(StaleVersion):
        edit_sentence(database, story, 2, "Half a sentence.", by=Actor(ADA, NOW, shown="other"), house=HOUSE)
    edit_sentence(database, story, 2, "Brightwell sells groceries online.", by=Actor(ADA, NOW), house=HOUSE)
    with database.session() as session:
        assert [u.place for u in visits.unsaved_of(session, story, "ada")] == [3]


def test_a_correction_moves_the_approval_to_the_new_words(database: Database) -> None:
    story = add_story(database, state=StoryState.PUBLISHED)
    text = texts(database, story)[0].replace("will get money back", "are to get money back")
    with pytest.raises(NotAllowed, match="needs a reason"):
        correct(database, story, text, by=Actor(GRACE, NOW, reason=""), house=HOUSE)
    with pytest.raises(NotAllowed, match="only a chief or an admin may correct it"):
        correct(database, story, text, by=Actor(ADA, NOW, reason="wrong tense"), house=HOUSE)
    row = correct(database, story, text, by=Actor(GRACE, NOW, reason="wrong tense"), house=HOUSE)
    with database.reading() as session:
        case = open_case(session, story)
        assert case.story.state == StoryState.CORRECTED
        assert case.story.approved_hash == row.hash == current_hash(database, story)
    assert len(texts(database, story)) == 2


def test_a_correction_that_a_check_blocks_is_published_by_nobodys_slip(database: Database) -> None:
    story = add_story(database, state=StoryState.PUBLISHED)
    before = texts(database, story)
    wrong = before[0].replace(
        "Brightwell sells groceries online, the company said.",
        "The online grocer will refund about 99,000 shoppers in Norway and Sweden.",
    )
    assert wrong != before[0]
    by = Actor(GRACE, NOW, reason="The number was wrong")
    with pytest.raises(StillBlocked, match=r"a check blocks the corrected text \(number: .*fix it, or say why"):
        correct(database, story, wrong, by=by, house=HOUSE)
    for usual in ("It is meant this way", "ok"):
        with pytest.raises(NotAllowed, match=r"in your own words|a reason that says something"):
            correct(database, story, wrong, by=by, house=HOUSE, over=usual)
    assert texts(database, story) == before
    row = correct(database, story, wrong, by=by, house=HOUSE, over="Brightwell told us the new number by phone")
    with database.reading() as session:
        case = open_case(session, story)
        told = [(r.act, r.before, r.after, r.reason) for r in reviews_of(session, story)]
    over = [f["accepted"] for f in (row.report or {})["findings"] if f["severity"] == "block"]
    assert over and all(f == {"who": "grace", "reason": "Brightwell told us the new number by phone"} for f in over)
    assert (row.check_verdict, case.story.cleared) != ("block", 0)
    assert [act for act, *_ in told] == ["clear"] * len(over) + ["correct"]
    assert told[0][1:] == ("published", "published", "Brightwell told us the new number by phone")
    # What was answered for once is not asked again where it stays as it is.
    later = row.text.replace("This story is a reminder", "All this is a reminder")
    assert correct(database, story, later, by=Actor(GRACE, NOW, reason="Clearer"), house=HOUSE).check_verdict != "block"


def test_a_correction_is_held_against_the_page_as_it_is_now(database: Database) -> None:
    story = add_story(database, state=StoryState.PUBLISHED)
    before = texts(database, story)[0]
    corrected = before.replace("41,000", "43,500")
    by = Actor(GRACE, NOW, reason="The page has a new number")
    with pytest.raises(StillBlocked):
        correct(database, story, corrected, by=by, house=HOUSE)
    with database.session() as session:
        article = stories.lead_article(session, story)
        changes.add_change(session, article, "changed", article.text.replace("41,000", "43,500"), NOW)
    with pytest.raises(StillBlocked):
        correct(database, story, before.replace("41,000", "47,000"), by=by, house=HOUSE)
    assert keep_typed(database, story, -1, corrected, by="grace", now=NOW, house=HOUSE, shown="").verdict != "block"
    row = correct(database, story, corrected, by=by, house=HOUSE)
    notes = [f for f in (row.report or {})["findings"] if "The page says so since it changed." in f["message"]]
    assert {f["severity"] for f in notes} == {"note"}
    # And so it is when something else is corrected later.
    later = row.text.replace("This story is a reminder", "All this is a reminder")
    correct(database, story, later, by=Actor(GRACE, NOW, reason="Clearer"), house=HOUSE)


def test_a_draft_of_twenty_thousand_words_is_kept_and_a_longer_than_any_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    story = add_story(database)
    paragraph = "Brightwell pays back customers in Norway and Sweden after its helper told them wrong prices. " * 12
    text = "\n".join(["A long dek.", "In short: a long story.", *[paragraph] * 120])
    assert len(text.split()) > 20_000
    row = edit_text(database, story, text, by=Actor(ADA, NOW), house=HOUSE)
    assert row.report is not None and row.report["reading"]["words"] > 20_000
    with pytest.raises(UsageError, match="longer than"):
        edit_text(database, story, text * 3, by=Actor(ADA, NOW), house=HOUSE)


def test_a_correction_longer_than_any_text_is_refused_before_it_is_read(database: Database) -> None:
    story = add_story(database, state=StoryState.PUBLISHED)
    before = texts(database, story)
    with pytest.raises(UsageError, match="longer than"):
        correct(database, story, before[0] + "\nword. " * 50_000, by=Actor(GRACE, NOW, reason="more"), house=HOUSE)
    assert texts(database, story) == before


def test_the_risk_is_written_down_with_each_version_and_each_acceptance(database: Database) -> None:
    from pipeline.desk.acts import about_line, accept, unaccept

    calm, risky = add_story(database), add_story(database)
    edit_sentence(
        database,
        risky,
        2,
        "The online grocer will refund about 99,000 shoppers in Norway and Sweden.",
        by=Actor(ADA, NOW),
        house=HOUSE,
    )
    with database.reading() as session:
        rows = queue_order.page(session, queue_order.Narrowed(), None, 10)
        assert [r.story.id for r in rows] == [risky, calm]
        blocks = rows[0].story.blocks
        report = stories.drafts_of(session, risky)[-1].report
    assert blocks > 0 and report is not None
    number = next(i for i, f in enumerate(report["findings"], 1) if f["severity"] == "block")
    with pytest.raises(NotAllowed, match="only a chief or an admin may accept a block"):
        accept(database, risky, number, by=Actor(ADA, NOW, reason="the company said so by phone"))
    accept(database, risky, number, by=Actor(GRACE, NOW, reason="the company said so by phone"))
    with pytest.raises(NotAllowed, match="grace accepted finding"):
        accept(database, risky, number, by=Actor(GRACE, NOW, reason="the company said so by phone"))
    unaccept(database, risky, number, by=Actor(ADA, NOW))
    with pytest.raises(NotAllowed, match="is not accepted"):
        unaccept(database, risky, number, by=Actor(ADA, NOW))
    with database.session() as session:
        case = open_case(session, risky)
        assert (case.story.blocks, case.draft and case.draft.check_verdict) == (blocks, "block")
        last = reviews_of(session, risky)[-1]
        assert last.act == "unaccept" and about_line(last.about).startswith("number: “")
    accept(database, risky, number, by=Actor(GRACE, NOW, reason="the company said so by phone"))
    with database.reading() as session:
        story = open_case(session, risky).story
        assert (story.blocks, story.cleared) == (blocks - 1, 1)


def test_the_figures_of_the_desk_are_counted_by_the_database(database: Database) -> None:
    touched, untouched = add_story(database), add_story(database)
    edit_sentence(database, touched, 2, "Brightwell sells groceries online.", by=Actor(ADA, NOW), house=HOUSE)
    with database.session() as session:
        visits.saw(session, touched, "ada", NOW)
    act_on(database, touched, Act.APPROVE, by=Actor(ADA, NOW + timedelta(seconds=95)), rules=Desk())
    act_on(database, untouched, Act.APPROVE, by=Actor(ADA, NOW + timedelta(days=1)), rules=Desk())
    days = [(NOW + timedelta(days=n), NOW + timedelta(days=n + 1)) for n in (-1, 0, 1)]
    with database.reading() as session:
        none, first, second = figures.decisions(session, days, ["approve"])
        assert (none, second.total()) == ({}, 1)
        assert first == {93: 1}, "95 seconds, in steps of six"
        both = figures.approvals(session, NOW, ["approve"], 10)
        assert [a.untouched for a in both] == [True, False]
        assert "sells groceries online." in both[1].approved and "the company said" in both[1].written
        found, drafts = figures.findings(session, WHEN, 10)
        assert drafts == 2 and sum(f.total for f in found.values()) > 0


def test_two_persons_on_stored_stories(database: Database) -> None:
    story = add_story(database)
    rules = Desk(two_person=True)
    edit_sentence(database, story, 2, "Brightwell sells groceries online.", by=Actor(ADA, NOW), house=HOUSE)

    def approve(by: Person) -> StoryState:
        return act_on(database, story, Act.APPROVE, by=Actor(by, NOW), rules=rules)

    assert approve(ADA) is StoryState.IN_REVIEW
    assert approve(GRACE) is StoryState.APPROVED


def test_handing_over_keeps_state_and_approval_and_says_to_whom(database: Database) -> None:
    story = add_story(database)
    act_on(database, story, Act.HAND, by=Actor(ADA, NOW, reason="you know the law"), rules=Desk(), to="grace")
    with pytest.raises(NotAllowed, match="say whom"):
        act_on(database, story, Act.HAND, by=Actor(ADA, NOW), rules=Desk())
    with database.reading() as session:
        case = open_case(session, story)
        assert (case.story.assigned_to, case.story.state) == ("grace", "in_review")
        review = reviews_of(session, story)[-1]
        assert (review.act, review.about, review.reason) == ("hand", {"to": "grace"}, "you know the law")
