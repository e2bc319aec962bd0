"""An endpoint on loopback with a batch lane: /v1/files, /v1/batches and /v1/chat/completions."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.newsroom import completion, own_words

Line = dict[str, Any] | None
"""What becomes of a call in a batch: its output line's `response` and `error`, or nothing at all."""


def done(prompt: str) -> Line:
    return {"response": {"status_code": 200, "body": completion(content=own_words(prompt))}, "error": None}


class BatchServer:
    """`answered` counts paid answers by lane and prompt. A batch is done when it was asked after `polls` times."""

    def __init__(self, line: Callable[[str], Line] = done, *, polls: int = 2, ends_as: str = "completed") -> None:
        self.line, self.polls, self.ends_as = line, polls, ends_as
        self.answered: Counter[tuple[str, str]] = Counter()
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.keys: set[str] = set()
        self.refuse: dict[str, int] = {}
        """Statuses to refuse with, by path."""
        self.cut_after_creating = False
        self.dumps: Callable[[Any], str] = json.dumps
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def chat(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = body["messages"][-1]["content"]
        with self._lock:
            self.answered["now", prompt] += 1
        return completion(content=own_words(prompt))

    def upload(self, content: bytes) -> dict[str, Any]:
        with self._lock:
            name = f"file-{len(self.files) + 1}"
            self.files[name] = content
        return {
            "id": name,
            "object": "file",
            "bytes": len(content),
            "created_at": 1,
            "filename": "f",
            "purpose": "batch",
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            name = f"batch_{len(self.batches) + 1}"
            made = {"id": name, "object": "batch", "created_at": 1, "status": "validating", **body, "polls": 0}
            self.batches[name] = made
            return made

    def poll(self, name: str) -> dict[str, Any]:
        with self._lock:
            batch = self.batches[name]
            batch["polls"] += 1
            if batch["status"] in ("validating", "in_progress"):
                batch["status"] = "in_progress"
                if batch["polls"] >= self.polls:
                    self._finish(batch)
            return batch

    def _finish(self, batch: dict[str, Any]) -> None:
        lines = []
        for text in self.files[batch["input_file_id"]].decode().splitlines():
            asked = json.loads(text)
            prompt = asked["body"]["messages"][-1]["content"]
            said = self.line(prompt)
            if said is not None:
                lines.append(self.dumps({"id": "r", "custom_id": asked["custom_id"], **said}))
                if said["response"] and said["response"]["status_code"] == 200:
                    self.answered["batch", prompt] += 1
        self.files[f"out-{batch['id']}"] = "\n".join(lines).encode()
        batch.update(status=self.ends_as, output_file_id=f"out-{batch['id']}")


def _handler(server: BatchServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """What was asked is counted, not printed."""

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _send(self, document: Any, status: int = 200) -> None:
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                pass  # the one who asked was killed: that is what some tests are for

        def _refused(self, body: bytes = b"") -> bool:
            status = server.refuse.get(self.path.partition("?")[0])
            if status is not None:
                self._send({"error": {"message": "no"}}, status)
            return status is not None

        def do_POST(self) -> None:
            body = self._body()
            if self._refused():
                return
            if self.path == "/v1/chat/completions":
                self._send(server.chat(json.loads(body)))
            elif self.path == "/v1/files":
                found = re.search(rb'name="file".*?\r\n\r\n(.*?)\r\n--', body, re.DOTALL)
                assert found is not None
                self._send(server.upload(found[1]))
            elif self.path == "/v1/batches":
                made = server.create(json.loads(body))
                if server.cut_after_creating:
                    server.cut_after_creating = False
                    self.close_connection = True
                    return
                self._send(made)
            elif self.path.endswith("/cancel"):
                batch = server.batches[self.path.split("/")[3]]
                batch["status"] = "cancelled"
                self._send(batch)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if self._refused():
                return
            if path == "/v1/batches":
                self._send({"object": "list", "data": list(server.batches.values()), "has_more": False})
            elif path.startswith("/v1/batches/"):
                self._send(server.poll(path.split("/")[3]))
            elif path.endswith("/content"):
                self._send(server.files[path.split("/")[3]])

        def do_DELETE(self) -> None:
            name = self.path.split("/")[3]
            server.files.pop(name, None)
            self._send({"id": name, "object": "file", "deleted": True})

    return Handler
