"""The terminal desk beside others: a database that is locked, colleagues who look on, and what comes next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case
from pipeline.desk.edit import edit_sentence
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import DraftRow
from pipeline.terminal import story as story_screen
from pipeline.terminal.app import Seat
from pipeline.terminal.queue_screen import QueueScreen
from pipeline.writing.draft import text_hash

from .stories import add_story
from .terminal import now, opened, settle, state, use

EVE = Person("eve", Role.EDITOR)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Seat]:
    """A desk over two stories: the first added is looked at first."""
    database = Database(f"sqlite:///{tmp_path}/desk.db", patience=0.1)
    database.upgrade()
    add_story(database, title="One")
    add_story(database, title="Two")
    config = parse_config("{}")
    house = HouseStyle(load_glossary(), "en", config.desk, config.writer)
    yield Seat(database, house, Person("ada", Role.EDITOR), now, config)
    database.close()


def test_a_locked_database_is_a_line_to_read_and_nothing_is_lost(desk: Seat) -> None:
    assert desk.database.file is not None
    locker = sqlite3.connect(desk.database.file, isolation_level=None)

    async def morning(pilot: Pilot[None]) -> None:
        locker.execute("BEGIN IMMEDIATE")
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        await pilot.press("s")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "no news"
        await pilot.press("enter")
        await settle(pilot)
        assert opened(pilot) is screen and state(desk, screen.story_id) == "in_review"
        assert any("locked" in note.message for note in pilot.app._notifications)
        await pilot.press("u")
        await settle(pilot)
        assert isinstance(pilot.app.screen, QueueScreen)
        locker.execute("ROLLBACK")
        await pilot.press("h", "enter")
        await settle(pilot)
        assert state(desk, screen.story_id) == "held", "the desk goes on as soon as the other is done"

    use(desk, morning)
    locker.close()


def test_a_story_stays_open_at_this_desk_and_its_minutes_count(desk: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four minutes with a story are four minutes in the history, and a colleague sees it open all the while."""
    monkeypatch.setattr(story_screen, "SIGN_EVERY", 0.05)
    began, minutes = now(), timedelta()

    def seen_at(number: int, when: datetime) -> bool:
        with desk.database.reading() as session:
            return bool(visits.others_at(session, [number], "eve", when + visits.PRESENT - timedelta(seconds=1)))

    async def morning(pilot: Pilot[None]) -> None:
        nonlocal minutes
        await pilot.press("enter")
        await settle(pilot)
        number = opened(pilot).story_id
        for _ in range(4):
            minutes += timedelta(minutes=1)
            while not seen_at(number, began + minutes):
                await pilot.pause(0.01)
        await pilot.press("u")
        await settle(pilot)
        with desk.database.reading() as session:
            assert not visits.others_at(session, [number], "eve", began + minutes), "closed: free for others"
        act_on(desk.database, number, Act.SPIKE, by=Actor(desk.by, began + minutes, reason="old"), rules=desk.rules)
        with desk.database.reading() as session:
            assert reviews_of(session, number)[-1].seconds == 240

    use(replace(desk, now=lambda: began + minutes), morning)


def test_a_change_by_a_colleague_is_told_and_shown_when_asked_for(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        screen = opened(pilot)
        edit_sentence(
            desk.database, screen.story_id, 2, "Brightwell sells food online.", by=Actor(EVE, now()), house=desk.house
        )
        with desk.database.session() as session:
            visits.saw(session, screen.story_id, "eve", now())
        screen.sign()
        await settle(pilot)
        head = str(screen.query_one("#head", Static).render())
        assert "also open at eve" in head and "changed meanwhile" in head
        assert screen.case.draft is not None and screen.case.draft.number == 1, "nothing moves by itself"
        await pilot.press("l")
        await settle(pilot)
        assert screen.case.draft is not None and screen.case.draft.number == 2

    use(desk, morning)


def test_after_a_decision_comes_the_riskiest_story_left(desk: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mending moves a story down the queue; what comes next is not what stands behind it there.

    A key pressed twice decides once: what came in between nobody saw.
    """
    with desk.database.session() as session:
        first, block = (open_case(session, number).story for number in (1, 2))
        first.queue_place, block.queue_place = -90, -80
    calm = add_story(desk.database, title="Calm")
    with desk.database.session() as session:
        open_case(session, calm).story.queue_place = -10

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        assert opened(pilot).story_id == 1
        with desk.database.session() as session:
            open_case(session, 1).story.queue_place = -20  # mended: it stands between the other two
        await pilot.press("l")
        await settle(pilot)
        monkeypatch.setattr(story_screen, "HEARS_AFTER", 3600.0)
        await pilot.press("a")
        await pilot.app.workers.wait_for_complete()
        await pilot.press("a")
        await pilot.app.workers.wait_for_complete()
        assert (state(desk, 1), opened(pilot).story_id) == ("approved", 2)
        assert state(desk, 2) == "in_review"
        monkeypatch.undo()
        await pilot.press("n")
        await settle(pilot)
        assert opened(pilot).story_id == calm, "without a decision the one behind it comes"

    use(desk, morning)


@pytest.mark.parametrize("late", [False, True])
def test_an_approval_covers_the_simple_version_made_from_this_draft(desk: Seat, late: bool) -> None:
    with desk.database.session() as session:
        story = open_case(session, 1).story
        standard = stories.current_draft(session, story)
        assert standard is not None
        text = "Said simply.\nIn short: So it is.\nIt is so."
        found = {"check": "numbers", "severity": "warn", "message": "seven is not in the source"}
        row = DraftRow(author="m", writer="openai", content=standard.content, text=text, hash=text_hash(text),
                       created_at=now(), check_verdict="warn", level="simple",
                       basis="0" * 64 if late else standard.hash, report={"findings": [found]})  # fmt: skip
        stories.add_draft(session, story, row)

    async def morning(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await settle(pilot)
        shown = str(opened(pilot).query_one("#simple", Static).render())
        assert "seven is not in the source" in shown
        assert ("does not cover it" if late else "covers it too") in shown
        await pilot.press("a", "a")
        await settle(pilot)
        with desk.database.reading() as session:
            story = open_case(session, 1).story
            assert (story.state, story.simple_hash) == ("approved", "" if late else row.hash)

    use(desk, morning)
