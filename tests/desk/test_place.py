"""The place in the queue: the row and page one left is the one to come back to, by key, by the browser and by acts."""

from __future__ import annotations

from collections.abc import Iterator
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
