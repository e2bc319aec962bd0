"""The ledger: no call without a reservation, no answer paid for twice, no cap passed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.errors import CapReached, ModelError
from pipeline.llm.model import Model, ModelAnswer, ModelRequest
from pipeline.settings import MICRO, Writer
from pipeline.storage import calls
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import CallRow


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call that may be made, or, with `answer`, one that was made and paid for already."""

    call_id: int
    answer: str | None = None


def cost(writer: Writer, input_tokens: int, output_tokens: int) -> int:
    """What tokens cost, in millionths of the price's currency, rounded up; 0 without a price."""
    if writer.price is None:
        return 0
    # A price is for a million tokens and a millionth is a millionth: the two factors cancel out.
    return math.ceil(writer.price.input * input_tokens + writer.price.output * output_tokens)


def reserve(
    session: Session, writer: Writer, request: ModelRequest, *, story_id: int | None, now: datetime, day: str
) -> Reservation:
    """Take the worst case of a call out of the caps, or find the answer that was paid for.

    Raises CapReached when a cap would be passed, and ModelError when another process is asking the same.
    """
    calls.lock_ledger(session)
    known = calls.find_call(session, request.key)
    if known is not None and known.state == calls.ANSWERED:
        return Reservation(known.id, known.answer)
    if known is not None and known.state == calls.RESERVED:
        raise ModelError("asked", "another process is asking the same; its answer will be used", retry=True)
    tokens = request.worst_input_tokens + request.max_output_tokens
    worst = cost(writer, request.worst_input_tokens, request.max_output_tokens)
    _hold_caps(session, writer, worst, tokens, story_id, day)
    if known is None:
        known = calls.add_call(
            session,
            CallRow(
                key=request.key,
                purpose=request.purpose,
                story_id=story_id,
                model=request.model,
                prompt=request.prompt,
                state=calls.RESERVED,
                reserved_at=now,
                day=day,
                reserved_micro=worst,
                reserved_tokens=tokens,
            ),
        )
    else:
        known.state, known.reserved_at, known.day = calls.RESERVED, now, day
        known.reserved_micro, known.reserved_tokens = worst, tokens
        known.tries += 1
    return Reservation(known.id)


def _hold_caps(session: Session, writer: Writer, worst: int, tokens: int, story_id: int | None, day: str) -> None:
    caps = writer.caps
    today = calls.spent(session, day=day)
    if caps.day is not None and today.micro + worst > caps.day * MICRO:
        left = money(int(caps.day * MICRO) - today.micro, writer)
        raise CapReached("day", f"money: the day's cap has {left} left, this call may cost {money(worst, writer)}")
    if caps.tokens_a_day is not None and today.tokens + tokens > caps.tokens_a_day:
        raise CapReached("tokens_a_day", f"money: {caps.tokens_a_day - today.tokens} of the day's tokens are left")
    if caps.story is not None and story_id is not None:
        story = calls.spent(session, story_id=story_id)
        if story.micro + worst > caps.story * MICRO:
            raise CapReached("story", f"money: the story's cap of {caps.story} would be passed")


def money(micro: int, writer: Writer) -> str:
    """An amount as people read it, e.g. `0.0031 USD`."""
    return f"{Decimal(micro) / MICRO:.4f} {writer.price.currency if writer.price else ''}".strip()


def settle(session: Session, writer: Writer, call_id: int, answer: ModelAnswer, now: datetime, *, usable: bool) -> int:
    """Write down what a call gave and cost (returned, in millionths); usage not told counts in full."""
    call = calls.get_call(session, call_id)
    if answer.input_tokens or answer.output_tokens:
        spent = cost(writer, answer.input_tokens, answer.output_tokens)
        call.input_tokens += answer.input_tokens
        call.output_tokens += answer.output_tokens
    else:
        spent = call.reserved_micro
    call.cost_micro += spent
    call.answer, call.answered_at = answer.text, now
    call.state = calls.ANSWERED if usable else calls.UNUSABLE
    call.reserved_micro = call.reserved_tokens = 0
    return spent


async def ask(database: Database, model: Model, request: ModelRequest, call_id: int) -> ModelAnswer:
    """Make a reserved call. When no answer comes the ledger is told what that cost, and the error goes on."""
    try:
        return await model.ask(request)
    except ModelError as error:
        with database.session() as session:
            # A server that was reached and then fell silent may have charged for it.
            end = lost if error.reason in ("timeout", "broken") else give_up
            end(session, call_id, str(error))
        raise
    except BaseException:
        with database.session() as session:
            lost(session, call_id, "interrupted")
        raise


def give_up(session: Session, call_id: int, error: str) -> None:
    """A call that surely cost nothing: the reservation is freed, the reason kept."""
    call = calls.get_call(session, call_id)
    call.state, call.error = calls.FAILED, error
    call.reserved_micro = call.reserved_tokens = 0


def lost(session: Session, call_id: int, error: str) -> None:
    """A call that ended without an answer but may have been paid: its worst case counts as spent."""
    call = calls.get_call(session, call_id)
    call.cost_micro += call.reserved_micro
    call.maybe_twice += 1
    call.state, call.error = calls.FAILED, error
    call.reserved_micro = call.reserved_tokens = 0


def recover(session: Session) -> int:
    """At the start, with the lock held: calls a dead process left behind may be made again. How many."""
    abandoned = calls.abandoned_calls(session)
    for call in abandoned:
        lost(session, call.id, "the process ended before the answer came")
    return len(abandoned)
