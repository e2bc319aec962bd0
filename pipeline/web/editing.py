"""Editing in place: kept as one types, checked as one types, saved as the next version."""

from __future__ import annotations

from starlette.responses import Response

from pipeline.desk.actor import Actor
from pipeline.desk.changes import page_changes
from pipeline.desk.difference import words_changed
from pipeline.desk.edit import correct, edit_sentence, edit_text, go_back
from pipeline.desk.people import Role
from pipeline.desk.review import Act, allowed
from pipeline.desk.sentences import LONGEST
from pipeline.desk.story_at_desk import cited
from pipeline.desk.typed import keep_typed
from pipeline.errors import NotAllowed, UsageError
from pipeline.languages import language_record
from pipeline.model import Kind, StoryState
from pipeline.storage import stories
from pipeline.storage.desk import visits
from pipeline.storage.desk.visits import SIMPLE, WHOLE
from pipeline.web.deciding import changed_meanwhile
from pipeline.web.queue_page import query_of
from pipeline.web.story import house, laid_out, level_of, story_at, story_path
from pipeline.web.visit import Page, Visit

PLACES = {"standard": WHOLE, "simple": SIMPLE}
"""The reading levels, and where the text of each is kept while it is typed."""


def _kind(visit: Visit) -> Kind | None:
    wanted = visit.value("kind")
    if not wanted:
        return None
    if wanted not in set(Kind):
        raise UsageError(f"no such kind of sentence; allowed: {', '.join(Kind)}")
    return Kind(wanted)


def _text(visit: Visit) -> str:
    text = visit.value("text")
    if len(text) > LONGEST:
        raise UsageError(f"the text is longer than {LONGEST} characters; nothing was kept")
    return text


def _place(visit: Visit) -> int:
    return PLACES[level_of(visit)] if visit.value("place") == "whole" else visit.number("place")


def typed(visit: Visit) -> Response:
    """Keep what is typed, and say what the checks find in it."""
    text, place = _text(visit), _place(visit)
    level = "simple" if place == SIMPLE else "standard"
    live = keep_typed(
        visit.desk.database,
        visit.number("story"),
        place,
        text,
        by=visit.who.name,
        now=visit.now,
        house=house(visit),
        shown=visit.value("shown"),
        kind=_kind(visit),
    )
    return visit.page(
        "live.html",
        problem=live.problem,
        kept=visit.now if live.kept else None,
        place=visit.value("place"),
        lines=live.fresh,
        whole=place < 0,
        layout=live.layout,
        reading=live.reading,
        verdict=live.verdict,
        runs=words_changed(live.old, text.strip()) if live.old else [],
        stale=live.stale,
        words_wanted=visit.desk.config.writer.most_words(level),
        grade_wanted=visit.desk.config.writer.grade,
    )


def save_sentence(visit: Visit) -> Response:
    story_id, place = visit.number("story"), visit.number("place")
    text = "" if visit.value("remove") == "yes" else _text(visit)
    try:
        edit_sentence(
            visit.desk.database,
            story_id,
            place,
            text,
            by=Actor(visit.who, visit.now, shown=visit.value("shown")),
            house=house(visit),
            kind=_kind(visit),
        )
    except NotAllowed as error:
        return _keep_and_say(visit, error, text, place)
    return visit.go(story_path(visit, story_id) + f"#d{place}")


def _keep_and_say(visit: Visit, error: NotAllowed, text: str, place: int) -> Response:
    """What was typed stays, at its place in the story, whoever came first."""
    with visit.desk.database.session() as session:
        visits.keep_unsaved(
            session,
            visit.number("story"),
            visit.who.name,
            place,
            text=text,
            base_hash=visit.value("shown")[:64],
            now=visit.now,
        )
    return changed_meanwhile(visit, error, nothing="saved", typed=text, place=place)


def drop_typed(visit: Visit) -> Response:
    story_id, place = visit.number("story"), _place(visit)
    with visit.desk.database.session() as session:
        story_at(visit, session)
        visits.drop_unsaved(session, story_id, visit.who.name, place)
    return visit.go(story_path(visit, story_id) + _anchor(place))


