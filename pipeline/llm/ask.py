"""The one way to ask a model, for whatever is asked: reserved, answered from the ledger or by the model, read, kept.

A question says what is asked, how its answer is read, and what is kept of it; all that is kept stands in the
transaction that settles the try. What becomes of a question that got no answer its `fail` says, mostly by the one
rule of `pipeline.llm.patience`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from pipeline.errors import CapReached, ModelError, StorageError
from pipeline.llm import ledger, prices
from pipeline.llm.client import LiveModel
from pipeline.llm.ledger import ReservedTry
from pipeline.llm.model import Model, ModelAnswer, ModelRequest
from pipeline.logs import logger
from pipeline.settings import Writer
from pipeline.storage.database import Database, Session

log = logger("inshort.ask")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Account:
    """On whose account a question goes: its door, the settings with price and caps, and the day's time zone."""

    model: Model
    writer: Writer
    zone: ZoneInfo
    run_id: int | None = None
    """The run whose cap the calls count against."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a question came to: `answered` where an answer came, of use or not; `reused` where it was used before."""

    cost_micro: int = 0
    answered: bool = False
    reused: bool = False


@dataclass(frozen=True)
class Question(Generic[T, R]):
    """What is asked, and what is done with the answer. The functions run inside the transaction that settles it.

    `read` takes the answer apart and raises ModelError where it is none; `keep` writes down what came of it; `fail`
    writes down that nothing did. Both return what the asker is told.
    """

    request: ModelRequest
    read: Callable[[str], T]
    keep: Callable[[Session, T, Bill], R]
    fail: Callable[[Session, ModelError, Bill], R]
    story_id: int | None = None
    put_by: Callable[[Session], R] | None = None
    """Where it may wait for the endpoint's batch lane: writes down that it does."""


class _Full:
    """Calls under way hold what is left of a cap."""


async def ask(
    database: Database, account: Account, prepare: Callable[[Session], Question[Any, R] | R], now: datetime
) -> R:
    """Ask one question, and no other while a cap is held by calls under way here: what they leave is known soon.

    `prepare` finds in the rows what to ask, or says at once what came of it. It may be called more than once.
    """
    out = _out()
    while True:
        async with beside(account.model):
            begun: R | _Asked[R] | _Full = _begin(database, account, prepare, now, wait=bool(out.calls))
        if isinstance(begun, _Full):
            await out.one_ended()
        elif isinstance(begun, _Asked):
            asked: _Asked[R] = begun
            return await finish(database, account, asked.question, asked.held, now)
        else:
            return begun


@dataclass(frozen=True)
class _Asked(Generic[R]):
    question: Question[Any, R]
    held: ReservedTry


def _begin(
    database: Database,
    account: Account,
    prepare: Callable[[Session], Question[Any, R] | R],
    now: datetime,
    *,
    wait: bool,
) -> R | _Asked[R] | _Full:
    with database.session(durable=True) as session:
        question = prepare(session)
        if not isinstance(question, Question):
            return question
        try:
            held = reserve(
                session, account, question.request, now, story_id=question.story_id, batched=question.put_by is not None
            )
        except ModelError as error:
            if wait and isinstance(error, CapReached) and error.soon:
                return _Full()
            return question.fail(session, error, Bill())
        if held.batched and question.put_by is not None:
            return question.put_by(session)
        return _Asked(question, held) if held.answer is None else use(session, question, held)


def reserve(
    session: Session,
    account: Account,
    request: ModelRequest,
    now: datetime,
    *,
    story_id: int | None = None,
    batched: bool = False,
) -> ReservedTry:
    """Take a question's worst case out of the caps of its day, or find the answer that was paid for.

    Raises ModelError: CapReached, or `asked` when somebody else is asking the same.
    """
    model = account.model
    return ledger.reserve(
        session,
        account.writer,
        request,
        story_id=story_id,
        now=now,
        day=now.astimezone(account.zone).date().isoformat(),
        run_id=account.run_id,
        batch=model.endpoint if batched and isinstance(model, LiveModel) else None,
    )


