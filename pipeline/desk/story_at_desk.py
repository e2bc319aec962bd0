"""What a story's page shows, in the browser and the terminal: gathered once, in one look that waits for nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.config import Config
from pipeline.desk.acts import Case, open_case, shown_of
from pipeline.desk.changes import PageChange, page_changes
from pipeline.desk.people import Role
from pipeline.desk.related import Related, related_to
from pipeline.desk.undo import Steps, steps
from pipeline.desk.view import Layout, lay_out
from pipeline.model import Term
from pipeline.storage import stories
from pipeline.storage.database import Session
from pipeline.storage.desk import people, rewrites, visits
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import DraftRow, ReviewRow, RewriteRow, StoryRow, UnsavedRow
from pipeline.storage.tellings import Report
from pipeline.writing.draft import from_json

LEVELS = ("standard", "simple")
"""The reading levels a story may have."""


@dataclass(frozen=True)
class DraftAtDesk:
    """A draft and what hangs on its sentences; each reader has their own unsaved words."""

    case: Case
    layout: Layout | None
    terms: Sequence[Term]
    unsaved: Mapping[int, UnsavedRow]
    """What this reader typed and did not save, by place."""
    rewrites: Mapping[str, Sequence[RewriteRow]]
    """What was asked of the model and not decided on, by the wording it is to replace; "" where that is gone."""

    @property
    def story(self) -> StoryRow:
        return self.case.story

    @property
    def draft(self) -> DraftRow | None:
        return self.case.draft

    @property
    def cited(self) -> dict[int, list[int]]:
        return cited(self.layout)


@dataclass(frozen=True)
class StoryAtDesk(DraftAtDesk):
    """All that is shown of a story: one field a thing, for both faces."""

    simple: DraftRow | None
    simple_mended: bool
    """The checks sent the simple version back: it is being rewritten."""
    steps: Mapping[str, Steps]
    """Where undo and redo lead, by reading level."""
    reviews: Sequence[ReviewRow]
    reports: Sequence[Report]
    related: Sequence[Related]
    page_changes: Sequence[PageChange]
    others: Sequence[str]
    """Who else has it open."""
    colleagues: Sequence[str]
    """Whom it may be handed to."""

    @property
    def covered(self) -> str:
        """The hash of the simple version an approval of the draft covers too, as far as it was made from that draft."""
        return shown_of(self.draft, self.simple).simple

    def same_as(self, other: StoryAtDesk) -> bool:
        """Whether both show the same wording in the same state, with the judge as far."""
        return self._seen() == other._seen()

    def _seen(self) -> tuple[str, ...]:
        hashes = [draft.hash if draft else "" for draft in (self.draft, self.simple)]
        return (*hashes, self.layout.not_judged if self.layout else "", self.story.state)


def draft_at_desk(session: Session, story_id: int, reader: str) -> DraftAtDesk:
    """Raises UsageError for a story that does not exist."""
    case = open_case(session, story_id)
    draft = case.draft
    content = from_json(draft.content) if draft else None
    here = {sentence.text for sentence in content.sentences()} if content else set()
    asked: dict[str, list[RewriteRow]] = {}
    for row in rewrites.open_rewrites(session, story_id):
        asked.setdefault(row.sentence if row.sentence in here else "", []).append(row)
    return DraftAtDesk(
        case,
        lay_out(content, draft.text, draft.report, case.source) if draft and content else None,
        content.terms if content else (),
        {row.place: row for row in visits.unsaved_of(session, story_id, reader)},
        asked,
    )


def story_at_desk(session: Session, config: Config, story_id: int, reader: str, now: datetime) -> StoryAtDesk:
    """Raises UsageError for a story that does not exist."""
    page = draft_at_desk(session, story_id, reader)
    story = page.story
    return StoryAtDesk(
        **vars(page),
        simple=stories.simple_draft(session, story),
        simple_mended="simple" in config.writer.levels and stories.simple_is_mended(session, story),
        steps={level: steps(stories.versions_of(session, story_id, level)) for level in LEVELS},
        reviews=reviews_of(session, story_id),
        reports=list(page.case.reports),
        related=related_to(session, page.case),
        page_changes=page_changes(session, story_id),
        others=visits.others_at(session, [story_id], reader, now).get(story_id, []),
        colleagues=[u.name for u in people.all_users(session) if u.role != Role.READER and u.name != reader],
    )


def cited(layout: Layout | None) -> dict[int, list[int]]:
    """Which draft sentences (0-based) cite each source sentence."""
    found: dict[int, list[int]] = {}
    for line in layout.lines if layout else ():
        for number in line.evidence:
            found.setdefault(number, []).append(line.place)
    return found
