"""Polls read and written down together: ten thousand feeds are not as many transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.config import Config
from pipeline.errors import concerns_all
from pipeline.storage.database import Database
from pipeline.storage.engine import steps

if TYPE_CHECKING:
    from pipeline.feeds.poll import Ask, Heard, Polled

FULL = 200
"""Answers that are written down at once."""
FULL_BODIES = 20
"""Answers with a body, which are held in memory until then."""
PATIENCE = 0.1
"""Seconds an answer waits for others that are on their way."""


class LookedUp(NamedTuple):
    """What to ask a feed, and whether a process died while it was read."""

    ask: Ask
    suspect: bool


class PollBook:
    """Where polls look up what to ask, and write down what they heard.

    `worker` says which of the processes at work this is, so that a feed is known that was read when one died.
    """

    def __init__(
        self, database: Database, config: Config, now: Callable[[], datetime], worker: Callable[[], int | None]
    ) -> None:
        self._database = database
        self._config = config
        self._now = now
        self._worker = worker
        self._wanted: list[tuple[int, asyncio.Future[LookedUp | None]]] = []
        self._beginning: list[tuple[int, asyncio.Future[None]]] = []
        self._heard: list[tuple[Heard, asyncio.Future[Polled | None]]] = []
        self._bodies = 0
        self._asking = 0
        self._timer: asyncio.TimerHandle | None = None

    async def look_up(self, feed_id: int) -> LookedUp | None:
        """What to ask a feed; None when it is not due any more."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[LookedUp | None] = loop.create_future()
        if not self._wanted:
            loop.call_soon(self._look_up_all)
        self._wanted.append((feed_id, found))
        return await found

    def _look_up_all(self) -> None:
        from pipeline.feeds.poll import asks

        wanted, self._wanted = self._wanted, []
        try:
            with self._database.session() as session:
                ids = [feed_id for feed_id, _ in wanted]
                suspects = steps.suspects(session, "poll", ids)
                found = {ask.feed_id: LookedUp(ask, ask.feed_id in suspects) for ask in asks(session, ids, self._now())}
        except Exception as error:
            _fail([future for _, future in wanted], error)
            return
        for feed_id, future in wanted:
            if not future.done():
                future.set_result(found.get(feed_id))

    async def begins(self, feed_id: int) -> None:
        """Note that what a feed sent is being read, beside all others of this moment."""
        if self._worker() is None:
            return
        loop = asyncio.get_running_loop()
        noted: asyncio.Future[None] = loop.create_future()
        if not self._beginning:
            loop.call_soon(self._begin_all)
        self._beginning.append((feed_id, noted))
        await noted

    def _begin_all(self) -> None:
        beginning, self._beginning = self._beginning, []
        worker = self._worker()
        try:
            if worker is not None:
                with self._database.session() as session:
                    steps.begin_all(session, "poll", [feed_id for feed_id, _ in beginning], worker, self._now())
        except Exception as error:
            _fail([noted for _, noted in beginning], error)
            return
        for _, noted in beginning:
            if not noted.done():
                noted.set_result(None)

    async def keep(self, asking: Awaitable[Heard]) -> Polled | None:
        """Write down what a feed is about to answer; None when another process kept an answer meanwhile.

        Answers wait for each other, but not for nothing: with the last of those under way all are written down.
        """
        self._asking += 1
        try:
            heard = await asking
        finally:
            self._asking -= 1
        written: asyncio.Future[Polled | None] = asyncio.get_running_loop().create_future()
        self._heard.append((heard, written))
        self._bodies += heard.document is not None
        if len(self._heard) >= FULL or self._bodies >= FULL_BODIES or not (self._asking or self._wanted):
            self._write_all()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._write_all)
        return await written

    def _write_all(self) -> None:
        batch, self._heard, self._bodies = self._heard, [], 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._write(batch)
        except Exception as error:
            if concerns_all(error):
                _fail([written for _, written in batch], error)
                return
            # One of them trips In Short: alone it fails alone.
            for one in batch:
                try:
                    self._write([one])
                except Exception as own:
                    _fail([one[1]], own)

    def _write(self, batch: Sequence[tuple[Heard, asyncio.Future[Polled | None]]]) -> None:
        from pipeline.feeds.poll import keep

        tripped = {heard.ask.feed_id: heard.tripped for heard, _ in batch if heard.tripped}
        with self._database.session() as session:
            kept = {one.feed_id: one for one in keep(session, [heard for heard, _ in batch], self._config, self._now())}
            steps.went_well(session, "poll", [feed_id for feed_id in kept if feed_id not in tripped])
            for feed_id, error in tripped.items():
                steps.tripped(session, "poll", feed_id, error, self._now())
        for heard, written in batch:
            if not written.done():
                written.set_result(kept.get(heard.ask.feed_id))


def _fail(futures: Sequence[asyncio.Future[Any]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
