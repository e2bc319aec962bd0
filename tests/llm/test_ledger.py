"""The ledger: nothing is paid for twice, no cap is passed, on both databases."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from pipeline.errors import CapReached, ModelError, StorageError
from pipeline.llm import ask, holder, ledger, prices
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.settings import MICRO, Caps, Price, Writer
from pipeline.storage.database import Database, Session
from pipeline.storage.llm import calls
from pipeline.storage.tables import TryRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = "2026-11-20"
PRICE = Price(input=Decimal("1"), output=Decimal("2"), as_of=date(2026, 11, 1))


def writer(**caps: object) -> Writer:
    return Writer(kind="openai", model="m", price=PRICE, caps=Caps.model_validate(caps))


def request(text: str = "Write.") -> ModelRequest:
    return ModelRequest(purpose="draft", prompt="draft@1", text=text, schema={}, model="m", max_output_tokens=1000)


WORST = prices.cost(writer(), request().worst_input_tokens, 1000)


def reserve(database: Database, who: Writer, what: ModelRequest) -> ledger.ReservedTry:
    with database.session() as session:
        return ledger.reserve(session, who, what, story_id=None, now=NOW, day=DAY)


def test_an_answer_in_the_ledger_is_never_paid_for_again(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        spent = ledger.settle(session, writer(), held, ModelAnswer("yes", 100, 50), NOW, usable=True)
    assert spent == 100 * 1 + 50 * 2
    assert reserve(database, writer(), request()).answer == "yes"


def test_what_is_being_asked_is_not_asked_twice(database: Database) -> None:
    reserve(database, writer(), request())
    with pytest.raises(ModelError, match="another process is asking the same"):
        reserve(database, writer(), request())


def test_what_is_reserved_counts_as_spent(database: Database) -> None:
    worst = prices.cost(writer(), request("one").worst_input_tokens, 1000)
    cap = writer(day=Decimal(worst * 2 - 1) / MICRO)
    reserve(database, cap, request("one"))
    with pytest.raises(CapReached, match="the day's cap has"):
        reserve(database, cap, request("two"))


def test_without_a_price_tokens_are_capped(database: Database) -> None:
    who = Writer(kind="openai", model="m", caps=Caps(tokens_a_day=1000))
    with pytest.raises(CapReached, match="of the day's tokens are left"):
        reserve(database, who, request())


def tries(database: Database) -> list[tuple[str, int]]:
    """Each try's state and what it counts as spent in millionths, oldest first."""
    with database.session() as session:
        rows = session.query(TryRow).order_by(TryRow.id)
        return [(r.state, r.reserved_micro if r.state in ("reserved", "lost") else r.cost_micro) for r in rows]


def lease_runs_out(database: Database, held: ledger.ReservedTry) -> None:
    with database.session() as session:
        calls.get_try(session, held.try_id).lease_until = datetime.now(UTC) - timedelta(seconds=1)


