"""What somebody was shown of a story: an approval by command is of that, never of what came after."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime

from pipeline.desk.acts import open_case, shown_of
from pipeline.errors import NotAllowed
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import visits
from pipeline.storage.desk.visits import Shown
from pipeline.storage.tables import DraftRow

SHORTEST_HASH = 8
"""Characters of a hash that are enough to name a version; `show` prints twelve."""


@dataclass(frozen=True, slots=True)
class ApprovalOf:
    """What an approval is of. `changed`: what came after it was shown, line by line, if anything did."""

    shown: Shown
    verdict: str | None
    changed: tuple[str, ...] = ()
    simple_left_out: bool = False
    """Whether there is a simple version of this wording that was not shown."""


def to_approve(session: Session, story_id: int, who: str, version: str | None) -> ApprovalOf:
    """The wording somebody approves: the one of a hash (or its beginning), else the one they were shown last.

    Raises NotAllowed where they were shown nothing yet, or no version has that hash.
    """
    case = open_case(session, story_id)
    simple = stories.simple_draft(session, case.story)
    seen = visits.shown_to(session, story_id, who)
    draft = case.draft
    if draft is None:
        return ApprovalOf(Shown(), None)
    if version is not None:
        found = _named(session, story_id, draft, version)
        seen = seen if seen.draft == found.hash else Shown(found.hash)
    elif not seen.draft:
        raise NotAllowed(f"you have not looked at story {story_id} yet; 'inshort review show {story_id}' shows it")
    now = shown_of(draft, simple)
    if seen.draft != draft.hash:
        old = stories.draft_with_hash(session, story_id, seen.draft)
        return ApprovalOf(seen, draft.check_verdict, _changes(old, draft))
    if seen.simple and now.simple and seen.simple != now.simple:
        old = stories.draft_with_hash(session, story_id, seen.simple)
        return ApprovalOf(seen, draft.check_verdict, _changes(old, simple))
    covered = Shown(seen.draft, seen.simple if now.simple else "")
    return ApprovalOf(covered, draft.check_verdict, (), bool(now.simple and not seen.simple))


def _named(session: Session, story_id: int, draft: DraftRow, version: str) -> DraftRow:
    wanted = version.strip().lower()
    if len(wanted) >= SHORTEST_HASH:
        for row in (draft, *reversed(stories.drafts_of(session, story_id))):
            if row.hash.startswith(wanted):
                return row
    raise NotAllowed(
        f"story {story_id} has no version with the hash {ascii(version[:64])[1:-1]}; "
        f"'inshort review show {story_id}' prints the current one"
    )


def _changes(old: DraftRow | None, new: DraftRow | None) -> tuple[str, ...]:
    """What a later version changed, a line each: who wrote it, then the lines it took out and put in."""
    if old is None or new is None:
        return ()
    lines = difflib.unified_diff(old.text.split("\n"), new.text.split("\n"), lineterm="", n=0)
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return (f"version {new.number} by {new.author} came after it:", *changed)


def note_written(database: Database, story_id: int, who: str, now: datetime, row: DraftRow) -> None:
    """Note that somebody has just written a version: its words are the ones they were shown last."""
    with database.session() as session:
        seen = visits.shown_to(session, story_id, who)
        shown = Shown(seen.draft, row.hash) if row.level == "simple" else Shown(row.hash)
        visits.note_shown(session, story_id, who, now, shown)
