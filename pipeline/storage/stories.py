"""Stories and their drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from pipeline.model import CheckVerdict, EntryState, Judging, StoryState
from pipeline.storage.database import Session
from pipeline.storage.engine.steps import not_resting
from pipeline.storage.off import feeds_off, told_by_one_on
from pipeline.storage.pairs import may_go_on, waits_for_judge
from pipeline.storage.tables import ArticleRow, DraftRow, EntryRow, StoryRow, TellingRow, one_of


def get_story(session: Session, story_id: int, *, lock: bool = False) -> StoryRow | None:
    """A story; with `lock` nobody else moves it until the transaction ends."""
    return session.get(StoryRow, story_id, with_for_update=lock or None)


def lead_article(session: Session, story_id: int) -> ArticleRow:
    """The article a story is led by; of one whose articles were joined to another story, the first it had."""
    query = select(ArticleRow).where(ArticleRow.story_id == story_id, ArticleRow.role == "lead")
    if (lead := session.scalar(query)) is not None:
        return lead
    had = select(ArticleRow).join(TellingRow, TellingRow.article_id == ArticleRow.id)
    return session.scalars(had.where(TellingRow.story_id == story_id).order_by(TellingRow.id).limit(1)).one()


def articles_of(session: Session, story_id: int) -> list[ArticleRow]:
    return list(session.scalars(select(ArticleRow).where(ArticleRow.story_id == story_id).order_by(ArticleRow.id)))


def told_by(session: Session, story_id: int) -> list[tuple[int, datetime | None]]:
    """The feed of each of a story's articles, and when it published it."""
    query = (
        select(EntryRow.feed_id, ArticleRow.published_at)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .where(ArticleRow.story_id == story_id)
    )
    return [(feed, published) for feed, published in session.execute(query)]


def due_writing(session: Session, now: datetime, limit: int | None = None, *, at_start: bool = False) -> list[int]:
    """Stories that want a draft, or a repair of one, now: the freshest first, of one hour the shortest.

    `at_start` has those whose wait a start ends as well (`storage/waits.py`), and those of which the judge is asked
    first whether they are one.
    """
    wanted = _wants_writing_now(session, now, at_start=at_start)
    query = select(StoryRow.id).where(*wanted).order_by(StoryRow.write_place, StoryRow.id)
    return list(session.scalars(query.limit(limit)))


def oldest_due_writing(session: Session, now: datetime) -> datetime | None:
    """Since when that story waits which waits longest among those due."""
    query = select(StoryRow.created_at).where(*_wants_writing_now(session, now)).order_by(StoryRow.created_at)
    return session.scalar(query.limit(1))


def undrafted_since(session: Session, now: datetime) -> datetime | None:
    """Since when that story waits which waits longest for a draft and not for money, due now or tried again later."""
    query = (
        select(StoryRow.created_at)
        .where(
            one_of(StoryRow.state, StoryState.NEW, StoryState.DRAFTING),
            or_(StoryRow.current_draft_id.is_(None), StoryRow.repair_due),
            StoryRow.waiting_for.not_like("money:%"),
            told_by_one_on(feeds_off(session), StoryRow.id),
            not_resting("write", StoryRow.id, now),
        )
        .order_by(StoryRow.created_at)
    )
    return session.scalar(query.limit(1))


def _wants_writing_now(session: Session, now: datetime, *, at_start: bool = False) -> list[ColumnElement[bool]]:
    off = feeds_off(session)
    return [
        one_of(StoryRow.state, StoryState.NEW, StoryState.DRAFTING),
        or_(StoryRow.current_draft_id.is_(None), StoryRow.repair_due),
        may_go_on(StoryRow.next_try_at, StoryRow.waiting_for, now, at_start=at_start),
        *([] if at_start else [~waits_for_judge(off, StoryRow.id)]),
        told_by_one_on(off, StoryRow.id),
        not_resting("write", StoryRow.id, now),
    ]


