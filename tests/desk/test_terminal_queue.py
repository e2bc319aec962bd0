"""The queue at the terminal: pages, what it is narrowed to, what came meanwhile, and many set aside at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, OptionList, Static

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import open_case
from pipeline.desk.edit import edit_sentence
from pipeline.desk.people import Person, Role
from pipeline.desk.presence import note_shown
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk.visits import Shown
from pipeline.terminal import queue_screen
from pipeline.terminal.app import Seat
from pipeline.terminal.dialogs import Choose, Tell
from pipeline.terminal.queue_screen import QueueScreen
from pipeline.terminal.versions import Versions

from .stories import add_story
from .terminal import now, opened, settle, state, use


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Seat]:
    """A desk over five stories of two feeds; two stories have drafts."""
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    database.upgrade()
    for number in range(1, 6):
        add_story(
            database,
            title=f"Story {number}",
            feed="The Lantern" if number > 3 else "Harbour Tech",
            **({} if number < 3 else {"draft": None}),  # type: ignore[arg-type]
        )
    config = parse_config("{}")
    house = HouseStyle(load_glossary(), "en", config.desk, config.writer)
    yield Seat(database, house, Person("ada", Role.EDITOR), now, config, lambda: "The digest of today")
    database.close()


def rows(pilot: Pilot[None]) -> list[str]:
    table = pilot.app.screen.query_one(DataTable)
    return [key.value or "" for key in table.rows]


def head(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#head", Static).render())


def test_pages_narrowing_and_what_came_meanwhile(desk: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_screen, "ROWS", 3)

    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        everything = rows(pilot)
        assert len(everything) == 3 and "page 1" in head(pilot)
        await pilot.press("n")
        await settle(pilot)
        assert len(rows(pilot)) == 2 and "page 2" in head(pilot) and not set(rows(pilot)) & set(everything)
        await pilot.press("n")
        await settle(pilot)
        assert len(rows(pilot)) == 2, "that was the last page"
        await pilot.press("b")
        await settle(pilot)
        assert rows(pilot) == everything
        await pilot.press("f")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, Choose) and "feed: The Lantern (2)" in asked.choices
        asked.query_one(OptionList).highlighted = asked.choices.index("feed: The Lantern (2)")
        await pilot.press("enter")
        await settle(pilot)
        assert rows(pilot) == ["4", "5"] and "feed: The Lantern" in head(pilot)

        late = add_story(desk.database, title="Late", feed="The Lantern", draft=None, when=now())
        with desk.database.session() as session:
            story = stories.get_story(session, late)
            assert story is not None
            story.arrived_at = now()
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        screen.look_round()
        assert "1 new: l loads it" in head(pilot) and rows(pilot) == ["4", "5"], "the list does not move by itself"
        await pilot.press("l")
        await settle(pilot)
        assert str(late) in rows(pilot) and "new" not in head(pilot)
        await pilot.press("m")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(pilot.app.screen, Tell) and pilot.app.screen.text == "The digest of today"

    use(desk, morning)


def test_a_story_is_found_by_a_word_from_the_queue_and_opened(desk: Seat) -> None:
    add_story(desk.database, title="The ferry to Marlow is late", state=StoryState.SPIKED)

    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("slash")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "ferry marl"
        await pilot.press("enter")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, Choose)
        assert asked.choices == ["spiked       The ferry to Marlow is late"]
        await pilot.press("enter")
        await settle(pilot)
        assert opened(pilot).case.story.title == "The ferry to Marlow is late"

    use(desk, morning)


def test_a_long_title_is_cut_and_pushes_nothing_out(desk: Seat) -> None:
    number = add_story(desk.database, title="Long " * 60)

    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        table = pilot.app.screen.query_one(DataTable)
        row = table.get_row(str(number))
        assert str(row[2]).endswith("…")
        assert table.virtual_size.width <= pilot.app.size.width, "every column is in the window"

    use(desk, morning)


def test_rows_are_reached_and_selected_by_the_browsers_keys(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        table = screen.query_one(DataTable)
        await pilot.press("G")
        assert table.cursor_row == 4
        await pilot.press("g")
        assert table.cursor_row == 0
        await pilot.press("j", "x", "j", "j", "X")
        assert {str(n) for n in screen.ticked} == set(rows(pilot)[1:4])
        await pilot.press("*")
        assert "5 selected" in head(pilot)
        await pilot.press("g", *["j"] * rows(pilot).index("1"), "d")
        assert "41,000 shoppers" in str(screen.query_one("#dek", Static).render())
        await pilot.press("d")
        assert not screen.query_one("#dek").display

    use(desk, morning)


def test_only_what_was_opened_is_approved_together_and_all_of_it_reopened(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        first, second = sorted(int(n) for n in rows(pilot))[:2]
        for number in (first, second):
            with desk.database.reading() as session:
                draft = open_case(session, number).draft
            assert draft is not None
            if number == first:
                note_shown(desk.database, number, "ada", now(), Shown(draft.hash))
        await pilot.press("*", "a")
        await settle(pilot)
        assert state(desk, first) == "approved" and state(desk, second) == "in_review"
        said = [note.message for note in pilot.app._notifications]
        assert any("Approved: 1 story" in line for line in said)
        assert any(line.startswith(f"story {second}: you have not opened this version") for line in said)
        await pilot.press("W")
        await settle(pilot)
        assert state(desk, first) == "in_review"

    use(desk, morning)


def test_the_story_before_is_one_key_away(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        first, second = rows(pilot)[:2]
        await pilot.press("enter")
        await settle(pilot)
        assert str(opened(pilot).story_id) == first
        await pilot.press("n")
        await settle(pilot)
        assert str(opened(pilot).story_id) == second
        await pilot.press("p")
        await settle(pilot)
        assert str(opened(pilot).story_id) == first

    use(desk, morning)


def test_the_queue_is_narrowed_to_a_finding_and_sorted(desk: Seat) -> None:
    with desk.database.session() as session:
        for number, wrong in ((1, "name quote"), (2, "number")):
            open_case(session, number).story.wrong = wrong

    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        assert "name, quote" in str(pilot.app.screen.query_one(DataTable).get_row("1")[3])
        for label, there in (("finding: quote (1)", ["1"]), ("sort by latest arrival", ["1"])):
            await pilot.press("f")
            await pilot.pause()
            asked = pilot.app.screen
            assert isinstance(asked, Choose)
            asked.query_one(OptionList).highlighted = asked.choices.index(label)
            await pilot.press("enter")
            await settle(pilot)
            assert rows(pilot) == there
        assert "finding: quote · sorted by: latest arrival" in head(pilot)

    use(desk, morning)


def test_ticked_stories_are_spiked_together_and_the_last_decision_is_taken_back(desk: Seat) -> None:
    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        first, second, third = rows(pilot)[:3]
        await pilot.press("x", "j", "x", "j")
        assert "2 selected" in head(pilot)
        await pilot.press("s")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "told already"
        await pilot.press("enter")
        await settle(pilot)
        assert [state(desk, int(n)) for n in (first, second, third)] == ["spiked", "spiked", "in_review"]
        await pilot.press("w")
        await settle(pilot)
        assert str(opened(pilot).story_id) == second and opened(pilot).case.story.state != "spiked"

    use(desk, morning)


def test_a_sentence_by_its_number_the_original_and_any_two_versions(desk: Seat) -> None:
    for words in ("Brightwell sells food online.", "Brightwell sells its food online."):
        edit_sentence(desk.database, 1, 2, words, by=Actor(desk.by, now()), house=desk.house)

    async def morning(pilot: Pilot[None]) -> None:
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        screen.begin(lambda: screen.open(1))
        await settle(pilot)
        story = opened(pilot)
        await pilot.press("4", "g")
        assert story.place == 3 and opened(pilot) is story
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Tell) and str(pilot.app.screen.text).startswith("https://example.org/story")
        await pilot.press("escape", "d")
        await pilot.pause()
        versions = pilot.app.screen
        assert isinstance(versions, Versions)
        await pilot.press("left_square_bracket")
        assert "version 1 by m to 3 by ada" in str(versions.query_one("#which").render())
        await pilot.press("left", "left", "b")
        await settle(pilot)
        assert story.case.draft is not None and story.case.draft.number == 4
        assert "groceries online" in story.case.draft.text, "back to the first"

    use(desk, morning)
