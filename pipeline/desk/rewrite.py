"""A sentence the model rewrites when an editor asks: its cost shown first, its answer kept until it is decided on.

The call goes through the ledger and runs apart from the request that began it: a closed tab loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import Case, open_case, record
from pipeline.desk.background import beside
from pipeline.desk.edit import edit_sentence
from pipeline.desk.review import Act
from pipeline.errors import ModelError, NotAllowed, UsageError
from pipeline.inspection.accepted import standing
from pipeline.inspection.house_style import HouseStyle
from pipeline.languages import language_record
from pipeline.llm import ask, ledger, prices
from pipeline.llm.json_answer import json_object
from pipeline.llm.model import Model, ModelRequest
from pipeline.model import DraftSentence, Kind
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import rewrites
from pipeline.storage.desk.rewrites import ANSWERED, ASKED, FAILED, PUT_AWAY, TAKEN
from pipeline.storage.tables import DraftRow, RewriteRow
from pipeline.text import tidy
from pipeline.writing.draft import from_json
from pipeline.writing.parts import choose_parts
from pipeline.writing.prompts import load_prompt
from pipeline.writing.request import as_request, fence_of, one_line, room_in
from pipeline.writing.write import source_of, use_prompt

MOST_TOKENS = 1000
"""Of an answer: one sentence, with room for models that think aloud."""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text", "kind", "evidence"],
    "properties": {
        "text": {"type": "string"},
        "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
        "evidence": {"type": "array", "items": {"type": "integer"}},
    },
}


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str = Field(min_length=1, max_length=1000)
    kind: Kind
    evidence: list[int] = Field(max_length=30)


def read_answer(answer: str, source: Collection[int]) -> DraftSentence:
    """The sentence a model answered. Raises ModelError when it has not the shape; evidence not in the source goes.

    `source` has the numbers of the source's sentences.
    """
    try:
        said = _Answer.model_validate(json_object(answer))
    except (ValidationError, ModelError) as error:
        raise ModelError("schema", "the model's answer does not have the shape asked for", retry=True) from error
    text = " ".join(tidy(said.text).split())
    if not text:
        raise ModelError("schema", "the model's answer has no words", retry=True)
    evidence = tuple(n for n in said.evidence if n in source) if said.kind is Kind.FACT else ()
    return DraftSentence(text, said.kind, evidence)


def rewrite_request(case: Case, place: int, config: Config, model: str) -> ModelRequest:
    """The question about one sentence (0-based); of an article longer than the window, what it cites and what weighs.

    Raises UsageError for a place that is not there, and where the window has no room for the article.
    """
    draft = case.draft
    if draft is None:
        raise NotAllowed("there is no draft to rewrite yet")
    placed = list(from_json(draft.content).parts())
    if not 0 <= place < len(placed):
        raise UsageError(f"the draft has no sentence {place + 1}; it has {len(placed)}")
    part, _, sentence = placed[place]
    source = [replace(s, text=one_line(s.text)) for s in case.material.every]
    found = [f for f in standing((draft.report or {}).get("findings", [])) if f["sentence"] == place]
    story, wanted = one_line(draft.text), one_line(sentence.text)
    findings = "\n".join(f"- {one_line(f['check'] + ': ' + f['message'])}" for f in found)
    findings = findings or "- The editor wants it clearer."
    prompt = load_prompt("sentence", config.newsroom.language)
    fill = partial(
        prompt.fill,
        language=language_record(config.newsroom.language).own_name,
        spelling=f", {config.writer.spelling.capitalize()} spelling" if config.newsroom.language == "en" else "",
        grade=config.writer.grade,
        story=story,
        sentence=wanted,
        kind="headline, fact" if part == "headline" else sentence.kind,
        findings=findings,
        fence=fence_of([story, wanted, findings, *(s.text for s in source)]),
    )
    empty = fill(source="")
    cited = {*sentence.evidence, *(n for f in found for n in f["evidence"])}
    parts = choose_parts(source, room_in(config.writer, empty, MOST_TOKENS), cited)
    if not parts.sentences:
        raise UsageError("no sentence of the article fits the model's window beside the story (writer.context_tokens)")
    filled = fill(source=parts.numbered())
    name = source_of(case.article, case.story).name
    return as_request(prompt, filled, _SCHEMA, model, MOST_TOKENS, name, config.writer)


def most_it_costs(request: ModelRequest, config: Config) -> str:
    """The worst case of a call, as an editor reads it before asking."""
    if config.writer.price is None:
        return f"{request.worst_input_tokens + request.max_output_tokens:,} tokens"
    return prices.money(prices.worst_cost(config.writer, request), config.writer)


@dataclass(frozen=True, slots=True)
class RewriteAsked:
    """A rewrite under way, or, where the same was paid for before, answered at once."""

    rewrite_id: int
    question: ask.Question[DraftSentence, None]
    held: ledger.ReservedTry


def begin(
    database: Database,
    story_id: int,
    place: int,
    *,
    by: Actor,
    config: Config,
    model: Model,
) -> RewriteAsked:
    """Reserve the call and note who asked. Raises CapReached, NotAllowed, StaleVersion; nothing was asked then."""
    with database.session() as session:
        case = open_case(session, story_id)
        request = rewrite_request(case, place, config, model.name)
        assert case.draft is not None
        sentence = list(from_json(case.draft.content).sentences())[place].text
        about = {"rewrite": sentence, "cost": f"at most {most_it_costs(request, config)}"}
        record(session, case, Act.ASK, by=by, about=about)
        use_prompt(session, load_prompt("sentence", config.newsroom.language))
        held = ask.reserve(session, _account(model, config), request, by.at, story_id=story_id)
        row = rewrites.add_rewrite(
            session,
            RewriteRow(
                story_id=story_id,
                call_id=held.call_id,
                who=by.name,
                sentence=sentence,
                state=ASKED,
                evidence=[],
                asked_at=by.at,
            ),
        )
        source = frozenset(case.source)
        question = ask.Question(request, partial(read_answer, source=source), *_outcomes(row.id, by.at), story_id)
        if held.answer is not None:
            ask.use(session, question, held)
        return RewriteAsked(row.id, question, held)


def _account(model: Model, config: Config) -> ask.Account:
    return ask.Account(model, config.writer, config.newsroom.zone)


def _outcomes(
    rewrite_id: int, now: datetime
) -> tuple[Callable[[Session, DraftSentence, ask.Bill], None], Callable[[Session, ModelError, ask.Bill], None]]:
    """What is written down of an answer, and of none. What was discarded before its answer came stays discarded."""

    def keep(session: Session, sentence: DraftSentence, bill: ask.Bill) -> None:
        row = _row(rewrites.get_rewrite(session, rewrite_id))
        row.state, row.text, row.kind = ANSWERED if row.state == ASKED else row.state, sentence.text, sentence.kind
        row.evidence, row.answered_at, row.cost_micro = list(sentence.evidence), now, bill.cost_micro

    def fail(session: Session, error: ModelError, bill: ask.Bill) -> None:
        row = _row(rewrites.get_rewrite(session, rewrite_id))
        row.state, row.error = FAILED if row.state == ASKED else row.state, str(error)
        row.answered_at, row.cost_micro = now, bill.cost_micro

    return keep, fail


async def finish(database: Database, asked: RewriteAsked, model: Model, config: Config, now: datetime) -> None:
    """Wait for the answer and keep it, whoever still looks."""
    if asked.held.answer is None:
        await ask.finish(database, _account(model, config), asked.question, asked.held, now)


def finish_apart(
    database: Database, asked: RewriteAsked, model: Model, config: Config, now: Callable[[], datetime]
) -> Thread:
    """The same beside the page or screen that asked; the model is closed after it."""
    return beside(f"rewrite {asked.rewrite_id}", lambda: finish(database, asked, model, config, now()), model)


def take(database: Database, rewrite_id: int, *, by: Actor, house: HouseStyle) -> DraftRow:
    """Put a rewritten sentence where the old one stands, as the next version.

    Raises NotAllowed when the sentence it was to replace is not in the draft any more.
    """
    with database.session() as session:
        row = _row(rewrites.get_rewrite(session, rewrite_id))
        if row.state != ANSWERED:
            raise NotAllowed("this suggestion was already used or discarded, or has no answer")
        story_id, text, kind, evidence = row.story_id, row.text, Kind(row.kind), tuple(row.evidence)
        draft = open_case(session, story_id).draft
        sentences = [s.text for s in from_json(draft.content).sentences()] if draft else []
        if row.sentence not in sentences:
            raise NotAllowed("the sentence was changed meanwhile; copy what you want of the rewrite")
    place = sentences.index(row.sentence)
    version = edit_sentence(
        database,
        story_id,
        place,
        text,
        by=by,
        house=house,
        kind=kind,
        evidence=evidence or None,
    )
    with database.session() as session:
        row = _row(rewrites.get_rewrite(session, rewrite_id))
        row.state = TAKEN
        record(session, open_case(session, story_id), Act.TAKE, by=replace(by, shown=None), about={"rewrite": text})
    return version


def put_away(database: Database, rewrite_id: int, *, by: Actor) -> int:
    """Say that a rewrite is not wanted; it stays on record. The story it is of.

    Raises NotAllowed when it was decided on already.
    """
    with database.session() as session:
        row = _row(rewrites.get_rewrite(session, rewrite_id))
        if row.state in (TAKEN, PUT_AWAY):
            raise NotAllowed("this suggestion was already used or discarded")
        row.state = PUT_AWAY
        about = {"rewrite": row.text or row.sentence}
        record(session, open_case(session, row.story_id), Act.PUT_AWAY, by=by, about=about)
        return row.story_id


def _row(row: RewriteRow | None) -> RewriteRow:
    if row is None:
        raise UsageError("there is no such rewrite")
    return row
