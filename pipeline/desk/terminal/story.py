"""A story in the terminal: source and draft side by side, findings at the sentence, decisions by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from pipeline.desk.changes import PageChange, page_changes
from pipeline.desk.desk import Case, accept, act_on, open_case, unaccept
from pipeline.desk.review import Act
from pipeline.desk.terminal.ask import AskLine, Tell
from pipeline.desk.terminal.editing import edit_line, edit_whole, undo
from pipeline.desk.terminal.rewriting import ask_anew, decide_on, suggestion
from pipeline.desk.terminal.versions import Versions, pages_shown, simple_shown
from pipeline.desk.until import hold_until
from pipeline.desk.view import Found, Layout, Line, lay_out
from pipeline.errors import InShortError, StaleVersion
from pipeline.model import CheckVerdict, Severity
from pipeline.storage import rewrites, stories, visits
from pipeline.storage.tables import DraftRow, RewriteRow
from pipeline.text import strip_invisible
from pipeline.writing.draft import from_json

if TYPE_CHECKING:
    from pipeline.desk.terminal.app import TerminalDesk

MARK = {"block": "■ ", "warn": "▲ ", "note": "· ", "": "  "}
STYLE = {"block": "bold red", "warn": "yellow", "note": "cyan", "": ""}
KIND = {"fact": "", "definition": "means: ", "analogy": "picture: ", "takeaway": "reminder: "}
KEYS = """\
j k     next, previous sentence; its evidence lights up
f       next finding; notes come last
e t     edit the sentence, the whole text
x       accept the finding with a reason; take an acceptance back
r       ask the model for the sentence anew: shows the cost
y N     take its answer, put it away
z d     back to the version before, what changed
p       what changed on the pages behind it
a       approve what you see; twice where warnings stand open
h s     hold (until when, why), spike
g c     hand over, comment
w       take it back to the queue
n u     next story, queue
?       these keys

