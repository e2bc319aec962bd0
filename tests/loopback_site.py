"""A site of as many articles as wanted, on loopback: a feed that names the newest, and a page for each."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.articles_waiting import SENTENCES


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked was ended meanwhile: that is what some tests are for."""


class Site:
    """`with Site(40) as site:` serves `site.feed` with 40 articles; `add` publishes more."""

    def __init__(self, articles: int, shown: int = 10_000) -> None:
        self.articles, self.shown = articles, shown
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.feed = f"{self.base}/feed.xml"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, count: int = 1) -> None:
        self.articles += count

    def find(self, path: str) -> str | None:
        if path == "/feed.xml":
            newest = range(max(0, self.articles - self.shown), self.articles)
            items = "".join(
                f"<item><title>Marlow{n} tests a chatbot</title><link>{self.base}/{n}</link><guid>{n}</guid></item>"
                for n in reversed(newest)
            )
            return f'<rss version="2.0"><channel><title>Marlow Post</title>{items}</channel></rss>'
        if (number := path.strip("/")).isdigit():
            text = "</p><p>".join(s.format(f"Marlow{number}", 12000 + int(number)) for s in SENTENCES)
            title = f"<title>Marlow{number} tests a chatbot</title>"
            return f"<html lang='en'>{title}<body><article><p>{text}</p></article></body></html>"
        return None


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

        def do_GET(self) -> None:
            found = site.find(self.path)
            body = (found or "not here").encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/xml" if "xml" in self.path else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
