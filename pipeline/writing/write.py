"""The writing stage: a story that wants a draft gets one, through the ledger."""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pipeline.config import Config
from pipeline.errors import CapReached, ConfigError, InShortError, ModelError
from pipeline.glossary import Glossary
from pipeline.llm import ledger
from pipeline.llm.client import LiveModel, read_key
from pipeline.llm.model import Model, ModelRequest
from pipeline.llm.recorded import RecordedModel
from pipeline.model import Draft, SourceSentence, StoryState
from pipeline.settings import Writer
from pipeline.storage import calls, stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, DraftRow, StoryRow
from pipeline.writing.answer import draft_schema, parse_answer
from pipeline.writing.draft import from_json, render, text_hash, to_json
from pipeline.writing.extract import extract_draft
from pipeline.writing.prompts import load_prompt

log = logging.getLogger("inshort.writing")

LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French"}
ATTEMPTS = 6
"""Failed tries after which a story is given up, and said so."""


@dataclass(frozen=True)
class Desk:
    """What every write needs; `model` is None for the writer `extract`."""

    config: Config
    glossary: Glossary
    model: Model | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a story: `drafted`, `waiting` (and for what), `unrepaired`, `failed` or `nothing` to do."""

    what: str
    detail: str = ""
    cost_micro: int = 0


def open_model(writer: Writer, recorded: Path | None = None) -> Model | None:
    """The model the configuration asks for. Raises UsageError when its key or its answers are missing."""
    if writer.kind == "openai":
        key = read_key(writer.api_key_env, writer.api_key_file, needed=writer.base_url is None)
        return LiveModel(
            name=writer.model,
            key=key,
            base_url=writer.base_url,
            timeout=writer.timeout_seconds,
            concurrency=writer.concurrency,
        )
    if writer.kind == "recorded":
        if recorded is None or not recorded.is_dir():
            raise ConfigError("writer.kind", ["recorded answers come with the sample newsroom only: inshort demo"])
        return RecordedModel(recorded)
    return None


def use_prompts(session: Session) -> None:
    """Record the prompts about to be used; a version that was used with another text is refused."""
    for prompt in (load_prompt("draft"), load_prompt("repair"), load_prompt("judge")):
        known = calls.prompt_hash(session, prompt.id, prompt.version)
        if known is None:
            calls.record_prompt(session, prompt.id, prompt.version, prompt.hash)
        elif known != prompt.hash:
            raise ConfigError(
                f"prompts/{prompt.id}.md",
                [f"version {prompt.version} was used with another text before; give the changed one a new version"],
            )


def article_name(url: str) -> str:
    """What recorded answers are filed under: the last part of the address's path, without its ending."""
    return PurePosixPath(urlsplit(url).path).stem or "index"


def draft_text(
    config: Config,
    glossary: Glossary,
    *,
    title: str,
    feed: str,
    published: datetime | None,
    sentences: list[SourceSentence],
) -> str:
    """The drafting prompt for an article."""
    used = glossary.used_in(" ".join(s.text for s in sentences))
    return load_prompt("draft").render(
        language=LANGUAGES[config.newsroom.language],
        spelling=config.writer.spelling.capitalize(),
        max_words=config.writer.max_words,
        grade=config.writer.grade,
        title=title,
        feed=feed,
        published=published.date().isoformat() if published else "date unknown",
        glossary="\n".join(f"- {t.term}: {t.plain}" + (f" Picture: {t.analogy}" if t.analogy else "") for t in used)
        or "(none)",
        sentences="\n".join(f"[{s.number}] {s.text}" for s in sentences),
        # From the text itself, so that the same article gives the same request and is never paid for twice;
        # an article cannot hold the hash of itself.
        fence="=====" + text_hash(" ".join(s.text for s in sentences))[:16] + "=====",
    )


def request_for(desk: Desk, article: ArticleRow, story: StoryRow, previous: DraftRow | None) -> ModelRequest:
    """What to ask for a story: a first draft, or, after a blocked one, its repair."""
    assert desk.model is not None
    writer = desk.config.writer
    sentences = source_sentences(article)
    text = draft_text(
        desk.config,
        desk.glossary,
        title=article.title,
        feed=story.source_name,
        published=article.published_at,
        sentences=sentences,
    )
    prompt = load_prompt("draft")
    if previous is not None:
        prompt = load_prompt("repair")
        text = prompt.render(
            task=text, draft=json.dumps(previous.content, ensure_ascii=False), findings=finding_lines(previous)
        )
    return ModelRequest(
        purpose=prompt.id,
        prompt=prompt.name,
        text=text,
        schema=draft_schema(),
        model=desk.model.name,
        max_output_tokens=writer.max_output_tokens,
        article=article_name(article.url),
    )


def finding_lines(draft: DraftRow) -> str:
    report = draft.report or {}
    return "\n".join(
        f"- {f['check']} ({f['severity']}): {f['message']}" + (f" In: “{f['text']}”" if f["text"] else "")
        for f in report.get("findings", [])
        if f["severity"] != "note"
    )


