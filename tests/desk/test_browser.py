"""Every page of the desk in a real browser: axe finds nothing, nothing is asked of others, keys suffice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pipeline.desk.people import Role
from pipeline.web.table import TABLE

from .browser import chromium, faults, signed_on, violations
from .server import DeskServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage

NO_PAGES = {
    *("/static/{name}", "/favicon.ico", "/robots.txt", "/token", "/enter/{secret}", "/digest/file", "/log/file"),
    *("/queue/arrived", "/story/{story}/sentence/{place}", "/story/{story}/judged/{place}"),  # pieces of pages
    "/story/{story}/rewrites/{rewrite}",
    *("/story/{story}/text", "/story/{story}/rewrite/{place}"),  # asked below, of a story that has them
    "/digest/page",  # nothing runs in it, so axe does not either
    *("/", "/queue", "/story/{story}", "/story/{story}/versions"),  # in test_morning, with everything opened
}
PATHS = sorted({re.sub(r"\{[^}]*\}", "1", p.path) for p in TABLE if p.method == "GET" and p.path not in NO_PAGES})
MORE = ["/digest?all=yes&format=text", "/digest?edition=1", "/glossary?word=zzz"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _broke_a_rule(message: ConsoleMessage) -> bool:
    """An error of a script or of the policy; an answer of 400 to a form without its fields is none."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def test_every_page_is_accessible_in_every_look(browser: Browser, served: DeskServer) -> None:
    outside: list[str] = []
    said: list[str] = []
    found: list[str] = []
    context = signed_on(browser, served, served.session(Role.ADMIN))
    page = context.new_page()
    page.on("request", lambda r: None if r.url.startswith(served.base) else outside.append(r.url))
    page.on("console", lambda m: said.append(f"{page.url}: {m.text}") if _broke_a_rule(m) else None)
    for path in [*PATHS, *MORE]:
        answer = page.goto(path)
        assert answer is not None
        if "<html" not in answer.text() or answer.status != 200:
            continue  # a piece of a page
        found += faults(page)
    context.close()
    assert (found, outside, said) == ([], [], [])


def test_the_log_in_page_and_errors_are_accessible(browser: Browser, served: DeskServer) -> None:
    context = browser.new_context(base_url=served.base)
    page = context.new_page()
    for path in ("/login", "/people", "/enter/x"):
        page.goto(path)
        assert violations(page) == []
    context.close()


def test_the_keyboard_suffices_and_shows_where_it_is(browser: Browser, served: DeskServer) -> None:
    context = signed_on(browser, served, served.session(Role.ADMIN), reduced_motion="reduce")
    page = context.new_page()
    page.goto("/feeds")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """(() => { const e = document.activeElement; const s = getComputedStyle(e);
                return [e.tagName, (e.getAttribute('aria-label') || e.textContent || '').trim(), s.outlineStyle] })()"""
            )
        )
        if seen[-1][0] == "BODY":
            break
    reached = [one for one in seen if one[0] in ("A", "BUTTON", "INPUT", "SELECT")]
    assert len(reached) >= 6
    assert all(name and outline != "none" for _, name, outline in reached), reached
    page.locator("button", has_text="Disable").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Enable")).wait_for()
    context.close()


def test_without_scripts_everything_is_still_there(browser: Browser, served: DeskServer) -> None:
    context = signed_on(browser, served, served.session(Role.ADMIN), java_script_enabled=False)
    page = context.new_page()
    page.goto("/people")
    page.get_by_role("combobox", name="Role of reader").select_option("chief")
    page.get_by_role("button", name="Change the role of reader").click()
    assert page.get_by_role("combobox", name="Role of reader").input_value() == "chief"
    page.goto("/glossary/term?term=smolt")
    page.get_by_label("Explanation").fill("a young salmon")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("With").fill("smolt")
    page.get_by_role("button", name="Show").click()
    assert "a young salmon" in page.content()
    page.goto("/published/1")
    page.get_by_text("Retract it").click()
    page.get_by_label("Why, as readers are told").fill("it was not so")
    page.get_by_role("button", name="Retract this story").click()
    assert "Retracted" in page.content()
    context.close()


def test_what_comes_from_others_never_runs(browser: Browser, served: DeskServer) -> None:
    """A feed's name, an entry's title and a reason full of markup are text, on every page that has them."""
    from pipeline.storage import feeds, stories
    from pipeline.storage.desk.reviews import reviews_of

    image = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    hostile = image + "\u202egnp.exe\u200b\"'><svg onload=window.ran=1>"
    with served.desk.database.session() as session:
        for feed in feeds.all_feeds(session):
            feed.name = feed.topic = feed.reason = feed.last_error = feed.permission = feed.poll_reason = hostile
        for story, _ in stories.stories_in(session, ("published",)):
            story.title = story.source_name = hostile
            story.link = "javascript:window.ran=1"
            for review in reviews_of(session, story.id):
                review.who, review.reason = hostile[:60], hostile
    context = signed_on(browser, served, served.session(Role.ADMIN))
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda d: dialogs.append(d.message))
    for path in (
        "/feeds",
        "/feeds/1",
        "/published",
        "/published/1",
        "/log",
        f"/log?who={'%3Cscript%3E'}",
        "/digest?all=yes",
    ):
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert page.locator("img, svg[onload], main script").count() == 0, path
        assert "javascript:" not in page.content(), path
        assert "\u202e" not in page.content(), path
    assert dialogs == []
    context.close()
