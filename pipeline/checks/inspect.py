"""The checking stage: a draft nobody checked gets its report, and its story goes to repair or to the editor."""

from __future__ import annotations

from datetime import datetime

from pipeline.checks import risk
from pipeline.checks.accepted import Accepted, with_accepted
from pipeline.checks.run import check_draft, mendable, report_json
from pipeline.glossary import Glossary
from pipeline.model import CheckReport, CheckVerdict, StoryState
from pipeline.settings import Desk
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, DraftRow, StoryRow
from pipeline.writing.draft import from_json
from pipeline.writing.write import source_sentences


def report_on(article: ArticleRow, draft: DraftRow, glossary: Glossary) -> CheckReport:
    """What the checks say of a stored draft against its stored source."""
    return check_draft(
        source_sentences(article),
        from_json(draft.content),
        draft.text,
        published=article.published_at,
        glossary=glossary.plain_words(),
    )


def accepted_of(session: Session, story_id: int) -> list[Accepted]:
    """What editors accepted in a story's drafts so far."""
    rows = stories.reviews_of(session, story_id)
    return [Accepted(**row.about, who=row.who, reason=row.reason) for row in rows if row.about and "check" in row.about]


def size_up(session: Session, story: StoryRow, draft: DraftRow, rules: Desk) -> None:
    """Write down how risky a checked draft is, so that the queue is an index and not a computation."""
    story.sensitive = risk.sensitive_word(f"{story.title} {draft.text}", story.topic, rules.sensitive)
    story.breaking = risk.is_breaking(story.published_at, draft.created_at, rules.breaking_hours)
    story.sources = len(stories.articles_of(session, story.id))
    recount(story, draft)


def recount(story: StoryRow, draft: DraftRow) -> None:
    """The same after findings alone have changed."""
    story.blocks, story.warnings = risk.count((draft.report or {}).get("findings", []))
    size = risk.Risk(story.blocks, story.warnings, story.sensitive, story.breaking, story.sources)
    story.queue_place = -size.score


def check_story_draft(
    database: Database, draft_id: int, glossary: Glossary, now: datetime, rules: Desk | None = None
) -> str:
    """Check a draft: `pass`, `warn`, `block`, `repair` (blocked, sent back once) or `nothing`.

    Only a model's first draft is sent back; after that the editor gets it as it is, marked.
    """
    with database.session() as session:
        draft = stories.get_draft(session, draft_id)
        story = stories.get_story(session, draft.story_id)
        if draft.check_verdict is not None or story is None:
            return "nothing"
        found = report_json(report_on(stories.lead_article(session, story.id), draft, glossary))
        report = with_accepted(found, accepted_of(session, story.id))
        draft.check_verdict, draft.report = report["verdict"], report
        if story.current_draft_id == draft.id:
            size_up(session, story, draft, rules or Desk())
            story.arrived_at = now
        if story.state != StoryState.DRAFTING or story.current_draft_id != draft.id:
            return str(report["verdict"])
        if report["verdict"] == CheckVerdict.BLOCK and mendable(report) and draft.prompt.startswith("draft@"):
            story.repair_due, story.next_try_at = True, None
            return "repair"
        story.state = StoryState.IN_REVIEW
        return str(report["verdict"])