def source_sentences(article: ArticleRow) -> list[SourceSentence]:
    return [SourceSentence(number, text, paragraph) for number, text, paragraph in article.sentences]


async def write_story(database: Database, story_id: int, desk: Desk, now: datetime) -> Outcome:
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
            tripped = ModelError("tripped", f"In Short tripped over it: {error!r}", retry=True)
            return _wait(_story(session, story_id), tripped, now)


async def _write(database: Database, story_id: int, desk: Desk, now: datetime) -> Outcome:
    with database.session() as session:
        story = stories.get_story(session, story_id, lock=True)
        if story is None or not stories.wants_writing(story):
            return Outcome("nothing")
        article = stories.lead_article(session, story_id)
        previous = stories.current_draft(session, story)
        if desk.model is None:
            draft = extract_draft(source_sentences(article), desk.glossary)
            _store(session, desk, story, draft, now, model="", prompt="", cost=0)
            return Outcome("drafted")
        request = request_for(desk, article, story, previous)
        day = now.astimezone(desk.config.newsroom.zone).date().isoformat()
        try:
            held = ledger.reserve(session, desk.config.writer, request, story_id=story_id, now=now, day=day)
        except ModelError as error:
            return _wait(story, error, now)
        if held.answer is not None:
            # Paid for before, perhaps for another story with the same text.
            draft = parse_answer(held.answer)
            _store(session, desk, story, draft, now, model=request.model, prompt=request.prompt, cost=0)
            return Outcome("drafted", "answer reused")
        story.state = StoryState.DRAFTING
    return await _ask(database, story_id, desk, request, held, now)


async def _ask(
    database: Database, story_id: int, desk: Desk, request: ModelRequest, held: ledger.Reservation, now: datetime
) -> Outcome:
    assert desk.model is not None
    writer = desk.config.writer
    try:
        answer = await ledger.ask(database, desk.model, request, held)
    except ModelError as error:
        with database.session() as session:
            story = _story(session, story_id)
            return _wait(story, error, now) if stories.wants_writing(story) else Outcome("nothing")
    with database.session() as session:
        story = _story(session, story_id)
        try:
            draft = parse_answer(answer.text)
        except ModelError as error:
            spent = ledger.settle(session, writer, held, answer, now, usable=False)
            if not stories.wants_writing(story):
                return Outcome("nothing", cost_micro=spent)
            outcome = _wait(story, error, now)
            return Outcome(outcome.what, outcome.detail, spent)
        spent = ledger.settle(session, writer, held, answer, now, usable=True)
        if not stories.wants_writing(story):
            # Somebody took over while we were away and was faster.
            return Outcome("nothing", cost_micro=spent)
        _store(session, desk, story, draft, now, model=request.model, prompt=request.prompt, cost=spent)
        return Outcome("drafted", cost_micro=spent)


def _story(session: Session, story_id: int) -> StoryRow:
    story = stories.get_story(session, story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story


def _store(
    session: Session, desk: Desk, story: StoryRow, draft: Draft, now: datetime, *, model: str, prompt: str, cost: int
) -> None:
    text = render(draft, story.source_name, desk.config.newsroom.language)
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
    story.state, story.repair_due = StoryState.DRAFTING, False
    story.attempts, story.waiting_for, story.next_try_at = 0, "", None


def _wait(story: StoryRow, error: ModelError, now: datetime) -> Outcome:
    """When to try a story again, and what it waits for. What only the owner can mend does not use up tries."""
    if isinstance(error, CapReached) or error.reason == "asked":
        wait = timedelta(minutes=5) if error.retry_after is None else timedelta(seconds=error.retry_after)
        story.waiting_for, story.next_try_at = str(error), now + wait
        return Outcome("waiting", str(error))
    if error.reason in ("auth", "model", "request"):
        story.waiting_for, story.next_try_at = str(error), now + timedelta(minutes=15)
        return Outcome("waiting", str(error))
    story.attempts += 1
    if story.attempts >= ATTEMPTS or error.reason == "recorded":
        if story.current_draft_id is not None:
            # A repair that does not come: the editor gets the draft as it is, marked by its findings.
            story.repair_due, story.waiting_for, story.next_try_at = False, "", None
            story.state, story.arrived_at = StoryState.IN_REVIEW, now
            return Outcome("unrepaired", f"{error}; the draft goes to the editor as it is")
        story.state, story.waiting_for, story.next_try_at = StoryState.FAILED, str(error), None
        return Outcome("failed", str(error))
    minutes = max(2**story.attempts, (error.retry_after or 0) / 60)
    story.waiting_for = f"the model: {error}"
    story.next_try_at = now + timedelta(minutes=minutes, seconds=secrets.randbelow(20))
    return Outcome("waiting", str(error))


def draft_of(row: DraftRow) -> Draft:
    return from_json(row.content)
