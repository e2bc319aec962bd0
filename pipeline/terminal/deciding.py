"""Decisions at the terminal: each on the version that is shown; then the next story is there."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.desk.actor import Actor
from pipeline.desk.acts import accept, act_on, unaccept
from pipeline.desk.arrange import name_topics
from pipeline.desk.hold_until import hold_until
from pipeline.desk.review import REASONS, RULES, Act, allowed, state_word
from pipeline.desk.view import PlacedFinding
from pipeline.errors import InShortError, NeedsReason, NotAllowed, StaleVersion, Unsaved
from pipeline.model import CheckVerdict, Severity, StoryState
from pipeline.newsvalue.importance import House
from pipeline.newsvalue.topics import MOST
from pipeline.stories.filing import topic_names
from pipeline.terminal.dialogs import AskLine, AskYes
from pipeline.terminal.listed import cut
from pipeline.terminal.story_text import plain

if TYPE_CHECKING:
    from pipeline.terminal.story import StoryScreen

_QUOTED = 5
"""Blocks that are quoted where somebody publishes over them; the field has to stay on the screen."""


async def weigh(screen: StoryScreen) -> None:
    finding, draft, desk, story_id = finding_at(screen), screen.case.draft, screen.app.desk, screen.story_id
    if finding is None or draft is None:
        screen.say("nothing to accept in this sentence")
        return
    question, usual = f"Why is this fine? {finding.check}: {plain(finding.message)}", tuple(REASONS)
    if finding.standing and finding.severity == Severity.BLOCK:
        if not allowed(Act.CLEAR, StoryState(screen.case.story.state), desk.by.role):
            screen.say("only a chief or an admin may accept a block; edit the sentence, or hand the story over")
            return
        question, usual = f"A check blocks this. Why is it fine, in your own words? {plain(finding.message)}", ()
    reason = ""
    while True:
        if finding.standing:
            given = await screen.app.push_screen_wait(AskLine(question, usual=usual, value=reason))
            if given is None:
                return
            reason = given
        by = Actor(desk.by, desk.now(), shown=draft.hash, reason=reason)
        deed = accept if finding.standing else unaccept
        try:
            await to_thread(deed, desk.database, story_id, finding.number, by=by)
        except NeedsReason as error:
            question = str(error)  # asked again with what was typed: the next letters are no keys
            continue
        except NotAllowed as error:
            screen.wrong(error)
        break
    await screen.load()


def finding_at(screen: StoryScreen) -> PlacedFinding | None:
    line = screen.line
    if line is None or screen.layout_ is None:
        return None
    found = (*line.findings, *(screen.layout_.whole if line.place == 0 else ()))
    standing = [f for f in found if f.standing]
    aimed = [f for f in standing if f.number == screen.aimed]
    return next(iter(aimed or standing or found), None)


async def hold(screen: StoryScreen) -> None:
    desk = screen.app.desk
    hint, question = "4h, 2d, tomorrow, 2026-11-20T09:00", "Hold it until when? Leave it empty for no end date"
    until: datetime | None = None
    while True:
        typed = await screen.app.push_screen_wait(AskLine(question, hint, needed=False))
        if typed is None:
            return
        try:
            until = hold_until(typed, desk.now(), desk.config.newsroom.zone)
        except InShortError as error:
            question = str(error)
            continue
        break
    await decide(screen, Act.HOLD, "Why (may stay empty)", needed=False, until=until)


def in_columns(names: Sequence[str]) -> list[str]:
    """Names with their numbers, in two columns: as many as newsrooms have fit above a field on a small screen."""
    numbered = [f"{number:>2} {name}" for number, name in enumerate(names, 1)]
    half = (len(numbered) + 1) // 2
    width = max(map(len, numbered[:half]), default=0) + 2
    return [
        f"{left:<{width}}{right}".rstrip()
        for left, right in zip_longest(numbered[:half], numbered[half:], fillvalue="")
    ]


async def choose_topics(screen: StoryScreen) -> None:
    """Ask what a story is about: topics by number or name, the one it is listed under first."""
    desk, story = screen.app.desk, screen.case.story
    house = House.of(desk.config)
    names = topic_names(house, story.topics)
    why = [f"{plain(topic)}: {plain(said)}" for topic, said in zip(story.topics, story.topics_why or [], strict=False)]
    why += [
        f"Why it ranks {'higher' if story.importance >= 0 else 'lower'}: {plain(said)}"
        for said in story.importance_why or []
    ]
    here = ", ".join(str(names.index(topic) + 1) for topic in story.topics)
    asked = f"Topics, by number or name, up to {MOST}, separated by commas"
    question = "\n".join([*why, *in_columns([plain(name) for name in names]), asked])
    typed = await screen.app.push_screen_wait(AskLine(question, value=here))
    if typed is None:
        return
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    chosen = [names[int(p) - 1] if p.isdecimal() and 0 < int(p) <= len(names) else p for p in parts]
    try:
        given = await to_thread(
            name_topics, desk.database, story.id, chosen, by=Actor(desk.by, desk.now()), house=house
        )
    except InShortError as error:
        screen.wrong(error)
        return
    screen.say(f"{plain(story.heading)[:60]}: {', '.join(map(plain, given))}")
    await screen.load()


async def reopen(screen: StoryScreen) -> None:
    """Reopen this story where it was decided on, else the one decided on before it."""
    if screen.app.decided is None or allowed(Act.REOPEN, StoryState(screen.case.story.state), screen.app.desk.by.role):
        await decide(screen, Act.REOPEN)
    else:
        await screen.load(await screen.app.reopen_last())


async def decide(
    screen: StoryScreen,
    act: Act,
    question: str = "",
    *,
    needed: bool = True,
    until: datetime | None = None,
    usual: Sequence[str] = (),
) -> None:
    """One decision on the shown version; then the next story is there."""
    draft, desk, simple = screen.case.draft, screen.app.desk, screen.opened.simple
    words = ""
    covered = screen.opened.covered
    if act is Act.APPROVE and draft and draft.check_verdict == CheckVerdict.BLOCK:
        blocks = [plain(said) for said in screen.layout_.blocking] if screen.layout_ else []
        more = [f"and {len(blocks) - _QUOTED} more"] if len(blocks) > _QUOTED else []
        lines = ["A check blocks this draft. Why publish it despite the block?", *blocks[:_QUOTED], *more]
        act, question = Act.OVERRIDE, "\n".join(lines)
    elif act is Act.APPROVE and covered and simple and simple.check_verdict == CheckVerdict.BLOCK:
        if desk.by.role in RULES[Act.OVERRIDE].roles:
            question, needed = (
                "A check blocks the simple version. Why approve it too? Empty: leave it out",
                False,
            )
        else:
            covered = ""
    while True:
        if question:
            given = await screen.app.push_screen_wait(AskLine(question, needed=needed, usual=usual, value=words))
            if given is None:
                return
            words = given
        binding = act in (Act.APPROVE, Act.OVERRIDE, Act.HOLD, Act.SPIKE)
        by = Actor(
            desk.by,
            desk.now(),
            shown=draft.hash if binding and draft else None,
            shown_simple=covered,
            reason="" if act is Act.HAND else words,
        )
        story = screen.case.story
        do = partial(act_on, desk.database, story.id, act, by=by, rules=desk.rules, until=until)
        do = partial(do, to=words) if act is Act.HAND else do
        before = story.state
        try:
            try:
                after = await to_thread(do)
            except Unsaved as error:
                said = str(error)
                asked = AskYes(f"{said[:1].upper()}{said[1:]}. Approve the saved wording?")
                if not await screen.app.push_screen_wait(asked):
                    return
                after = await to_thread(do, as_saved=True)
        except NeedsReason as error:
            question = str(error)
            continue
        except StaleVersion as error:
            screen.say(f"{error}; this is the current version", warning=True)
            await screen.load()
            return
        break
    screen.say(f"{cut(plain(story.heading), 60)}: {state_word(after)}")
    if act in (Act.COMMENT, Act.REOPEN):
        await screen.load()
    else:
        screen.app.decided = story.id if after != before else None
        await screen.to_next()
