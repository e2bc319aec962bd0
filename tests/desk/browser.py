"""A real browser for the desk's tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chromium import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from .server import DeskServer

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
SIZES = {"wide": (1280, 860), "phone": (390, 844)}


def faults(page: Page) -> list[str]:
    """What axe finds on a page in the light look, its contrasts in the dark one, and what is too wide for a phone.

    A rule that looks at structure says the same in both looks; each page is scanned once and not more.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": SIZES["wide"][0], "height": SIZES["wide"][1]})
    found = violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark {line}" for line in violations(page, "color-contrast")]
    page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        found.append(f"phone: wider than the window by {over}")
    return [f"{page.url}: {line}" for line in found]


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds, by some of its rules or by all."""
    page.evaluate(AXE)
    options = {"iframes": False, **({"runOnly": list(rules)} if rules else {})}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(r => r.violations)", options
    )
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; a missing one is a failure that says what to do."""
    from playwright.sync_api import sync_playwright

    path = find()
    assert path, f"no Chromium here; '{sys.executable} tests/chromium.py' installs one, as 'make test' does"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def signed_on(browser: Browser, server: DeskServer, secret: str, **more: Any) -> BrowserContext:
    """A window of somebody whose session's secret this is."""
    context = browser.new_context(base_url=server.base, **more)
    context.add_cookies([{"name": "inshort", "value": secret, "url": server.base}])
    context.set_default_timeout(120_000)
    return context
