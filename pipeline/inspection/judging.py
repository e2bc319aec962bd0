"""The judging stage: a draft a model wrote is read by the judge before anybody else sees it, through the ledger.

While the judge is out the draft waits. When it can't be had, for want of money, key or server, the draft goes on after
the usual patience, and its story says that it was not judged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from typing import Any

from pipeline.errors import ModelError
from pipeline.inspection.accepted import with_accepted
from pipeline.inspection.inspecting import accepted_of, move_on, recount
from pipeline.inspection.judge import (
    DraftToJudge,
    Opinion,
    due_in,
    heard,
    judge_requests,
    not_judged,
    opinions,
    places_asked,
    waiting,
)
from pipeline.llm import ask
from pipeline.llm.decisions import NoAnswer
from pipeline.llm.model import Model, ModelRequest
from pipeline.llm.patience import GiveUp, patience
from pipeline.model import Judging, SourceSentence, StoryState
from pipeline.settings import Desk, Judge, Newsroom
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.off import is_told_by_one_on
from pipeline.storage.tables import DraftRow
from pipeline.writing.draft import from_json, sentence_places
from pipeline.writing.write import Outcome, material_for, source_of

ATTEMPTS = 4
"""Failed calls after which a draft goes on without the judge, and says so."""


@dataclass(frozen=True)
class Bench:
    """What the judge needs."""

    config: Judge
    newsroom: Newsroom
    model: Model
    rules: Desk
    run_id: int | None = None


async def judge_draft(database: Database, draft_id: int, bench: Bench, now: datetime) -> Outcome:
    """Ask about a version until no sentence of it waits: `judged`, `waiting`, `unanswered` or `nothing`.

    Where the endpoint takes fewer questions or shorter texts than it says, the rest is asked in smaller pieces.
    """
    account = ask.Account(bench.model, bench.config, bench.newsroom.zone, bench.run_id)

    async def once(judge: Judge) -> _Turn:
        asking = _Asking(draft_id, replace(bench, config=judge), now)
        return _Turn(await ask.ask(database, account, asking.next, now), asking.request)

    outcome = await _in_pieces(bench.config, once)
    if outcome.what != "too_long":
        return outcome
    with database.session() as session:
        _without(session, stories.get_draft(session, draft_id), outcome.detail, bench.rules, now)
    return replace(outcome, what="unanswered")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What came of one request: `more` where there is more to ask, `too_long` where it was too much at once."""

    outcome: Outcome
    request: ModelRequest | None = None


async def _in_pieces(judge: Judge, once: Callable[[Judge], Awaitable[_Turn]]) -> Outcome:
    """Ask `once` after once, in smaller requests after one that was too much. `too_long` when none is smaller."""
    cost = 0
    while True:
        turn = await once(judge)
        cost += turn.outcome.cost_micro
        if turn.outcome.what == "too_long" and turn.request and (smaller := _smaller(judge, turn.request)):
            judge = smaller
        elif turn.outcome.what != "more":
            return replace(turn.outcome, cost_micro=cost)


