"""One search over every story, whatever its state; readers find what is published."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.errors import UsageError
from pipeline.model import StoryState
from pipeline.storage import search
from pipeline.web.visit import Page, Visit

FOUND = 50
"""Stories a page."""
PUBLIC = (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED)


def show(visit: Visit) -> Response:
    words, state = visit.value("q").strip(), visit.value("state")
    reader = not visit.who.role.covers(Role.EDITOR)
    states = list(PUBLIC if reader else StoryState)
    if state and state not in states:
        raise UsageError(f"no such state: {state[:40]}")
    rows, line = [], ""
    if words:
        try:
            looked_for = search.wanted(words)
            with visit.desk.database.reading() as session:
                rows = search.found(
                    session,
                    looked_for,
                    states=[state] if state else PUBLIC if reader else (),
                    before=visit.number("before", 0),
                    limit=FOUND + 1,
                )
        except UsageError as error:
            line = str(error)
    more = len(rows) > FOUND
    rows = rows[:FOUND]
    following = {"q": words, "state": state, "before": str(rows[-1].id)} if more else {}
    return visit.page(
        "search.html",
        400 if line else 200,
        words=words[: search.LONGEST_QUERY],
        state=state,
        states=states,
        rows=rows,
        line=line,
        reader=reader,
        next="/search?" + urlencode({k: v for k, v in following.items() if v}) if following else "",
    )


ROUTES = (Page("/search", "GET", Role.READER, show),)
