"""The queue in the terminal: what waits, riskiest first."""

from __future__ import annotations

from asyncio import to_thread
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer, Static

from pipeline.desk.desk import act_on
from pipeline.desk.review import Act
from pipeline.desk.terminal.ask import AskLine, Tell
from pipeline.desk.terminal.opened import open_story
from pipeline.desk.terminal.screen import DeskScreen
from pipeline.desk.terminal.shown import MARK, STYLE
from pipeline.desk.terminal.story import StoryScreen
from pipeline.model import StoryState
from pipeline.storage import queue, stories, visits
from pipeline.storage.queue import Narrowed, Queued
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


class QueueScreen(DeskScreen):
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

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_columns("Risk", "Story", "From", "Waits for")
        yield table
        yield Footer()

    def on_screen_resume(self) -> None:
        self.action_load()

    def action_load(self) -> None:
        self.begin(self.load)

    async def load(self) -> None:
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
            number = int(event.row_key.value)
            self.begin(lambda: self.open(number))

    async def open(self, number: int) -> None:
        found = await to_thread(open_story, self.app.desk, number)
        self.app.push_screen(StoryScreen(found))

    def action_move(self, step: int) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + step)))

    def action_tab(self, number: int) -> None:
        self.app.part = Narrowed(TABS[number])
        self.action_load()

    def action_keys(self) -> None:
        self.app.push_screen(Tell(KEYS))

    def action_hold(self) -> None:
        self.begin(lambda: self.aside(Act.HOLD, "Hold it: why, or nothing", needed=False))

    def action_spike(self) -> None:
        self.begin(lambda: self.aside(Act.SPIKE, "Spike it: why?"))

    async def aside(self, act: Act, question: str, *, needed: bool = True) -> None:
        number, desk = self.chosen(), self.app.desk
        if number is None:
            return
        reason = await self.app.push_screen_wait(AskLine(question, needed=needed))
        if reason is None:
            return
        now, rules = desk.now(), desk.rules
        await to_thread(act_on, desk.database, number, act, by=desk.by, now=now, rules=rules, reason=reason)
        await self.load()


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
