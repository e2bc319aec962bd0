"""A morning at the desk in a real browser, by keyboard alone: from the log-in to the preview of the digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.config import parse_config
from pipeline.desk import sessions
from pipeline.desk.people import Role
from pipeline.model import Draft, DraftSentence
from pipeline.storage import stories
from pipeline.storage.articles import changes
from pipeline.storage.database import Database
from pipeline.storage.desk import people
from tests.desk.stories import DRAFT, add_story
from tests.desk.test_levels import add_simple

from .browser import chromium, faults, signed_on
from .server import PASSWORD, DeskServer, add_users

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def with_first(text: str, *evidence: int) -> Draft:
    """The sample draft with other words in the first place of its body."""
    first = (DraftSentence(text, evidence=evidence), *DRAFT.paragraphs[0][1:])
    return replace(DRAFT, paragraphs=(first, *DRAFT.paragraphs[1:]))


GOOD = DRAFT
WRONG = with_first("Brightwell, an online grocer, will refund about 99,000 shoppers in Norway and Sweden.", 1)
DOUBTFUL = with_first("Brightwell sells groceries online so that people have to queue less.", 3)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[DeskServer]:
    """Twenty stories of mixed quality: twelve good, four with a wrong figure, four with a reason of their own."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    with database.session() as session:
        user = people.user_named(session, "chief")
        assert user is not None
    sessions.change_password(database, "chief", PASSWORD, who="test", now=datetime.now(UTC))
    for number in range(20):
        draft = WRONG if number % 5 == 0 else DOUBTFUL if number % 5 == 1 else GOOD
        add_story(database, title=f"Story number {number + 1}", draft=draft)
    with DeskServer(database, parse_config("newsroom: {name: Test desk}"), tmp_path) as server:
        yield server
    database.close()


def by_state(server: DeskServer) -> dict[str, int]:
    with server.desk.database.reading() as session:
        return {state: n for state, n in stories.stories_by_state(session).items() if n}


