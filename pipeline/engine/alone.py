"""A step in another process: for what was under way when a process died.

Any process may be killed, and what it was at is innocent then. But a step that kills the process it is in does so
again, alone: that death is its own doing, and is counted.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path

from pipeline.clock import utc_now
from pipeline.config import Config
from pipeline.engine.summary import Summary
from pipeline.engine.tools import Tools
from pipeline.glossary import Glossary
from pipeline.processes import TooLong
from pipeline.storage.database import Database

Advance = Callable[[Tools, int], Awaitable[None]]


class Deadly(RuntimeError):
    """The step ended the process it was taken in, where nothing else was under way."""


async def take_alone(advance: Advance, tools: Tools, thing: int) -> None:
    """Take a thing one step apart, as if it had been taken here. Raises what the step raises, and Deadly."""
    try:
        pickle.dumps(advance)
    except (pickle.PicklingError, AttributeError):  # a function nobody else can find
        return await advance(tools, thing)
    given = (tools.database.url, tools.config, tools.glossary, tools.recorded, tools.run_id, advance, thing)
    apart = await tools.alone()
    try:
        summary, said = await apart.do(_take, *given)
    except TooLong:
        raise Deadly("its process died of it, or it never ended") from None
    for line in said:
        tools.say(line)
    add(tools.summary, summary)
    return None


def _take(
    url: str,
    config: Config,
    glossary: Glossary,
    recorded: Path | None,
    run_id: int | None,
    advance: Advance,
    thing: int,
) -> tuple[Summary, list[str]]:
    """The other side."""
    summary, said, database = Summary(), list[str](), Database(url)

    async def go() -> None:
        async with Tools(database, config, glossary, utc_now, summary, said.append, recorded, run_id) as tools:
            await advance(tools, thing)

    try:
        asyncio.run(go())
    finally:
        database.close()
    return summary, said


def add(whole: Summary, part: Summary) -> None:
    """Count what a part counted."""
    for field in fields(Summary):
        mine, more = getattr(whole, field.name), getattr(part, field.name)
        if isinstance(mine, dict):
            mine.update(more)
        else:
            setattr(whole, field.name, mine + more)
