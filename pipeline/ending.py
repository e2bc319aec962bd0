"""The end of a process, in order: what is out is waited for, and what was begun but not sent yet is not sent."""

from __future__ import annotations

import asyncio

from pipeline.errors import InShortError


class NotSent(InShortError):
    """A question was about to be sent when the process was asked to end. It cost nothing and is asked next time."""

    def __init__(self) -> None:
        super().__init__("not sent: In Short is stopping")


class Ending:
    """Whether somebody asked this process to end. Whoever sends something looks here last."""

    def __init__(self) -> None:
        self.asked = False
        self._resting: set[asyncio.Future[None]] = set()

    def ask(self) -> None:
        """Ask for the end: who waits for a turn waits no longer."""
        self.asked = True
        for each in self._resting:
            if not each.done():
                each.set_result(None)

    def look(self) -> None:
        """Raises NotSent when the end was asked for."""
        if self.asked:
            raise NotSent

    async def rest(self, seconds: float) -> None:
        """Wait so many seconds; no longer than until the end. Raises NotSent then."""
        self.look()
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resting.add(ended)
        try:
            await asyncio.wait([ended], timeout=seconds)
        finally:
            self._resting.discard(ended)
        self.look()