def settled(page: Page) -> None:
    """Wait until the page that is coming is there, and until it can have been read: then it hears what decides."""
    page.wait_for_load_state()
    page.locator("html.scripted").wait_for()
    page.clock.run_for(2100)
    page.locator("html.hears.decides").wait_for()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_morning_with_twenty_stories_by_keyboard_alone(browser: Browser, newsroom: DeskServer) -> None:
    context = browser.new_context(base_url=newsroom.base, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.clock.install()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/queue")
    page.locator("input[name=name]:focus").wait_for()
    page.keyboard.type("chief")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.locator("h1", has_text="Queue").wait_for()
    settled(page)
    press(page, "?")
    page.get_by_role("dialog").wait_for()
    press(page, "Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    press(page, "j", "j")
    assert "Story number 6" in page.locator(".queued.at").inner_text(), "riskiest first, then the oldest"
    press(page, "k", "Enter")
    page.wait_for_url(re.compile(r"/story/\d+"))
    settled(page)
    press(page, "?")
    page.get_by_role("dialog").wait_for()
    assert page.get_by_role("dialog").evaluate("list => list.scrollTop") == 0, "a long list opens at its beginning"
    press(page, "Escape")

    for _ in range(20):
        settled(page)
        title = page.locator("h1").inner_text()
        number = int(title.rsplit(" ", 1)[-1]) - 1
        before = page.url.split("?")[0]
        if number == 5:
            press(page, "s")
            page.keyboard.type("told already")
            press(page, "Enter")
        elif number == 10:
            press(page, "h")
            while not page.locator("input[name=reason]:focus").count():
                press(page, "Tab")  # past the fields of the date, as many as the browser has
            page.keyboard.type("ask the company")
            press(page, "Enter")
        elif number == 13:
            press(page, "h")
            page.locator("select[name=hold]:focus").wait_for()
            press(page, "Enter")
        elif number % 5 == 0:
            if number:  # e alone begins where the block is
                press(page, "f")
                assert page.locator(".line.at .finding.block").count() == 1
                assert page.locator(".src.lit").count() == 1
            press(page, "e")
            page.locator(".editor textarea:focus").wait_for()
            press(page, "Control+a")
            page.keyboard.type("Brightwell sells groceries online, the company said.")
            page.locator(".live .tag.good").wait_for()
            press(page, "Control+Enter")
            page.wait_for_url(re.compile(r"#d2"))
            page.locator(".approve").wait_for()
            settled(page)
            told = by_state(newsroom).get("approved")
            press(page, "a")
            if told:  # with the same "In short", which is warned of
                page.locator("[data-again]:focus").wait_for()
                press(page, "a")
        elif number % 5 == 1:
            press(page, "f", "x")
            page.keyboard.type("it says so further down")
            press(page, "Enter")
            page.locator(".finding.accepted").wait_for()
            settled(page)
            press(page, "a")
        else:
            press(page, "a")
        page.wait_for_url(re.compile(f"^(?!{re.escape(before)}([?#]|$))"))
    page.wait_for_url(re.compile("/queue"))
    settled(page)
    assert by_state(newsroom) == {"approved": 17, "spiked": 1, "held": 2}

    press(page, "m")
    preview = page.frame_locator("iframe").locator("body")
    assert preview.inner_text().count("About 41,000 shoppers in Norway and Sweden will get money back") == 17
    context.close()
    assert faults == []


def test_quick_typing_never_decides(browser: Browser, newsroom: DeskServer) -> None:
    """What is typed before its field is there goes into the field; what is typed while a page comes goes nowhere."""
    context = signed_on(browser, newsroom, newsroom.session(Role.CHIEF), reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto("/story/3")
    settled(page)
    held: list[Route] = []
    page.route("**/sentence/2?*", lambda route: held.append(route))
    with page.expect_request("**/sentence/2?*"):
        press(page, "j", "j", "j", "e")
    page.keyboard.type(" a small pause")
    press(page, "Backspace", "Backspace")
    assert by_state(newsroom) == {"in_review": 20}
    held[0].continue_()
    page.locator(".editor textarea:focus").wait_for()
    page.keyboard.type("t")
    assert page.locator(".editor textarea").input_value().endswith(" a small paut")

    page.goto("/story/4")
    settled(page)
    page.keyboard.type("s")
    page.keyboard.type("sales all the same")
    assert page.locator("input[name=reason]:focus").input_value() == "sales all the same"
    press(page, "Escape")
    page.keyboard.type("a")
    page.keyboard.type("a law was called again")
    page.wait_for_url(re.compile(r"/story/(?!4\b)"))
    page.keyboard.type("and so on, all at once")
    settled(page)
    assert by_state(newsroom) == {"in_review": 19, "approved": 1}
    assert page.locator("details[open]").count() == 0
    context.close()


def test_f_goes_by_finding_and_a_asks_twice_over_open_warnings(browser: Browser, newsroom: DeskServer) -> None:
    text = "Online grocer Brightwell will refund about 99,000 shoppers in Norway and Sweden so that they queue less."
    story = add_story(newsroom.desk.database, title="Twice doubtful", draft=with_first(text, 1))
    context = signed_on(browser, newsroom, newsroom.session(Role.CHIEF), reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto(f"/story/{story}")
    settled(page)

    def aimed() -> str:
        press(page, "f")
        return " ".join(page.locator(".finding.aimed > p").inner_text().split()[1:3])

    assert [aimed() for _ in range(4)] == ["block number", "warning unsupported", "note jargon", "block number"]
    press(page, "Escape")
    assert page.locator(".finding.aimed .check").inner_text() == "number", "nothing was open: it stays selected"
    press(page, "e")
    editor = page.locator(".editor textarea:focus")
    editor.wait_for()
    assert editor.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "99,000", "typing replaces it"
    press(page, "Escape")
    page.locator(".finding.aimed:focus .check", has_text="number").wait_for()
    press(page, "x")
    reason = page.locator(".finding.aimed input[name=reason]:focus")
    press(page, "1")
    assert reason.input_value() == "1", "a block takes a reason of one's own"
    assert page.locator(".finding.aimed .reasons").count() == 0, "so no usual ones are offered"
    press(page, "Backspace")
    page.keyboard.type("the company's own report has 99,000")
    press(page, "Enter")
    page.locator(".finding.accepted.block", has_text="Block accepted by chief: “the company's own report").wait_for()
    settled(page)
    assert aimed() == "warning unsupported", "the next one, in the same sentence"
    press(page, "x", "1")
    assert reason.input_value() == "The cited sentence says so"
    press(page, "Backspace", "3")
    assert reason.input_value() == "Explained in place"
    page.keyboard.type("0 reports say so")
    assert reason.input_value() == "30 reports say so", "a reason of one's own may begin with a number"
    page.locator(".finding.aimed .reasons button", has_text="Quoted exactly").click()
    assert reason.input_value() == "Quoted exactly"
    press(page, "Escape")
    assert aimed() == "note jargon"
    press(page, "x")
    page.locator(".toast", has_text="Notes need no accepting.").wait_for()
    press(page, "7", "g")
    assert page.locator(".finding.aimed").count() == 0, "only one thing looks selected"
    press(page, "x")
    page.locator(".toast", has_text="There is nothing to accept here.").wait_for()
    press(page, "a")
    assert page.locator("[data-again]:focus").inner_text().startswith("Approve with 1 open warning")
    assert by_state(newsroom) == {"in_review": 21}
    press(page, "a")
    page.locator(".done", has_text="Approved: Twice doubtful").wait_for()
    settled(page)
    assert by_state(newsroom) == {"in_review": 20, "approved": 1}
    press(page, "w")
    page.locator(".done", has_text="Reopened: Twice doubtful").wait_for()
    settled(page)
    found = page.locator(".finding.accepted", has_text="number")
    found.get_by_role("button", name="Reopen the finding").click()
    page.locator(".history", has_text="finding reopened number: “99,000”").wait_for()
    assert page.locator(".finding.accepted").count() == 0
    context.close()


def test_as_much_evidence_as_fits_comes_into_view_and_the_rest_is_named(browser: Browser, newsroom: DeskServer) -> None:
    source = "\n".join(
        f"On day {n} the firm said that trial number {n} had gone well for all of it." for n in range(1, 61)
    )
    story = add_story(newsroom.desk.database, draft=with_first("Trials went well.", 3, 50, 52), source=source)
    context = signed_on(browser, newsroom, newsroom.session(Role.EDITOR), reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto(f"/story/{story}")
    settled(page)
    press(page, "9", "9", "g")
    page.locator(".toast", has_text="There is no sentence 99.").wait_for()
    press(page, "3", "g")
    page.locator(".outside.above", has_text="evidence above: 3").wait_for()
    seen = page.locator(".src.lit").evaluate_all(
        """all => all.filter(e => { const [b, s] = [e, e.closest('.side')].map(x => x.getBoundingClientRect());
        return b.top > s.top && b.bottom < s.bottom }).map(e => e.id)"""
    )
    assert seen == ["s50", "s52"]
    page.locator(".outside.above a").click()
    page.locator(".outside.below", has_text="evidence below: 50 52").wait_for()
    context.close()


def test_typing_is_kept_when_the_tab_closes_and_when_the_session_ends(browser: Browser, newsroom: DeskServer) -> None:
    context = signed_on(browser, newsroom, newsroom.session(Role.EDITOR))
    page = context.new_page()
    page.clock.install()
    page.goto("/story/3")
    settled(page)
    press(page, "j", "j", "j", "e")
    page.locator(".editor textarea:focus").wait_for()
    page.keyboard.type(" And half a thought")
    page.locator(".live-kept").wait_for()
    with newsroom.desk.database.session() as session:
        people.end_sessions_of(session, "editor")
    page.keyboard.type(" more")
    page.locator(".toast", has_text="Your session has ended").wait_for()
    assert page.locator(".editor textarea").input_value().endswith(" And half a thought more")
    context.clear_cookies()
    context.add_cookies([{"name": "inshort", "value": newsroom.session(Role.EDITOR), "url": newsroom.base}])
    with page.expect_response(lambda answer: answer.url.endswith("/typed") and answer.ok):
        page.keyboard.type(".")
    page.close()
    page = context.new_page()
    page.clock.install()
    page.goto("/story/3")
    page.locator(".kept-line", has_text="And half a thought").wait_for()
    context.close()


def test_a_sentence_lights_its_evidence_and_a_source_its_sentences(browser: Browser, newsroom: DeskServer) -> None:
    context = signed_on(browser, newsroom, newsroom.session(Role.EDITOR), reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto("/story/3")
    page.locator("#d3 .words").hover()
    assert page.locator(".src.lit").evaluate_all("all => all.map(e => e.id)") == ["s4"]
    page.locator("#s1").hover()
    assert page.locator(".line.lit").evaluate_all("all => all.map(e => e.id)") == ["d0", "d1"]
    page.mouse.move(0, 0)
    page.locator("#d5").focus()
    assert page.locator(".src.lit").evaluate_all("all => all.map(e => e.id)") == ["s5"]
    context.close()


def test_without_scripts_a_story_is_edited_and_decided_on(browser: Browser, newsroom: DeskServer) -> None:
    context = signed_on(browser, newsroom, newsroom.session(Role.CHIEF), java_script_enabled=False)
    page = context.new_page()
    page.goto("/story/1")
    page.get_by_role("link", name="Edit sentence 3").click()
    page.locator(".editor textarea").fill("Brightwell sells groceries online, the company said.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    assert "Approved: Story number 1" in " ".join(page.locator(".done").inner_text().split())
    page.get_by_text("Spike", exact=False).first.click()
    page.get_by_label("Why spike it").fill("told already")
    page.get_by_role("button", name="Spike it").click()
    assert "Spiked" in page.locator(".done").inner_text()
    context.close()
    assert by_state(newsroom) == {"approved": 1, "spiked": 1, "in_review": 18}


def test_the_pages_of_a_story_are_accessible_in_every_look(browser: Browser, newsroom: DeskServer) -> None:
    context = signed_on(browser, newsroom, newsroom.session(Role.CHIEF), reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(newsroom.base) else outside.append(r.url))
    found: list[str] = []
    add_simple(newsroom, 3)
    with newsroom.desk.database.session() as session:
        changes.add_change(session, stories.lead_article(session, 3), "changed", "Another text.", datetime.now(UTC))
    stories_ = (
        "/story/3",
        "/story/3/text?level=simple",
        "/story/1",
        "/story/2",
        "/story/1?edit=2#d2",
        "/story/1/text",
        "/story/1/versions?old=source",
    )
    for path in ("/queue", *stories_):
        page.goto(path)
        settled(page)
        for details in page.locator("details.decision > summary, [data-accept] > summary").all()[:2]:
            details.click()
        found += faults(page)
    context.close()
    assert (found, outside) == ([], [])
