"""The newsroom's situation, read from the rows in one moment: what status, metrics and alarms are made of."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.due import Waiting, waiting_by_stage
from pipeline.feeds.health import health_of_all
from pipeline.llm.prices import priced
from pipeline.settings import MICRO
from pipeline.storage import feeds, stories, tallies
from pipeline.storage.database import Database, Session
from pipeline.storage.engine import clocks, steps, workers
from pipeline.storage.engine.steps import SetAside
from pipeline.storage.llm import calls
from pipeline.storage.monitoring import alarms as alarm_rows
from pipeline.storage.monitoring import counts
from pipeline.storage.monitoring.counts import FeedHealth
from pipeline.storage.tallies import Tally
from pipeline.storage.waits import OtherWait, last_unjudged, other_waits

WAITING_SHOWN = 100


@dataclass(frozen=True, slots=True)
class WaitingStory:
    """A story that waits for something named: money, a key, a server."""

    id: int
    title: str
    state: str
    reason: str
    until: datetime | None
    since: datetime
    """When it came: it waits no longer than that."""
    importance: int = 0
    """The hours by which it counts as fresher than it is: why others were drafted before it."""
    importance_why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LivingWorker:
    """A process that is alive."""

    kind: str
    name: str
    leads: bool
    queues: tuple[str, ...]
    started: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm, and since when it is over, where it is."""

    name: str
    detail: str
    raised: datetime
    over: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    at: datetime
    feeds: FeedHealth
    tallies: list[Tally]
    due: dict[str, Waiting]
    running: dict[str, int]
    waiting: list[WaitingStory]
    set_aside: list[SetAside]
    failed: list[tuple[int, str, str]]
    """Stories whose writing was given up: number, title, why."""
    in_review_since: datetime | None
    last: dict[str, datetime | None]
    priced: bool
    """Whether it is known what model calls cost."""
    spent_micro: int
    spent_tokens: int
    cap_micro: int | None
    cap_tokens: int | None
    workers: list[LivingWorker]
    alarms: list[Alarm]
    new_entries: int
    first_entry: datetime | None
    heard_since: datetime | None
    undrafted_since: datetime | None
    backup_since: datetime | None
    """The last backup; before the first one since when their clock runs. None where none are wanted."""
    pages: tuple[int, int]
    """Pages of new entries that were looked at, and how many failed."""
    asked: tuple[int, int]
    """Questions to models of today and yesterday, and how many have no answer."""
    disk_free_mb: int
    overcharged: int
    """Calls of today and yesterday whose reported usage was above what they can have used."""
    reserved_micro: int = 0
    """What of the money spent is held by calls under way, at their worst."""
    others: list[OtherWait] = field(default_factory=list)
    """Simple versions, judgements and batches that wait, and simple versions that were given up."""
    unjudged: str = ""
    """Why the last draft went on without the judge; "" where it was read, or there is none."""
    unread: dict[str, str] = field(default_factory=dict)
    """Feeds that answer, but none of whose pages became an article lately, and what became of them instead."""
    disabled: dict[str, str] = field(default_factory=dict)
    """Disabled feeds: by whom, and what they leave waiting."""
    removed: dict[str, str] = field(default_factory=dict)
    """Removed feeds that leave something waiting, and what."""

    def by_state(self, kind: str) -> dict[str, int]:
        return tallies.by_state(self.tallies, kind)


