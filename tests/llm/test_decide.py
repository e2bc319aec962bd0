"""An endpoint asked for decisions: which way it has is learnt, and what is no answer is never half believed."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.errors import ModelError
from pipeline.llm.client import LiveModel
from pipeline.llm.decisions import Choice, Decision, NoAnswer, read
from pipeline.llm.model import ModelAnswer, ModelRequest
from tests.newsroom import completion

ASKED = (
    Decision("b1", "Sentence (1) is borne out."),
    Decision("w1", "What is wrong with it?", (Choice("nothing", "it holds"), Choice("number", "a number differs"))),
)
REQUEST = ModelRequest("judge", "judge@2", "the article and the story", {}, rules="RULES", decisions=ASKED)
GOOD = {
    "answers": [
        {"type": "predicate", "name": "b1", "probability": 0.02},
        {"type": "choice", "name": "w1", "choice": "number", "confidence": 0.9, "probabilities": []},
    ],
    "usage": {"input_tokens": 900, "output_tokens": 0},
}
SYSTEM_ONE = {
    "answers": {
        "b1": {"type": "noul", "noul": 0.02},
        "w1": {"type": "choice", "choice": "number", "probabilities": {"number": 0.9, "nothing": 0.1}},
    },
    "usage": {"input_tokens": 700},
}
CHAT = {
    "answers": [{"name": n, "choice": c, "probability": p} for n, c, p in (("b1", "", 0.02), ("w1", "number", 0.9))]
}


class Endpoint:
    """A server whose routes answer as they are told to, and which counts what it was asked."""

    def __init__(self, server: HTTPServer, **routes: Any) -> None:
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        for name in ("decisions", "systemone", "chat/completions"):
            told = routes.get(name.partition("/")[0], 404)
            server.expect_request(f"/v1/{name}").respond_with_handler(self._handler(name.partition("/")[0], told))
        self.model = LiveModel(name="m", key="test-key", base_url=server.url_for("/v1"))

    def _handler(self, name: str, told: Any) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            self.asked[name] += 1
            self.bodies.append(json.loads(request.get_data()))
            status, said = told if isinstance(told, tuple) else (told, None) if isinstance(told, int) else (200, told)
            if name == "chat" and status == 200:
                said = completion(content=said if isinstance(said, str) else json.dumps(said))
            error = {"error": {"message": said if isinstance(said, str) else "no such route"}}
            return Response(json.dumps(said if status == 200 else error), status, mimetype="application/json")

        return answer

    def ask(self, times: int = 1) -> ModelAnswer:
        async def asked() -> ModelAnswer:
            found = [await self.model.ask(REQUEST) for _ in range(times)]
            await self.model.close()
            return found[-1]

        return asyncio.run(asked())


@pytest.mark.parametrize(
    ("routes", "way", "asked"),
    [
        ({"decisions": GOOD}, "decisions", {"decisions": 2}),
        ({"systemone": SYSTEM_ONE}, "systemone", {"decisions": 1, "systemone": 2}),
        ({"decisions": 405, "systemone": 405, "chat": CHAT}, "chat", {"decisions": 1, "systemone": 1, "chat": 2}),
        (
            {"decisions": (400, "The model 'm' is not supported for decisions."), "chat": CHAT},
            "chat",
            {"decisions": 1, "systemone": 1, "chat": 2},
        ),
    ],
)
def test_the_way_an_endpoint_has_is_learnt_once(
    httpserver: HTTPServer, routes: dict[str, Any], way: str, asked: dict[str, int]
) -> None:
    endpoint = Endpoint(httpserver, **routes)
    answer = endpoint.ask(times=2)
    assert (endpoint.model.dialect.route, endpoint.model.dialect.route_sure) == (way, True)
    assert endpoint.asked == asked
    found = read(answer.text)
    assert (found["b1"].probability, found["w1"].choice, found["w1"].probability) == (0.02, "number", 0.9)


def test_the_rules_come_first_and_what_it_used_is_counted(httpserver: HTTPServer) -> None:
    endpoint = Endpoint(httpserver, decisions=GOOD)
    answer = endpoint.ask()
    assert endpoint.bodies[0]["input"] == "RULES\nthe article and the story"
    assert (answer.input_tokens, answer.output_tokens) == (900, 0)


def test_what_a_cache_served_of_it_is_counted_too(httpserver: HTTPServer) -> None:
    told = {"input_tokens": 900, "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 50}}
    answer = Endpoint(httpserver, decisions={**GOOD, "usage": told}).ask()
    assert (answer.input_tokens, answer.cached_tokens, answer.cache_write_tokens) == (900, 600, 50)
    assert answer.usage == told


@pytest.mark.parametrize("usage", [None, "none", {}, {"input_tokens": "many"}, {"input_tokens": -3}])
def test_decisions_without_their_usage_are_an_answer_all_the_same(httpserver: HTTPServer, usage: Any) -> None:
    """The ledger counts such a try at its worst case."""
    answer = Endpoint(httpserver, decisions={**GOOD, "usage": usage}).ask()
    assert read(answer.text)["b1"].probability == 0.02
    assert (answer.input_tokens, answer.output_tokens, answer.cached_tokens) == (0, 0, 0)


@pytest.mark.parametrize(
    "said",
    [
        "Let me see.\n```json\n{}\n```",
        "<think>{{b1}} seems off; b1 may be {{}}.</think>{}",
        "The set is {{b1, w1}}. {} So {{b1}} is not borne out.",
    ],
)
def test_a_chat_that_thinks_aloud_is_read_all_the_same(httpserver: HTTPServer, said: str) -> None:
    endpoint = Endpoint(httpserver, chat=said.format(json.dumps(CHAT)))
    assert read(endpoint.ask().text)["b1"].probability == 0.02


@pytest.mark.parametrize(
    "document",
    [
        {"answers": GOOD["answers"][:1], "usage": {"input_tokens": 5}},  # type: ignore[index]
        {"answers": [{**GOOD["answers"][0], "probability": 7}, GOOD["answers"][1]]},  # type: ignore[index]
        {"choices": []},
        ["no", "object"],
    ],
)
def test_a_reply_that_does_not_answer_was_paid_for_and_is_none(httpserver: HTTPServer, document: Any) -> None:
    answer = Endpoint(httpserver, decisions=document).ask()
    assert json.loads(answer.text) == document
    with pytest.raises(NoAnswer):
        read(answer.text)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ((400, "Too many questions: 500, at most 400 questions are allowed"), "too_long"),
        ((400, "This request exceeds the model's context window"), "too_long"),
        ((413, "payload too large"), "too_long"),
        ((401, "Incorrect API key provided"), "auth"),
        ((429, "slow down"), "busy"),
        ((500, "oops"), "server"),
    ],
)
def test_a_refusal_that_another_way_would_not_change_is_told(
    httpserver: HTTPServer, told: tuple[int, str], reason: str
) -> None:
    endpoint = Endpoint(httpserver, decisions=told, chat=CHAT)
    with pytest.raises(ModelError) as error:
        endpoint.ask()
    assert error.value.reason == reason
    assert endpoint.asked == {"decisions": 1}
    assert endpoint.model.dialect.route == "decisions"


def test_an_endpoint_with_no_way_at_all_is_told_as_the_owners(httpserver: HTTPServer) -> None:
    with pytest.raises(ModelError) as error:
        Endpoint(httpserver).ask()
    assert error.value.reason == "model"


@pytest.mark.parametrize(("headers", "after"), [({"Retry-After": "7"}, 7), ({}, None)])
def test_a_busy_judge_says_how_long_to_wait_if_it_does(
    httpserver: HTTPServer, headers: dict[str, str], after: float | None
) -> None:
    httpserver.expect_request("/v1/decisions").respond_with_json({"error": {}}, status=429, headers=headers)
    model = LiveModel(name="m", key="test-key", base_url=httpserver.url_for("/v1"))

    async def ask() -> None:
        try:
            await model.ask(REQUEST)
        finally:
            await model.close()

    with pytest.raises(ModelError) as error:
        asyncio.run(ask())
    assert (error.value.reason, error.value.retry_after) == ("busy", after)
