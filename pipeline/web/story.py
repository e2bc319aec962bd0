"""A story: source and draft side by side, sentence by sentence, and everything one may do to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import Response

from pipeline.desk.acts import Case, open_case, shown_of
from pipeline.desk.difference import Run, lines_changed, words_changed
from pipeline.desk.hold_until import hold_until
from pipeline.desk.people import Role
from pipeline.desk.presence import next_free, note_open
from pipeline.desk.review import REASONS, RULES, Act, allowed
from pipeline.desk.story_at_desk import LEVELS, DraftAtDesk, StoryAtDesk, draft_at_desk, story_at_desk
from pipeline.desk.undo import version_before
from pipeline.desk.view import Layout, lay_out
from pipeline.errors import UsageError
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.judge import due_in
from pipeline.languages import language_record
from pipeline.model import Kind, StoryState
from pipeline.newsvalue.importance import House
from pipeline.newsvalue.topics import MOST
from pipeline.storage import stories
from pipeline.storage.database import Session
from pipeline.storage.desk import queue_order, visits
from pipeline.storage.desk.queue_order import Place
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.stories.filing import topic_names
from pipeline.web.queue_page import done_before, narrowed, query_of, searched
from pipeline.web.visit import Page, Visit
from pipeline.writing.draft import from_json


def house(visit: Visit) -> HouseStyle:
    return visit.desk.house


def story_at(visit: Visit, session: Session, level: str = "standard") -> Case:
    return open_case(session, visit.number("story"), level)


def level_of(visit: Visit) -> str:
    """The reading level that is asked for."""
    wanted = visit.value("level") or "standard"
    if wanted not in LEVELS:
        raise UsageError(f"there is no such reading level; there are: {', '.join(LEVELS)}")
    return wanted


def laid_out(case: Case, draft: DraftRow) -> Layout:
    return lay_out(from_json(draft.content), draft.text, draft.report, case.source)


def story_path(visit: Visit, story_id: int, **more: str) -> str:
    """The address of a story, which remembers the part and page of the queue it was reached by."""
    return f"/story/{story_id}" + query_of(visit, **more)


def show_story(visit: Visit) -> Response:
    now, name = visit.now, visit.who.name
    with visit.desk.database.reading() as session:
        page = _page(visit, session)
        values: dict[str, Any] = {
            **_around(visit, session, page.story),
            "waiting": queue_order.counts_of(session, narrowed(visit)),
            "done": done_before(visit, session),
        }
    response = visit.page("story.html", **_shown(visit, page), **values)
    # After the answer, so that no page waits for a writer elsewhere.
    response.background = BackgroundTask(
        note_open, visit.desk.database, page.story.id, name, now, shown_of(page.draft, page.simple)
    )
    return response


def _page(visit: Visit, session: Session) -> StoryAtDesk:
    return story_at_desk(session, visit.desk.config, visit.number("story"), visit.who.name, visit.now)


def _around(visit: Visit, session: Session, story: StoryRow) -> dict[str, Any]:
    """Where to go on from a story."""
    part = narrowed(visit)
    return {
        "next_id": next_free(session, part, visit.who.name, visit.now, story.id, Place.of(story)),
        "previous_id": queue_order.story_before(session, part, Place.of(story)),
    }


def _shown(visit: Visit, page: DraftAtDesk) -> dict[str, Any]:
    """What a story's page shows, or a piece of it, and what may be done there."""
    state, role, config = StoryState(page.story.state), visit.who.role, visit.desk.config
    return {
        **vars(page),
        "story": page.story,
        "draft": page.draft,
        "cited": page.cited,
        "query": query_of(visit),
        "searched": searched(visit),
        "may": lambda act: allowed(Act(act), state, role),
        "may_ever": lambda act: role in RULES[Act(act)].roles,
        "topic_names": topic_names(House.of(config), page.story.topics),
        "most_topics": MOST,
        "kinds": list(Kind),
        "form": language_record(config.newsroom.language).story,
        "reasons": REASONS,
        "editing": visit.number("edit", 10_000) if visit.value("edit") else None,
        "rewriting": config.writer.kind == "openai",
        "grade_wanted": config.writer.grade,
        "words_wanted": config.writer.max_words,
        "two_person": config.desk.two_person,
        "now": visit.now,
    }


def one_sentence(visit: Visit) -> Response:
    """One sentence of the draft, for reading or (`edit`) for writing: what a script puts in its place."""
    with visit.desk.database.reading() as session:
        page = draft_at_desk(session, visit.number("story"), visit.who.name)
    return visit.page("sentence.html", **_sentence(visit, page, visit.number("place")))


