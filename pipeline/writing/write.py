"""The writing stage: a story that wants a draft gets one, through the ledger."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import random

from pipeline.config import Config
from pipeline.errors import ConfigError, InShortError, ModelError
from pipeline.glossary import Glossary
from pipeline.llm import ask, ledger
from pipeline.llm.client import LiveModel, read_key
from pipeline.llm.limits import Limits
from pipeline.llm.model import Model
from pipeline.llm.pace import Pace
from pipeline.llm.patience import GiveUp, Whose, patience
from pipeline.llm.recorded import RecordedModel
from pipeline.model import Draft, SourceSentence, StoryState
from pipeline.newsvalue.importance import House
from pipeline.settings import Network, Writer
from pipeline.storage import stories, tellings
from pipeline.storage.database import Database, Session
from pipeline.storage.llm import calls
from pipeline.storage.off import is_told_by_one_on
from pipeline.storage.tables import ArticleRow, DraftRow, StoryRow
from pipeline.storage.tellings import Report
from pipeline.stories.filing import file
from pipeline.stories.material import Material, material_of
from pipeline.writing.answer import Misshapen, as_answer, parse_answer
from pipeline.writing.draft import render, text_hash, to_json
from pipeline.writing.extractive import extract_draft
from pipeline.writing.prompts import Prompt, load_prompt
from pipeline.writing.request import DraftRequest, Style, WriterSource, draft_question, finding_lines, repair_question

log = logging.getLogger("inshort.writing")


@dataclass(frozen=True)
class WritingDesk:
    """What every write needs; `model` is None for the writer `extract`."""

    config: Config
    glossary: Glossary
    model: Model | None
    run_id: int | None = None
    """The run whose cap its calls count against."""

    @property
    def account(self) -> ask.Account | None:
        """On whose account it asks; None without a model."""
        if self.model is None:
            return None
        return ask.Account(self.model, self.config.writer, self.config.newsroom.zone, self.run_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a story.

    `drafted`, `misshapen` (the answer was no draft; its repair is due now), `waiting` (and for what), `unrepaired`,
    `failed` or `nothing` to do.
    """

    what: str
    detail: str = ""
    cost_micro: int = 0
    whose: Whose | None = None
    """Of a wait: who can end it."""


def open_model(
    writer: Writer, network: Network, recorded: Path | None = None, pace: Pace | None = None
) -> Model | None:
    """The model the configuration asks for, reached as `network` says; `pace` where others ask the same endpoint.

    Raises UsageError when its key or its answers are missing.
    """
    if writer.kind == "openai":
        key = read_key(writer)
        return LiveModel(
            name=writer.model,
            key=key,
            base_url=writer.base_url,
            timeout=writer.timeout_seconds,
            pace=pace or Pace(writer.concurrency),
            limits=Limits(writer.requests_a_minute, writer.tokens_a_minute),
            proxy=network.proxy,
            ca_file=network.ca_file,
        )
    if writer.kind == "recorded":
        if recorded is None or not recorded.is_dir():
            raise ConfigError("writer.kind", ["recorded answers come with the sample newsroom only: inshort demo"])
        return RecordedModel(recorded)
    return None


def use_prompts(session: Session, language: str = "en") -> None:
    """Record the prompts about to be used; a version that was used with another text is refused."""
    for name in ("draft", "repair", "simple", "judge", "pair", "several", "topics"):
        use_prompt(session, load_prompt(name, language))


def use_prompt(session: Session, prompt: Prompt) -> None:
    """Record a prompt about to be used. Raises ConfigError when its version was used with another text before."""
    if not known_prompt(session, prompt):
        calls.record_prompt(session, prompt.id, prompt.version, prompt.hash)


def known_prompt(session: Session, prompt: Prompt) -> bool:
    """Whether a prompt's version was used before. Raises ConfigError when it was, with another text."""
    known = calls.prompt_hash(session, prompt.id, prompt.version)
    if known not in (None, prompt.hash):
        raise ConfigError(
            f"prompts/{prompt.id}.md",
            [f"version {prompt.version} was used with another text before; give the changed one a new version"],
        )
    return known is not None


def source_of(article: ArticleRow, story: StoryRow, material: Material | None = None) -> WriterSource:
    """A story's leading article as the writer gets it, with what `material` has from others."""
    if material is None:
        return WriterSource(
            article.url, article.title, story.source_name, article.published_at, tuple(source_sentences(article))
        )
    own = material.feeds[0][1]
    return WriterSource(
        article.url,
        article.title,
        story.source_name,
        article.published_at,
        tuple(s for s in material.every if s.number in own),
        material.further,
        material.contradictions,
    )


