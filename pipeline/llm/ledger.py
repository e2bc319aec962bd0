"""The ledger: no call without a reservation, no answer paid for twice, no cap passed.

A try is leased to the process that waits for it. A lease that ran out, or whose holder is surely dead, may be taken
over: the old try then counts as possibly paid for ever, unless its holder comes back late. A late holder moves
nothing that was taken over, but what it brings is kept: the first answer to a call is the call's answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.ending import NotSent
from pipeline.errors import CapReached, InShortError, ModelError, NotReady, StorageError
from pipeline.llm import holder, turns
from pipeline.llm.client import LiveModel
from pipeline.llm.model import Model, ModelAnswer, ModelRequest
from pipeline.llm.patience import WHOLE_CAP
from pipeline.llm.prices import cost, money, price_text, worst_cost
from pipeline.logs import logger
from pipeline.settings import MICRO, Judge, Writer
from pipeline.storage.database import Database, Session, clock
from pipeline.storage.llm import batches, calls
from pipeline.storage.tables import CallRow, TryRow

log = logger("inshort.ledger")
T = TypeVar("T")

LEASE = timedelta(seconds=40)
"""How long a try stays its holder's without being renewed: what died on another machine waits no longer."""
ASK_AGAIN = 10.0
"""Seconds after which a call somebody else is making is looked at again."""
BATCH_AGAIN = 3600.0
"""Seconds after which a story that waits for the batch lane looks again, should nobody tell it."""
LOOK_AGAIN = 0.5
"""Seconds after which a database that is away, locked or full is tried again, with an answer in hand."""
LASTS = 20.0
"""Seconds after which that is said to whoever must be woken."""
_BRIEFLY = 2.0
"""Seconds for which another writer is waited for while calls are under way: the event loop stands still meanwhile."""
UNSURE = ("timeout", "broken", "cut")
"""Errors of a server that was reached and then fell silent: it may have charged."""


@dataclass(frozen=True, slots=True)
class ReservedTry:
    """A try that may be made, or, with `answer`, a call that was made and paid for already.

    `batched` says that the try waits for the batch lane and is not ours to make. `cost_micro` is what an answer cost
    that is used for the first time, as those of a batch are.
    """

    call_id: int
    answer: str | None = None
    try_id: int = 0
    batched: bool = False
    cost_micro: int = 0


def reserve(
    session: Session,
    writer: Writer,
    request: ModelRequest,
    *,
    story_id: int | None,
    now: datetime,
    day: str,
    run_id: int | None = None,
    batch: str | None = None,
) -> ReservedTry:
    """Take the worst case of a call out of the caps, or find the answer that was paid for.

    With `batch`, the endpoint of a batch lane, a call never tried before goes into its next batch.
    Raises CapReached when a cap would be passed, and ModelError `asked` when somebody else is asking the same.
    """
    calls.lock_ledger(session)
    known = calls.find_call(session, request.key)
    if known is not None and known.answer is not None and known.state == calls.ANSWERED:
        known.uses += 1
        first = known.uses == 1
        return ReservedTry(known.id, known.answer, cost_micro=calls.cost_of(session, known.id) if first else 0)
    if known is not None:
        _take_over(session, known)
    lane = "batch" if batch is not None and known is None else "now"
    worst = worst_cost(writer, request, lane)
    tokens = request.worst_input_tokens + request.max_output_tokens
    _hold_caps(session, writer, worst, tokens, story_id=story_id, run_id=run_id, day=day)
    if known is None:
        row = CallRow(
            key=request.key, purpose=request.purpose, story_id=story_id, model=request.model, prompt=request.prompt
        )
        row.state = calls.RESERVED
        known = calls.add_call(session, row)
    known.state = calls.RESERVED
    held = TryRow(
        call_id=known.id,
        story_id=story_id,
        run_id=run_id,
        day=day,
        state=calls.RESERVED,
        lane=lane,
        reserved_at=now,
        reserved_micro=worst,
        reserved_input=request.worst_input_tokens,
        reserved_output=request.max_output_tokens,
        price=price_text(writer),
    )
    if lane == "batch" and batch is not None:
        # No lease: it is the batch's, which outlives every process.
        held.batch_id = batches.filling_batch(session, batch, uuid.uuid4().hex, now).id
        held.body = asdict(request)
    else:
        held.holder, held.lease_until = holder.me(), clock(session) + LEASE
    return ReservedTry(known.id, try_id=calls.add_try(session, held).id, batched=lane == "batch")


def _take_over(session: Session, call: CallRow) -> None:
    """End the tries of a call whose holders are gone. Raises ModelError while one of them is still waited for."""
    for row in calls.open_tries(session, call.id):
        if row.lane == "batch":
            raise ModelError("asked", "its answer comes by the batch lane", retry=True, retry_after=BATCH_AGAIN)
        if not _abandoned(session, row):
            detail = "another process is asking the same; its answer will be used"
            raise ModelError("asked", detail, retry=True, retry_after=ASK_AGAIN)
        _end(row, calls.LOST, "its holder is gone", clock(session))


