"""How long the desk takes: queue and story at the server, and fifty editors at once on one process.

python benchmarks/desk.py [STORIES] [SECONDS] [FOLDER]     5,000 stories and 10 seconds when left out; 100000 is the
aim's size; a folder keeps the database as it was written, so that measuring can be repeated. At the end the database is
locked for ten seconds by another process while editors go on: what they read meanwhile, what becomes of what they send.

The figure to compare with is a page of the same server that reads nothing but the session (`/token`). Everything
happens on loopback, in a database made for it; the aim is under 100 ms for queue, story and search with 100,000
stories, and under 200 ms for an answer while somebody types into a draft of 500 words on a source of 1,100.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.config import Config
from pipeline.desk import sessions
from pipeline.desk.acts import open_case
from pipeline.desk.people import Role, form_token
from pipeline.listening import listen
from pipeline.storage import tallies
from pipeline.storage.database import Database
from pipeline.storage.desk.people import user_named
from pipeline.storage.search import spelled
from pipeline.storage.tables import ArticleRow, DraftRow, EntryRow, FeedRow, ReviewRow, SearchRow, StoryRow
from pipeline.web.app import create_app
from pipeline.web.visit import OpenDesk
from pipeline.writing.draft import parse_story, text_hash
from tests.checks.pairs import PAIRS
from tests.checks.pairs_more import MORE
from tests.desk.stories import add_story

EDITORS, ROUNDS = 50, 20
AT_ONCE = 2_000
"""Stories written in one go."""
LOCKED, FORMS = 10, 10
"""Seconds the database is locked, and how many editors send something meanwhile."""
THINKING = 4.0
"""Seconds an editor looks at a page before the next; reading a story takes longer."""
SENTENCES = [f"The firm said on day {n} that its model number {n} had passed test {n * 7}." for n in range(1, 41)]
STATES = ("in_review",) * 2 + ("published",) * 7 + ("held",)


def one_draft() -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The draft all of them have: its text, its sentences and its report."""
    sentences = [{"text": s, "kind": "fact", "evidence": [i]} for i, s in enumerate(SENTENCES[:20], 1)]
    body = "\n".join([*(" ".join(SENTENCES[i : i + 4]) for i in range(2, 18, 4)), SENTENCES[18] + " " + SENTENCES[19]])
    story = f"{SENTENCES[0]}\nIn short: {SENTENCES[1]}\n{body}\nSource: Feed"
    start = story.find("model number 4")
    finding = {
        "check": "number",
        "severity": "warn",
        "sentence": 3,
        "start": start,
        "end": start + 14,
        "text": "model number 4",
        "message": "look again",
        "evidence": [4],
    }
    content = {
        "dek": sentences[0],
        "in_short": sentences[1],
        "terms": [],
        "left_out": "",
        "paragraphs": [{"sentences": sentences[i : i + 4]} for i in (2, 6, 10, 14)] + [{"sentences": sentences[18:]}],
    }
    report = {
        "verdict": "warn",
        "findings": [finding],
        "sentences": sentences,
        "reading": {"grade": 8.0, "words": 260},
    }
    return story, content, report


