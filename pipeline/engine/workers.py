"""The workers: many processes on one PostgreSQL. Procrastinate carries ids; the rows say what is due and done.

Every process may lead: the one that holds the lock says what is due, second by second, and the others find it in
their queues. A leader that dies loses the lock with its connection; one that is merely stopped is deposed.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import procrastinate
from procrastinate import exceptions
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker as Carrier
from psycopg import Error as PsycopgError
from psycopg.errors import ForeignKeyViolation
from psycopg_pool import PoolTimeout

from pipeline.config import Config
from pipeline.engine import clocks, stages
from pipeline.engine.rounds import Engine
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.errors import InShortError, NotReady
from pipeline.logs import logger
from pipeline.monitoring.health_server import start_health
from pipeline.storage.engine import jobs, workers
from pipeline.storage.engine.lead import Lead
from pipeline.storage.engine.pulse import CARRIER
from pipeline.storage.engine.workers import LOST_AFTER, SEEN_EVERY

log = logger("inshort.workers")

QUEUES = ("poll", "collect", "write", "check", "deliver")
TICK = 1.0
"""Seconds between two looks of the leader at what is due."""
LONG_THERE = 45.0
"""Seconds without a complaint after which a database that is away again is said anew; a pool takes 30 to complain."""
DEEP = 500
"""Things of one stage that wait in the queue at most; the rest waits in the rows."""
_GONE = (exceptions.ConnectorException, PsycopgError, PoolTimeout, InShortError, OSError)
"""What a database that does not answer, or a queue whose tables are gone, is known by."""


_STAGES = {stage.name: stage for stage in stages.STAGES}


def at_once(config: Config, queue: str) -> int:
    """How many things of a queue one worker has under way."""
    stages_of = [stage.at_once(config) for stage in stages.STAGES if stage.queue == queue]
    return min(max(stages_of, default=1), 64)


class _Carrier(Carrier):
    """One of Procrastinate's workers. It is registered and its lock held before it takes its first job: whoever is at a
    job and holds none is taken for dead.
    """

    def __init__(self, keep_locks: Callable[[], None], app: procrastinate.App, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._keep_locks = keep_locks

    async def _run_loop(self) -> None:
        self._keep_locks()
        await super()._run_loop()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Duties:
    """What a process does: its queues, all, some or none, and what it is called among the workers."""

    kind: str
    queues: tuple[str, ...] = QUEUES


class Worker:
    """One process of several. It works through its queues, leads when nobody else does, and says that it lives."""

    def __init__(self, engine: Engine, plan: Duties, reread: Callable[[], Config]) -> None:
        self.engine = engine
        self.plan = plan
        self._reread = reread
        self._stop = asyncio.Event()
        self._failed: InShortError | None = None
        self._missed = -math.inf
        """When the database was last missed, by the time that only runs on."""
        self._tools: Tools = engine.tools(Summary())
        self._app: procrastinate.App | None = None
        self._lead: Lead | None = None
        self._looks = asyncio.Lock()
        """Held while the leader looks at the queues: they are not closed meanwhile."""
        self._carriers: list[_Carrier] = []
        self._old: list[Tools] = []

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises NotReady when the database became one of a newer program."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        parts = (self._live, self._work, self._lead_or_follow)
        engine = self.engine
        async with start_health(engine.database, lambda: engine.config, engine.folder, engine.now):
            tasks = [asyncio.create_task(self._for_ever(part)) for part in parts]
            engine.say(f"{self.plan.kind} started on {', '.join(self.plan.queues) or 'no queue'}; end it with SIGTERM")
            await asyncio.gather(*tasks)
        for tools in (*self._old, self._tools):
            await tools.__aexit__(None, None, None)
        if self._failed is not None:
            raise self._failed

    def _end(self) -> None:
        self.engine.ending.ask()
        self._stop.set()

    async def _for_ever(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do a part until the end; when the database is gone, wait for it to come back."""
        while not self._stop.is_set():
            try:
                await part()
            except NotReady as error:
                self._failed = error
                self._stop.set()
            except _GONE as error:
                log.warning("the database does not answer", part=part.__name__.strip("_"), error=repr(error))
                self._away(error)
            await self._pause(TICK)

    def _away(self, error: Exception) -> None:
        """Say that the database is away: once for all parts, until they had it for a while."""
        cause = error.__cause__ or error
        if isinstance(cause, ForeignKeyViolation):
            self.engine.say("this process was taken for dead; it takes its place at the queues again")
            return
        now = time.monotonic()
        if now - self._missed > LONG_THERE:
            why = str(cause).strip() or repr(error)
            self.engine.say(f"waiting for the database: {why.splitlines()[0]}")
        self._missed = now

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _live(self) -> None:
        """Signs of life; and the schema may have become a newer program's."""
        while not self._stop.is_set():
            self.engine.database.ready()
            self.engine.sign_of_life(self.plan.kind, self.plan.queues)
            self._keep_locks()
            self.engine.tell(self._tools)
            await self._pause(SEEN_EVERY)

    def _keep_locks(self) -> None:
        """Hold the locks of all carriers that are registered."""
        if self.engine.pulse is not None:
            ids = (carrier.worker_id for carrier in self._carriers)
            self.engine.pulse.keep(*((CARRIER, number) for number in ids if number is not None))

    async def _work(self) -> None:
        """Work through the queues until the end, or until the database or the queues' tables are gone."""
        app = self._make_app()
        async with app.open_async():
            self._app = app
            if jobs.make_tables(self.engine.database):
                self.engine.say("the queues' tables were made")
            self._carriers = [self._carrier(app, queue) for queue in self.plan.queues]
            working = [asyncio.create_task(self._work_at(carrier)) for carrier in self._carriers]
            ended = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait([*working, ended], return_when=asyncio.FIRST_COMPLETED)
            finally:
                async with self._looks:
                    self._app = None
                for task in (*working, ended):
                    task.cancel()
                results = await asyncio.gather(*working, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    @staticmethod
    async def _work_at(carrier: _Carrier) -> None:
        await carrier.run()  # type: ignore[no-untyped-call]

    def _carrier(self, app: procrastinate.App, queue: str) -> _Carrier:
        return _Carrier(
            self._keep_locks,
            app,
            queues=[queue],
            name=queue,
            concurrency=at_once(self.engine.config, queue),
            install_signal_handlers=False,
            delete_jobs="always",
            fetch_job_polling_interval=TICK,
            update_heartbeat_interval=SEEN_EVERY,
            stalled_worker_timeout=LOST_AFTER.total_seconds(),
            shutdown_graceful_timeout=self.engine.config.daemon.grace_seconds,
        )

    def _make_app(self) -> procrastinate.App:
        app = procrastinate.App(
            connector=PsycopgConnector(
                conninfo=self.engine.database.url.replace("postgresql+psycopg://", "postgresql://", 1),
                kwargs={"options": jobs.OPTIONS},
                configure=jobs.commit_each,
                min_size=1,
                max_size=2 * len(QUEUES),
            )
        )

        @app.task(name="step")
        async def step(stage: str, thing: int) -> None:
            await self.engine.step(_STAGES[stage], self._tools, thing)

        @app.task(name="clock")
        async def clock(name: str) -> None:
            for found in clocks.wanted(self.engine.config):
                if found.name == name:
                    await clocks.fire(self.engine, found)

        return app

    async def _lead_or_follow(self) -> None:
        try:
            while not self._stop.is_set():
                if self._lead is not None and not self._lead.holds():
                    self.engine.say("the lead is lost")
                    self._step_down()
                if self._lead is None:
                    self._try_to_lead()
                async with self._looks:
                    if self._lead is not None and self._app is not None:
                        await self._tick(self._app)
                await self._pause(TICK)
        finally:
            self._step_down()

    def _try_to_lead(self) -> None:
        engine = self.engine
        self._lead = Lead.take(engine.database)
        if self._lead is None:
            engine.depose()
            return
        engine.prepare()
        engine.sign_of_life(self.plan.kind, self.plan.queues)
        assert engine.worker is not None
        with engine.database.session() as session:
            workers.leads(session, engine.worker, self._lead.session_number)
        engine.say("this process leads")

    def _step_down(self) -> None:
        if self._lead is not None:
            self._lead.give_up()
            self._lead = None
            with contextlib.suppress(InShortError), self.engine.database.session() as session:
                if self.engine.worker is not None:
                    workers.leads(session, self.engine.worker, None)

    async def _tick(self, app: procrastinate.App) -> None:
        """Say what is due, and take over what dead workers left."""
        self.engine.bury()
        with self.engine.database.session() as session:
            jobs.drop_dead(session)
        waiting = self._due()
        # All or none: somebody who led a moment ago may have put one of them in. The next look leaves that one out.
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            if waiting:
                await app.job_manager.batch_defer_jobs_async(jobs=waiting)

    def _due(self) -> list[Job]:
        engine = self.engine
        found: list[Job] = []
        with engine.database.session() as session:
            queued = jobs.queued(session)
            for stage in stages.wanted(engine.config):
                there = sum(name.startswith(f"{stage.name}/") for name in queued)
                for place, thing in enumerate(stage.due(session, engine.config, engine.now(), DEEP)):
                    name = f"{stage.name}/{thing}"
                    if name not in queued and there < DEEP:
                        there += 1
                        # The place in what is due is the rank: what is fresh overtakes what has waited in the queue.
                        found.append(_job("step", stage.queue, name, -place, stage=stage.name, thing=thing))
        for clock in clocks.wanted(engine.config):
            if f"clock/{clock.name}" not in queued and clocks.due(engine, clock):
                found.append(_job("clock", "deliver", f"clock/{clock.name}", 0, name=clock.name))
        return found

    def reload(self) -> None:
        """Take config.yaml as it is now. One with mistakes is refused, and the old one goes on."""
        if self.engine.reload(self._reread):
            self._old.append(self._tools)  # closed at the end: steps under way have them in hand
            self._tools = self.engine.tools(Summary())


def _job(task: str, queue: str, lock: str, priority: int, **arguments: str | int) -> Job:
    return Job(
        queue=queue, lock=lock, queueing_lock=lock, task_name=task, priority=priority, task_kwargs=dict(arguments)
    )


async def run_worker(engine: Engine, plan: Duties, reread: Callable[[], Config]) -> None:
    await Worker(engine, plan, reread).run()
