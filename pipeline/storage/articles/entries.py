"""Entries on their way to articles, and articles on their way to stories."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from pipeline.model import EntryState, StoryState, Verdict
from pipeline.storage.database import Session
from pipeline.storage.engine.steps import counted_against, not_resting, not_set_aside, went_well
from pipeline.storage.off import feeds_off
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow, StoryRow

_AHEAD = 32
"""Articles placed before another at most: more than there are workers."""


def due_entries(
    session: Session,
    now: datetime,
    limit: int | None = None,
    bounded: Collection[int] = (),
    turns: Collection[int] = (),
    a_feed: int | None = None,
) -> list[int]:
    """Entries to collect now: new ones, and failed ones whose time to try again has come.

    Of the feeds `bounded` only the entries `turns`. With `a_feed` at most so many of a feed, the feeds in turn.

    Of several that share a link only the first is due, by feed and place in it: who leads never hangs on
    which page came back sooner, so a run that was killed ends like one that was not. What a feed brought that is
    disabled or removed waits until it is enabled again, and nobody waits for it.
    """
    other = aliased(EntryRow)
    off = feeds_off(session)
    open_states = [EntryState.NEW, EntryState.FAILED]
    before = exists().where(
        other.link_key == EntryRow.link_key,
        other.state.in_(open_states),
        or_(other.feed_id < EntryRow.feed_id, and_(other.feed_id == EntryRow.feed_id, other.id < EntryRow.id)),
        *([other.feed_id.not_in(off)] if off else []),
    )
    due = [
        EntryRow.state.in_(open_states),
        EntryRow.next_try_at.is_not(None),
        EntryRow.next_try_at <= now,
        ~before,
        not_resting("collect", EntryRow.id, now),
    ]
    if off:
        due.append(EntryRow.feed_id.not_in(off))
    if bounded:
        due.append(or_(EntryRow.feed_id.not_in(bounded), EntryRow.id.in_(turns)))
    urgent = (EntryRow.next_try_at, EntryRow.id)
    if a_feed is None:
        return list(session.scalars(select(EntryRow.id).where(*due).order_by(*urgent).limit(limit)))
    turn = func.row_number().over(partition_by=EntryRow.feed_id, order_by=urgent).label("turn")
    placed = select(*urgent, turn).where(*due).subquery().c
    fair = select(placed.id).where(placed.turn <= a_feed)
    return list(session.scalars(fair.order_by(placed.turn, placed.next_try_at, placed.id).limit(limit)))


def feeds_with_open(session: Session) -> dict[int, dict[str, Any] | None]:
    """Feeds with entries that are still to be read, each with its own filters."""
    some = exists().where(EntryRow.feed_id == FeedRow.id, EntryRow.next_try_at.is_not(None))
    return {feed_id: filters for feed_id, filters in session.execute(select(FeedRow.id, FeedRow.filters).where(some))}


class OpenEntry(NamedTuple):
    """What an entry that is still to be read is ordered by."""

    id: int
    key: str
    published: datetime | None
    link_key: str | None
    title: str
    summary: str


def open_of_feed(session: Session, feed_id: int) -> list[OpenEntry]:
    """A feed's entries that are still to be read, now or later, as they came; not those that were set aside."""
    query = select(
        EntryRow.id, EntryRow.key, EntryRow.published_at, EntryRow.link_key, EntryRow.title, EntryRow.summary
    ).where(EntryRow.feed_id == feed_id, EntryRow.next_try_at.is_not(None), not_set_aside("collect", EntryRow.id))
    return [OpenEntry(*row) for row in session.execute(query.order_by(EntryRow.id))]


def get_entry(session: Session, entry_id: int) -> EntryRow:
    return session.get_one(EntryRow, entry_id)


def collectable(row: EntryRow) -> bool:
    return row.state in (EntryState.NEW, EntryState.FAILED)


