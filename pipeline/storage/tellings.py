"""Which articles tell a story, and by what the next one that does is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, union_all

from pipeline.storage.database import Session, own_insert
from pipeline.storage.tables import (
    ArticleRow,
    EntryRow,
    FeedRow,
    KinRow,
    SignCountRow,
    SignKeyRow,
    SignsRow,
    StoryRow,
    TellingRow,
)

ALL = 0
"""Under which the number of stories is counted."""
_FORGOTTEN = 40
"""Articles whose signs are dropped at a time, so that no placing waits for a long clearing."""


@dataclass(frozen=True, slots=True)
class Report:
    """An article in a story. `before` is the number of sentences before its first; None for a copy."""

    telling: TellingRow
    article: ArticleRow
    feed: str

    @property
    def lead(self) -> bool:
        return self.article.role == "lead" and self.telling.left_at is None

    @property
    def numbered(self) -> list[tuple[int, str, int]]:
        """Its sentences by the story's numbers: number, text, paragraph."""
        first = self.telling.before or 0
        return [(first + number, words, first + paragraph) for number, words, paragraph in self.article.sentences]


def reports_of(session: Session, story_id: int, *, left: bool = False) -> list[Report]:
    """The articles that tell a story, the lead first, then in the order they came; with `left`, those taken out too."""
    query = (
        select(TellingRow, ArticleRow, FeedRow.name)
        .join(ArticleRow, ArticleRow.id == TellingRow.article_id)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .join(FeedRow, FeedRow.id == EntryRow.feed_id)
        .where(TellingRow.story_id == story_id)
        .order_by(TellingRow.id)
    )
    if not left:
        query = query.where(TellingRow.left_at.is_(None))
    found = [Report(telling, article, feed) for telling, article, feed in session.execute(query)]
    if not found:  # a story that was made without being gathered, as for a trial
        lead = select(ArticleRow, FeedRow.name).join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        lead = lead.join(FeedRow, FeedRow.id == EntryRow.feed_id)
        lead = lead.where(ArticleRow.story_id == story_id, ArticleRow.role == "lead")
        alone = TellingRow(story_id=story_id, before=0, why=[], named=False)
        found = [Report(alone, article, feed) for article, feed in session.execute(lead)]
    return sorted(found, key=lambda report: (not report.lead, report.telling.id))


def add_telling(
    session: Session, story_id: int, article: ArticleRow, why: Iterable[str], now: datetime, *, by: str = ""
) -> TellingRow:
    """Put an article in a story, behind those it has; what its role is has been decided."""
    if session.scalar(select(TellingRow.id).where(TellingRow.story_id == story_id).limit(1)) is None:
        lead = select(ArticleRow).where(ArticleRow.story_id == story_id, ArticleRow.role == "lead")
        for first in session.scalars(lead.where(ArticleRow.id != article.id)):
            session.add(TellingRow(story_id=story_id, article_id=first.id, before=0, why=[], joined_at=now))
        session.flush()
    before = None if article.role == "duplicate" else next_before(session, story_id)
    row = TellingRow(
        story_id=story_id, article_id=article.id, before=before, why=list(why), by=by, joined_at=now, left_at=None
    )
    article.story_id = story_id
    session.add(row)
    session.flush()
    return row


def placed_by(session: Session, article_id: int) -> str:
    """The editor who put an article into the story it is in; "" where the rules did."""
    query = select(TellingRow.by).where(TellingRow.article_id == article_id, TellingRow.left_at.is_(None))
    return session.scalar(query.order_by(TellingRow.id.desc()).limit(1)) or ""


def next_before(session: Session, story_id: int) -> int:
    """How many numbers of a story are taken: those of an article that was taken out are never given again."""
    query = (
        select(TellingRow.before, ArticleRow.sentences)
        .join(ArticleRow, ArticleRow.id == TellingRow.article_id)
        .where(TellingRow.story_id == story_id, TellingRow.before.is_not(None))
    )
    ends = [before + max((s[0] for s in sentences), default=0) for before, sentences in session.execute(query)]
    return max(ends, default=0)


def count_sources(session: Session, story_id: int) -> int:
    """How many feeds tell a story."""
    query = select(func.count(EntryRow.feed_id.distinct())).join(ArticleRow, ArticleRow.entry_id == EntryRow.id)
    return session.scalar(query.where(ArticleRow.story_id == story_id)) or 0


