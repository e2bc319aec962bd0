"""Asking the model to rewrite one sentence: its cost first, its answer kept until somebody decides on it."""

from __future__ import annotations

from starlette.responses import Response

from pipeline.desk import rewrite
from pipeline.desk.actor import Actor
from pipeline.desk.people import Role
from pipeline.errors import ModelError, NotAllowed, UsageError
from pipeline.storage.desk import rewrites
from pipeline.web.deciding import changed_meanwhile
from pipeline.web.queue_page import query_of
from pipeline.web.story import house, story_at, story_path
from pipeline.web.visit import Page, Visit
from pipeline.writing.draft import from_json
from pipeline.writing.write import open_model


def show_cost(visit: Visit) -> Response:
    """What a rewrite of a sentence may cost at most, before anything is asked."""
    config = visit.desk.config
    if config.writer.kind != "openai":
        raise NotAllowed("no model is configured (writer.kind)")
    place = visit.number("place")
    with visit.desk.database.reading() as session:
        case = story_at(visit, session)
    request = rewrite.rewrite_request(case, place, config, config.writer.model)
    assert case.draft is not None
    return visit.page(
        "rewrite.html",
        story=case.story,
        draft=case.draft,
        place=place,
        sentence=list(from_json(case.draft.content).sentences())[place].text,
        cost=rewrite.most_it_costs(request, config),
        model=config.writer.model,
        query=query_of(visit),
    )


def ask(visit: Visit) -> Response:
    """Ask, and go back to the story: the answer comes there, whether or not the page stays open."""
    desk, config = visit.desk, visit.desk.config
    story_id, place = visit.number("story"), visit.number("place")
    model = open_model(config.writer, config.network) if config.writer.kind == "openai" else None
    if model is None:
        raise NotAllowed("no model is configured (writer.kind)")
    try:
        asked = rewrite.begin(
            desk.database,
            story_id,
            place,
            by=Actor(visit.who, visit.now, shown=visit.value("shown")),
            config=config,
            model=model,
        )
    except NotAllowed as error:
        return changed_meanwhile(visit, error, nothing="asked")
    except ModelError as error:
        raise UsageError(f"the model was not asked: {error}") from error

    rewrite.finish_apart(desk.database, asked, model, config, desk.now)
    return visit.go(story_path(visit, story_id) + f"#d{place}")


def answer(visit: Visit) -> Response:
    """A rewrite as it stands: what a script asks for until there is an answer."""
    with visit.desk.database.reading() as session:
        case = story_at(visit, session)
        row = rewrites.get_rewrite(session, visit.number("rewrite"))
    if row is None or row.story_id != case.story.id:
        raise UsageError("there is no such rewrite")
    return visit.page(
        "suggestion.html", row=row, story=case.story, draft=case.draft, now=visit.now, query=query_of(visit)
    )


def take(visit: Visit) -> Response:
    story_id = visit.number("story")
    _of_story(visit)
    try:
        rewrite.take(
            visit.desk.database,
            visit.number("rewrite"),
            by=Actor(visit.who, visit.now, shown=visit.value("shown")),
            house=house(visit),
        )
    except NotAllowed as error:
        return changed_meanwhile(visit, error, nothing="saved")
    return visit.go(story_path(visit, story_id))


def put_away(visit: Visit) -> Response:
    _of_story(visit)
    try:
        story_id = rewrite.put_away(visit.desk.database, visit.number("rewrite"), by=Actor(visit.who, visit.now))
    except NotAllowed as error:
        return changed_meanwhile(visit, error)
    return visit.go(story_path(visit, story_id))


def _of_story(visit: Visit) -> None:
    with visit.desk.database.reading() as session:
        row = rewrites.get_rewrite(session, visit.number("rewrite"))
        if row is None or row.story_id != story_at(visit, session).story.id:
            raise UsageError("there is no such rewrite of this story")


ROUTES = (
    Page("/story/{story}/rewrite/{place}", "GET", Role.EDITOR, show_cost),
    Page("/story/{story}/rewrite/{place}", "POST", Role.EDITOR, ask),
    Page("/story/{story}/rewrites/{rewrite}", "GET", Role.EDITOR, answer),
    Page("/story/{story}/rewrites/{rewrite}/take", "POST", Role.EDITOR, take),
    Page("/story/{story}/rewrites/{rewrite}/drop", "POST", Role.EDITOR, put_away),
)
