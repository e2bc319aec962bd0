"""The report an owner gets each week: how the newsroom fares, and what its glossary lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.glossary import Glossary
from pipeline.inspection.bank import Offer
from pipeline.inspection.inspecting import suggestions
from pipeline.monitoring.alarms import Wrong, wrongs
from pipeline.monitoring.situation import Alarm, Situation, as_json, look
from pipeline.storage.database import Database
from pipeline.storage.llm import spending
from pipeline.storage.monitoring.alarms import alarms_since
from pipeline.storage.monitoring.made import made_since
from pipeline.text import counted

DAYS = 7
WORDS = 20
"""Suggestions for the glossary that are listed."""
_NAMED = 10
_ONE = {
    "entries": "entry",
    "articles read": "article read",
    "stories approved": "story approved",
    "editions": "edition",
    "corrections": "correction",
    "retractions": "retraction",
    "alarms": "alarm",
}
"""What the week brought, by how several of it are called: how one is."""


@dataclass(frozen=True, slots=True)
class WeekReport:
    situation: Situation
    made: dict[str, int]
    """What the last seven days brought."""
    alarms: list[Alarm]
    """Those raised in these days, the oldest first."""
    spent_micro: int
    wrong: list[Wrong]
    lacking: list[Offer]

    def as_json(self) -> dict[str, Any]:
        return {
            "days": DAYS,
            "made": self.made,
            "alarms": [
                {
                    "name": a.name,
                    "detail": a.detail,
                    "raised_at": a.raised.isoformat(),
                    "cleared_at": a.over.isoformat() if a.over else None,
                }
                for a in self.alarms
            ],
            "spent_micro": self.spent_micro,
            "wrong": [{"name": w.name, "detail": w.detail} for w in self.wrong],
            "glossary": [{"term": o.term, "stories": o.stories, "plain": o.plain, "by": o.by} for o in self.lacking],
            "situation": as_json(self.situation),
        }

    def text(self, config: Config) -> str:
        return "\n".join(self._lines(config)) + "\n"

    def _lines(self, config: Config) -> Iterator[str]:
        from pipeline.llm.prices import money

        s = self.situation
        yield f"{config.newsroom.name}, the {DAYS} days to {s.at.astimezone(config.newsroom.zone):%Y-%m-%d %H:%M}"
        yield ""
        yield ", ".join(f"{self.made[what]} {one if self.made[what] == 1 else what}" for what, one in _ONE.items())
        yield from _some(f"{a.name}, {self._lasted(a, config)}: {a.detail}" for a in self.alarms)
        cap = f"; the cap is {money(s.cap_micro, config.writer)} a day" if s.cap_micro is not None else ""
        yield f"spent: {money(self.spent_micro, config.writer)}{cap}"
        states = s.by_state("story")
        in_review, held, failed = (states.get(state, 0) for state in ("in_review", "held", "failed"))
        yield (
            f"{counted(in_review, 'story waits', 'stories wait')} for an editor, {len(s.waiting)} for something else; "
            f"{held} held, {failed} failed"
        )
        yield f"{counted(s.feeds.active, 'feed')} active, {len(s.feeds.failing)} failing, {len(s.feeds.dead)} given up"
        yield from _some(f"failing: {name}: {error}" for name, error in s.feeds.failing.items())
        yield from _some(f"given up: {name}: {why}" for name, why in s.feeds.dead.items())
        yield from (f"WRONG: {w.detail}" for w in self.wrong)
        yield ""
        if self.lacking:
            yield "Words the glossary lacks (inshort glossary suggest; inshort glossary add TERM 'EXPLANATION'):"
            yield from (
                f"  {o.term}, in {counted(o.stories, 'story', 'stories')}" + (f": {o.plain}" if o.plain else "")
                for o in self.lacking
            )
        else:
            yield "The glossary lacks nothing that drafts use."

    def _lasted(self, alarm: Alarm, config: Config) -> str:
        zone = config.newsroom.zone
        raised = f"{alarm.raised.astimezone(zone):%Y-%m-%d %H:%M}"
        return f"{raised} to {alarm.over.astimezone(zone):%Y-%m-%d %H:%M}" if alarm.over else f"since {raised}"


def report(database: Database, config: Config, glossary: Glossary, folder: Path, now: datetime) -> WeekReport:
    """Look at the newsroom and at the last seven days."""
    situation = look(database, config, folder, now)
    since = now - timedelta(days=DAYS)
    first_day = since.astimezone(config.newsroom.zone).date().isoformat()
    with database.reading() as session:
        return WeekReport(
            situation,
            made_since(session, since),
            [Alarm(a.name, a.detail, a.raised_at, a.cleared_at) for a in alarms_since(session, since)],
            sum(cost.micro for cost in spending.costs(session, "all", since=first_day)),
            wrongs(situation, config.alarms),
            suggestions(session, glossary)[:WORDS],
        )


def _some(lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    yield from (f"  {line}" for line in found[:_NAMED])
    if len(found) > _NAMED:
        yield f"  and {len(found) - _NAMED} more"
