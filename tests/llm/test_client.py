"""The live model against endpoints that behave and that don't."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.errors import ModelError, UsageError
from pipeline.llm.client import LiveModel, read_key
from pipeline.llm.model import ModelAnswer, ModelRequest

REQUEST = ModelRequest(purpose="draft", prompt="draft@1", text="Write.", schema={"type": "object"}, model="m")
PATH = "/v1/chat/completions"


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as running:
        yield running


def completion(text: str | None = '{"a": 1}', **message: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }


def ask(server: HTTPServer, **how: Any) -> ModelAnswer:
    async def one() -> ModelAnswer:
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"), **{"pauses": (0.0, 0.0), **how})
        try:
            return await model.ask(REQUEST)
        finally:
            await model.close()

    return asyncio.run(one())


def error_of(server: HTTPServer, **how: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(server, **how)
    return caught.value


def test_an_answer_comes_with_its_tokens(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json(completion())
    assert ask(server) == ModelAnswer('{"a": 1}', 10, 5)


def test_the_strictest_mode_the_server_knows_is_used(server: HTTPServer) -> None:
    modes: list[str] = []

    def answer(request: Request) -> Response:
        mode = request.get_json().get("response_format", {}).get("type", "prompt")
        modes.append(mode)
        if mode != "prompt":
            return Response(json.dumps({"error": {"message": f"response_format {mode} is not supported"}}), 400)
        return Response(json.dumps(completion()), content_type="application/json")

    server.expect_request(PATH).respond_with_handler(answer)
    assert ask(server).text == '{"a": 1}'
    assert modes == ["json_schema", "json_object", "prompt"]


@pytest.mark.parametrize(
    ("status", "reason", "calls"),
    [
        (401, "auth", 1),
        (404, "model", 1),
        (400, "request", 1),
        (429, "busy", 3),
        (500, "server", 3),
        (408, "server", 3),
    ],
)
def test_only_what_can_change_is_tried_again(server: HTTPServer, status: int, reason: str, calls: int) -> None:
    server.expect_request(PATH).respond_with_json({"error": {"message": "no"}}, status=status)
    assert error_of(server).reason == reason
    assert len(server.log) == calls


def test_a_busy_server_that_recovers_is_asked_again(server: HTTPServer) -> None:
    server.expect_ordered_request(PATH).respond_with_json({"error": {}}, status=429, headers={"Retry-After": "0"})
    server.expect_ordered_request(PATH).respond_with_json(completion())
    assert ask(server).text == '{"a": 1}'


def test_a_server_that_asks_for_long_patience_is_left_to_the_story(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json({"error": {}}, status=429, headers={"Retry-After": "600"})
    error = error_of(server)
    assert (error.retry_after, len(server.log)) == (600, 1)


def test_silence_is_a_timeout(server: HTTPServer) -> None:
    async def silent() -> str:
        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(client, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        model = LiveModel(name="m", key="k", base_url=f"http://127.0.0.1:{port}/v1", timeout=0.3, pauses=())
        try:
            await model.ask(REQUEST)
        except ModelError as error:
            return error.reason
        finally:
            await model.close()
            listening.close()
        return "answered"

    assert asyncio.run(silent()) == "timeout"


@pytest.mark.parametrize("body", ["hello", "{}", "[]"])
def test_a_reply_that_is_no_completion_is_broken(server: HTTPServer, body: str) -> None:
    server.expect_request(PATH).respond_with_data(body, content_type="application/json")
    assert error_of(server).reason == "broken"


def test_a_refusal_is_an_answer_of_no_use(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json(completion(None, refusal="I can't."))
    assert ask(server).text == "I can't."


def test_a_missing_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match="set the environment variable MY_KEY"):
        read_key("MY_KEY", None, needed=True)
