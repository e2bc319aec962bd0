"""The next edition, from the desk: order it, leave out, lead, issue it now or at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.desk.hold_until import hold_until
from pipeline.desk.people import Role
from pipeline.errors import NotAllowed, UsageError
from pipeline.model import Edition
from pipeline.publishing.edition import Plan, headline, plan_from
from pipeline.publishing.issue import issue, keep_plan, make_edition, plan_for
from pipeline.storage import stories
from pipeline.storage.database import Session
from pipeline.storage.desk import people
from pipeline.storage.publishing import editions
from pipeline.text import counted
from pipeline.web.visit import Page, Visit

MOVES = ("up", "down", "lead", "out", "back")


def planned(visit: Visit, session: Session, edition: Edition, topic: str) -> dict[str, Any]:
    """What the page of the next edition shows beside the preview: its stories in order, what waits, when it goes."""
    row = editions.plan_of(session, topic)
    plan = plan_from(row.content) if row else Plan()
    approved = [story for story in edition.stories if story.approved]
    waiting = [stories.get_story(session, number) for number in sorted(plan.leave_out)]
    return {
        "rows": [(story, headline(story)) for story in approved],
        "lead": plan.lead,
        "waiting": [story for story in waiting if story is not None and story.state == "approved"],
        "at": row.issue_at if row else None,
        "by": row.by if row else "",
        "shown": ",".join(str(story.story_id) for story in approved),
        "may_arrange": visit.who.role.covers(Role.EDITOR),
        "may_issue": visit.who.role.covers(Role.CHIEF),
    }


def _shown(visit: Visit) -> list[int]:
    """The stories the page had, in its order."""
    numbers = [n for n in visit.value("shown").split(",") if n]
    if not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        raise UsageError("shown: the numbers of the stories are needed; open the page again")
    return [int(n) for n in numbers]


def _topic(visit: Visit) -> str | None:
    """Whose next edition a form is about: a topic's, or (None) the whole newsroom's."""
    return visit.value("topic") or None


def _back_to(visit: Visit) -> str:
    topic = _topic(visit)
    return "/digest" + (f"?{urlencode({'topic': topic})}" if topic else "") + "#edition"


def _now_in(visit: Visit, session: Session) -> list[int]:
    edition = make_edition(session, visit.desk.config, visit.now, topic=_topic(visit), records=False)
    return [story.story_id for story in edition.stories]


def arrange(visit: Visit) -> Response:
    """Move a story in the order of the next edition, make it lead, leave it for the one after, or bring it back."""
    story, move, shown = visit.number("story"), visit.value("move"), _shown(visit)
    if move not in MOVES:
        raise UsageError(f"move: allowed: {', '.join(MOVES)}")
    with visit.desk.database.reading() as session:
        row, plan = editions.plan_of(session, visit.value("topic")), plan_for(session, _topic(visit))
        at = row.issue_at if row else None
        here = _now_in(visit, session)
    if move != "back" and story not in here:
        raise NotAllowed("this story is not in the next edition any more; look at the page again")
    keep_plan(
        visit.desk.database,
        _topic(visit),
        _moved(plan, story, move, [n for n in shown if n in here]),
        by=visit.who,
        now=visit.now,
        at=at if at is not None and at > visit.now else None,
    )
    return visit.go(_back_to(visit))


def _moved(plan: Plan, story: int, move: str, shown: list[int]) -> Plan:
    if move == "lead":
        return replace(plan.led_by(story), order=tuple(shown))
    if move == "out":
        return plan.without(story)
    if move == "back":
        return plan.back(story)
    place = shown.index(story) if story in shown else 0
    return plan.moved(story, max(0, place + (-1 if move == "up" else 1)), shown)


def issue_it(visit: Visit) -> Response:
    """Issue the edition that was shown, now or at a time. Where it is another one meanwhile, say what changed."""
    shown = _shown(visit)
    config, database, now = visit.desk.config, visit.desk.database, visit.now
    with database.reading() as session:
        here = _now_in(visit, session)
        titles = {n: s.heading for n in {*here, *shown} if (s := stories.get_story(session, n)) is not None}
        plan, last = plan_for(session, _topic(visit)), editions.last_edition(session, visit.value("topic"))
    if here != shown:
        raise NotAllowed(_changed(shown, here, titles, last.issued_by if last else ""))
    typed = visit.value("at").strip()
    if typed:
        at = hold_until(typed, now, config.newsroom.zone)
        keep_plan(database, _topic(visit), plan, by=visit.who, now=now, at=at)
        _log(visit, f"planned for {at:%Y-%m-%d %H:%M} UTC" if at else "planned")
        return visit.go(_back_to(visit))
    edition = issue(database, config, now, by=visit.who, topic=_topic(visit))
    if edition.number is None:
        raise NotAllowed("there is nothing to issue; nothing was done")
    _log(visit, f"No. {edition.number}: {counted(len(edition.stories), 'story', 'stories')}")
    return visit.go(f"/digest?edition={edition.number}")


def _changed(shown: list[int], here: list[int], titles: dict[int, str], last: str) -> str:
    gone = [titles.get(n, str(n)) for n in shown if n not in here]
    new = [titles.get(n, str(n)) for n in here if n not in shown]
    parts = []
    if shown and not here:
        parts.append(
            f"it was issued by {last} in the meantime" if last else "all of it was issued or reopened in the meantime"
        )
    else:
        parts += [f"gone: {', '.join(gone)}"] if gone else []
        parts += [f"new: {', '.join(new)}"] if new else []
    return f"the edition changed since this page was shown ({'; '.join(parts) or 'another order'}); nothing was issued"


def cancel(visit: Visit) -> Response:
    """The edition goes at no time of its own; what was arranged stays."""
    with visit.desk.database.reading() as session:
        plan = plan_for(session, _topic(visit))
    keep_plan(visit.desk.database, _topic(visit), plan, by=visit.who, now=visit.now)
    _log(visit, "schedule cancelled")
    return visit.go(_back_to(visit))


def _log(visit: Visit, about: str) -> None:
    with visit.desk.database.session() as session:
        topic = _topic(visit)
        people.add_event(session, visit.now, visit.who.name, "edition", f"{topic}: {about}" if topic else about)


ROUTES = (
    Page("/digest/arrange", "POST", Role.EDITOR, arrange),
    Page("/digest/issue", "POST", Role.CHIEF, issue_it),
    Page("/digest/cancel", "POST", Role.CHIEF, cancel),
)
