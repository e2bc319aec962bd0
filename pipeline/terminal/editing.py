"""An editor's own words in the terminal: a sentence, the whole text, the simple version, and the way back."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.desk.actor import Actor
from pipeline.desk.difference import words_changed
from pipeline.desk.edit import correct, edit_sentence, edit_text, go_back
from pipeline.desk.typed import Live, keep_typed
from pipeline.desk.undo import steps
from pipeline.errors import InShortError, NotAllowed, StillBlocked
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.desk import visits
from pipeline.storage.tables import DraftRow
from pipeline.terminal.dialogs import AskLine
from pipeline.terminal.field import Field
from pipeline.terminal.story_text import MARK, STYLE, plain, reading_of
from pipeline.terminal.versions import shown as difference
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.terminal.app import Seat
    from pipeline.terminal.story import StoryScreen

MOST_FINDINGS = 8
"""Findings shown under a field; what stands in the field matters more."""


@dataclass(frozen=True)
class Typing:
    """Where words are typed: a place in a story, beside the version they are to replace."""

    newsroom: Seat
    story_id: int
    place: int
    draft: DraftRow

    def keep(self, text: str) -> Text:
        newsroom = self.newsroom
        now = newsroom.now()
        live = keep_typed(
            newsroom.database,
            self.story_id,
            self.place,
            text,
            by=newsroom.by.name,
            now=now,
            house=newsroom.house,
            shown=self.draft.hash,
        )
        if not live.kept:
            return Text(live.problem, "yellow")
        said = Text(f"kept {now.astimezone(newsroom.config.newsroom.zone):%H:%M:%S}", "dim")
        return said.append_text(self.checked(live, text))

    def checked(self, live: Live, text: str) -> Text:
        """What the checks find in words as they are typed."""
        if live.problem or live.layout is None:
            return Text(f" · {live.problem}", "yellow")
        writer = self.newsroom.config.writer
        said = Text(f" · {live.verdict}: ", STYLE.get(live.verdict, ""))
        said.append(f"{counted(live.layout.blocks, 'block')}, {counted(live.layout.warnings, 'warning')}")
        said.append_text(reading_of(live.reading, writer.grade, writer.most_words(self.draft.level)))
        if live.stale:
            said.append(" · the draft changed meanwhile", "yellow")
        if live.old:
            said.append("\n").append_text(difference(words_changed(live.old, text.strip())))
        whole = live.layout.whole if self.place < 0 else ()
        found = [f for f in (*whole, *(f for line in live.fresh for f in line.findings)) if f.standing]
        for finding in found[:MOST_FINDINGS]:
            said.append("\n").append(MARK[finding.severity], STYLE[finding.severity])
            said.append(f"{finding.check}: {plain(finding.message)}")
        return said.append(f"\nand {len(found) - MOST_FINDINGS} more" if len(found) > MOST_FINDINGS else "", "dim")

    def drop(self) -> None:
        with self.newsroom.database.session() as session:
            visits.drop_unsaved(session, self.story_id, self.newsroom.by.name, self.place)


async def type_at(
    screen: StoryScreen,
    place: int,
    draft: DraftRow,
    original: str,
    question: str,
    save: Callable[..., DraftRow],
    *,
    public: bool = False,
) -> None:
    """Ask for words at a place until they are saved or left; what was typed and not saved before is there again.

    `save` takes the text, by whom and for what house; for a public text the reason is asked too.
    """
    desk = screen.app.desk
    at = Typing(desk, screen.story_id, place, draft)
    text, kept = original, screen.opened.unsaved.get(place)
    if kept is not None:
        text = kept.text
        question += f"; what you typed at {kept.saved_at.astimezone(desk.config.newsroom.zone):%H:%M} was restored"
        question += ", the text changed since" if kept.base_hash != draft.hash else ""
    while True:
        field = Field(question, text, original, at.keep, at.drop, whole=place < 0)
        typed = await screen.app.push_screen_wait(field)
        if typed is None or typed.strip() == original.strip():
            break
        text = typed
        reason = await screen.app.push_screen_wait(AskLine("Why, as readers are told")) if public else ""
        if reason is None:
            continue
        by = Actor(desk.by, desk.now(), shown=draft.hash, reason=reason)
        try:
            try:
                row = await to_thread(save, text, by=by, house=desk.house)
            except StillBlocked as error:
                over = await screen.app.push_screen_wait(AskLine(f"Not published: {error}"))
                if not over:
                    continue
                row = await to_thread(save, text, by=by, house=desk.house, over=over)
            if public:
                await to_thread(at.drop)
        except InShortError as error:
            # What was typed stays in front of who typed it.
            question = f"Not saved: {error}"
            continue
        screen.say(f"version {row.number} saved; checks: {row.check_verdict}")
        break
    await screen.load()


async def edit_line(screen: StoryScreen) -> None:
    line, draft = screen.line, screen.case.draft
    if line is None or draft is None:
        return

    def save(text: str, *, by: Actor, house: HouseStyle) -> DraftRow:
        words = " ".join(text.split())
        return edit_sentence(screen.app.desk.database, screen.story_id, line.place, words, by=by, house=house)

    await type_at(screen, line.place, draft, line.text, f"Sentence {line.place + 1}", save)


async def edit_whole(screen: StoryScreen) -> None:
    """The whole text in one field: the next version, or the correction of a published story."""
    draft, database = screen.case.draft, screen.app.desk.database
    if draft is None:
        return
    public = screen.case.story.state in (StoryState.PUBLISHED, StoryState.CORRECTED)
    question = "The correction: it replaces what is public" if public else "The whole text"
    save = partial(correct if public else edit_text, database, screen.story_id)
    await type_at(screen, visits.WHOLE, draft, draft.text, question, save, public=public)


async def edit_simple(screen: StoryScreen) -> None:
    """The simple version; saved, changed or not, it counts as made from the draft it is shown beside."""
    simple, draft = screen.opened.simple, screen.case.draft
    if simple is None or draft is None:
        screen.say("there is no simple version to edit")
        return
    save = partial(edit_text, screen.app.desk.database, screen.story_id, level="simple", beside=draft.hash)
    await type_at(screen, visits.SIMPLE, simple, simple.text, "The simple version", save)


async def step(screen: StoryScreen, *, on: bool) -> None:
    """Undo, or (`on`) redo: one step through the versions."""
    with screen.app.desk.database.reading() as session:
        found = steps(stories.versions_of(session, screen.story_id))
    number = found.on if on else found.back
    if number is None:
        screen.say("nothing to redo" if on else "nothing to undo in this story; w reopens your last decision")
    else:
        await back_to(screen, number)


async def back_to(screen: StoryScreen, number: int) -> None:
    """Make an earlier version's wording the next version."""
    draft, desk, story_id = screen.case.draft, screen.app.desk, screen.story_id
    if draft is None:
        return
    by = Actor(desk.by, desk.now(), shown=draft.hash)
    try:
        await to_thread(go_back, desk.database, story_id, number, by=by, house=desk.house)
    except NotAllowed as error:
        screen.wrong(error)
    await screen.load()
