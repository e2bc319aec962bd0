"""The place in the queue: the row and page one left is the one to come back to, by key, by the browser and by acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

import pytest

from pipeline.desk.people import Role

from .browser import chromium, signed_on
from .stories import add_story
from .test_desk_pages import desk  # noqa: F401 - a fixture
from .test_unseen import passes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .server import DeskServer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_one_comes_back_to_the_row_and_page_one_left(browser: Browser, desk: DeskServer) -> None:  # noqa: F811
    for _ in range(56):
        add_story(desk.desk.database)
    page = signed_on(browser, desk, desk.session(Role.CHIEF), reduced_motion="reduce").new_page()
    page.clock.install()
    page.goto("/queue")
    passes(page)
    page.keyboard.press("n")
    page.wait_for_url("**/queue?after=*")
    passes(page)
    for key in ("j", "j", "j"):
        page.keyboard.press(key)
    there = page.locator(".queued.at").get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/story/*")
    passes(page)
    page.keyboard.press("u")
    page.locator(f"#{there}.at").wait_for()
    page.locator(f"#{there} a:focus").wait_for()
    page.locator(f"#{there} a").first.click()
    page.wait_for_url("**/story/*")
    page.go_back()
    page.locator(f"#{there}.at").wait_for()
    page.locator(f"#{there} a").first.click()
    page.wait_for_url("**/story/*")
    passes(page)
    page.keyboard.press("a")
    page.locator(".done").wait_for()
    passes(page)
    decided = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: "done" not in url)
    passes(page)
    page.keyboard.press("p")
    page.wait_for_url(decided.split("done")[0].rstrip("&?"))
    passes(page)
    page.keyboard.press("u")
    page.wait_for_url("**/queue?after=*")
    page.locator(".queued.at a:focus").wait_for()
    page.keyboard.press("G")
    page.locator(".queued:last-child.at").wait_for()
    passes(page)
    page.keyboard.press("b")
    page.wait_for_url(lambda url: url.endswith("/queue"))
    page.context.close()


def test_a_story_found_by_a_search_leads_back_to_what_that_found(desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database)
    add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    found = editor.get("/search?q=brightwell&sort=oldest")
    assert re.search(r"\b\d+ stories\b", found.words)
    links = re.findall(r'href="(/story/\d+\?[^"]*)"', found.text)
    link = next(unescape(link) for link in links if link.startswith(f"/story/{story}?"))
    page = editor.get(link)
    assert re.search(rf'href="/search\?q=brightwell&amp;sort=oldest#q{story}" data-key="u">Search', page.text)
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page.text)
    assert shown is not None
    held = editor.post(f"/story/{story}/act?{link.partition('?')[2]}", {"act": "hold", "shown": shown[1]})
    back = editor.follow(held)
    assert "Held: Brightwell" in back.words and f'id="q{story}"' in back.text
