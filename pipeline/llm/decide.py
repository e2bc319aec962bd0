"""Asking an endpoint typed questions in the cheapest way it has, which is learnt from what it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelError
from pipeline.llm import decisions
from pipeline.llm.dialect import next_route, too_much
from pipeline.llm.json_answer import json_object, storable, tokens_of
from pipeline.llm.limits import told
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.logs import logger

if TYPE_CHECKING:
    from pipeline.llm.client import LiveModel

log = logger("inshort.model")

_RAW = {"X-Stainless-Raw-Response": "true"}
"""What asks the package for a reply with its headers."""
NO_WAY = ("filter", "quota", "auth")
"""Refusals that no other way of asking could change."""


async def decide(model: LiveModel, request: ModelRequest) -> ModelAnswer:
    """Ask typed questions; a way the endpoint refuses costs nothing, and the next is tried.

    Raises ModelError, `too_long` where the questions or the text are more than it takes at once.
    """
    from pipeline.llm.client import Refused

    known = model.dialect
    while True:
        way = model.dialect.route
        try:
            answer = await (_in_chat(model, request) if way == "chat" else _posted(model, way, request))
        except Refused as error:
            if too_much(error.status, error.said):
                model.dialect = known
                raise ModelError("too_long", str(error.plainly), retry=False) from None
            other = next_route(model.dialect, error.status, error.said)
            if other is None or error.reason in NO_WAY:
                model.dialect = known
                raise error.plainly from None
            model.dialect = other
            continue
        if way != known.route:
            log.info("how the endpoint is asked for decisions", way=way)
            model.dialect = replace(model.dialect, learnt_at=datetime.now(UTC))
        model.dialect = replace(model.dialect, route_sure=True)
        return answer


async def _in_chat(model: LiveModel, request: ModelRequest) -> ModelAnswer:
    asked = f"{request.text}\n\nQUESTIONS\n{decisions.as_prose(request.decisions)}"
    schema = decisions.chat_schema(request.decisions)
    answer = await model.ask(replace(request, text=asked, schema=schema, decisions=()))
    try:
        document = json_object(answer.text)
    except ModelError:
        return answer
    return _kept("chat", document, request, answer)


async def _posted(model: LiveModel, way: str, request: ModelRequest) -> ModelAnswer:
    import openai

    text = f"{request.rules}\n{request.text}" if request.rules else request.text
    said = decisions.body(way, model.name, text, request.decisions)
    try:
        async with asyncio.timeout(model.timeout):
            # The package has types for one of these routes, and of that only for today's fields.
            reply: Any = await model.open().post(f"/{way}", cast_to=object, body=said, options={"headers": _RAW})
            document = json.loads(reply.content)
    except openai.APIStatusError as error:
        raise model.refused(error) from None
    except Exception as error:
        raise model.fault(error) from error
    answer = ModelAnswer(
        text=storable(json.dumps(document, ensure_ascii=False)),
        told=told(reply.headers, datetime.now(UTC), request.likely_input_tokens),
        **tokens_of(document.get("usage") if isinstance(document, Mapping) else None),
    )
    return _kept(way, document, request, answer)


def _kept(way: str, document: Any, request: ModelRequest, answer: ModelAnswer) -> ModelAnswer:
    """The answer in the form answers are kept in; as it came where it is none: it was paid for all the same."""
    try:
        return replace(answer, text=decisions.kept(way, document, request.decisions))
    except decisions.NoAnswer as error:
        log.info("no answer to the questions", way=way, why=str(error))
        return answer
