"""What waits for a model: drafts, simple versions, judge, pairs and batches; what for, and what ends it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, or_, select, update

from pipeline.model import Judging, StoryState
from pipeline.storage import pairs
from pipeline.storage.database import Session
from pipeline.storage.llm.batches import OPEN
from pipeline.storage.off import feeds_off, told_by_one_on
from pipeline.storage.pairs import waits_for_owner
from pipeline.storage.stories import SIMPLE_GIVEN_UP, UNJUDGED
from pipeline.storage.tables import BatchRow, DraftRow, EndpointRow, SetUpRow, StoryRow

_LATELY = 200
"""Versions among which the last one is looked for that the judge was to read."""


@dataclass(frozen=True, slots=True)
class OtherWait:
    """Something beside a draft that waits for a model, or went on without: `what` as people say it."""

    what: str
    why: str
    story_id: int | None = None
    title: str = ""
    until: datetime | None = None
    since: datetime | None = None
    given_up: bool = False


def newly_set_up(session: Session, marks: Mapping[str, str]) -> set[str]:
    """For whom (`writer`, `judge`) the model is reached in another way than when this was last asked."""
    changed = set()
    for role, mark in marks.items():
        row = session.get(SetUpRow, role, with_for_update=True)
        if row is None:
            session.add(SetUpRow(role=role, mark=mark))
        elif row.mark != mark:
            row.mark = mark
        else:
            continue
        changed.add(role)
    return changed


def end_waits(session: Session, *, writer: bool, judge: bool) -> None:
    """Let what waits for money, a mended set-up or a server be tried at once, as its owner may have been here.

    `writer` and `judge` say whose model is reached in another way than when its waits began: those are over whatever
    they wait for, and what the former server used up of their tries is theirs again. What waits because it failed goes
    on waiting: cron begins a run every few minutes, and a request that timed out may have been paid for.
    """
    drafts = update(StoryRow).where(StoryRow.state.in_([StoryState.NEW, StoryState.DRAFTING]))
    simple = update(StoryRow).where(StoryRow.simple_at.is_not(None))
    judged = update(DraftRow).where(DraftRow.judge_at.is_not(None), UNJUDGED)
    batch = update(BatchRow).where(BatchRow.state.in_(OPEN), BatchRow.error.like("%" if writer else "set-up:%"))
    queries = [
        update(StoryRow).where(waits_for_owner(StoryRow.waiting_for)).values(next_try_at=None),
        simple.where(*([] if writer else [waits_for_owner(StoryRow.simple_why)])).values(simple_at=None),
        judged.where(*([] if judge else [waits_for_owner(DraftRow.judge_why)])).values(judge_at=None),
        batch.where(BatchRow.error != "").values(next_at=BatchRow.made_at),
    ]
    if writer:
        queries += [
            drafts.where(StoryRow.waiting_for.like("the model:%")).values(next_try_at=None, attempts=0),
            update(StoryRow).where(StoryRow.simple_tries.between(1, SIMPLE_GIVEN_UP - 1)).values(simple_tries=0),
        ]
    if judge:
        queries.append(update(DraftRow).where(DraftRow.judge_tries > 0, UNJUDGED).values(judge_tries=0))
    pairs.end_waits(session, anew=judge)
    for query in queries:
        session.execute(query, execution_options={"synchronize_session": False})


def end_pause(session: Session, endpoint: str) -> None:
    """Forget how long an endpoint asked for peace, and how fast it may be asked: it told that to another key."""
    query = update(EndpointRow).where(EndpointRow.key == endpoint)
    session.execute(query.values(pause_until=None, requests_a_minute=None, tokens_a_minute=None))


def other_waits(session: Session, limit: int) -> list[OtherWait]:
    """Simple versions, judgements, pairs and batches that wait, the last first; and simple versions given up.

    What waits for a feed that is off is not among them.
    """
    told = told_by_one_on(feeds_off(session), StoryRow.id)
    simple = (
        select(StoryRow)
        .where(StoryRow.simple_why != literal_column("''"), StoryRow.state == StoryState.IN_REVIEW, told)
        .order_by(StoryRow.id.desc())
    )
    judged = (
        select(DraftRow, StoryRow)
        .join(StoryRow, StoryRow.id == DraftRow.story_id)
        .where(
            UNJUDGED,
            DraftRow.judge_why != "",
            or_(DraftRow.writer == "editor", told),
            or_(StoryRow.current_draft_id == DraftRow.id, StoryRow.simple_draft_id == DraftRow.id),
            StoryRow.state.not_in([StoryState.SPIKED, StoryState.FAILED, StoryState.RETRACTED]),
        )
        .order_by(DraftRow.id.desc())
    )
    asked = pairs.waiting(session, limit)
    batched = select(BatchRow).where(BatchRow.state.in_(OPEN), BatchRow.error != "").order_by(BatchRow.id.desc())
    found = [
        OtherWait(
            "simple version",
            s.simple_why,
            s.id,
            s.heading,
            s.simple_at,
            s.arrived_at,
            given_up=s.simple_tries >= SIMPLE_GIVEN_UP,
        )
        for s in session.scalars(simple.limit(limit))
    ]
    found += [
        OtherWait("judge", draft.judge_why, story.id, story.heading, draft.judge_at, draft.created_at)
        for draft, story in session.execute(judged.limit(limit))
    ]
    found += [
        OtherWait("pair", pair.said, story.id, story.heading, pair.next_at, pair.placed_at) for pair, story in asked
    ]
    found += [
        OtherWait(f"batch {b.id}", b.error, until=b.next_at, since=b.made_at)
        for b in session.scalars(batched.limit(limit))
    ]
    return found


def last_unjudged(session: Session) -> str:
    """Why the last version that the judge was to read went on without it; "" where it was read."""
    latest = select(DraftRow.id).order_by(DraftRow.id.desc()).limit(_LATELY).subquery()
    query = (
        select(DraftRow.judged, DraftRow.judge_why)
        .where(DraftRow.id.in_(select(latest.c.id)), DraftRow.judged.in_([Judging.JUDGED, Judging.UNANSWERED]))
        .order_by(DraftRow.id.desc())
        .limit(1)
    )
    last = session.execute(query).first()
    return last[1] if last is not None and last[0] == Judging.UNANSWERED else ""
