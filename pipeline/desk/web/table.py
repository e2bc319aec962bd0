"""The route table: every path the desk answers, and the lowest role that may. There is no other way in."""

from __future__ import annotations

from pipeline.desk.web import digest, entering, feeds, files, log, settings
from pipeline.desk.web.visit import Page

TABLE: tuple[Page, ...] = (
    *files.ROUTES,
    *entering.ROUTES,
    *digest.ROUTES,
    *feeds.ROUTES,
    *log.ROUTES,
    *settings.ROUTES,
)
