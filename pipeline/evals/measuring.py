"""Running a set through prompts and models, by the ledger: caps hold, and what was answered before costs nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.config import Config
from pipeline.errors import ConfigError, ModelError, UsageError
from pipeline.evals.items import Item
from pipeline.evals.score import Score, score, totals
from pipeline.files import read_text
from pipeline.glossary import Glossary
from pipeline.llm import ask, prices
from pipeline.llm.model import ModelRequest
from pipeline.model import Draft
from pipeline.settings import Writer
from pipeline.storage.database import Database, Session
from pipeline.text import number_sentences
from pipeline.writing.answer import parse_answer
from pipeline.writing.prompts import Prompt, load_prompt, parse_prompt
from pipeline.writing.request import Style, WriterSource, draft_question
from pipeline.writing.write import known_prompt, open_model, use_prompt
from pipeline.yaml_text import read_yaml, wrong_with


@dataclass(frozen=True)
class Variant:
    """A prompt and a writer to measure together."""

    prompt: Prompt
    writer: Writer

    @property
    def name(self) -> str:
        return f"{self.prompt.name} {self.writer.model or self.writer.kind}"


@dataclass(frozen=True)
class Measured:
    """What a pair made of a set."""

    prompt: str
    model: str
    scores: tuple[Score, ...]

    def as_json(self) -> dict[str, Any]:
        rows = [s.as_json() for s in self.scores]
        return {"prompt": self.prompt, "model": self.model, "totals": asdict(totals(self.scores)), "items": rows}


def read_writer(file: Path) -> Writer:
    """Another `writer:` section, in a file of its own. Raises ConfigError naming every mistake."""
    try:
        data = read_yaml(read_text(file))
        return Writer.model_validate(data.get("writer", data) if isinstance(data, dict) else data)
    except yaml.YAMLError as error:
        raise ConfigError(str(file), [wrong_with(error)]) from error
    except ValidationError as error:
        raise ConfigError(str(file), [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]) from error


def read_prompt(file: Path) -> Prompt:
    """A prompt to try, from a file."""
    return parse_prompt(read_text(file), str(file))


def pairs_of(config: Config, prompts: Sequence[Path], writers: Sequence[Path]) -> list[Variant]:
    """Every prompt with every writer; without any, the bundled prompt and the configured writer."""
    chosen = [read_prompt(p) for p in prompts] or [load_prompt("draft", config.newsroom.language)]
    with_writers = [read_writer(w) for w in writers] or [config.writer]
    for writer in with_writers:
        if writer.kind != "openai":
            raise UsageError(f"writer.kind is {writer.kind}: only a model can be measured; set kind: openai")
    return [Variant(prompt, writer) for prompt in chosen for writer in with_writers]


def worst_cost(pairs: Sequence[Variant], items: Sequence[Item], config: Config, glossary: Glossary) -> dict[str, int]:
    """What each pair would cost at most, in millionths, if nothing was answered before."""
    found: dict[str, int] = {}
    for pair in pairs:
        writer = pair.writer
        requests = [question(pair, item, config, glossary) for item in items]
        found[pair.name] = sum(prices.cost(writer, r.worst_input_tokens, r.max_output_tokens) for r in requests)
    return found


def question(pair: Variant, item: Item, config: Config, glossary: Glossary) -> ModelRequest:
    """What a pair asks about an item."""
    moment = datetime.combine(item.published, datetime.min.time()) if item.published else None
    source = WriterSource(f"eval:{item.id}", item.title, item.feed, moment, number_sentences(item.text))
    style = Style(config.newsroom.language, pair.writer, glossary)
    return draft_question(source, style, pair.writer.model, pair.prompt).request


async def measure(
    database: Database, pair: Variant, items: Sequence[Item], config: Config, glossary: Glossary, now: datetime
) -> Measured:
    """Ask for every item once, as the concurrency allows, and score what came.

    Raises ConfigError when the prompt's version was used before with another text.
    """
    with database.session() as session:
        known_prompt(session, pair.prompt)
        # Under a name of its own: a version tried here must not stand in the way of one that ships later.
        use_prompt(session, replace(pair.prompt, id=f"eval:{pair.prompt.id}"))
    model = open_model(pair.writer, config.network)
    assert model is not None, "pairs are of models"
    account = ask.Account(model, pair.writer, config.newsroom.zone)
    gate = asyncio.Semaphore(pair.writer.concurrency)

    async def one(item: Item) -> Score:
        async with gate:
            return await _score(database, pair, account, item, config, glossary, now)

    try:
        scores = await asyncio.gather(*map(one, items))
    finally:
        await model.close()
    return Measured(pair.prompt.name, pair.writer.model, tuple(scores))


_Got = tuple[Draft | ModelError, ask.Bill]
"""What a question came to: a draft or why there is none, and its cost."""


async def _score(
    database: Database,
    pair: Variant,
    account: ask.Account,
    item: Item,
    config: Config,
    glossary: Glossary,
    now: datetime,
) -> Score:
    started = time.monotonic()
    empty = Score(item.id, asked=(len(item.must_contain), len(item.must_explain)))
    try:
        request = question(pair, item, config, glossary)
    except ModelError as error:
        return replace(empty, problem=str(error))
    asked: ask.Question[Draft, _Got] = ask.Question(
        request, parse_answer, keep=lambda _, draft, bill: (draft, bill), fail=lambda _, error, bill: (error, bill)
    )

    def prepare(_: Session) -> ask.Question[Any, _Got] | _Got:
        return asked

    found, bill = await ask.ask(database, account, prepare, now)
    seconds = round(time.monotonic() - started, 1) if bill.answered and not bill.reused else None
    if isinstance(found, ModelError):
        return replace(empty, problem=str(found), cost_micro=bill.cost_micro, seconds=seconds)
    scored = score(item, number_sentences(item.text), found, glossary, config.newsroom.language)
    return replace(scored, cost_micro=bill.cost_micro, seconds=seconds)
