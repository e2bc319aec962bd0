"""Issuing: the approved stories of a time become an edition, recorded, and published in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import Case, record
from pipeline.desk.people import Person, Role
from pipeline.desk.review import CLOCK, Act
from pipeline.errors import UsageError
from pipeline.logs import logger, trace_of
from pipeline.model import Edition, EditionStory, Notice, StoryState
from pipeline.publishing.addresses import give_address
from pipeline.publishing.edition import Plan, arranged, from_document, known_by, plan_from, to_document, with_notices
from pipeline.publishing.provenance import record_of, used_feeds
from pipeline.publishing.wording import Wording, edition_story, wording_of
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.publishing import editions
from pipeline.storage.publishing.making import makings
from pipeline.storage.tables import DraftRow, EditionRow, ReviewRow, StoryRow

log = logger("inshort.publishing")
_Found = Sequence[tuple[StoryRow, DraftRow, DraftRow | None]]


def make_edition(
    session: Session,
    config: Config,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    topic: str | None = None,
    preview: bool = False,
    again: bool = False,
    limit: int | None = None,
    taking: bool = False,
    records: bool = True,
) -> Edition:
    """Select an edition, as it was planned, without recording it. A preview also has what nobody approved, marked so.

    What an edition has had is left out, unless `again`. It has `limit` stories at most, else as many as configured.
    Without `records` it is read faster, to be looked through and not printed: it says of no story how it was made.
    """
    plan, most = plan_for(session, topic), limit or config.digest.max_stories
    chosen = editions.approved_stories(
        session,
        since=since,
        until=until,
        topic=topic,
        limit=most,
        again=again,
        without=plan.leave_out,
        taking=taking,
        reports=records,
    )
    found = _stories(session, config, chosen, approved=True, records=records)
    if preview:
        waiting = editions.unapproved_stories(session, topic=topic, limit=most)
        found += _stories(session, config, waiting, approved=False, records=records)
    return Edition(
        newsroom=config.newsroom.name,
        issued=now,
        since=since,
        until=until,
        timezone=config.newsroom.timezone,
        topic=topic,
        preview=preview,
        stories=arranged(found, plan),
        notices=_untold(session, config, topic or ""),
        language=config.newsroom.language,
    )


def issue(
    database: Database,
    config: Config,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    topic: str | None = None,
    key: str | None = None,
    again: bool = False,
    limit: int | None = None,
    by: Person = CLOCK,
) -> Edition:
    """Issue an edition: its document is kept, its approved stories become published. An empty one is not recorded.

    It has what no edition had yet, and what was corrected or retracted since the last of its topic. `key` names a
    scheduled edition: one that was issued under it is returned as it is. What was planned for it is then done with.
    """
    with database.session() as session:
        if key and (old := editions.edition_with_key(session, key)):
            return _printed(session, old)
        edition = make_edition(
            session, config, now, since=since, until=until, topic=topic, again=again, limit=limit, taking=True
        )
        if not edition.stories and not edition.notices:
            return edition
        edition = replace(edition, issued_by=by.name)
        publish(session, [story.story_id for story in edition.stories], by=by, now=now, zone=config.newsroom.zone)
        told = [review.id for review, _ in editions.untold(session, topic or "")]
        row = editions.add_edition(session, now, to_document(edition), key, by=by.name, told=told)
        editions.drop_plan(session, topic or "")
        for chosen in edition.stories:
            lead = stories.lead_article(session, chosen.story_id)
            log.info("published", trace=trace_of(lead.entry_id), story=chosen.story_id, edition=row.id, by=by.name)
        return replace(edition, number=row.id)


def publish(session: Session, story_ids: Iterable[int], *, by: Person, now: datetime, zone: ZoneInfo) -> int:
    """Publish what of these is approved, each with its line in the history, in the caller's transaction; how many.

    Each gets the address it keeps for ever, with the day in the newsroom's zone.
    """
    count = 0
    for number in story_ids:
        story = stories.get_story(session, number)
        if story is not None and story.state == StoryState.APPROVED:
            case = Case(story, stories.current_draft(session, story), stories.lead_article(session, story.id))
            record(session, case, Act.PUBLISH, by=Actor(Person(by.name, Role.ADMIN), now))
            story.public_at = now
            give_address(story, case.draft, zone)
            count += 1
    return count


def plan_for(session: Session, topic: str | None) -> Plan:
    """What was arranged for a topic's next edition (None: the whole newsroom's)."""
    row = editions.plan_of(session, topic or "")
    return plan_from(row.content) if row else Plan()


def keep_plan(
    database: Database, topic: str | None, plan: Plan, *, by: Person, now: datetime, at: datetime | None = None
) -> None:
    """Arrange a topic's next edition, and have a daemon issue it `at` a time, if one is given.

    Raises UsageError for a time that is past.
    """
    if at is not None and at <= now:
        raise UsageError("that time has passed; issue the edition now instead")
    with database.session() as session:
        editions.keep_plan(session, topic or "", plan.content(), at, by.name, now)


def issue_planned(database: Database, config: Config, now: datetime) -> list[Edition]:
    """Issue the editions that were planned for a time by now; each is by who planned it, and issued once."""
    with database.reading() as session:
        due = [(row.topic, row.issue_at, row.by) for row in editions.due_plans(session, now)]
    found = []
    for topic, at, by in due:
        key = f"planned {topic[:30]} {at:%Y-%m-%d %H:%M:%S}"
        edition = issue(database, config, now, topic=topic or None, key=key, by=Person(by, Role.ADMIN))
        if edition.number is None:  # nothing to issue: the time is past all the same
            with database.session() as session:
                editions.drop_plan(session, topic)
        found.append(edition)
    return found


def reprint(database: Database, number: int) -> Edition:
    """An issued edition, with what became of its stories since. Raises UsageError when there is none of that number."""
    with database.reading() as session:
        return reprinted(session, number)


def reprinted(session: Session, number: int) -> Edition:
    """The same, in the caller's transaction."""
    row = editions.get_edition(session, number)
    if row is None:
        last = editions.last_edition(session)
        raise UsageError(f"there is no edition {number}; " + (f"the last is {last.id}" if last else "none yet"))
    return _printed(session, row)


