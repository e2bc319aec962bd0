"""Many stories decided on together: each by the rules, with its own line in the history, and undone together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case, record
from pipeline.desk.review import Act
from pipeline.errors import InShortError, NotAllowed, StaleVersion, StorageError
from pipeline.inspection.accepted import Accepted, standing, with_accepted
from pipeline.inspection.inspecting import accepted_of, recount
from pipeline.model import Severity
from pipeline.settings import Desk
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import visits
from pipeline.storage.desk.reviews import reviewed_at
from pipeline.storage.desk.visits import Shown
from pipeline.storage.tables import StoryRow

TOGETHER = frozenset({Act.APPROVE, Act.HOLD, Act.SPIKE, Act.REOPEN})
"""What is done to many at once. An approval only of what its approver has opened, never over a block."""


def act_together(
    database: Database,
    chosen: Mapping[int, str],
    act: Act,
    *,
    by: Actor,
    rules: Desk,
) -> dict[int, str]:
    """Do an act to many stories; why some were left as they were.

    `chosen` has, for each story, the beginning of the hash its list showed, "" where it showed none: a story that
    changed since is left. An approval is of the wording its approver opened. Raises NotAllowed for any other act.
    """
    if act not in TOGETHER:
        raise NotAllowed("only approve, hold, spike and reopen work on several stories at once")
    failed: dict[int, str] = {}
    for story_id, listed in chosen.items():
        try:
            shown = _shown(database, story_id, by.name, listed, opened=act is Act.APPROVE)
            act_on(
                database,
                story_id,
                act,
                by=replace(by, shown=shown.draft or None, shown_simple=shown.simple),
                rules=rules,
            )
        except StorageError:
            raise
        except InShortError as error:
            failed[story_id] = str(error)
    return failed


def _shown(database: Database, story_id: int, who: str, listed: str, *, opened: bool) -> Shown:
    """The wording an act is of. Raises NotAllowed where it is not the listed one, or was to be opened and was not."""
    with database.reading() as session:
        draft = open_case(session, story_id).draft
        seen = visits.shown_to(session, story_id, who)
    if draft is None:
        return Shown()
    if listed and not draft.hash.startswith(listed):
        raise StaleVersion("the draft changed since this list was shown; look at it again")
    if opened and seen.draft != draft.hash:
        raise NotAllowed("you have not opened this version; open it, then approve it")
    return seen if opened else Shown(draft.hash if listed else "")


def done_together(session: Session, act: Act, who: str, at: datetime) -> list[StoryRow]:
    """The stories somebody did this to in one go and nobody moved since: what can be undone together."""
    rows = reviewed_at(session, act, who, at)
    return [story for review, story in rows if story.state == review.after]


def accept_kind(
    database: Database,
    story_id: int,
    check: str,
    *,
    by: Actor,
    back: bool = False,
) -> int:
    """Accept every warning of one check in a story with one reason, or reopen those that were (`back`); how many.

    Blocks are left: each of those takes a reason of its own. Raises NotAllowed where there is none.
    """
    with database.session() as session:
        case = open_case(session, story_id)
        draft = case.draft
        findings = (draft.report or {}).get("findings", []) if draft else []
        wanted = [f for f in findings if f["check"] == check and f["severity"] == Severity.WARN]
        open_ = standing(wanted)
        places = [
            i for i, f in enumerate(findings) if any(f is w for w in wanted) and (any(f is o for o in open_) ^ back)
        ]
        if draft is None or draft.report is None or not places:
            raise NotAllowed(
                f"there is no {'accepted' if back else 'open'} warning of '{check[:40]}' in story {story_id}"
            )
        act = Act.UNACCEPT if back else Act.ACCEPT
        for place in places:
            accepted = Accepted.of(draft.report, place, who=by.name, reason=by.reason)
            record(session, case, act, by=by, about=accepted.about)
        session.flush()
        draft.report = with_accepted(draft.report, accepted_of(session, story_id))
        draft.check_verdict = draft.report["verdict"]
        recount(case.story, draft)
        return len(places)
