"""What was spent, on what, and what was saved: read from the ledger's tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from pipeline.model import EntryState, StoryState
from pipeline.storage.database import Session
from pipeline.storage.llm.calls import FREE, LOST, PAID, RESERVED, spent_micro
from pipeline.storage.tables import ArticleRow, CallRow, EntryRow, FeedRow, StoryRow, TryRow
from pipeline.storage.tallies import by_state, tallies

GROUPS = ("day", "feed", "model", "prompt", "story")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a group of tries cost, in millionths, and its tokens. `lost` of them may have been paid for in vain."""

    name: str
    calls: int
    micro: int
    input_tokens: int
    output_tokens: int
    lost: int
    batched: int
    cached: int = 0
    """Of the input tokens, those read from a server's cache."""
    cache_write: int = 0
    reasoning: int = 0
    """Of the output tokens, those a model thought in."""
    unpriced: int = 0
    """Tokens of calls that no price was known for; they are not in `micro`."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was not paid: answers used again, and articles that no call was made for."""

    reused: int
    reused_micro: int
    refused: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class WaitingForMoney:
    """A story that waits for money: `cap` is what would be passed."""

    id: int
    title: str
    why: str
    until: datetime | None


def costs(session: Session, by: str, since: str | None = None, until: str | None = None) -> list[Cost]:
    """What was spent from one day up to another (both counted), in groups; the dearest first, days in order.

    `by` is one of GROUPS, or `all` for one sum. Calls of no story, such as an evaluation's, have no feed.
    """
    name = _name(by)
    worst = TryRow.state.in_([RESERVED, LOST])
    used = (
        case((worst, TryRow.reserved_input), else_=TryRow.input_tokens),
        case((worst, TryRow.reserved_output), else_=TryRow.output_tokens),
    )
    # A try from before prices were kept with it has a cost and no price.
    unpriced = (TryRow.price == "") & (spent_micro() == 0)
    query = (
        select(
            name.label("name"),
            func.count(),
            func.coalesce(func.sum(spent_micro()), 0),
            *(func.coalesce(func.sum(of), 0) for of in used),
            func.coalesce(func.sum(cast(TryRow.state == LOST, Integer)), 0),
            func.coalesce(func.sum(cast(TryRow.lane == "batch", Integer)), 0),
            *(func.coalesce(func.sum(of), 0) for of in (TryRow.cached_input, TryRow.cache_write, TryRow.reasoning)),
            func.coalesce(func.sum(case((unpriced, used[0] + used[1]), else_=0)), 0),
        )
        .join(CallRow, CallRow.id == TryRow.call_id)
        .where(TryRow.state != FREE)
    )
    if by in ("feed", "story"):
        query = query.outerjoin(StoryRow, StoryRow.id == TryRow.story_id)
    if by == "feed":
        lead = (ArticleRow.story_id == TryRow.story_id) & (ArticleRow.role == "lead")
        query = query.outerjoin(ArticleRow, lead).outerjoin(EntryRow, EntryRow.id == ArticleRow.entry_id)
        query = query.outerjoin(FeedRow, FeedRow.id == EntryRow.feed_id)
    query = _between(query, since, until).group_by("name")
    query = query.order_by("name") if by == "day" else query.order_by(func.sum(spent_micro()).desc(), "name")
    return [Cost(str(found[0] or "—"), *map(int, found[1:])) for found in session.execute(query)]


def _name(by: str) -> ColumnElement[str] | InstrumentedAttribute[str]:
    names: dict[str, ColumnElement[str] | InstrumentedAttribute[str]] = {
        "all": literal("all"),
        "day": TryRow.day,
        "feed": func.coalesce(FeedRow.name, ""),
        "model": CallRow.model,
        "prompt": CallRow.prompt,
        "story": func.coalesce(cast(StoryRow.id, String) + literal(" ") + StoryRow.heading, ""),
    }
    return names[by]


def _between(query: Select[Any], since: str | None, until: str | None) -> Select[Any]:
    if since is not None:
        query = query.where(TryRow.day >= since)
    if until is not None:
        query = query.where(TryRow.day <= until)
    return query


def saved(session: Session) -> Saved:
    """What reuse and refusals saved, over all time. What refused articles would have cost is the caller's to reckon."""
    paid = select(TryRow.call_id, func.sum(TryRow.cost_micro).label("cost")).where(TryRow.state == PAID)
    each = paid.group_by(TryRow.call_id).subquery()
    again = case((CallRow.uses > 1, CallRow.uses - 1), else_=0)
    found = session.execute(
        select(func.coalesce(func.sum(again), 0), func.coalesce(func.sum(again * each.c.cost), 0)).join(
            each, each.c.call_id == CallRow.id
        )
    ).one()
    states = by_state(tallies(session), "entry")
    return Saved(int(found[0]), int(found[1]), states.get(EntryState.REFUSED, 0), states.get(EntryState.DUPLICATE, 0))


def average_story(session: Session) -> int:
    """What a drafted story cost on average, in millionths; 0 before the first."""
    query = select(func.sum(spent_micro()), func.count(func.distinct(TryRow.story_id)))
    micro, count = session.execute(query.where(TryRow.story_id.is_not(None), TryRow.state != FREE)).one()
    return int(micro or 0) // count if count else 0


def usual_share(session: Session) -> tuple[float, float] | None:
    """How much of their worst case paid calls really used, of input and output; None before the first twenty."""
    query = select(
        func.count(),
        func.sum(TryRow.input_tokens),
        func.sum(TryRow.reserved_input),
        func.sum(TryRow.output_tokens),
        func.sum(TryRow.reserved_output),
    ).where(TryRow.state == PAID)
    count, used_in, held_in, used_out, held_out = session.execute(query).one()
    if count < 20 or not held_in or not held_out:
        return None
    return float(used_in / held_in), float(used_out / held_out)


def repair_share(session: Session) -> float | None:
    """How many repairs there were for each draft; None before the first twenty drafts."""
    query = select(CallRow.purpose, func.count()).group_by(CallRow.purpose)
    counts = {purpose: count for purpose, count in session.execute(query)}
    drafts = counts.get("draft", 0)
    return counts.get("repair", 0) / drafts if drafts >= 20 else None


def waiting_for_money(session: Session) -> list[WaitingForMoney]:
    """Stories whose next call would pass a cap, oldest first."""
    query = (
        select(StoryRow)
        .where(StoryRow.state.in_([StoryState.NEW, StoryState.DRAFTING]), StoryRow.waiting_for.like("money:%"))
        .order_by(StoryRow.id)
    )
    return [WaitingForMoney(s.id, s.heading, s.waiting_for, s.next_try_at) for s in session.scalars(query)]
