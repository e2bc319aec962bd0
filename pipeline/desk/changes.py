"""What became of the pages behind a story since its current version was written, and that it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.articles.change import difference
from pipeline.desk.actor import Actor
from pipeline.desk.acts import open_case, record
from pipeline.desk.difference import Run, around_change, words_changed
from pipeline.desk.review import Act
from pipeline.errors import NotAllowed
from pipeline.storage.articles.changes import answer_change, open_changes
from pipeline.storage.articles.entries import get_article
from pipeline.storage.database import Database, Session


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page that was another when it was looked at again: `changed`, with the paragraphs that differ, or `gone`; or an
    article that `joined` the story."""

    id: int
    what: str
    seen_at: datetime
    url: str
    paragraphs: tuple[tuple[Run, ...], ...]
    said: str = ""
    """Of an article that joined: what it adds."""


SHOWN = 200
"""Paragraphs of a changed page that are shown."""
LETTERS = 5000
"""Letters of each, from shortly before the first that differs."""
_BEFORE = 200


def page_changes(session: Session, story_id: int) -> tuple[PageChange, ...]:
    """The latest state of each page that changed, beside the text the story was written from."""
    latest = {change.article_id: change for change in open_changes(session, story_id)}
    found = []
    for article_id, change in latest.items():
        article = get_article(session, article_id)
        if change.what == "joined":
            found.append(PageChange(change.id, change.what, change.seen_at, article.url, (), change.text))
            continue
        moved = difference(article.text, change.text) if change.what == "changed" else []
        runs = tuple(tuple(words_changed(*around_change(p.before, p.after, LETTERS, _BEFORE))) for p in moved[:SHOWN])
        found.append(PageChange(change.id, change.what, change.seen_at, article.url, runs))
    return tuple(found)


def leave_as_it_is(database: Database, story_id: int, change_id: int, *, by: Actor) -> None:
    """Answer a page's change without a new version: somebody saw it and nothing in the story is to be changed.

    The story stays as it is, published ones too; what the page says later is shown again. Raises NotAllowed when a
    version or a colleague has answered it already, and where the rules forbid it.
    """
    with database.session() as session:
        case = open_case(session, story_id)
        if not answer_change(session, story_id, change_id, who=by.name, now=by.at):
            raise NotAllowed("this page change was already answered")
        record(session, case, Act.SEEN, by=by)
