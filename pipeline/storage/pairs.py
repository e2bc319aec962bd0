"""Pairs of articles that may tell one event: which wait for the judge, and what it said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.model import Judging
from pipeline.storage.database import Session
from pipeline.storage.engine.steps import not_resting
from pipeline.storage.off import feeds_off, told_by_one_on
from pipeline.storage.tables import ArticleRow, PairRow, StoryRow

_DUE = PairRow.judged == literal_column(f"'{Judging.DUE}'")
"""Written out, so that a database sees that the index of just these rows serves."""


@dataclass(frozen=True, slots=True)
class New:
    """A pair as it is found: the other article and its story, how sure the rules are, and by what."""

    other_id: int
    into_id: int
    sure: float
    why: list[str]


def add(session: Session, article: ArticleRow, found: Iterable[New], now: datetime) -> None:
    """Let the judge be asked about the pairs of an article that just opened a story."""
    for each in found:
        session.add(
            PairRow(
                article_id=article.id,
                other_id=each.other_id,
                story_id=article.story_id,
                into_id=each.into_id,
                sure=each.sure,
                why=each.why,
                placed_at=now,
                judged=Judging.DUE,
            )
        )


def waits_for_owner(why: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a wait is one that its owner may have ended: a server that is away may be the wrong address."""
    return or_(*(why.like(f"{word}%") for word in ("money:", "set-up:", "server:")))


def may_go_on(
    at: InstrumentedAttribute[datetime | None], why: InstrumentedAttribute[str], now: datetime, *, at_start: bool
) -> ColumnElement[bool]:
    """Whether a wait is over: its time has come, or a start ends it."""
    over = [at.is_(None), at <= now]
    return or_(*over, waits_for_owner(why)) if at_start else or_(*over)


def due_pairs(session: Session, now: datetime, limit: int | None = None, *, at_start: bool = False) -> list[int]:
    """Articles of which the judge is to be asked what they tell, the first placed first. Of stories that only feeds
    tell that are off nothing is asked.

    `at_start` has those whose wait a start ends as well.
    """
    off = feeds_off(session)
    query = (
        select(PairRow.article_id)
        .where(
            _DUE,
            told_by_one_on(off, PairRow.story_id),
            told_by_one_on(off, PairRow.into_id),
            may_go_on(PairRow.next_at, PairRow.said, now, at_start=at_start),
            not_resting("pair", PairRow.article_id, now),
        )
        .group_by(PairRow.article_id)
        .order_by(PairRow.article_id)
        .limit(limit)
    )
    return list(session.scalars(query))


def oldest_due(session: Session, article_ids: Iterable[int]) -> datetime | None:
    """Since when that of some articles waits which waits longest."""
    query = select(func.min(PairRow.placed_at)).where(_DUE, PairRow.article_id.in_(list(article_ids)))
    return session.scalar(query)


def due_of(session: Session, article_id: int) -> list[PairRow]:
    """What is still to be asked of an article, the most probable pair first."""
    query = select(PairRow).where(_DUE, PairRow.article_id == article_id)
    return list(session.scalars(query.order_by(PairRow.sure.desc(), PairRow.other_id)))


def pairs_of(session: Session, article_ids: Iterable[int]) -> list[PairRow]:
    """The pairs some articles are in, as they were placed."""
    some = list(article_ids)
    query = select(PairRow).where(or_(PairRow.article_id.in_(some), PairRow.other_id.in_(some)))
    return list(session.scalars(query.order_by(PairRow.article_id, PairRow.other_id)))


def waits_for_judge(off: list[int], story_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """A condition: it is being asked whether a story tells what another tells. Nobody waits for the feeds `off`."""
    found = []
    for own, others in ((PairRow.story_id, PairRow.into_id), (PairRow.into_id, PairRow.story_id)):
        asked = select(PairRow.article_id).where(_DUE, own == story_id, told_by_one_on(off, others))
        found.append(asked.exists())
    return or_(*found)


def end_waits(session: Session, *, anew: bool) -> None:
    """Let what waits for its owner be asked at once; `anew`, whatever waits, with all its tries."""
    query = update(PairRow).where(_DUE, PairRow.next_at.is_not(None))
    query = (
        query.values(next_at=None, tries=0) if anew else query.where(waits_for_owner(PairRow.said)).values(next_at=None)
    )
    session.execute(query, execution_options={"synchronize_session": False})


def waiting(session: Session, limit: int) -> list[tuple[PairRow, StoryRow]]:
    """Pairs that could not be asked about when their turn came, with the story that waits for it."""
    query = (
        select(PairRow, StoryRow)
        .join(StoryRow, StoryRow.id == PairRow.story_id)
        .where(_DUE, PairRow.said != "", told_by_one_on(feeds_off(session), PairRow.story_id))
    )
    return [(pair, story) for pair, story in session.execute(query.order_by(PairRow.article_id.desc()).limit(limit))]
