"""What is typed at the terminal desk: kept from the first pause on, checked as it is typed, there again later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Label, Static, TextArea

from pipeline.config import parse_config
from pipeline.desk.people import Person, Role
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from pipeline.terminal.app import Seat
from pipeline.terminal.dialogs import AskYes
from pipeline.terminal.field import Field

from .stories import add_story
from .terminal import now, opened, settle, state, use


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Seat]:
    database = Database(f"sqlite:///{tmp_path}/desk.db", patience=0.1)
    database.upgrade()
    add_story(database)
    config = parse_config("{}")
    house = HouseStyle(load_glossary(), "en", config.desk, config.writer)
    yield Seat(database, house, Person("ada", Role.EDITOR), now, config)
    database.close()


def kept(desk: Seat) -> dict[int, str]:
    with desk.database.reading() as session:
        return {row.place: row.text for row in visits.unsaved_of(session, 1, "ada")}


async def field(pilot: Pilot[None], key: str) -> Field:
    await pilot.press(key)
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, Field)
    return screen


def said(screen: Field) -> str:
    return str(screen.query_one("#live", Static).render())


async def told(pilot: Pilot[None], screen: Field, words: str) -> None:
    for _ in range(1000):
        if words in said(screen):
            return
        await pilot.pause(0.02)
    pytest.fail(f"{words!r} is not in {said(screen)!r}")


def test_what_is_typed_is_kept_and_checked_and_is_there_after_the_desk_was_gone(desk: Seat) -> None:
    words = "About 98,000 shoppers in Norway and Sweden will get money back from Brightwell."

    async def cut_off(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = await field(pilot, "e")
        screen.query_one(TextArea).text = words
        await told(pilot, screen, "block")
        assert "98,000" in said(screen) and "grade" in said(screen)
        assert kept(desk) == {0: words}

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        story = opened(pilot)
        assert "not saved: sentence 1 (e)" in str(story.query_one("#head", Static).render())
        screen = await field(pilot, "e")
        assert screen.query_one(TextArea).text == words and "was restored" in screen.question
        await pilot.press("ctrl+r")
        await told(pilot, screen, "unchanged")
        assert kept(desk) == {}
        screen.query_one(TextArea).text = words.replace("98,000", "41,000")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert story.case.draft is not None and story.case.draft.number == 2
        assert kept(desk) == {}, "saved: it is a version now"

    use(desk, cut_off)
    use(desk, morning)


def test_esc_keeps_what_was_typed_and_says_so_where_it_cannot(desk: Seat) -> None:
    assert desk.database.file is not None
    locker = sqlite3.connect(desk.database.file, isolation_level=None)

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = await field(pilot, "t")
        text = screen.original.replace(".", ", we hear.", 1)
        locker.execute("BEGIN IMMEDIATE")
        screen.query_one(TextArea).text = text
        await pilot.press("escape")
        await told(pilot, screen, "Esc again discards it")
        assert pilot.app.screen is screen
        locker.execute("ROLLBACK")
        screen.query_one(TextArea).text = text + "\nAnd more."
        await pilot.press("escape")
        await settle(pilot)
        await pilot.app.workers.wait_for_complete()
        assert pilot.app.screen is not screen
        assert kept(desk) == {visits.WHOLE: text + "\nAnd more."}

    use(desk, morning)
    locker.close()


def test_which_wording_is_meant_is_asked_in_words_that_can_be_read_to_their_end(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = await field(pilot, "t")
        screen.query_one(TextArea).text = screen.original.replace(".", ", we hear.", 1)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("a")
        while not isinstance(pilot.app.screen, AskYes):
            await pilot.pause(0.05)
        await pilot.pause()
        question = pilot.app.screen.query(Label).first()
        lines = [question.render_line(y).text.strip() for y in range(question.size.height)]
        assert " ".join(lines) == pilot.app.screen.question
        assert lines[-1].endswith("Approve the saved wording?")
        await pilot.press("escape")
        await settle(pilot)
        assert state(desk, 1) == "in_review"

    use(desk, morning)