def _sentence(visit: Visit, page: DraftAtDesk, place: int) -> dict[str, Any]:
    """Raises UsageError where the draft has no such sentence."""
    layout = page.layout
    if layout is None or place >= len(layout.lines):
        raise UsageError(f"the draft has no sentence {place + 1}")
    return {**_shown(visit, page), "line": layout.lines[place], "editing": place if visit.value("edit") else None}


def now_judged(visit: Visit) -> Response:
    """A sentence that waited for the judge, once it need not wait any more, with what its word changes at the head of
    the page and in the foot bar; nothing before that."""
    place = visit.number("place")
    with visit.desk.database.reading() as session:
        draft = story_at(visit, session).draft
        waits = draft is not None and place in due_in(draft.report or {})
        if waits or draft is None or draft.hash != visit.value("shown"):
            return Response(status_code=204)
        page = _page(visit, session)
        values = {**_sentence(visit, page, place), **_around(visit, session, page.story)}
    return visit.page("judged.html", **values)


def still_open(visit: Visit) -> Response:
    """A sign that somebody still has the story open; answered with who else has, and whether it changed."""
    with visit.desk.database.session() as session:
        case = story_at(visit, session)
        visits.saw(session, case.story.id, visit.who.name, visit.now)
        others = visits.others_at(session, [case.story.id], visit.who.name, visit.now).get(case.story.id, [])
    shown = visit.value("shown")
    draft = case.draft
    return visit.page(
        "presence.html",
        others=others,
        story=case.story,
        draft=draft,
        changed=bool(draft and shown and draft.hash != shown) or case.story.state != visit.value("seen_state"),
        query=query_of(visit),
    )


def versions(visit: Visit) -> Response:
    """What changed between two versions of a reading level, or between one and what the source says."""
    level = level_of(visit)
    with visit.desk.database.reading() as session:
        case = story_at(visit, session, level)
        story_id = case.story.id
        known = stories.versions_of(session, story_id, level)
        if case.draft is None or not known:
            raise UsageError(f"there is no {_called(level)} yet, so there are no versions")
        standard = stories.current_draft(session, case.story)
        numbers = [v.number for v in known]
        new = visit.number("new", case.draft.number)
        before_it = version_before(known, new)
        against_source = visit.value("old") == "source" or (not visit.value("old") and before_it is None)
        old = 0 if against_source else visit.number("old", before_it or 0)
        for number in (new, *([] if against_source else [old])):
            if number not in numbers:
                there = ", ".join(map(str, numbers))
                raise UsageError(f"the {_called(level)} of story {story_id} has no version {number}; it has {there}")
        after = stories.draft_numbered(session, story_id, new)
        before = None if against_source else stories.draft_numbered(session, story_id, old)
    assert after is not None
    return visit.page(
        "versions.html",
        story=case.story,
        level=level,
        beside=standard.hash if standard else "",
        versions=known,
        current=case.draft.number,
        shown=case.draft.hash,
        old="source" if against_source else old,
        new=new,
        lines=lines_changed(before.text, after.text) if before else [],
        sentences=_against_source(case, after) if against_source else [],
        query=query_of(visit),
        may_edit=allowed(Act.EDIT, StoryState(case.story.state), visit.who.role),
    )


def _called(level: str) -> str:
    return "simple version" if level == "simple" else "draft"


def _against_source(case: Case, draft: DraftRow) -> list[tuple[str, list[Run]]]:
    """Each sentence of the draft with its way from the source sentences it cites."""
    source = case.source
    rows = []
    for line in laid_out(case, draft).lines:
        evidence = " ".join(source.get(n, "") for n in line.evidence)
        rows.append((line.kind, words_changed(evidence, line.text) if evidence else [Run("alone", line.text)]))
    return rows


def moment_of(visit: Visit) -> datetime | None:
    """Until when to hold: what is chosen, or a day and time that is typed."""
    typed = visit.value("until").strip()
    return hold_until(typed or visit.value("hold"), visit.now, visit.desk.config.newsroom.zone)


ROUTES = (
    Page("/story/{story}", "GET", Role.EDITOR, show_story),
    Page("/story/{story}/sentence/{place}", "GET", Role.EDITOR, one_sentence),
    Page("/story/{story}/judged/{place}", "GET", Role.EDITOR, now_judged),
    Page("/story/{story}/open", "POST", Role.EDITOR, still_open),
    Page("/story/{story}/versions", "GET", Role.EDITOR, versions),
)
