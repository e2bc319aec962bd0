"""The queue in the terminal: what waits, riskiest first; many decided on at once, approved only what one has opened."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Static

from pipeline.desk.actor import Actor
from pipeline.desk.many import act_together
from pipeline.desk.review import Act, state_word
from pipeline.errors import InShortError
from pipeline.model import QueueOrder, StoryState
from pipeline.storage import stories
from pipeline.storage.articles.changes import changed_among
from pipeline.storage.desk import queue_order, visits
from pipeline.storage.desk.queue_order import Narrowed, Place, Queued
from pipeline.terminal.dialogs import AskLine, Choose, Tell
from pipeline.terminal.listed import cells, dek_of
from pipeline.terminal.screen import DeskScreen
from pipeline.terminal.story import StoryScreen
from pipeline.terminal.story_text import plain
from pipeline.text import counted

ROWS = 200
"""Stories a page."""
LOOK_EVERY = 20.0
"""Seconds between two looks whether something came."""
TABS = (StoryState.IN_REVIEW, StoryState.HELD, StoryState.APPROVED, StoryState.SPIKED)
DONE = {Act.APPROVE: "Approved", Act.HOLD: "Held", Act.SPIKE: "Spiked", Act.REOPEN: "Reopened"}
KEYS = """\
j k      next, previous story
g G      first, last on this page
n b      next, previous page
Enter    open it
d        show or hide its dek
x X *    select it, everything from the last one selected to here, the whole page
a        approve the selected ones you have opened, or this one
h s      hold, spike the selected ones, or this one
w W      reopen your last decision, or everything decided together
1 2 3 4  to review, held, approved, spiked
/        search all stories
f        filter and sort: topic, feed, reviewer, finding, judge and rules differ, another state
l        load new stories
m        preview the edition
q        close the desk
?        this list
"""


class QueueScreen(DeskScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "move(1)", "Next"),
        ("k", "move(-1)", "Previous"),
        Binding("g", "edge(0)", "First", show=False),
        Binding("G", "edge(-1)", "Last", show=False),
        Binding("d", "dek", "Dek", show=False),
        ("x", "tick", "Select"),
        Binding("X", "tick_to", "Select to here", show=False),
        Binding("asterisk", "tick_page", "Select the page", show=False),
        ("a", "approve", "Approve"),
        ("h", "hold", "Hold"),
        ("s", "spike", "Spike"),
        Binding("1", "tab(0)", "To review", show=False),
        Binding("2", "tab(1)", "Held", show=False),
        Binding("3", "tab(2)", "Approved", show=False),
        Binding("4", "tab(3)", "Spiked", show=False),
        ("slash", "search", "Search"),
        ("f", "narrow", "Filter"),
        Binding("n", "page(1)", "Next page", show=False),
        Binding("b", "page(-1)", "Previous page", show=False),
        Binding("w", "reopen", "Reopen", show=False),
        Binding("W", "reopen_all", "Reopen all", show=False),
        Binding("m", "preview", "Edition", show=False),
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
        self.rows: list[Queued] = []
        self.ticked: set[int] = set()
        self.last_ticked = 0
        """The row selected last: a range begins there."""
        self.busy: dict[int, list[str]] = {}
        self.changed: dict[int, str] = {}
        self.with_dek = False
        self.since: datetime | None = None
        self.arrived = 0
        self.counts: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_column("", key="tick", width=1)
        table.add_columns("Risk", "Story", "Findings", "Feed", "Notes")
        yield table
        yield Static(id="dek", markup=False)
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
            self.busy = visits.others_at(session, numbers, desk.by.name, now)
            self.changed = changed_among(session, numbers)
        self.last = Place.of(rows[ROWS - 1].story) if len(rows) > ROWS else None
        self.rows = rows[:ROWS]
        self.since, self.arrived = now, 0
        self.ticked &= {r.story.id for r in self.rows}
        self.show_head()
        self.show_rows()

    def on_resize(self, _event: events.Resize) -> None:
        if self.rows:
            self.show_rows()

    def show_rows(self) -> None:
        """Fill the table; the story one was at stays the one one is at, or the one that took its place."""
        table = self.query_one(DataTable)
        at, chosen = table.cursor_row, self.chosen()
        table.clear()
        for row in self.rows:
            number = row.story.id
            shown = cells(row, self.busy.get(number, []), self.changed.get(number, ""), self.app.size.width)
            table.add_row(self._tick(number), *shown, key=str(number))
        if self.rows:
            place = next((i for i, r in enumerate(self.rows) if r.story.id == chosen), at)
            table.move_cursor(row=min(max(place, 0), len(self.rows) - 1))
        table.focus()
        self.show_dek()

    def on_data_table_row_highlighted(self) -> None:
        self.show_dek()

    def show_dek(self) -> None:
        number = self.chosen() if self.with_dek else None
        row = next((r for r in self.rows if r.story.id == number), None)
        for place in self.query("#dek").results(Static):
            place.display = self.with_dek
            place.update(dek_of(row) if row else Text())

    def action_dek(self) -> None:
        self.with_dek = not self.with_dek
        self.show_dek()

    def show_head(self) -> None:
        part = self.app.part
        head = Text("The desk", "bold")
        for number, state in enumerate(TABS, 1):
            here = state == part.state
            head.append(f"   {number} {state_word(state)} {self.counts.get(state, 0)}", "reverse" if here else "")
        facts = [] if part.state in TABS else [f"{state_word(part.state)} {self.counts.get(part.state, 0)}"]
        narrowed = {"topic": part.topic, "feed": part.source, "reviewer": part.reviewer, "finding": part.finding}
        narrowed["judge"] = "and rules differ" if part.differ else ""
        narrowed["sorted by"] = QueueOrder(part.order).label if part.order else ""
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
        found = await to_thread(self.app.desk.story, number)
        self.app.push_screen(StoryScreen(found))

    def action_move(self, step: int) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + step)))

    def action_edge(self, row: int) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=row % table.row_count if table.row_count else 0)

    def action_tick(self) -> None:
        number = self.chosen()
        if number is not None:
            self.last_ticked = self.query_one(DataTable).cursor_row
            self.ticked ^= {number}
            self.show_ticks()

    def action_tick_to(self) -> None:
        here = self.query_one(DataTable).cursor_row
        first, last = sorted((min(self.last_ticked, len(self.rows) - 1), here))
        self.ticked |= {row.story.id for row in self.rows[max(0, first) : last + 1]}
        self.last_ticked = here
        self.show_ticks()

    def action_tick_page(self) -> None:
        self.ticked |= {row.story.id for row in self.rows}
        self.show_ticks()

    def show_ticks(self) -> None:
        table = self.query_one(DataTable)
        for row in self.rows:
            table.update_cell(str(row.story.id), "tick", self._tick(row.story.id))
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
            *(("finding", value, number) for value, number in facets.findings.items()),
        ):
            label = "feed" if name == "source" else name
            choices.append((f"{label}: {plain(value)} ({number})", replace(part, **{name: value})))
        if facets.differ:
            choices.append((f"judge and rules differ ({facets.differ})", replace(part, differ="yes")))
        others = {state: number for state, number in self.counts.items() if state not in TABS and number}
        orders = {order.label: "" if order is QueueOrder.RISK else order.value for order in QueueOrder}
        choices += [(f"sort by {label}", replace(part, order=order)) for label, order in orders.items()]
        choices += [(f"state: {state_word(state)} ({number})", Narrowed(state)) for state, number in others.items()]
        chosen = await self.app.push_screen_wait(Choose("Filter and sort", [label for label, _ in choices]))
        if chosen is not None:
            self.app.part, self.before = choices[chosen][1], []
            await self.load()

    def action_keys(self) -> None:
        self.app.push_screen(Tell(KEYS))

    def action_preview(self) -> None:
        self.begin(self.app.preview)

    def action_reopen(self) -> None:
        self.begin(self.reopen)

    async def reopen(self) -> None:
        number = await self.app.reopen_last()
        if number is None:
            self.say("you have not decided anything here yet")
        else:
            await self.open(number)

    def action_reopen_all(self) -> None:
        self.begin(self.reopen_all)

    async def reopen_all(self) -> None:
        together, self.app.together = self.app.together, []
        if not together:
            self.say("you have not decided on several stories at once here yet")
            return
        await self.together(Act.REOPEN, together, "")

    def action_approve(self) -> None:
        self.begin(lambda: self.decide(Act.APPROVE))

    def action_hold(self) -> None:
        self.begin(lambda: self.decide(Act.HOLD, "why, or nothing", needed=False))

    def action_spike(self) -> None:
        self.begin(lambda: self.decide(Act.SPIKE, "why?"))

    async def decide(self, act: Act, why: str = "", *, needed: bool = True) -> None:
        """Decide on the selected stories, or the one looked at, each by the rules and with its own line."""
        number = self.chosen()
        chosen = sorted(self.ticked) or ([number] if number is not None else [])
        if not chosen:
            return
        reason: str | None = ""
        if why:
            many = f"the {len(chosen)} selected" if self.ticked else "it"
            reason = await self.app.push_screen_wait(AskLine(f"{act.capitalize()} {many}: {why}", needed=needed))
        if reason is not None:
            self.app.together = await self.together(act, chosen, reason)

    async def together(self, act: Act, chosen: list[int], reason: str) -> list[int]:
        """Do it, say of each story that was left as it was why, and give those it was done to."""
        desk = self.app.desk
        listed = {row.story.id: row.hash for row in self.rows}
        wanted = {number: listed.get(number, "") if act is not Act.REOPEN else "" for number in chosen}
        by = Actor(desk.by, desk.now(), reason=reason)
        try:
            failed = await to_thread(act_together, desk.database, wanted, act, by=by, rules=desk.rules)
        finally:
            await self.load()
        for story, why in failed.items():
            self.say(f"story {story}: {why}", warning=True)
        done = [story for story in chosen if story not in failed]
        if done:
            self.say(f"{DONE[act]}: {counted(len(done), 'story', 'stories')}")
        if act is not Act.REOPEN:
            self.app.decided = done[-1] if done else self.app.decided
        return done
