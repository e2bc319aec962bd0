"""The queue: what waits for an editor, riskiest first; setting many aside at once, never approving them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.desk.desk import set_aside
from pipeline.desk.people import Role
from pipeline.desk.review import Act
from pipeline.errors import NotAllowed, UsageError
from pipeline.model import StoryState
from pipeline.storage import queue, stories, visits
from pipeline.storage.changes import changed_among
from pipeline.storage.database import Session
from pipeline.storage.queue import Narrowed, Place
from pipeline.storage.tables import StoryRow
from pipeline.web.visit import Page, Visit

PAGE = 50
MOST_AT_ONCE = 200
COUNTED_FOR = timedelta(seconds=10)
TABS = (
    (StoryState.IN_REVIEW, "To review"),
    (StoryState.HELD, "Held"),
    (StoryState.APPROVED, "Approved"),
    (StoryState.SPIKED, "Spiked"),
    (StoryState.PUBLISHED, "Published"),
    (StoryState.CORRECTED, "Corrected"),
    (StoryState.RETRACTED, "Retracted"),
    (StoryState.NEW, "To write"),
    (StoryState.DRAFTING, "Drafting"),
    (StoryState.FAILED, "Failed"),
)
_ALWAYS = frozenset({StoryState.IN_REVIEW, StoryState.HELD, StoryState.APPROVED, StoryState.SPIKED})


def narrowed(visit: Visit) -> Narrowed:
    """The part of the queue a request is about. Raises UsageError for a state that does not exist."""
    state = visit.value("state") or StoryState.IN_REVIEW
    if state not in set(StoryState):
        raise UsageError(f"no such state: {state[:40]}")
    return Narrowed(state, visit.value("topic"), visit.value("source"), visit.value("reviewer"))


def part_query(part: Narrowed, **more: str) -> str:
    """The same as a query string, `?` included; what is as always is left out."""
    values = {name: value for name, value in {**asdict(part), **more}.items() if value}
    if values.get("state") == StoryState.IN_REVIEW:
        del values["state"]
    return "?" + urlencode(values) if values else ""


def place_of(text: str) -> Place | None:
    """A place in the queue as addresses carry it; nothing where it is none."""
    risk, dot, story = text.partition(".")
    if (
        not dot
        or not risk.lstrip("-").isdigit()
        or not story.isdigit()
        or len(risk) > 9
        or len(story) > 9
        or not text.isascii()
    ):
        return None
    return Place(int(risk), int(story))


def show_queue(visit: Visit, failed: Mapping[int, str] | None = None, status: int = 200) -> Response:
    part = narrowed(visit)
    after = place_of(visit.value("after"))
    with visit.desk.database.reading() as session:
        rows = queue.page(session, part, after, PAGE + 1)
        states = stories.stories_by_state(session)
        facets = _facets(visit, session, part.state)
        busy = visits.others_at(session, [r.story.id for r in rows], visit.who.name, visit.now)
        changed = changed_among(session, [r.story.id for r in rows])
        done = done_before(visit, session)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    last = rows[-1].story if more else None
    return visit.page(
        "queue.html",
        status,
        rows=rows,
        part=part,
        facets=facets,
        busy=busy,
        changed=changed,
        tabs=[(s, label, states.get(s, 0)) for s, label in TABS if s in _ALWAYS or states.get(s)],
        query=lambda **more: part_query(part, **more),
        tab_query=lambda state: part_query(Narrowed(state)),
        next=f"{last.queue_place}.{last.id}" if last else "",
        is_first=after is None,
        now=visit.now,
        since=visit.now.isoformat(),
        waits_for=waits_for,
        may_act=visit.who.role.covers(Role.EDITOR),
        failed=failed or {},
        done=done,
        set_aside=_set_aside(visit),
    )


def done_before(visit: Visit, session: Session) -> dict[str, Any] | None:
    """What the decision before led to: shown on top of what comes next, with a way back."""
    act, _, number = visit.value("done").partition(".")
    if act not in set(Act) or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    story = stories.get_story(session, int(number))
    return {"act": act, "story": story} if story is not None else None


def _set_aside(visit: Visit) -> dict[str, Any] | None:
    """How many stories were just held or spiked together."""
    act, _, number = visit.value("many").partition(".")
    if act not in (Act.HOLD, Act.SPIKE) or not (number.isascii() and number.isdigit() and len(number) < 5):
        return None
    return {"act": act, "number": int(number)}


def _facets(visit: Visit, session: Session, state: str) -> queue.Facets:
    """What the queue may be narrowed to, counted anew now and then: with many stories it is the dearest question."""
    known = visit.desk.facets.get(state)
    if known is None or not timedelta(0) <= visit.now - known[0] < COUNTED_FOR:
        known = visit.desk.facets[state] = visit.now, queue.facets(session, state)
    return known[1]


def waits_for(story: StoryRow) -> str:
    """What a story waits for, in words."""

    if story.waiting_for:
        return story.waiting_for
    if story.state == StoryState.HELD:
        return "somebody to reopen it" if story.held_until is None else "its time to come"
    return {
        StoryState.IN_REVIEW: story.assigned_to or "an editor",
        StoryState.APPROVED: "the next edition",
        StoryState.NEW: "the writer",
        StoryState.DRAFTING: "the checks" if not story.repair_due else "a repair",
    }.get(StoryState(story.state), "")


def arrived(visit: Visit) -> Response:
    """How many came since the page was shown: a line to press, so that nothing moves by itself."""
    part = narrowed(visit)
    try:
        since = datetime.fromisoformat(visit.value("since"))
    except ValueError:
        raise UsageError("since: a time is needed") from None
    if since.tzinfo is None:
        raise UsageError("since: a time with its zone is needed")
    with visit.desk.database.reading() as session:
        number = queue.arrived(session, part, max(since, visit.now - timedelta(days=30)))
    return visit.page("arrived.html", number=number, query=part_query(part))


def many(visit: Visit) -> Response:
    """Hold or spike the ticked stories, each by the rules and with its own line in the history."""
    try:
        act = Act(visit.value("act"))
    except ValueError:
        raise UsageError("say what to do: hold or spike") from None
    if act not in (Act.HOLD, Act.SPIKE):
        raise NotAllowed("stories are held or spiked together; each approval is one by one")
    chosen = [int(s) for s in visit.form.get("story", []) if s.isascii() and s.isdigit() and len(s) < 10]
    if not chosen:
        raise UsageError("no story is ticked; nothing was done")
    if len(chosen) > MOST_AT_ONCE:
        raise UsageError(f"more than {MOST_AT_ONCE} stories at once; nothing was done")
    failed = set_aside(
        visit.desk.database,
        chosen,
        act,
        by=visit.who,
        now=visit.now,
        rules=visit.desk.config.desk,
        reason=visit.value("reason").strip(),
    )
    if failed:
        return show_queue(visit, failed, 409)
    return visit.go("/queue" + part_query(narrowed(visit), many=f"{act}.{len(set(chosen))}"))


ROUTES = (
    Page("/queue", "GET", Role.READER, show_queue),
    Page("/queue/arrived", "GET", Role.READER, arrived),
    Page("/queue/many", "POST", Role.EDITOR, many),
)
