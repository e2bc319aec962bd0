"""The terminal desk, driven by keys: from the queue to a decision, and what the rules forbid."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Label, Static, TextArea

from pipeline.config import load_config, parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case
from pipeline.desk.edit import edit_text
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.storage import stories
from pipeline.storage.articles import changes
from pipeline.storage.database import Database, database_url
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import DraftRow
from pipeline.terminal.app import Seat
from pipeline.terminal.dialogs import AskLine, AskYes, Tell
from pipeline.terminal.field import Field
from pipeline.terminal.queue_screen import QueueScreen
from pipeline.writing.draft import text_hash
from tests.newsroom import ModelServer, openai_writer

from .terminal import now, opened, settle, state, use


@pytest.fixture
def desk(sample_newsroom: Path, tmp_path: Path) -> Iterator[Seat]:
    """A copy of the sample newsroom, its stories back in review, with an editor at it."""
    folder = tmp_path / "newsroom"
    shutil.copytree(sample_newsroom, folder)
    config = load_config(folder / "config.yaml")
    database = Database(database_url(config.database, folder))
    with database.session() as session:
        for story, _ in stories.stories_in(session, ("published",)):
            story.state, story.approved_at, story.approved_hash = "in_review", None, None
    house = HouseStyle(load_glossary(folder), "en", config.desk, config.writer)
    yield Seat(database, house, Person("ada", Role.EDITOR), now)
    database.close()


def test_from_the_queue_to_an_approval_and_the_next_story(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        assert pilot.app.screen.query_one(DataTable).row_count == 5
        await pilot.press("enter")
        await settle(pilot)
        first = opened(pilot)
        number = first.story_id
        await pilot.press("a")
        await settle(pilot)
        assert state(desk, number) == "in_review", "warnings stand open: it asks for a second press"
        await pilot.press("a")
        await settle(pilot)
        assert state(desk, number) == "approved"
        assert opened(pilot).story_id != number
        await pilot.press("u")
        await settle(pilot)
        assert pilot.app.screen.query_one(DataTable).row_count == 4

    use(desk, morning)


def test_the_simple_version_stands_below_the_draft_and_is_approved_with_it(desk: Seat) -> None:
    with desk.database.session() as session:
        for story, _ in stories.stories_in(session, ("in_review",)):
            standard = stories.current_draft(session, story)
            assert standard is not None
            text = f"Said simply, number {story.id}.\nIn short: So it is.\nIt is so."
            row = DraftRow(author="m", writer="openai", content=standard.content, text=text, hash=text_hash(text),
                           created_at=now(), check_verdict="pass", level="simple", basis=standard.hash,
                           report={"findings": []})  # fmt: skip
            stories.add_draft(session, story, row)

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        number = screen.story_id
        shown = str(screen.query_one("#draft #simple", Static).render())
        assert "Simple version, by m: pass" in shown and f"Said simply, number {number}." in shown
        await pilot.press("a", "a")
        await settle(pilot)
        with desk.database.reading() as session:
            story = open_case(session, number).story
            simple = stories.simple_draft(session, story)
            assert simple is not None and (story.state, story.simple_hash) == ("approved", simple.hash)

    use(desk, morning)


def test_a_sentence_lights_its_evidence_and_shows_its_findings(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        await pilot.press("f")
        line = screen.line
        assert line is not None
        lit = {w.id for w in screen.query(".lit")}
        assert lit == {f"line-{line.place}", *(f"source-{n}" for n in line.evidence)}
        said = str(screen.query_one("#findings", Static).render())
        assert any(finding.message[:30] in said for finding in line.findings)

    use(desk, morning)


def test_a_sentence_without_findings_names_the_key_to_the_next(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        assert screen.layout_ is not None and screen.layout_.warnings
        clean = next(line for line in screen.layout_.lines if line.place and not line.findings and not line.sure)
        for _ in range(clean.place):
            await pilot.press("j")
        assert screen.line == clean
        said = str(screen.query_one("#findings", Static).render())
        assert said == "no findings in this sentence; f: the next finding"

    use(desk, morning)


def test_an_edit_is_the_next_version_and_undo_brings_the_old_one_back(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        line = screen.line
        assert line is not None
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Field)
        pilot.app.screen.query_one(TextArea).text = "Quite another first sentence, they say."
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert screen.case.draft is not None
        assert screen.case.draft.number == 2
        assert screen.case.draft.text.startswith("Quite another first sentence")
        await pilot.press("z")
        await settle(pilot)
        assert screen.case.draft.number == 3
        assert screen.case.draft.text.startswith(line.text)
        await pilot.press("z")
        await settle(pilot)
        assert screen.case.draft.number == 3, "before the first there is none"

    use(desk, morning)


def test_the_whole_text_is_edited_and_versions_are_compared(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        await pilot.press("t")
        await pilot.pause()
        field = pilot.app.screen.query_one(TextArea)
        before = field.text
        field.text = "no story"
        await pilot.press("ctrl+s")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, Field) and "Not saved" in asked.question and asked.text == "no story"
        asked.query_one(TextArea).text = before.replace(".", ", we hear.", 1)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert screen.case.draft is not None and screen.case.draft.number == 2
        await pilot.press("d")
        await pilot.pause()
        difference = pilot.app.screen.query_one("#difference", Static)
        assert ", we hear" in str(difference.render())
        await pilot.press("s")
        await pilot.pause()
        assert "source" in str(pilot.app.screen.query_one("#which", Label).render())
        await pilot.press("escape", "P")
        await pilot.pause()
        assert opened(pilot) is screen, "no page changed: it says so and stays"
        with desk.database.session() as session:
            article = stories.lead_article(session, screen.story_id)
            changes.add_change(session, article, "gone", "", now())
        await screen.load()
        assert "the page is gone since (P)" in str(screen.query_one("#head", Static).render())
        await pilot.press("P")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Tell)

    use(desk, morning)


def test_a_sentence_is_asked_anew_and_taken(desk: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    said = {"text": "Words of the model, they say.", "kind": "fact", "evidence": [1]}
    with ModelServer(lambda _prompt: json.dumps(said)) as model:
        config = parse_config(json.dumps({"writer": openai_writer(model.base)}))

        async def morning(pilot: Pilot[None]) -> None:
            await pilot.press("enter")
            await settle(pilot)
            screen = opened(pilot)
            await pilot.press("r")
            await pilot.pause()
            assert isinstance(pilot.app.screen, AskYes) and "USD" in pilot.app.screen.question
            await pilot.press("escape")
            await settle(pilot)
            assert sum(model.asked.values()) == 0
            for key, text in (("N", ""), ("y", "Words of the model")):
                await pilot.press("r")
                await pilot.pause()
                await pilot.press("enter")
                await settle(pilot)
                assert "y uses it" in str(screen.query_one("#findings", Static).render())
                await pilot.press(key)
                await settle(pilot)
                assert screen.case.draft is not None and text in screen.case.draft.text
            assert screen.case.draft is not None and screen.case.draft.number == 2
            assert sum(model.asked.values()) == 1, "the same question is not paid for twice"

        use(replace(desk, config=config), morning)


def test_spiking_asks_why_and_holding_need_not(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        number = opened(pilot).story_id
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("enter")  # no reason given: it goes on asking
        assert state(desk, number) == "in_review"
        pilot.app.screen.query_one(Input).value = "no news"
        await pilot.press("enter")
        await settle(pilot)
        assert state(desk, number) == "spiked"
        following = opened(pilot).story_id
        await pilot.press("h")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "yesterday"
        await pilot.press("enter")
        await pilot.pause()
        assert "is not a time" in str(pilot.app.screen.query(Label).first().render())
        pilot.app.screen.query_one(Input).value = "2d"
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)
        assert state(desk, following) == "held"
        with desk.database.reading() as session:
            until = open_case(session, following).story.held_until
        assert until is not None and timedelta(days=1) < until - now() < timedelta(days=2)

    use(desk, morning)


def test_a_version_that_changed_meanwhile_is_shown_not_approved(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        draft = screen.case.draft
        assert draft is not None
        text = draft.text.replace(".", ", they say.", 1)
        eve = Person("eve", Role.EDITOR)
        edit_text(desk.database, screen.story_id, text, by=Actor(eve, now()), house=desk.house)
        await pilot.press("a", "a")
        await settle(pilot)
        assert state(desk, screen.story_id) == "in_review"
        assert screen.case.draft is not None
        assert screen.case.draft.number == 2

    use(desk, morning)


def test_a_block_is_overridden_by_a_chief_only(desk: Seat) -> None:
    with desk.database.reading() as session:
        draft = open_case(session, 1).draft
    assert draft is not None
    text = draft.text.replace(".", " for 987654 people.", 1)
    row = edit_text(desk.database, 1, text, by=Actor(desk.by, now()), house=desk.house)
    assert row.check_verdict == "block"

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")  # the blocked one is the riskiest
        await settle(pilot)
        assert opened(pilot).story_id == 1
        await pilot.press("a")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, AskLine)
        assert re.search(r"despite the block\?\nSentence \d+, number: .*987654", asked.question)
        asked.query_one(Input).value = "seen in the annex"
        await pilot.press("enter")
        await settle(pilot)

    use(desk, morning)
    assert state(desk, 1) == "in_review"
    use(Seat(desk.database, desk.house, Person("cleo", Role.CHIEF), now), morning)
    assert state(desk, 1) == "approved"


def test_a_reason_that_says_too_little_is_asked_for_again_and_its_letters_are_no_keys(desk: Seat) -> None:
    with desk.database.reading() as session:
        draft = open_case(session, 1).draft
    assert draft is not None
    edit_text(
        desk.database,
        1,
        draft.text.replace(".", " for 987654 people.", 1),
        by=Actor(desk.by, now()),
        house=desk.house,
    )

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter", "a")
        await settle(pilot)
        await pilot.press("1", "enter")
        await settle(pilot)
        assert state(desk, 1) == "in_review"
        field = pilot.app.screen.query_one(Input)
        assert field.value == "1"
        field.value = "seen in the annex"
        await pilot.press("enter")
        await settle(pilot)

    use(Seat(desk.database, desk.house, Person("cleo", Role.CHIEF), now), morning)
    assert state(desk, 1) == "approved"


def test_a_comment_a_hand_over_and_a_reopening(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Tell)
        await pilot.press("escape")
        await pilot.press("enter")
        await settle(pilot)
        number = opened(pilot).story_id
        for key, words in (("c", "who says so?"), ("g", "chief")):
            await pilot.press(key)
            await pilot.pause()
            pilot.app.screen.query_one(Input).value = words
            await pilot.press("enter")
            await settle(pilot)
        with desk.database.reading() as session:
            assert open_case(session, number).story.assigned_to == "chief"
            assert [r.act for r in reviews_of(session, number)][-2:] == ["comment", "hand"]
        act_on(desk.database, number, Act.HOLD, by=Actor(desk.by, now()), rules=desk.rules)
        await pilot.press("u")
        await pilot.press("2")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert state(desk, number) == "in_review"

    use(desk, morning)


def test_a_story_of_others_markup_and_hidden_characters_is_shown_as_text(desk: Seat) -> None:
    with desk.database.session() as session:
        story = open_case(session, 1).story
        story.title = story.headline = "[bold red]x[/] \x1b[31mred\u202e\u200b"
        story.queue_place = -999_999

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        shown = str(opened(pilot).query_one("#head", Static).render())
        assert "[bold red]x[/] [31mred" in shown
        assert not {"\x1b", "\u202e", "\u200b"} & set(shown)

    use(desk, morning)


def test_an_empty_queue_is_no_mistake(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("4", "j", "k", "h", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, QueueScreen)

    use(desk, morning)


def test_topics_are_named_by_number_or_name_and_those_of_now_are_shown(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        number = opened(pilot).story_id
        await pilot.press("i")
        await pilot.pause()
        question = str(pilot.app.screen.query(Label).first().render())
        names = dict(re.findall(r"(\d+) (\S+(?: \S+)*)(?=  |$)", question, re.MULTILINE))
        assert "separated by commas" in question
        field = pilot.app.screen.query_one(Input)
        assert field.region.bottom <= pilot.app.size.height, "the field is on the screen, however many topics there are"
        field.value = f"2, {names['1']}"
        await pilot.press("enter")
        await settle(pilot)
        assert topics_of(desk, number) == (names["2"], names["1"])
        await pilot.press("i")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "2, 1"
        pilot.app.screen.query_one(Input).value = "no such topic at all"
        await pilot.press("enter")
        await settle(pilot)
        assert topics_of(desk, number) == (names["2"], names["1"])
        await pilot.press("i")
        await pilot.pause()
        await pilot.press("escape")
        await settle(pilot)
        assert topics_of(desk, number) == (names["2"], names["1"])

    use(desk, morning)


def topics_of(desk: Seat, number: int) -> tuple[str, ...]:
    with desk.database.reading() as session:
        return tuple(open_case(session, number).story.topics)