def _smaller(judge: Judge, request: ModelRequest) -> Judge | None:
    """The settings for smaller requests than this one; None when there is none smaller."""
    many, tokens = len(request.decisions), request.likely_input_tokens
    if many > 2:
        return judge.model_copy(update={"most_questions": max(2, many // 4 * 2)})
    if tokens > 600:
        return judge.model_copy(update={"context_tokens": tokens // 2})
    return None


class _Asking:
    """The next question about a version. `request` is the last that was asked."""

    def __init__(self, draft_id: int, bench: Bench, now: datetime) -> None:
        self.draft_id, self.bench, self.now = draft_id, bench, now
        self.request: ModelRequest | None = None

    def next(self, session: Session) -> ask.Question[dict[int, Opinion], Outcome] | Outcome:
        draft = stories.get_draft(session, self.draft_id)
        story = stories.get_story(session, draft.story_id)
        if draft.judged != Judging.DUE or draft.report is None or story is None:
            return Outcome("nothing")
        if draft.writer != "editor" and not is_told_by_one_on(session, story.id):
            return Outcome("nothing")
        if "judge" not in draft.report:
            draft.report = waiting(draft.report)
        article = stories.lead_article(session, story.id)
        material = material_for(session, story)
        case = DraftToJudge(
            material.every,
            draft.report["sentences"],
            due_in(draft.report),
            source_of(article, story).name,
            material.feeds,
        )
        requests = judge_requests(case, self.bench.config, self.bench.model.name)
        if not requests:
            return self._judged(session, draft)
        request = self.request = requests[0]
        return ask.Question(
            request,
            _read,
            lambda session, found, bill: self._keep(session, request, found, bill),
            self._fail,
            story.id,
        )

    def _keep(self, session: Session, request: ModelRequest, found: dict[int, Opinion], bill: ask.Bill) -> Outcome:
        """Put the opinions down; when they were the last the draft goes on in the same transaction."""
        draft = stories.get_draft(session, self.draft_id)
        assert draft.report is not None
        places = sentence_places(from_json(draft.content), draft.text)
        draft.report = heard(draft.report, places_asked(request), found, self.bench.config, places)
        if due_in(draft.report):
            return Outcome("more", cost_micro=bill.cost_micro)
        return replace(self._judged(session, draft), cost_micro=bill.cost_micro)

    def _judged(self, session: Session, draft: DraftRow) -> Outcome:
        draft.judged, draft.judge_at, draft.judge_why = Judging.JUDGED, None, ""
        _settle(session, draft, draft.report or {}, self.bench.rules, self.now)
        return Outcome("judged")

    def _fail(self, session: Session, error: ModelError, bill: ask.Bill) -> Outcome:
        if error.reason == "too_long":
            return Outcome("too_long", str(error), bill.cost_micro)
        draft = stories.get_draft(session, self.draft_id)
        found = patience(error, draft.judge_tries, most=ATTEMPTS, spread=random())  # noqa: S311 - no secret
        waited = self.now - draft.created_at >= timedelta(minutes=self.bench.config.wait_minutes)
        if isinstance(found, GiveUp) or waited:
            _without(session, draft, found.why, self.bench.rules, self.now)
            return Outcome("unanswered", found.why, bill.cost_micro)
        draft.judge_tries += found.counts
        draft.judge_at, draft.judge_why = self.now + timedelta(seconds=found.seconds), found.why
        return Outcome("waiting", found.why, bill.cost_micro, whose=found.whose)


def _read(answer: str) -> dict[int, Opinion]:
    try:
        return opinions(answer)
    except NoAnswer as error:
        raise ModelError("schema", f"the judge's answer can't be used: {error}", retry=True) from error


def without_judge(database: Database, draft_id: int, rules: Desk, now: datetime) -> None:
    """What becomes of a version that waits in a newsroom whose judge was switched off: it goes on, and says so."""
    with database.session() as session:
        draft = stories.get_draft(session, draft_id)
        if draft.judged == Judging.DUE:
            _without(session, draft, "the judge is off", rules, now)


def _without(session: Session, draft: DraftRow, why: str, rules: Desk, now: datetime) -> None:
    draft.judged, draft.judge_at, draft.judge_why = Judging.UNANSWERED, None, why
    _settle(session, draft, not_judged(draft.report or {"findings": []}, why), rules, now)


def _settle(session: Session, draft: DraftRow, report: Mapping[str, Any], rules: Desk, now: datetime) -> None:
    draft.report = with_accepted(report, accepted_of(session, draft.story_id))
    draft.check_verdict = draft.report["verdict"]
    story = stories.get_story(session, draft.story_id, lock=True)
    if draft.writer != "editor" and (story is None or story.state == StoryState.DRAFTING or draft.level == "simple"):
        move_on(session, draft, rules, now)
    elif story is not None and story.current_draft_id == draft.id:
        recount(story, draft)


@dataclass(frozen=True, slots=True)
class Opened:
    """A report with the judge's opinions, and what they cost. `problem` says why some are missing."""

    report: dict[str, Any]
    cost_micro: int = 0
    problem: str = ""


async def judge_text(
    source: Sequence[SourceSentence],
    report: Mapping[str, Any],
    places: Sequence[tuple[int, int]],
    account: ask.Account,
    judge: Judge,
    database: Database | None,
    now: datetime,
) -> Opened:
    """Ask about a text that is no story's, e.g. of `inshort check --judge`: through the ledger where there is one."""
    held = waiting(report)

    async def once(judge: Judge) -> _Turn:
        nonlocal held
        requests = judge_requests(DraftToJudge(source, report["sentences"], due_in(held)), judge, account.model.name)
        if not requests:
            return _Turn(Outcome("judged"))
        request = requests[0]
        try:
            found, cost = await ask.once(database, account, request, _read, now)
        except ModelError as error:
            return _Turn(Outcome("too_long" if error.reason == "too_long" else "unanswered", str(error)), request)
        held = heard(held, places_asked(request), found, judge, places)
        return _Turn(Outcome("more", cost_micro=cost), request)

    outcome = await _in_pieces(judge, once)
    return Opened(held, outcome.cost_micro, outcome.detail)
