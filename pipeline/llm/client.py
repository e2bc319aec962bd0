"""The live model: any OpenAI-compatible endpoint, asked in the strictest way it understands."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelError, UsageError
from pipeline.llm.model import ModelAnswer, ModelRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

MODES = ("json_schema", "json_object", "prompt")
"""How an answer's shape is asked for, strictest first; a server that refuses one is asked in the next."""
PAUSES = (1.0, 4.0)
"""Seconds between tries where trying again can help; as many retries as there are pauses."""
PATIENCE = 20.0
"""Seconds a call waits for a busy server before the story waits instead."""


def read_key(variable: str, file: Path | None, *, needed: bool) -> str:
    """The API key, from a file if one is configured, else from the environment. Raises UsageError without one."""
    if file is not None:
        try:
            return file.read_text("utf-8").strip()
        except OSError as error:
            raise UsageError(f"writer.api_key_file: {file} cannot be read: {error.strerror}") from error
    key = os.environ.get(variable, "").strip()
    if not key and needed:
        raise UsageError(f"no API key: set the environment variable {variable} or writer.api_key_file")
    return key or "none"


class LiveModel:
    """One endpoint and model. `concurrency` bounds the calls under way."""

    kind = "openai"

    def __init__(
        self,
        *,
        name: str,
        key: str,
        base_url: str | None = None,
        timeout: float = 120,
        concurrency: int = 4,
        pauses: Iterable[float] | None = None,
    ) -> None:
        self.name = name
        self._key = key
        self._base_url = base_url
        self._timeout = timeout
        self._pauses = PAUSES if pauses is None else tuple(pauses)
        self._gate = asyncio.Semaphore(concurrency)
        self._mode = 0
        self._client: AsyncOpenAI | None = None

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        async with self._gate:
            for pause in (*self._pauses, None):
                try:
                    return await self._once(request)
                except ModelError as error:
                    wait = max(pause or 0.0, error.retry_after or 0.0)
                    if not error.retry or pause is None or wait > PATIENCE:
                        raise
                    await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _once(self, request: ModelRequest) -> ModelAnswer:
        import openai

        client = self._open()
        while True:
            mode = MODES[self._mode]
            try:
                async with asyncio.timeout(self._timeout):
                    reply = await client.chat.completions.create(**_arguments(self.name, request, mode))
            except (TimeoutError, openai.APITimeoutError) as error:
                raise ModelError("timeout", f"no answer within {self._timeout:g} s", retry=True) from error
            except openai.APIConnectionError as error:
                raise ModelError("connect", f"the model's server cannot be reached: {error}", retry=True) from error
            except openai.APIStatusError as error:
                if error.status_code in (400, 404, 422, 501) and _about_format(error) and self._mode + 1 < len(MODES):
                    self._mode += 1
                    continue
                raise _status_error(error) from error
            except (openai.APIError, json.JSONDecodeError, ValueError) as error:
                raise ModelError("broken", "the server's reply is no chat completion", retry=True) from error
            return _answer(reply)

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            import openai

            # Retries are ours: the package would repeat calls the ledger does not know of.
            self._client = openai.AsyncOpenAI(
                api_key=self._key, base_url=self._base_url, timeout=self._timeout, max_retries=0
            )
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


def _arguments(model: str, request: ModelRequest, mode: str) -> dict[str, Any]:
    text = request.text
    arguments: dict[str, Any] = {"model": model, "max_tokens": request.max_output_tokens}
    if mode == "json_schema":
        schema = {"name": "draft", "strict": True, "schema": request.schema}
        arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
    else:
        text += "\nThe schema of the JSON object:\n" + json.dumps(request.schema)
    if mode == "json_object":
        arguments["response_format"] = {"type": "json_object"}
    rules = [{"role": "system", "content": request.rules}] if request.rules else []
    arguments["messages"] = [*rules, {"role": "user", "content": text}]
    return arguments


def _about_format(error: Any) -> bool:
    said = str(error).lower()
    return any(word in said for word in ("response_format", "json_schema", "schema", "json_object", "json mode"))


def _status_error(error: Any) -> ModelError:
    status = error.status_code
    if status in (401, 403):
        return ModelError("auth", f"the model's server refuses the API key ({status})", retry=False)
    if status == 404:
        return ModelError("model", "the model's server knows no such model or address (404)", retry=False)
    if status == 429:
        return ModelError("busy", "the model's server asks for patience (429)", retry=True, retry_after=_after(error))
    if status in (408, 409) or status >= 500:
        return ModelError(
            "server", f"the model's server has a problem ({status})", retry=True, retry_after=_after(error)
        )
    return ModelError("request", f"the model's server refuses the request ({status})", retry=False)


def _after(error: Any) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def _answer(reply: Any) -> ModelAnswer:
    """The text of a reply. What was paid for is an answer even when it is of no use: the caller judges it."""
    choice = reply.choices[0] if getattr(reply, "choices", None) else None
    if choice is None:
        raise ModelError("broken", "the server's reply is no chat completion", retry=True)
    usage = reply.usage
    return ModelAnswer(
        text=choice.message.content or getattr(choice.message, "refusal", None) or "",
        input_tokens=usage.prompt_tokens if usage else 0,
        output_tokens=usage.completion_tokens if usage else 0,
    )
