"""What changed, in the terminal: between two versions, from the source, and on the pages behind a story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from pipeline.desk.acts import Case
from pipeline.desk.changes import PageChange
from pipeline.desk.difference import Run, lines_changed, words_changed
from pipeline.desk.view import Layout
from pipeline.invisible import strip_invisible
from pipeline.storage.tables import DraftRow

STYLE = {"in": "green underline", "out": "red strike", "same": ""}


def shown(runs: Iterable[Run]) -> Text:
    """A difference for reading: told apart by a line under or through the words, not by colour alone."""
    line = Text()
    for run in runs:
        line.append(strip_invisible(run.text), STYLE.get(run.what, ""))
    return line


def pages_shown(changes: Sequence[PageChange]) -> Text:
    """What became of the pages behind a story."""
    text = Text()
    for change in changes:
        what = "The page changed" if change.what == "changed" else "The page is gone"
        text.append(f"{what}, seen {change.seen_at:%Y-%m-%d %H:%M} UTC: {strip_invisible(change.url)}\n", "bold")
        for paragraph in change.paragraphs:
            text.append_text(shown(paragraph)).append("\n\n")
    return text


class Versions(ModalScreen[int | None]):
    """Any two versions in one text, or a version held against its source; the number of one to go back to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,d,u", "leave", "Close"),
        ("left", "later(-1)", "Older"),
        ("right", "later(1)", "Newer"),
        ("left_square_bracket", "earlier(-1)", "Older"),
        ("right_square_bracket", "earlier(1)", "Newer"),
        ("s", "source", "Source"),
        ("b", "back", "Back to it"),
    ]

    def __init__(self, versions: Sequence[DraftRow], case: Case, layout: Layout) -> None:
        super().__init__()
        self.versions, self.case, self.layout_ = versions, case, layout
        self.new = len(versions) - 1
        self.old = max(0, self.new - 1)
        self.against_source = len(versions) < 2

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="ask tall"):
            yield Label("", id="which", markup=False)
            yield Static(id="difference", markup=False)
            keys = "[ ] the earlier one, ← → the later one, b back to the later one, s from the source, Esc closes"
            yield Label(keys, classes="soft", markup=False)

    def on_mount(self) -> None:
        self.show()

    def show(self) -> None:
        text = Text()
        if self.against_source:
            which = "each sentence from the source sentences it cites"
            source = self.case.source
            for line in self.layout_.lines:
                evidence = " ".join(source.get(number, "") for number in line.evidence)
                runs = words_changed(evidence, line.text) if evidence else [Run("same", line.text)]
                text.append_text(shown(runs)).append("\n\n")
        else:
            before, after = self.versions[self.old], self.versions[self.new]
            which = f"version {before.number} by {before.author} to {after.number} by {after.author}"
            which += f", of {len(self.versions)}: {after.check_verdict or 'not checked'}"
            for change in lines_changed(before.text, after.text):
                text.append_text(shown(change)).append("\n")
        self.query_one("#which", Label).update(which)
        self.query_one("#difference", Static).update(text)

    def action_later(self, step: int) -> None:
        if not self.against_source:
            self.new = max(0, min(len(self.versions) - 1, self.new + step))
        self.between()

    def action_earlier(self, step: int) -> None:
        if not self.against_source:
            self.old = max(0, min(len(self.versions) - 1, self.old + step))
        self.between()

    def between(self) -> None:
        if len(self.versions) > 1:
            self.against_source = False
            self.show()

    def action_source(self) -> None:
        self.against_source = True
        self.show()

    def action_back(self) -> None:
        self.dismiss(None if self.against_source else self.versions[self.new].number)

    def action_leave(self) -> None:
        self.dismiss(None)
