"""`--batch FILE.jsonl`: one object a line in, one a line out in the same order, on all cores."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from pipeline.errors import InShortError, UsageError

Work = Callable[[dict[str, Any]], dict[str, Any]]
LONGEST = 60.0
"""Seconds one line may take; a page that makes an extractor spin fails alone."""
_CHUNK = 4
_ABOVE = 24
"""Fewer lines than this are done in the process itself: starting others would take longer."""


class TooLong(InShortError):
    """A line's work was stopped."""


def run_batch(file: Path, work: Work) -> None:
    """Do the work for each line; a failure becomes `{"id", "error"}` and stops nothing. Memory stays bounded."""
    try:
        lines = _lines(file)
        first = [line for _, line in zip(range(_ABOVE), lines, strict=False)]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
    cores = os.cpu_count() or 1
    if len(first) < _ABOVE or cores == 1:
        for line in first:
            typer.echo(one_line(work, line))
        for line in lines:
            typer.echo(one_line(work, line))
        return
    chunks = _chunks(first, lines)
    window: list[tuple[list[str], Future[str]]] = []
    pool = ProcessPoolExecutor(cores)
    try:
        while True:
            for chunk in chunks:
                window.append((chunk, pool.submit(_some, work, chunk)))
                if len(window) > cores * 4:
                    break
            if not window:
                return
            chunk, done = window.pop(0)
            try:
                typer.echo(done.result())
            except BrokenProcessPool:
                # One of the lines under way ended its process: each of them is done again, alone.
                for line in [*chunk, *(line for other, _ in window for line in other)]:
                    typer.echo(_alone(work, line))
                window.clear()
                pool.shutdown(wait=False)
                pool = ProcessPoolExecutor(cores)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(work: Work, line: str) -> str:
    """One line in a process of its own, which may be ended."""
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(_some, work, [line]).result()
        except BrokenProcessPool:
            return json.dumps({"id": _id_of(line), "error": f"not done after {LONGEST:g} seconds; left"})


def _id_of(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row.get("id") if isinstance(row, dict) else None


def one_line(work: Work, line: str) -> str:
    """One line of a batch: its answer, or its error, with its id."""
    name: Any = None
    try:
        row = json.loads(line)
        if not isinstance(row, dict) or "id" not in row:
            raise UsageError('an object with an "id" is needed')
        name = row["id"]
        with limited(LONGEST):
            answer = {"id": name, **work(row)}
    except KeyError as error:
        answer = {"id": name, "error": f"{error.args[0]!r} is missing"}
    except OSError as error:
        answer = {"id": name, "error": f"{error.filename}: cannot be read: {error.strerror}"}
    except InShortError as error:
        answer = {"id": name, "error": str(error)}
    except Exception as error:
        answer = {"id": name, "error": f"{type(error).__name__}: {error}"}
    return json.dumps(answer, ensure_ascii=False, default=str)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what runs for too long. Only a main thread can be stopped, which is where each line's work is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong(f"not done after {seconds:g} seconds; left")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _some(work: Work, lines: list[str]) -> str:
    return "\n".join(_ended_if_deaf(work, line) for line in lines)


def _ended_if_deaf(work: Work, line: str) -> str:
    """A line in a process of the pool. One that spins in C hears no signal: its process is ended from a C thread."""
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(LONGEST * 1.5, exit=True, file=nowhere)
        try:
            return one_line(work, line)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as opened:
        for line in opened:
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
