"""The daemon: APScheduler owns the clocks; each clock's job runs once at a time; SIGTERM ends it cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable

from pipeline.engine.rounds import Engine, Summary
from pipeline.errors import InShortError
from pipeline.publishing.issue import issue


async def run_daemon(engine: Engine) -> None:
    """Run until SIGTERM or SIGINT; what is under way gets `daemon.grace_seconds` to end."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    under_way: set[asyncio.Task[None]] = set()
    config = engine.config

    def job(name: str, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def guarded() -> None:
            task = asyncio.current_task()
            if task is not None:
                under_way.add(task)
            try:
                await work()
            except InShortError as error:
                engine.say(f"{name}: {error}")
            finally:
                if task is not None:
                    under_way.discard(task)

        return guarded

    async def poll() -> None:
        summary = Summary()
        await engine.poll(summary)
        await engine.collect(summary)
        if summary.entries_new or summary.feeds_failed:
            engine.say(f"polled {summary.polled} feeds, {summary.entries_new} new, {len(summary.feeds_failed)} failed")

    async def write() -> None:
        summary = Summary()
        await engine.write(summary)
        if summary.drafted:
            engine.say(f"drafted {summary.drafted}, blocked {summary.blocked}")

    async def digest() -> None:
        now = engine.now()
        day = now.astimezone(config.newsroom.zone)
        edition = issue(engine.database, config, now, key=f"digest {day:%Y-%m-%d %H:%M}")
        engine.say(
            f"digest issued as edition {edition.number}, {len(edition.stories)} stories"
            if edition.stories
            else "digest time: no approved stories"
        )

    scheduler = AsyncIOScheduler(
        timezone=config.newsroom.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )
    now = engine.now()
    scheduler.add_job(
        job("poll", poll), IntervalTrigger(seconds=config.daemon.poll_seconds), id="poll", next_run_time=now
    )
    scheduler.add_job(
        job("write", write), IntervalTrigger(seconds=config.daemon.stage_seconds), id="write", next_run_time=now
    )
    if config.digest.cron:
        trigger = CronTrigger.from_crontab(config.digest.cron, timezone=config.newsroom.zone)
        scheduler.add_job(job("digest", digest), trigger, id="digest")
    scheduler.start()
    engine.say("daemon started; end it with SIGTERM or Ctrl-C")
    await stop.wait()
    scheduler.pause()
    engine.say(f"ending; what is under way has {config.daemon.grace_seconds} s")
    if under_way:
        _, late = await asyncio.wait(under_way, timeout=config.daemon.grace_seconds)
        for task in late:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*late, return_exceptions=True)
    scheduler.shutdown(wait=False)
