"""The live model against endpoints that behave and that don't."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import ssl
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.errors import ModelError, UsageError
from pipeline.llm import batch, client, ledger
from pipeline.llm.client import NO_KEY, LiveModel, read_key
from pipeline.llm.decisions import Decision
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.settings import Writer

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
        model = LiveModel(name="m", base_url=server.url_for("/v1"), **{"key": "k", **how})
        try:
            return await model.ask(REQUEST)
        finally:
            await model.close()

    return asyncio.run(one())


def error_of(server: HTTPServer, **how: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(server, **how)
    return caught.value


def refusing(when: Callable[[dict[str, Any]], str], status: int = 400) -> tuple[list[dict[str, Any]], Any]:
    """A handler that refuses with what `when` says of a body, and answers when that is nothing; the bodies it saw."""
    seen: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        seen.append(request.get_json())
        if said := when(seen[-1]):
            return Response(json.dumps({"error": {"message": said}}), status, content_type="application/json")
        return Response(json.dumps(completion()), content_type="application/json")

    return seen, answer


def mode_of(body: dict[str, Any]) -> str:
    return str(body.get("response_format", {}).get("type", "prompt"))


def test_an_answer_comes_with_its_tokens(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json(completion())
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    assert ask(server) == ModelAnswer('{"a": 1}', 10, 5, usage=usage)


@pytest.mark.parametrize("said", ["response_format {} is not supported", "bad request ({})"])
def test_the_strictest_mode_the_server_knows_is_used(server: HTTPServer, said: str) -> None:
    seen, answer = refusing(lambda body: said.format(mode_of(body)) if "response_format" in body else "")
    server.expect_request(PATH).respond_with_handler(answer)
    assert ask(server).text == '{"a": 1}'
    assert [mode_of(body) for body in seen] == ["json_schema", "json_object", "prompt"]
    assert "The schema of the JSON object" in seen[-1]["messages"][0]["content"]


def test_a_newer_model_is_told_its_limit_by_the_newer_name(server: HTTPServer) -> None:
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    seen, answer = refusing(lambda body: said if "max_tokens" in body else "")
    server.expect_request(PATH).respond_with_handler(answer)
    assert ask(server).text == '{"a": 1}'
    assert [("max_completion_tokens" in body, mode_of(body)) for body in seen] == [
        (False, "json_schema"),
        (True, "json_schema"),
    ]


def test_a_server_that_knows_neither_name_is_not_asked_for_ever(server: HTTPServer) -> None:
    seen, answer = refusing(lambda _: "unknown parameter max_tokens or max_completion_tokens")
    server.expect_request(PATH).respond_with_handler(answer)
    assert error_of(server).reason == "request"
    assert len(seen) == 2


def test_too_long_a_request_is_no_matter_of_dialect(server: HTTPServer) -> None:
    seen, answer = refusing(lambda _: "This model's maximum context length is 8192 tokens")
    server.expect_request(PATH).respond_with_handler(answer)
    assert error_of(server).reason == "request"
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "said", "reason", "retry"),
    [
        (400, "context length exceeded", "request", False),
        (400, "Your credit balance is too low", "quota", False),
        (400, "API key not valid. Please pass a valid API key.", "auth", False),
        (400, "The response was filtered by our content management policy", "filter", True),
        (401, "no", "auth", False),
        (403, "no", "auth", False),
        (402, "no", "quota", False),
        (404, "no", "model", False),
        (408, "no", "server", True),
        (409, "no", "server", True),
        (413, "no", "request", False),
        (429, "no", "busy", True),
        (429, "insufficient_quota", "quota", False),
        (500, "no", "server", True),
        (502, "<html>Bad Gateway</html>", "away", True),
        (503, "no", "away", True),
    ],
)
def test_each_status_says_what_is_wrong_and_whether_it_can_change(
    server: HTTPServer, status: int, said: str, reason: str, retry: bool
) -> None:
    server.expect_request(PATH).respond_with_json({"error": {"message": said}}, status=status)
    error = error_of(server)
    assert (error.reason, error.retry, len(server.log)) == (reason, retry, 1)


def test_a_key_that_is_missing_is_not_called_a_wrong_one(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json({"error": {"message": "no"}}, status=401)
    assert str(error_of(server)) == "the model's server refuses the API key (401): no"
    said = str(error_of(server, key=NO_KEY))
    assert said == "no API key is set for the model's server (api_key_env), and it wants one (401): no"


def test_the_servers_own_words_are_passed_on_short_and_in_one_line(server: HTTPServer) -> None:
    said = f"\u202eToo\nlong: {'x' * 500}"
    server.expect_request(PATH).respond_with_json([{"error": {"message": said}}], status=413)
    line = f"the model's server refuses the request (413): Too long: {'x' * 189}…"
    assert str(error_of(server)) == line


def test_a_server_that_is_well_understood_refuses_this_request_and_would_take_another(server: HTTPServer) -> None:
    async def one() -> list[ModelError]:
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"))
        await model.ask(REQUEST)
        errors = []
        for _ in range(4):
            with pytest.raises(ModelError) as caught:
                await model.ask(REQUEST)
            errors.append(caught.value)
        await model.close()
        return errors

    server.expect_ordered_request(PATH).respond_with_json(completion())
    for status, said in ((400, "no"), (413, "no"), (422, "no"), (400, "the model `m` does not exist")):
        server.expect_ordered_request(PATH).respond_with_json({"error": {"message": said}}, status=status)
    assert [(e.reason, e.retry) for e in asyncio.run(one())] == [("unfit", True)] * 3 + [("model", False)]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90),
    ],
)
def test_a_busy_server_says_when_it_may_be_asked_again(
    server: HTTPServer, headers: dict[str, str], seconds: float | None
) -> None:
    server.expect_request(PATH).respond_with_json({"error": {}}, status=429, headers=headers)
    assert error_of(server).retry_after == seconds


def raw(
    reply: bytes,
    *,
    request: ModelRequest = REQUEST,
    hang: bool = False,
    drip: bool = False,
    timeout: float = 5,
    asks: Callable[[LiveModel, ModelRequest], Awaitable[Any]] = LiveModel.ask,
) -> ModelError:
    """The error when a server sends these bytes and then closes, says nothing more, or sends blanks for ever."""

    async def one() -> ModelError:
        over = asyncio.Event()

        async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
            while drip and not over.is_set():
                writer.write(b" ")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), timeout / 10)
            if hang:
                await over.wait()
            writer.close()

        listening = await asyncio.start_server(answers, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        model = LiveModel(name="m", key="k", base_url=f"http://127.0.0.1:{port}/v1", timeout=timeout)
        try:
            await asks(model, request)
        except ModelError as error:
            return error
        finally:
            over.set()
            await model.close()
            listening.close()
        raise AssertionError("it answered")

    return asyncio.run(one())


HALF = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"


def test_silence_is_a_timeout_and_so_is_an_answer_that_never_ends() -> None:
    assert raw(b"", hang=True, timeout=0.3).reason == "timeout"
    assert raw(HALF, hang=True, timeout=0.3).reason == "timeout"


def test_an_answer_that_drips_for_ever_is_left_after_its_time_though_no_pause_is_long() -> None:
    endless = HALF.replace(b"500", b"5000000")
    error = raw(endless, drip=True, timeout=0.5)
    assert (error.reason, str(error)) == ("timeout", "no answer within 0.5 s")


def test_a_batchs_answer_that_drips_for_ever_is_left_after_the_time_its_step_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look(model: LiveModel, _: ModelRequest) -> None:
        await batch._call(model, lambda client: client.batches.retrieve("b"))

    monkeypatch.setattr(batch, "_HOLD", timedelta(0))
    assert raw(HALF.replace(b"500", b"5000000"), drip=True, timeout=0.5, asks=look).reason == "timeout"
    assert raw(reply(b"[" * 300_000), asks=look).reason == "broken"


def reply(body: bytes, packed: str = "", status: str = "200 OK") -> bytes:
    encoding = f"Content-Encoding: {packed}\r\n" if packed else ""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


DECIDES = replace(REQUEST, decisions=(Decision("b1", "It is borne out."),))
BOMB = gzip.compress(b" " * 2_000_000)


@pytest.mark.parametrize("request_", [REQUEST, DECIDES], ids=["chat", "decisions"])
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (reply(b"[" * 300_000), "is not a chat completion"),
        (reply(b'{"choices":' * 50_000), "is not a chat completion"),
        (reply(b" " * 2_000_000), "has more than 1 MB"),
        (reply(BOMB, "gzip"), "has more than 1 MB"),
        (reply(BOMB, "gzip", "400 Bad Request"), "has more than 1 MB"),
        (reply(gzip.compress(BOMB), "gzip, gzip"), "is packed as it was not asked for"),
        (reply(b"\x1b\xff", "br"), "is packed as it was not asked for"),
    ],
    ids=["deep", "deep objects", "large", "bomb", "a refusal's bomb", "bomb in a bomb", "br"],
)
def test_a_reply_that_is_no_end_of_anything_is_broken_and_takes_no_memory(
    monkeypatch: pytest.MonkeyPatch, request_: ModelRequest, sent: bytes, said: str
) -> None:
    monkeypatch.setattr(client, "MOST_READ", 1_000_000)
    error = raw(sent, request=request_, timeout=60)
    assert error.reason == "broken" and said in str(error)


def test_a_reply_that_is_packed_as_asked_is_read() -> None:
    with pytest.raises(AssertionError, match="it answered"):
        raw(reply(gzip.compress(json.dumps(completion("{}")).encode()), "gzip"))


def test_a_connection_cut_in_the_middle_of_the_answer_may_have_been_paid_for() -> None:
    assert raw(HALF).reason == "cut"
    assert raw(b"").reason == "cut"
    decides = replace(REQUEST, decisions=(Decision("b1", "It is borne out."),))
    assert raw(HALF, request=decides).reason == raw(b"", request=decides).reason == "cut"
    assert "cut" in ledger.UNSURE


def test_a_server_that_is_not_there_cost_nothing() -> None:
    async def one() -> ModelError:
        model = LiveModel(name="m", key="sekret", base_url="http://user:secret@127.0.0.1:9/v1")
        try:
            await model.ask(REQUEST)
        except ModelError as error:
            return error
        finally:
            await model.close()
        raise AssertionError

    error = asyncio.run(one())
    assert error.reason == "connect"
    assert "secret" not in str(error)
    assert "127.0.0.1:9/v1" in str(error)


@pytest.mark.parametrize("body", ["hello", "{}", "[]"])
def test_a_reply_that_is_no_completion_is_broken(server: HTTPServer, body: str) -> None:
    server.expect_request(PATH).respond_with_data(body, content_type="application/json")
    assert error_of(server).reason == "broken"


def with_finish(reason: str, text: str = '{"a": ') -> dict[str, Any]:
    said = completion(text)
    said["choices"][0]["finish_reason"] = reason
    return said


@pytest.mark.parametrize(
    ("said", "reason", "plain"),
    [
        (completion(None, refusal="I can't."), "refused", "refuses to write"),
        (with_finish("length"), "length", "raise writer.max_output_tokens"),
        (with_finish("content_filter", ""), "filter", "filtered"),
    ],
)
def test_what_is_of_no_use_was_paid_for_all_the_same(
    server: HTTPServer, said: dict[str, Any], reason: str, plain: str
) -> None:
    server.expect_request(PATH).respond_with_json(said)
    answer = ask(server)
    assert (answer.input_tokens, answer.output_tokens) == (10, 5)
    with pytest.raises(ModelError, match=plain) as caught:
        answer.said()
    assert caught.value.reason == reason


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": -5, "completion_tokens": "x"}])
def test_usage_that_is_missing_or_nonsense_is_not_believed(server: HTTPServer, usage: Any) -> None:
    server.expect_request(PATH).respond_with_json({**completion(), "usage": usage})
    answer = ask(server)
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ('{"a": 1}', 0, 0)


def test_a_key_that_the_server_repeats_is_in_no_error_and_no_log(
    server: HTTPServer, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = {"error": {"message": "Incorrect API key provided: sk-very-secret"}}
    server.expect_request(PATH).respond_with_json(said, status=401)
    error = error_of(server, key="sk-very-secret")
    log = "".join(traceback.format_exception(error)) + caplog.text + "".join(capsys.readouterr())
    assert "Incorrect API key provided: ***" in log
    assert "sk-very-secret" not in log


def test_the_configured_proxy_is_the_way_out(server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json(completion())

    async def one() -> str:
        proxy = server.url_for("").rstrip("/")
        model = LiveModel(name="m", key="k", base_url="http://model.invalid/v1", proxy=proxy)
        try:
            return (await model.ask(REQUEST)).text
        finally:
            await model.close()

    assert asyncio.run(one()) == '{"a": 1}'
    assert server.log[0][0].headers["Host"] == "model.invalid"


def test_a_house_certificate_is_trusted_when_it_is_configured() -> None:
    certificate = Path(__file__).parent / "loopback.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer("127.0.0.1", ssl_context=context) as server:
        server.expect_request(PATH).respond_with_json(completion())
        assert error_of(server).reason == "connect"
        assert ask(server, ca_file=certificate).text == '{"a": 1}'


def test_a_file_without_certificates_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(UsageError, match=r"network.ca_file: .*ca.pem holds no certificates"):
        LiveModel(name="m", key="k", ca_file=tmp_path / "ca.pem")


def test_a_missing_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match="put it in the environment variable MY_KEY"):
        read_key(Writer(api_key_env="MY_KEY"))


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("sk-one two", "characters no API key has")])
def test_a_key_file_that_holds_no_key_is_said_without_saying_it(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(UsageError, match=said) as caught:
        read_key(Writer(api_key_file=tmp_path / "key"))
    assert "sk-one" not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        (None, "sk-of-openai"),
        ("https://api.openai.com/v1", "sk-of-openai"),
        ("https://eu.api.openai.com/v1", "sk-of-openai"),
        ("http://api.openai.com/v1", NO_KEY),
        ("https://api.openai.com.example/v1", NO_KEY),
        ("https://notapi.openai.com/v1", NO_KEY),
        ("https://api.openai.com@relay.example/v1", NO_KEY),
        ("http://localhost:11434/v1", NO_KEY),
    ],
)
def test_openais_key_goes_to_openai_alone(base_url: str | None, sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    assert read_key(Writer(base_url=base_url)) == sent
    assert read_key(Writer(base_url=base_url, api_key_env="OPENAI_API_KEY")) == "sk-of-openai", "it was named"


def test_what_the_environment_holds_of_openai_goes_nowhere_else(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package sends an organisation, a project and headers of one's own to whoever is asked."""
    elsewhere = {"OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-1", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    headers = "X-Gateway: secret\nAuthorization: Bearer another"
    for name, value in {**elsewhere, "OPENAI_CUSTOM_HEADERS": headers}.items():
        monkeypatch.setenv(name, value)
    server.expect_request(PATH).respond_with_json(completion())
    ask(server)
    ((request, _),) = server.log
    assert request.headers["Authorization"] == "Bearer k"
    said = {name.lower() for name, _ in request.headers}
    assert said == {
        "host", "connection", "accept", "accept-encoding", "authorization", "content-type", "content-length",
        "user-agent", "x-stainless-raw-response",
    }  # fmt: skip
    model = LiveModel(name="m", key="k")
    assert str(model.open().base_url) == "https://api.openai.com/v1/", "whatever the environment says"


def test_a_key_does_not_follow_a_redirect_to_another_server(server: HTTPServer) -> None:
    with HTTPServer("127.0.0.1") as other:
        other.expect_request(PATH).respond_with_json(completion())
        server.expect_request(PATH).respond_with_data(status=307, headers={"Location": other.url_for(PATH)})
        ask(server)
        ((request, _),) = other.log
    assert "Authorization" not in request.headers


def test_what_a_model_does_not_take_is_left_away_and_remembered(server: HTTPServer) -> None:
    asked = []

    def answer(request: Request) -> Response:
        asked.append(sorted({"reasoning_effort", "temperature"} & set(request.get_json())))
        for name in asked[-1]:
            told = {"error": {"message": f"Unsupported value: '{name}' does not support this with this model."}}
            return Response(json.dumps(told), 400)
        return Response(json.dumps(completion()), content_type="application/json")

    server.expect_request(PATH).respond_with_handler(answer)
    wanted = replace(REQUEST, effort="low", temperature=0.2)

    async def twice() -> None:
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"))
        await model.ask(wanted)
        await model.ask(wanted)
        await model.close()

    asyncio.run(twice())
    assert asked == [["reasoning_effort", "temperature"], ["temperature"], [], []]
