"""The batch lane: calls that can wait, sent through the endpoint's batch API, for half the price where that is offered.

A batch goes one step at a time: closed, uploaded, created, polled, collected; each step is in its row before the next,
so it may be killed between any two. Only one step could be paid for twice, the creating: so that is noted before it is
done, and after a crash the endpoint is asked whether it has the batch already. What comes back is settled in the
ledger try by try, and the stories find their answers there; what failed goes through the normal lane one by one.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pipeline.errors import ModelError
from pipeline.llm import holder, ledger
from pipeline.llm.client import LiveModel, read_completion
from pipeline.llm.dialect import body
from pipeline.llm.model import ModelRequest
from pipeline.llm.patience import OWNERS, SERVER_AWAY, SET_UP
from pipeline.logs import logger
from pipeline.settings import Writer
from pipeline.storage.database import Database, Session, clock
from pipeline.storage.llm import batches, calls
from pipeline.storage.tables import BatchRow, TryRow
from pipeline.text import counted

log = logger("inshort.batch")

WINDOW = timedelta(hours=24)
"""What the endpoint is given to answer in; the batch API has no other."""
LATE = timedelta(hours=2)
"""How long after its window a batch is cancelled, and how long after that it is given up."""
LOOK = timedelta(minutes=2)
"""How long after a crash a batch the endpoint does not list is waited for before it is created again."""
POLL = (timedelta(minutes=1), timedelta(minutes=15))
"""The pauses between polls: from the first, a tenth of the batch's age, up to the last."""
_HOLD = timedelta(minutes=5)
"""How long a step is its process's, beyond the time a request may take."""
_CHUNK = 100
_NO_LANE = ("request", "model")
"""Errors of an endpoint that offers no batches, or not for this."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did, for people, and what the answers it brought cost."""

    said: str = ""
    cost_micro: int = 0


async def advance_batch(database: Database, batch_id: int, model: LiveModel, writer: Writer, now: datetime) -> Step:
    """Take a batch as many steps as it can go now. Safe in two processes at once: the second finds them taken."""
    said: list[str] = []
    cost = 0
    for _ in _STEPS:
        step, further = await _advance(database, batch_id, model, writer, now)
        said += [step.said] if step.said else []
        cost += step.cost_micro
        if not further:
            break
    return Step("; ".join(said), cost)


async def _advance(
    database: Database, batch_id: int, model: LiveModel, writer: Writer, now: datetime
) -> tuple[Step, bool]:
    """One step, and whether the next may follow at once."""
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if batch.state not in batches.OPEN or batch.next_at > now or not _free(session, batch):
            return Step(), False
        if batch.endpoint.rpartition(" ")[0] != model.endpoint.rpartition(" ")[0]:
            return _elsewhere(session, batch, now), False
        batch.holder, batch.held_until = holder.me(), clock(session) + _HOLD + timedelta(seconds=model.timeout)
        state = batch.state
    went_well = True
    try:
        step = await _STEPS[state](database, batch_id, model, writer, now)
    except ModelError as error:
        step, went_well = _wait_or_give_up(database, batch_id, error, now), False
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if batch.holder == holder.me():
            batch.holder, batch.held_until = "", None
        if went_well and batch.state in batches.OPEN:
            batch.error = ""
        return step, batch.state != state


def _free(session: Session, batch: BatchRow) -> bool:
    if batch.held_until is None or batch.holder == holder.me():
        return True
    return batch.held_until <= clock(session) or holder.surely_dead(batch.holder)


