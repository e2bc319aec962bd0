"""The clocks: what happens at set times, once a time, whatever sleeps, stops or is set back meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from pipeline.config import Config
from pipeline.cron import cron_line
from pipeline.engine.memory import give_back
from pipeline.engine.rounds import Engine
from pipeline.llm import ledger
from pipeline.model import Edition
from pipeline.storage.engine import clocks
from pipeline.text import counted

_BACK = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=8))
"""How far back the latest time missed is looked for, before all since the last one seen to are gone through."""
_OVERLAP = timedelta(minutes=10)
"""How far back from its last time a clock looks for acts that were under way then."""


@dataclass(frozen=True)
class Clock:
    """Something done at the times a cron expression names, in the newsroom's zone."""

    name: str
    cron: str
    work: Callable[[Engine, datetime], None]
    """Does it, for the time it was due at; safe to do twice. Runs in a thread of its own."""


def wanted(config: Config) -> tuple[Clock, ...]:
    """The clocks a newsroom has."""
    keeping = config.keeping
    found = (
        ("digest", config.digest.cron, _digest),
        ("planned", "* * * * *", _planned),
        ("mail", "* * * * *" if config.mail.host or config.digest.webhooks else None, _mail),
        ("files", "*/5 * * * *" if config.digest.out else None, _files),
        ("site", "*/5 * * * *" if config.site.folder else None, _site),
        ("backup", keeping.backup_cron, _backup),
        ("prune", keeping.prune_cron, _prune),
        ("recover", "* * * * *", _recover),
        ("alarms", "*/5 * * * *", look_for_alarms),
        ("report", config.alarms.report_cron if config.alarms.mail else None, _report),
    )
    return tuple(Clock(name, cron, work) for name, cron, work in found if cron)


class Times(BaseTrigger):  # type: ignore[misc]
    """A clock's times as APScheduler asks for them."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        self._clock, self._zone = clock, zone

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return next_after(self._clock, self._zone, now)


def next_after(clock: Clock, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The clock's first time after a moment (UTC); None when there never is one.

    A local time that a spring night leaves out is done as much later; one that an autumn night has twice is
    done the first time, unless the clock goes by every hour anyway.
    """
    line = cron_line(clock.cron, zone)
    local = (after + timedelta(microseconds=1)).astimezone(zone)
    while True:
        found = line.next_after(local)
        if found is None:
            return None
        first = found.replace(fold=found.fold if line.hourly else 0).astimezone(UTC)
        if first > after:
            return first
        # The second of two equal local times: its first was before.
        local = (found.astimezone(UTC) + timedelta(minutes=1)).astimezone(zone)


def latest_due(clock: Clock, zone: ZoneInfo, fired: datetime, now: datetime) -> datetime | None:
    """The last of the clock's times after `fired` and not after `now`; None when nothing is due."""
    found = next_after(clock, zone, fired)
    if found is None or found > now:
        return None
    for back in _BACK:
        if now - back <= fired:
            break
        near = next_after(clock, zone, now - back)
        if near is not None and near <= now:
            found = near
            break
    while (later := next_after(clock, zone, found)) is not None and later <= now:
        found = later
    return found


def due(engine: Engine, clock: Clock) -> datetime | None:
    """The time a clock has still to see to. Times missed are one, the latest, or none where `daemon.missed` is skip."""
    now, zone = engine.now(), engine.config.newsroom.zone
    with engine.database.session() as session:
        fired = clocks.fired_at(session, clock.name)
        if fired is None:
            clocks.fired(session, clock.name, now)  # a new clock has missed nothing
            return None
        found = latest_due(clock, zone, fired, now)
        late = timedelta(seconds=engine.config.daemon.late_seconds)
        if found is not None and engine.config.daemon.missed == "skip" and now - found > late:
            clocks.fired(session, clock.name, found)
            engine.say(f"{clock.name:<12} missed at {found.astimezone(zone):%Y-%m-%d %H:%M}, skipped as configured")
            return None
    return found


async def fire(engine: Engine, clock: Clock) -> bool:
    """Do what a clock has to see to, if anything, and note that it is done."""
    found = due(engine, clock)
    if found is None:
        return False
    await asyncio.to_thread(clock.work, engine, found)
    give_back()
    with engine.database.session() as session:
        clocks.fired(session, clock.name, found)
    return True


def _digest(engine: Engine, at: datetime) -> None:
    from pipeline.publishing.issue import issue

    day = at.astimezone(engine.config.newsroom.zone)
    edition = issue(engine.database, engine.config, engine.now(), key=f"digest {day:%Y-%m-%d %H:%M}")
    _hand_out(engine, edition)


