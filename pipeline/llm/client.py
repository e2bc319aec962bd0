"""The live model: any OpenAI-compatible endpoint, asked in the strictest way it understands, one request a call."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.ending import Ending
from pipeline.errors import ModelError, UsageError
from pipeline.llm.decide import NO_WAY, decide
from pipeline.llm.dialect import LIMITS, Dialect, after_refusal, body
from pipeline.llm.json_answer import storable, tokens_of
from pipeline.llm.limits import Limits, ToldLimits, retry_after, told
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.llm.pace import Pace
from pipeline.logs import logger
from pipeline.settings import OPENAI
from pipeline.text import tidy

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from pipeline.settings import Writer

log = logger("inshort.model")

_UNSENT = ("ConnectError", "ConnectTimeout", "ProxyError", "PoolTimeout", "UnsupportedProtocol", "LocalProtocolError")
"""Faults of the connection before the request was through: it surely cost nothing."""
_FILTERED = re.compile(r"content.?(management.?)?(filter|policy)", re.I)
"""How servers say of a request that they will not read it."""
_NO_MONEY = re.compile(r"insufficient_quota|billing|credit balance", re.I)
_OF_THE_KEY = re.compile(r"api.?key", re.I)
_OF_THE_MODEL = re.compile(r"model.{0,60}(not.?found|not exist|decommissioned)|unknown.model", re.I)
"""How some servers say with a 400 what others have a status for: it is about the account, the key or the model."""
_UNFIT = (400, 413, 422)
"""Statuses of an endpoint that is well understood by which it refuses this request and would take another."""
NO_KEY = "none"
"""What is sent as the key where there is none, as a local server takes anything."""
_SAID = {
    "host", "connection", "accept", "accept-encoding", "authorization", "content-type", "content-length",
    "transfer-encoding", "user-agent", "x-stainless-raw-response",
}  # fmt: skip
"""The headers a request needs; by the last the package knows again how it asked."""
_SAID_TO_OPENAI = {"openai-organization", "openai-project"}
"""Which of an owner's accounts pays, where the environment says it: for OpenAI alone."""
_AWAY = (502, 503, 504, 520, 521, 522, 523, 524, 529, 530)
"""Statuses of what stands before a server that is not there, or of one that has more to do than it can."""
_SHUT = ("auth", "model", "quota", "connect", "away")
"""What is the same for every question."""
_SHUT_FOR = 20.0
"""Seconds for which nobody else asks then: shorter than any wait, so that each round tries once."""
_UNPACKED = "gzip, deflate"
"""How a reply may be packed. A few bytes of others are unpacked to gigabytes in one piece."""
MOST_READ = 100_000_000
"""Bytes of a reply, unpacked: a batch's is the largest."""
_WHERE_WORDS_ARE = ("error", "message", "detail", "msg", "code", "type")
_WORDS = 200
"""Characters of what a server says that people are shown: the log has more."""