def twin_of(session: Session, row: EntryRow) -> EntryRow | None:
    """An earlier entry of any feed with the same link that was read or refused already."""
    if not row.link_key:
        return None
    query = (
        select(EntryRow)
        .where(
            EntryRow.link_key == row.link_key,
            EntryRow.id != row.id,
            EntryRow.state.in_([EntryState.EXTRACTED, EntryState.DUPLICATE]),
        )
        .order_by(EntryRow.id)
        .limit(1)
    )
    return session.scalar(query)


def settle(row: EntryRow, state: EntryState, verdict: str = "", reason: str = "") -> None:
    """Move an entry on for good; nothing tries it again."""
    row.state, row.verdict, row.reason, row.next_try_at = state, verdict, reason, None


def due_gathering(session: Session, now: datetime, limit: int | None = None) -> list[int]:
    """Articles that belong to no story yet, the earliest published first: of copies, that one leads."""
    return list(session.scalars(_gathering(now).limit(limit)))


def due_gathering_up_to(session: Session, article_id: int, now: datetime) -> list[int]:
    """An article, after those whose turn came before it and who still wait: their worker is slower, or was killed.

    Left out is what tripped, or had its process die: that has a turn of its own, and nobody else shall pay for it.
    """
    if session.get_bind().dialect.name != "postgresql":  # one process places them, in their order
        return [article_id]
    article = get_article(session, article_id)
    entry, at = get_entry(session, article.entry_id), article.published_at
    first = tuple_(EntryRow.feed_id, EntryRow.id) < tuple_(entry.feed_id, entry.id)
    tied = and_(ArticleRow.published_at == at if at else ArticleRow.published_at.is_(None), first)
    sooner = ArticleRow.published_at < at if at else ArticleRow.published_at.is_not(None)
    before = list(session.scalars(_gathering(now).where(or_(sooner, tied)).limit(_AHEAD)))
    theirs = counted_against(session, "gather", before) if before else set()
    return [*(each for each in before if each not in theirs), article_id]


def _gathering(now: datetime) -> Select[int]:
    return (
        select(ArticleRow.id)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .where(
            ArticleRow.story_id.is_(None),
            EntryRow.state == EntryState.EXTRACTED,
            not_resting("gather", ArticleRow.id, now),
        )
        .order_by(ArticleRow.published_at.is_(None), ArticleRow.published_at, EntryRow.feed_id, EntryRow.id)
    )


def get_article(session: Session, article_id: int) -> ArticleRow:
    return session.get_one(ArticleRow, article_id)


def text_of(session: Session, entry_id: int) -> str | None:
    """The text read for an entry; None when it became no article."""
    return session.scalar(select(ArticleRow.text).where(ArticleRow.entry_id == entry_id))


def feed_of(session: Session, article: ArticleRow) -> FeedRow:
    return session.get_one(FeedRow, session.get_one(EntryRow, article.entry_id).feed_id)


def placed_like(session: Session, article: ArticleRow) -> ArticleRow | None:
    """An article already in a story that has the same text or the same canonical address."""
    same = [ArticleRow.text_hash == article.text_hash]
    if article.canonical_url:
        same.append(ArticleRow.canonical_url == article.canonical_url)
    query = (
        select(ArticleRow)
        .where(or_(*same), ArticleRow.story_id.is_not(None), ArticleRow.id != article.id)
        .order_by(ArticleRow.id)
        .limit(1)
    )
    return session.scalar(query)


def same_text(session: Session, text_hash: str, title: str) -> list[tuple[ArticleRow, int]]:
    """The first articles with this very text under another title, each with its feed."""
    query = (
        select(ArticleRow, EntryRow.feed_id)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .where(ArticleRow.text_hash == text_hash, EntryRow.title != title)
        .order_by(ArticleRow.id)
        .limit(20)
    )
    return [(article, feed_id) for article, feed_id in session.execute(query)]


