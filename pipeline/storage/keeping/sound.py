"""Looking for what cannot be: damage, rows that point nowhere, states no stage would leave behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased

from pipeline.model import EntryState, FeedState, StoryState
from pipeline.storage.database import Database, Session
from pipeline.storage.llm.calls import ANSWERED
from pipeline.storage.tables import (
    ArticleRow,
    CallRow,
    DraftRow,
    EditionRow,
    EntryRow,
    FeedRow,
    StoryRow,
    TryRow,
    schema,
)

SHOWN = 10
"""Row numbers named for one trouble."""
_BINDING = (StoryState.APPROVED, StoryState.PUBLISHED, StoryState.CORRECTED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot be: `ids` are the first rows it was found in, `count` is how many there are."""

    what: str
    count: int
    ids: tuple[int, ...] = ()


def check(database: Database) -> list[Trouble]:
    """Check a newsroom whole, changing nothing; what is wrong, the file's own damage first."""
    with database.reading() as session:
        if database.file:
            damage = _damage(session)
            if damage:
                return damage
        return [
            *_orphans(session),
            *(trouble for what, query in _rules() if (trouble := _found(session, what, query))),
            *_changed_drafts(session),
            *_editions_without_story(session),
        ]


def _damage(session: Session) -> list[Trouble]:
    try:
        said = [row[0] for row in session.execute(text("PRAGMA integrity_check(20)"))]
    except DatabaseError as error:
        said = [str(error.orig)]
    return [] if said == ["ok"] else [Trouble(f"the file is damaged: {line}", 1) for line in said]


def _orphans(session: Session) -> Iterator[Trouble]:
    """Rows whose foreign key leads nowhere: a table that was changed by hand, or by a tool without the keys on."""
    for table in schema().sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias()
            here, there = key.parent, target.c[key.column.name]
            own = next(iter(table.primary_key))
            query = select(own).where(here.is_not(None), ~exists().where(there == here)).order_by(own)
            trouble = _found(session, f"{table.name}.{here.name} points at no row of {key.column.table.name}", query)
            if trouble:
                yield trouble


def _rules() -> Iterator[tuple[str, Select[int]]]:
    def of(table: type[FeedRow | EntryRow | StoryRow | CallRow | TryRow], *where: ColumnElement[bool]) -> Select[int]:
        return select(table.id).where(*where).order_by(table.id)

    for table, states in ((FeedRow, FeedState), (EntryRow, EntryState), (StoryRow, StoryState)):
        yield f"{table.__tablename__}: a state that does not exist", of(table, table.state.not_in(list(states)))
    open_states = [EntryState.NEW, EntryState.FAILED]
    yield (
        "entries that wait, but for no time: nothing would ever collect them",
        of(EntryRow, EntryRow.state.in_(open_states), EntryRow.next_try_at.is_(None)),
    )
    yield (
        "entries that were read but have no article",
        of(EntryRow, EntryRow.state == EntryState.EXTRACTED, ~exists().where(ArticleRow.entry_id == EntryRow.id)),
    )
    lead = exists().where(ArticleRow.story_id == StoryRow.id, ArticleRow.role == "lead")
    yield "stories without the article that leads them", of(StoryRow, ~lead, StoryRow.joined_to.is_(None))
    current = aliased(DraftRow)
    own = exists().where(current.id == StoryRow.current_draft_id, current.story_id == StoryRow.id)
    yield (
        "stories whose current draft is not theirs",
        of(StoryRow, StoryRow.current_draft_id.is_not(None), ~own),
    )
    yield (
        "stories before an editor without a draft",
        of(StoryRow, StoryRow.state.in_([StoryState.IN_REVIEW, *_BINDING]), StoryRow.current_draft_id.is_(None)),
    )
    approved = exists().where(DraftRow.story_id == StoryRow.id, DraftRow.hash == StoryRow.approved_hash)
    yield (
        "stories approved or published without an approved wording",
        of(StoryRow, StoryRow.state.in_(_BINDING), or_(StoryRow.approved_hash.is_(None), ~approved)),
    )
    yield (
        "approved stories without the time of their approval",
        of(StoryRow, StoryRow.state.in_(_BINDING), StoryRow.approved_at.is_(None)),
    )
    yield "answered calls without their answer", of(CallRow, CallRow.state == ANSWERED, CallRow.answer.is_(None))
    yield (
        "tries of a cost or count below nothing",
        of(TryRow, or_(TryRow.cost_micro < 0, TryRow.input_tokens < 0, TryRow.output_tokens < 0)),
    )


def _found(session: Session, what: str, query: Select[int]) -> Trouble | None:
    ids = tuple(session.scalars(query.limit(SHOWN)))
    if len(ids) < SHOWN:
        return Trouble(what, len(ids), ids) if ids else None
    return Trouble(what, session.scalar(select(func.count()).select_from(query.subquery())) or 0, ids)


def _changed_drafts(session: Session) -> Iterator[Trouble]:
    """Drafts whose text is no longer what its hash says: an approval would bind to other words."""
    changed = [
        number
        for number, words, known in session.execute(
            select(DraftRow.id, DraftRow.text, DraftRow.hash).order_by(DraftRow.id),
            execution_options={"yield_per": 500},
        )
        if hashlib.sha256(words.encode()).hexdigest() != known
    ]
    if changed:
        yield Trouble("drafts whose text is not the one their hash was made of", len(changed), tuple(changed[:SHOWN]))


def _editions_without_story(session: Session) -> Iterator[Trouble]:
    lost = []
    query = select(EditionRow).order_by(EditionRow.id)
    for edition in session.scalars(query, execution_options={"yield_per": 50}):
        ids = {story["id"] for story in edition.document.get("stories", [])}
        known = set(session.scalars(select(StoryRow.id).where(StoryRow.id.in_(ids)))) if ids else set()
        if ids - known:
            lost.append(edition.id)
    if lost:
        yield Trouble("editions with a story that is not there", len(lost), tuple(lost[:SHOWN]))