def rows(first: int, last: int, count: int, now: datetime) -> dict[type[Any], list[dict[str, Any]]]:
    """Some of a newsroom's stories: one in five in review, two thirds published, with article, draft and review."""
    text = "\n".join(" ".join(SENTENCES[i : i + 5]) for i in range(0, 40, 5))
    numbered = [[n, s, (n - 1) // 5] for n, s in enumerate(SENTENCES, 1)]
    words = " ".join(spelled(text))
    story, content, report = one_draft()
    hashed = text_hash(story)
    found: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
    for n in range(first, last + 1):
        state, at = STATES[n % len(STATES)], now - timedelta(minutes=count - n)  # numbers grow with time
        found[EntryRow].append(
            {
                "id": n,
                "feed_id": 1,
                "key": f"k{n}",
                "link": f"https://example.org/{n}",
                "title": f"Title {n}",
                "summary": "",
                "content": "",
                "authors": [],
                "tags": [],
                "first_seen_at": at,
                "content_hash": f"{n:064d}",
                "state": "extracted",
            }
        )
        found[StoryRow].append(
            {
                "id": n,
                "title": f"What the firm did on day {n}",
                "topic": ("ai", "law", "security")[n % 3],
                "source_name": "Feed",
                "link": f"https://example.org/{n}",
                "created_at": at,
                "state": state,
                "current_draft_id": n,
                "queue_place": -(n * 7919 % 40_000),
                "warnings": 1,
                "arrived_at": at,
                "approved_at": at if state == "published" else None,
                "approved_hash": hashed if state == "published" else None,
            }
        )
        found[ArticleRow].append(
            {
                "id": n,
                "entry_id": n,
                "story_id": n,
                "role": "lead",
                "url": f"https://example.org/{n}",
                "title": f"Title {n}",
                "text": text,
                "text_hash": f"{n:064d}",
                "sentences": numbered,
                "collected_at": at,
            }
        )
        found[DraftRow].append(
            {
                "id": n,
                "story_id": n,
                "number": 1,
                "author": "m",
                "writer": "openai",
                "content": content,
                "text": story,
                "hash": hashed,
                "created_at": at,
                "check_verdict": "warn",
                "report": report,
            }
        )
        # A word of one story in a thousand, one of a few, and those that all of them have.
        own = f"what the firm did on day {n} subject{n % 1000} {at:%Y-%m-%d}"
        found[SearchRow].append({"story_id": n, "words": f"{own} {words}"})
        if state != "in_review":
            found[ReviewRow].append(
                {
                    "story_id": n,
                    "at": at,
                    "who": "ada",
                    "act": "approve" if state == "published" else "hold",
                    "before": "in_review",
                    "after": state,
                    "draft_hash": hashed,
                    "reason": "",
                    "seconds": 40,
                }
            )
    return found


def fill(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    with database.session() as session:
        session.add(
            FeedRow(id=1, url="https://example.org/f", name="Feed", origin="user", state="active", next_poll_at=now)
        )
        session.flush()
        # Written in bulk, it is counted in bulk.
        tallies.remove(session.connection())
        for first in range(1, count + 1, AT_ONCE):
            for table, found in rows(first, min(count, first + AT_ONCE - 1), count, now).items():
                session.execute(insert(table.__table__), found)
        tallies.install(session.connection())
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    for role in Role:
        sessions.add_user(database, role, role, None, who="benchmark", now=now)


def write(file: Path, count: int) -> None:
    """The database to measure with, closed, so that the file is all of it."""
    began = time.perf_counter()
    with contextlib.closing(Database(f"sqlite:///{file}")) as database:
        database.upgrade()
        fill(database, count)
    print(f"{count:,} stories, written in {time.perf_counter() - began:.0f} s", flush=True)


def serve(url: str, folder: str, listener: Any) -> None:
    """The desk, as a process of its own."""
    import uvicorn

    desk = OpenDesk(Database(url), Config(), Path(folder))
    uvicorn.Server(uvicorn.Config(create_app(desk), log_config=None, access_log=False, lifespan="off")).run(
        sockets=[listener]
    )


def busy(process: int) -> float:
    """Milliseconds of processor time a process has used: what a busy machine does not stretch."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def cookie(database: Database) -> str:
    with database.reading() as session:
        user = user_named(session, Role.ADMIN)
    assert user is not None
    now = datetime.now(UTC)
    return sessions.begin_for(database, user, now=now, hours=12, address="", agent="", by="benchmark")


async def one_by_one(base: str, secret: str, count: int, process: int) -> None:
    """Each page alone: what it costs the server."""
    pages = {
        "session only": "/token",
        "queue": "/",
        "queue, a topic": "/?topic=law",
        "story": "/story/{n}",
        "published": "/published",
        "log": "/log",
        "digest": "/digest",
        "figures, a month": "/figures",
        "feeds": "/feeds",
        "search, a few": "/search?q=subject{n}",
        "search, nearly all": "/search?q=model+passed",
        "search, narrowed": "/search?q=model+passed&topic=law&state=held",
        "search, by risk": "/search?q=model+passed&sort=risk",
        "search, nothing": "/search?q=model+zzzz",
    }
    async with aiohttp.ClientSession(base, cookies={"inshort": secret}) as session:
        for name, path in pages.items():
            times: list[float] = []
            before = 0.0
            for n in range(-1, ROUNDS):  # the first warms up: templates and queries are compiled then
                if n == 0:
                    times, before = [], busy(process)
                began = time.perf_counter()
                async with session.get(path.replace("{n}", str(1 + n * 997 % count))) as answer:
                    await answer.read()
                    assert answer.status == 200, (path, answer.status)
                times.append((time.perf_counter() - began) * 1000)
            worked = (busy(process) - before) / ROUNDS
            print(f"{name:<18} {statistics.median(times):7.1f} ms middle  {worked:6.1f} ms of work at the server")


def add_long(database: Database) -> tuple[int, str]:
    """A story of 500 words on a source of 1,100, told by the checks' own pairs; its number and its draft's hash."""
    source: list[str] = []
    paragraphs: list[str] = []
    for pair in (*PAIRS, *MORE):
        if sum(len(text.split()) for text in source) < 1_050:
            source.append(pair.source)
        if sum(len(text.split()) for text in paragraphs) < 430:
            paragraphs += pair.rewrite.split("\n")[2:-2]
    opening, close = PAIRS[0].rewrite.split("\n")[:2], "This story is a reminder that small warnings can matter a lot."
    draft = parse_story("\n".join([*opening, *paragraphs, close]))
    number = add_story(database, source="\n".join(source), draft=draft)
    with database.reading() as session:
        case = open_case(session, number)
    assert case.draft is not None
    words, of = len(case.draft.text.split()), len(case.article.text.split())
    print(f"typing into a draft of {words} words on a source of {of:,}:")
    return number, case.draft.hash


async def typing(base: str, secret: str, story: int, shown: str, process: int) -> None:
    """What each pause in typing costs: the words kept, the draft checked, the findings sent back."""
    times: list[float] = []
    before = 0.0
    async with aiohttp.ClientSession(base, cookies={"inshort": secret}) as session:
        for n in range(-1, ROUNDS):
            if n == 0:
                times, before = [], busy(process)
            text = f"The ferry had {220 + n} passengers on board when it ran aground, the coast guard said."
            form = {"token": form_token(secret), "place": "3", "shown": shown, "text": text}
            began = time.perf_counter()
            async with session.post(f"/story/{story}/typed", data=form) as answer:
                await answer.read()
                assert answer.status == 200, answer.status
            times.append((time.perf_counter() - began) * 1000)
    worked = (busy(process) - before) / ROUNDS
    name = "typed, and checked"
    print(f"{name:<18} {statistics.median(times):7.1f} ms middle  {worked:6.1f} ms of work at the server")


async def together(base: str, secrets: list[str], count: int, seconds: float) -> None:
    """Fifty editors: the queue, then a story, and so on, each looking at it for a moment."""
    times: dict[str, list[float]] = defaultdict(list)
    ends = time.perf_counter() + seconds

    async def editor(number: int) -> None:
        async with aiohttp.ClientSession(base, cookies={"inshort": secrets[number]}) as session:
            turn = number
            await asyncio.sleep(THINKING * number / len(secrets))
            while time.perf_counter() < ends:
                for name, path in (("queue", "/"), ("story", f"/story/{1 + turn * 31 % count}")):
                    began = time.perf_counter()
                    async with session.get(path) as answer:
                        await answer.read()
                        assert answer.status == 200, (path, answer.status)
                    times[name].append((time.perf_counter() - began) * 1000)
                    await asyncio.sleep(THINKING)
                turn += 1

    await asyncio.gather(*(editor(n) for n in range(len(secrets))))
    for name, found in times.items():
        found.sort()
        print(
            f"{len(secrets)} editors, {name:<6} {statistics.median(found):7.1f} ms middle  "
            f"{found[int(len(found) * 0.95)]:7.1f} ms for 95 in 100  {len(found) / seconds:5.0f} a second"
        )


async def locked(base: str, secrets: list[str], file: Path, count: int) -> None:
    """Another process holds the database: pages are read on, and what is sent waits and is kept."""
    locker = sqlite3.connect(file, isolation_level=None)
    reads: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        editors = [
            await stack.enter_async_context(aiohttp.ClientSession(base, cookies={"inshort": secret}))
            for secret in secrets[:FORMS]
        ]
        numbers = [n for n in range(1, count + 1) if STATES[n % len(STATES)] == "in_review"][:FORMS]

        async def send(editor: aiohttp.ClientSession, secret: str, story: int) -> tuple[int, float]:
            form = {"token": form_token(secret), "act": "comment", "reason": f"said while locked, {story}"}
            began = time.perf_counter()
            async with editor.post(f"/story/{story}/act", data=form, allow_redirects=False) as answer:
                await answer.read()
                return answer.status, time.perf_counter() - began

        locker.execute("BEGIN IMMEDIATE")
        began = time.perf_counter()
        sent = [asyncio.create_task(send(*one)) for one in zip(editors, secrets, numbers, strict=False)]
        while time.perf_counter() - began < LOCKED:
            for path in ("/", f"/story/{numbers[0]}"):
                asked = time.perf_counter()
                async with editors[0].get(path) as answer:
                    await answer.read()
                    assert answer.status == 200, (path, answer.status)
                reads.append((time.perf_counter() - asked) * 1000)
            await asyncio.sleep(0.2)
        early = sum(task.done() for task in sent)
        locker.execute("ROLLBACK")
        answers = await asyncio.gather(*sent)
    kept = locker.execute("SELECT count(*) FROM reviews WHERE reason LIKE 'said while locked%'").fetchone()[0]
    locker.close()
    print(
        f"locked for {LOCKED} s: {len(reads)} pages read meanwhile, {statistics.median(reads):.0f} ms middle, "
        f"{max(reads):.0f} ms at most; {len(answers)} forms sent, {early} answered before it ended, "
        f"{sum(status == 303 for status, _ in answers)} done and {kept} kept, "
        f"the last after {max(took for _, took in answers):.1f} s"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        kept = Path(sys.argv[3]) / "n.db" if len(sys.argv) > 3 else folder / "n.db"
        if not kept.exists():
            write(kept, count)
        if kept.parent != folder:
            shutil.copy(kept, folder)  # measuring writes too
        database = Database(f"sqlite:///{folder}/n.db")
        if seconds <= 0:
            return
        secrets = [cookie(database) for _ in range(EDITORS)]
        listener = listen("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(database.url, str(folder), listener))
        server.start()
        try:
            assert server.pid is not None
            asyncio.run(one_by_one(base, secrets[0], count, server.pid))
            asyncio.run(typing(base, secrets[0], *add_long(database), server.pid))
            asyncio.run(together(base, secrets, count, seconds))
            asyncio.run(locked(base, secrets, folder / "n.db", count))
        finally:
            server.terminate()
            server.join(20)
            database.close()


if __name__ == "__main__":
    main()
