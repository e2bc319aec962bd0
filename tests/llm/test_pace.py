"""Calls go first: what is written down beside them waits until they are out."""

from __future__ import annotations

import asyncio

from pipeline.llm.pace import Pace


def test_work_beside_calls_waits_until_they_have_left_and_is_done_one_piece_at_a_time() -> None:
    """Three answers come together and two calls take the places they leave: both go before any answer is kept."""
    told: list[str] = []

    async def keep(pace: Pace, answer: str) -> None:
        async with pace.beside():
            told.append(f"keeping {answer}")
            await asyncio.sleep(0)
            told.append(f"kept {answer}")

    async def call(pace: Pace, name: str) -> None:
        pace.leaving()
        for _ in range(8):  # as often as a request waits on its way through the client
            await asyncio.sleep(0)
        told.append(f"{name} is out")

    async def all_at_once() -> None:
        pace = Pace(4)
        await asyncio.gather(call(pace, "call 1"), *(keep(pace, a) for a in "abc"), call(pace, "call 2"))

    asyncio.run(all_at_once())
    assert told == [
        "call 1 is out",
        "call 2 is out",
        *(f"{verb} {answer}" for answer in "abc" for verb in ("keeping", "kept")),
    ]


def test_nothing_waits_where_no_call_is_leaving() -> None:
    async def once() -> str:
        async with Pace(4).beside():
            return "done"

    assert asyncio.run(asyncio.wait_for(once(), 5)) == "done"