def _abandoned(session: Session, row: TryRow) -> bool:
    if row.lease_until is None:
        return False
    now = clock(session)
    if row.lease_until > now + LEASE:
        # The clock was set back: a living holder renews within the lease, a dead one is waited for no longer.
        row.lease_until = now + LEASE
    return row.lease_until <= now or holder.surely_dead(row.holder)


def _hold_caps(
    session: Session, writer: Writer, worst: int, tokens: int, *, story_id: int | None, run_id: int | None, day: str
) -> None:
    caps = writer.caps
    scopes: list[tuple[str, Decimal | None, int | None, dict[str, Any]]] = [
        ("day", caps.day, caps.tokens_a_day, {"day": day}),
        ("story", caps.story, caps.tokens_a_story, {"story_id": story_id}),
        ("run", caps.run, caps.tokens_a_run, {"run_id": run_id}),
    ]
    for scope, most, most_tokens, which in scopes:
        if (most is None and most_tokens is None) or None in which.values():
            continue
        spent = calls.spent(session, **which)
        if most is not None and spent.micro + worst > most * MICRO:
            left = money(max(0, int(most * MICRO) - spent.micro), writer)
            may = money(worst, writer)
            said = f"money: the {scope}'s cap has {left} left, this call may cost {may}"
            said += _never(writer, scope) if worst > most * MICRO > 0 else ""  # a cap of 0 is meant
            raise CapReached(scope, said, soon=spent.micro - spent.open_micro + worst <= most * MICRO)
        if most_tokens is not None and spent.tokens + tokens > most_tokens:
            left = str(max(0, most_tokens - spent.tokens))
            said = f"money: {left} of the {scope}'s tokens are left, this call may use {tokens}"
            said += _never(writer, f"tokens_a_{scope}") if tokens > most_tokens > 0 else ""
            raise CapReached(scope, said, soon=spent.tokens - spent.open_tokens + tokens <= most_tokens)


def _never(writer: Writer, cap: str) -> str:
    return f", {WHOLE_CAP}; raise {'judge' if isinstance(writer, Judge) else 'writer'}.caps.{cap}"


def settle(
    session: Session, writer: Writer, held: ReservedTry, answer: ModelAnswer, now: datetime, *, usable: bool
) -> int:
    """Write down what a try gave and cost (returned, in millionths); usage not told counts in full.

    What was reserved is the most a call can use: of an endpoint that reports more, that counts, what it reported is
    kept, and an alarm tells of it. The first usable answer stays the call's: one that comes after it is paid for and
    dropped.
    """
    call = calls.get_call(session, held.call_id)
    row = calls.get_try(session, held.try_id)
    row.usage = answer.usage
    if answer.free:
        row.reserved_micro = row.reserved_input = row.reserved_output = 0
    elif answer.input_tokens or answer.output_tokens:
        row.input_tokens = min(answer.input_tokens, row.reserved_input)
        row.output_tokens = min(answer.output_tokens, row.reserved_output)
        row.cached_input = min(answer.cached_tokens, row.input_tokens)
        row.cache_write = min(answer.cache_write_tokens, row.input_tokens - row.cached_input)
        row.reasoning = min(answer.reasoning_tokens, row.output_tokens)
        caches = {"cached": row.cached_input, "cache_write": row.cache_write}
        reckoned = cost(writer, row.input_tokens, row.output_tokens, row.lane, **caches)
        row.cost_micro = min(reckoned, row.reserved_micro)
        row.over = answer.input_tokens > row.reserved_input or answer.output_tokens > row.reserved_output
    else:
        row.input_tokens, row.output_tokens = row.reserved_input, row.reserved_output
        row.cost_micro = row.reserved_micro
    if row.over:
        log.warning("the endpoint reports more than a call can use", call=call.id, usage=answer.usage)
    row.paced_tokens = row.input_tokens + row.output_tokens
    _end(row, calls.PAID, "", now)
    if call.state != calls.ANSWERED:
        call.answer, call.answered_at = answer.text, now
        if usable:
            # Of a batch the answer waits for its story; any other is used as it comes.
            call.state, call.uses = calls.ANSWERED, 0 if row.lane == "batch" else 1
        elif not calls.open_tries(session, call.id):
            call.state = calls.UNUSABLE
    return row.cost_micro


def reject(session: Session, held: ReservedTry) -> None:
    """A kept answer turned out to be of no use: the call may be made again."""
    call = calls.get_call(session, held.call_id)
    call.state = calls.UNUSABLE


async def ask(
    database: Database, writer: Writer, model: Model, request: ModelRequest, held: ReservedTry
) -> ModelAnswer:
    """Make a reserved try, its lease renewed while it waits for its turn and for the answer.

    What surely cost nothing is tried again here, where that can help soon. When no answer comes the ledger is told
    what that cost, and the error goes on. Whoever is cancelled because the database went away leaves the call under
    way, and its answer is kept for the next who asks the same.
    """
    asking = asyncio.create_task(_asked(database, model, request, held))
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        if _away(database):
            _late(_keep_late(database, writer, held, asking))
        else:
            asking.cancel()
            await asyncio.wait([asking])
        raise


