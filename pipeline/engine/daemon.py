"""The daemon: one process for ever. APScheduler owns its clocks, the stages overlap, signals end it or reload it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.config import Config
from pipeline.engine import clocks, stages
from pipeline.engine.rounds import Engine
from pipeline.engine.stages import POLL, Stage
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.errors import InShortError, NotReady
from pipeline.logs import logger
from pipeline.monitoring.health_server import start_health
from pipeline.storage.engine.workers import SEEN_EVERY

log = logger("inshort.daemon")

AGAIN = timedelta(seconds=60)
"""When a clock's work that failed is tried again."""
LOOK_EVERY = 1.0
"""Seconds between two looks at whether the wall clock was set."""
ASTRAY = 3.0
"""Seconds the wall clock may part from the time that only runs on, before the jobs' times are set anew."""


class DaemonJobs:
    """Its jobs: one a stage, one a clock. Each runs once at a time, beside the others and the signs of life."""

    def __init__(self, engine: Engine, reread: Callable[[], Config]) -> None:
        self.engine = engine
        self._reread = reread
        self._stop = asyncio.Event()
        self._failed: NotReady | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._tools = engine.tools(Summary())
        self._scheduler = AsyncIOScheduler(
            timezone=engine.config.newsroom.zone,
            # A late job still runs, once: after sleep that is what makes up for it.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; what is under way then gets `daemon.grace_seconds` to end.

        Raises NotReady when the database is gone for good: deleted, replaced, broken, or a newer program's.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        engine = self.engine
        async with start_health(engine.database, lambda: engine.config, engine.folder, engine.now):
            self._set_up()
            self._scheduler.start()
            engine.say("daemon started; stop it with SIGTERM or Ctrl-C")
            try:
                await self._keep_time()
            finally:
                self._scheduler.pause()
                await self._end()
                self._scheduler.shutdown(wait=False)
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """End in order: `run` returns when what is under way has ended."""
        self.engine.ending.ask()
        self._stop.set()

    async def _keep_time(self) -> None:
        """Until the end: signs of life, and new times for all jobs when the wall clock was set.

        The next time of a job is one of the wall clock: set back by an hour, nothing would run for an hour. This
        goes by the time that only runs on.
        """
        ahead, seen = self._ahead(), 0.0
        while not self._stop.is_set():
            if abs((now_ahead := self._ahead()) - ahead) > ASTRAY:
                log.warning("the wall clock was set", seconds=round(now_ahead - ahead))
                ahead = now_ahead
                with self._telling("clock"), self.engine.database.session() as session:
                    self.engine.believe_the_clock(session)
                self._set_up()
            if not seen or time.monotonic() - seen >= SEEN_EVERY:
                seen = time.monotonic()
                self._be_seen()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_EVERY)

    def _ahead(self) -> float:
        return self.engine.now().timestamp() - time.monotonic()

    def _set_up(self) -> None:
        engine, daemon = self.engine, self.engine.config.daemon
        now = engine.now()
        self._scheduler.remove_all_jobs()
        for stage in stages.wanted(engine.config):
            seconds = daemon.poll_seconds if stage is POLL else daemon.stage_seconds
            self._add(stage.name, IntervalTrigger(seconds=seconds), self._drain(stage), at=now)
        for clock in clocks.wanted(engine.config):
            self._add(clock.name, clocks.Times(clock, engine.config.newsroom.zone), self._fire(clock), at=now)

    def _add(self, name: str, trigger: object, work: Callable[[], Awaitable[None]], at: object) -> None:
        async def guarded() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._under_way.add(task)
            try:
                with self._telling(name):
                    await work()
            finally:
                self._under_way.discard(task)

        self._scheduler.add_job(guarded, trigger, id=name, next_run_time=at)

    def _drain(self, stage: Stage) -> Callable[[], Awaitable[None]]:
        async def drain() -> None:
            config = None
            while config is not self.engine.config:  # reread meanwhile: the rest is handed out by the new settings
                config, tools = self.engine.config, self._tools
                if await self.engine.drain(tools, stage):
                    self.engine.tell(tools)
                    self._hurry(after=stage)

        return drain

    def _hurry(self, after: Stage) -> None:
        """What a stage did may be due in the others: they need not wait for their next round."""
        for stage in stages.wanted(self.engine.config):
            if stage not in (after, POLL):
                with contextlib.suppress(JobLookupError):
                    self._scheduler.modify_job(stage.name, next_run_time=self.engine.now())

    def _fire(self, clock: clocks.Clock) -> Callable[[], Awaitable[None]]:
        async def fire() -> None:
            try:
                await clocks.fire(self.engine, clock)
            except Exception:
                again = self.engine.now() + AGAIN
                self._scheduler.modify_job(clock.name, next_run_time=again)
                raise

        return fire

    def _be_seen(self) -> None:
        with self._telling("alive"):
            self.engine.sign_of_life("daemon")

    @contextlib.contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        """What a job fails with is said and logged, and the daemon goes on; not without its database."""
        try:
            yield
        except NotReady as error:
            self._failed = error
            self.stop()
        except InShortError as error:
            self.engine.say(f"{name}: {error}")
        except Exception as error:
            log.exception("tripped", job=name)
            self.engine.say(f"{name}: an error inside In Short: {error!r}; it is tried again, --verbose shows more")

    def reload(self) -> None:
        """Take config.yaml as it is now. One with mistakes is refused, and the old one goes on."""
        if not self.engine.reload(self._reread):
            return
        old, self._tools = self._tools, self.engine.tools(Summary())
        self._closing = asyncio.create_task(self._close(old, set(self._under_way)))
        self._set_up()

    async def _close(self, tools: Tools, users: set[asyncio.Task[None]]) -> None:
        """Close tools when those who have them in hand are done."""
        if users:
            await asyncio.wait(users)
        await tools.__aexit__(None, None, None)

    async def _end(self) -> None:
        grace = self.engine.config.daemon.grace_seconds
        if self._under_way:
            self.engine.say(f"stopping; what is in progress has {grace} s")
            _, late = await asyncio.wait(self._under_way, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._tools.__aexit__(None, None, None)


async def run_daemon(engine: Engine, reread: Callable[[], Config]) -> None:
    await DaemonJobs(engine, reread).run()
