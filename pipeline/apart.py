"""Work done apart: in processes of its own, on all cores, where what runs for too long is ended and fails alone.

A thread can't be stopped, and a signal's handler waits for the very C code that spins. A process can: an alarm
ends it from the kernel, and so nothing is left spinning when its parent is gone.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from pipeline.errors import InShortError

T = TypeVar("T")
LONGEST = 60.0
"""Seconds one piece of work may take."""
_HEAD = struct.Struct("!Q")
_GRACE = 10.0


class TooLong(InShortError):
    """A piece of work was ended: it ran for too long, or its process died of it."""


class Apart:
    """As many processes as there are cores, started when needed; use as an async context manager."""

    def __init__(self, processes: int | None = None, *, seconds: float = LONGEST) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(processes or os.cpu_count() or 1)
        self._idle: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            await _end(self._idle.pop())

    async def do(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """Call a function of a module in another process. Raises what it raises, and TooLong."""
        async with self._turns:
            process = self._idle.pop() if self._idle else await self._start()
            try:
                async with asyncio.timeout(self._seconds + _GRACE):
                    assert process.stdin is not None
                    process.stdin.write(_framed((self._seconds, work, given, named)))
                    await process.stdin.drain()
                    fine, answer = await _answer(process)
            except (TimeoutError, asyncio.IncompleteReadError, OSError):
                await _end(process)
                raise TooLong(f"not done after {self._seconds:g} seconds; left") from None
            except BaseException:
                await _end(process)
                raise
            self._idle.append(process)
        if not fine:
            raise answer
        done: T = answer
        return done

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pipeline.apart", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )


def _framed(value: Any) -> bytes:
    body = pickle.dumps(value)
    return _HEAD.pack(len(body)) + body


async def _answer(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    (length,) = _HEAD.unpack(await process.stdout.readexactly(_HEAD.size))
    # Written by this program's own process: no stranger's pickle is ever read.
    return pickle.loads(await process.stdout.readexactly(length))  # noqa: S301


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def serve() -> None:
    """The other side: do what comes in, one after the other, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    read, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    while head := read.read(_HEAD.size):
        seconds, work, given, named = pickle.loads(read.read(*_HEAD.unpack(head)))  # noqa: S301
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            answer = (True, work(*given, **named))
        except Exception as error:
            answer = (False, error)
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            body = _framed(answer)
        except Exception:
            body = _framed((False, RuntimeError(f"{answer[1]!r} can't be handed over")))
        try:
            answers.write(body)
            answers.flush()
        except BrokenPipeError:  # the parent was killed meanwhile; nobody is left to tell
            os._exit(0)


if __name__ == "__main__":
    serve()
