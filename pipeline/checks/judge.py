"""The judge: a second opinion by a model on the sentences the rules could not settle. It adds findings, never removes.

One call a draft, through the ledger. Sentences a rule blocks are settled, and so are those without a fact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.checks.accepted import with_accepted
from pipeline.checks.inspect import accepted_of, recount
from pipeline.errors import ModelError
from pipeline.llm import ask
from pipeline.llm.model import Model, ModelRequest
from pipeline.llm.patience import GiveUp, patience
from pipeline.model import Kind, Severity, SourceSentence
from pipeline.settings import Judge, Newsroom
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import DraftRow
from pipeline.text import tidy
from pipeline.writing.prompts import load_prompt
from pipeline.writing.request import as_request, fence_of
from pipeline.writing.write import Outcome, source_of, source_sentences

ATTEMPTS = 4
"""Failed calls after which a draft goes without the judge, and says so."""


class _Ruling(BaseModel):
    model_config = ConfigDict(extra="ignore")
    sentence: int
    borne_out: bool
    problem: Annotated[str, Field(max_length=600)]
    evidence: Annotated[list[int], Field(max_length=30)]


class JudgeAnswer(BaseModel):
    """What the judge returns: one ruling a sentence."""

    model_config = ConfigDict(extra="ignore")
    rulings: Annotated[list[_Ruling], Field(max_length=200)]


def unsettled(report: Mapping[str, Any]) -> list[int]:
    """The sentences (0-based) the rules could not settle: facts with a warning and no block on them."""
    findings = [f for f in report["findings"] if f["sentence"] is not None and "accepted" not in f]
    blocked = {f["sentence"] for f in findings if f["severity"] == Severity.BLOCK}
    doubted = {f["sentence"] for f in findings if f["severity"] == Severity.WARN}
    facts = {i for i, s in enumerate(report["sentences"]) if s["kind"] == Kind.FACT}
    return sorted((doubted & facts) - blocked)


def judge_request(
    source: Sequence[SourceSentence],
    report: Mapping[str, Any],
    model: str,
    max_output_tokens: int,
    article: str = "",
    *,
    language: str = "en",
) -> ModelRequest:
    """The question about a draft's unsettled sentences, in the newsroom's language."""
    sentences = report["sentences"]
    prompt = load_prompt("judge", language)
    filled = prompt.fill(
        source="\n".join(f"[{s.number}] {s.text}" for s in source),
        sentences="\n".join(f"({i}) {sentences[i]['text']}" for i in unsettled(report)),
        fence=fence_of(s.text for s in source),
    )
    return as_request(prompt, filled, _SCHEMA, model, max_output_tokens, article)


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["rulings"],
    "properties": {
        "rulings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["sentence", "borne_out", "problem", "evidence"],
                "properties": {
                    "sentence": {"type": "integer"},
                    "borne_out": {"type": "boolean"},
                    "problem": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    },
}


def read_rulings(answer: str) -> list[_Ruling]:
    """What the judge says. Raises ModelError when the answer has not the shape asked for."""
    start, end = answer.find("{"), answer.rfind("}")
    try:
        return JudgeAnswer.model_validate(json.loads(answer[start : end + 1])).rulings
    except (ValidationError, ValueError, RecursionError) as error:
        raise ModelError("schema", "the judge's answer has not the shape asked for", retry=True) from error


def with_rulings(report: Mapping[str, Any], rewrite: str, rulings: Sequence[_Ruling]) -> dict[str, Any]:
    """The report with the judge's findings added.

    Rulings on sentences nobody asked about, and evidence that does not exist, are left out.
    """
    asked = set(unsettled(report))
    findings = list(report["findings"])
    for ruling in rulings:
        if ruling.borne_out or ruling.sentence not in asked:
            continue
        asked.discard(ruling.sentence)
        text = report["sentences"][ruling.sentence]["text"]
        at = max(0, rewrite.find(text))
        findings.append(
            {
                "check": "judge",
                "severity": Severity.WARN.value,
                "sentence": ruling.sentence,
                "start": at,
                "end": at + len(text),
                "text": text,
                "message": " ".join(tidy(ruling.problem).split()) or "The judge finds this not borne out.",
                "evidence": ruling.evidence,
            }
        )
    return {**report, "findings": findings}


@dataclass(frozen=True)
class Bench:
    """What the judge needs."""

    config: Judge
    newsroom: Newsroom
    model: Model
    run_id: int | None = None


async def judge_draft(database: Database, draft_id: int, bench: Bench, now: datetime) -> Outcome:
    """Ask about a draft once: `judged`, `settled` (nothing to ask), `waiting`, `unanswered` or `nothing`."""
    account = ask.Account(bench.model, bench.config, bench.newsroom.zone, bench.run_id)
    return await ask.ask(database, account, lambda session: _next(session, draft_id, bench, now), now)


def _next(
    session: Session, draft_id: int, bench: Bench, now: datetime
) -> ask.Question[list[_Ruling], Outcome] | Outcome:
    draft = stories.get_draft(session, draft_id)
    story = stories.get_story(session, draft.story_id)
    if draft.judged or draft.report is None or story is None:
        return Outcome("nothing")
    if not unsettled(draft.report):
        draft.judged = "settled"
        return Outcome("settled")
    article = stories.lead_article(session, story.id)
    request = judge_request(
        source_sentences(article),
        draft.report,
        bench.model.name,
        bench.config.max_output_tokens,
        source_of(article, story).name,
        language=bench.newsroom.language,
    )

    def keep(session: Session, rulings: list[_Ruling], bill: ask.Bill) -> Outcome:
        _judged(session, stories.get_draft(session, draft_id), rulings)
        return Outcome("judged", cost_micro=bill.cost_micro)

    def fail(session: Session, error: ModelError, bill: ask.Bill) -> Outcome:
        return replace(_later(stories.get_draft(session, draft_id), error, now), cost_micro=bill.cost_micro)

    return ask.Question(request, read_rulings, keep, fail, story.id)


def _judged(session: Session, draft: DraftRow, rulings: Sequence[_Ruling]) -> None:
    assert draft.report is not None
    report = with_rulings(draft.report, draft.text, rulings)
    draft.report = with_accepted(report, accepted_of(session, draft.story_id))
    draft.check_verdict, draft.judged = draft.report["verdict"], "judged"
    story = stories.get_story(session, draft.story_id)
    if story is not None and story.current_draft_id == draft.id:
        recount(story, draft)


def _later(draft: DraftRow, error: ModelError, now: datetime) -> Outcome:
    found = patience(error, draft.judge_tries, most=ATTEMPTS, spread=random())  # noqa: S311 - no secret
    if isinstance(found, GiveUp):
        draft.judged = "unanswered"
        return Outcome("unanswered", str(error))
    draft.judge_tries += found.counts
    draft.judge_at = now + timedelta(seconds=found.seconds)
    return Outcome("waiting", str(error), whose=found.whose)
