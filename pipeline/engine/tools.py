"""What the stages work with: rows and settings at hand, connections and models opened when first needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline.config import Config
from pipeline.ending import Ending
from pipeline.engine.summary import Say, Summary
from pipeline.feeds.poll_book import PollBook
from pipeline.glossary import Glossary
from pipeline.storage.database import Database

if TYPE_CHECKING:
    from pipeline.inspection.judging import Bench
    from pipeline.llm.model import Model
    from pipeline.llm.pace import Pace
    from pipeline.net import Net
    from pipeline.processes import Processes
    from pipeline.settings import Writer
    from pipeline.writing.write import WritingDesk

LONGEST_ALONE = 1800.0
"""Seconds a step may take alone: a slow model's answer, and its judge's."""


@dataclass
class Tools:
    """One process's tools, shared by all its stages; `summary` counts what they do."""

    database: Database
    config: Config
    glossary: Glossary
    now: Callable[[], datetime]
    summary: Summary
    say: Say = lambda _line: None
    recorded: Path | None = None
    run_id: int | None = None
    """The round the tools are for, for its cap; a daemon has none."""
    ending: Ending = field(default_factory=Ending)
    """The end of the process: what has no turn yet is not sent then."""
    worker: Callable[[], int | None] = lambda: None
    """This process's row among the workers, once it has one."""
    began: datetime | None = None
    """When the first step began of those `summary` counts."""
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _net: Net | None = None
    _reader: Processes | None = None
    _alone: Processes | None = None
    _desk: WritingDesk | None = None
    _bench: Bench | None = None
    _paces: dict[tuple[str | None, int], Pace] = field(default_factory=dict)
    """By address and calls at once: a judge at the writer's endpoint takes its places among the writer's."""
    _book: PollBook | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def net(self) -> Net:
        """The way out, shared so that a host's pauses hold over all stages."""
        if self._net is None:
            async with self._opening:
                if self._net is None:
                    from pipeline.feeds.asking import net_limits, user_agent
                    from pipeline.net import Net

                    net = Net(agent=user_agent(self.config), limits=net_limits(self.config), ending=self.ending)
                    self._net = await self._open.enter_async_context(net)
        return self._net

    async def reader(self) -> Processes:
        """The processes pages are read in."""
        async with self._opening:
            if self._reader is None:
                from pipeline.processes import Processes

                self._reader = await self._open.enter_async_context(Processes())
        return self._reader

    async def alone(self) -> Processes:
        """The processes in which steps are taken that a process died at: few, as each imports all it needs."""
        async with self._opening:
            if self._alone is None:
                from pipeline.processes import Processes

                few = 2 * (os.cpu_count() or 1)
                apart = Processes(few, seconds=LONGEST_ALONE, computing=LONGEST_ALONE)
                self._alone = await self._open.enter_async_context(apart)
        return self._alone

    def book(self) -> PollBook:
        if self._book is None:
            self._book = PollBook(self.database, self.config, self.now, self.worker)
        return self._book

    def desk(self) -> WritingDesk:
        """What writing needs. Raises UsageError when the model's key is missing."""
        if self._desk is None:
            from pipeline.writing.write import WritingDesk

            self._desk = WritingDesk(self.config, self.glossary, self._model(self.config.writer), self.run_id)
        return self._desk

    def bench(self) -> Bench | None:
        """What the judge needs; None when the newsroom has none."""
        if self._bench is None and self.config.judge is not None:
            from pipeline.inspection.judging import Bench

            if model := self._model(self.config.judge):
                self._bench = Bench(self.config.judge, self.config.newsroom, model, self.config.desk, self.run_id)
        return self._bench

    def _model(self, writer: Writer) -> Model | None:
        from pipeline.llm.client import LiveModel
        from pipeline.llm.pace import Pace
        from pipeline.writing.write import open_model

        pace = self._paces.setdefault((writer.base_url, writer.concurrency), Pace(writer.concurrency))
        model = open_model(writer, self.config.network, self.recorded, pace)
        if isinstance(model, LiveModel):
            model.ending = self.ending
        if model is not None:
            self._open.push_async_callback(model.close)
        return model
