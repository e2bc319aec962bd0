"""Decisions: approve, hold, spike, reopen, hand over, comment, accept a finding, retract. Then the next story."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from pipeline.desk.actor import Actor
from pipeline.desk.acts import accept, act_on, unaccept
from pipeline.desk.arrange import join, name_lead, name_topics, split
from pipeline.desk.changes import leave_as_it_is
from pipeline.desk.difference import lines_changed, words_changed
from pipeline.desk.people import Role
from pipeline.desk.presence import next_free
from pipeline.desk.review import Act, allowed
from pipeline.desk.unsaved import typed_over
from pipeline.errors import NotAllowed, StaleVersion, Unsaved, UsageError
from pipeline.model import StoryState
from pipeline.newsvalue.importance import House
from pipeline.newsvalue.topics import MOST
from pipeline.storage import stories
from pipeline.storage.desk import visits
from pipeline.storage.desk.reviews import reviews_of
from pipeline.web.queue_page import narrowed, part_query, query_of, searched
from pipeline.web.story import moment_of, story_at, story_path
from pipeline.web.visit import Page, Visit

_ACTS = frozenset({Act.APPROVE, Act.OVERRIDE, Act.HOLD, Act.SPIKE, Act.REOPEN, Act.HAND, Act.COMMENT, Act.RETRACT})
"""What the form of decisions does; editing, accepting and correcting have forms of their own."""
_STAYS = frozenset({Act.COMMENT, Act.REOPEN, Act.RETRACT})


def act(visit: Visit) -> Response:
    """One decision. It binds to the wording that was shown; where that changed, the page says what changed."""
    wanted = visit.value("act")
    if wanted not in _ACTS:
        raise UsageError("no such decision")
    deed = Act(wanted)
    story_id = visit.number("story")
    shown = visit.value("shown") or None
    if deed in (Act.APPROVE, Act.OVERRIDE) and shown is None:
        raise UsageError("which version was looked at is missing; open the story again")
    with visit.desk.database.reading() as session:
        story_at(visit, session)
    try:
        act_on(
            visit.desk.database,
            story_id,
            deed,
            by=Actor(
                visit.who,
                visit.now,
                shown=shown if deed not in (Act.COMMENT, Act.REOPEN, Act.HAND) else None,
                shown_simple=visit.value("shown_simple"),
                reason=visit.words(),
            ),
            rules=visit.desk.config.desk,
            until=moment_of(visit) if deed is Act.HOLD else None,
            to=visit.value("to").strip(),
            as_saved=visit.value("as_saved") == "yes",
        )
    except Unsaved as error:
        return which_wording(visit, error)
    except NotAllowed as error:
        return changed_meanwhile(visit, error)
    if deed in _STAYS:
        return visit.go(story_path(visit, story_id, done=f"{deed}.{story_id}"))
    return next_one(visit, story_id, f"{deed}.{story_id}")


def next_one(visit: Visit, story_id: int, done: str) -> Response:
    """On to the riskiest story left in the same part of the queue; to the queue when there is none.

    A story that was found by a search leads back to what that found.
    """
    if search := searched(visit):
        return visit.go(f"/search?{search}&done={done}#q{story_id}")
    part = narrowed(visit)
    with visit.desk.database.reading() as session:
        found = next_free(session, part, visit.who.name, visit.now, story_id)
    if found is None:
        return visit.go("/queue" + part_query(part, done=done))  # from the top: nothing is left behind that page
    return visit.go(story_path(visit, found, done=done))


def which_wording(visit: Visit, error: Unsaved) -> Response:
    """Ask which wording an approval means: the saved one, or what its approver typed and did not save."""
    with visit.desk.database.reading() as session:
        case = story_at(visit, session)
        typed = typed_over(session, case.story, case.draft, visit.who.name)
    fields = ("act", "shown", "shown_simple", "reason")
    return visit.page(
        "which.html",
        409,
        line=str(error),
        story=case.story,
        draft=case.draft,
        typed=[(t, words_changed(t.saved, t.typed)) for t in typed],
        fields=[(name, visit.value(name)) for name in fields if visit.value(name)],
        query=query_of(visit),
    )


def changed_meanwhile(
    visit: Visit, error: NotAllowed, *, nothing: str = "decided", typed: str = "", place: int | None = None
) -> Response:
    """Why nothing was decided, saved or asked (`nothing`): what changed since the page was shown, and who did it.

    Typed words come along.
    """
    with visit.desk.database.reading() as session:
        case = story_at(visit, session)
        new, shown = case.draft, visit.value("shown")
        if place == visits.SIMPLE and new is not None and new.hash == visit.value("beside"):
            new = stories.simple_draft(session, case.story)
        elif place == visits.SIMPLE:
            shown = visit.value("beside")
        old = stories.draft_with_hash(session, case.story.id, shown) if shown else None
        reviews = reviews_of(session, case.story.id)
    stale = isinstance(error, StaleVersion)
    lines = lines_changed(old.text, new.text) if stale and old and new and old.hash != new.hash else []
    state, role = StoryState(case.story.state), visit.who.role
    return visit.page(
        "changed.html",
        409,
        line=str(error),
        stale=stale,
        nothing=nothing,
        story=case.story,
        draft=new,
        simple=place == visits.SIMPLE,
        old=old,
        lines=lines,
        reviews=reviews[-5:],
        typed=typed,
        place=place,
        query=query_of(visit),
        in_review=state in (StoryState.IN_REVIEW, StoryState.HELD),
        whole=place == visits.WHOLE and (allowed(Act.EDIT, state, role) or allowed(Act.CORRECT, state, role)),
    )


def accept_finding(visit: Visit) -> Response:
    return _weigh(visit, accept)


def unaccept_finding(visit: Visit) -> Response:
    return _weigh(visit, unaccept)


def _weigh(visit: Visit, deed: Callable[..., object]) -> Response:
    story_id = visit.number("story")
    try:
        deed(
            visit.desk.database,
            story_id,
            visit.number("number"),
            by=Actor(visit.who, visit.now, shown=visit.value("shown"), reason=visit.words()),
        )
    except NotAllowed as error:
        return changed_meanwhile(visit, error)
    place = visit.value("place")
    return visit.go(story_path(visit, story_id) + (f"#d{place}" if place.isascii() and place.isdigit() else ""))


def page_seen(visit: Visit) -> Response:
    """A page's change that changes nothing in the story; back to where the button was."""
    story_id = visit.number("story")
    try:
        leave_as_it_is(
            visit.desk.database, story_id, visit.number("change"), by=Actor(visit.who, visit.now, reason=visit.words())
        )
    except NotAllowed as error:
        return changed_meanwhile(visit, error)
    return visit.go(f"/published/{story_id}" if visit.value("from") == "published" else story_path(visit, story_id))