■ blocks   ▲ warns   · notes
"""


class StoryScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j,down", "move(1)", "Next"),
        ("k,up", "move(-1)", "Previous"),
        ("f", "finding", "Finding"),
        ("e", "edit", "Edit"),
        Binding("t", "text", "Whole text", show=False),
        ("x", "accept", "Accept"),
        Binding("r", "rewrite", "Rewrite", show=False),
        Binding("y", "take", "Take it", show=False),
        Binding("N", "put_away", "Put it away", show=False),
        Binding("d", "versions", "Versions", show=False),
        Binding("p", "pages", "Pages", show=False),
        ("a", "approve", "Approve"),
        ("h", "hold", "Hold"),
        ("s", "spike", "Spike"),
        ("g", "hand", "Hand over"),
        ("c", "comment", "Comment"),
        ("w", "reopen", "Reopen"),
        ("z", "undo", "Undo"),
        ("n", "next", "Next story"),
        ("u,escape", "leave", "Queue"),
        ("question_mark", "keys", "Keys"),
    ]
    app: TerminalDesk

    def __init__(self, story_id: int) -> None:
        super().__init__()
        self.story_id = story_id
        self.place = 0
        self.case: Case
        self.layout_: Layout | None = None
        self.simple: DraftRow | None = None
        self.pages: Sequence[PageChange] = ()
        self.asked: Sequence[RewriteRow] = ()
        self.aimed = 0
        self.sure = ""

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with Horizontal():
            yield VerticalScroll(id="source", can_focus=False)
            yield VerticalScroll(id="draft", can_focus=False)
        yield Static(id="findings", markup=False)
        yield Footer()

    async def on_mount(self) -> None:
        await self.load()

    async def load(self, story_id: int | None = None) -> None:
        """Read the story anew and show it; the sentence looked at stays where it was."""
        if story_id is not None:
            self.story_id, self.place = story_id, 0
        self.aimed, self.sure = 0, ""
        desk = self.app.desk
        with desk.database.session() as session:
            self.case = open_case(session, self.story_id)
            visits.saw(session, self.story_id, desk.by.name, desk.now())
            self.simple = stories.simple_draft(session, self.case.story)
            self.pages = page_changes(session, self.story_id)
            self.asked = rewrites.open_rewrites(session, self.story_id)
            others = visits.others_at(session, [self.story_id], desk.by.name, desk.now()).get(self.story_id, [])
        case = self.case
        source = {number: text for number, text, _ in case.article.sentences}
        draft = case.draft
        self.layout_ = lay_out(from_json(draft.content), draft.text, draft.report, source) if draft else None
        head = Text(_plain(case.story.title), style="bold")
        head.append(f"\n{case.story.source_name} · {case.story.state.replace('_', ' ')}", style="")
        if draft:
            head.append(f" · version {draft.number} by {draft.author}")
        if self.layout_:
            head.append(f" · {self.layout_.blocks} blocks, {self.layout_.warnings} warnings")
        wanted = desk.config.writer.max_words
        if draft and draft.report and (over := draft.report["reading"]["words"] - wanted) > 0:
            head.append(f" · {over} words over {wanted}", "yellow")
        if self.pages:
            gone = self.pages[-1].what == "gone"
            head.append(f" · the page {'is gone' if gone else 'changed'} since (p)", "yellow")
        if others:
            head.append(f" · also open at {', '.join(others)}", style="yellow")
        self.query_one("#head", Static).update(head)
        left, right = self.query_one("#source"), self.query_one("#draft")
        await left.remove_children()
        await right.remove_children()
        await left.mount(
            *(Static(f"{n:>3} {_plain(t)}", id=f"source-{n}", markup=False) for n, t, _ in case.article.sentences)
        )
        if self.layout_ is None:
            await right.mount(Static("no draft yet", markup=False))
            return
        await right.mount(*(Static(_line(line), id=f"line-{line.place}") for line in self.layout_.lines))
        if self.simple and draft:
            await right.mount(Static(simple_shown(self.simple, draft), id="simple", markup=False))
        self.place = min(self.place, len(self.layout_.lines) - 1)
        self.show_place()

    @property
    def line(self) -> Line | None:
        return self.layout_.lines[self.place] if self.layout_ and self.layout_.lines else None

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
        said = Text()
        for finding in (*line.findings, *(self.layout_.whole if line.place == 0 else ())):
            said.append("▶" if finding.number == self.aimed else " ")
            said.append(MARK[finding.severity], STYLE[finding.severity])
            said.append(f"{finding.number}. {finding.check}: {_plain(finding.message)}")
            if finding.accepted_by:
                said.append(f" (accepted by {finding.accepted_by}: {_plain(finding.accepted_why)})", "dim")
            said.append("\n")
            for number, text in finding.source:
                said.append(f"    [{number}] {_plain(text)}\n", "dim")
        for row in self.asked:
            if row.sentence == line.text:
                said.append_text(suggestion(row))
        self.query_one("#findings", Static).update(said or Text("nothing was found in this sentence", "dim"))

    def action_move(self, step: int) -> None:
        if self.layout_ and self.layout_.lines:
            self.place = max(0, min(len(self.layout_.lines) - 1, self.place + step))
            self.aimed, self.sure = 0, ""
            self.show_place()

    def action_finding(self) -> None:
        if self.layout_ is None:
            return
        lines = self.layout_.lines
        found = [(0, f) for f in self.layout_.whole] + [(line.place, f) for line in lines for f in line.findings]
        standing = [(place, f) for place, f in found if f.standing]
        order = sorted(standing, key=lambda one: one[1].severity == Severity.NOTE)  # notes come last
        if not order:
            self.notify("no finding stands")
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

    def action_next(self) -> None:
        self.run_worker(self.to_next(), exclusive=True)

    async def to_next(self) -> None:
        number = self.app.next_after(self.case.story)
        if number is None or number == self.story_id:
            self.notify("that was the last one")
            self.app.pop_screen()
        else:
            await self.load(number)

    def action_edit(self) -> None:
        self.run_worker(edit_line(self), exclusive=True)

    def action_text(self) -> None:
        self.run_worker(edit_whole(self), exclusive=True)

    def action_versions(self) -> None:
        if self.layout_ is None:
            self.notify("there is no draft yet")
            return
        with self.app.desk.database.reading() as session:
            versions = stories.drafts_of(session, self.story_id)
        self.app.push_screen(Versions(versions, self.case, self.layout_))

    def action_pages(self) -> None:
        if self.pages:
            self.app.push_screen(Tell(pages_shown(self.pages)))
        else:
            self.notify("no page behind it changed since this version was written")

    def action_rewrite(self) -> None:
        # A group of its own: what else is begun meanwhile does not end the waiting.
        self.run_worker(self.rewrite(), group="rewrite")

    async def rewrite(self) -> None:
        if self.line is not None:
            await ask_anew(self, self.line.place)

    def action_take(self) -> None:
        self.run_worker(decide_on(self, taken=True), exclusive=True)

    def action_put_away(self) -> None:
        self.run_worker(decide_on(self, taken=False), exclusive=True)

    def action_undo(self) -> None:
        self.run_worker(undo(self), exclusive=True)

    def action_accept(self) -> None:
        self.run_worker(self.accept(), exclusive=True)

    async def accept(self) -> None:
        finding, draft, desk = self._finding(), self.case.draft, self.app.desk
        if finding is None or draft is None:
            self.notify("nothing to accept in this sentence")
            return
        reason: str | None = ""
        if finding.standing:
            reason = await self.app.push_screen_wait(AskLine(f"Why is this fine? {finding.check}: {finding.message}"))
        if reason is None:
            return
        try:
            (accept if finding.standing else unaccept)(
                desk.database,
                self.story_id,
                finding.number,
                by=desk.by,
                now=desk.now(),
                reason=reason,
                shown=draft.hash,
            )
        except InShortError as error:
            self.notify(str(error), severity="error")
        await self.load()

    def _finding(self) -> Found | None:
        line = self.line
        if line is None or self.layout_ is None:
            return None
        found = (*line.findings, *(self.layout_.whole if line.place == 0 else ()))
        standing = [f for f in found if f.standing]
        aimed = [f for f in standing if f.number == self.aimed]
        return next(iter(aimed or standing or found), None)

    def action_approve(self) -> None:
        draft, open_ = self.case.draft, self.layout_.warnings if self.layout_ else 0
        if draft and open_ and draft.check_verdict == CheckVerdict.WARN and self.sure != draft.hash:
            self.sure = draft.hash
            stand = "1 warning stands" if open_ == 1 else f"{open_} warnings stand"
            self.notify(f"{stand} open; a once more approves all the same", severity="warning", timeout=10)
            return
        self.run_worker(self.decide(Act.APPROVE), exclusive=True)

    def action_hold(self) -> None:
        self.run_worker(self.hold(), exclusive=True)

    async def hold(self) -> None:
        desk = self.app.desk
        hint, question = "4h, 2d, tomorrow, 2026-11-20T09:00", "Hold it until when? Nothing: until somebody reopens it"
        until: datetime | None = None
        while True:
            typed = await self.app.push_screen_wait(AskLine(question, hint, needed=False))
            if typed is None:
                return
            try:
                until = hold_until(typed, desk.now(), desk.config.newsroom.zone)
            except InShortError as error:
                question = str(error)
                continue
            break
        await self.decide(Act.HOLD, "Why, or nothing", needed=False, until=until)

    def action_spike(self) -> None:
        self.run_worker(self.decide(Act.SPIKE, "Spike it: why?"), exclusive=True)

    def action_hand(self) -> None:
        self.run_worker(self.decide(Act.HAND, "Hand it to whom?"), exclusive=True)

    def action_comment(self) -> None:
        self.run_worker(self.decide(Act.COMMENT, "Your comment"), exclusive=True)

    def action_reopen(self) -> None:
        self.run_worker(self.decide(Act.REOPEN), exclusive=True)

    async def decide(self, act: Act, question: str = "", *, needed: bool = True, until: datetime | None = None) -> None:
        """One decision on the shown version; then the next story is there."""
        draft, desk = self.case.draft, self.app.desk
        words = ""
        if act is Act.APPROVE and draft and draft.check_verdict == CheckVerdict.BLOCK:
            act, question = Act.OVERRIDE, "A check blocks this draft. Approve it all the same: why?"
        if question:
            given = await self.app.push_screen_wait(AskLine(question, needed=needed))
            if given is None:
                return
            words = given
        binding = act in (Act.APPROVE, Act.OVERRIDE, Act.HOLD, Act.SPIKE)
        try:
            after = act_on(
                desk.database,
                self.story_id,
                act,
                by=desk.by,
                now=desk.now(),
                rules=desk.rules,
                reason="" if act is Act.HAND else words,
                to=words if act is Act.HAND else "",
                until=until,
                shown=draft.hash if binding and draft else None,
                shown_simple=self.simple.hash if self.simple else "",
            )
        except StaleVersion as error:
            self.notify(f"{error}; this is the version of now", severity="warning", timeout=10)
            await self.load()
            return
        except InShortError as error:
            self.notify(str(error), severity="error", timeout=10)
            return
        self.notify(f"{self.case.story.title[:60]}: {after.replace('_', ' ')}", markup=False)
        if act in (Act.COMMENT, Act.REOPEN):
            await self.load()
        else:
            await self.to_next()

    def on_unmount(self) -> None:
        desk = self.app.desk
        with desk.database.session() as session:
            if stories.get_story(session, self.story_id) is not None:
                visits.leave(session, self.story_id, desk.by.name, desk.now())


def _plain(text: str) -> str:
    return strip_invisible(text).replace("\n", " ")


def _line(line: Line) -> Text:
    shown = Text("\n" if line.opens and line.place else "")
    shown.append(MARK[line.worst], STYLE[line.worst])
    shown.append(KIND.get(line.kind, ""), "dim italic")
    shown.append(_plain(line.text), "italic" if line.kind == "analogy" else "bold" if line.part == "dek" else "")
    if line.evidence:
        shown.append(" " + "".join(f"[{n}]" for n in line.evidence), "dim")
    return shown
