"""A sentence the model rewrites, in the terminal: its cost first, its answer at the sentence."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.desk import rewrite
from pipeline.desk.actor import Actor
from pipeline.desk.difference import words_changed
from pipeline.errors import InShortError, NotAllowed
from pipeline.invisible import strip_invisible
from pipeline.storage.desk.rewrites import ANSWERED, ASKED
from pipeline.storage.tables import RewriteRow
from pipeline.terminal.dialogs import AskYes
from pipeline.terminal.versions import shown
from pipeline.writing.write import open_model

if TYPE_CHECKING:
    from pipeline.terminal.story import StoryScreen


async def ask_anew(screen: StoryScreen, place: int) -> None:
    """Show the cost, ask, and show the answer when it comes. The call outlives the screen."""
    desk, draft = screen.app.desk, screen.case.draft
    config, story_id = desk.config, screen.story_id
    model = open_model(config.writer, config.network) if config.writer.kind == "openai" else None
    if model is None or draft is None:
        screen.say("no model is configured (writer.kind)", warning=True)
        return
    try:
        request = rewrite.rewrite_request(screen.case, place, config, model.name)
        cost = rewrite.most_it_costs(request, config)
        if not await screen.app.push_screen_wait(AskYes(f"One call to {model.name}. It costs at most {cost}.")):
            await model.close()
            return
        by = Actor(desk.by, desk.now(), shown=draft.hash)
        asked = await to_thread(rewrite.begin, desk.database, story_id, place, by=by, config=config, model=model)
    except InShortError:
        await model.close()
        raise
    thread = rewrite.finish_apart(desk.database, asked, model, config, desk.now)
    await screen.load()
    await to_thread(thread.join)
    if screen.is_attached and screen.story_id == story_id:
        await screen.load()


def suggestion(row: RewriteRow) -> Text:
    """An answer at its sentence, as a difference, and which keys decide on it."""
    if row.state == ASKED:
        return Text(
            f"{strip_invisible(row.who)} asked the model to rewrite this sentence; the answer will appear here\n", "dim"
        )
    if row.state != ANSWERED:
        return Text(f"The model gave no sentence: {strip_invisible(row.error)} (N discards it)\n", "yellow")
    text = Text(f"The model writes, {row.kind}, from {row.evidence}: ", "bold")
    text.append_text(shown(words_changed(row.sentence, row.text)))
    return text.append("  y uses it, N discards it\n", "dim")


async def decide_on(screen: StoryScreen, *, taken: bool) -> None:
    """Take the answer at this sentence as the next version, or put it away."""
    desk, line, draft = screen.app.desk, screen.line, screen.case.draft
    here = screen.opened.rewrites.get(line.text, ()) if line else ()
    row = next((r for r in here if r.state == ANSWERED or not taken), None)
    if row is None or draft is None:
        screen.say("the model has no answer for this sentence")
        return
    by = Actor(desk.by, desk.now(), shown=draft.hash)
    try:
        if taken:
            await to_thread(rewrite.take, desk.database, row.id, by=by, house=desk.house)
        else:
            await to_thread(rewrite.put_away, desk.database, row.id, by=by)
    except NotAllowed as error:
        screen.wrong(error)
    await screen.load()
