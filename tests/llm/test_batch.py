"""The batch lane: submitted, polled, collected, killed between any two steps, and never paid for twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.config import parse_config
from pipeline.engine.trial import _stage
from pipeline.errors import StorageError
from pipeline.glossary import Glossary
from pipeline.llm import batch, ledger
from pipeline.llm.batch import advance_batch
from pipeline.llm.client import LiveModel
from pipeline.model import Article, Verdict
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.llm import batches, calls
from pipeline.storage.tables import BatchRow, DraftRow, TryRow
from pipeline.writing.write import WritingDesk, write_story
from tests.newsroom import completion, openai_writer, own_words

from .batch_server import BatchServer, Line, done

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PRICE = {"input": "0.4", "output": "1.6", "as_of": "2026-11-01", "batch": "0.5"}
TEXT = (
    "The {} bridge was opened on Monday by the mayor.\nIt took four years to build and cost 12 million pounds.\n"
    "Engineers say it will carry 8,000 people a day.\nThe old one will be taken down in spring."
)
NAMES = ("Marlow", "Holbrook", "Tidewell")


def newsroom(database: Database, names: tuple[str, ...] = NAMES) -> list[int]:
    """Stories that want a draft, one for each bridge."""
    return [
        _stage(
            database,
            Article(Verdict.ARTICLE, "", f"{name} bridge", TEXT.format(name), site="F"),
            f"https://e.org/{number}",
        )
        for number, name in enumerate(names)
    ]


def desk_at(server: BatchServer, **caps: Any) -> WritingDesk:
    writer = openai_writer(server.base, price=PRICE, lane="batch", caps=caps or {"day": "5"})
    config = parse_config(json.dumps({"writer": writer}))
    return WritingDesk(config, Glossary(()), LiveModel(name="m", key="k", base_url=f"{server.base}/v1"))


async def drive(database: Database, desk: WritingDesk, now: datetime = NOW, rounds: int = 12) -> datetime:
    """Rounds of ten minutes until every story has its draft."""
    assert isinstance(desk.model, LiveModel)
    for _ in range(rounds):
        now += timedelta(minutes=10)
        with database.session() as session:
            due = stories.due_writing(session, now)
        for story_id in due:
            await write_story(database, story_id, desk, now)
        while True:
            with database.session() as session:
                found = batches.due_batches(session, now, 10)
            if not found:
                break
            for batch_id in found:
                await advance_batch(database, batch_id, desk.model, desk.config.writer, now)
        if drafts(database) == len(NAMES):
            break
    await desk.model.close()
    return now


def drafts(database: Database) -> int:
    with database.session() as session:
        return session.query(DraftRow.story_id).distinct().count()


def tries(database: Database) -> list[tuple[str, str]]:
    with database.session() as session:
        return [(row.lane, row.state) for row in session.query(TryRow).order_by(TryRow.id)]


def states(database: Database) -> list[str]:
    with database.session() as session:
        return [row.state for row in session.query(BatchRow).order_by(BatchRow.id)]


def test_first_drafts_come_by_the_batch_lane_at_its_price(database: Database) -> None:
    newsroom(database)
    with BatchServer() as server:
        asyncio.run(drive(database, desk_at(server)))
        assert sorted(server.answered.values()) == [1, 1, 1]
        assert {lane for lane, _ in server.answered} == {"batch"}
        assert "file-1" not in server.files, "what was uploaded is taken away again"
    assert (drafts(database), states(database)) == (3, ["collected"])
    assert tries(database) == [("batch", "paid")] * 3
    with database.session() as session:
        each = (1000 * 4 + 500 * 16) // 10 // 2
        assert calls.spent(session, day="2026-11-20").micro == 3 * each
        assert [row.cost_micro for row in session.query(DraftRow)] == [each] * 3
        assert session.query(TryRow).filter(TryRow.body.is_not(None)).count() == 0


def misshapen(_: str) -> Line:
    return {"response": {"status_code": 200, "body": completion(content="I hope you like it!")}, "error": None}


def failed(_: str) -> Line:
    return {"response": {"status_code": 400, "body": {"error": {"message": "no"}}}, "error": None}


def broken(_: str) -> Line:
    return {"response": {"status_code": 200, "body": {"choices": []}}, "error": None}


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (misshapen, "paid"),
        (failed, "free"),
        (broken, "lost"),
        (lambda _: None, "free"),
        (lambda _: {"response": None, "error": {"code": "x"}}, "free"),
    ],
)
def test_what_fails_in_a_batch_goes_one_by_one(line: Any, state: str) -> None:
    database = Database("sqlite://")
    database.upgrade()
    newsroom(database)
    with BatchServer(lambda prompt: line(prompt) if "Holbrook" in prompt else done(prompt)) as server:
        asyncio.run(drive(database, desk_at(server)))
        now = [prompt for lane, prompt in server.answered if lane == "now"]
    assert drafts(database) == 3
    assert len(now) == 1
    assert "Holbrook" in now[0]
    assert sorted(tries(database)) == sorted([("batch", "paid"), ("batch", state), ("batch", "paid"), ("now", "paid")])


@pytest.mark.parametrize("hostile", ["\u2028", "\x85", "\ud83d", "\0", "\u2029\x0b\x1c"])
def test_no_character_of_an_answer_loses_it_or_its_neighbours(database: Database, hostile: str) -> None:
    def line(prompt: str) -> Line:
        said = completion(content=own_words(prompt).replace("chatbot", f"chat{hostile}bot", 1))
        said["usage"]["prompt_tokens"] = 2**70
        return {"response": {"status_code": 200, "body": said}, "error": None}

    newsroom(database)
    with BatchServer(line) as server:
        # As a server may write it: no more escaped than JSON wants.
        server.dumps = lambda document: json.dumps(document, ensure_ascii=hostile == "\ud83d")
        asyncio.run(drive(database, desk_at(server)))
        assert sorted(server.answered.values()) == [1, 1, 1]
    assert tries(database) == [("batch", "paid")] * 3
    assert drafts(database) == 3
    with database.session() as session:
        assert {row.over for row in session.query(TryRow)} == {True}
        assert all(row.cost_micro <= row.reserved_micro for row in session.query(TryRow))


@pytest.mark.parametrize("trouble", ["another process keeps the database locked", "the disk is full"])
def test_answers_of_a_batch_that_cannot_be_written_down_are_fetched_again_and_not_paid_for_again(
    tmp_path: Path, sqlite_with_tables: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(batch, "_CHUNK", 2)
    file = Path(shutil.copy(sqlite_with_tables, tmp_path / "n.db"))
    database, small = Database(f"sqlite:///{file}", patience=0), Database(f"sqlite:///{file}", patience=0)

    @event.listens_for(small.engine, "connect")
    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    def long(prompt: str) -> Line:
        said = completion(content=own_words(prompt) + " " * 100_000)
        return {"response": {"status_code": 200, "body": said}, "error": None}

    collect, read = batch._collect, batch._read
    with BatchServer(long) as server, contextlib.ExitStack() as other:
        newsroom(database)
        with monkeypatch.context() as until_then:
            if "locked" in trouble:
                until_then.setattr(batch, "_read", lambda found: [other.enter_context(held(file)), *read(found)][1:])
            else:
                until_then.setitem(batch._STEPS, batches.ENDED, lambda _, *given: collect(small, *given))
            with pytest.raises(StorageError, match=trouble):
                asyncio.run(drive(database, desk_at(server)))
        other.close()
        assert (states(database), drafts(database)) == (["ended"], 0)
        assert tries(database) == [("batch", "reserved")] * 3
        asyncio.run(drive(database, desk_at(server)))
        assert sorted(server.answered.values()) == [1, 1, 1]
        assert len(server.batches) == 1
    assert tries(database) == [("batch", "paid")] * 3
    assert drafts(database) == 3
    small.close()
    database.close()


@contextlib.contextmanager
def held(file: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("ends_as", ["expired", "failed", "cancelled"])
def test_a_batch_that_ends_without_answers_costs_nothing(ends_as: str) -> None:
    database = Database("sqlite://")
    database.upgrade()
    newsroom(database)
    with BatchServer(lambda _: None, ends_as=ends_as) as server:
        asyncio.run(drive(database, desk_at(server)))
    assert drafts(database) == 3
    assert tries(database) == [("batch", "free")] * 3 + [("now", "paid")] * 3


def test_an_endpoint_without_a_batch_lane_is_asked_one_by_one() -> None:
    database = Database("sqlite://")
    database.upgrade()
    newsroom(database)
    with BatchServer() as server:
        server.refuse["/v1/files"] = 404
        asyncio.run(drive(database, desk_at(server)))
    assert (drafts(database), states(database)) == (3, ["given_up"])


def test_a_batch_whose_creating_was_cut_is_found_not_made_again() -> None:
    database = Database("sqlite://")
    database.upgrade()
    newsroom(database)
    with BatchServer() as server:
        server.cut_after_creating = True
        asyncio.run(drive(database, desk_at(server)))
        assert len(server.batches) == 1
    assert tries(database) == [("batch", "paid")] * 3


def test_a_batch_that_never_ends_is_cancelled_and_then_given_up_as_paid() -> None:
    database = Database("sqlite://")
    database.upgrade()
    newsroom(database)
    with BatchServer(polls=10_000) as server:
        desk = desk_at(server)
        now = asyncio.run(drive(database, desk, rounds=2))
        server.batches["batch_1"]["status"] = "cancelling"
        asyncio.run(drive(database, desk_at(server), now + timedelta(hours=29), rounds=4))
    assert states(database) == ["given_up"]
    assert tries(database) == [("batch", "lost")] * 3 + [("now", "paid")] * 3


def test_what_waits_in_a_batch_counts_against_the_cap(database: Database) -> None:
    newsroom(database)
    with BatchServer() as server:
        asyncio.run(drive(database, desk_at(server, day="0.0001"), rounds=1))
        assert server.files == {}
    with database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        assert story.waiting_for.startswith("money: the day's cap")


def test_the_same_text_waits_for_the_batch_it_is_in_already(database: Database) -> None:
    newsroom(database, ("Marlow", "Marlow"))
    with BatchServer() as server:
        asyncio.run(drive(database, desk_at(server), rounds=12))
        assert len(server.batches) == 1
    assert tries(database) == [("batch", "paid")]
    with database.session() as session:
        assert [row.cost_micro > 0 for row in session.query(DraftRow).order_by(DraftRow.id)] == [True, False]


def killed_at(boundary: int, url: str, server: BatchServer) -> bool:
    """Drive a newsroom in a process of its own that is killed at its n-th boundary; whether it came so far.

    A boundary is before and after each transaction, and after each answer of the endpoint.
    """
    child = os.fork()
    if child == 0:
        passed = 0

        def here() -> None:
            nonlocal passed
            passed += 1
            if passed == boundary:
                os.kill(os.getpid(), signal.SIGKILL)

        session, call = Database.session, batch._call

        @contextlib.contextmanager
        def counted(self: Database, **how: Any) -> Iterator[Any]:
            here()
            with session(self, **how) as opened:
                yield opened
            here()

        async def heard(*what: Any) -> Any:
            answer = await call(*what)
            here()
            return answer

        try:
            Database.session = counted  # type: ignore[method-assign]
            batch._call = heard  # type: ignore[assignment]
            asyncio.run(drive(Database(url), desk_at(server)))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


STEP = int(os.environ.get("INSHORT_BATCH_STEP", "11"))
"""Every so many boundaries one is tried; 1 for each of them."""


def test_killed_between_any_two_steps_nothing_is_paid_twice(tmp_path: Path, sqlite_with_tables: Path) -> None:
    start = shutil.copy(sqlite_with_tables, tmp_path / "start.db")
    database = Database(f"sqlite:///{start}")
    newsroom(database)
    database.close()
    boundary, killed = 1, True
    while killed:
        url = f"sqlite:///{shutil.copy(start, tmp_path / f'{boundary}.db')}"
        with BatchServer() as server:
            killed = killed_at(boundary, url, server)
            database = Database(url)
            with database.session() as session:
                ledger.recover(session)
            asyncio.run(drive(database, desk_at(server), NOW + timedelta(hours=2)))
            assert drafts(database) == 3, boundary
            assert sorted(server.answered.values()) == [1, 1, 1], boundary
            assert {state for _, state in tries(database)} == {"paid"}, boundary
            database.close()
        boundary += STEP
    assert boundary > 30
