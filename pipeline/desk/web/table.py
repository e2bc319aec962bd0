"""The route table: every path the desk answers, and the lowest role that may. There is no other way in."""

from __future__ import annotations

from pipeline.desk.web import digest, entering, feeds, figures, files, glossary, log, published, settings
from pipeline.desk.web.visit import Page

TABLE: tuple[Page, ...] = (
    *files.ROUTES,
    *entering.ROUTES,
    *digest.ROUTES,
    *published.ROUTES,
    *feeds.ROUTES,
    *glossary.ROUTES,
    *figures.ROUTES,
    *log.ROUTES,
    *settings.ROUTES,
)
