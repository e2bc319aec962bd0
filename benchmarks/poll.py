"""A poll round where nothing changed, beside bare aiohttp with the same requests and the `reader` library.

    python benchmarks/poll.py [FEEDS]

The server is a process of its own that answers 304 from a raw socket protocol; how busy it was is printed,
so that it shows whether it was the bottleneck. Rounds of ours and of bare aiohttp take turns in one process, and the
middle of each counts: what else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.queues import Queue
from pathlib import Path

import aiohttp
from row import row

from pipeline.config import Config
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.model import FeedOrigin
from pipeline.storage import feeds
from pipeline.storage.database import Database

ROUNDS = 7
AT_ONCE = 50
READER_WORKERS = 8
"""Threads `reader` works with; more made it slower here."""
_FEED = (
    b'<rss version="2.0"><channel><title>T</title><item><title>One</title><guid>%d</guid>'
    b"<link>http://example.org/%d</link></item></channel></rss>"
)


class Answers(asyncio.Protocol):
    """HTTP just enough: a feed for a first request, 304 for one with If-None-Match."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, self.waiting = self.waiting.split(b"\r\n\r\n", 1)
            path = head.split(b" ", 2)[1]
            number = int(path.rsplit(b"/", 1)[1])
            changes = path.startswith(b"/changing") and number % 100 == 0
            if b"if-none-match" in head.lower() and not changes:
                self.transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
                continue
            item = time.time_ns() if changes else number
            body = _FEED % (item, item)
            self.transport.write(
                b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%b'
                % (len(body), body)
            )


def serve(told: Queue[int]) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", 0, backlog=1000)
        told.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """The server's port and process."""
    context = multiprocessing.get_context("spawn")
    told: Queue[int] = context.Queue()
    process = context.Process(target=serve, args=(told,), daemon=True)
    process.start()
    try:
        assert process.pid is not None
        yield told.get(timeout=30), process.pid
    finally:
        process.kill()


async def bare(base: str, count: int) -> None:
    """The same conditional requests, nothing read or written."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        numbers = iter(range(count))

        async def worker() -> None:
            for number in numbers:
                async with session.get(f"{base}/{number}", headers={"If-None-Match": '"a"'}) as response:
                    await response.read()

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def busy(process: int) -> float:
    """Seconds of CPU a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def newsroom(folder: Path, base: str, count: int) -> Engine:
    config = Config.model_validate(
        {
            "network": {"allow": ["127.0.0.0/8"]},
            "polling": {"per_host": AT_ONCE, "concurrency": AT_ONCE, "max_age_days": 3650},
        }
    )
    engine = Engine(Database(f"sqlite:///{folder}/bench.db"), config, load_glossary())
    engine.database.upgrade()
    with engine.database.session() as session:
        for number in range(count):
            url = f"{base}/{number}"
            session.add(feeds.new_feed(feeds.Subscription(url, url), FeedOrigin.USER, engine.now()))
    return engine


def all_due(engine: Engine) -> None:
    with engine.database.session() as session:
        for row in feeds.all_feeds(session):
            row.next_poll_at = engine.now()


@dataclass(frozen=True)
class Run:
    """Feeds a second and microseconds of the processor for one, the middle of the rounds; the same of bare aiohttp
    beside it; what changed in the last round; peak memory of the process in MB; how busy the server was meanwhile."""

    rate: float
    cpu: float
    bare_rate: float
    bare_cpu: float
    changed: int
    memory: int
    server: float


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class Clock:
    """Seconds by the wall and of the processor since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def middle(rounds: list[tuple[float, float]], count: int) -> tuple[float, float]:
    """Feeds a second, and microseconds of the processor for one."""
    wall, cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
    return count / wall, cpu / count * 1e6


def ours(base: str, count: int, rounds: int, server: int, told: Queue[Run]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = newsroom(Path(folder), base, count)
        asyncio.run(engine.poll(Summary()))
        mine, plain, summary, serving = [], [], Summary(), 0.0
        for _ in range(rounds):
            all_due(engine)
            clock, summary = Clock(), Summary()
            asyncio.run(engine.poll(summary))
            mine.append(clock.read())
            assert summary.polled == count, summary
            worked, clock = busy(server), Clock()
            asyncio.run(bare(base, count))
            plain.append(clock.read())
            serving += (busy(server) - worked) / plain[-1][0]
        engine.database.close()
        changed = summary.polled - summary.unchanged
        told.put(Run(*middle(mine, count), *middle(plain, count), changed, memory(), serving / rounds))


def readers(base: str, count: int, rounds: int, server: int, told: Queue[Run]) -> None:
    """The `reader` library's update of the same feeds, with as many workers as it is told are of use."""
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        reader = make_reader(f"{folder}/reader.db")
        for number in range(count):
            reader.add_feed(f"{base}/{number}")
        reader.update_feeds(scheduled=False, workers=READER_WORKERS)
        taken = []
        for _ in range(rounds):
            clock = Clock()
            reader.update_feeds(scheduled=False, workers=READER_WORKERS)
            taken.append(clock.read())
        told.put(Run(*middle(taken, count), 0, 0, 0, memory(), 0))


def apart(
    work: Callable[[str, int, int, int, Queue[Run]], None], base: str, count: int, rounds: int, server: int
) -> Run:
    """A run in a process of its own, so that memory is its own."""
    context = multiprocessing.get_context("spawn")
    told: Queue[Run] = context.Queue()
    process = context.Process(target=work, args=(base, count, rounds, server, told))
    process.start()
    found = told.get(timeout=600)
    process.join()
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with server() as (port, process):
        base = f"http://127.0.0.1:{port}"
        mine = apart(ours, base, count, ROUNDS, process)
        theirs = apart(readers, base, count, 1, process) if find_spec("reader") else None
        many = apart(ours, f"{base}/changing", 5 * count, 1, process)
    print(f"{count} feeds, nothing changed, the middle of {ROUNDS} rounds")
    print(
        f"  In Short, rows written   {mine.rate:7.0f} feeds a second, {mine.cpu:4.0f} us of CPU each, {mine.memory} MB"
    )
    print(f"  bare aiohttp             {mine.bare_rate:7.0f} requests a second, {mine.bare_cpu:4.0f} us of CPU each")
    print(f"  ours is {mine.rate / mine.bare_rate:.2f} of it by the clock, {mine.bare_cpu / mine.cpu:.2f} by CPU")
    print(f"  the server was busy {mine.server:.0%} of the bare client's time: it was not what held that up")
    if theirs is None:
        print("  reader                   not installed (pip install '.[bench]')")
    else:
        print(f"  reader, scheduled=False  {theirs.rate:7.0f} feeds a second, {theirs.memory} MB")
        print(f"  ours is {mine.rate / theirs.rate:.1f} x that")
    row("polling, nothing changed: feeds a second", mine.rate, mine.bare_rate, "bare aiohttp")
    if theirs is not None:
        row("polling, nothing changed: feeds a second", mine.rate, theirs.rate, "reader")
        row("polling, nothing changed: MB of memory", mine.memory, theirs.memory, "reader", less=True)
    print(f"{5 * count} feeds, one in a hundred changed")
    print(
        f"  In Short                 {many.rate:7.0f} feeds a second, {many.changed} changed, {many.memory} MB at most"
    )


if __name__ == "__main__":
    main()
