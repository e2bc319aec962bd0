"""Serves the sample newsroom on loopback, as a small web of its own."""

from __future__ import annotations

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

_FOLDER = Path(__file__).parent
_TYPES = {"feeds": ("xml", "application/xml; charset=utf-8"), "pages": ("html", "text/html; charset=utf-8")}


class SampleServer:
    """`with SampleServer() as server:` serves `server.base`; `requests` lists what was asked for."""

    def __init__(self, port: int = 0) -> None:
        """A port of 0 takes any free one. Raises OSError when the port is taken."""
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.port: int = self._server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self.close()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()

    def find(self, path: str) -> tuple[bytes, str] | None:
        """The body and type served under a path, None where there is nothing."""
        path = path.split("?")[0]
        if path == "/robots.txt":
            return b"User-agent: *\nAllow: /\n", "text/plain"
        folder, _, name = path.strip("/").partition("/")
        if folder not in _TYPES or "/" in name or ".." in name:
            return None
        ending, kind = _TYPES[folder]
        file = _FOLDER / folder / name
        if not name.endswith(f".{ending}") or not file.is_file():
            return None
        return file.read_text("utf-8").replace("{base}", self.base).encode(), kind


def _handler(server: SampleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are kept in a list, not printed."""

        def do_GET(self) -> None:
            found = server.find(self.path)
            status, body, kind = (200, *found) if found else (404, b"not found", "text/plain")
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            if found and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            server.requests.append(f"GET {self.path} {status}")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if found:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

    return Handler
