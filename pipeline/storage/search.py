"""Finding stories by their words: titles, drafts, sources, people, what was said of them, and days.

One table has each story's words in one spelling (`spelled`), so that SQLite's FTS5 and PostgreSQL's full text, which
index it, find the same. Whoever writes a story, article or review writes it too: see `keep_up`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import ColumnElement, event, func, literal_column, select, text
from sqlalchemy import inspect as look_at
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.errors import UsageError
from pipeline.invisible import without_accents
from pipeline.storage.database import Session
from pipeline.storage.desk.queue_order import Narrowed, in_order
from pipeline.storage.tables import ArticleRow, DraftRow, ReviewRow, SearchRow, StoryRow

LONGEST_QUERY, MOST_WORDS = 400, 24
"""Characters and words of a query."""
MOST_SORTED, MOST_COUNTED = 2000, 500
"""Stories a search puts in another order than by age, the newest of those it found; and those it counts."""
ANYWHERE = Narrowed("")
_LONGEST_WORD = 60
"""Characters of an indexed word."""
_MOST_INDEXED, _A_PLACE = 600_000, 8
"""Bytes of a story's words that are indexed, and of what is noted of each: PostgreSQL takes a million of both."""
_GOES_ON = 3
"""Letters from which the end of a query's word is open: "gro" finds groceries, "ai" does not find aid."""
_WORD = re.compile(r"[^\W_]+")
_ALONE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])")
"""Characters of scripts that set no blanks between words: each is a word."""


