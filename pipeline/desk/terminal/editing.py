"""An editor's own words in the terminal: a sentence, the whole text, and the way back."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.desk.edit import correct, edit_sentence, edit_text, go_back
from pipeline.desk.terminal.ask import AskLine, AskText
from pipeline.desk.undo import steps
from pipeline.errors import InShortError, NotAllowed
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.tables import DraftRow

if TYPE_CHECKING:
    from pipeline.desk.terminal.story import StoryScreen


async def edit_line(screen: StoryScreen) -> None:
    line, draft, desk, story_id = screen.line, screen.case.draft, screen.app.desk, screen.story_id
    if line is None or draft is None:
        return
    text = await screen.app.push_screen_wait(AskText("The sentence, in your words", line.text))
    while text is not None and text.strip() != line.text:
        words = " ".join(text.split())
        how: dict[str, Any] = {"by": desk.by, "now": desk.now(), "house": desk.house, "shown": draft.hash}
        try:
            row = await to_thread(edit_sentence, desk.database, story_id, line.place, words, **how)
        except InShortError as error:
            # What was typed stays in front of who typed it.
            text = await screen.app.push_screen_wait(AskText(f"Not kept: {error}", text))
            continue
        screen.say(f"version {row.number} kept; the checks say {row.check_verdict}")
        await screen.load()
        return


async def edit_whole(screen: StoryScreen) -> None:
    """The whole text in one field: the next version, or the correction of a published story."""
    draft, desk, story_id = screen.case.draft, screen.app.desk, screen.story_id
    if draft is None:
        return
    public = screen.case.story.state in (StoryState.PUBLISHED, StoryState.CORRECTED)
    question = "The correction: it replaces what is public" if public else "The whole text"
    text = draft.text
    while True:
        typed = await screen.app.push_screen_wait(AskText(question, text, whole=True))
        if typed is None or typed.strip() == draft.text.strip():
            return
        text = typed
        reason = await screen.app.push_screen_wait(AskLine("Why, as readers are told")) if public else ""
        if reason is None:
            continue
        how: dict[str, Any] = {"by": desk.by, "now": desk.now(), "house": desk.house, "shown": draft.hash}
        keep: Callable[..., DraftRow] = partial(correct, reason=reason) if public else edit_text
        try:
            row = await to_thread(keep, desk.database, story_id, text, **how)
        except InShortError as error:
            question = f"Not kept: {error}"
            continue
        screen.say(f"version {row.number} kept; the checks say {row.check_verdict}")
        await screen.load()
        return


async def undo(screen: StoryScreen) -> None:
    draft, desk, story_id = screen.case.draft, screen.app.desk, screen.story_id
    with desk.database.reading() as session:
        number = steps(stories.versions_of(session, story_id)).back
    if draft is None or number is None:
        screen.say("there is no version before this one")
        return
    how: dict[str, Any] = {"by": desk.by, "now": desk.now(), "house": desk.house, "shown": draft.hash}
    try:
        await to_thread(go_back, desk.database, story_id, number, **how)
    except NotAllowed as error:
        screen.wrong(error)
    await screen.load()
