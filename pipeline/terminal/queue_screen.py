"""The queue in the terminal: what waits, riskiest first; many set aside at once, never approved."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Static

from pipeline.desk.actor import By
from pipeline.desk.many import act_together
from pipeline.desk.review import Act
from pipeline.errors import InShortError
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.articles.changes import changed_among
from pipeline.storage.desk import queue_order, visits
from pipeline.storage.desk.queue_order import Narrowed, Place, Queued
from pipeline.terminal.ask import AskLine, Choose, Tell
from pipeline.terminal.opened import open_story
from pipeline.terminal.screen import DeskScreen
from pipeline.terminal.story import StoryScreen
from pipeline.terminal.story_text import MARK, STYLE, plain

ROWS = 200
"""Stories a page."""
LOOK_EVERY = 20.0
"""Seconds between two looks whether something came."""
TABS = (StoryState.IN_REVIEW, StoryState.HELD, StoryState.APPROVED, StoryState.SPIKED)
KEYS = """\
j k      next, previous story
Enter    open it
x        select it
h s      hold, spike the selected ones, or this one
w        reopen your last decision
1 2 3 4  to review, held, approved, spiked
/        search all stories
f        filter: topic, feed, reviewer, judge and rules differ, another state
n b      next, previous page
l        load new stories
m        preview the edition
q        close the desk
?        this list
"""


class QueueScreen(DeskScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "move(1)", "Next"),
        ("k", "move(-1)", "Previous"),
        ("x", "tick", "Select"),
        ("h", "hold", "Hold"),
        ("s", "spike", "Spike"),
        Binding("1", "tab(0)", "To review", show=False),
        Binding("2", "tab(1)", "Held", show=False),
        Binding("3", "tab(2)", "Approved", show=False),
        Binding("4", "tab(3)", "Spiked", show=False),
        ("slash", "search", "Search"),
        ("f", "narrow", "Filter"),
        Binding("n", "page(1)", "Next page", show=False),
        Binding("b", "page(-1)", "Page before", show=False),
        Binding("w", "take_back", "Take back", show=False),
        Binding("m", "preview", "Digest", show=False),
        ("l", "load", "Load"),
        ("question_mark", "keys", "Keys"),
        ("q", "app.quit", "Close"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Place] = []
        """Where the pages before this one end: the first begins at the top."""
        self.last: Place | None = None
        """Where this page ends, if another follows."""
        self.ticked: set[int] = set()
        self.since: datetime | None = None
        self.arrived = 0
        self.counts: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_column("", key="tick", width=1)
        table.add_columns("Risk", "Story", "From", "Waits for")
        yield table
        yield Footer()

    def on_mount(self) -> None:
        self.set_interval(LOOK_EVERY, self.look_round)

    def on_screen_resume(self) -> None:
        self.action_load()

    def action_load(self) -> None:
        self.begin(self.load)

    async def load(self) -> None:
        desk, part = self.app.desk, self.app.part
        now = desk.now()
        with desk.database.reading() as session:
            rows = queue_order.page(session, part, self.before[-1] if self.before else None, ROWS + 1)
            self.counts = stories.stories_by_state(session)
            numbers = [r.story.id for r in rows]
            busy = visits.others_at(session, numbers, desk.by.name, now)
            changed = changed_among(session, numbers)
        self.last = Place.of(rows[ROWS - 1].story) if len(rows) > ROWS else None
        rows = rows[:ROWS]
        self.since, self.arrived = now, 0
        self.ticked &= {r.story.id for r in rows}
        self.show_head()
        table = self.query_one(DataTable)
        at, chosen = table.cursor_row, self.chosen()
        table.clear()
        for row in rows:
            number = row.story.id
            cells = _cells(row, busy.get(number, []), changed.get(number, ""))
            table.add_row(self._tick(number), *cells, key=str(number))
        if rows:
            place = next((i for i, r in enumerate(rows) if r.story.id == chosen), at)
            table.move_cursor(row=min(max(place, 0), len(rows) - 1))
        table.focus()

    def show_head(self) -> None:
        part = self.app.part
        head = Text("The desk", "bold")
        for number, state in enumerate(TABS, 1):
            here = state == part.state
            head.append(f"   {number} {state.replace('_', ' ')} {self.counts.get(state, 0)}", "reverse" if here else "")
        facts = [] if part.state in TABS else [f"{part.state} {self.counts.get(part.state, 0)}"]
        narrowed = {"topic": part.topic, "feed": part.source, "reviewer": part.reviewer}
        narrowed["judge"] = "and rules differ" if part.differ else ""
        facts += [f"{name}: {plain(value)}" for name, value in narrowed.items() if value]
        facts += [f"page {len(self.before) + 1}"] if self.before or self.last else []
        facts += [f"{len(self.ticked)} selected"] if self.ticked else []
        if facts:
            head.append("\n" + " · ".join(facts))
        if self.arrived:
            head.append(f"\n{self.arrived} new: l loads {'it' if self.arrived == 1 else 'them'}", "green")
        self.head(head)

    def look_round(self) -> None:
        """Say what came since the list was read. The list itself does not move."""
        if self.since is None or not self.is_current:
            return
        try:
            with self.app.desk.database.reading() as session:
                self.arrived = queue_order.arrived(session, self.app.part, self.since)
        except InShortError:
            return  # the next look says it; whatever is done meanwhile says what is wrong
        self.show_head()

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

    def action_tick(self) -> None:
        number = self.chosen()
        if number is not None:
            self.ticked ^= {number}
            self.query_one(DataTable).update_cell(str(number), "tick", self._tick(number))
            self.show_head()

    def _tick(self, number: int) -> Text:
        return Text("x" if number in self.ticked else "", "bold")

    def action_tab(self, number: int) -> None:
        self.look_at(Narrowed(TABS[number]))

    def look_at(self, part: Narrowed) -> None:
        self.app.part, self.before = part, []
        self.action_load()

    def action_page(self, step: int) -> None:
        if step > 0 and self.last is not None:
            self.before.append(self.last)
        elif step < 0 and self.before:
            self.before.pop()
        else:
            self.say("that was the last page" if step > 0 else "this is the first page")
            return
        self.action_load()

    async def go_to(self, number: int) -> None:
        await self.open(number)

    def action_narrow(self) -> None:
        self.begin(self.narrow)

    async def narrow(self) -> None:
        part = self.app.part
        with self.app.desk.database.reading() as session:
            facets = queue_order.facets(session, part.state)
        choices: list[tuple[str, Narrowed]] = [("everything in this state", Narrowed(part.state))]
        for name, value, number in (
            *(("topic", value, number) for value, number in facets.topics.items()),
            *(("source", value, number) for value, number in facets.sources.items()),
            *(("reviewer", value, number) for value, number in facets.reviewers.items()),
        ):
            label = "feed" if name == "source" else name
            choices.append((f"{label}: {plain(value)} ({number})", replace(part, **{name: value})))
        if facets.differ:
            choices.append((f"judge and rules differ ({facets.differ})", replace(part, differ="yes")))
        others = {state: number for state, number in self.counts.items() if state not in TABS and number}
        choices += [(f"state: {state} ({number})", Narrowed(state)) for state, number in others.items()]
        chosen = await self.app.push_screen_wait(Choose("Look at", [label for label, _ in choices]))
        if chosen is not None:
            self.app.part, self.before = choices[chosen][1], []
            await self.load()

    def action_keys(self) -> None:
        self.app.push_screen(Tell(KEYS))

    def action_preview(self) -> None:
        self.begin(self.app.preview)

    def action_take_back(self) -> None:
        self.begin(self.take_back)

    async def take_back(self) -> None:
        number = await self.app.take_back()
        if number is None:
            self.say("no decision was made here yet")
        else:
            await self.open(number)

    def action_hold(self) -> None:
        self.begin(lambda: self.aside(Act.HOLD, needed=False))

    def action_spike(self) -> None:
        self.begin(lambda: self.aside(Act.SPIKE))

    async def aside(self, act: Act, *, needed: bool = True) -> None:
        """Hold or spike the ticked stories, or the one looked at, each by the rules and with its own line."""
        number, desk = self.chosen(), self.app.desk
        chosen = sorted(self.ticked) or ([number] if number is not None else [])
        if not chosen:
            return
        many = f"the {len(chosen)} selected" if self.ticked else "it"
        question = f"{act.capitalize()} {many}: why{'?' if needed else ', or nothing'}"
        reason = await self.app.push_screen_wait(AskLine(question, needed=needed))
        if reason is None:
            return
        by = By(desk.by, desk.now(), reason=reason)
        try:
            failed = await to_thread(
                act_together, desk.database, dict.fromkeys(chosen, ""), act, by=by, rules=desk.rules
            )
        finally:
            await self.load()
        for story, why in failed.items():
            self.say(f"story {story}: {why}", warning=True)
        done = [story for story in chosen if story not in failed]
        self.app.decided = done[-1] if done else self.app.decided


LONGEST_TITLE = 72
"""Characters of a title in the list: a longer one would push the columns after it out of the window."""


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _cells(row: Queued, others: list[str], page: str) -> tuple[Text, ...]:
    story = row.story
    worst = "block" if story.blocks else "warn" if story.warnings else ""
    risk = Text(MARK[worst], STYLE[worst])
    risk.append(f"{story.blocks} {story.warnings:>2}")
    title = Text(_cut(plain(story.heading)))
    if story.sensitive:
        title.append(f"  {plain(story.sensitive)}", "magenta")
    if story.differs:
        title.append("  judge and rules differ", "cyan")
    if story.breaking:
        title.append("  breaking", "bold")
    if page:
        title.append(f"  page {page}", "yellow")
    if others:
        title.append(f"  open at {', '.join(others)}", "yellow")
    waits = story.waiting_for or story.assigned_to
    return risk, title, Text(plain(story.source_name)), Text(plain(waits))
