"""The route table: every path the desk answers, and the lowest role that may. There is no other way in."""

from __future__ import annotations

from pipeline.web import (
    deciding,
    digest,
    editing,
    entering,
    feeds,
    figures,
    glossary,
    log,
    mine,
    planning,
    published,
    queue_page,
    readers,
    rewriting,
    searching,
    settings,
    static_files,
    story,
)
from pipeline.web.visit import Page

TABLE: tuple[Page, ...] = (
    *static_files.ROUTES,
    *entering.ROUTES,
    *queue_page.ROUTES,
    *mine.ROUTES,
    *searching.ROUTES,
    *story.ROUTES,
    *deciding.ROUTES,
    *editing.ROUTES,
    *rewriting.ROUTES,
    *digest.ROUTES,
    *planning.ROUTES,
    *published.ROUTES,
    *feeds.ROUTES,
    *glossary.ROUTES,
    *figures.ROUTES,
    *log.ROUTES,
    *settings.ROUTES,
    *readers.ROUTES,
)
