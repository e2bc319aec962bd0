"""A poll round where nothing changed, beside bare aiohttp with the same requests.

    python benchmarks/poll.py [FEEDS]

The server is a process of its own that answers 304 from a raw socket protocol; that it is not the bottleneck
shows in the bare figure of two clients at once, printed last.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path

import aiohttp

from pipeline.config import Config
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.model import FeedOrigin
from pipeline.storage import feeds
from pipeline.storage.database import Database

ROUNDS = 3
AT_ONCE = 50
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
            if b"if-none-match" in head.lower():
                self.transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
                continue
            number = int(head.split(b" ", 2)[1].rsplit(b"/", 1)[1])
            body = _FEED % (number, number)
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
def server() -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    told: Queue[int] = context.Queue()
    process = context.Process(target=serve, args=(told,), daemon=True)
    process.start()
    try:
        yield told.get(timeout=30)
    finally:
        process.kill()


async def bare(port: int, count: int) -> None:
    """The same conditional requests, nothing read or written."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        numbers = iter(range(count))

        async def worker() -> None:
            for number in numbers:
                url = f"http://127.0.0.1:{port}/{number}"
                async with session.get(url, headers={"If-None-Match": '"a"'}) as response:
                    await response.read()

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def bare_process(port: int, count: int) -> None:
    asyncio.run(bare(port, count))


def newsroom(folder: Path, port: int, count: int) -> Engine:
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
            url = f"http://127.0.0.1:{port}/{number}"
            session.add(feeds.new_feed(feeds.Subscription(url, url), FeedOrigin.USER, engine.now()))
    return engine


def all_due(engine: Engine) -> None:
    with engine.database.session() as session:
        for row in feeds.all_feeds(session):
            row.next_poll_at = engine.now()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with server() as port, tempfile.TemporaryDirectory() as folder:
        engine = newsroom(Path(folder), port, count)
        asyncio.run(engine.poll(Summary()))
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            all_due(engine)
            began = time.perf_counter()
            summary = Summary()
            asyncio.run(engine.poll(summary))
            ours.append(count / (time.perf_counter() - began))
            assert summary.unchanged == count, summary
            began = time.perf_counter()
            asyncio.run(bare(port, count))
            theirs.append(count / (time.perf_counter() - began))
        began = time.perf_counter()
        pair = [multiprocessing.get_context("spawn").Process(target=bare_process, args=(port, count)) for _ in "ab"]
        for process in pair:
            process.start()
        for process in pair:
            process.join()
        both = 2 * count / (time.perf_counter() - began)
        engine.database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} feeds, nothing changed, the best of {ROUNDS} rounds")
    print(f"  In Short, rows written   {max(ours):7.0f} feeds a second")
    print(f"  bare aiohttp             {max(theirs):7.0f} requests a second")
    print(f"  ratio                    {max(ours) / max(theirs):7.2f}")
    print(f"  two bare clients at once {both:7.0f} requests a second, their start included; peak memory {memory} MB")


if __name__ == "__main__":
    main()
