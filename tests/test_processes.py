"""Work in other processes: answered, failed, or ended when it spins."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import select
import signal
import struct
import subprocess
import sys
import types

import pytest

from pipeline.processes import Processes, TooLong
from pipeline.text import words


@pytest.fixture(autouse=True)
def work_apart_is_forked() -> None:
    """Here the processes start as they do in a newsroom."""


def test_a_function_is_called_in_another_process() -> None:
    async def both() -> tuple[list[str], int]:
        async with Processes(1) as apart:
            return await apart.do(words, "two words"), await apart.do(os.getpid)

    found, process = asyncio.run(both())
    assert found == ["two", "words"]
    assert process != os.getpid()


def test_what_it_raises_comes_through_and_the_process_goes_on() -> None:
    async def both() -> list[str]:
        async with Processes(1) as apart:
            with pytest.raises(re.error):
                await apart.do(re.compile, "(")
            return await apart.do(words, "still there")

    assert asyncio.run(both()) == ["still", "there"]


def test_work_that_spins_in_c_is_ended_and_fails_alone() -> None:
    async def both() -> list[str]:
        async with Processes(1, seconds=0.3) as apart:
            with pytest.raises(TooLong, match=r"not done after 0.3 seconds"):
                await apart.do(re.match, r"(a+)+$", "a" * 60 + "b")
            return await apart.do(words, "the next one")

    assert asyncio.run(both()) == ["the", "next", "one"]


def test_computing_has_a_bound_of_its_own() -> None:
    async def both() -> list[str]:
        async with Processes(1) as apart:
            with pytest.raises(TooLong, match=r"not done after 0.2 seconds of computing"):
                await apart.within(0.2, re.match, r"(a+)+$", "a" * 60 + "b")
            return await apart.do(words, "the next one")

    assert asyncio.run(both()) == ["the", "next", "one"]


def test_work_that_fills_the_memory_is_ended_and_fails_alone() -> None:
    async def both() -> list[str]:
        async with Processes(1) as apart:
            with pytest.raises(TooLong, match="more than 1 GB of memory"):
                await apart.do(bytearray, 2 << 30)
            return await apart.do(words, "the next one")

    assert asyncio.run(both()) == ["the", "next", "one"]


def test_work_that_is_not_installed_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        """A function of a module that the other process does not have."""

    gone.__module__, gone.__qualname__ = "not_there", "gone"
    module = types.ModuleType("not_there")
    vars(module)["gone"] = gone
    monkeypatch.setitem(sys.modules, "not_there", module)

    async def one() -> None:
        async with Processes(1) as apart:
            await apart.do(gone)

    with pytest.raises(ModuleNotFoundError, match="not_there"):
        asyncio.run(one())


def test_a_process_that_dies_takes_only_its_own_work_with_it() -> None:
    async def both() -> list[str]:
        async with Processes(1) as apart:
            with pytest.raises(TooLong):
                await apart.do(signal.raise_signal, signal.SIGKILL)
            return await apart.do(words, "the next one")

    assert asyncio.run(both()) == ["the", "next", "one"]


def test_a_process_whose_parent_was_killed_ends_without_a_word() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "pipeline.processes", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin and child.stdout and child.stderr
    child.stdout.close()
    body = pickle.dumps((10.0, 10.0, pickle.dumps((words, ("nobody waits for these",), {}))))
    child.stdin.write(struct.pack("!Q", len(body)) + body)
    child.stdin.close()
    assert (child.wait(300), child.stderr.read()) == (0, b"")
    child.stderr.close()


PARENT = """
import asyncio, time
from pipeline.processes import Processes

async def go():
    async with Processes(1) as apart:
        process = await apart._start()
        apart._idle.append(process)
        print(process.pid, flush=True)
        await apart.do(time.sleep, 600)

asyncio.run(go())
"""


def test_what_a_killed_parent_had_begun_ends_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        watched = os.pidfd_open(child)
        parent.kill()
    try:
        ended, _, _ = select.select([watched], [], [], 300)
        assert ended
    finally:
        os.close(watched)