def due_checking(session: Session, now: datetime, limit: int | None = None) -> list[int]:
    """Drafts nobody has checked yet."""
    query = (
        select(DraftRow.id)
        .where(DraftRow.check_verdict.is_(None), not_resting("check", DraftRow.id, now))
        .order_by(DraftRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


UNJUDGED = DraftRow.judged == literal_column(f"'{Judging.DUE}'")
"""Written out, so that a database sees that the index of just these rows serves."""


def due_judging(session: Session, now: datetime, limit: int | None = None, *, at_start: bool = False) -> list[int]:
    """Versions that wait for the judge: a model's, before anybody sees them, and what editors changed.

    `at_start` has those whose wait a start ends as well.
    """
    query = (
        select(DraftRow.id)
        .join(StoryRow, StoryRow.id == DraftRow.story_id)
        .where(
            or_(StoryRow.current_draft_id == DraftRow.id, StoryRow.simple_draft_id == DraftRow.id),
            StoryRow.state.not_in([StoryState.SPIKED, StoryState.FAILED, StoryState.RETRACTED]),
            UNJUDGED,
            or_(DraftRow.writer == "editor", told_by_one_on(feeds_off(session), StoryRow.id)),
            may_go_on(DraftRow.judge_at, DraftRow.judge_why, now, at_start=at_start),
            not_resting("judge", DraftRow.id, now),
        )
        .order_by(DraftRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


_TOLD_LATELY = 3000
"""Stories of the last weeks that a new one is held against."""
SIMPLE_TRIES = 3
"""Failed calls after which a story goes without a simple version; it then has"""
SIMPLE_GIVEN_UP = 100


def due_simple(
    session: Session,
    now: datetime,
    limit: int | None = None,
    story_id: int | None = None,
    *,
    at_start: bool = False,
) -> list[int]:
    """Stories in review whose checked draft has no simple version yet, or one of an earlier wording.

    A draft with a block is mended first, and what an editor wrote is never written over. `at_start` has those
    whose wait a start ends as well.
    """
    simple = aliased(DraftRow)
    query = (
        select(StoryRow.id)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .outerjoin(simple, simple.id == StoryRow.simple_draft_id)
        .where(
            StoryRow.state == StoryState.IN_REVIEW,
            DraftRow.check_verdict.in_([CheckVerdict.PASS, CheckVerdict.WARN]),
            DraftRow.writer != "extract",
            or_(simple.id.is_(None), and_(simple.basis != DraftRow.hash, simple.writer != "editor")),
            StoryRow.simple_tries < SIMPLE_GIVEN_UP,
            may_go_on(StoryRow.simple_at, StoryRow.simple_why, now, at_start=at_start),
            told_by_one_on(feeds_off(session), StoryRow.id),
            not_resting("simplify", StoryRow.id, now),
        )
        .order_by(StoryRow.id)
        .limit(limit)
    )
    if story_id is not None:
        query = query.where(StoryRow.id == story_id)
    return list(session.scalars(query))


def wants_writing(story: StoryRow) -> bool:
    """The guard of `advance`: a second process that comes later finds nothing to do."""
    return story.state in (StoryState.NEW, StoryState.DRAFTING) and (story.current_draft_id is None or story.repair_due)


def get_draft(session: Session, draft_id: int) -> DraftRow:
    return session.get_one(DraftRow, draft_id)


def current_draft(session: Session, story: StoryRow) -> DraftRow | None:
    return session.get(DraftRow, story.current_draft_id) if story.current_draft_id else None


def simple_draft(session: Session, story: StoryRow) -> DraftRow | None:
    return session.get(DraftRow, story.simple_draft_id) if story.simple_draft_id else None


def simple_to_mend(session: Session, story: StoryRow, basis: str) -> DraftRow | None:
    """The checked simple version of a wording that went back to be mended: the last one, while the story has none."""
    if story.simple_draft_id is not None:
        return None
    query = select(DraftRow).where(
        DraftRow.story_id == story.id,
        DraftRow.level == "simple",
        DraftRow.basis == basis,
        DraftRow.check_verdict.is_not(None),
    )
    return session.scalar(query.order_by(DraftRow.number.desc()).limit(1))


def simple_is_mended(session: Session, story: StoryRow) -> bool:
    """Whether the checks sent the simple version back and another one is asked for: until then the story has none."""
    standard = current_draft(session, story)
    return (
        standard is not None
        and story.state == StoryState.IN_REVIEW
        and standard.check_verdict in (CheckVerdict.PASS, CheckVerdict.WARN)
        and story.simple_tries < SIMPLE_GIVEN_UP
        and simple_to_mend(session, story, standard.hash) is not None
    )


def drafts_of(session: Session, story_id: int, level: str = "standard") -> list[DraftRow]:
    """The versions of one reading level, oldest first."""
    query = select(DraftRow).where(DraftRow.story_id == story_id, DraftRow.level == level)
    return list(session.scalars(query.order_by(DraftRow.number)))


def edited_stories(session: Session) -> list[tuple[StoryRow, ArticleRow, DraftRow, DraftRow]]:
    """Stories whose approved wording an editor wrote, with the article, a model's last draft and that wording."""
    model, later = aliased(DraftRow), aliased(DraftRow)
    last = (
        select(func.max(later.number))
        .where(later.story_id == StoryRow.id, later.level == "standard", later.writer != "editor", later.model != "")
        .scalar_subquery()
    )
    query = (
        select(StoryRow, ArticleRow, model, DraftRow)
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .join(ArticleRow, and_(ArticleRow.story_id == StoryRow.id, ArticleRow.role == "lead"))
        .join(model, and_(model.story_id == StoryRow.id, model.number == last))
        .where(DraftRow.writer == "editor", StoryRow.approved_hash == DraftRow.hash)
        .order_by(StoryRow.id)
    )
    return [(story, article, first, approved) for story, article, first, approved in session.execute(query)]


def newest_drafts(session: Session, last: int) -> list[tuple[DraftRow, DraftRow | None]]:
    """The newest drafts, newest first, each with the version of its level that it followed."""
    earlier = aliased(DraftRow)
    before = (
        select(func.max(earlier.number))
        .where(earlier.story_id == DraftRow.story_id, earlier.level == DraftRow.level, earlier.number < DraftRow.number)
        .scalar_subquery()
    )
    previous = aliased(DraftRow)
    query = (
        select(DraftRow, previous)
        .outerjoin(previous, and_(previous.story_id == DraftRow.story_id, previous.number == before))
        .order_by(DraftRow.id.desc())
        .limit(last)
    )
    return [(draft, followed) for draft, followed in session.execute(query)]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as a list shows it, without its texts."""

    number: int
    author: str
    writer: str
    created_at: datetime
    verdict: str | None
    back_to: int | None = None
    """The version whose wording it took up again."""


def versions_of(session: Session, story_id: int, level: str = "standard") -> list[VersionLine]:
    """Every version of one reading level of a story, the oldest first."""
    query = select(
        DraftRow.number,
        DraftRow.author,
        DraftRow.writer,
        DraftRow.created_at,
        DraftRow.check_verdict,
        DraftRow.back_to,
    ).where(DraftRow.story_id == story_id, DraftRow.level == level)
    return [VersionLine(*row) for row in session.execute(query.order_by(DraftRow.number))]


def draft_numbered(session: Session, story_id: int, number: int) -> DraftRow | None:
    return session.scalar(select(DraftRow).where(DraftRow.story_id == story_id, DraftRow.number == number))


def draft_with_hash(session: Session, story_id: int, hash_: str) -> DraftRow | None:
    """The last version of a story with that wording."""
    query = select(DraftRow).where(DraftRow.story_id == story_id, DraftRow.hash == hash_)
    return session.scalar(query.order_by(DraftRow.number.desc()).limit(1))


def add_draft(session: Session, story: StoryRow, draft: DraftRow) -> DraftRow:
    """Append a version and make it the story's current one of its level."""
    last = session.scalar(select(func.max(DraftRow.number)).where(DraftRow.story_id == story.id))
    draft.story_id, draft.number = story.id, (last or 0) + 1
    session.add(draft)
    session.flush()
    if draft.level == "simple":
        story.simple_draft_id = draft.id
    else:
        lead_with(story, draft)
        story.simple_tries, story.simple_at, story.simple_why = 0, None, ""
    return draft


def lead_with(story: StoryRow, draft: DraftRow) -> None:
    """Make a version the story's current one of the standard level; its headline is the story's."""
    story.current_draft_id = draft.id
    story.headline = str((draft.content.get("headline") or {}).get("text", ""))


def want_anew(story: StoryRow) -> None:
    """Let a story be written again; the versions it has stay."""
    story.state, story.current_draft_id, story.repair_due = StoryState.NEW, None, False
    story.attempts, story.waiting_for, story.next_try_at, story.held_until = 0, "", None, None


def told_lately(session: Session, without: int, since: datetime, until: datetime) -> list[tuple[int, str, str]]:
    """The headlines and In shorts approved between two times, of all stories but one: (story, headline, in short).

    The latest first, and so many that a busy newsroom's weeks are in it.
    """
    query = (
        select(StoryRow.id, StoryRow.headline, DraftRow.content["in_short"]["text"].as_string())
        .join(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(StoryRow.approved_at.is_not(None), StoryRow.approved_at.between(since, until), StoryRow.id != without)
        .order_by(StoryRow.approved_at.desc(), StoryRow.id)
        .limit(_TOLD_LATELY)
    )
    return [(story, headline, in_short or "") for story, headline, in_short in session.execute(query)]


def stories_in(session: Session, states: Sequence[str]) -> list[tuple[StoryRow, DraftRow | None]]:
    """Stories in any of the states with their current draft, oldest first."""
    query = (
        select(StoryRow, DraftRow)
        .outerjoin(DraftRow, DraftRow.id == StoryRow.current_draft_id)
        .where(StoryRow.state.in_(states))
        .order_by(StoryRow.id)
    )
    return [(story, draft) for story, draft in session.execute(query)]


def waiting_stories(session: Session, limit: int | None = None) -> list[StoryRow]:
    """Stories that wait for something named: money, a key, a server. Those given up wait for nothing, and those only
    feeds tell that are off wait for these."""
    waiting = and_(
        StoryRow.waiting_for != literal_column("''"),
        StoryRow.state != StoryState.FAILED,
        told_by_one_on(feeds_off(session), StoryRow.id),
    )
    return list(session.scalars(select(StoryRow).where(waiting).order_by(StoryRow.id).limit(limit)))


def failed_stories(session: Session, story_id: int | None = None, limit: int | None = None) -> list[StoryRow]:
    """Stories whose writing was given up, of all or one; not those whose page turned out to be no article."""
    refused = and_(ArticleRow.story_id == StoryRow.id, ArticleRow.role == "lead", EntryRow.state == EntryState.REFUSED)
    query = select(StoryRow).where(
        StoryRow.state == StoryState.FAILED,
        ~select(EntryRow.id).join(ArticleRow, ArticleRow.entry_id == EntryRow.id).where(refused).exists(),
    )
    if story_id is not None:
        query = query.where(StoryRow.id == story_id)
    return list(session.scalars(query.order_by(StoryRow.id).limit(limit)))


def withdrawn(session: Session, story_id: int) -> str:
    """Why the page behind a story is no article after all; empty where it is one."""
    entry = session.get_one(EntryRow, lead_article(session, story_id).entry_id)
    return entry.reason if entry.state == EntryState.REFUSED else ""


def due_release(session: Session, now: datetime, limit: int | None = None) -> list[int]:
    """Held stories whose time has come."""
    query = (
        select(StoryRow.id)
        .where(StoryRow.state == StoryState.HELD, StoryRow.held_until <= now, not_resting("release", StoryRow.id, now))
        .order_by(StoryRow.held_until, StoryRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def stories_by_state(session: Session) -> dict[str, int]:
    return {s: n for s, n in session.execute(select(StoryRow.state, func.count()).group_by(StoryRow.state))}
