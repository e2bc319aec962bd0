"""My work today: what was handed to one, who asks for one, what one began, what one did."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.storage.desk import mine
from pipeline.web.visit import Page, Visit

MOST = 100
"""Lines of each list."""
MENTIONED_FOR = timedelta(days=14)
"""How long a comment that mentions one stands here unanswered."""


def show(visit: Visit) -> Response:
    who, now = visit.who.name, visit.now
    zone = visit.desk.config.newsroom.zone
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with visit.desk.database.reading() as session:
        handed = mine.handed_to(session, who, MOST)
        mentions = mine.mentions_of(session, who, now - MENTIONED_FOR, MOST)
        begun = mine.begun_by(session, who, MOST)
        done = mine.done_by(session, who, midnight, MOST)
    return visit.page(
        "mine.html",
        handed=handed,
        mentions=mentions,
        begun=begun,
        done=done,
        sums=Counter(review.act for review, _ in done),
        most=MOST,
        now=now,
    )


ROUTES = (Page("/mine", "GET", Role.EDITOR, show),)
