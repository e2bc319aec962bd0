"""Asking an endpoint in turn: as fast as its limits allow, over all processes of the newsroom, again where it helps.

An endpoint's row is what the processes agree by: how fast it may be asked, until when it wants peace, and in what
dialect. It is held only for the moment in which a turn is given.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.errors import ModelError, StorageError
from pipeline.llm.client import LiveModel
from pipeline.llm.decisions import WAYS
from pipeline.llm.dialect import LIMITS, MODES, OPTIONAL, Dialect
from pipeline.llm.limits import MINUTE, Limits, ToldLimits, wait
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.logs import logger
from pipeline.storage.database import Database, Session, clock
from pipeline.storage.llm import endpoints
from pipeline.storage.tables import EndpointRow

log = logger("inshort.turns")

PAUSES = (1.0, 4.0)
"""Seconds between tries where trying again can help; as many retries as there are pauses."""
PATIENCE = 20.0
"""Seconds a call waits for a busy server before the story waits instead."""
AGAIN = ("busy", "server", "away", "connect")
"""Errors that surely cost nothing and may be gone in a moment."""


async def ask_in_turn(database: Database, model: LiveModel, request: ModelRequest, try_id: int) -> ModelAnswer:
    """Wait for a turn, ask, and once more after a pause where that can help.

    Raises ModelError, and NotSent when the process ends before it is sent.
    """
    tokens = request.likely_input_tokens + request.max_output_tokens
    async with _place(model):
        model.refuse_while_shut()
        for pause in (*PAUSES, None):
            await _turn(database, model, try_id, tokens)
            known = model.dialect
            try:
                answer = await model.ask(request)
            except ModelError as error:
                again = max(pause or 0.0, error.retry_after or 0.0)
                if error.reason == "busy":
                    _keep(database, model, ToldLimits(pause=again))
                if error.reason not in AGAIN or pause is None or again > PATIENCE:
                    model.shut(error)
                    raise
                await model.ending.rest(again)
            else:
                if model.dialect != known or answer.told.pause or _news(model, answer.told.limits):
                    try:
                        _keep(database, model, answer.told)
                    except StorageError as error:  # what it taught is learnt again; the answer is paid for
                        log.warning("what an endpoint told could not be kept", error=str(error))
                return answer
    raise AssertionError("the last try returns or raises")


@asynccontextmanager
async def _place(model: LiveModel) -> AsyncIterator[None]:
    """One of the places at the endpoint; who comes into it, and who follows, goes before all other work."""
    async with model.pace.places:
        model.pace.leaving()
        try:
            yield
        finally:
            model.pace.leaving()


async def _turn(database: Database, model: LiveModel, try_id: int, tokens: int) -> None:
    """Wait until the call may be sent, and note that it is. One of this process waits at a time, the others in line."""
    async with model.queue:
        while True:
            model.ending.look()
            with database.session() as session:
                seconds = _take(session, model, try_id, tokens)
            if seconds <= 0:
                return
            await model.ending.rest(seconds)


def _take(session: Session, model: LiveModel, try_id: int, tokens: int) -> float:
    """Take a turn: 0, or the seconds until it is worth asking for one again."""
    row = endpoints.use_endpoint(session, model.endpoint)
    now = clock(session)
    _learn(model, row, now)
    rest = (row.pause_until - now).total_seconds() if row.pause_until else 0.0
    if rest > PATIENCE:
        said = f"the model's server asks to wait for {rest:.0f} s"
        raise ModelError("busy", said, retry=True, retry_after=rest)
    if rest <= 0:
        limits = _both(model.limits, Limits(row.requests_a_minute, row.tokens_a_minute))
        if limits != Limits():
            rest = wait(endpoints.sent_since(session, row.id, now - MINUTE), limits, tokens, now)
    endpoints.note_turn(session, try_id, row.id, now if rest <= 0 else None, tokens)
    return rest


def _learn(model: LiveModel, row: EndpointRow, now: datetime) -> None:
    """Speak as the newsroom already knows the endpoint wants it, unless this process knows better."""
    if not model.dialect.sure and row.mode in MODES and row.limit_name in LIMITS:
        without = frozenset(name for name in OPTIONAL if name in row.without.split())
        model.dialect = Dialect(row.mode, row.limit_name, True, row.learnt_at, without).fresh(now)
    if not model.dialect.route_sure and row.route in WAYS:
        model.dialect = replace(model.dialect, route=row.route, route_sure=True)
    model.known_limits = Limits(row.requests_a_minute, row.tokens_a_minute)


def _news(model: LiveModel, limits: Limits) -> bool:
    known = model.known_limits
    return (limits.requests or known.requests, limits.tokens or known.tokens) != (known.requests, known.tokens)


def _keep(database: Database, model: LiveModel, heard: ToldLimits) -> None:
    """Write down what an endpoint's answer taught, for every process and for the next start."""
    with database.session() as session:
        row = endpoints.use_endpoint(session, model.endpoint)
        if model.dialect.route_sure:
            row.route = model.dialect.route
        if model.dialect.sure:
            row.mode, row.limit_name = model.dialect.mode, model.dialect.limit
            row.learnt_at, row.without = model.dialect.learnt_at, " ".join(sorted(model.dialect.without))
        row.requests_a_minute = heard.limits.requests or row.requests_a_minute
        row.tokens_a_minute = heard.limits.tokens or row.tokens_a_minute
        if heard.pause:
            until = clock(session) + timedelta(seconds=heard.pause)
            row.pause_until = max(until, row.pause_until) if row.pause_until else until
        model.known_limits = Limits(row.requests_a_minute, row.tokens_a_minute)


def _both(configured: Limits, learnt: Limits) -> Limits:
    """The tighter of what the newsroom wants and what the endpoint says."""
    requests = [n for n in (configured.requests, learnt.requests) if n is not None]
    tokens = [n for n in (configured.tokens, learnt.tokens) if n is not None]
    return replace(configured, requests=min(requests, default=None), tokens=min(tokens, default=None))
