"""What a model's endpoint understands and costs: asked once, through the ledger like every call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from pipeline.config import Config
from pipeline.engine.estimate import USUAL_JUDGED, usual_draft, usual_story
from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.llm import ask, prices
from pipeline.llm.client import LiveModel
from pipeline.llm.json_answer import json_object
from pipeline.llm.model import ModelRequest
from pipeline.settings import Writer
from pipeline.storage.database import Database, Session
from pipeline.storage.llm import spending
from pipeline.writing.write import open_model

_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ready"],
    "properties": {"ready": {"type": "boolean"}},
}


async def look_at_model(database: Database, config: Config, glossary: Glossary, now: datetime) -> AsyncIterator[str]:
    """One line for each thing that is found out. Raises ModelError when the endpoint does not answer."""
    writer = config.writer
    model = open_model(writer, config.network)
    assert isinstance(model, LiveModel), "only a live model has an endpoint"
    try:
        answer = await _ready(database, model, config, now)
        way = model.dialect
        yield f"model: {writer.model} answers{'' if answer else ', but not as it was asked'}"
        yield f"model: JSON is asked for by {_MODES[way.mode]}; the length by {way.limit}"
        if writer.reasoning_effort or writer.temperature is not None:
            refused = ", ".join(sorted(way.without))
            yield f"model: it does not take {refused}" if refused else "model: it takes effort and temperature as set"
        yield f"model: decisions {'are' if await model.offers('/decisions') else 'are not'} understood"
        yield f"model: the batch API {'is' if await model.offers_batches() else 'is not'} offered"
    finally:
        await model.close()
    for line in _prices(database, config, glossary):
        yield line


_MODES = {"json_schema": "strict schema", "json_object": "JSON mode", "prompt": "a schema in the prompt"}


async def _ready(database: Database, model: LiveModel, config: Config, now: datetime) -> bool:
    writer = config.writer
    request = ModelRequest(
        purpose="doctor",
        prompt="doctor@1",
        rules="You answer with one JSON object and nothing else.",
        text=f'Are you ready? Answer {{"ready": true}}. ({now.isoformat()})',
        schema=_SCHEMA,
        model=writer.model,
        max_output_tokens=50 + writer.answer_tokens - writer.max_output_tokens,
        effort=writer.reasoning_effort or "",
        temperature=writer.temperature,
    )

    def keep(_session: Session, _said: object, _bill: ask.Bill) -> bool | ModelError:
        return True

    def fail(_session: Session, error: ModelError, bill: ask.Bill) -> bool | ModelError:
        return False if bill.answered else error

    def prepare(_session: Session) -> ask.Question[dict[str, object], bool | ModelError] | bool | ModelError:
        return ask.Question(request, json_object, keep, fail)

    account = ask.Account(model, writer, config.newsroom.zone)
    found: bool | ModelError = await ask.ask(database, account, prepare, now)
    if isinstance(found, ModelError):
        raise found
    return found


def _prices(database: Database, config: Config, glossary: Glossary) -> list[str]:
    writer = config.writer
    if not prices.priced(writer):
        return [f"cost: {prices.money(0, writer)}"]
    request = usual_draft(config, glossary)
    with database.reading() as session:
        usual = spending.average_story(session)
    likely = usual or usual_story(config, glossary).micro
    how = "on average until now" if usual else "or so"
    worst = prices.money(prices.worst_cost(writer, request), writer)
    lines = [f"cost: a story {prices.money(int(likely), writer)} {how}, a draft at most {worst}"]
    judge = config.judge
    if isinstance(judge, Writer) and judge.price is not None:
        lines.append(f"cost: a judgement {prices.money(prices.cost(judge, USUAL_JUDGED, 0), judge)} or so")
    return lines