def link(session: Session, story_id: int, others: Iterable[int]) -> None:
    """Note that a story is of the same matter as earlier ones."""
    session.add_all(KinRow(story_id=story_id, other_id=other) for other in dict.fromkeys(others) if other != story_id)


def kin_of(session: Session, story_id: int) -> list[StoryRow]:
    """Stories of the same matter, the newest first."""
    ahead = select(KinRow.other_id).where(KinRow.story_id == story_id)
    behind = select(KinRow.story_id).where(KinRow.other_id == story_id)
    query = select(StoryRow).where(StoryRow.id.in_(ahead.union(behind)), StoryRow.joined_to.is_(None))
    return list(session.scalars(query.order_by(StoryRow.id.desc()).limit(20)))


def holding(session: Session, keys: Collection[int], most: int) -> list[tuple[int, int]]:
    """The latest articles that have each of some keys, at most so many a key: (key, article)."""
    if not keys:
        return []
    parts = [
        select(SignKeyRow.key, SignKeyRow.article_id)
        .where(SignKeyRow.key == key)
        .order_by(SignKeyRow.article_id.desc())
        .limit(most)
        .subquery()
        for key in keys
    ]
    found = session.execute(union_all(*(select(part.c.key, part.c.article_id) for part in parts)))
    return [(key, article) for key, article in found]


def packed_signs(session: Session, article_ids: Collection[int]) -> dict[int, tuple[bytes, int]]:
    """The signs of some articles and the story each is in."""
    query = (
        select(SignsRow.article_id, SignsRow.packed, ArticleRow.story_id)
        .join(ArticleRow, ArticleRow.id == SignsRow.article_id)
        .where(SignsRow.article_id.in_(list(article_ids)), ArticleRow.story_id.is_not(None))
    )
    return {article: (packed, story or 0) for article, packed, story in session.execute(query)}


def telling_ids(session: Session, story_id: int, first: int, last: int) -> list[int]:
    """A story's articles that are no copies and have signs: so many of the first, and of the last."""
    query = (
        select(ArticleRow.id)
        .join(SignsRow, SignsRow.article_id == ArticleRow.id)
        .where(ArticleRow.story_id == story_id, ArticleRow.role != "duplicate")
    )
    ids = list(session.scalars(query.order_by(ArticleRow.id).limit(first)))
    latest = session.scalars(query.order_by(ArticleRow.id.desc()).limit(last))
    return sorted({*ids, *latest})


def counts_of(session: Session, words: Collection[int]) -> dict[int, int]:
    """How many stories have each of some words."""
    wanted, found = list(words), {}
    for at in range(0, len(wanted), 900):
        query = select(SignCountRow.word, SignCountRow.stories).where(SignCountRow.word.in_(wanted[at : at + 900]))
        found.update({word: stories for word, stories in session.execute(query)})
    return found


def keep_signs(session: Session, article_id: int, packed: bytes, keys: Collection[int], now: datetime) -> None:
    session.add(SignsRow(article_id=article_id, placed_at=now, packed=packed))
    session.flush()
    session.execute(insert(SignKeyRow), [{"key": key, "article_id": article_id} for key in sorted(keys)])


def count(session: Session, changes: Mapping[int, int]) -> None:
    """Add to the counts of words; what nobody has any more goes."""
    if not changes:
        return
    into = own_insert(session, SignCountRow)
    query = into.on_conflict_do_update(
        index_elements=[SignCountRow.word], set_={"stories": SignCountRow.stories + into.excluded.stories}
    )
    session.execute(query, [{"word": word, "stories": more} for word, more in sorted(changes.items())])
    if min(changes.values()) < 0:
        session.execute(delete(SignCountRow).where(SignCountRow.stories <= 0))


def forget_before(session: Session, moment: datetime) -> list[bytes]:
    """Drop the signs of some articles that were placed before a moment, the oldest first; what they were."""
    query = select(SignsRow.article_id, SignsRow.packed).where(SignsRow.placed_at < moment)
    old = session.execute(query.order_by(SignsRow.placed_at).limit(_FORGOTTEN)).all()
    ids = [article for article, _ in old]
    if ids:
        session.execute(delete(SignKeyRow).where(SignKeyRow.article_id.in_(ids)))
        session.execute(delete(SignsRow).where(SignsRow.article_id.in_(ids)))
    return [packed for _, packed in old]


def lock(session: Session) -> None:
    """One article at a time is placed, so that two that are alike do not open two stories."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(1725450)"))
