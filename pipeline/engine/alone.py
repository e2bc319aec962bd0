"""A step in another process: for what was under way when a process died.

Any process may be killed, and what it was at is innocent then. But a step that kills the process it is in does so
again, alone: that death is its own doing, and is counted.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
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


async def take_alone(advance: Advance, tools: Tools, thing: int, begins: Callable[[], None] = lambda: None) -> None:
    """Take a thing one step apart, as if it had been taken here. Raises what the step raises, and Deadly.

    `begins` is called when its turn has come: what waits for one is under way nowhere.
    """
    try:
        pickle.dumps(advance)
    except (pickle.PicklingError, AttributeError):  # a function nobody else can find
        begins()
        return await advance(tools, thing)
    given = _Given(tools.database.url, tools.config, tools.glossary, tools.recorded, tools.run_id)
    apart = await tools.alone()
    try:
        summary, said = await apart.when_free(begins, _take, given, advance, thing)
    except TooLong:
        raise Deadly("its process died of it, or it never ended") from None
    for line in said:
        tools.say(line)
    add(tools.summary, summary)
    return None


@dataclass(frozen=True)
class _Given:
    """What tools are made from."""

    url: str
    config: Config
    glossary: Glossary
    recorded: Path | None
    run_id: int | None


@dataclass
class _Bench:
    """The other side's tools: kept from step to step, as what they open takes longer than most steps do."""

    given: _Given
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runner = asyncio.Runner()
        database = Database(self.given.url)
        given = self.given
        self.tools = Tools(
            database, given.config, given.glossary, utc_now, Summary(), self.said.append, given.recorded, given.run_id
        )

    def take(self, advance: Advance, thing: int) -> tuple[Summary, list[str]]:
        self.said.clear()
        self.tools.summary = Summary()
        self.runner.run(advance(self.tools, thing))  # type: ignore[arg-type]
        return self.tools.summary, list(self.said)

    def close(self) -> None:
        self.runner.run(self.tools.__aexit__(None, None, None))
        self.runner.close()
        self.tools.database.close()


_bench: _Bench | None = None


def _take(given: _Given, advance: Advance, thing: int) -> tuple[Summary, list[str]]:
    """The other side."""
    global _bench
    if _bench is not None and _bench.given != given:
        _bench.close()
        _bench = None
    _bench = _bench or _Bench(given)
    return _bench.take(advance, thing)


def add(whole: Summary, part: Summary) -> None:
    """Count what a part counted."""
    for field_ in fields(Summary):
        mine, more = getattr(whole, field_.name), getattr(part, field_.name)
        if isinstance(mine, dict):
            mine.update(more)
        else:
            setattr(whole, field_.name, mine + more)
