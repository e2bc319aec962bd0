"""Nobody approves what they have not seen: by the page, by command, by a form of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.config import parse_config
from pipeline.desk.people import Role
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from tests.desk.stories import WHEN, add_story

from .browser import chromium, signed_on
from .server import Answer, DeskServer, add_users
from .test_desk_pages import decide, shown, state

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskServer]:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    with DeskServer(database, parse_config("newsroom: {name: Test desk}"), tmp_path) as server:
        yield server
    database.close()


def states(desk: DeskServer) -> dict[str, int]:
    with desk.desk.database.reading() as session:
        return {state: n for state, n in stories.stories_by_state(session).items() if n}


def opened(browser: Browser, desk: DeskServer, story: int, **more: object) -> Page:
    page = signed_on(browser, desk, desk.session(Role.CHIEF), **more).new_page()
    page.clock.install()
    page.goto(f"/story/{story}")
    return page


def passes(page: Page) -> None:
    """The time until the eye can have read what came."""
    page.locator("html.scripted").wait_for()
    page.clock.run_for(2100)
    page.locator("html.decides").wait_for()


@pytest.mark.parametrize("how", ["key", "mouse", "touch"])
def test_a_second_press_does_not_approve_the_story_that_has_just_come(
    browser: Browser, desk: DeskServer, how: str
) -> None:
    first, *_ = [add_story(desk.desk.database, title=f"Story {n}") for n in range(3)]
    page = opened(browser, desk, first, has_touch=how == "touch")
    approve = page.locator("button.approve")

    def press() -> None:
        if how == "key":
            page.keyboard.press("a")
        elif how == "mouse":
            approve.click()
        else:
            approve.tap()

    page.clock.run_for(450)
    press()
    page.locator(".toast", has_text="This page has just loaded").wait_for()
    assert states(desk) == {"in_review": 3}
    passes(page)
    press()
    page.locator(".done", has_text="Story 0").wait_for()
    page.clock.run_for(450)
    press()
    page.locator(".toast", has_text="This page has just loaded").wait_for()
    assert states(desk) == {"in_review": 2, "approved": 1}
    passes(page)
    press()
    page.locator(".done", has_text="Approved: Story 1, Story 0").wait_for()
    page.clock.run_for(450)
    page.keyboard.press("W")
    page.locator(".done", has_text="Reopened: 2 stories").wait_for()
    assert states(desk) == {"in_review": 3}
    page.context.close()


def test_a_double_click_without_scripts_approves_one(browser: Browser, desk: DeskServer) -> None:
    first, *_ = [add_story(desk.desk.database, title=f"Story {n}") for n in range(2)]
    page = signed_on(browser, desk, desk.session(Role.CHIEF), java_script_enabled=False).new_page()
    page.goto(f"/story/{first}")
    box = page.locator("button.approve").bounding_box()
    assert box
    page.locator("button.approve").click()  # waits until it may be pressed
    page.locator(".done", has_text="Story 0").wait_for()
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.goto("/queue")
    assert states(desk) == {"in_review": 1, "approved": 1}
    page.context.close()


def test_enter_in_the_reason_of_a_bulk_spike_spikes(browser: Browser, desk: DeskServer) -> None:
    add_story(desk.desk.database)
    page = signed_on(browser, desk, desk.session(Role.EDITOR)).new_page()
    page.clock.install()
    page.goto("/queue")
    passes(page)
    for key in ("j", "x", "s"):
        page.keyboard.press(key)
    page.locator("input[name=reason]:focus").wait_for()
    page.keyboard.type("told already")
    page.keyboard.press("Enter")
    page.locator(".done", has_text="Spiked: 1 story").wait_for()
    assert states(desk) == {"spiked": 1}
    page.context.close()


def test_words_in_an_open_editor_are_asked_about_before_an_approval(browser: Browser, desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    page = opened(browser, desk, story)
    passes(page)
    for key in ("j", "j", "j", "e"):
        page.keyboard.press(key)
    page.locator(".editor textarea:focus").fill("Brightwell sells food online, the company said.")
    page.locator("button.approve").click()
    page.locator("h1", has_text="Which wording do you mean?").wait_for()
    assert states(desk) == {"in_review": 1}
    assert page.locator("ins", has_text="food").count() == 1
    page.get_by_role("button", name="Save my change, then look again").click()
    page.locator("#d2", has_text="Brightwell sells food online").wait_for()
    passes(page)
    page.keyboard.press("a")
    page.wait_for_url("**/queue?*")
    assert states(desk) == {"approved": 1}
    page.context.close()


@pytest.mark.parametrize("place", [2, visits.WHOLE, visits.SIMPLE])
def test_which_wording_is_meant_is_asked_of_every_unsaved_change(desk: DeskServer, place: int) -> None:
    from .test_levels import add_simple

    story = add_story(desk.desk.database)
    add_simple(desk, story)
    chief = desk.visitor(Role.CHIEF)
    version = shown(chief.get(f"/story/{story}"))
    with desk.desk.database.session() as session:
        visits.keep_unsaved(session, story, "chief", place, text="Other words.", base_hash=version, now=WHEN)
        visits.keep_unsaved(session, story, "editor", 3, text="Not mine.", base_hash=version, now=WHEN)
    asked = decide(chief, story, "approve", shown=version)
    assert asked.status == 409 and "Which wording do you mean?" in asked.words and "Not mine." not in asked.words
    assert state(desk, story) == "in_review"
    assert decide(chief, story, "approve", shown=version, as_saved="yes").status == 303
    assert state(desk, story) == "approved"


def test_a_simple_version_that_no_form_named_is_not_approved(desk: DeskServer) -> None:
    from .test_levels import add_simple

    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    version = shown(editor.get(f"/story/{story}"))
    add_simple(desk, story)
    answer: Answer = decide(editor, story, "approve", shown=version)
    assert answer.status == 303
    with desk.desk.database.reading() as session:
        row = stories.get_story(session, story)
        assert row is not None and row.state == "approved" and not row.simple_hash