def reprint_last(database: Database, topic: str | None = None) -> Edition | None:
    """The last edition of a topic (None: of the whole newsroom) that was issued, None before the first."""
    with database.reading() as session:
        row = editions.last_edition(session, topic or "")
        return _printed(session, row) if row else None


def _printed(session: Session, row: EditionRow) -> Edition:
    edition = from_document(row.document, row.id)
    numbers = [*(story.story_id for story in edition.stories), *(notice.story_id for notice in edition.notices)]
    told = editions.public_reviews(session, numbers)
    return with_notices(edition, notices_of(session, told))


def notices_of(session: Session, found: Iterable[tuple[ReviewRow, StoryRow]]) -> tuple[Notice, ...]:
    """What readers are told of some corrections and retractions: what they know the story by, and all the feeds it
    rests on."""
    found = list(found)
    made = makings(session, {story.id for _, story in found}) if found else {}

    def told(review: ReviewRow, story: StoryRow) -> Notice:
        draft = stories.current_draft(session, story)
        assert draft is not None, "what was in public has a draft"
        return Notice(
            story_id=story.id,
            state=StoryState.RETRACTED if review.act == Act.RETRACT else StoryState.CORRECTED,
            title=known_by(*wording_of(draft)),
            source=", ".join(used_feeds(draft, made[story.id])) or story.source_name,
            reason=review.reason,
            at=review.at,
        )

    return tuple(told(review, story) for review, story in found)


def _untold(session: Session, config: Config, topic: str) -> tuple[Notice, ...]:
    """What an edition tells of earlier ones, each with its story's page on the site."""
    found = editions.untold(session, topic)
    site = (config.site.address or "").rstrip("/")
    return tuple(
        replace(notice, link=f"{site}/{story.address}" if site and story.address else "")
        for notice, (_, story) in zip(notices_of(session, found), found, strict=True)
    )


def _stories(session: Session, config: Config, found: _Found, *, approved: bool, records: bool) -> list[EditionStory]:
    ids = [story.id for story, _, _ in found]
    made = makings(session, ids) if records else {}
    told: dict[int, list[Notice]] = {}
    for notice in notices_of(session, editions.public_reviews(session, ids)):
        told.setdefault(notice.story_id, []).append(notice)
    wordings = [wording_of(simple) if simple else Wording("", "") for _, _, simple in found]
    signed = config.newsroom.signed
    return [
        replace(
            edition_story(
                story,
                draft,
                record_of(draft, made[story.id], signed, simple if approved else None) if records else {},
            ),
            approved=approved,
            simple=simpler.text,
            simple_headline=simpler.headline,
            notices=tuple(told.get(story.id, ())),
        )
        for (story, draft, simple), simpler in zip(found, wordings, strict=True)
    ]