def material_for(session: Session, story: StoryRow) -> Material:
    """What the reports of a story give, the lead's under the name the story has for it."""
    return material_from(tellings.reports_of(session, story.id), story)


def material_from(reports: Sequence[Report], story: StoryRow) -> Material:
    """The same, of reports that were read already."""
    found = material_of(reports)
    return replace(found, feeds=((story.source_name, found.feeds[0][1]), *found.feeds[1:])) if found.feeds else found


def rendered(draft: Draft, material: Material, language: str) -> str:
    """A draft as text, with the feeds it cites in its last line."""
    return render(draft, material.sources(n for s in draft.sentences() for n in s.evidence), language)


def style_of(desk: WritingDesk) -> Style:
    topics = tuple(topic.name for topic in House.of(desk.config).topics)
    return Style(desk.config.newsroom.language, desk.config.writer, desk.glossary, topics)


def next_question(
    session: Session, desk: WritingDesk, article: ArticleRow, story: StoryRow, previous: DraftRow | None
) -> DraftRequest:
    """What to ask for a story: a first draft; or its repair, after a check or the shape of the answer failed it.

    A repair that is no draft either is followed by the first question again.
    """
    assert desk.model is not None
    style = style_of(desk)
    first = draft_question(source_of(article, story, material_for(session, story)), style, desk.model.name)
    if previous is not None:
        earlier = json.dumps(as_answer(previous.content), ensure_ascii=False)
        return repair_question(first, earlier, finding_lines(previous.report or {}), style.language)
    return told_its_shape(session, first, style.language)


def told_its_shape(session: Session, first: DraftRequest, language: str) -> DraftRequest:
    """A question, or, where its answer was no draft, the same with what was wrong; once."""
    asked = calls.find_call(session, first.request.key)
    if asked is None or asked.state != calls.UNUSABLE or asked.answer is None:
        return first
    try:
        parse_answer(asked.answer)
    except Misshapen as error:
        repair = repair_question(first, asked.answer, error.problems, language)
        tried = calls.find_call(session, repair.request.key)
        if tried is None or tried.state != calls.UNUSABLE:
            return repair
    return first


def source_sentences(article: ArticleRow) -> list[SourceSentence]:
    return [SourceSentence(number, text, paragraph) for number, text, paragraph in article.sentences]


async def write_story(database: Database, story_id: int, desk: WritingDesk, now: datetime) -> Outcome:
    """Take a story to its next draft. Safe to call twice: the second finds nothing to do.

    A story In Short itself trips over waits and is given up alone; the others go on.
    """
    try:
        return await _write(database, story_id, desk, now)
    except InShortError:
        raise
    except Exception as error:
        log.exception("story %s", story_id)
        with database.session() as session:
            tripped = ModelError("tripped", f"an error inside In Short: {error!r}", retry=True)
            return _wait(_story(session, story_id), tripped, now)


async def _write(database: Database, story_id: int, desk: WritingDesk, now: datetime) -> Outcome:
    account = desk.account
    if account is None:
        with database.session() as session:
            return _write_plainly(session, story_id, desk, now)
    return await ask.ask(database, account, lambda session: _next(session, story_id, desk, now), now)


def _wanted(session: Session, story_id: int) -> StoryRow | None:
    """The story, locked, if it wants writing still: somebody may have taken over while an answer was waited for."""
    story = stories.get_story(session, story_id, lock=True)
    return story if story is not None and stories.wants_writing(story) else None


def _due(session: Session, story_id: int) -> StoryRow | None:
    """The story, locked, if it is to be written now: nothing is begun for feeds that are off."""
    story = _wanted(session, story_id)
    return story if story is not None and is_told_by_one_on(session, story_id) else None


def _write_plainly(session: Session, story_id: int, desk: WritingDesk, now: datetime) -> Outcome:
    """The draft of the writer without a model."""
    if (story := _due(session, story_id)) is None:
        return Outcome("nothing")
    article = stories.lead_article(session, story_id)
    house = desk.config
    # Under the numbers they have in the story: a lead that joined it later does not begin with 1.
    sentences = source_of(article, story, material_for(session, story)).sentences
    draft = extract_draft(sentences, desk.glossary, house.newsroom.language, house.writer.spelling)
    _store(session, desk, story, draft, now, model="", prompt="", cost=0)
    return Outcome("drafted")


