"""What the screens of the terminal desk share: deeds one at a time, and what goes wrong as a line to read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static

from pipeline.errors import InShortError
from pipeline.terminal.searching import look_for

if TYPE_CHECKING:
    from pipeline.terminal.app import TerminalDesk


class DeskScreen(Screen[None]):
    app: TerminalDesk

    def begin(self, deed: Callable[[], Coroutine[Any, Any, None]], group: str = "deed") -> None:
        """Do what may wait for somebody or for the database, one of a group at a time.

        Another key pressed meanwhile only rings: two decisions must not overtake each other.
        """
        if self.under_way(group):
            self.app.bell()
        else:
            self.run_worker(self._plainly(deed), group=group)

    def under_way(self, group: str) -> bool:
        return any(w.group == group and w.node is self and not w.is_finished for w in self.workers)

    async def _plainly(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await deed()
        except InShortError as error:
            self.wrong(error)
        except NoMatches:
            if self.query("#head"):
                raise  # the screen stands: something is missing that should be there

    def action_search(self) -> None:
        self.begin(self.search)

    async def search(self) -> None:
        found = await look_for(self.app)
        if found is not None:
            await self.go_to(found)

    async def go_to(self, number: int) -> None:
        """Show the story that was searched for."""
        raise NotImplementedError

    def head(self, text: Text) -> None:
        """The lines at the top. A screen that closes loses its parts before its work ends: nothing is shown then."""
        for place in self.query("#head").results(Static):
            place.update(text)

    def say(self, line: str, *, warning: bool = False) -> None:
        self.notify(line, severity="warning" if warning else "information", timeout=10 if warning else 5, markup=False)

    def wrong(self, error: InShortError) -> None:
        """A plain line: the desk stays open, and what was on the screen stays there."""
        self.notify(str(error), severity="error", timeout=10, markup=False)