async def _close(database: Database, batch_id: int, _model: LiveModel, _writer: Writer, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        batch.state = batches.CLOSED
    return Step()


async def _upload(database: Database, batch_id: int, model: LiveModel, _writer: Writer, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        token = batch.token
        lines = [_line(model, row) for row in batches.waiting_tries(session, batch_id)]
        if not lines:
            batch.state = batches.COLLECTED
            return Step()
    file = (f"inshort-{token}.jsonl", "".join(lines).encode(), "application/jsonl")
    sent = await _call(model, lambda client: client.files.create(file=file, purpose="batch"))
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        batch.input_file, batch.state, batch.next_at = str(sent.id), batches.UPLOADED, now
    return Step()


def _line(model: LiveModel, row: TryRow) -> str:
    request = ModelRequest(**(row.body or {}))
    said = {"custom_id": str(row.id), "method": "POST", "url": "/v1/chat/completions"}
    # In ASCII: what splits lines elsewhere than at a line feed must not split ours.
    return json.dumps({**said, "body": body(request.model, request, model.dialect)}) + "\n"


async def _create(database: Database, batch_id: int, model: LiveModel, _writer: Writer, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        batch.state, batch.creating_at = batches.CREATING, now
        token, file = batch.token, batch.input_file or ""
    try:
        made = await _call(
            model,
            lambda client: client.batches.create(
                input_file_id=file,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"inshort": token},
                extra_headers={"Idempotency-Key": token},
            ),
        )
    except ModelError as error:
        if error.reason not in ledger.UNSURE:
            # It surely was not made: no need to look for it.
            with database.session() as session:
                batches.get_batch(session, batch_id).state = batches.UPLOADED
        raise
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if batch.remote_id is None:
            return _running(session, batch, str(made.id), now)
        known = batch.remote_id
    if known != made.id:
        # Somebody took over while we were away: theirs counts, ours must not be done as well.
        await _call(model, lambda client: client.batches.cancel(str(made.id)))
    return Step()


async def _look(database: Database, batch_id: int, model: LiveModel, writer: Writer, now: datetime) -> Step:
    """After a crash in the middle of creating: the endpoint knows whether it has the batch."""
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        token, since = batch.token, batch.creating_at or now
    found = await _call(model, lambda client: _find(client, token))
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if found is not None:
            return _running(session, batch, found, now)
        if now < since + LOOK:
            batch.next_at = since + LOOK
            return Step()
    return await _create(database, batch_id, model, writer, now)


async def _find(client: Any, token: str) -> str | None:
    seen = 0
    async for batch in client.batches.list(limit=100):
        if (batch.metadata or {}).get("inshort") == token:
            return str(batch.id)
        seen += 1
        if seen >= 1000:
            break
    return None


def _running(session: Session, batch: BatchRow, remote_id: str, now: datetime) -> Step:
    batch.remote_id, batch.state = remote_id, batches.RUNNING
    batch.sent_at, batch.next_at, batch.error = now, now + POLL[0], ""
    count = len(batches.waiting_tries(session, batch.id))
    return Step(f"batch {batch.id}: {counted(count, 'call')} submitted")


async def _poll(database: Database, batch_id: int, model: LiveModel, _writer: Writer, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        remote, sent = batch.remote_id or "", batch.sent_at or now
    found = await _call(model, lambda client: client.batches.retrieve(remote))
    age = now - sent
    if found.status not in ("completed", "expired", "cancelled", "failed"):
        if age > WINDOW + LATE and found.status != "cancelling":
            await _call(model, lambda client: client.batches.cancel(remote))
        with database.session() as session:
            batch = batches.get_batch(session, batch_id)
            if age > WINDOW + 2 * LATE:
                return _give_up(session, batch, "the endpoint never finished it", paid=True, now=now)
            batch.next_at = now + min(max(POLL[0], age / 10), POLL[1])
        return Step()
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        batch.state, batch.ended_as, batch.next_at = batches.ENDED, str(found.status), now
        batch.output_file, batch.error_file = found.output_file_id, found.error_file_id
    return Step()


async def _collect(database: Database, batch_id: int, model: LiveModel, writer: Writer, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        files = [file for file in (batch.output_file, batch.error_file) if file]
        ended = batch.ended_as
    lines: list[dict[str, Any]] = []
    for file in files:
        lines += _read(await _call(model, partial(_content, file=file)))
    answered = spent = 0
    for at in range(0, len(lines), _CHUNK):
        with database.session(durable=True) as session:
            for line in lines[at : at + _CHUNK]:
                cost = _settle(session, batch_id, line, model, writer, now)
                answered += cost is not None
                spent += cost or 0
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        left = batches.waiting_tries(session, batch_id)
        for row in left:
            _fail(session, row, f"the batch {ended} without it")
        batch.state = batches.COLLECTED
        input_file = batch.input_file
    if input_file:
        try:
            await _call(model, lambda client: client.files.delete(input_file))
        except ModelError as error:
            log.info("an uploaded file stays with the endpoint", file=input_file, error=str(error))
    return Step(f"batch {batch_id}: {counted(answered, 'answer')} collected, {len(left)} not done", spent)


async def _content(client: Any, file: str) -> bytes:
    found = await client.files.content(file)
    return bytes(found.content)


def _read(content: bytes) -> Iterator[dict[str, Any]]:
    """The lines of an output file; one that cannot be read is as if it were not there.

    A line ends at a line feed and nowhere else: an answer may hold U+2028 as it is.
    """
    for text in content.decode("utf-8", "replace").split("\n"):
        if not text.lstrip().startswith("{"):
            continue
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield line


def _settle(
    session: Session, batch_id: int, line: dict[str, Any], model: LiveModel, writer: Writer, now: datetime
) -> int | None:
    """Write down one line of the output: what its answer cost, None when it brought none or is known already."""
    name = str(line.get("custom_id", ""))
    row = calls.find_try(session, int(name)) if re.fullmatch(r"[0-9]{1,18}", name) else None
    if row is None or row.batch_id != batch_id or row.state != calls.RESERVED:
        return None
    response = line.get("response")
    response = response if isinstance(response, dict) else {}
    document = response.get("body")
    if response.get("status_code") != 200 or not isinstance(document, dict):
        said = model.words_of(line.get("error") or document) or "no answer"
        _fail(session, row, f"the batch failed on it: {said}")
        return None
    held = ledger.ReservedTry(row.call_id, try_id=row.id)
    try:
        answer = read_completion(document)
    except ModelError as error:
        _fail(session, row, str(error), paid=True)
        return None
    usable = not answer.problem and bool(answer.text.strip())
    spent = ledger.settle(session, writer, held, answer, now, usable=usable)
    _back(session, row)
    return spent


def _fail(session: Session, row: TryRow, error: str, *, paid: bool = False) -> None:
    ledger.fail(session, ledger.ReservedTry(row.call_id, try_id=row.id), error, paid=paid)
    _back(session, row)


def _back(session: Session, row: TryRow) -> None:
    row.body = None
    if row.story_id is not None:
        batches.release_stories(session, [row.story_id])


def _elsewhere(session: Session, batch: BatchRow, now: datetime) -> Step:
    batch.next_at = now + timedelta(hours=1)
    batch.error = f"it was made at {batch.endpoint}, which is no longer configured"
    unsent = batch.remote_id is None and batch.state != batches.CREATING
    if unsent or now > batch.made_at + 2 * WINDOW:
        return _give_up(session, batch, batch.error, paid=not unsent, now=now)
    return Step(f"batch {batch.id}: {batch.error}")


def _wait_or_give_up(database: Database, batch_id: int, error: ModelError, now: datetime) -> Step:
    with database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if error.reason in _NO_LANE:
            made = batch.remote_id is not None
            return _give_up(session, batch, f"the endpoint's batch lane: {error}", paid=made, now=now)
        owners = error.reason in OWNERS
        pause = timedelta(minutes=15 if owners else 2)
        batch.next_at = now + max(pause, timedelta(seconds=error.retry_after or 0))
        away = error.reason in ("away", "connect")
        batch.error = f"{SET_UP} {error}" if owners else f"{SERVER_AWAY} {error}" if away else str(error)
        return Step(f"batch {batch.id}: {error}")


def _give_up(session: Session, batch: BatchRow, why: str, *, paid: bool, now: datetime) -> Step:
    """Its calls go through the normal lane; with `paid` they may have been charged and stay counted."""
    rows = batches.waiting_tries(session, batch.id)
    for row in rows:
        _fail(session, row, why, paid=paid)
    batch.state, batch.error, batch.next_at = batches.GIVEN_UP, why, now
    return Step(f"batch {batch.id}: given up, {counted(len(rows), 'call')} to be made one by one: {why}")


async def _call(model: LiveModel, what: Callable[[Any], Awaitable[Any]]) -> Any:
    """A request to the batch API, its errors in our words."""
    import openai

    try:
        # Each pause has its bound in the client; a file may take long, but not longer than the step is ours.
        async with asyncio.timeout(_HOLD.total_seconds() + model.timeout):
            return await what(model.open())
    except openai.APIStatusError as error:
        raise model.refused(error).plainly from None
    except Exception as error:
        raise model.fault(error) from error


_STEPS: dict[str, Callable[[Database, int, LiveModel, Writer, datetime], Awaitable[Step]]] = {
    batches.FILLING: _close,
    batches.CLOSED: _upload,
    batches.UPLOADED: _create,
    batches.CREATING: _look,
    batches.RUNNING: _poll,
    batches.ENDED: _collect,
}