def _next(session: Session, story_id: int, desk: WritingDesk, now: datetime) -> ask.Question[Draft, Outcome] | Outcome:
    """What to ask for a story, and what becomes of the answer; or why nothing is asked."""
    if (story := _due(session, story_id)) is None:
        return Outcome("nothing")
    article, previous = stories.lead_article(session, story_id), stories.current_draft(session, story)
    try:
        question = next_question(session, desk, article, story, previous)
    except ModelError as error:
        return _wait(story, error, now)
    request = question.request
    known = {s.number for s in material_for(session, story).every}
    story.state = StoryState.DRAFTING

    def keep(session: Session, draft: Draft, bill: ask.Bill) -> Outcome:
        if (story := _wanted(session, story_id)) is None:
            return Outcome("nothing", cost_micro=bill.cost_micro)
        draft = replace(draft, left_out=question.left_out)
        _store(session, desk, story, draft, now, model=request.model, prompt=request.prompt, cost=bill.cost_micro)
        here = {s.number for s in material_for(session, story).every}
        if any(known.intersection(s.evidence) - here for s in draft.sentences()):
            # An editor split off what it was written from: the version is kept, and the story is written anew.
            stories.want_anew(story)
        return Outcome("drafted", "answer reused" if bill.reused else "", bill.cost_micro)

    def fail(session: Session, error: ModelError, bill: ask.Bill) -> Outcome:
        if (story := _wanted(session, story_id)) is None:
            return Outcome("nothing", cost_micro=bill.cost_micro)
        told = request.purpose == "draft" and bill.answered
        return replace(_wait(story, error, now, told=told), cost_micro=bill.cost_micro)

    def put_by(session: Session) -> Outcome:
        story = _story(session, story_id)
        story.state, story.waiting_for = StoryState.DRAFTING, "the batch lane"
        story.next_try_at = now + timedelta(seconds=ledger.BATCH_AGAIN)
        return Outcome("waiting", f"story {story_id}: its draft comes by the batch lane")

    batched = desk.config.writer.lane == "batch" and request.purpose == "draft" and isinstance(desk.model, LiveModel)
    return ask.Question(request, parse_answer, keep, fail, story_id, put_by if batched else None)


def _story(session: Session, story_id: int) -> StoryRow:
    story = stories.get_story(session, story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story


def _store(
    session: Session,
    desk: WritingDesk,
    story: StoryRow,
    draft: Draft,
    now: datetime,
    *,
    model: str,
    prompt: str,
    cost: int,
) -> None:
    text = rendered(draft, material_for(session, story), desk.config.newsroom.language)
    kind = desk.model.kind if desk.model else "extract"
    stories.add_draft(
        session,
        story,
        DraftRow(
            author=model or "no model",
            writer=kind,
            model=model,
            prompt=prompt,
            content=to_json(draft),
            text=text,
            hash=text_hash(text),
            cost_micro=cost,
            created_at=now,
        ),
    )
    file(session, story, House.of(desk.config), now, drafted=draft.topics)
    story.state, story.repair_due = StoryState.DRAFTING, False
    story.attempts, story.waiting_for, story.next_try_at = 0, "", None


def _wait(story: StoryRow, error: ModelError, now: datetime, *, told: bool = False) -> Outcome:
    """When to try a story again, and what it waits for."""
    found = patience(error, story.attempts, told=told, spread=random())  # noqa: S311 - to set them apart, not to hide anything
    story.attempts += isinstance(found, GiveUp) or found.counts
    if isinstance(found, GiveUp):
        if story.current_draft_id is not None:
            # A repair that does not come: the editor gets the draft as it is, marked by its findings.
            story.repair_due, story.waiting_for, story.next_try_at = False, "", None
            story.state, story.arrived_at = StoryState.IN_REVIEW, now
            return Outcome("unrepaired", f"{error}; the draft goes to the editor as it is")
        story.state, story.waiting_for, story.next_try_at = StoryState.FAILED, found.why, None
        return Outcome("failed", str(error))
    if not found.seconds:
        # Asked again at once, with what is wrong: that is more use than the same question later.
        story.next_try_at, story.waiting_for = None, ""
        return Outcome("misshapen", str(error))
    story.waiting_for, story.next_try_at = found.why, now + timedelta(seconds=found.seconds)
    return Outcome("waiting", str(error), whose=found.whose)
