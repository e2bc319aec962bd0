"""A story as it is opened at the terminal: everything its screen shows, read in one look that waits for nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.desk.acts import Case, open_case, shown_of
from pipeline.desk.changes import PageChange, page_changes
from pipeline.desk.kin import Kin, kin_of
from pipeline.desk.people import Role
from pipeline.desk.view import Layout, lay_out
from pipeline.storage import stories
from pipeline.storage.desk import people, rewrites, visits
from pipeline.storage.tables import DraftRow, RewriteRow, UnsavedRow
from pipeline.writing.draft import from_json

if TYPE_CHECKING:
    from pipeline.terminal.app import Newsroom


@dataclass(frozen=True)
class Opened:
    case: Case
    layout: Layout | None
    terms: Sequence[str] = ()
    simple: DraftRow | None = None
    simple_mended: bool = False
    """The checks sent the simple version back: it is being written anew."""
    pages: Sequence[PageChange] = ()
    asked: Sequence[RewriteRow] = ()
    others: Sequence[str] = ()
    unsaved: Mapping[int, UnsavedRow] = field(default_factory=dict)
    """What this editor typed and did not save, by place."""
    colleagues: Sequence[str] = ()
    kin: Sequence[Kin] = ()

    @property
    def covered(self) -> str:
        """The hash of the simple version an approval of the draft covers too, as far as it was made from that draft."""
        return shown_of(self.case.draft, self.simple).simple

    def same_as(self, other: Opened) -> bool:
        """Whether both show the same wording in the same state, with the judge as far."""
        one, two = self.case, other.case
        waits = [opened.layout.not_judged if opened.layout else "" for opened in (self, other)]
        hashes = [draft.hash if draft else "" for draft in (one.draft, two.draft, self.simple, other.simple)]
        same = hashes[0] == hashes[1] and hashes[2] == hashes[3] and waits[0] == waits[1]
        return same and one.story.state == two.story.state


def open_story(desk: Newsroom, story_id: int) -> Opened:
    """Raises UsageError for a story that does not exist."""
    name = desk.by.name
    with desk.database.reading() as session:
        case = open_case(session, story_id)
        draft = case.draft
        content = from_json(draft.content) if draft else None
        source = case.source
        return Opened(
            case,
            lay_out(content, draft.text, draft.report, source) if draft and content else None,
            [term.term for term in content.terms] if content else [],
            stories.simple_draft(session, case.story),
            "simple" in desk.config.writer.levels and stories.simple_is_mended(session, case.story),
            page_changes(session, story_id),
            rewrites.open_rewrites(session, story_id),
            visits.others_at(session, [story_id], name, desk.now()).get(story_id, []),
            {row.place: row for row in visits.unsaved_of(session, story_id, name)},
            [u.name for u in people.all_users(session) if u.role != Role.READER and u.name != name],
            kin_of(session, case),
        )
