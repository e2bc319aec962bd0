"""The queue: what waits for an editor, riskiest first; many decided on at once, approved only what one has opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.desk.actor import Actor
from pipeline.desk.many import TOGETHER, accept_kind, act_together, done_together
from pipeline.desk.people import Role
from pipeline.desk.review import APPROVALS, Act
from pipeline.errors import InShortError, NotAllowed, StorageError, UsageError
from pipeline.model import QueueOrder, StoryState
from pipeline.storage import stories
from pipeline.storage.articles.changes import changed_among
from pipeline.storage.database import Session
from pipeline.storage.desk import queue_order, visits
from pipeline.storage.desk.queue_order import Narrowed, Place
from pipeline.storage.desk.reviews import approved_lately, last_review
from pipeline.storage.tables import StoryRow
from pipeline.web.visit import Page, Visit

PAGE = 50
MOST_AT_ONCE = 200
MOST_SEARCHED = 2000
"""Characters of a search's query."""
LATELY = timedelta(minutes=2)
"""Approvals of one person within this time are named together, to be looked over and undone together."""
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
    order = visit.value("sort")
    if order and order not in queue_order.ORDERS:
        raise UsageError(f"sort: allowed: {', '.join(queue_order.ORDERS)}")
    value = visit.value
    differ = "yes" if value("differ") == "yes" else ""
    return Narrowed(state, value("topic"), value("source"), value("reviewer"), value("finding"), differ, order)


def part_query(part: Narrowed, **more: str) -> str:
    """The same as a query string, `?` included; what is as always is left out."""
    values = {name: value for name, value in {**asdict(part), **more}.items() if value}
    if "order" in values:
        values["sort"] = values.pop("order")
    if values.get("state") == StoryState.IN_REVIEW:
        del values["state"]
    return "?" + urlencode(values) if values else ""


def query_of(visit: Visit, **more: str) -> str:
    """The part of the queue a request is about and the page of it one left, or the search, as a query string."""
    after = visit.value("after")
    place = {"after": after if place_of(after) else "", "searched": searched(visit)}
    return part_query(narrowed(visit), **place, **more)


def searched(visit: Visit) -> str:
    """The search a story was found by, as the query of its page; "" for one that was reached otherwise."""
    return visit.value("searched")[:MOST_SEARCHED]


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


def show_queue(visit: Visit, failed: Mapping[int, str] | None = None, status: int = 200, *, many: str = "") -> Response:
    """The queue; `many` names what was just done to many, and `failed` why some of them were left as they were."""
    part = narrowed(visit)
    after = place_of(visit.value("after"))
    with visit.desk.database.reading() as session:
        rows = queue_order.page(session, part, after, PAGE + 1)
        states = stories.stories_by_state(session)
        facets = _facets(visit, session, part.state)
        busy = visits.others_at(session, [r.story.id for r in rows], visit.who.name, visit.now)
        changed = changed_among(session, [r.story.id for r in rows])
        done = done_before(visit, session)
        together = _together(visit, session, many or visit.value("many"))
        left = {n: story.heading for n in failed or () if (story := stories.get_story(session, n)) is not None}
        opened = visits.opened_by(session, [r.story.id for r in rows], visit.who.name)
        waiting = queue_order.counts_of(session, part)
        before = queue_order.page_before(session, part, after, PAGE) if after else None
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    last = rows[-1].story if more else None
    return visit.page(
        "queue.html",
        status,
        rows=rows,
        part=part,
        facets=facets,
        orders=[("" if order is QueueOrder.RISK else order, order.label) for order in QueueOrder],
        busy=busy,
        changed=changed,
        tabs=[(s, label, states.get(s, 0)) for s, label in TABS if s in _ALWAYS or states.get(s)],
        query=lambda **more: part_query(part, **more),
        tab_query=lambda state: part_query(Narrowed(state)),
        next=f"{last.queue_place}.{last.id}" if last else "",
        before=f"{before.queue_place}.{before.story_id}" if before else "",
        is_first=after is None,
        now=visit.now,
        since=visit.now.isoformat(),
        waits_for=waits_for,
        may_act=visit.who.role.covers(Role.EDITOR),
        failed=failed or {},
        left=left,
        done=done,
        together=together,
        opened=opened,
        waiting=waiting,
        approved=states.get(StoryState.APPROVED, 0),
        place=visit.value("after") if after is not None else "",
    )


def done_before(visit: Visit, session: Session) -> dict[str, Any] | None:
    """What the decision before led to: shown on top of what comes next, with a way back.

    Approvals that follow each other closely are named together: the last may have been meant for the one before it.
    """
    act, _, number = visit.value("done").partition(".")
    if act not in set(Act) or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    story = stories.get_story(session, int(number))
    if story is None:
        return None
    lately: list[StoryRow] = []
    if act in APPROVALS:
        lately = approved_lately(session, visit.who.name, sorted(APPROVALS), visit.now - LATELY)
    last = last_review(session, story.id, act, visit.who.name)
    return {"act": act, "story": story, "lately": lately if len(lately) > 1 else [], "last": last}


