"""A field for an editor's words: kept as they type, checked as they type, saved by Ctrl+S."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Label, Static, TextArea

from pipeline.errors import InShortError

PAUSE = 0.4
"""Seconds without a key until what is typed is kept and checked, as in the browser."""
KEYS = "Ctrl+S saves, Esc closes and keeps what you typed, Ctrl+R discards it"


class Field(ModalScreen[str | None]):
    """A sentence or a whole text to be changed; None when it is left. `original` is what stands in the draft.

    `keep` stores words and says in a line or more what the checks find in them, `drop` forgets them. Both may raise
    InShortError.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Leave"),
        ("ctrl+s,ctrl+enter", "save", "Save"),
        ("ctrl+r", "original", "Discard"),
    ]

    def __init__(
        self,
        question: str,
        text: str,
        original: str,
        keep: Callable[[str], Text],
        drop: Callable[[], None],
        *,
        whole: bool = False,
    ) -> None:
        super().__init__()
        self.question, self.text, self.original, self.whole = question, text, original, whole
        self.keep, self.drop = keep, drop
        self.kept = original
        self.timer: Timer | None = None
        self.leaving = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask whole" if self.whole else "ask"):
            yield Label(self.question, markup=False)
            yield TextArea(self.text, soft_wrap=True, tab_behavior="focus")
            yield Static(id="live", markup=False)
            yield Label(KEYS, classes="soft", markup=False)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end if not self.whole else (0, 0))
        if self.text != self.original:
            self.look()

    @property
    def typed(self) -> str:
        return self.query_one(TextArea).text

    def on_text_area_changed(self) -> None:
        self.leaving = False
        if self.timer is not None:
            self.timer.stop()
        self.timer = self.set_timer(PAUSE, self.look)

    def look(self) -> None:
        # One at a time, so that earlier words never come to rest on later ones.
        if not any(w.node is self and not w.is_finished for w in self.workers):
            self.run_worker(self.keep_up())

    async def keep_up(self) -> bool:
        """Store what is typed until nothing newer is there; False when it could not be kept."""
        while (text := self.typed) != self.kept:
            try:
                if text.strip() == self.original.strip():
                    await to_thread(self.drop)
                    said = Text("unchanged", "dim")
                else:
                    said = await to_thread(self.keep, text)
            except InShortError as error:
                self.query_one("#live", Static).update(Text(f"Not kept yet: {error}", "bold red"))
                return False
            self.kept = text
            self.query_one("#live", Static).update(said)
        return True

    def action_save(self) -> None:
        self.dismiss(self.typed)

    def action_original(self) -> None:
        self.query_one(TextArea).text = self.original

    def action_leave(self) -> None:
        if self.leaving:
            self.dismiss(None)
        else:
            self.run_worker(self.leave())

    async def leave(self) -> None:
        """Leave when what is typed is kept; where it can't be, only with a second Esc."""
        for worker in [w for w in self.workers if w.node is self and w.name == "keep_up"]:
            await worker.wait()
        if await self.keep_up():
            self.dismiss(None)
        else:
            self.leaving = True
            self.query_one("#live", Static).update(Text("What you typed could not be kept; Esc again discards it"))
