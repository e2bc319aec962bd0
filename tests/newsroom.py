"""What tests of the whole need: a newsroom folder, a model's server on loopback, and the command as a process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests import warm

COMMAND = "from pipeline.cli import main; main()"
ROOT = Path(__file__).parent.parent


started: list[warm.Started] = []
"""Processes of the test that runs: `tests/conftest.py` ends those that a failure left behind."""


def inshort(
    *arguments: str | Path, cwd: Path | None = None, input: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, and give back what it printed and its exit status."""
    return warm.call(list(map(str, arguments)), cwd or Path.cwd(), command_environment(**environment), input)


def start(*arguments: str | Path, cwd: Path, first: str = "", **environment: str) -> warm.Started:
    """Start the command and go on: for killing it, or for running two at once.

    `first` is what its process does before, to lose patience sooner than a newsroom's would.
    """
    process = warm.Started(list(map(str, arguments)), cwd, command_environment(**environment), first)
    started.append(process)
    return process


def command_environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "test-key", "NO_COLOR": "1", **more}


def write_config(
    folder: Path,
    feeds: dict[str, str],
    *,
    writer: dict[str, Any] | None = None,
    **sections: dict[str, Any],
) -> Path:
    """A config.yaml with feeds `{name: url}`; JSON is YAML, so it is written as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "newsroom": {"name": "Test desk", "timezone": "Europe/Berlin"},
        "feeds": [{"url": url, "name": name} for name, url in feeds.items()],
        "writer": writer or {"kind": "extract"},
        "network": {"allow": ["127.0.0.0/8"]},
        "polling": {"max_age_days": 3650},
        "judge": False,
        **sections,
    }
    file = folder / "config.yaml"
    file.write_text(json.dumps(document), "utf-8")
    return file


def sample_feeds(base: str) -> dict[str, str]:
    names = {"harbour": "Harbour Tech", "lantern": "The Lantern", "kiosk": "Kiosk Wire"}
    return {name: f"{base}/feeds/{file}.xml" for file, name in names.items()}


def openai_writer(base: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "openai",
        "model": "m",
        "base_url": f"{base}/v1",
        "price": {"input": "0.4", "output": "1.6", "as_of": "2026-11-01"},
        "caps": {"day": "5"},
        **more,
    }


def own_words(prompt: str) -> str:
    """A draft of the source's own sentences: what a very dull model would answer."""
    numbered = re.findall(r"(?m)^\[(\d+)\] (.+)$", prompt)
    facts = [{"text": text, "kind": "fact", "evidence": [int(number)]} for number, text in numbered[:4]]
    takeaway = "This story is a reminder that it is worth reading what a source really says."
    return json.dumps(
        {
            "dek": facts[0],
            "in_short": facts[0],
            "paragraphs": [{"sentences": [fact]} for fact in facts]
            + [{"sentences": [{"text": takeaway, "kind": "takeaway", "evidence": []}]}],
            "terms": [],
        }
    )


def completion(finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A whole answer of the endpoint, as the wire has it: a thousand tokens read, five hundred written."""
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500},
    }


@dataclass
class Reply:
    """What the model's server sends: a status and a body, nothing at all until `hang` is set, or half of it (`cut`)."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: threading.Event | None = None
    raw: bytes | None = None
    cut: bool = False


class ModelServer:
    """An OpenAI-compatible endpoint on loopback. `asked` counts requests by their text."""

    def __init__(self, answer: Callable[[str], str | Reply] = own_words) -> None:
        self.answer = answer
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _model_handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, body: dict[str, Any]) -> Reply:
        # What is asked by the decisions call has no messages.
        prompt = body["messages"][-1]["content"] if "messages" in body else json.dumps(body)
        with self._lock:
            self.asked[prompt] += 1
            self.bodies.append(body)
        found = self.answer(prompt)
        return found if isinstance(found, Reply) else Reply(found)


def _model_handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """What was asked is counted, not printed."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = server.reply(body)
            if reply.hang is not None:
                reply.hang.wait()
            data = reply.raw if reply.raw is not None else json.dumps(completion(content=reply.text)).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if reply.cut:
                data, self.close_connection = data[: len(data) // 2], True
            try:
                self.wfile.write(data)
            except OSError:
                pass  # the one who asked was killed: that is what some tests are for

    return Handler