def latest_texts(session: Session, feed_id: int, title: str, limit: int) -> list[ArticleRow]:
    """A feed's latest articles under other titles than this, the newest first."""
    query = (
        select(ArticleRow)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .where(EntryRow.feed_id == feed_id, EntryRow.title != title)
        .order_by(EntryRow.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def withdraw(session: Session, article: ArticleRow, reason: str) -> None:
    """Refuse an article after all, unless something was written from it, or others tell the same story.

    It stays, so that the next page with its text is known.
    """
    if article.story_id is not None:
        story = session.get_one(StoryRow, article.story_id)
        if story.state != StoryState.NEW or story.current_draft_id is not None or story.sources > 1:
            return
        story.state, story.waiting_for, story.next_try_at = StoryState.FAILED, reason, None
    article.look_at = None
    settle(session.get_one(EntryRow, article.entry_id), EntryState.REFUSED, Verdict.NOT_ARTICLE, reason)


class Refused(NamedTuple):
    """An entry no article came from, and why; of one whose page failed and is tried again the verdict is `failed`."""

    verdict: str
    reason: str
    link: str
    title: str


def refusals(session: Session, feed_id: int | None, limit: int) -> list[Refused]:
    """The newest entries no article came from, of one feed or all, the oldest of them first."""
    verdict = case((EntryRow.state == EntryState.FAILED, "failed"), else_=EntryRow.verdict)
    query = select(verdict, EntryRow.reason, EntryRow.link, EntryRow.title)
    query = (
        query.where(EntryRow.state.in_([EntryState.REFUSED, EntryState.FAILED]))
        .order_by(EntryRow.id.desc())
        .limit(limit)
    )
    if feed_id is not None:
        query = query.where(EntryRow.feed_id == feed_id)
    return [Refused(verdict, reason, link or "", title) for verdict, reason, link, title in session.execute(query)][
        ::-1
    ]


@dataclass(frozen=True, slots=True)
class Became:
    """An entry and what became of it: its story, where it has one."""

    entry: EntryRow
    story_id: int | None
    story_state: str | None
    read: bool
    """Whether an article came of its page."""

    @property
    def may_be_tried(self) -> bool:
        """Whether its page may be asked for at once: it was refused, or waits to be tried again."""
        return not self.read and self.entry.state in (EntryState.REFUSED, EntryState.FAILED)


def recent_entries(session: Session, feed_id: int, before: int, limit: int) -> list[Became]:
    """A feed's entries, the last seen first; `before` is the number of the last one seen, 0 for none."""
    query = (
        select(EntryRow, ArticleRow.story_id, StoryRow.state, ArticleRow.id)
        .outerjoin(ArticleRow, ArticleRow.entry_id == EntryRow.id)
        .outerjoin(StoryRow, StoryRow.id == ArticleRow.story_id)
        .where(EntryRow.feed_id == feed_id)
        .order_by(EntryRow.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(EntryRow.id < before)
    return [Became(entry, story, state, article is not None) for entry, story, state, article in session.execute(query)]


def try_now(session: Session, entry_id: int, now: datetime) -> EntryRow | None:
    """Have an entry's page asked for at once, with all its tries; None where it is not one to be tried again."""
    row = session.get(EntryRow, entry_id)
    if row is None or row.state not in (EntryState.REFUSED, EntryState.FAILED):
        return None
    if session.scalar(select(ArticleRow.id).where(ArticleRow.entry_id == entry_id).limit(1)) is not None:
        return None
    want_again(row, now)
    went_well(session, "collect", [entry_id])  # what set it aside is forgotten
    return row


def refused_since(session: Session, since: datetime, why: str) -> list[EntryRow]:
    """Entries first seen since a time that were refused, with `why` in the reason."""
    query = select(EntryRow).where(
        EntryRow.first_seen_at >= since,
        EntryRow.state == EntryState.REFUSED,
        EntryRow.reason.contains(why, autoescape=True),
    )
    return list(session.scalars(query.order_by(EntryRow.id)))


def want_again(row: EntryRow, now: datetime) -> None:
    """Have an entry read after all that was refused, as if it were new."""
    row.state, row.verdict, row.reason, row.attempts, row.next_try_at = EntryState.NEW, "", "", 0, now


def entries_by_state(session: Session) -> dict[str, int]:
    return {s: n for s, n in session.execute(select(EntryRow.state, func.count()).group_by(EntryRow.state))}