def test_a_call_whose_lease_ran_out_may_be_made_again_and_counts_in_full(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        assert ledger.recover(session) == 0
    lease_runs_out(database, held)
    with database.session() as session:
        assert ledger.recover(session) == 1
    reserve(database, writer(), request())
    assert tries(database) == [("lost", WORST), ("reserved", WORST)]
    with database.session() as session:
        assert calls.spent(session, day=DAY).micro == 2 * WORST


def test_a_holder_of_this_machine_that_died_is_waited_for_no_longer(database: Database) -> None:
    command = "from pipeline.llm import holder; print(holder.me())"
    dead = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    held = reserve(database, writer(), request())
    with database.session() as session:
        calls.get_try(session, held.try_id).holder = dead
    assert reserve(database, writer(), request()).answer is None
    assert [state for state, _ in tries(database)] == ["lost", "reserved"]


@pytest.mark.parametrize("stranger", ["", "elsewhere/0/1/1", "no holder at all"])
def test_of_a_holder_elsewhere_only_the_lease_tells(stranger: str) -> None:
    assert not holder.surely_dead(stranger)


def test_a_clock_set_back_holds_a_call_no_longer_than_a_lease(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        calls.get_try(session, held.try_id).lease_until = datetime.now(UTC) + timedelta(hours=1)
        assert ledger.recover(session) == 0
    with database.session() as session:
        until = calls.get_try(session, held.try_id).lease_until
        assert until is not None
        assert until < datetime.now(UTC) + timedelta(minutes=2)


class Held:
    """A model that answers when it is let."""

    name, kind = "m", "openai"

    def __init__(self, answer: str | ModelError) -> None:
        self.answer, self.asked, self.go = answer, asyncio.Event(), asyncio.Event()

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        self.asked.set()
        await self.go.wait()
        if isinstance(self.answer, ModelError):
            raise self.answer
        return ModelAnswer(self.answer, 100, 50)

    async def close(self) -> None: ...


def account(model: Held) -> ask.Account:
    return ask.Account(model, writer(), ZoneInfo("UTC"))


def asking_for_it(_session: Session) -> ask.Question[str, str] | str:
    return ask.Question(request(), str, lambda _session, said, _bill: said, lambda *_: "no answer")


def test_a_lease_is_renewed_while_the_answer_is_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[datetime] = []
    true_renew = calls.renew_lease

    async def wait() -> None:
        held, model = reserve(database, writer(), request()), Held("yes")

        def noted(session: Session, try_id: int, until: datetime) -> bool:
            renewed.append(until)
            model.go.set()
            return true_renew(session, try_id, until)

        monkeypatch.setattr("pipeline.storage.llm.calls.renew_lease", noted)
        monkeypatch.setattr(ledger, "LEASE", timedelta(seconds=0.2))
        assert (await ledger.ask(database, writer(), model, request(), held)).text == "yes"

    asyncio.run(wait())
    assert renewed


def late(database: Database, end: str) -> ledger.ReservedTry:
    """A second holder's reservation, after the first one's lease ran out; the first comes back with `end`."""
    first = reserve(database, writer(), request())
    lease_runs_out(database, first)
    second = reserve(database, writer(), request())
    with database.session() as session:
        if end == "answer":
            ledger.settle(session, writer(), first, ModelAnswer("late", 100, 50), NOW, usable=True)
        else:
            ledger.fail(session, first, end, paid=end == "cut")
    return second


def test_a_late_holders_answer_is_kept_and_used(database: Database) -> None:
    second = late(database, "answer")
    assert reserve(database, writer(), request()).answer == "late"
    assert tries(database) == [("paid", 200), ("reserved", WORST)]
    with database.session() as session:
        ledger.settle(session, writer(), second, ModelAnswer("second", 100, 50), NOW, usable=True)
    assert reserve(database, writer(), request()).answer == "late"
    assert tries(database) == [("paid", 200), ("paid", 200)]


@pytest.mark.parametrize(("end", "counts"), [("refused", ("free", 0)), ("cut", ("lost", None))])
def test_a_late_holder_that_failed_moves_nothing(database: Database, end: str, counts: tuple[str, int | None]) -> None:
    late(database, end)
    assert tries(database) == [(counts[0], WORST if counts[1] is None else counts[1]), ("reserved", WORST)]
    with pytest.raises(ModelError, match="another process is asking the same"):
        reserve(database, writer(), request())


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ModelError("busy", "429", retry=True), "free"),
        (ModelError("timeout", "silence", retry=True), "lost"),
        (None, "lost"),
    ],
)
def test_what_a_failed_or_cancelled_call_cost_is_told(database: Database, error: ModelError | None, state: str) -> None:
    async def one() -> None:
        held, model = reserve(database, writer(), request()), Held(error or "never")
        asking = asyncio.create_task(ledger.ask(database, writer(), model, request(), held))
        await model.asked.wait()
        if error is None:
            asking.cancel()
        model.go.set()
        with pytest.raises((ModelError, asyncio.CancelledError)):
            await asking

    asyncio.run(one())
    assert [found for found, _ in tries(database)] == [state]
    assert reserve(database, writer(), request()).answer is None


