"""The simple level: an easier version of a story, made from its checked sentences and with their evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.errors import CapReached, ModelError
from pipeline.llm import ledger
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.model import Draft, DraftSentence, Kind
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.writing.answer import as_answer, draft_schema, parse_answer
from pipeline.writing.draft import from_json, render, text_hash, to_json
from pipeline.writing.prompts import load_prompt, purpose_of
from pipeline.writing.request import (
    Question,
    Style,
    as_request,
    fence_of,
    finding_lines,
    house_words,
    one_line,
    repair_question,
)
from pipeline.writing.write import Desk, Outcome, beside, source_of, style_of, told_its_shape


def simple_request(draft: Draft, style: Style, model: str, article: str) -> ModelRequest:
    """What to ask for: the checked story, one sentence a line, each with the source sentences that bear it out."""
    prompt = load_prompt("simple", style.language)
    parts = [("dek", draft.dek), ("in_short", draft.in_short)]
    parts += [(f"paragraph {i}", s) for i, paragraph in enumerate(draft.paragraphs, 1) for s in paragraph]
    lines = [f"{part} {list(s.evidence)} {s.kind}: {one_line(s.text)}" for part, s in parts]
    values = {
        "spelling": style.writer.spelling.capitalize(),
        "max_words": style.writer.most_words("simple"),
        "glossary": house_words(style.glossary, " ".join(s.text for s in draft.sentences())),
        "sentences": "\n".join(lines),
        "fence": fence_of(lines),
    }
    filled = prompt.fill(**{key: values[key] for key in prompt.inputs})
    return as_request(prompt, filled, draft_schema(), model, style.writer.max_output_tokens, article)


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
    )


async def write_simple(database: Database, story_id: int, desk: Desk, now: datetime) -> Outcome:
    """Give a story its simple version, or mend the one it has: `written`, `waiting`, `unanswered` or `nothing`.

    Safe to call twice. As with the standard version, an answer that is no draft and one the checks sent back are each
    asked for once more, with what is wrong; where no repair comes, the first goes on.
    """
    if desk.model is None or "simple" not in desk.config.writer.levels:
        return Outcome("nothing")
    async with beside(desk.model):
        asked = _begin(database, story_id, desk, now)
    if not isinstance(asked, tuple):
        return asked
    standard, request, held = asked
    try:
        answer = await ledger.ask(database, desk.config.writer, desk.model, request, held)
    except ModelError as error:
        with database.session() as session:
            return _later(session, _locked(session, story_id), error, now)
    async with beside(desk.model):
        return _settle(database, story_id, desk, standard, request, held, answer, now)


def _begin(
    database: Database, story_id: int, desk: Desk, now: datetime
) -> Outcome | tuple[str, ModelRequest, ledger.Reservation]:
    """The hash of the wording to be said simply, what to ask, and the reserved try; or what became of it unasked."""
    with database.session() as session:
        story = stories.get_story(session, story_id, lock=True)
        if story is None or not stories.due_simple(session, now, story_id=story_id):
            return Outcome("nothing")
        standard = stories.current_draft(session, story)
        assert standard is not None, "what is due has a draft"
        request = next_simple(session, desk, story, standard)
        day = now.astimezone(desk.config.newsroom.zone).date().isoformat()
        try:
            held = ledger.reserve(
                session, desk.config.writer, request, story_id=story_id, now=now, day=day, run_id=desk.run_id
            )
        except ModelError as error:
            return _later(session, story, error, now)
        if held.answer is not None:
            return _kept(session, desk, story, standard, request, held.answer, now, cost=0)
        return standard.hash, request, held


def next_simple(session: Session, desk: Desk, story: StoryRow, standard: DraftRow) -> ModelRequest:
    """What to ask for a simple version next: the first question, or a repair of what came of it."""
    assert desk.model is not None
    style = style_of(desk)
    source = source_of(stories.lead_article(session, story.id), story)
    first = Question(simple_request(from_json(standard.content), style, desk.model.name, source.name))
    if earlier := stories.simple_to_mend(session, story, standard.hash):
        answer = json.dumps(as_answer(earlier.content), ensure_ascii=False)
        return repair_question(first, answer, finding_lines(earlier.report or {}), style.language).request
    return told_its_shape(session, first, style.language).request


def _settle(
    database: Database,
    story_id: int,
    desk: Desk,
    basis: str,
    request: ModelRequest,
    held: ledger.Reservation,
    answer: ModelAnswer,
    now: datetime,
) -> Outcome:
    writer = desk.config.writer
    with database.session() as session:
        story = _locked(session, story_id)
        try:
            parse_answer(answer.said())
        except ModelError as error:
            spent = ledger.settle(session, writer, held, answer, now, usable=False)
            outcome = replace(_later(session, story, error, now), cost_micro=spent)
            if purpose_of(request.prompt) == "simple" and outcome.what == "waiting":
                story.simple_at = None  # asked again at once, with what is wrong
            return outcome
        spent = ledger.settle(session, writer, held, answer, now, usable=True)
        current = stories.current_draft(session, story)
        if current is None or current.hash != basis or not stories.due_simple(session, now, story_id=story_id):
            # An editor was faster: the answer is kept in the ledger, and the new wording gets its own.
            return Outcome("nothing", cost_micro=spent)
        return _kept(session, desk, story, current, request, answer.text, now, cost=spent)


def _locked(session: Session, story_id: int) -> StoryRow:
    story = stories.get_story(session, story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story


def _kept(
    session: Session,
    desk: Desk,
    story: StoryRow,
    standard: DraftRow,
    request: ModelRequest,
    answer: str,
    now: datetime,
    *,
    cost: int,
) -> Outcome:
    assert desk.model is not None
    draft = with_its_evidence(parse_answer(answer), from_json(standard.content))
    text = render(draft, story.source_name, desk.config.newsroom.language)
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
    story.simple_tries, story.simple_at = 0, None
    return Outcome("written", cost_micro=cost)


def _later(session: Session, story: StoryRow, error: ModelError, now: datetime) -> Outcome:
    """When to try again. What waits for money, the owner or another process does not use up tries."""
    if isinstance(error, CapReached) or error.reason == "asked":
        story.simple_at = now + timedelta(seconds=error.retry_after or 300)
        return Outcome("waiting", str(error))
    if error.reason in ledger.OWNERS:
        story.simple_at = now + timedelta(minutes=15)
        return Outcome("waiting", str(error))
    story.simple_tries += 1
    if not error.retry:
        story.simple_tries = stories.SIMPLE_TRIES
    if story.simple_tries >= stories.SIMPLE_TRIES:
        standard = stories.current_draft(session, story)
        if standard is not None and (earlier := stories.simple_to_mend(session, story, standard.hash)):
            # A repair that does not come: the editor gets the version as it is, marked by its findings.
            story.simple_draft_id = earlier.id
            return Outcome("unanswered", f"the simple version stays as it is: {error}")
        return Outcome("unanswered", f"no simple version: {error}")
    story.simple_at = now + timedelta(minutes=2**story.simple_tries)
    return Outcome("waiting", str(error))
