"""The desk's acts on stored stories: each is one transaction, and each is written to the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.checks.accepted import Accepted, with_accepted
from pipeline.checks.inspect import accepted_of
from pipeline.checks.run import check_texts, report_json
from pipeline.desk.review import Act, Version, decide, risk
from pipeline.errors import NotAllowed, UsageError
from pipeline.glossary import Glossary
from pipeline.model import CheckReport, StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import ArticleRow, DraftRow, ReviewRow, StoryRow
from pipeline.writing.draft import parse_story, render, text_hash, to_json

QUEUE = (StoryState.IN_REVIEW, StoryState.HELD)


@dataclass(frozen=True, slots=True)
class Case:
    """A story as the desk shows it."""

    story: StoryRow
    draft: DraftRow | None
    article: ArticleRow


def queue(session: Session, states: tuple[str, ...] = QUEUE) -> list[tuple[StoryRow, DraftRow | None]]:
    """Stories to look at, the riskiest draft first, then the oldest."""

    def order(row: tuple[StoryRow, DraftRow | None]) -> tuple[tuple[int, int, int], int]:
        story, draft = row
        level = risk(draft.check_verdict, (draft.report or {}).get("findings", [])) if draft else (0, 0, 0)
        return (-level[0], -level[1], -level[2]), story.id

    return sorted(stories.stories_in(session, states), key=order)


def open_case(session: Session, story_id: int) -> Case:
    """Raises UsageError for a story that does not exist."""
    story = stories.get_story(session, story_id)
    if story is None:
        raise UsageError(f"there is no story {story_id}; 'inshort review list' shows them")
    return Case(story, stories.current_draft(session, story), stories.lead_article(session, story_id))


def act_on(
    database: Database,
    story_id: int,
    act: Act,
    *,
    who: str,
    now: datetime,
    reason: str = "",
    shown: str | None = None,
    until: datetime | None = None,
) -> StoryState:
    """Do one act of the review; returns the story's new state. Raises NotAllowed where the rules forbid it."""
    with database.session() as session:
        case = open_case(session, story_id)
        return record(session, case, act, who=who, now=now, reason=reason, shown=shown, until=until)


def record(
    session: Session,
    case: Case,
    act: Act,
    *,
    who: str,
    now: datetime,
    reason: str = "",
    shown: str | None = None,
    until: datetime | None = None,
    about: Accepted | None = None,
) -> StoryState:
    """Move a story by the rules and append it to the history, in the caller's transaction."""
    story, draft = case.story, case.draft
    current = Version(draft.hash, draft.check_verdict) if draft else None
    before = StoryState(story.state)
    after = decide(act, before, current=current, shown=shown, reason=reason)
    story.state = after
    story.held_until = until if act is Act.HOLD else None
    if act is Act.APPROVE and draft is not None:
        story.approved_at, story.approved_hash = now, draft.hash
    elif after not in (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED):
        story.approved_at = story.approved_hash = None
    stories.add_review(
        session,
        ReviewRow(
            story_id=story.id,
            at=now,
            who=who,
            act=act,
            before=before,
            after=after,
            draft_hash=draft.hash if draft else None,
            reason=reason,
            about={"check": about.check, "text": about.text, "sentence": about.sentence} if about else None,
        ),
    )
    return after


def accept(database: Database, story_id: int, number: int, *, who: str, now: datetime, reason: str) -> DraftRow:
    """Take a finding of the current draft (1-based, as shown) for fine. It stays on record, for this wording only.

    Raises NotAllowed without a reason or outside the review, UsageError for a finding that is not there.
    """
    with database.session() as session:
        case = open_case(session, story_id)
        draft = case.draft
        if draft is None or draft.report is None:
            raise NotAllowed(f"story {story_id} has no checked draft yet")
        try:
            accepted = Accepted.of(draft.report, number - 1, who=who, reason=reason)
        except IndexError:
            raise UsageError(f"story {story_id} has no finding {number}; 'inshort review show' lists them") from None
        record(session, case, Act.ACCEPT, who=who, now=now, reason=reason, about=accepted)
        draft.report = with_accepted(draft.report, [*accepted_of(session, story_id), accepted])
        draft.check_verdict = draft.report["verdict"]
        return draft


def edit(
    database: Database, story_id: int, text: str, *, who: str, now: datetime, glossary: Glossary, language: str = "en"
) -> DraftRow:
    """Keep an editor's text as the next version, checked at once. The source line stays the feed's.

    Raises UsageError when the text has not the story's parts, NotAllowed from a state that can't be edited.
    """
    with database.session() as session:
        case = open_case(session, story_id)
        article = case.article

        def checked(wording: str) -> CheckReport:
            return check_texts(article.text, wording, published=article.published_at, glossary=glossary.plain_words())

        draft = parse_story(text, {s.text: s for s in checked(text).sentences})
        rendered = render(draft, case.story.source_name, language)
        report = with_accepted(report_json(checked(rendered)), accepted_of(session, story_id))
        record(session, case, Act.EDIT, who=who, now=now)
        return stories.add_draft(
            session,
            case.story,
            DraftRow(
                author=who,
                writer="editor",
                content=to_json(draft),
                text=rendered,
                hash=text_hash(rendered),
                created_at=now,
                check_verdict=report["verdict"],
                report=report,
            ),
        )
