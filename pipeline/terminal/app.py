"""The terminal desk as a program, and the newsroom it works on."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from textual.app import App

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.people import Person
from pipeline.desk.presence import next_free
from pipeline.desk.review import Act
from pipeline.desk.story_at_desk import StoryAtDesk, story_at_desk
from pipeline.inspection.house_style import HouseStyle
from pipeline.invisible import strip_invisible
from pipeline.settings import Desk
from pipeline.storage.database import Database
from pipeline.storage.desk.queue_order import Narrowed, Place
from pipeline.terminal.dialogs import Tell
from pipeline.terminal.queue_screen import QueueScreen


@dataclass(frozen=True)
class Seat:
    """What the terminal desk works on, and who sits at it."""

    database: Database
    house: HouseStyle
    by: Person
    now: Callable[[], datetime]
    config: Config = field(default_factory=Config)
    digest: Callable[[], str] = str
    """The digest as it would be issued now, as text."""

    @property
    def rules(self) -> Desk:
        return self.house.rules

    def story(self, story_id: int) -> StoryAtDesk:
        """Raises UsageError for a story that does not exist."""
        with self.database.reading() as session:
            return story_at_desk(session, self.config, story_id, self.by.name, self.now())


class TerminalDesk(App[None]):
    """The program: a queue, and stories opened from it."""

    TITLE = "In Short"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { padding: 0 1; height: auto; background: $panel; }
    DataTable { height: 1fr; }
    #source, #draft { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    #source { border-left: solid $panel; color: $text-muted; }
    #findings { height: auto; max-height: 10; min-height: 2; padding: 0 1; background: $panel; }
    .lit { background: $primary 40%; color: $text; }
    AskLine, AskYes, Choose, Field, Tell, Versions { align: center middle; }
    .ask { width: 80%; max-width: 90; height: auto; padding: 1 2; background: $surface; border: round $primary; }
    .ask Label { width: 100%; }
    .ask.tall { max-height: 90%; }
    .ask TextArea { height: 7; }
    .ask.whole { height: 90%; }
    .ask.whole TextArea { height: 1fr; }
    .ask OptionList { height: auto; max-height: 20; }
    #dek { height: auto; max-height: 5; padding: 0 1; background: $panel; display: none; }
    #live { height: auto; max-height: 12; }
    .soft { color: $text-muted; }
    """

    def __init__(self, desk: Seat) -> None:
        super().__init__()
        self.desk = desk
        self.part = Narrowed()
        self.decided: int | None = None
        """The story decided on last: what `w` reopens."""
        self.together: list[int] = []
        """What was decided on together last: what `W` reopens."""

    def on_mount(self) -> None:
        self.push_screen(QueueScreen())

    def next_free(self, besides: int, after: Place | None = None) -> int | None:
        """The story to look at next, in the part of the queue that is looked at."""
        desk = self.desk
        with desk.database.reading() as session:
            return next_free(session, self.part, desk.by.name, desk.now(), besides, after)

    async def reopen_last(self) -> int | None:
        """Reopen the story decided on last, and say which. None where none was. Raises NotAllowed."""
        desk, number = self.desk, self.decided
        if number is not None:
            by = Actor(desk.by, desk.now())
            await to_thread(act_on, desk.database, number, Act.REOPEN, by=by, rules=desk.rules)
            self.decided = None
        return number

    async def preview(self) -> None:
        text = await to_thread(self.desk.digest)
        self.push_screen(Tell(strip_invisible(text) if text.strip() else "No approved stories yet."))
