"""What an endpoint understands: how strictly an answer's shape may be asked for, what it calls the
token limit, and which parameters its model does not take.

Nobody publishes this reliably, so it is learnt from the endpoint's own errors, and remembered with the endpoint.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.llm.decisions import WAYS

if TYPE_CHECKING:
    from pipeline.llm.model import ModelRequest

MODES = ("json_schema", "json_object", "prompt")
"""How an answer's shape is asked for, strictest first; a server that refuses one is asked in the next."""
LIMITS = ("max_tokens", "max_completion_tokens")
"""What the bound of an answer's length is called: the first everywhere, the second by newer models of OpenAI."""
OPTIONAL = ("reasoning_effort", "temperature")
"""What is said only where it is configured, and left away where a model refuses it."""
FORGET = timedelta(days=7)
"""After so long a weak dialect is tried from the strictest again: servers are updated."""
_FORMAT = re.compile(r"response.?format|json.?schema|json.?object|json.?mode|\bschema\b|structured output", re.I)
_UNKNOWN = re.compile(r"unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|not permitted|instead|extra", re.I)
_TOO_MANY = re.compile(r"too many questions|questions.{0,40}(at most|maximum|limit|exceed|no more than)", re.I | re.S)
_LENGTH = re.compile(r"context.?(length|window)|too (long|large|many)|maximum|at most|exceed", re.I)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`sure` once an answer came in it; `learnt_at` is when it last changed."""

    mode: str = MODES[0]
    limit: str = LIMITS[0]
    sure: bool = False
    learnt_at: datetime | None = None
    without: frozenset[str] = frozenset()
    """Of OPTIONAL, what the model does not take."""

    route: str = WAYS[0]
    """How typed questions are asked; see `pipeline.llm.decisions`."""
    route_sure: bool = False

    @property
    def way(self) -> tuple[str, str, frozenset[str]]:
        """How to ask, without how sure that is."""
        return self.mode, self.limit, self.without

    def fresh(self, now: datetime) -> Dialect:
        """What to begin with: what is remembered, unless it is a weak one and old."""
        old = self.learnt_at is not None and now - self.learnt_at > FORGET
        fresh = replace(self, mode=MODES[0], sure=False) if old and self.mode != MODES[0] else self
        return replace(fresh, route=WAYS[0], route_sure=False) if old and self.route != WAYS[0] else fresh


def after_refusal(dialect: Dialect, status: int, said: str) -> Dialect | None:
    """The dialect to try next after a refusal, None when another dialect would not help.

    A refusal that does not say why is taken for one of the format only while the format is not yet known to work.
    """
    if status not in (400, 404, 415, 422, 501):
        return None
    for name in OPTIONAL:
        if name in said and name not in dialect.without and not _FORMAT.search(said):
            return replace(dialect, without=dialect.without | {name})
    about_limit = "max_completion_tokens" in said or "max_tokens" in said
    if about_limit and _UNKNOWN.search(said) and not _FORMAT.search(said):
        wanted = LIMITS[1] if dialect.limit == LIMITS[0] else LIMITS[0]
        return replace(dialect, limit=wanted)
    weaker = MODES.index(dialect.mode) + 1
    if weaker == len(MODES) or about_limit:
        return None
    guess = status in (400, 422) and not dialect.sure and not _LENGTH.search(said)
    return replace(dialect, mode=MODES[weaker], sure=False) if _FORMAT.search(said) or guess else None


def next_route(dialect: Dialect, status: int, said: str) -> Dialect | None:
    """How to ask typed questions after a refusal; None when another way would not help.

    A server without the route says 404 or 405; one whose model is none for decisions mostly 400 or 422.
    """
    if status not in (400, 404, 405, 415, 422, 501) or dialect.route == WAYS[-1]:
        return None
    if dialect.route_sure and status in (400, 422):
        return None
    return replace(dialect, route=WAYS[WAYS.index(dialect.route) + 1], route_sure=False)


def too_much(status: int, said: str) -> bool:
    """Whether a refusal says that there were too many questions, or that the text was too long."""
    return status == 413 or (status in (400, 422) and bool(_TOO_MANY.search(said) or _LENGTH.search(said)))


def body(model: str, request: ModelRequest, dialect: Dialect) -> dict[str, Any]:
    """The request for a chat completion, as the endpoint understands it."""
    text = request.text
    said: dict[str, Any] = {"model": model, dialect.limit: request.max_output_tokens}
    if dialect.mode == "json_schema":
        schema = {"name": request.purpose, "strict": True, "schema": request.schema}
        said["response_format"] = {"type": "json_schema", "json_schema": schema}
    else:
        text += "\nThe schema of the JSON object:\n" + json.dumps(request.schema)
    if dialect.mode == "json_object":
        said["response_format"] = {"type": "json_object"}
    if request.effort and "reasoning_effort" not in dialect.without:
        said["reasoning_effort"] = request.effort
    if request.temperature is not None and "temperature" not in dialect.without:
        said["temperature"] = request.temperature
    rules = [{"role": "system", "content": request.rules}] if request.rules else []
    said["messages"] = [*rules, {"role": "user", "content": text}]
    return said