class Absent(Database):
    """A database that may go away and come back."""

    gone = False

    @contextmanager
    def session(self, *, patience: float | None = None, durable: bool = False) -> Iterator[Session]:
        self._refuse()
        with super().session(patience=patience, durable=durable) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self._refuse()
        with super().reading() as session:
            yield session

    def _refuse(self) -> None:
        if self.gone:
            raise StorageError("the database does not answer")


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Absent]:
    monkeypatch.setattr(ledger, "LOOK_AGAIN", 0.01)
    database = Absent("sqlite://")
    database.upgrade()
    yield database
    database.close()


@pytest.mark.parametrize("given_up", [False, True])
@pytest.mark.parametrize(("end", "state"), [("yes", "paid"), (ModelError("refused", "no", retry=False), "free")])
def test_what_a_model_says_while_the_database_cannot_take_it_is_written_later(
    absent: Absent, end: str | ModelError, state: str, given_up: bool
) -> None:
    async def one() -> None:
        model = Held(end)
        asking = asyncio.create_task(ask.ask(absent, account(model), asking_for_it, NOW))
        await model.asked.wait()
        absent.gone = True
        model.go.set()
        _, waiting = await asyncio.wait([asking], timeout=0.05)
        assert waiting
        if given_up:
            asking.cancel()
        absent.gone = False
        if given_up:
            await asyncio.gather(*ledger._LATE, return_exceptions=True)
        else:
            assert await asking == (end if end == "yes" else "no answer")

    asyncio.run(one())
    assert [found for found, _ in tries(absent)] == [state]


@pytest.mark.parametrize(
    ("lasts", "levels"), [(3600.0, ["warning", "warning"]), (0.0, ["warning", "critical", "critical"])]
)
def test_only_a_database_that_stays_away_wakes_somebody(
    absent: Absent, monkeypatch: pytest.MonkeyPatch, lasts: float, levels: list[str]
) -> None:
    monkeypatch.setattr(ledger, "LASTS", lasts)
    away = [True, True, True, False]

    def write(_session: Session) -> str:
        if away.pop(0):
            raise StorageError("another process keeps the database locked")
        return "written"

    with capture_logs() as said:
        assert asyncio.run(ledger.written(absent, write)) == "written"
    assert [line["log_level"] for line in said] == levels


def test_an_answer_is_kept_though_its_asker_was_given_up_with_the_database(absent: Absent) -> None:
    async def one() -> None:
        held, model = reserve(absent, writer(), request()), Held("yes")
        asking = asyncio.create_task(ledger.ask(absent, writer(), model, request(), held))
        await model.asked.wait()
        absent.gone = True
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        model.go.set()
        absent.gone = False
        await asyncio.gather(*ledger._LATE)

    asyncio.run(one())
    assert tries(absent) == [("paid", 200)]
    found = reserve(absent, writer(), request())
    assert (found.answer, found.cost_micro) == ("yes", 200)


def test_an_answer_that_comes_while_the_disk_is_full_is_kept_until_there_is_room(
    sqlite_with_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "LOOK_AGAIN", 0.0)
    file = shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{file}")
    held, full = reserve(database, writer(), request()), [True, True, False]

    def write(session: Session) -> int:
        pages = session.execute(sqlalchemy.text("PRAGMA page_count")).scalar()
        session.execute(sqlalchemy.text(f"PRAGMA max_page_count = {pages if full.pop(0) else 1_000_000}"))
        answer = ModelAnswer("yes" * 100_000, 100, 50)
        return ledger.settle(session, writer(), held, answer, NOW, usable=True)

    paid = asyncio.run(ledger.written(database, write))
    with database.session() as session:
        assert calls.get_try(session, held.try_id).state == calls.PAID
        assert calls.spent(session, day=DAY).micro == paid
    assert full == []
    database.close()