def use(session: Session, question: Question[T, R], held: ReservedTry) -> R:
    """Use an answer that was paid for before, perhaps for another with the same text."""
    assert held.answer is not None
    try:
        found = question.read(held.answer)
    except ModelError as error:
        ledger.reject(session, held)
        return question.fail(session, error, Bill())
    return question.keep(session, found, Bill(held.cost_micro, answered=True, reused=not held.cost_micro))


async def finish(database: Database, account: Account, question: Question[T, R], held: ReservedTry, now: datetime) -> R:
    """Make a reserved try, and write down what came of it."""
    with _out().one_more():
        try:
            answer = await ledger.ask(database, account.writer, account.model, question.request, held)
        except ModelError as failed:
            error = failed  # the name would be gone in the function below
            return await ledger.written(database, lambda session: question.fail(session, error, Bill()))
        async with beside(account.model):
            return await _settled(database, account, question, held, answer, now)


async def _settled(
    database: Database,
    account: Account,
    question: Question[T, R],
    held: ReservedTry,
    answer: ModelAnswer,
    now: datetime,
) -> R:
    def settle(session: Session, usable: bool) -> Bill:
        return Bill(ledger.settle(session, account.writer, held, answer, now, usable=usable), answered=True)

    def write(session: Session) -> R:
        try:
            found = question.read(answer.said())
        except ModelError as error:
            return question.fail(session, error, settle(session, usable=False))
        return question.keep(session, found, settle(session, usable=True))

    try:
        return await ledger.written(database, write)
    except StorageError:
        raise
    except Exception:
        # In Short trips over it; the answer is paid for all the same, and is there when that is mended.
        await ledger.written(database, lambda session: settle(session, usable=not answer.problem))
        raise


@dataclass(frozen=True, slots=True)
class _Once(Generic[T]):
    found: T | None
    bill: Bill
    error: ModelError | None = None


async def once(
    database: Database | None, account: Account, request: ModelRequest, read: Callable[[str], T], now: datetime
) -> tuple[T, int]:
    """An answer to what is no story's, as a command asks it, and its cost: through the ledger where there is one.

    Raises ModelError.
    """
    if database is None:
        answer = await account.model.ask(request)
        return read(answer.said()), prices.cost(account.writer, answer.input_tokens, answer.output_tokens)

    def keep(_session: Session, found: T, bill: Bill) -> _Once[T]:
        return _Once(found, bill)

    def fail(_session: Session, error: ModelError, bill: Bill) -> _Once[T]:
        return _Once(None, bill, error)

    def prepare(_session: Session) -> Question[T, _Once[T]] | _Once[T]:
        return Question(request, read, keep, fail)

    said: _Once[T] = await ask(database, account, prepare, now)
    if said.found is None:
        raise said.error or ModelError("empty", "no answer came", retry=True)
    return said.found, said.bill.cost_micro


def beside(model: Model | None) -> AbstractAsyncContextManager[None]:
    """Work that holds up the event loop waits until the model's calls are on their way."""
    return model.pace.beside() if isinstance(model, LiveModel) else nullcontext()


@dataclass
class _Out:
    """The calls under way in one event loop, and who waits for one of them to end."""

    calls: int = 0
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self.calls += 1
        try:
            yield
        finally:
            self.calls -= 1
            waiting, self.waiting = self.waiting, []
            for each in waiting:
                if not each.done():
                    each.set_result(None)

    async def one_ended(self) -> None:
        if self.calls:
            waits = asyncio.get_running_loop().create_future()
            self.waiting.append(waits)
            await waits


_OUT: WeakKeyDictionary[asyncio.AbstractEventLoop, _Out] = WeakKeyDictionary()


def _out() -> _Out:
    return _OUT.setdefault(asyncio.get_running_loop(), _Out())
