"""The built site in a browser: every kind of page with axe, in the light look and the dark one, and on a phone."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.storage.database import Database
from tests.desk.browser import chromium, faults

from .test_site import NOW, build, folder, mend, newsroom, retract

__all__ = ["folder", "newsroom"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """What was asked for is not printed."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def test_every_kind_of_page_is_accessible_in_every_look(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    mend(newsroom, 1, NOW + timedelta(days=1))
    retract(newsroom, 2, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))
    pages = sorted(str(page.relative_to(folder)) for page in folder.rglob("*.html"))
    assert len(pages) > 8
    with served(folder) as base, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        found = []
        for name in pages:
            page.goto(base + name)
            found += faults(page)
    assert found == []
