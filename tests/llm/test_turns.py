"""Asking in turn: what an endpoint taught is remembered, and its limits hold across processes, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.ending import Ending, NotSent
from pipeline.errors import ModelError
from pipeline.llm import ledger, turns
from pipeline.llm.client import LiveModel
from pipeline.llm.limits import Limits, ToldLimits
from pipeline.llm.model import ModelAnswer
from pipeline.llm.pace import Pace
from pipeline.settings import Writer
from pipeline.storage.database import Database
from pipeline.storage.llm import calls
from pipeline.storage.llm.endpoints import find_endpoint

from .test_client import PATH, REQUEST, completion, mode_of, refusing

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as running:
        yield running


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PAUSES", (0.0, 0.0))


def held_for(database: Database) -> ledger.ReservedTry:
    with database.session() as session:
        return ledger.reserve(session, Writer(), REQUEST, story_id=None, now=NOW, day="2026-11-20")


def state_of(database: Database, held: ledger.ReservedTry) -> str:
    with database.session() as session:
        return calls.get_try(session, held.try_id).state


def ask(database: Database, server: HTTPServer, **how: Any) -> ModelAnswer:
    async def one() -> ModelAnswer:
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"), **how)
        try:
            return await ledger.ask(database, Writer(), model, REQUEST, held_for(database))
        finally:
            await model.close()

    return asyncio.run(one())


def error_of(database: Database, server: HTTPServer) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(database, server)
    return caught.value


@pytest.mark.parametrize(
    ("status", "requests"), [(400, 3), (401, 1), (404, 1), (408, 3), (409, 3), (429, 3), (500, 3), (502, 3)]
)
def test_only_what_can_change_is_tried_again_and_costs_nothing(server: HTTPServer, status: int, requests: int) -> None:
    database = Database("sqlite://")
    database.upgrade()
    server.expect_request(PATH).respond_with_json({"error": {"message": "no"}}, status=status)
    error_of(database, server)
    assert len(server.log) == requests
    with database.session() as session:
        assert calls.spent(session).tokens == 0


def test_a_busy_server_that_recovers_is_asked_again(database: Database, server: HTTPServer) -> None:
    server.expect_ordered_request(PATH).respond_with_json({"error": {}}, status=429, headers={"Retry-After": "0"})
    server.expect_ordered_request(PATH).respond_with_json(completion())
    assert ask(database, server).text == '{"a": 1}'


def test_a_server_that_wants_long_peace_has_it_from_every_process(database: Database, server: HTTPServer) -> None:
    server.expect_request(PATH).respond_with_json({"error": {}}, status=429, headers={"Retry-After": "600"})
    assert error_of(database, server).retry_after == 600
    second = error_of(database, server)
    assert second.reason == "busy"
    assert 590 < (second.retry_after or 0) <= 600
    assert len(server.log) == 1


def test_what_was_learnt_of_an_endpoint_is_not_learnt_again(database: Database, server: HTTPServer) -> None:
    modes: list[str] = []

    def answer(request: Request) -> Response:
        modes.append(mode_of(request.get_json()))
        said = completion() if modes[-1] == "prompt" else {"error": {"message": "response_format is unknown here"}}
        status = 200 if modes[-1] == "prompt" else 400
        headers = {"x-ratelimit-limit-requests": "90"}
        return Response(json.dumps(said), status, headers, content_type="application/json")

    server.expect_request(PATH).respond_with_handler(answer)
    ask(database, server)
    with database.session() as session:
        ledger.recover(session)
        call = calls.find_call(session, REQUEST.key)
        assert call is not None
        for row in calls.open_tries(session, call.id):
            row.state = calls.FREE
    ask(database, server)
    assert modes == ["json_schema", "json_object", "prompt", "prompt"]
    with database.session() as session:
        known = find_endpoint(session, server.url_for("/v1").removeprefix("http://") + " m")
        assert known is not None
        assert (known.mode, known.requests_a_minute) == ("prompt", 90)


def test_a_server_that_was_only_busy_is_not_taken_to_be_understood(server: HTTPServer) -> None:
    database = Database("sqlite://")
    database.upgrade()
    for _ in range(3):
        server.expect_ordered_request(PATH).respond_with_json({}, status=429, headers={"Retry-After": "0"})
    error_of(database, server)
    _, answer = refusing(lambda body: "bad request" if mode_of(body) != "prompt" else "")
    server.expect_request(PATH).respond_with_handler(answer)
    assert ask(database, server).text == '{"a": 1}'


def take(database: Database, limits: Limits, tokens: int = 10) -> float:
    """A turn of a process that knows nothing but the rows."""
    with database.session() as session:
        held = ledger.reserve(
            session,
            Writer(),
            replace(REQUEST, text=str(datetime.now(UTC))),
            story_id=None,
            now=NOW,
            day="2026-11-20",
        )
    model = LiveModel(name="m", key="k", base_url="http://model.invalid/v1", limits=limits)
    with database.session() as session:
        return turns._take(session, model, held.try_id, tokens)


def test_limits_hold_across_processes(database: Database) -> None:
    waits = [take(database, Limits(requests=3)) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 50 < waits[3] <= 60


def test_tokens_are_counted_as_used_once_that_is_known(database: Database) -> None:
    assert take(database, Limits(tokens=5000), 4000) == 0
    assert take(database, Limits(tokens=5000), 4000) > 50
    with database.session() as session:
        row = calls.leased_tries(session)[0]
        held = ledger.ReservedTry(row.call_id, try_id=row.id)
        ledger.settle(session, Writer(), held, ModelAnswer("x", 500, 100), NOW, usable=True)
    assert take(database, Limits(tokens=5000), 4000) == 0


def test_a_call_cancelled_while_it_waits_for_its_turn_cost_nothing(
    database: Database, server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one() -> ledger.ReservedTry:
        waiting, take = asyncio.Event(), turns._take

        def noted(*what: Any) -> float:
            waiting.set()
            return take(*what)

        monkeypatch.setattr(turns, "_take", noted)
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"))
        turns._keep(database, model, ToldLimits(pause=15))
        held = held_for(database)
        asking = asyncio.create_task(ledger.ask(database, Writer(), model, REQUEST, held))
        await waiting.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await model.close()
        return held

    assert state_of(database, asyncio.run(one())) == "free"
    assert server.log == []


def test_what_waits_for_its_turn_when_the_process_ends_is_not_sent(database: Database, server: HTTPServer) -> None:
    async def ended() -> None:
        model = LiveModel(name="m", key="k", base_url=server.url_for("/v1"), pace=Pace(1))
        async with model.pace.places:
            waiting = asyncio.create_task(ledger.ask(database, Writer(), model, REQUEST, held))
            await asyncio.sleep(0)
            model.ending.ask()
        with pytest.raises(NotSent):
            await waiting
        await model.close()

    held = held_for(database)
    asyncio.run(ended())
    assert not server.log
    assert state_of(database, held) == calls.FREE


def test_a_pause_ends_with_the_process() -> None:
    async def rested() -> None:
        ending = Ending()
        resting = asyncio.create_task(ending.rest(3600))
        await asyncio.sleep(0)
        ending.ask()
        with pytest.raises(NotSent):
            await resting

    asyncio.run(rested())