def read_key(writer: Writer) -> str:
    """The key its endpoint is sent: from a file if one is configured, else from the environment.

    Raises UsageError where one is needed and there is none: by OpenAI, and by whoever names a variable or file.
    """
    file, variable = writer.api_key_file, writer.key_variable
    if file is None and variable is None:
        return NO_KEY
    if file is not None:
        where = f"writer.api_key_file: {file}"
        try:
            key = file.read_text("utf-8").strip()
        except OSError as error:
            raise UsageError(f"{where} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError:
            raise UsageError(f"{where} is no text") from None
        if not key:
            raise UsageError(f"{where} is empty")
    else:
        where = f"the environment variable {variable}"
        key = os.environ.get(variable or "", "").strip()
        if not key:
            whom = address_of(writer.base_url)
            raise UsageError(f"no API key is set for {whom}: put it in {where}, or name its file in api_key_file")
    if not key.isascii() or any(c.isspace() or not c.isprintable() for c in key):
        raise UsageError(f"{where} holds characters no API key has")
    return key


class LiveModel:
    """One endpoint and model. `pace` may be shared with others there; `dialect` is what the endpoint understands."""

    kind = "openai"

    def __init__(
        self,
        *,
        name: str,
        key: str,
        base_url: str | None = None,
        timeout: float = 120,
        pace: Pace | None = None,
        limits: Limits = Limits(),
        proxy: str | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self.name = name
        self.limits = limits
        self.queue = asyncio.Lock()
        self.pace = pace or Pace(4)
        self.ending = Ending()
        """Of whoever sends through it: what has no turn yet when that ends is not sent."""
        self.dialect = Dialect() if base_url else Dialect(limit=LIMITS[1])
        self.known_limits = Limits()
        self.timeout = timeout
        self._key = key
        self._base_url = base_url
        self._proxy = proxy
        self._trust = _trusting(ca_file) if ca_file is not None else None
        self._client: AsyncOpenAI | None = None
        self._shut: tuple[ModelError, float] | None = None

    @property
    def endpoint(self) -> str:
        """What the endpoint is remembered by: its address, without a name or password in it, and the model."""
        return f"{address_of(self._base_url)} {self.name}"

    def shut(self, error: ModelError) -> None:
        """Remember for a moment what stands in the way of every question: the others need not run into it as well."""
        if error.reason in _SHUT:
            self._shut = error, time.monotonic() + _SHUT_FOR

    def refuse_while_shut(self) -> None:
        """Raise what stood in the way a moment ago."""
        if self._shut is not None and time.monotonic() < self._shut[1]:
            error = self._shut[0]
            raise ModelError(error.reason, str(error), retry=error.retry, retry_after=error.retry_after)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Ask once, in weaker dialects too until the endpoint understands: a refused request costs nothing.

        Raises ModelError; its reason tells whether the request may have been paid for (`pipeline.llm.ledger.UNSURE`),
        and whether only the owner can mend what is wrong (`pipeline.llm.patience.OWNERS`).
        """
        if request.decisions:
            return await decide(self, request)
        known = self.dialect
        refused: ModelError | None = None
        while True:
            try:
                answer = await self._once(request)
            except Refused as error:
                refused = refused or error.plainly
                if error.reason in NO_WAY:
                    self.dialect = known
                    raise error.plainly from None
                weaker = after_refusal(self.dialect, error.status, error.said)
                if weaker is None or weaker.limit == known.limit != self.dialect.limit:
                    self.dialect = known
                    if known.sure and refused.reason == "request" and error.status in _UNFIT:
                        refused = ModelError("unfit", str(refused), retry=True)
                    raise refused from None
                self.dialect = weaker
                continue
            if self.dialect.way != known.way:
                log.info("the endpoint's dialect", way=self.dialect.way)
                self.dialect = replace(self.dialect, learnt_at=datetime.now(UTC))
            self.dialect = replace(self.dialect, sure=True)
            return answer

    async def _once(self, request: ModelRequest) -> ModelAnswer:
        import openai

        client = self.open()
        try:
            async with asyncio.timeout(self.timeout):
                # As it is: the package would look through messages and schema for something to translate.
                said = body(self.name, request, self.dialect)
                ask = client.chat.completions.with_raw_response.create
                reply = await ask(model=self.name, messages=[], extra_body=said)
                tokens = request.likely_input_tokens + request.max_output_tokens
                return _answer(reply.parse(), told(reply.headers, datetime.now(UTC), tokens))
        except openai.APIStatusError as error:
            raise self.refused(error) from None
        except Exception as error:
            raise self.fault(error) from error

    def open(self) -> AsyncOpenAI:
        """The package's client. Retries are ours: the package would repeat calls the ledger does not know of."""
        if self._client is None:
            import openai

            gc.freeze()  # thousands of classes that stay: looking through them again holds up every call for 70 ms
            for name in ("openai", "httpx2", "httpcore2"):
                logging.getLogger(name).setLevel(logging.WARNING)  # what they log may hold a key or an article
            ways: dict[str, Any] = {
                "headers": {"Accept-Encoding": _UNPACKED},
                "event_hooks": {"request": [self._say_no_more], "response": [_read_to_a_bound]},
            }
            if self._proxy is not None:
                ways["proxy"] = self._proxy
            if self._trust is not None:
                ways["verify"] = self._trust
            self._client = openai.AsyncOpenAI(
                api_key=self._key,
                base_url=self._base_url or OPENAI,  # without it the package asks whom the environment names
                timeout=self.timeout,
                max_retries=0,
                http_client=openai.DefaultAsyncHttpxClient(**ways),
            )
        return self._client

    async def _say_no_more(self, request: Any) -> None:
        """Called before each request is sent, after a redirect too: the package adds what the environment holds of an
        account at OpenAI or as headers of its own, whoever is asked, and what machine this is."""
        for name in set(request.headers) - _SAID:
            if self._base_url is not None or name not in _SAID_TO_OPENAI:
                del request.headers[name]
        if "authorization" in request.headers:
            request.headers["authorization"] = f"Bearer {self._key}"

    async def offers(self, path: str) -> bool:
        """Whether a route is there: an empty request, which costs nothing, is refused for what is missing in it."""
        import openai

        try:
            async with asyncio.timeout(self.timeout):
                await self.open().post(path, body={}, cast_to=object)
        except openai.APIStatusError as error:
            return error.status_code in _UNFIT
        except (openai.OpenAIError, TimeoutError, ValueError, RecursionError):
            return False
        return True

    async def offers_batches(self) -> bool:
        """Whether the batch API answers."""
        import openai

        try:
            async with asyncio.timeout(self.timeout):
                await self.open().batches.list(limit=1)
        except (openai.OpenAIError, TimeoutError, RecursionError, ValueError, TypeError, AttributeError):
            return False
        return True

    def refused(self, error: Any) -> Refused:
        """An answer with an error status, in plain words; what the server said is logged without the key."""
        status = error.status_code
        said = str(error)
        headers = error.response.headers
        log.info("the model's server refuses", status=status, said=self.hushed(said)[:500], endpoint=self.endpoint)
        after = retry_after(headers, datetime.now(UTC))
        if after is None:
            after = told(headers, datetime.now(UTC)).pause or None
        told_why = f"{_message(error.body)} {error.code} {error.type}"
        return Refused(status, said, _status_error(status, told_why, self.words_of(error.body), after, self._key))

    def fault(self, error: Exception) -> ModelError:
        """Any other way a request can fail."""
        import openai

        if isinstance(error, ModelError):
            return error
        if isinstance(error.__cause__, ModelError):  # raised where a reply is read, under the package
            return error.__cause__
        cause = type(error.__cause__).__name__
        where = address_of(self._base_url)
        if cause in _UNSENT:
            said = self.hushed(str(error.__cause__ or error)) or cause
            return ModelError("connect", f"the model's server cannot be reached: {where}: {said}", retry=True)
        if isinstance(error, TimeoutError | openai.APITimeoutError):
            return ModelError("timeout", f"no answer within {self.timeout:g} s", retry=True)
        if isinstance(error, openai.APIConnectionError):
            return ModelError("cut", "the connection to the model's server broke before the answer was in", retry=True)
        if isinstance(error, openai.APIError | ValueError | TypeError | AttributeError | RecursionError):
            return ModelError("broken", "the server's reply is not a chat completion", retry=True)
        raise error

    def hushed(self, said: str) -> str:
        """What a server said, without the key: some repeat it."""
        return said.replace(self._key, "***") if len(self._key) >= 8 else said

    def words_of(self, body: Any) -> str:
        """What the body of a refusal says to people: one short line without the key; empty where it says nothing.

        It has no full stop at its end, as more is said behind it.
        """
        said = self.hushed(" ".join(tidy(_message(body)).split())).removesuffix(".")
        return said if len(said) <= _WORDS else f"{said[: _WORDS - 1]}…"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


async def _read_to_a_bound(response: Any) -> None:
    """Called with each reply before its body is read: neither a body without an end nor a small one that grows without
    bound when unpacked may take the memory of everything."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", *_UNPACKED.split(", ")):
        raise ModelError("broken", f"the server's reply is packed as it was not asked for ({packed[:40]})", retry=True)
    whole = response.aiter_bytes

    async def bounded(chunk_size: int | None = None) -> AsyncIterator[bytes]:
        size = 0
        async for part in whole(chunk_size):
            size += len(part)
            if size > MOST_READ:
                raise ModelError("broken", f"the server's reply has more than {MOST_READ // 1_000_000} MB", retry=True)
            yield part

    response.aiter_bytes = bounded


class Refused(ModelError):
    """A status that says no, with what was said for the dialect to learn from."""

    def __init__(self, status: int, said: str, plainly: ModelError) -> None:
        self.status, self.said, self.plainly = status, said, plainly
        super().__init__(plainly.reason, str(plainly), retry=plainly.retry, retry_after=plainly.retry_after)


def address_of(base_url: str | None) -> str:
    if base_url is None:
        return "api.openai.com"
    parts = urlsplit(base_url)
    return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}"


def _trusting(file: Path) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context()
        context.load_verify_locations(file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"network.ca_file: {file} holds no certificates that can be read") from error
    return context


def _status_error(status: int, said: str, words: str, after: float | None, key: str) -> ModelError:
    """`said` is the server's message and its code, `words` what of it people are shown."""

    def error(reason: str, what: str, *, retry: bool) -> ModelError:
        detail = f"{what} ({status}): {words}" if words else f"{what} ({status})"
        return ModelError(reason, detail, retry=retry, retry_after=after if retry else None)

    refused_key = "the model's server refuses the API key"
    if key == NO_KEY:
        refused_key = "no API key is set for the model's server (api_key_env), and it wants one"
    if status in (401, 403):
        return error("auth", refused_key, retry=False)
    if status == 404:
        return error("model", "the model's server knows no such model or address", retry=False)
    if status == 402 or (status == 429 and _NO_MONEY.search(said)):
        return error("quota", "the account at the model's server has no money left", retry=False)
    if status == 429:
        return error("busy", "the model's server asks to wait", retry=True)
    if status == 408:
        return error("server", "the model's server waited too long for the request", retry=True)
    if status == 409:
        return error("server", "the model's server has another request in the way of this one", retry=True)
    if status in _AWAY:
        return error("away", "the model's server is away", retry=True)
    if status >= 500:
        return error("server", "the model's server has a problem", retry=True)
    if _FILTERED.search(said):
        return error("filter", "the model's server filtered the request", retry=True)
    if _NO_MONEY.search(said):
        return error("quota", "the account at the model's server has no money left", retry=False)
    if _OF_THE_KEY.search(said):
        return error("auth", refused_key, retry=False)
    if _OF_THE_MODEL.search(said):
        return error("model", "the model's server knows no such model or address", retry=False)
    return error("request", "the model's server refuses the request", retry=False)


def read_completion(document: Mapping[str, Any]) -> ModelAnswer:
    """A chat completion as JSON, e.g. a line of a batch's output. Raises ModelError `broken`."""
    from openai.types.chat import ChatCompletion

    return _answer(ChatCompletion.construct(**document), ToldLimits())


def _answer(reply: Any, heard: ToldLimits) -> ModelAnswer:
    """What a reply says. What was paid for is an answer even when it is of no use: `ModelAnswer.said` judges it."""
    choice = reply.choices[0] if getattr(reply, "choices", None) else None
    message = getattr(choice, "message", None)
    if choice is None or message is None:
        raise ModelError("broken", "the server's reply is not a chat completion", retry=True)
    refusal = getattr(message, "refusal", None)
    finish = getattr(choice, "finish_reason", None)
    problem = "refused" if refusal else {"length": "length", "content_filter": "filter"}.get(str(finish), "")
    return ModelAnswer(
        text=storable(_text(message.content) or _text(refusal)),
        problem=problem,
        told=heard,
        **tokens_of(getattr(reply, "usage", None)),
    )


def _text(said: Any) -> str:
    """The words of a message; some servers send them in parts."""
    if isinstance(said, list):
        return "".join(_text(part.get("text") if isinstance(part, dict) else part) for part in said)
    return said if isinstance(said, str) else ""


def _message(body: Any) -> str:
    """The words in the body of a refusal, wherever servers put them; a page of HTML has none."""
    while body and isinstance(body, Mapping | list):
        if isinstance(body, list):
            body = body[0]
        else:
            body = next((body[key] for key in _WHERE_WORDS_ARE if body.get(key)), None)
    said = str(body).strip() if body else ""
    return "" if said.startswith("<") else said
