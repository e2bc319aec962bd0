"""The simple level: an easier version of a story, made from its checked sentences and with their evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

from pipeline.errors import ModelError
from pipeline.llm import ask
from pipeline.llm.model import ModelRequest
from pipeline.llm.patience import GiveUp, patience
from pipeline.model import Draft, DraftSentence, Kind
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.writing.answer import as_answer, draft_schema, parse_answer
from pipeline.writing.draft import from_json, text_hash, to_json
from pipeline.writing.prompts import load_prompt, purpose_of
from pipeline.writing.request import (
    DraftRequest,
    Style,
    as_request,
    fence_of,
    finding_lines,
    house_words,
    one_line,
    repair_question,
)
from pipeline.writing.write import Outcome, WritingDesk, material_for, rendered, source_of, style_of, told_its_shape


def simple_request(draft: Draft, style: Style, model: str, article: str) -> ModelRequest:
    """What to ask for: the checked story, one sentence a line, each with the source sentences that bear it out."""
    prompt = load_prompt("simple", style.language)
    parts = [(f"paragraph {paragraph + 1}" if part == "body" else part, s) for part, paragraph, s in draft.parts()]
    lines = [f"{part} {list(s.evidence)} {s.kind}: {one_line(s.text)}" for part, s in parts]
    values = {
        "spelling": style.spelling,
        "max_words": style.writer.most_words("simple"),
        "glossary": house_words(style.glossary, " ".join(s.text for s in draft.sentences())),
        "sentences": "\n".join(lines),
        "fence": fence_of(lines),
    }
    filled = prompt.fill(**{key: values[key] for key in prompt.inputs})
    return as_request(prompt, filled, draft_schema(), model, style.writer.max_output_tokens, article, style.writer)


def with_its_evidence(simple: Draft, standard: Draft) -> Draft:
    """The simple version with no evidence but the standard one's: it may say less, never more."""
    allowed = {number for sentence in standard.sentences() for number in sentence.evidence}

    def kept(sentence: DraftSentence) -> DraftSentence:
        evidence = tuple(n for n in sentence.evidence if n in allowed) if sentence.kind is Kind.FACT else ()
        return replace(sentence, evidence=evidence)

    return replace(
        simple,
        dek=kept(simple.dek),
        in_short=kept(simple.in_short),
        paragraphs=tuple(tuple(map(kept, paragraph)) for paragraph in simple.paragraphs),
        left_out=standard.left_out,
        headline=kept(simple.headline) if simple.headline is not None else None,
    )


async def write_simple(database: Database, story_id: int, desk: WritingDesk, now: datetime) -> Outcome:
    """Give a story its simple version, or mend the one it has: `written`, `waiting`, `unanswered` or `nothing`.

    Safe to call twice. As with the standard version, an answer that is no draft and one the checks sent back are each
    asked for once more, with what is wrong; where no repair comes, the first goes on.
    """
    account = desk.account
    if account is None or "simple" not in desk.config.writer.levels:
        return Outcome("nothing")
    return await ask.ask(database, account, lambda session: _next(session, story_id, desk, now), now)


def _next(session: Session, story_id: int, desk: WritingDesk, now: datetime) -> ask.Question[Draft, Outcome] | Outcome:
    """What to ask for a story's simple version, and what becomes of the answer."""
    story = stories.get_story(session, story_id, lock=True)
    if story is None or not stories.due_simple(session, now, story_id=story_id):
        return Outcome("nothing")
    standard = stories.current_draft(session, story)
    assert standard is not None, "what is due has a draft"
    request, basis = next_simple(session, desk, story, standard), standard.hash

    def keep(session: Session, draft: Draft, bill: ask.Bill) -> Outcome:
        story = _locked(session, story_id)
        current = stories.current_draft(session, story)
        if current is None or current.hash != basis or not stories.due_simple(session, now, story_id=story_id):
            # An editor was faster: the answer is kept in the ledger, and the new wording gets its own.
            return Outcome("nothing", cost_micro=bill.cost_micro)
        return _kept(session, desk, story, current, request, draft, now, cost=bill.cost_micro)

    def fail(session: Session, error: ModelError, bill: ask.Bill) -> Outcome:
        told = purpose_of(request.prompt) == "simple" and bill.answered
        return replace(_later(session, _locked(session, story_id), error, now, told=told), cost_micro=bill.cost_micro)

    return ask.Question(request, parse_answer, keep, fail, story_id)


def next_simple(session: Session, desk: WritingDesk, story: StoryRow, standard: DraftRow) -> ModelRequest:
    """What to ask for a simple version next: the first question, or a repair of what came of it."""
    assert desk.model is not None
    style = style_of(desk)
    source = source_of(stories.lead_article(session, story.id), story)
    first = DraftRequest(simple_request(from_json(standard.content), style, desk.model.name, source.name))
    if earlier := stories.simple_to_mend(session, story, standard.hash):
        answer = json.dumps(as_answer(earlier.content), ensure_ascii=False)
        return repair_question(first, answer, finding_lines(earlier.report or {}), style.language).request
    return told_its_shape(session, first, style.language).request


def _locked(session: Session, story_id: int) -> StoryRow:
    story = stories.get_story(session, story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story


def _kept(
    session: Session,
    desk: WritingDesk,
    story: StoryRow,
    standard: DraftRow,
    request: ModelRequest,
    simple: Draft,
    now: datetime,
    *,
    cost: int,
) -> Outcome:
    assert desk.model is not None
    draft = with_its_evidence(simple, from_json(standard.content))
    text = rendered(draft, material_for(session, story), desk.config.newsroom.language)
    stories.add_draft(
        session,
        story,
        DraftRow(
            author=desk.model.name,
            writer=desk.model.kind,
            model=desk.model.name,
            prompt=request.prompt,
            content=to_json(draft),
            text=text,
            hash=text_hash(text),
            cost_micro=cost,
            created_at=now,
            level="simple",
            basis=standard.hash,
        ),
    )
    story.simple_tries, story.simple_at, story.simple_why = 0, None, ""
    return Outcome("written", cost_micro=cost)


def _later(session: Session, story: StoryRow, error: ModelError, now: datetime, *, told: bool) -> Outcome:
    """When to try again, or that the story goes without."""
    found = patience(error, story.simple_tries, most=stories.SIMPLE_TRIES, told=told, spread=random())  # noqa: S311 - no secret
    if isinstance(found, GiveUp):
        story.simple_tries, story.simple_why = stories.SIMPLE_GIVEN_UP, found.why
        standard = stories.current_draft(session, story)
        if standard is not None and (earlier := stories.simple_to_mend(session, story, standard.hash)):
            # A repair that does not come: the editor gets the version as it is, marked by its findings.
            story.simple_draft_id, story.simple_why = earlier.id, ""
            return Outcome("unanswered", f"the simple version stays as it is: {error}")
        return Outcome("unanswered", f"no simple version: {error}")
    story.simple_tries += found.counts
    story.simple_at = now + timedelta(seconds=found.seconds) if found.seconds else None
    story.simple_why = found.why if found.seconds else ""
    return Outcome("waiting", str(error), whose=found.whose)