def look(database: Database, config: Config, folder: Path, now: datetime) -> Situation:
    """Read the situation. `folder` is where backups and, with SQLite, the rows lie: its disk must not fill up."""
    tallies.fold(database)
    today = now.astimezone(config.newsroom.zone).date()
    day, yesterday = today.isoformat(), (today - timedelta(days=1)).isoformat()
    caps = config.writer.caps
    since = now - timedelta(hours=config.alarms.no_story_hours or 24)
    with database.reading() as session:
        spent = calls.spent(session, day=day)
        last = counts.last_successes(session)
        return Situation(
            at=now,
            feeds=counts.feed_health(session),
            tallies=tallies.tallies(session),
            due=waiting_by_stage(session, config, now),
            running=steps.under_way(session),
            set_aside=steps.set_aside(session),
            failed=[(s.id, s.title, s.waiting_for) for s in stories.failed_stories(session, limit=WAITING_SHOWN)],
            waiting=[
                WaitingStory(
                    s.id,
                    s.title,
                    s.state,
                    s.waiting_for,
                    s.next_try_at,
                    s.created_at,
                    s.importance,
                    tuple(s.importance_why or ()),
                )
                for s in stories.waiting_stories(session, WAITING_SHOWN)
            ],
            in_review_since=counts.oldest_in_review(session),
            last=last,
            priced=priced(config.writer),
            spent_micro=spent.micro,
            spent_tokens=spent.tokens,
            reserved_micro=spent.open_micro,
            cap_micro=None if caps.day is None else int(caps.day * MICRO),
            cap_tokens=caps.tokens_a_day,
            workers=[
                LivingWorker(w.kind, w.name, w.leads, tuple(w.queues), w.started_at) for w in workers.alive(session)
            ],
            alarms=[Alarm(a.name, a.detail, a.raised_at) for a in alarm_rows.open_alarms(session)],
            new_entries=counts.new_entries_since(session, since),
            first_entry=counts.first_entry(session),
            heard_since=counts.heard_since(session),
            undrafted_since=stories.undrafted_since(session, now),
            backup_since=(last["backup"] or clocks.fired_at(session, "backup")) if config.keeping.backup_cron else None,
            pages=counts.pages_since(session, since),
            asked=calls.heard_since(session, yesterday),
            disk_free_mb=free_mb(folder),
            overcharged=calls.over_since(session, yesterday),
            others=other_waits(session, WAITING_SHOWN),
            unjudged=last_unjudged(session) if config.judge is not None else "",
            **_standings(session, now),
        )


def _standings(session: Session, now: datetime) -> dict[str, dict[str, str]]:
    """Why feeds are unread, disabled or removed, by name; of those removed only which leave something."""
    names = {row.id: row.name for row in feeds.all_feeds(session)}
    found: dict[str, dict[str, str]] = {"unread": {}, "disabled": {}, "removed": {}}
    for number, one in health_of_all(session, now).items():
        if one.word in found and (one.waits or one.word != "removed"):
            found[one.word][names[number]] = one.reason
    return found


def free_mb(folder: Path) -> int:
    """Megabytes free on the disk a folder lies on."""
    return shutil.disk_usage(folder).free // 1_000_000


def as_json(situation: Situation) -> dict[str, Any]:
    """What `inshort --json status` prints; times are ISO 8601 in UTC."""
    s = situation
    return {
        "feeds": {
            "active": s.feeds.active,
            "failing": s.feeds.failing,
            "unread": s.unread,
            "disabled": s.disabled,
            "removed": s.removed,
            "dead": s.feeds.dead,
            "due": s.due["poll"].count,
        },
        "entries": s.by_state("entry"),
        "stories": s.by_state("story"),
        "due": {stage: due.count for stage, due in s.due.items() if stage != "poll"},
        "oldest": {stage: _time(due.oldest) for stage, due in s.due.items()} | {"review": _time(s.in_review_since)},
        "running": s.running,
        "waiting": [
            {
                "id": w.id,
                "title": w.title,
                "state": w.state,
                "for": w.reason,
                "until": _time(w.until),
                "since": _time(w.since),
                "importance": w.importance,
                "importance_why": list(w.importance_why),
            }
            for w in s.waiting
        ],
        "waiting_besides": [
            {
                "what": w.what,
                "story": w.story_id,
                "title": w.title,
                "for": w.why,
                "until": _time(w.until),
                "since": _time(w.since),
                "given_up": w.given_up,
            }
            for w in s.others
        ],
        "unjudged": s.unjudged,
        "set_aside": [{"stage": a.stage, "id": a.thing_id, "error": a.error, "at": _time(a.at)} for a in s.set_aside],
        "failed": [{"id": number, "title": title, "why": why} for number, title, why in s.failed],
        "calls": s.by_state("call"),
        "spent_today": {
            "priced": s.priced,
            "micro": s.spent_micro,
            "reserved_micro": s.reserved_micro,
            "tokens": s.spent_tokens,
            "cap_micro": s.cap_micro,
            "cap_tokens": s.cap_tokens,
        },
        "last": {name: _time(at) for name, at in s.last.items()},
        "last_run": _time(s.last["round"]),
        "workers": [
            {"kind": w.kind, "name": w.name, "leads": w.leads, "queues": list(w.queues), "since": _time(w.started)}
            for w in s.workers
        ],
        "alarms": [{"name": a.name, "detail": a.detail, "since": _time(a.raised)} for a in s.alarms],
        "disk_free_mb": s.disk_free_mb,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