def spelled(words: str) -> list[str]:
    """Words in the one spelling they are found by: small letters without accents, nothing but letters and digits."""
    plain = without_accents(words[:2_000_000]).casefold()
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_ALONE.sub(r" \1 ", plain))]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: each a run of words that stand together; the last word of a run may go on unless quoted."""

    runs: tuple[tuple[tuple[str, ...], bool], ...]


def wanted(query: str) -> Wanted:
    """Read a query: words that all must be there, "words in quotes" one after the other, days as 2026-11-20.

    Nothing in it is an operator. Raises UsageError for nothing to look for, or too much.
    """
    if len(query) > LONGEST_QUERY:
        raise UsageError(f"that search is too long; at most {LONGEST_QUERY} characters")
    runs = []
    for part in re.findall(r'"[^"]*"?|“[^”]*”?|[^\s"“]+', query):
        words = tuple(spelled(part))
        if words:
            runs.append((words, part[0] not in '"“' and len(words[-1]) >= _GOES_ON))
    if not runs:
        raise UsageError("there is nothing to search for; type a word of a title, draft or source, a name or a day")
    if sum(len(words) for words, _ in runs) > MOST_WORDS:
        raise UsageError(f"that search has too many words; at most {MOST_WORDS} words")
    return Wanted(tuple(runs))


def found(
    session: Session,
    looked_for: Wanted,
    *,
    states: Collection[str] = (),
    part: Narrowed = ANYWHERE,
    skip: int = 0,
    limit: int,
) -> list[StoryRow]:
    """The stories that have all of it, the newest first, narrowed to some states (none: all) and a part of the stories.

    In another order (`part.order`: a QueueOrder) the newest MOST_SORTED of them are put. The first `skip` are left out.
    """
    numbers = numbers_of(
        session, looked_for, states=states, part=part, most=MOST_SORTED if part.order else skip + limit
    )
    return rows_of(session, numbers, part=part, skip=skip, limit=limit)


def rows_of(session: Session, numbers: Sequence[int], *, part: Narrowed, skip: int, limit: int) -> list[StoryRow]:
    """Some of the stories that were found, in the order that is asked for."""
    if part.order:
        query = select(StoryRow).where(StoryRow.id.in_(numbers[:MOST_SORTED])).order_by(*in_order(part))
        return list(session.scalars(query.offset(skip).limit(limit)))
    query = select(StoryRow).where(StoryRow.id.in_(numbers[skip : skip + limit]))
    return list(session.scalars(query.order_by(StoryRow.id.desc())))


def numbers_of(
    session: Session, looked_for: Wanted, *, states: Collection[str] = (), part: Narrowed = ANYWHERE, most: int
) -> list[int]:
    """The numbers of the stories that have all of it, the newest first, and so many at most."""
    conditions = [*part.conditions(), *([StoryRow.state.in_(list(states))] if states else [])]
    if session.get_bind().dialect.name == "postgresql":
        match = literal_column("to_tsvector('simple', search.words)").op("@@")(
            func.to_tsquery(text("'simple'"), _for_postgresql(looked_for))
        )
        numbers = select(StoryRow.id).join(SearchRow, SearchRow.story_id == StoryRow.id).where(match)
        number: ColumnElement[int] | InstrumentedAttribute[int] = StoryRow.id
    else:
        # The words are walked from the newest story on, and each is looked at only until there are enough.
        words = text("SELECT rowid FROM story_words WHERE story_words MATCH :words ORDER BY rowid DESC")
        walked = words.bindparams(words=_for_sqlite(looked_for)).columns(rowid=StoryRow.id.type).subquery("walked")
        number = walked.c.rowid
        numbers = select(number.label("id")).select_from(walked).join(StoryRow, StoryRow.id == number)
    return list(session.scalars(numbers.where(*conditions).order_by(number.desc()).limit(most)))


def _for_sqlite(looked_for: Wanted) -> str:
    runs = [f'"{" ".join(words)}"{"*" if goes_on else ""}' for words, goes_on in looked_for.runs]
    return " AND ".join(runs)


def _for_postgresql(looked_for: Wanted) -> str:
    runs = []
    for words, goes_on in looked_for.runs:
        *most, last = words
        runs.append(f"({' <-> '.join([*most, f'{last}:*' if goes_on else last])})")
    return " & ".join(runs)


def words_of(session: Session, story: StoryRow) -> str:
    """Everything a story is found by."""
    drafts = [session.get(DraftRow, i) for i in (story.current_draft_id, story.simple_draft_id) if i]
    articles = session.scalars(select(ArticleRow).where(ArticleRow.story_id == story.id).order_by(ArticleRow.id))
    reviews = session.scalars(select(ReviewRow).where(ReviewRow.story_id == story.id).order_by(ReviewRow.id))
    parts = [story.title, *story.topics, story.source_name, story.assigned_to, *_days(story)]
    parts += [draft.text for draft in drafts if draft is not None]
    for article in articles:
        parts += [article.title, article.byline or "", article.site or "", article.text]
    for review in reviews:
        parts += [review.who, review.reason, _day(review.at)]
    words = spelled("\n".join(parts))
    sizes = accumulate(len(word.encode()) + _A_PLACE for word in words)
    return " ".join(word for word, size in zip(words, sizes, strict=True) if size <= _MOST_INDEXED)


def _days(story: StoryRow) -> list[str]:
    return [_day(moment) for moment in (story.published_at, story.created_at, story.approved_at) if moment]


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def index(session: Session, story: StoryRow) -> None:
    """Write down what a story is found by now; who does it at the same moment writes the same."""
    session.execute(_KEEP, {"story_id": story.id, "words": words_of(session, story)})


_KEEP = text(
    "INSERT INTO search (story_id, words) VALUES (:story_id, :words) "
    "ON CONFLICT (story_id) DO UPDATE SET words = excluded.words"
)
_TOLD_BY = frozenset(
    {"title", "topic", "more_topics", "source_name", "current_draft_id", "simple_draft_id", "assigned_to"}
)


def _touched(thing: object) -> int | None:
    """The story whose words a changed row belongs to."""
    if isinstance(thing, StoryRow):
        state = look_at(thing)
        return thing.id if state.pending or any(state.attrs[n].history.has_changes() for n in _TOLD_BY) else None
    if isinstance(thing, ArticleRow | ReviewRow):
        return thing.story_id
    return None


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: object) -> None:
    for thing in (*session.new, *session.dirty):
        number = _touched(thing)
        if number is not None:
            session.info.setdefault("search", set()).add(number)


@event.listens_for(Session, "before_commit")
def keep_up(session: Session) -> None:
    """Index the stories that a transaction changed, in the same transaction."""
    session.flush()
    numbers = session.info.pop("search", set())
    for number in sorted(numbers):
        story = session.get(StoryRow, number)
        if story is not None:
            index(session, story)
    if numbers:
        session.flush()
        session.info.pop("search", None)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("search", None)
