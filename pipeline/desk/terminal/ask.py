"""What the terminal desk asks in between: a line, a text, or nothing but to be read."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static


class AskLine(ModalScreen[str | None]):
    """One line of text; None when it was thought better of."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave")]

    def __init__(self, question: str, hint: str = "", *, needed: bool = True) -> None:
        super().__init__()
        self.question, self.hint, self.needed = question, hint, needed

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Label(self.question, markup=False)
            yield Input(placeholder=self.hint)
            yield Label("Enter keeps it, Esc leaves", classes="soft", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() or not self.needed:
            self.dismiss(event.value.strip())
        else:
            self.app.bell()

    def action_leave(self) -> None:
        self.dismiss(None)


class AskYes(ModalScreen[bool]):
    """Whether to do what costs something: only Enter does it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave"), ("enter", "yes", "Yes")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Label(self.question, markup=False)
            yield Label("Enter does it, Esc leaves", classes="soft", markup=False)

    def action_yes(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


class Tell(ModalScreen[None]):
    """Something to read, until any of the usual keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Close"),
        ("enter", "leave", "Close"),
        ("q", "leave", "Close"),
        ("question_mark", "leave", "Close"),
    ]

    def __init__(self, text: str | Text) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="ask tall"):
            yield Static(self.text, markup=False)
            yield Label("Esc closes", classes="soft", markup=False)

    def action_leave(self) -> None:
        self.dismiss(None)
