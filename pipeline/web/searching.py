"""One search over every story, whatever its state; readers find what is published."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.checks.beyond import BEYOND
from pipeline.checks.catalogue import CHECKS
from pipeline.desk.people import Role
from pipeline.errors import UsageError
from pipeline.inspection.judge import CHECK as JUDGED
from pipeline.model import QueueOrder, StoryState
from pipeline.newsvalue.importance import House
from pipeline.storage import feeds, search
from pipeline.storage.desk import people
from pipeline.storage.desk.queue_order import Narrowed
from pipeline.stories.filing import topic_names
from pipeline.web.queue_page import done_before
from pipeline.web.visit import Page, Visit

FOUND = 50
"""Stories a page."""
SORTED = {order.value: order.label for order in QueueOrder}
PUBLIC = (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED)


def show(visit: Visit) -> Response:
    words, state = visit.value("q").strip(), visit.value("state")
    reader = not visit.who.role.covers(Role.EDITOR)
    states = list(PUBLIC if reader else StoryState)
    if state and state not in states:
        raise UsageError(f"no such state: {state[:40]}")
    part, skip = _part(visit, reader), visit.number("skip", 0)
    rows, line, count = [], "", 0
    with visit.desk.database.reading() as session:
        known = feeds.all_feeds(session)
        staff = [u.name for u in people.all_users(session) if u.role != Role.READER]
        if words:
            try:
                looked_for = search.wanted(words)
                within = [state] if state else PUBLIC if reader else ()
                most = search.MOST_SORTED if part.order else max(search.MOST_COUNTED + 1, skip + FOUND + 1)
                numbers = search.numbers_of(session, looked_for, states=within, part=part, most=most)
                rows = search.rows_of(session, numbers, part=part, skip=skip, limit=FOUND + 1)
                count = len(numbers)
            except UsageError as error:
                line = str(error)
        done = done_before(visit, session)
    more = len(rows) > FOUND
    given = {"topic": part.topic, "source": part.source, "reviewer": part.reviewer, "finding": part.finding}
    given |= {"differ": part.differ, "sort": part.order}
    following = {"q": words, "state": state, **given}
    search_here = _query({**following, "skip": str(skip or "")})
    filters = [
        (
            "topic",
            "Topic",
            topic_names(House.of(visit.desk.config), sorted({feed.topic for feed in known if feed.topic})),
        ),
        ("source", "Feed", sorted({feed.name for feed in known if feed.name})),
    ]
    if not reader:
        filters += [("reviewer", "Reviewer", staff), ("finding", "Finding", [*CHECKS, *BEYOND, JUDGED])]
    return visit.page(
        "search.html",
        400 if line else 200,
        words=words[: search.LONGEST_QUERY],
        state=state,
        states=states,
        filters=[(name, label, values) for name, label, values in filters if values],
        given=given,
        orders=SORTED,
        rows=rows[:FOUND],
        line=line,
        reader=reader,
        count=f"{search.MOST_COUNTED}+" if count > search.MOST_COUNTED else f"{count:,}",
        query="?" + urlencode({"searched": search_here}),
        done=done,
        next="/search?" + _query({**following, "skip": str(skip + FOUND)}) if more else "",
    )


def _query(values: dict[str, str]) -> str:
    return urlencode({name: value for name, value in values.items() if value})


def _part(visit: Visit, reader: bool) -> Narrowed:
    """What the search is narrowed to and sorted by. Readers are not shown how a story was reviewed."""
    value, order = visit.value, visit.value("sort")
    if order and order not in SORTED:
        raise UsageError(f"sort: allowed: {', '.join(SORTED)}")
    if reader:
        return Narrowed("", value("topic"), value("source"), order=order)
    differ = "yes" if value("differ") == "yes" else ""
    return Narrowed("", value("topic"), value("source"), value("reviewer"), value("finding"), differ, order)


ROUTES = (Page("/search", "GET", Role.READER, show),)