def _together(visit: Visit, session: Session, many: str) -> dict[str, Any] | None:
    """What was just done to many, by the act and the time it was done at."""
    act, _, moment = many.partition("@")
    if act not in {*TOGETHER, Act.ACCEPT, Act.UNACCEPT}:
        return None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    done = done_together(session, Act(act), visit.who.name, at)
    return {"act": act, "stories": list({story.id: story for story in done}.values()), "check": visit.value("check")}


def _facets(visit: Visit, session: Session, state: str) -> queue_order.Facets:
    """What the queue may be narrowed to, counted anew now and then: with many stories it is the dearest question."""
    known = visit.desk.facets.get(state)
    if known is None or not timedelta(0) <= visit.now - known[0] < COUNTED_FOR:
        known = visit.desk.facets[state] = visit.now, queue_order.facets(session, state)
    return known[1]


def waits_for(story: StoryRow) -> str:
    """What a story waits for, in words."""
    if story.state == StoryState.FAILED:
        return f"given up: {story.waiting_for}"
    if story.waiting_for:
        return f"waits for {story.waiting_for}"
    if story.state == StoryState.HELD:
        return "on hold, no end date" if story.held_until is None else "on hold"
    return {
        StoryState.IN_REVIEW: f"for {story.assigned_to}" if story.assigned_to else "",
        StoryState.APPROVED: "waits for the next edition",
        StoryState.NEW: "waits for the writer",
        StoryState.DRAFTING: "waits for the checks" if not story.repair_due else "waits for a repair",
    }.get(StoryState(story.state), "")


def arrived(visit: Visit) -> Response:
    """How many came since the page was shown: a line to press, so that nothing moves by itself."""
    part, since = narrowed(visit), visit.moment("since")
    with visit.desk.database.reading() as session:
        number = queue_order.arrived(session, part, max(since, visit.now - timedelta(days=30)))
    return visit.page("arrived.html", number=number, query=part_query(part))


def do_many(visit: Visit) -> Response:
    """Approve, hold, spike or reopen the ticked stories, or all of this part of the queue: each by the rules."""
    try:
        act = Act(visit.value("act"))
    except ValueError:
        raise UsageError("say what to do: approve, hold, spike or reopen") from None
    if act not in TOGETHER:
        raise NotAllowed("only approve, hold, spike and reopen work on several stories at once")
    chosen = _chosen(visit)
    now = visit.now
    failed = act_together(
        visit.desk.database, chosen, act, by=Actor(visit.who, now, reason=visit.words()), rules=visit.desk.config.desk
    )
    many = f"{act}@{now.isoformat()}"
    if failed:
        return show_queue(visit, failed, 409, many=many)
    return visit.go("/queue" + query_of(visit, many=many))


def _chosen(visit: Visit) -> dict[int, str]:
    """The stories a form is about, each with the beginning of the hash its list showed.

    Raises UsageError where none is ticked, or too many.
    """
    if visit.value("all") == "yes":
        return _all_listed(visit)
    chosen: dict[int, str] = {}
    for value in visit.form.get("story", []):
        number, _, listed = value.partition(".")
        if number.isascii() and number.isdigit() and len(number) < 10:
            chosen[int(number)] = listed
    if not chosen:
        raise UsageError("no story is selected; nothing was done")
    if len(chosen) > MOST_AT_ONCE:
        raise UsageError(f"more than {MOST_AT_ONCE} stories at once; nothing was done")
    return chosen


def _all_listed(visit: Visit) -> dict[int, str]:
    """Everything in this part of the queue that was there when the page was shown; what came later is left alone."""
    since = visit.moment("since")
    with visit.desk.database.reading() as session:
        rows = queue_order.page(session, narrowed(visit), None, MOST_AT_ONCE + 1)
    if len(rows) > MOST_AT_ONCE:
        raise UsageError(f"there are more than {MOST_AT_ONCE} stories here; narrow the queue first. Nothing was done")
    chosen = {row.story.id: "" for row in rows if row.story.arrived_at is None or row.story.arrived_at <= since}
    if not chosen:
        raise UsageError("no story is left here; nothing was done")
    return chosen


def accept_many(visit: Visit) -> Response:
    """Accept every warning of one check in the ticked stories, with one reason; or reopen them (`back`)."""
    check, back, now = visit.value("check"), visit.value("back") == "yes", visit.now
    failed: dict[int, str] = {}
    for story_id in _chosen(visit):
        try:
            accept_kind(visit.desk.database, story_id, check, by=Actor(visit.who, now, reason=visit.words()), back=back)
        except StorageError:
            raise
        except InShortError as error:
            failed[story_id] = str(error)
    many = f"{Act.UNACCEPT if back else Act.ACCEPT}@{now.isoformat()}"
    if failed:
        return show_queue(visit, failed, 409, many=many)
    return visit.go("/queue" + query_of(visit, many=many, check=check))


ROUTES = (
    Page("/queue", "GET", Role.EDITOR, show_queue),
    Page("/queue/arrived", "GET", Role.EDITOR, arrived),
    Page("/queue/many", "POST", Role.EDITOR, do_many),
    Page("/queue/accept", "POST", Role.EDITOR, accept_many),
)