def _planned(engine: Engine, at: datetime) -> None:
    """Issue what an editor planned for a time by now."""
    from pipeline.publishing.issue import issue_planned

    for edition in issue_planned(engine.database, engine.config, engine.now()):
        _hand_out(engine, edition)


def _hand_out(engine: Engine, edition: Edition) -> None:
    """Say that an edition was issued, write its files where the newsroom wants some, and have it sent."""
    from pipeline.engine.telling import call_hooks
    from pipeline.publishing.handed_out import write_files
    from pipeline.publishing.sending import enlist

    if edition.number is None:
        engine.say("digest time: nothing new to issue")
        return
    engine.say(f"digest issued as edition {edition.number}, {counted(len(edition.stories), 'story', 'stories')}")
    for file in write_files(edition, engine.config.digest):
        engine.say(f"digest written to {file}")
    if engine.config.mail.host and (count := enlist(engine.database, edition, engine.now())):
        engine.say(f"digest       to be sent to {counted(count, 'reader')}")
    for line in call_hooks(engine.database, engine.config, edition, engine.now()):
        engine.say(f"digest       {line}")


def _mail(engine: Engine, at: datetime) -> None:
    """Send what is due, and call the webhooks again that did not answer."""
    from pipeline.engine.telling import call_hooks
    from pipeline.publishing.issue import reprint
    from pipeline.publishing.sending import Sent, send_due

    database, config, now = engine.database, engine.config, engine.now()
    for number, done in send_due(database, config, now):
        if done != Sent():
            engine.say(f"mail         edition {number}: {done.line()}")
        for line in call_hooks(database, config, reprint(database, number), now):
            engine.say(f"mail         {line}")


def _files(engine: Engine, at: datetime) -> None:
    """Write the digests' files anew of which a story was corrected or retracted."""
    from pipeline.publishing.handed_out import write_anew

    with engine.database.reading() as session:
        since = (clocks.fired_at(session, "files") or at) - _OVERLAP
        for file in write_anew(session, engine.config.digest, since):
            engine.say(f"digest       {file} is rewritten: a story in it was corrected or retracted")


def _site(engine: Engine, at: datetime) -> None:
    """Bring the site up to date with what is published; what is only approved waits for its edition."""
    from pipeline.engine.telling import tell_hub
    from pipeline.publishing.public_site.build import build_site

    built = build_site(engine.database, engine.config, engine.now())
    if built.written or built.removed:
        engine.say(f"site         {counted(built.written, 'file')} written, {built.removed} removed in {built.folder}")
    if built.feeds and (trouble := tell_hub(engine.config, built.feeds)):
        engine.say(f"site         the hub was not told: {trouble}")


def _backup(engine: Engine, at: datetime) -> None:
    from pipeline.storage.keeping.backup import backup

    keeping = engine.config.keeping
    made = backup(engine.database, engine.folder / keeping.backups, engine.now(), keep=keeping.keep_backups)
    engine.say(f"backup       {made.file}, {made.bytes / 1_000_000:.1f} MB")


def _prune(engine: Engine, at: datetime) -> None:
    from pipeline.storage.keeping.prune import ages_of, prune

    gone = prune(engine.database, ages_of(engine.config), engine.now())
    if any(gone.values()):
        engine.say("pruned       " + ", ".join(f"{count} {what}" for what, count in gone.items() if count))


def look_for_alarms(engine: Engine, at: datetime) -> None:
    """Raise and clear alarms, and tell those who are to be told."""
    from pipeline.feeds.asking import net_limits, user_agent
    from pipeline.monitoring.alarms import watch
    from pipeline.net import Net

    async def look() -> None:
        config = engine.config
        async with Net(agent=user_agent(config), limits=net_limits(config)) as net:
            changed = await watch(engine.database, config, engine.folder, engine.now(), net)
        for wrong in changed.raised:
            engine.say(f"alarm        {wrong.name}: {wrong.detail}")

    asyncio.run(look())


def _report(engine: Engine, at: datetime) -> None:
    from pipeline.monitoring.report import report
    from pipeline.publishing.mail import compose, send

    config, now = engine.config, engine.now()
    found = report(engine.database, config, engine.glossary, engine.folder, now)
    subject = f"[{config.newsroom.name}] status report"
    send(config.mail, compose(config.mail, config.alarms.mail, subject, found.text(config), now))
    engine.say(f"report       sent to {', '.join(config.alarms.mail)}")


def _recover(engine: Engine, at: datetime) -> None:
    with engine.database.session() as session:
        if count := ledger.recover(session):
            engine.say(f"{count} model calls of dead processes are free again; they may be paid for twice")
