"""Issuing: the approved stories of a time become an edition, recorded, and published in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from pipeline.config import Config
from pipeline.desk.desk import Case, record
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.errors import UsageError
from pipeline.logs import trace_of
from pipeline.model import Edition, EditionStory, StoryState
from pipeline.publishing.edition import from_document, to_document
from pipeline.storage import editions, stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import DraftRow, StoryRow

log = structlog.get_logger("inshort.publishing")


def make_edition(
    session: Session,
    config: Config,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    topic: str | None = None,
    preview: bool = False,
) -> Edition:
    """Select an edition without recording it. A preview also has what nobody approved, each marked so."""
    limit = config.digest.max_stories
    chosen = editions.approved_stories(session, since=since, until=until, topic=topic, limit=limit)
    found = [_story(story, draft, simple, approved=True) for story, draft, simple in chosen]
    if preview:
        waiting = editions.unapproved_stories(session, topic=topic, limit=limit)
        found += [_story(story, draft, simple, approved=False) for story, draft, simple in waiting]
    return Edition(
        newsroom=config.newsroom.name,
        issued=now,
        since=since,
        until=until,
        timezone=config.newsroom.timezone,
        topic=topic,
        preview=preview,
        stories=tuple(found),
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
) -> Edition:
    """Issue an edition: its document is kept, its approved stories become published. An empty one is not recorded.

    Without a time it has what was approved since the last edition. `key` names a scheduled edition: one that
    was issued under it is returned as it is.
    """
    with database.session() as session:
        if key and (old := editions.edition_with_key(session, key)):
            return from_document(old.document, old.id)
        edition = make_edition(session, config, now, since=since, until=until, topic=topic)
        if not edition.stories:
            return edition
        for chosen in edition.stories:
            story = stories.get_story(session, chosen.story_id)
            if story is not None and story.state == StoryState.APPROVED:
                case = Case(story, stories.current_draft(session, story), stories.lead_article(session, story.id))
                record(session, case, Act.PUBLISH, by=Person("digest", Role.ADMIN), now=now)
        row = editions.add_edition(session, now, to_document(edition), key)
        for chosen in edition.stories:
            lead = stories.lead_article(session, chosen.story_id)
            log.info("published", trace=trace_of(lead.entry_id), story=chosen.story_id, edition=row.id)
        return replace(edition, number=row.id)


def reprint(database: Database, number: int) -> Edition:
    """An issued edition, unchanged. Raises UsageError when there is none of that number."""
    with database.session() as session:
        row = editions.get_edition(session, number)
        if row is None:
            last = editions.last_edition(session)
            raise UsageError(f"there is no edition {number}; " + (f"the last is {last.id}" if last else "none yet"))
        return from_document(row.document, row.id)


def reprint_last(database: Database) -> Edition | None:
    """The last edition that was issued, None before the first."""
    with database.session() as session:
        row = editions.last_edition(session)
        return from_document(row.document, row.id) if row else None


def _story(story: StoryRow, draft: DraftRow, simple: DraftRow | None, *, approved: bool) -> EditionStory:
    return EditionStory(
        story_id=story.id,
        draft_id=draft.id,
        topic=story.topic,
        text=draft.text,
        title=story.title,
        source=story.source_name,
        link=story.link,
        published=story.published_at,
        approved=approved,
        state=StoryState(story.state),
        simple=simple.text if simple else "",
    )
