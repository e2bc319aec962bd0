"""A real browser for the desk's tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chromium import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from .server import DeskServer

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
SIZES = {"wide": (1280, 860), "phone": (390, 844)}


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
    context.set_default_timeout(20_000)
    return context