async def _asked(database: Database, model: Model, request: ModelRequest, held: ReservedTry) -> ModelAnswer:
    try:
        async with _leased(database, held):
            if isinstance(model, LiveModel):
                return await turns.ask_in_turn(database, model, request, held.try_id)
            return await model.ask(request)
    except ModelError as failed:
        error = failed
        paid = error.reason in UNSURE
        await written(database, lambda session: fail(session, held, str(error), paid=paid))
        raise
    except (StorageError, NotSent) as failed:
        # Nothing was sent: what is noted after the sending is not held against the answer.
        said = str(failed)
        with contextlib.suppress(StorageError), database.session(patience=_BRIEFLY) as session:
            fail(session, held, said, paid=False)
        raise
    except BaseException:
        with database.session(patience=_BRIEFLY) as session:
            fail(session, held, "interrupted", paid=True)
        raise


_LATE: set[asyncio.Task[Any]] = set()
"""What still has to be written down though its asker is gone; the loop itself holds tasks only weakly."""


def _late(what: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(what)
    _LATE.add(task)
    task.add_done_callback(_LATE.discard)
    return task


async def written(database: Database, write: Callable[[Session], T]) -> T:
    """Write down what was paid for, in one durable transaction; a database that cannot take it now is waited for.

    It may be locked, full or away: what is in hand is kept in memory and tried again until it is written or the
    process is ended, even when whoever waits for it is cancelled. Raises NotReady where the database is gone for good.
    """
    try:
        with database.session(patience=_BRIEFLY, durable=True) as session:
            return write(session)
    except NotReady:
        raise
    except StorageError as error:
        # Another writer that takes a moment is nothing to be woken for; what lasts is, as a kill would lose the answer.
        log.warning("an answer cannot be written down yet; it is kept in memory and tried again", error=str(error))
    return await asyncio.shield(_late(_written_late(database, write)))


async def _written_late(database: Database, write: Callable[[Session], T]) -> T:
    began, told = time.monotonic(), False
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        try:
            with database.session(patience=_BRIEFLY, durable=True) as session:
                found = write(session)
        except NotReady:
            raise
        except StorageError as error:
            if not told and time.monotonic() - began >= LASTS:
                told = True
                log.critical("an answer cannot be written down; it is kept in memory and tried again", error=str(error))
            continue
        (log.critical if told else log.warning)("the answers kept in memory are written down now")
        return found


async def _keep_late(database: Database, writer: Writer, held: ReservedTry, asking: asyncio.Task[ModelAnswer]) -> None:
    try:
        answer = await asking
    except InShortError as error:
        log.warning("a call whose asker was gone failed", try_id=held.try_id, error=str(error))
        return

    def keep(session: Session) -> None:
        call = calls.get_call(session, held.call_id)
        first = call.state != calls.ANSWERED
        settle(session, writer, held, answer, clock(session), usable=True)
        if first:
            call.uses = 0

    await written(database, keep)
    log.info("an answer that came while the database was away is kept", try_id=held.try_id)


def _away(database: Database) -> bool:
    """Whether a server does not answer; a file is always there, and asking it costs each call a little."""
    if database.file is not None:
        return False
    try:
        with database.reading() as session:
            clock(session)
    except StorageError:
        return True
    return False


@contextlib.asynccontextmanager
async def _leased(database: Database, held: ReservedTry) -> AsyncIterator[None]:
    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                with database.session(patience=_BRIEFLY) as session:
                    if not calls.renew_lease(session, held.try_id, clock(session) + LEASE):
                        log.warning("a lease was taken over; the answer is still waited for", try_id=held.try_id)
                        return
            except StorageError as error:
                log.warning("a lease could not be renewed", try_id=held.try_id, error=str(error))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


def fail(session: Session, held: ReservedTry, error: str, *, paid: bool) -> None:
    """A try that ended without an answer. With `paid` it may have been charged, and counts in full."""
    call = calls.get_call(session, held.call_id)
    row = calls.get_try(session, held.try_id)
    if row.state in (calls.RESERVED, calls.LOST):
        # What never was sent cost nothing, however it ended. Without an endpoint nobody notes the sending.
        unsent = row.endpoint_id is not None and row.sent_at is None
        _end(row, calls.LOST if paid and not unsent else calls.FREE, error, clock(session))
    _failed(session, call, error)


def _failed(session: Session, call: CallRow, error: str) -> None:
    if call.state == calls.RESERVED and not calls.open_tries(session, call.id):
        call.state, call.error = calls.FAILED, error


def _end(row: TryRow, state: str, error: str, now: datetime) -> None:
    row.state, row.error, row.ended_at, row.lease_until = state, error, now, None


def recover(session: Session) -> int:
    """End the tries whose lease ran out or whose holder is surely dead, so that they may be made again. How many.

    Safe at any time and in any process: what somebody still waits for is left alone.
    """
    calls.lock_ledger(session)
    abandoned = [row for row in calls.leased_tries(session) if _abandoned(session, row)]
    for row in abandoned:
        call = calls.get_call(session, row.call_id)
        _end(row, calls.LOST, "the process ended before the answer came", clock(session))
        _failed(session, call, row.error)
    return len(abandoned)
