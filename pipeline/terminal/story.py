"""A story in the terminal: source and draft side by side, findings at the sentence, decisions by key."""

from __future__ import annotations

from asyncio import Lock, to_thread
from dataclasses import replace
from math import inf
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key
from textual.widgets import Footer, Static

from pipeline.desk.acts import Case, shown_of
from pipeline.desk.presence import note_away, note_open
from pipeline.desk.review import Act
from pipeline.desk.story_at_desk import StoryAtDesk
from pipeline.desk.view import Layout, Line
from pipeline.errors import InShortError
from pipeline.model import CheckVerdict, Severity
from pipeline.storage import stories
from pipeline.storage.desk import queue_order
from pipeline.storage.desk.queue_order import Place
from pipeline.terminal.deciding import choose_topics, decide, hold, reopen, weigh
from pipeline.terminal.dialogs import Tell
from pipeline.terminal.editing import back_to, edit_line, edit_simple, edit_whole, step
from pipeline.terminal.rewriting import ask_anew, decide_on
from pipeline.terminal.screen import DeskScreen
from pipeline.terminal.story_text import found_in, head_of, line_of, plain, related_lines, simple_of
from pipeline.terminal.versions import Versions, pages_shown
from pipeline.text import counted

SIGN_EVERY = 20.0
"""Seconds between two signs of having a story open: as often as the browser gives one."""
HEARS_AFTER = 2.0
"""Seconds until a story that came after another is decided on: a key pressed twice was meant for the one before, and
what the eye has not read yet is not approved."""
KEYS = """\
j k     next, previous sentence; its evidence lights up
12 g    go to sentence 12
f       next finding: blocks first, notes last
e t T   edit the sentence, the whole text, the simple version; what you type is kept
x       accept the finding, with a reason: by number, or your own words; reopen an accepted one
r       ask the model to rewrite the sentence: shows the cost first
y N     use what the model wrote, discard it
z Z     undo a version, redo it
d       versions and changes
P       what changed on the source page
a       approve; press twice if warnings are open
h s     hold (until when, why), spike
g c     hand over, comment
i       topics, and why it ranks where it does
w       reopen this story, or your last decision
o       the original's address, copied where the terminal allows it
m       preview the edition
n p     next, previous story
u       back to the queue, where you left it
l       load it again
/       search all stories
?       this list

■ block   □ accepted block   ▲ warning   · note
"""


