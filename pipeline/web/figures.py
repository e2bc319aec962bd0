"""Cost and quality over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup
from starlette.responses import Response

from pipeline.desk.figures import (
    Stretch,
    by_span,
    changed_share,
    local_day,
    middle,
    minutes,
    share,
    spans,
)
from pipeline.desk.people import Role
from pipeline.desk.review import Act
from pipeline.errors import UsageError
from pipeline.llm.prices import priced
from pipeline.settings import MICRO
from pipeline.storage.desk import figures
from pipeline.storage.publishing import readers
from pipeline.web import charts
from pipeline.web.charts import Point, Stack, bars, rows
from pipeline.web.visit import Page, Visit

PERIODS = {7: "a week", 30: "a month", 90: "three months", 365: "a year"}
DECIDED = (Act.APPROVE, Act.OVERRIDE, Act.SPIKE, Act.HOLD)
APPROVED = (Act.APPROVE, Act.OVERRIDE)
TEXTS, DRAFTS = 400, 600
RATED = 12
"""How many stories and paragraphs readers' answers are shown of."""
"""How many approvals are compared word by word, and how many reports are read: the latest ones."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the one number that sums it up, and its numbers as a table."""

    title: str
    sum: str
    about: str
    chart: Markup
    head: tuple[str, ...]
    table: list[tuple[str, ...]]


def show(visit: Visit) -> Response:
    days = visit.number("days", 30)
    if days not in PERIODS:
        raise UsageError(f"days: allowed: {', '.join(map(str, PERIODS))}")
    zone = visit.desk.config.newsroom.zone
    today = local_day(visit.now, zone)
    found = spans(today, days)
    since = visit.now - timedelta(days=(today - found[0].first).days + 1)
    with visit.desk.database.reading() as session:
        decided = figures.decisions(session, [span.hours(zone) for span in found], DECIDED)
        approved = figures.approvals(session, since, APPROVED, TEXTS)
        checks, drafts = figures.findings(session, since, DRAFTS)
        spent = figures.spent_by_day(session, found[0].first.isoformat())
        rated = readers.least_clear(session, RATED)
    timed = [
        [m for seconds in sorted(span) if (m := minutes(seconds)) is not None for _ in range(span[seconds])]
        for span in decided
    ]
    counted = [[1.0] * span.total() for span in decided]
    untouched = by_span(found, ((local_day(a.at, zone), float(a.untouched)) for a in approved))
    touched = [(local_day(a.at, zone), changed_share(a.written, a.approved)) for a in approved if not a.untouched]
    changed = by_span(found, touched)
    costs = by_span(found, ((date.fromisoformat(day), micro / MICRO) for day, (micro, _) in spent.items()))
    writer = visit.desk.config.writer
    currency = writer.price.currency if writer.price else "USD"
    shown_cost = (
        _over_time("Cost", found, costs, sum, lambda v: _money(v, currency), "of all model calls, from the ledger")
        if priced(writer)
        else Figure("Cost", "not known", "no price is set (writer.price)", Markup(), (), [])
    )
    shown = [
        _over_time(
            "Minutes a story", found, timed, middle, lambda v: f"{charts.plain(v)} min", "median of all decisions"
        ),
        _over_time("Decisions", found, counted, lambda v: float(len(v)), charts.plain, "approved, spiked or held"),
        _over_time("Approved untouched", found, untouched, share, _percent, "approved without changing a word"),
        _over_time("Changed by editors", found, changed, middle, _percent, "of the words, where they changed any"),
        shown_cost,
        _by_check(checks, drafts),
        _by_story(rated),
    ]
    return visit.page("figures.html", figures=shown, days=days, periods=PERIODS)


def _percent(value: float) -> str:
    return f"{round(value)}%"


def _money(value: float, currency: str) -> str:
    return f"{charts.plain(value) if value < 1 else f'{value:,.2f}'} {currency}"


def _over_time(
    title: str,
    found: list[Stretch],
    parts: list[list[float]],
    of: Callable[[list[float]], float],
    shown: Callable[[float], str],
    about: str,
) -> Figure:
    points = [Point(span.label, of(part)) for span, part in zip(found, parts, strict=True)]
    everything = [value for part in parts for value in part]
    return Figure(
        title,
        shown(of(everything)) if everything else "nothing yet",
        about,
        bars(points, f"{title}, {points[0].label} to {points[-1].label}", lambda v: shown(v).split(" ")[0]),
        ("From", title, "Of"),
        [
            (span.first.isoformat(), shown(point.value), str(len(part)))
            for span, point, part in zip(found, points, parts, strict=True)
            if part
        ],
    )


def _by_check(checks: dict[str, figures.CheckFigures], drafts: int) -> Figure:
    order = sorted(checks.items(), key=lambda item: (-item[1].total, item[0]))
    stacks = [Stack(name, tuple((s, float(f.by_severity[s])) for s in ("block", "warn", "note"))) for name, f in order]
    return Figure(
        "Findings by check",
        f"{sum(f.total for _, f in order) / drafts:.1f} a draft" if drafts else "nothing yet",
        "in drafts as first written, latest first",
        rows(stacks, "Findings by check: blocks, warnings and notes"),
        ("Check", "Blocks", "Warnings", "Notes", "Accepted", "Of these, blocks"),
        [
            (name, *(str(f.by_severity[s]) for s in ("block", "warn", "note")), str(f.accepted), str(f.cleared))
            for name, f in order
        ],
    )


def _by_story(rated: Sequence[readers.Rated]) -> Figure:
    """What readers said of stories and paragraphs, what most found unclear first."""
    whole = [r for r in rated if not r.paragraph]
    clear, answers = sum(r.clear for r in whole), sum(r.clear + r.unclear for r in whole)
    names = [f"{r.title}, paragraph {r.paragraph}" if r.paragraph else r.title for r in rated]
    return Figure(
        "Not clear to readers",
        f"{clear * 100 // answers}% clear" if answers else "nothing yet",
        "from readers' answers in mails and on the site, all time",
        rows(
            [Stack(name[:40], (("warn", float(r.unclear)),)) for name, r in zip(names, rated, strict=True)],
            "Stories and paragraphs that readers found unclear",
        ),
        ("Story", "Not clear", "Clear"),
        [(name, str(r.unclear), str(r.clear)) for name, r in zip(names, rated, strict=True)],
    )


ROUTES = (Page("/figures", "GET", Role.EDITOR, show),)