def test_an_answer_without_usage_counts_in_full_in_money_and_tokens(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        ledger.settle(session, writer(), held, ModelAnswer("yes"), NOW, usable=True)
        spent = calls.spent(session, day=DAY)
    assert (spent.micro, spent.tokens) == (WORST, request().worst_input_tokens + 1000)


def test_of_an_endpoint_that_reports_more_than_a_call_can_use_the_worst_case_counts(database: Database) -> None:
    held = reserve(database, writer(), request())
    absurd = ModelAnswer("yes", 10**9, 10**9, usage={"prompt_tokens": 10**9})
    with database.session() as session:
        assert ledger.settle(session, writer(), held, absurd, NOW, usable=True) == WORST
        row = calls.get_try(session, held.try_id)
        assert (row.over, row.usage) == (True, {"prompt_tokens": 10**9})
        assert calls.spent(session, day=DAY).micro == WORST


def test_what_the_cache_served_counts_at_its_own_price(database: Database) -> None:
    cheap = Price(input=Decimal(1), output=Decimal(2), cached_input=Decimal("0.1"), as_of=date(2026, 11, 1))
    who = writer().model_copy(update={"price": cheap})
    held = reserve(database, who, request())
    with database.session() as session:
        answer = ModelAnswer("yes", 100, 50, cached_tokens=80)
        assert ledger.settle(session, who, held, answer, NOW, usable=True) == 20 + 8 + 100


def test_writing_to_the_cache_is_in_the_worst_case_where_it_is_dearer() -> None:
    dear = Price(input=Decimal(1), output=Decimal(2), cache_write=Decimal("1.25"), as_of=date(2026, 11, 1))
    who = writer().model_copy(update={"price": dear})
    assert prices.worst_cost(who, request()) == -(-request().worst_input_tokens * 5 // 4) + 2000


def test_an_answer_no_model_was_called_for_counts_nothing(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        assert ledger.settle(session, writer(), held, ModelAnswer("yes", free=True), NOW, usable=True) == 0
        assert calls.spent(session, day=DAY) == calls.Spent(0, 0)


def test_an_answer_in_short_trips_over_is_kept_all_the_same(database: Database) -> None:
    model, read = Held("yes"), []

    def trip(_session: Session, said: str, _bill: ask.Bill) -> str:
        read.append(said)
        raise ValueError(said)

    async def one() -> None:
        model.go.set()

        def prepare(_session: Session) -> ask.Question[str, str] | str:
            return ask.Question(request(), str, trip, lambda *_: "no answer")

        for _ in range(2):
            with pytest.raises(ValueError, match="yes"):
                await ask.ask(database, account(model), prepare, NOW)

    asyncio.run(one())
    assert read == ["yes", "yes"]
    assert [state for state, _ in tries(database)] == ["paid"], "paid for once, though it tripped twice"


def test_what_calls_under_way_leave_of_a_cap_is_waited_for(database: Database) -> None:
    """The cap holds the worst case of one call, and the cost of three."""
    tight = writer(day=Decimal(WORST + 600) / MICRO)

    async def three() -> list[str]:
        model = Held("yes")
        model.go.set()
        who = replace(account(model), writer=tight)

        async def one(text: str) -> str:
            def prepare(session: Session) -> ask.Question[str, str] | str:
                found = asking_for_it(session)
                return replace(found, request=request(text)) if isinstance(found, ask.Question) else found

            return await ask.ask(database, who, prepare, NOW)

        return await asyncio.gather(*map(one, ["a", "b", "c"]))

    assert asyncio.run(three()) == ["yes", "yes", "yes"]


def test_an_answer_of_no_use_is_paid_but_may_be_asked_again(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        ledger.settle(session, writer(), held, ModelAnswer("prose", 10, 10), NOW, usable=False)
    assert reserve(database, writer(), request()).answer is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text("ab", max_size=3), st.integers(0, 400), st.integers(0, 1000)), max_size=12))
def test_no_sequence_of_calls_passes_the_cap(
    sqlite_with_tables: Path, tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, int, int]]
) -> None:
    file = shutil.copy(sqlite_with_tables, tmp_path_factory.mktemp("calls") / "n.db")
    database = Database(f"sqlite:///{file}")
    who = writer(day=Decimal("0.006"))
    for text, used, said in sequence:
        try:
            held = reserve(database, who, request(text))
        except ModelError:
            continue
        if held.answer is None and used:
            with database.session() as session:
                ledger.settle(session, who, held, ModelAnswer("x", min(used, 200), said), NOW, usable=True)
        with database.session() as session:
            assert calls.spent(session, day=DAY).micro <= 6000
    database.close()
