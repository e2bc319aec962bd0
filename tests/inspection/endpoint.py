"""A server that writes drafts in a chat and decides typed questions: what tests of the judge ask."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.newsroom import completion, own_words

INVENTED = "Fishermen nearby had seen strange lights over the harbour for weeks."


class Endpoint:
    """A server that writes drafts in a chat and decides: `doubts` says of a sentence how probable it is."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.doubts: Callable[[str], float] = lambda sentence: 0.03 if "lights" in sentence else 0.97
        self.questions: list[list[str]] = []
        """The names of the questions of each request that was answered."""
        self.most, self.status = 400, 200
        self.draft: Callable[[str], str] = own_words
        self.same: Callable[[str, str], float] = lambda _one, _other: 0.97
        """How probable it is that two reports tell one event."""
        self.spoilt: dict[str, Any] | None = None
        """What is answered in the place of decisions."""
        self.ways = {"decisions", "completions"}
        handler = _handler(self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def decide(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.status != 200:
            return self.status, {"error": {"message": "no"}}
        if self.spoilt is not None:
            return 200, self.spoilt
        if len(body["questions"]) > self.most:
            return 400, {"error": {"message": f"Too many questions: at most {self.most} questions are allowed"}}
        names = [q["name"] for q in body["questions"]]
        self.questions.append(names)
        if names[0].startswith("same_"):
            given = [{"name": name, "probability": p} for name, p in self.pairs(body["input"], names)]
            return 200, {"answers": given, "usage": {"input_tokens": 900, "output_tokens": 0}}
        story = dict(re.findall(r"(?m)^\((\d+)\) (.+)$", body["input"]))
        answers: list[dict[str, Any]] = []
        for q in body["questions"]:
            probability = self.doubts(story[q["name"][1:]])
            if q["type"] == "predicate":
                answers.append({"type": "predicate", "name": q["name"], "probability": probability})
            else:
                choice = "absent" if probability < 0.5 else "nothing"
                answers.append({"type": "choice", "name": q["name"], "choice": choice, "confidence": 1.0})
        return 200, {"answers": answers, "usage": {"input_tokens": 3000, "output_tokens": 0}}

    def pairs(self, text: str, names: list[str]) -> list[tuple[str, float]]:
        reports = dict(re.findall(r"(?s)Report (\w):\n(\S+\n.+?)\n\S+(?:\n|$)", text))
        return [(name, self.same(reports["A"], reports[name[-1]])) for name in names]


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """What was asked is counted, not printed."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            way = self.path.rpartition("/")[2]
            endpoint.asked[way] += 1
            if way == "decisions" and way in endpoint.ways:
                status, said = endpoint.decide(body)
            elif way == "completions" and "Report A:" in (asked := body["messages"][-1]["content"]):
                given = endpoint.pairs(asked, re.findall(r"(?m)^(same_\w):", asked))
                answers = [{"name": name, "choice": "", "probability": p} for name, p in given]
                status, said = 200, completion(content=json.dumps({"answers": answers}))
            elif way == "completions":
                status, said = 200, completion(content=endpoint.draft(body["messages"][-1]["content"]))
            else:
                status, said = 404, {"error": {"message": "no such route"}}
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
