"""Calls first: what is reckoned beside a model's calls waits until those on their way are out.

A place at the model that stands empty is time lost; writing an answer down can wait a moment. Without this, twenty
answers that come together are all written down before the next question leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_TURNS = 16
"""Turns of the event loop in which a question that has its place is surely on the wire."""


class Pace:
    """One endpoint's calls and the work beside them, in one event loop, whichever of its models is asked.

    `places` bounds the calls under way.
    """

    def __init__(self, calls: int) -> None:
        self.places = asyncio.Semaphore(calls)
        self._leaving = 0
        self._all_out = asyncio.Event()
        self._all_out.set()
        self._one = asyncio.Lock()

    def leaving(self) -> None:
        """A call has its place: nothing else is begun for some turns of the event loop."""
        self._leaving += 1
        self._all_out.clear()
        self._count(_TURNS)

    def _count(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._count, turns - 1)
            return
        self._leaving -= 1
        if not self._leaving:
            self._all_out.set()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Do a piece of work that holds up the event loop: one at a time, while no call is leaving."""
        async with self._one:
            while self._leaving:  # again, as another may be leaving since
                await self._all_out.wait()
            yield