def _anchor(place: int) -> str:
    """Where on the story's page a place is."""
    return {WHOLE: "", SIMPLE: "#simple"}.get(place, f"#d{place}")


def show_text(visit: Visit) -> Response:
    """The whole text of a reading level in one field, as the terminal's editor has it."""
    level = level_of(visit)
    with visit.desk.database.reading() as session:
        case = story_at(visit, session, level)
        kept = {row.place: row for row in visits.unsaved_of(session, case.story.id, visit.who.name)}.get(PLACES[level])
        changes = page_changes(session, case.story.id)
        reports = case.reports
        standard = stories.current_draft(session, case.story) if level == "simple" else None
    if case.draft is None:
        raise NotAllowed(f"there is no {'simple version' if level == 'simple' else 'draft'} to edit yet")
    state = StoryState(case.story.state)
    correcting = level == "standard" and allowed(Act.CORRECT, state, visit.who.role)
    if not correcting and not allowed(Act.EDIT, state, visit.who.role):
        raise NotAllowed(f"a story that is {state} can't be edited")
    layout = laid_out(case, case.draft)
    return visit.page(
        "text.html",
        case=case,
        reports=reports,
        layout=layout,
        cited=cited(layout),
        story=case.story,
        draft=case.draft,
        text=kept.text if kept else case.draft.text,
        kept=kept,
        correcting=correcting,
        page_changes=changes,
        standard=standard,
        form=language_record(visit.desk.config.newsroom.language).story,
        query=query_of(visit),
    )


def save_text(visit: Visit) -> Response:
    """Save the whole text: the next version of a story in review, or the correction of a published one."""
    story_id, level, text = visit.number("story"), level_of(visit), _text(visit)
    place, done = PLACES[level], {}
    with visit.desk.database.reading() as session:
        public = story_at(visit, session).story.state in (StoryState.PUBLISHED, StoryState.CORRECTED)
    try:
        if public and level == "standard":
            correct(
                visit.desk.database,
                story_id,
                text,
                by=Actor(visit.who, visit.now, shown=visit.value("shown"), reason=visit.words()),
                house=house(visit),
                over=visit.words("over"),
            )
            with visit.desk.database.session() as session:
                visits.drop_unsaved(session, story_id, visit.who.name, place)
            done = {"done": f"{Act.CORRECT}.{story_id}"}
        else:
            edit_text(
                visit.desk.database,
                story_id,
                text,
                by=Actor(visit.who, visit.now, shown=visit.value("shown")),
                house=house(visit),
                level=level,
                beside=visit.value("beside") or None,
            )
    except NotAllowed as error:
        return _keep_and_say(visit, error, text, place)
    return visit.go(story_path(visit, story_id, **done) + _anchor(place))


def back(visit: Visit) -> Response:
    """Undo and redo: another version's wording becomes the next version of its reading level."""
    story_id = visit.number("story")
    try:
        row = go_back(
            visit.desk.database,
            story_id,
            visit.number("number"),
            by=Actor(visit.who, visit.now, shown=visit.value("shown")),
            house=house(visit),
            beside=visit.value("beside") or None,
        )
    except NotAllowed as error:
        return changed_meanwhile(visit, error, nothing="saved", place=SIMPLE if level_of(visit) == "simple" else None)
    return visit.go(story_path(visit, story_id, done=f"{Act.EDIT}.{story_id}") + _anchor(PLACES[row.level]))


ROUTES = (
    Page("/story/{story}/typed", "POST", Role.EDITOR, typed),
    Page("/story/{story}/sentence", "POST", Role.EDITOR, save_sentence),
    Page("/story/{story}/drop", "POST", Role.EDITOR, drop_typed),
    Page("/story/{story}/text", "GET", Role.EDITOR, show_text),
    Page("/story/{story}/text", "POST", Role.EDITOR, save_text),
    Page("/story/{story}/back", "POST", Role.EDITOR, back),
)
