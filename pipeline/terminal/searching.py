"""One search over every story, from the queue and from a story, as the browser's desk has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.desk.review import state_word
from pipeline.storage import search
from pipeline.terminal.dialogs import AskLine, Choose, Tell
from pipeline.terminal.story_text import plain

if TYPE_CHECKING:
    from pipeline.terminal.app import TerminalDesk

SHOWN = 50
"""Stories a search lists."""


async def look_for(app: TerminalDesk) -> int | None:
    """Ask for words, list the stories that have all of them, and give the one that is chosen.

    Raises UsageError for words nothing can be found by.
    """
    words = await app.push_screen_wait(AskLine("Search all stories", "words, names, days; “words in quotes”"))
    if not words:
        return None
    with app.desk.database.reading() as session:
        rows = search.found(session, search.wanted(words), limit=SHOWN + 1)
        lines = [f"{state_word(row.state):<12} {plain(row.heading)}" for row in rows[:SHOWN]]
    if not rows:
        await app.push_screen_wait(Tell("No story has all of these words."))
        return None
    more = f" (the newest {SHOWN})" if len(rows) > SHOWN else ""
    chosen = await app.push_screen_wait(Choose(f"Found{more}", lines))
    return rows[chosen].id if chosen is not None else None
