"""The terminal desk driven by keys, for the tests of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from textual.pilot import Pilot

from pipeline.desk.acts import open_case
from pipeline.terminal import story as story_screen
from pipeline.terminal.app import Seat, TerminalDesk
from pipeline.terminal.queue_screen import QueueScreen
from pipeline.terminal.story import StoryScreen

Morning = Callable[[Pilot[None]], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


def use(desk: Seat, morning: Morning) -> None:
    async def run() -> None:
        async with TerminalDesk(desk).run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await morning(pilot)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story_screen, "HEARS_AFTER", 0.0)  # nobody has to read here what has just come
        asyncio.run(run())


def state(desk: Seat, number: int) -> str:
    with desk.database.reading() as session:
        return open_case(session, number).story.state


def opened(pilot: Pilot[None]) -> StoryScreen:
    screen = pilot.app.screen
    assert isinstance(screen, StoryScreen), screen
    return screen


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    if not isinstance(pilot.app.screen, StoryScreen | QueueScreen):
        return
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    while isinstance(pilot.app.screen, StoryScreen) and not pilot.app.screen.hears:
        await pilot.pause(0.05)