class StoryScreen(DeskScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j,down", "move(1)", "Next"),
        ("k,up", "move(-1)", "Previous"),
        ("f", "finding", "Finding"),
        ("e", "edit", "Edit"),
        Binding("t", "text", "Whole text", show=False),
        Binding("T", "simple", "Simple version", show=False),
        ("x", "accept", "Accept"),
        Binding("r", "rewrite", "Rewrite", show=False),
        Binding("y", "take", "Use it", show=False),
        Binding("N", "put_away", "Discard", show=False),
        Binding("d", "versions", "Versions", show=False),
        Binding("P", "pages", "Pages", show=False),
        ("a", "approve", "Approve"),
        ("h", "hold", "Hold"),
        ("s", "spike", "Spike"),
        Binding("g", "hand", "Hand over", show=False),
        Binding("c", "comment", "Comment", show=False),
        Binding("i", "topics", "Topics", show=False),
        Binding("w", "reopen", "Reopen", show=False),
        ("z", "undo", "Undo"),
        Binding("Z", "redo", "Redo", show=False),
        ("n", "next", "Next story"),
        Binding("p", "previous", "Previous story", show=False),
        Binding("o", "original", "Original", show=False),
        Binding("m", "preview", "Edition", show=False),
        Binding("slash", "search", "Search", show=False),
        Binding("l", "load", "Load", show=False),
        ("u,escape", "leave", "Queue"),
        ("question_mark", "keys", "Keys"),
    ]

    def __init__(self, opened: StoryAtDesk) -> None:
        super().__init__()
        self.opened = opened
        self.late = False
        self.place = 0
        self.aimed = 0
        self.sure = ""
        self.number = ""
        """The digits typed last: `g` goes to that sentence."""
        self.hears_at = inf  # until it is there to be read
        self.showing = Lock()

    @property
    def case(self) -> Case:
        return self.opened.case

    @property
    def story_id(self) -> int:
        return self.opened.case.story.id

    @property
    def hears(self) -> bool:
        return monotonic() >= self.hears_at

    @property
    def layout_(self) -> Layout | None:
        return self.opened.layout

    @property
    def line(self) -> Line | None:
        return self.layout_.lines[self.place] if self.layout_ and self.layout_.lines else None

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with Horizontal():
            yield VerticalScroll(id="draft", can_focus=False)
            yield VerticalScroll(id="source", can_focus=False)
        yield Static(id="findings", markup=False)
        yield Footer()

    async def on_mount(self) -> None:
        await self.show()
        self.hears_at = monotonic() + HEARS_AFTER
        self.sign()
        self.set_interval(SIGN_EVERY, self.sign)

    async def load(self, story_id: int | None = None) -> None:
        """Read the story anew, or another one, and show it; the sentence looked at stays where it was."""
        desk, before = self.app.desk, self.story_id
        wanted = before if story_id is None else story_id
        self.opened = await to_thread(desk.story, wanted)
        if wanted != before:
            self.place, self.hears_at = 0, inf
            await to_thread(note_away, desk.database, before, desk.by.name, desk.now())
        self.late, self.aimed, self.sure = False, 0, ""
        await self.show()
        if not self.hears:
            self.hears_at = monotonic() + HEARS_AFTER
        self.sign()

    async def show(self) -> None:
        async with self.showing:
            self.show_head()
            left, right = self.query_one("#source"), self.query_one("#draft")
            await left.remove_children()
            await right.remove_children()
            sentences = self.case.source.items()
            await left.mount(
                *(Static(plain(note), classes="dim", markup=False) for note in self.case.article.notes or [])
            )
            await left.mount(*(Static(line, classes="dim", markup=False) for line in related_lines(self.opened)))
            await left.mount(*(Static(f"{n:>3} {plain(t)}", id=f"source-{n}", markup=False) for n, t in sentences))
            if self.layout_ is None:
                await right.mount(Static("no draft yet", markup=False))
                return
            await right.mount(*(Static(line_of(line), id=f"line-{line.place}") for line in self.layout_.lines))
            await right.mount(Static(simple_of(self.opened), id="simple", markup=False))
            self.place = min(self.place, len(self.layout_.lines) - 1)
            self.show_place()

    def show_head(self) -> None:
        self.head(head_of(self.opened, self.app.desk.config, late=self.late))

    def sign(self) -> None:
        """Tell the others that this story is open here, and look who else has it open and whether it changed."""
        if not self.under_way("sign"):
            self.begin(self.look_round, group="sign")

    async def look_round(self) -> None:
        desk, shown = self.app.desk, self.opened
        seen = shown_of(shown.case.draft, shown.simple)
        await to_thread(note_open, desk.database, shown.case.story.id, desk.by.name, desk.now(), seen)
        try:
            found = await to_thread(desk.story, shown.case.story.id)
        except InShortError:
            return  # nothing is known anew; whatever is done next says what is wrong
        if self.opened is shown and self.is_attached:
            self.opened, self.late = replace(shown, others=found.others), not shown.same_as(found)
            self.show_head()

    def show_place(self) -> None:
        """Light the sentence, its evidence, and say what was found in it."""
        for lit in self.query(".lit"):
            lit.remove_class("lit")
        line = self.line
        if line is None or self.layout_ is None:
            return
        here = self.query_one(f"#line-{line.place}")
        here.add_class("lit")
        here.scroll_visible(animate=False)
        for number in line.evidence:
            for found in self.query(f"#source-{number}"):
                found.add_class("lit")
        if line.evidence and (first := self.query(f"#source-{line.evidence[0]}")):
            first.first().scroll_visible(animate=False)
        self.query_one("#findings", Static).update(found_in(self.opened, self.app.desk.config, line, self.aimed))

    def action_move(self, step: int) -> None:
        if self.layout_ and self.layout_.lines:
            self.place = max(0, min(len(self.layout_.lines) - 1, self.place + step))
            self.aimed, self.sure = 0, ""
            self.show_place()

    def on_key(self, event: Key) -> None:
        if event.key.isdecimal():
            self.number = (self.number + event.key)[-4:]
        elif event.key != "g":
            self.number = ""

    def action_finding(self) -> None:
        if self.layout_ is None:
            return
        lines = self.layout_.lines
        found = [(0, f) for f in self.layout_.whole] + [(line.place, f) for line in lines for f in line.findings]
        standing = [(place, f) for place, f in found if f.standing]
        grave = [Severity.BLOCK, Severity.WARN, Severity.NOTE]
        order = sorted(standing, key=lambda one: grave.index(Severity(one[1].severity)))
        if not order:
            self.say("there are no open findings")
            return
        at = next((i for i, (_, f) in enumerate(order) if f.number == self.aimed), None)
        from_here = next((i for i, (place, _) in enumerate(order) if place >= self.place), 0)
        self.place, finding = order[from_here if at is None else (at + 1) % len(order)]
        self.aimed, self.sure = finding.number, ""
        self.show_place()

    def action_keys(self) -> None:
        self.app.push_screen(Tell(KEYS))

    def action_leave(self) -> None:
        self.app.pop_screen()

    async def go_to(self, number: int) -> None:
        await self.load(number)

    def action_load(self) -> None:
        self.begin(self.load)

    def action_next(self) -> None:
        self.begin(lambda: self.to_next(Place.of(self.case.story)))

    def action_previous(self) -> None:
        self.begin(self.to_previous)

    async def to_previous(self) -> None:
        with self.app.desk.database.reading() as session:
            number = queue_order.story_before(session, self.app.part, Place.of(self.case.story))
        if number is None:
            self.say("this is the first one")
        else:
            await self.load(number)

    async def to_next(self, after: Place | None = None) -> None:
        number = await to_thread(self.app.next_free, self.story_id, after)
        if number is None:
            self.say("that was the last one")
            self.app.pop_screen()
        else:
            await self.load(number)

    def action_edit(self) -> None:
        self.begin(lambda: edit_line(self))

    def action_text(self) -> None:
        self.begin(lambda: edit_whole(self))

    def action_simple(self) -> None:
        self.begin(lambda: edit_simple(self))

    def action_versions(self) -> None:
        self.begin(self.versions)

    async def versions(self) -> None:
        desk, layout = self.app.desk, self.layout_
        if layout is None:
            self.say("there is no draft yet")
            return
        with desk.database.reading() as session:
            versions = stories.drafts_of(session, self.story_id)
        number = await self.app.push_screen_wait(Versions(versions, self.case, layout))
        if number is not None and self.case.draft and number != self.case.draft.number:
            await back_to(self, number)

    def action_pages(self) -> None:
        if self.opened.page_changes:
            self.app.push_screen(Tell(pages_shown(self.opened.page_changes)))
        else:
            self.say("no source page changed since this version was written")

    def action_rewrite(self) -> None:
        # A group of its own: what else is done meanwhile need not wait for the answer.
        self.begin(self.rewrite, "rewrite")

    async def rewrite(self) -> None:
        if self.line is not None:
            await ask_anew(self, self.line.place)

    def action_take(self) -> None:
        self.begin(lambda: decide_on(self, taken=True))

    def action_put_away(self) -> None:
        self.begin(lambda: decide_on(self, taken=False))

    def action_undo(self) -> None:
        self.begin(lambda: step(self, on=False))

    def action_redo(self) -> None:
        self.begin(lambda: step(self, on=True))

    def action_accept(self) -> None:
        self.begin(lambda: weigh(self))

    def action_approve(self) -> None:
        if not self.hears:
            self.say("this story has just loaded: look at it, then approve")
            return
        draft, layout = self.case.draft, self.layout_
        open_ = layout.warnings if layout and draft and draft.check_verdict == CheckVerdict.WARN else 0
        warned = [counted(open_, "open warning")] if open_ else []
        warned += [layout.not_judged] if layout and layout.waits else []
        if draft and warned and self.sure != draft.hash:
            self.sure = draft.hash
            self.say(f"{'; '.join(warned)}; press a again to approve anyway", warning=True)
            return
        self.begin(lambda: decide(self, Act.APPROVE))

    def action_hold(self) -> None:
        self.begin(lambda: hold(self))

    def action_spike(self) -> None:
        self.begin(lambda: decide(self, Act.SPIKE, "Spike it: why?"))

    def action_hand(self) -> None:
        number, self.number = self.number, ""
        if number:
            self.action_move(int(number) - 1 - self.place)
        else:
            self.begin(lambda: decide(self, Act.HAND, "Hand it over to whom?", usual=self.opened.colleagues))

    def action_comment(self) -> None:
        self.begin(lambda: decide(self, Act.COMMENT, "Your comment"))

    def action_topics(self) -> None:
        self.begin(lambda: choose_topics(self))

    def action_reopen(self) -> None:
        self.begin(lambda: reopen(self))

    def action_original(self) -> None:
        link = plain(self.case.story.link or "")
        if link.lower().startswith(("http://", "https://")):
            self.app.copy_to_clipboard(link)
            self.app.push_screen(Tell(link))
        else:
            self.say("it has no original on the web")

    def action_preview(self) -> None:
        self.begin(self.app.preview)

    def on_unmount(self) -> None:
        desk = self.app.desk
        note_away(desk.database, self.story_id, desk.by.name, desk.now())
