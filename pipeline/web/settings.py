"""The settings in force, to look at: `config.yaml` is where they are changed."""

from __future__ import annotations

from itertools import groupby

from starlette.responses import Response

from pipeline.config import Config
from pipeline.desk.people import Role
from pipeline.web import masked
from pipeline.web.visit import Page, Visit


def show(visit: Visit) -> Response:
    usual = dict(masked.settings(Config().model_dump(mode="json")))
    found = masked.settings(visit.desk.config.model_dump(mode="json"))
    rows = [
        (path, value, value not in (usual.get(path), masked.NOT_SET))
        for path, value in found
        if path in usual or value != masked.NOT_SET
    ]
    sections = [(name, list(part)) for name, part in groupby(rows, key=lambda row: row[0].split(".")[0].split("[")[0])]
    return visit.page("settings.html", sections=sections, file=visit.desk.folder / "config.yaml")


ROUTES = (Page("/settings", "GET", Role.ADMIN, show),)
