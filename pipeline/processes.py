"""Work done apart: in processes of its own, on all cores, where what runs for too long is ended and fails alone.

A thread can't be stopped, and a signal's handler waits for the very C code that spins. A process can: an alarm
ends it from the kernel, and so nothing is left spinning when its parent is gone. Two alarms are set: one counts the
time of the processor, which is fair on a machine that is busy, the other that of the clock. Memory has its bound too.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import resource
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from pipeline.errors import InShortError

T = TypeVar("T")
LONGEST = 60.0
"""Seconds one piece of work may take by the clock."""
COMPUTING = 20.0
"""And seconds of the processor, where its caller sets no other bound."""
MOST_MEMORY = 1 << 30
"""Bytes such a process may hold of its own, all told."""
_HEAD = struct.Struct("!Q")
_GRACE = 120.0
"""Seconds beyond that for a process to start, with its imports, on a machine that has much else to do: what it is given
then, its own alarms end."""
_DYING = 10.0
_LOOK = 0.5
"""Seconds between two looks whether the parent still lives."""


class TooLong(InShortError):
    """A piece of work was ended: it ran for too long, took too much memory, or its process died of it."""


class Processes:
    """As many processes as there are cores, started when needed; use as an async context manager."""

    def __init__(self, processes: int | None = None, *, seconds: float = LONGEST, computing: float = COMPUTING) -> None:
        self._seconds, self._computing = seconds, computing
        self._turns = asyncio.Semaphore(processes or os.cpu_count() or 1)
        self._idle: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._idle:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        while self._idle:
            await self._idle.pop().wait()

    async def do(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """Call a function of a module in another process. Raises what it raises, and TooLong."""
        return await self.within(self._computing, work, *given, **named)

    async def within(self, computing: float, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """The same, with its own bound in seconds of the processor."""
        async with self._turns:
            return await self._do(computing, work, given, named)

    async def when_free(self, begins: Callable[[], None], work: Callable[..., T], *given: Any, **named: Any) -> T:
        """The same as `do`, told when a process is free for it: what waits in line is not under way yet."""
        async with self._turns:
            begins()
            return await self._do(self._computing, work, given, named)

    async def _do(self, computing: float, work: Callable[..., T], given: tuple[Any, ...], named: dict[str, Any]) -> T:
        process = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._seconds + _GRACE):
                assert process.stdin is not None
                process.stdin.write(_framed((self._seconds, computing, pickle.dumps((work, given, named)))))
                await process.stdin.drain()
                fine, answer = await _answer(process)
        except TimeoutError:
            raise TooLong(self._why(await _end(process), computing)) from None
        except (asyncio.IncompleteReadError, OSError):
            raise TooLong(self._why(await _end(process, _DYING), computing)) from None
        except BaseException:
            await _end(process)
            raise
        if not fine and isinstance(answer, MemoryError):
            await _end(process)
            raise TooLong(f"ended, as it needs more than {MOST_MEMORY >> 30} GB of memory")
        self._idle.append(process)
        if not fine:
            raise answer
        done: T = answer
        return done

    def _why(self, ended: int | None, computing: float) -> str:
        match ended:
            case signal.SIGPROF:
                return f"not done after {computing:g} seconds of computing; left"
            case signal.SIGALRM | None:
                return f"not done after {self._seconds:g} seconds; left"
            case _:
                return "ended with the process that did it, which took too much memory or broke"

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pipeline.processes", str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )


def _framed(value: Any) -> bytes:
    body = pickle.dumps(value)
    return _HEAD.pack(len(body)) + body


async def _answer(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    (length,) = _HEAD.unpack(await process.stdout.readexactly(_HEAD.size))
    # Written by this program's own process: no stranger's pickle is ever read.
    return pickle.loads(await process.stdout.readexactly(length))  # noqa: S301


async def _end(process: asyncio.subprocess.Process, patience: float = 0.0) -> int | None:
    """End a process, and say which signal had ended it before; None where none had.

    One that is dying, as its answers broke off, may take a moment to be gone; one that lives will not.
    """
    try:
        if process.returncode is not None or patience:
            async with asyncio.timeout(patience or None):
                return -await process.wait()
    except TimeoutError:
        pass
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    return None


def serve(parent: int) -> None:
    """The other side: do what comes in, one after the other, until the parent is gone.

    It ends with a parent that is killed, whatever it is at: what is begun anew must not be under way here as well.
    """
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # A signal to the whole group is the parent's to heed: it ends this one when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    read, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    while head := read.read(_HEAD.size):
        seconds, computing, work = pickle.loads(read.read(*_HEAD.unpack(head)))  # noqa: S301
        body = _done(seconds, computing, work)
        try:
            answers.write(body)
            answers.flush()
        except BrokenPipeError:  # the parent was killed meanwhile; nobody is left to tell
            os._exit(0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(0)


def _done(seconds: float, computing: float, asked: bytes) -> bytes:
    try:
        # What is asked for is imported here for the first time: that is no part of its own time.
        work, given, named = pickle.loads(asked)  # noqa: S301
        signal.setitimer(signal.ITIMER_REAL, seconds)
        signal.setitimer(signal.ITIMER_PROF, computing)
        answer = (True, work(*given, **named))
    except Exception as error:
        answer = (False, error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        return _framed(answer)
    except Exception:
        return _framed((False, RuntimeError(f"{answer[1]!r} can't be handed over")))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
