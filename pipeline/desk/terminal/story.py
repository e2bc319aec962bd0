"""A story in the terminal: source and draft side by side, findings at the sentence, decisions by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from pipeline.desk.desk import Case, accept, act_on, open_case
from pipeline.desk.edit import edit_sentence, go_back
from pipeline.desk.review import Act
from pipeline.desk.terminal.ask import AskLine, AskText, Tell
from pipeline.desk.view import Found, Layout, Line, lay_out
from pipeline.errors import InShortError, StaleVersion
from pipeline.model import CheckVerdict
from pipeline.storage import stories, visits
from pipeline.text import strip_invisible
from pipeline.writing.draft import from_json

if TYPE_CHECKING:
    from pipeline.desk.terminal.app import TerminalDesk

MARK = {"block": "■ ", "warn": "▲ ", "note": "· ", "": "  "}
STYLE = {"block": "bold red", "warn": "yellow", "note": "cyan", "": ""}
KIND = {"fact": "", "definition": "means: ", "analogy": "picture: ", "takeaway": "reminder: "}
KEYS = """\
j k     next, previous sentence; its evidence lights up
f       next finding
e       edit the sentence
x       accept its finding, with a reason
z       back to the version before
a       approve what you see
h s     hold, spike
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
        ("x", "accept", "Accept"),
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
        desk = self.app.desk
        with desk.database.session() as session:
            self.case = open_case(session, self.story_id)
            visits.saw(session, self.story_id, desk.by.name, desk.now())
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
            said.append(MARK[finding.severity], STYLE[finding.severity])
            said.append(f"{finding.number}. {finding.check}: {_plain(finding.message)}")
            if finding.accepted_by:
                said.append(f" (accepted by {finding.accepted_by}: {_plain(finding.accepted_why)})", "dim")
            said.append("\n")
            for number, text in finding.source:
                said.append(f"    [{number}] {_plain(text)}\n", "dim")
        self.query_one("#findings", Static).update(said or Text("nothing was found in this sentence", "dim"))

    def action_move(self, step: int) -> None:
        if self.layout_ and self.layout_.lines:
            self.place = max(0, min(len(self.layout_.lines) - 1, self.place + step))
            self.show_place()

    def action_finding(self) -> None:
        if self.layout_ is None:
            return
        lines = self.layout_.lines
        for place in (*range(self.place + 1, len(lines)), *range(self.place + 1)):
            if any(f.standing for f in lines[place].findings):
                self.place = place
                self.show_place()
                return
        self.notify("no finding stands")

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
        self.run_worker(self.edit(), exclusive=True)

    async def edit(self) -> None:
        line, draft = self.line, self.case.draft
        if line is None or draft is None:
            return
        text = await self.app.push_screen_wait(AskText("The sentence, in your words", line.text))
        while text is not None and text.strip() != line.text:
            desk = self.app.desk
            try:
                row = edit_sentence(
                    desk.database,
                    self.story_id,
                    line.place,
                    " ".join(text.split()),
                    by=desk.by,
                    now=desk.now(),
                    house=desk.house,
                    shown=draft.hash,
                )
            except InShortError as error:
                # What was typed stays in front of who typed it.
                text = await self.app.push_screen_wait(AskText(f"Not kept: {error}", text))
                continue
            self.notify(f"version {row.number} kept; the checks say {row.check_verdict}")
            await self.load()
            return

    def action_undo(self) -> None:
        self.run_worker(self.undo(), exclusive=True)

    async def undo(self) -> None:
        draft, desk = self.case.draft, self.app.desk
        if draft is None or draft.number < 2:
            self.notify("there is no version before this one")
            return
        try:
            go_back(
                desk.database,
                self.story_id,
                draft.number - 1,
                by=desk.by,
                now=desk.now(),
                house=desk.house,
                shown=draft.hash,
            )
        except InShortError as error:
            self.notify(str(error), severity="error")
        await self.load()

    def action_accept(self) -> None:
        self.run_worker(self.accept(), exclusive=True)

    async def accept(self) -> None:
        finding, draft, desk = self._finding(), self.case.draft, self.app.desk
        if finding is None or draft is None:
            self.notify("nothing to accept in this sentence")
            return
        reason = await self.app.push_screen_wait(AskLine(f"Why is this fine? {finding.check}: {finding.message}"))
        if reason is None:
            return
        try:
            accept(
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
        return next((f for f in found if f.standing), None)

    def action_approve(self) -> None:
        self.run_worker(self.decide(Act.APPROVE), exclusive=True)

    def action_hold(self) -> None:
        self.run_worker(self.decide(Act.HOLD, "Hold it: why, or nothing", needed=False), exclusive=True)

    def action_spike(self) -> None:
        self.run_worker(self.decide(Act.SPIKE, "Spike it: why?"), exclusive=True)

    def action_hand(self) -> None:
        self.run_worker(self.decide(Act.HAND, "Hand it to whom?"), exclusive=True)

    def action_comment(self) -> None:
        self.run_worker(self.decide(Act.COMMENT, "Your comment"), exclusive=True)

    def action_reopen(self) -> None:
        self.run_worker(self.decide(Act.REOPEN), exclusive=True)

    async def decide(self, act: Act, question: str = "", *, needed: bool = True) -> None:
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
                shown=draft.hash if binding and draft else None,
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
