"""What the terminal desk asks in between: a line, a text, or nothing but to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static


class AskLine(ModalScreen[str | None]):
    """One line of text; None when it was thought better of. The number of a `usual` answer stands for it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave")]

    def __init__(
        self, question: str, hint: str = "", *, needed: bool = True, usual: Sequence[str] = (), value: str = ""
    ) -> None:
        """`value` stands in the field to be changed, `hint` where nothing does."""
        super().__init__()
        self.question, self.hint, self.needed, self.usual, self.value = question, hint, needed, usual, value

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Label(self.question, markup=False)
            yield Input(self.value, placeholder=self.hint)
            if self.usual:
                yield Label("\n".join(f"{n} {words}" for n, words in enumerate(self.usual, 1)), markup=False)
            yield Label("Enter sends it, Esc cancels", classes="soft", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if typed.isdecimal() and 0 < int(typed) <= len(self.usual):
            typed = self.usual[int(typed) - 1]
        if typed or not self.needed:
            self.dismiss(typed)
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
            yield Label("Enter does it, Esc cancels", classes="soft", markup=False)

    def action_yes(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


class Choose(ModalScreen[int | None]):
    """One of several, by its place among them; None when it was thought better of."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Leave"),
        ("j", "step(1)", "Next"),
        ("k", "step(-1)", "Previous"),
    ]

    def __init__(self, question: str, choices: Sequence[str]) -> None:
        super().__init__()
        self.question, self.choices = question, choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Label(self.question, markup=False)
            yield OptionList(*self.choices, markup=False)
            yield Label("j k and Enter choose, Esc cancels", classes="soft", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_step(self, step: int) -> None:
        options = self.query_one(OptionList)
        options.highlighted = max(0, min(len(self.choices) - 1, (options.highlighted or 0) + step))

    def action_leave(self) -> None:
        self.dismiss(None)


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