def split_off(visit: Visit) -> Response:
    """Make one of a story's articles a story of its own, and show that."""
    story_id = visit.number("story")
    new = split(
        visit.desk.database,
        story_id,
        visit.number("article"),
        by=Actor(visit.who, visit.now),
        house=House.of(visit.desk.config),
    )
    return visit.go(story_path(visit, new))


def let_lead(visit: Visit) -> Response:
    """Let another of its articles lead a story."""
    story_id = visit.number("story")
    name_lead(
        visit.desk.database,
        story_id,
        visit.number("article"),
        by=Actor(visit.who, visit.now),
        house=House.of(visit.desk.config),
    )
    return visit.go(story_path(visit, story_id))


def join_to(visit: Visit) -> Response:
    """Put a story's articles into another, and show that."""
    into = visit.number("into")
    by = Actor(visit.who, visit.now, reason=visit.words())
    join(visit.desk.database, visit.number("story"), into, by=by, house=House.of(visit.desk.config))
    return visit.go(story_path(visit, into))


def choose_topics(visit: Visit) -> Response:
    """Give a story its topics."""
    story_id = visit.number("story")
    names = [name for place in range(MOST) if (name := visit.value(f"topic{place}"))]
    house = House.of(visit.desk.config)
    name_topics(visit.desk.database, story_id, names, by=Actor(visit.who, visit.now), house=house)
    return visit.go(story_path(visit, story_id, done=f"{Act.TOPICS}.{story_id}"))


ROUTES = (
    Page("/story/{story}/act", "POST", Role.EDITOR, act),
    Page("/story/{story}/split", "POST", Role.EDITOR, split_off),
    Page("/story/{story}/lead", "POST", Role.EDITOR, let_lead),
    Page("/story/{story}/join", "POST", Role.EDITOR, join_to),
    Page("/story/{story}/topics", "POST", Role.EDITOR, choose_topics),
    Page("/story/{story}/seen", "POST", Role.EDITOR, page_seen),
    Page("/story/{story}/accept", "POST", Role.EDITOR, accept_finding),
    Page("/story/{story}/unaccept", "POST", Role.EDITOR, unaccept_finding),
)
