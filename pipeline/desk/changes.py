"""What became of the pages behind a story since its current version was written, as the desk shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.articles.change import difference
from pipeline.desk.difference import Run, words_changed
from pipeline.storage.changes import open_changes
from pipeline.storage.database import Session
from pipeline.storage.entries import get_article


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page that was another when it was looked at again: `changed`, with the paragraphs that differ, or `gone`."""

    what: str
    seen_at: datetime
    url: str
    paragraphs: tuple[tuple[Run, ...], ...]


def page_changes(session: Session, story_id: int) -> tuple[PageChange, ...]:
    """The latest state of each page that changed, beside the text the story was written from."""
    latest = {change.article_id: change for change in open_changes(session, story_id)}
    found = []
    for article_id, change in latest.items():
        article = get_article(session, article_id)
        moved = difference(article.text, change.text) if change.what == "changed" else []
        runs = tuple(tuple(words_changed(paragraph.before, paragraph.after)) for paragraph in moved)
        found.append(PageChange(change.what, change.seen_at, article.url, runs))
    return tuple(found)
