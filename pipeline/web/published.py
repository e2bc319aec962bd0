"""What is published: to look up, to correct, to retract."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from pipeline.desk import edit
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case
from pipeline.desk.changes import page_changes
from pipeline.desk.people import Role
from pipeline.desk.review import Act, allowed
from pipeline.errors import StaleVersion, StillBlocked, UsageError
from pipeline.model import StoryState
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.publishing import editions
from pipeline.text import paragraphs
from pipeline.web.log import moment
from pipeline.web.queue_page import done_before, searched
from pipeline.web.visit import Page, Visit

ROWS = 50
STATES = {"": "Everything", "corrected": "Corrected", "retracted": "Retracted"}
PUBLIC = (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED)


def show(visit: Visit) -> Response:
    state, topic = visit.value("state"), visit.value("topic").strip()[:60]
    if state not in STATES:
        raise UsageError("state: allowed: corrected, retracted")
    before: datetime | None = moment(visit.value("before"))
    wanted = (StoryState(state),) if state else PUBLIC
    with visit.desk.database.reading() as session:
        rows = editions.public_stories(session, wanted, before=before, topic=topic, limit=ROWS)
    older = rows[-1].approved_at.isoformat() if len(rows) == ROWS and rows[-1].approved_at else ""
    return visit.page("published.html", rows=rows, state=state, states=STATES, topic=topic, older=older)


def one(visit: Visit) -> Response:
    return _page(visit)


def _page(
    visit: Visit, status: int = 200, *, line: str = "", text: str | None = None, reason: str = "", over: str = ""
) -> Response:
    number = visit.number("story")
    with visit.desk.database.reading() as session:
        case = open_case(session, number)
        history = reviews_of(session, number)
        changes = page_changes(session, number)
        done = done_before(visit, session)
    if case.draft is None or case.story.state not in PUBLIC:
        raise UsageError(f"story {number} is not published")
    state = StoryState(case.story.state)
    return visit.page(
        "published_story.html",
        status,
        story=case.story,
        draft=case.draft,
        lines=paragraphs(case.draft.text),
        history=history,
        page_changes=changes,
        done=done,
        searched=searched(visit),
        line=line,
        text=case.draft.text if text is None else text,
        reason=reason,
        over=over,
        may_correct=allowed(Act.CORRECT, state, visit.who.role),
        may_leave=allowed(Act.SEEN, state, visit.who.role),
        may_retract=allowed(Act.RETRACT, state, visit.who.role),
    )


def correct(visit: Visit) -> Response:
    """A new wording for readers. What was typed stays on the page until it is kept."""
    number, text, reason = visit.number("story"), visit.value("text"), visit.value("reason")
    typed = {"text": text, "reason": reason, "over": visit.value("over")}
    try:
        edit.correct(
            visit.desk.database,
            number,
            text,
            by=Actor(visit.who, visit.now, shown=visit.value("shown"), reason=reason),
            house=visit.desk.house,
            over=visit.words("over"),
        )
    except StaleVersion:
        line = "Somebody else corrected it meanwhile: look at the text above, and send yours again if it still holds."
        return _page(visit, 409, line=line, **typed)
    except (StillBlocked, UsageError) as error:
        said = str(error)
        return _page(visit, 400, line=f"{said[:1].upper()}{said[1:]}. Nothing was published.", **typed)
    return visit.go(f"/published/{number}?done={Act.CORRECT}.{number}")


def retract(visit: Visit) -> Response:
    number = visit.number("story")
    act_on(
        visit.desk.database,
        number,
        Act.RETRACT,
        by=Actor(visit.who, visit.now, shown=visit.value("shown"), reason=visit.value("reason")),
        rules=visit.desk.config.desk,
    )
    return visit.go(f"/published/{number}?done={Act.RETRACT}.{number}")


ROUTES = (
    Page("/published", "GET", Role.READER, show),
    Page("/published/{story}", "GET", Role.READER, one),
    Page("/published/{story}/correct", "POST", Role.CHIEF, correct),
    Page("/published/{story}/retract", "POST", Role.CHIEF, retract),
)
