"""`--batch FILE.jsonl`: one object a line in, one a line out in the same order, on all cores."""

from __future__ import annotations

import faulthandler
import gc
import itertools
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer

from pipeline.cli.printing import shown
from pipeline.errors import InShortError, UsageError
from pipeline.files import problem

Work = Callable[[dict[str, Any]], dict[str, Any]]
_LONGEST_LINE = 100_000_000
"""Characters from which a line is none: a device gives some for ever."""
LONGEST = 60.0
"""Seconds one line may take; a page that makes an extractor spin fails alone."""
_CHUNK = 4
_ABOVE = 24
"""Fewer lines than this are done in the process itself: starting others would take longer."""


class Stopped(InShortError):
    """A line's work was stopped."""


class Done(NamedTuple):
    """A line's answer as it is printed, and whether it is one: a failure is `{"id", "error"}`."""

    line: str
    ok: bool


def run_batch(file: Path, work: Work) -> None:
    """Do the work for each line; a failure becomes `{"id", "error"}` and stops nothing. Memory stays bounded.

    Raises Exit with status 1 where there were lines and every one failed.
    """
    told = {True: 0, False: 0}
    for done in _each(file, work):
        shown(done.line, form="json")
        told[done.ok] += 1
    if told[False] and not told[True]:
        raise typer.Exit(1)


def _each(file: Path, work: Work) -> Iterator[Done]:
    try:
        lines = _lines(file)
        first = [line for _, line in zip(range(_ABOVE), lines, strict=False)]
    except (OSError, ValueError) as error:
        raise problem(file, error, "read") from error
    # The bounds of a command that is over at once would keep the trees of thousands of pages.
    gc.set_threshold(700, 10, 10)
    cores = os.cpu_count() or 1
    if len(first) < _ABOVE or cores == 1:
        for line in itertools.chain(first, lines):
            yield one_line(work, line)
        return
    chunks = _chunks(first, lines)
    window: list[tuple[list[str], Future[list[Done]]]] = []
    pool = ProcessPoolExecutor(cores)
    try:
        while True:
            for chunk in chunks:
                window.append((chunk, pool.submit(_some, work, chunk)))
                if len(window) > cores * 4:
                    break
            if not window:
                return
            chunk, future = window.pop(0)
            try:
                yield from future.result()
            except BrokenProcessPool:
                # One of the lines under way ended its process: each of them is done again, alone.
                for line in [*chunk, *(line for other, _ in window for line in other)]:
                    yield _alone(work, line)
                window.clear()
                pool.shutdown(wait=False)
                pool = ProcessPoolExecutor(cores)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(work: Work, line: str) -> Done:
    """One line in a process of its own, which may be ended."""
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(_some, work, [line]).result()[0]
        except BrokenProcessPool:
            return _failed(_id_of(line), f"not done after {LONGEST:g} seconds; left")


def _id_of(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row.get("id") if isinstance(row, dict) else None


def one_line(work: Work, line: str) -> Done:
    """One line of a batch: its answer, or its error, with its id."""
    name: Any = None
    try:
        row = read_line(line)
        name = row["id"]
        with limited(LONGEST):
            answer = {"id": name, **work(row)}
        return Done(json.dumps(answer, ensure_ascii=False, default=str), True)
    except Exception as error:
        return _failed(name, why(error))


def read_line(line: str) -> dict[str, Any]:
    """The object of a line. Raises what `why` tells of."""
    row = json.loads(line)
    if not isinstance(row, dict) or "id" not in row:
        raise UsageError('an object with an "id" is needed')
    return row


def why(error: Exception) -> str:
    """Why a line has no answer, in one line."""
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error}"
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    if isinstance(error, OSError):
        return str(problem(Path(str(error.filename)), error, "read"))
    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    return str(error) if isinstance(error, InShortError) else f"{type(error).__name__}: {error}"


def _failed(name: Any, why: str) -> Done:
    return Done(json.dumps({"id": name, "error": why}, ensure_ascii=False, default=str), False)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what runs for too long. Only a main thread can be stopped, which is where each line's work is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise Stopped(f"not done after {seconds:g} seconds; left")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _some(work: Work, lines: list[str]) -> list[Done]:
    return [_ended_if_deaf(work, line) for line in lines]


def _ended_if_deaf(work: Work, line: str) -> Done:
    """A line in a process of the pool. One that spins in C hears no signal: its process is ended from a C thread."""
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(LONGEST * 1.5, exit=True, file=nowhere)
        try:
            return one_line(work, line)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as opened:
        while line := opened.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise UsageError(f"{file}: a line is longer than {_LONGEST_LINE // 1_000_000} million characters")
            if line.strip():
                yield line


def _chunks(first: list[str], rest: Iterator[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for source in (first, rest):
        for line in source:
            chunk.append(line)
            if len(chunk) == _CHUNK:
                yield chunk
                chunk = []
    if chunk:
        yield chunk
