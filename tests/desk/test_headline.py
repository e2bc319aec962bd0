"""A story's headline at the desk: listed by it, edited like any sentence, approved with the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_sentence, edit_text
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import DraftSentence, Kind, StoryState
from pipeline.publishing.issue import issue
from pipeline.settings import Desk, Writer
from pipeline.storage import search, stories
from pipeline.storage.database import Database
from pipeline.storage.tables import StoryRow
from pipeline.writing.draft import from_json, text_hash
from tests.desk.stories import DRAFT, add_story

from .server import DeskServer, add_users

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHIEF = Person("grace", Role.CHIEF)
HOUSE = HouseStyle(load_glossary(), "en", Desk(), Writer())
CONFIG = parse_config("newsroom: {name: Test desk}")
HEADED = replace(
    DRAFT, headline=DraftSentence("Grocer Brightwell gives 41,000 shoppers their money back", Kind.FACT, (1,))
)


def story_of(database: Database, number: int) -> StoryRow:
    with database.reading() as session:
        story = stories.get_story(session, number)
        assert story is not None
        return story


def test_a_story_is_called_by_its_headline_and_without_one_by_its_articles_title(database: Database) -> None:
    headed, bare = add_story(database, draft=HEADED), add_story(database)
    assert HEADED.headline is not None
    assert story_of(database, headed).heading == HEADED.headline.text
    assert story_of(database, bare).heading == story_of(database, bare).title == "Brightwell to refund shoppers"
    with database.reading() as session:
        assert [s.id for s in search.found(session, search.wanted("gives shoppers their"), limit=9)] == [headed]


def test_a_headline_is_edited_like_any_sentence_and_checked_at_once(database: Database) -> None:
    story = add_story(database, draft=HEADED)
    words = "Brightwell will refund about 90,000 shoppers in Norway and Sweden"
    row = edit_sentence(database, story, 0, words, by=Actor(CHIEF, NOW), house=HOUSE)
    assert row.text.startswith(
        "Brightwell will refund about 90,000 shoppers in Norway and Sweden\nAbout 41,000 shoppers"
    )
    wrong = [f for f in (row.report or {})["findings"] if f["check"] == "number"]
    assert [(f["sentence"], f["text"]) for f in wrong] == [(0, "90,000")]
    assert story_of(database, story).heading == "Brightwell will refund about 90,000 shoppers in Norway and Sweden"
    assert from_json(row.content).dek == DRAFT.dek


def test_an_edited_headline_reopens_the_review(database: Database) -> None:
    story = add_story(database, draft=HEADED)
    act_on(database, story, Act.APPROVE, by=Actor(CHIEF, NOW, reason="read twice"), rules=HOUSE.rules)
    row = edit_sentence(database, story, 0, "Brightwell gives shoppers money back", by=Actor(CHIEF, NOW), house=HOUSE)
    found = story_of(database, story)
    assert found.state == StoryState.IN_REVIEW and found.approved_hash != row.hash == text_hash(row.text)
    assert issue(database, CONFIG, NOW).stories == ()


def test_what_is_approved_with_a_headline_is_issued_with_it(database: Database) -> None:
    story = add_story(database, draft=HEADED)
    act_on(database, story, Act.APPROVE, by=Actor(CHIEF, NOW, reason="read twice"), rules=HOUSE.rules)
    (issued,) = issue(database, CONFIG, NOW).stories
    assert HEADED.headline is not None
    assert issued.headline == HEADED.headline.text
    assert issued.text.startswith(DRAFT.dek.text), "the golden form begins with the dek"
    assert issued.hash == text_hash(f"{issued.headline}\n{issued.text}")


def test_an_editor_writes_a_headline_where_there_was_none_and_takes_it_away_again(database: Database) -> None:
    story = add_story(database)
    with database.reading() as session:
        text = stories.draft_numbered(session, story, 1)
        assert text is not None
    row = edit_text(database, story, f"Brightwell pays shoppers back\n{text.text}", by=Actor(CHIEF, NOW), house=HOUSE)
    assert story_of(database, story).heading == "Brightwell pays shoppers back"
    assert next(from_json(row.content).sentences()).evidence, "evidence is found for it"
    again = edit_sentence(database, story, 0, " ", by=Actor(CHIEF, NOW), house=HOUSE)
    assert again.text == text.text
    assert story_of(database, story).heading == "Brightwell to refund shoppers"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> DeskServer:
    add_users(database)
    return DeskServer(database, CONFIG, tmp_path)


def test_the_desk_lists_and_shows_it_whatever_is_in_it(desk: DeskServer) -> None:
    mean = " ".join(["<script>alert(1)</script> & “quotes” \N{PARTY POPPER}"] * 6)
    story = add_story(desk.desk.database, draft=replace(DRAFT, headline=DraftSentence(mean, Kind.FACT, (1,))))
    with desk:
        editor = desk.visitor(Role.EDITOR)
        for page in (editor.get("/queue"), editor.get(f"/story/{story}")):
            assert "&lt;script&gt;alert(1)" in page.text and "<script>alert" not in page.text
        shown = editor.get(f"/story/{story}")
        assert '<span class="part-name">Headline</span>' in shown.text
        assert "Brightwell to refund shoppers" in shown.text, "what the source called it stands by the source"
        assert "The headline has" in shown.text
