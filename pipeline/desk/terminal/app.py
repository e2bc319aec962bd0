"""The queue in the terminal, and the program around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Static

from pipeline.config import Config
from pipeline.desk.desk import act_on
from pipeline.desk.edit import House
from pipeline.desk.people import Person
from pipeline.desk.review import Act
from pipeline.desk.terminal.ask import AskLine, Tell
from pipeline.desk.terminal.story import MARK, STYLE, StoryScreen
from pipeline.errors import InShortError
from pipeline.model import StoryState
from pipeline.settings import Desk
from pipeline.storage import queue, stories, visits
from pipeline.storage.database import Database
from pipeline.storage.queue import Narrowed, Place, Queued
from pipeline.storage.tables import StoryRow
from pipeline.text import strip_invisible

ROWS = 200
TABS = (StoryState.IN_REVIEW, StoryState.HELD, StoryState.APPROVED, StoryState.SPIKED)
KEYS = """\
j k      next, previous story
Enter    open it
h s      hold, spike
1 2 3 4  to review, held, approved, spiked
l        load what is new
q        close the desk
?        these keys
"""


@dataclass(frozen=True)
class Newsroom:
    """What the terminal desk works on, and who sits at it."""

    database: Database
    house: House
    by: Person
    now: Callable[[], datetime]
    config: Config = field(default_factory=Config)

    @property
    def rules(self) -> Desk:
        return self.house.rules


class QueueScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "move(1)", "Next"),
        ("k", "move(-1)", "Previous"),
        ("h", "hold", "Hold"),
        ("s", "spike", "Spike"),
        ("1", "tab(0)", "To review"),
        ("2", "tab(1)", "Held"),
        ("3", "tab(2)", "Approved"),
        ("4", "tab(3)", "Spiked"),
        ("l", "load", "Load"),
        ("question_mark", "keys", "Keys"),
        ("q", "app.quit", "Close"),
    ]
    app: TerminalDesk

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_columns("Risk", "Story", "From", "Waits for")
        yield table
        yield Footer()

    def on_mount(self) -> None:
        self.action_load()

    def on_screen_resume(self) -> None:
        self.action_load()

    def action_load(self) -> None:
        desk = self.app.desk
        with desk.database.reading() as session:
            rows = queue.page(session, self.app.part, None, ROWS)
            counts = stories.stories_by_state(session)
            busy = visits.others_at(session, [r.story.id for r in rows], desk.by.name, desk.now())
        head = Text("The desk", "bold")
        for number, state in enumerate(TABS, 1):
            here = state == self.app.part.state
            head.append(f"   {number} {state.replace('_', ' ')} {counts.get(state, 0)}", "reverse" if here else "")
        self.query_one("#head", Static).update(head)
        table = self.query_one(DataTable)
        at = table.cursor_row
        table.clear()
        for row in rows:
            table.add_row(*_cells(row, busy.get(row.story.id, [])), key=str(row.story.id))
        if rows:
            table.move_cursor(row=min(max(at, 0), len(rows) - 1))
        table.focus()

    def chosen(self) -> int | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return int(key) if key else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        if event.row_key.value:
            self.app.push_screen(StoryScreen(int(event.row_key.value)))

    def action_move(self, step: int) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + step)))

    def action_tab(self, number: int) -> None:
        self.app.part = Narrowed(TABS[number])
        self.action_load()

    def action_keys(self) -> None:
        self.app.push_screen(Tell(KEYS))

    def action_hold(self) -> None:
        self.run_worker(self.aside(Act.HOLD, "Hold it: why, or nothing", needed=False), exclusive=True)

    def action_spike(self) -> None:
        self.run_worker(self.aside(Act.SPIKE, "Spike it: why?"), exclusive=True)

    async def aside(self, act: Act, question: str, *, needed: bool = True) -> None:
        number, desk = self.chosen(), self.app.desk
        if number is None:
            return
        reason = await self.app.push_screen_wait(AskLine(question, needed=needed))
        if reason is None:
            return
        try:
            act_on(desk.database, number, act, by=desk.by, now=desk.now(), rules=desk.rules, reason=reason)
        except InShortError as error:
            self.notify(str(error), severity="error", timeout=10)
        self.action_load()


class TerminalDesk(App[None]):
    """The program: a queue, and stories opened from it."""

    TITLE = "In Short"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { padding: 0 1; height: auto; background: $panel; }
    DataTable { height: 1fr; }
    #source, #draft { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    #source { border-right: solid $panel; color: $text-muted; }
    #findings { height: auto; max-height: 10; min-height: 2; padding: 0 1; background: $panel; }
    .lit { background: $primary 40%; color: $text; }
    AskLine, AskText, AskYes, Tell, Versions { align: center middle; }
    .ask { width: 80%; max-width: 90; height: auto; padding: 1 2; background: $surface; border: round $primary; }
    .ask.tall { max-height: 90%; }
    .ask TextArea { height: 10; }
    .ask TextArea.whole { height: 30; }
    .soft { color: $text-muted; }
    """

    def __init__(self, desk: Newsroom) -> None:
        super().__init__()
        self.desk = desk
        self.part = Narrowed()

    def on_mount(self) -> None:
        self.push_screen(QueueScreen())

    def next_after(self, story: StoryRow) -> int | None:
        """The story after this one in the queue that nobody else has open."""
        with self.desk.database.reading() as session:
            busy = visits.busy_stories(session, self.desk.by.name, self.desk.now())
            return queue.next_story(session, self.part, Place.of(story), {*busy, story.id})


def _cells(row: Queued, others: list[str]) -> tuple[Text, ...]:
    story = row.story
    worst = "block" if story.blocks else "warn" if story.warnings else ""
    risk = Text(MARK[worst], STYLE[worst])
    risk.append(f"{story.blocks} {story.warnings:>2}")
    title = Text(strip_invisible(story.title))
    if story.sensitive:
        title.append(f"  {story.sensitive}", "magenta")
    if story.breaking:
        title.append("  breaking", "bold")
    if others:
        title.append(f"  open at {', '.join(others)}", "yellow")
    waits = story.waiting_for or story.assigned_to
    return risk, title, Text(strip_invisible(story.source_name)), Text(strip_invisible(waits))
