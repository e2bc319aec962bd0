"""The ledger: nothing is paid for twice, no cap is passed, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CapReached, ModelError
from pipeline.llm import ledger
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.settings import MICRO, Caps, Price, Writer
from pipeline.storage import calls
from pipeline.storage.database import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = "2026-11-20"
PRICE = Price(input=Decimal("1"), output=Decimal("2"), as_of=date(2026, 11, 1))


def writer(**caps: object) -> Writer:
    return Writer(kind="openai", model="m", price=PRICE, caps=Caps.model_validate(caps))


def request(text: str = "Write.") -> ModelRequest:
    return ModelRequest(purpose="draft", prompt="draft@1", text=text, schema={}, model="m", max_output_tokens=1000)


def reserve(database: Database, who: Writer, what: ModelRequest) -> ledger.Reservation:
    with database.session() as session:
        return ledger.reserve(session, who, what, story_id=None, now=NOW, day=DAY)


def test_an_answer_in_the_ledger_is_never_paid_for_again(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        spent = ledger.settle(session, writer(), held.call_id, ModelAnswer("yes", 100, 50), NOW, usable=True)
    assert spent == 100 * 1 + 50 * 2
    assert reserve(database, writer(), request()).answer == "yes"


def test_what_is_being_asked_is_not_asked_twice(database: Database) -> None:
    reserve(database, writer(), request())
    with pytest.raises(ModelError, match="another process is asking the same"):
        reserve(database, writer(), request())


def test_what_is_reserved_counts_as_spent(database: Database) -> None:
    worst = ledger.cost(writer(), request("one").worst_input_tokens, 1000)
    cap = writer(day=Decimal(worst * 2 - 1) / MICRO)
    reserve(database, cap, request("one"))
    with pytest.raises(CapReached, match="the day's cap has"):
        reserve(database, cap, request("two"))


def test_without_a_price_tokens_are_capped(database: Database) -> None:
    who = Writer(kind="openai", model="m", caps=Caps(tokens_a_day=1000))
    with pytest.raises(CapReached, match="of the day's tokens are left"):
        reserve(database, who, request())


def test_a_call_whose_process_died_may_be_made_again_and_counts_in_full(database: Database) -> None:
    reserve(database, writer(), request())
    with database.session() as session:
        assert ledger.recover(session) == 1
    reserve(database, writer(), request())
    with database.session() as session:
        call = calls.find_call(session, request().key)
        assert call is not None
        assert (call.maybe_twice, call.tries, call.state) == (1, 2, "reserved")
        assert calls.spent(session, day=DAY).micro == 2 * call.reserved_micro


def test_an_answer_of_no_use_is_paid_but_may_be_asked_again(database: Database) -> None:
    held = reserve(database, writer(), request())
    with database.session() as session:
        ledger.settle(session, writer(), held.call_id, ModelAnswer("prose", 10, 10), NOW, usable=False)
    assert reserve(database, writer(), request()).answer is None


@given(st.lists(st.tuples(st.text("ab", max_size=3), st.integers(0, 400), st.integers(0, 1000)), max_size=12))
def test_no_sequence_of_calls_passes_the_cap(sequence: list[tuple[str, int, int]]) -> None:
    database = Database("sqlite://")
    database.upgrade()
    who = writer(day=Decimal("0.006"))
    for text, used, said in sequence:
        try:
            held = reserve(database, who, request(text))
        except ModelError:
            continue
        if held.answer is None and used:
            with database.session() as session:
                ledger.settle(session, who, held.call_id, ModelAnswer("x", min(used, 200), said), NOW, usable=True)
        with database.session() as session:
            assert calls.spent(session, day=DAY).micro <= 6000
    database.close()
