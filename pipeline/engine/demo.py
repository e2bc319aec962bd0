"""The sample newsroom: served on loopback, run through the very stages of a live run, an edition issued."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.clock import utc_now
from pipeline.config import Config, load_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_text
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.engine.rounds import Engine, Say, Summary
from pipeline.errors import UsageError
from pipeline.files import make_folder, read_text, write_whole
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import CheckVerdict, Edition, StoryState
from pipeline.publishing.issue import issue, reprint_last
from pipeline.resources import bundled
from pipeline.sample.server import SampleServer
from pipeline.storage import stories
from pipeline.storage.database import Database, database_url

FEEDS = (("harbour", "Harbour Tech", "business"), ("lantern", "The Lantern", "research"), ("kiosk", "Kiosk Wire", "ai"))
_MARK = "# The sample newsroom of In Short"
_BASE = re.compile(r"http://127\.0\.0\.1:\d+/(?=feeds/)")
EDITOR = Person("sample editor", Role.EDITOR)
MISTAKEN = "Latchkey fixes bug that let web pages read saved passwords"
TO_TRY = (MISTAKEN, "Small AI model predicts river floods two days earlier, researchers say")
"""The stories that a visitor finds waiting, by their titles."""
PLANTED = ("25,000 dollars", "52,000 dollars")
"""What the source says, and what the first of them is made to say, so that there is a mistake to find."""


@dataclass(frozen=True)
class Demo:
    """`waiting`: the number of each story left for an editor, whether a mistake is planted in it."""

    summary: Summary
    edition: Edition
    engine: Engine
    waiting: dict[int, bool]


def run_demo(folder: Path, say: Say, *, to_try: Collection[str] = ()) -> Demo:
    """Run the sample newsroom in `folder`. A sample editor approves what no check blocked, and the log says so.

    The stories with the titles `to_try` are left waiting for whoever wants to try the desk.
    """
    file = folder / "config.yaml"
    if file.exists() and not read_text(file).startswith(_MARK):
        raise UsageError(f"{file} is not the sample newsroom's; give the demo another folder: inshort demo DIR")
    make_folder(folder)
    with _server(file, folder) as server:
        write_whole(file, sample_config(server.base, read_text(file) if file.exists() else ""))
        config = load_config(file)
        database = Database(database_url(config.database, folder.resolve()))
        database.upgrade()
        engine = Engine(database, config, load_glossary(), recorded=bundled("sample") / "answers", say=say)
        with database.only_one() as alone:
            if not alone:
                raise UsageError(f"another demo is running in {folder}")
            engine.prepare()
            summary = asyncio.run(engine.round())
        _approve(database, config, say, to_try)
        if MISTAKEN in to_try:
            _plant(database, config, say)
        edition = issue(database, config, utc_now())
        if edition.number is None:
            edition = reprint_last(database) or edition
        waiting = _waiting(database)
        database.close()
    return Demo(summary, edition, engine, waiting)


def _waiting(database: Database) -> dict[int, bool]:
    with database.reading() as session:
        found = [(s.id, s.title, d) for s, d in stories.stories_in(session, [StoryState.IN_REVIEW])]
    return {
        id: title == MISTAKEN and draft is not None and PLANTED[1] in draft.text for id, title, draft in sorted(found)
    }


def _server(file: Path, folder: Path) -> SampleServer:
    """On the port of last time, so that the second demo finds nothing new; if it is taken, a fresh newsroom."""
    old = re.search(r"http://127\.0\.0\.1:(\d+)/", read_text(file)) if file.exists() else None
    if old is not None:
        try:
            return SampleServer(int(old.group(1)))
        except (OSError, OverflowError):
            for part in folder.glob("inshort.db*"):
                part.unlink()
    return SampleServer()


def sample_config(base: str, told: str = "") -> str:
    """The sample newsroom's configuration; the ports of its feeds change from start to start.

    `told` is the one there is: what a visitor changed in it stays.
    """
    if told:
        return _BASE.sub(f"{base}/", told)
    lines = [
        f"{_MARK}: its feeds are served only while the demo runs.",
        "newsroom: {name: The Sample Desk, timezone: Europe/Berlin}",
        "feeds:",
        *(f"  - {{url: '{base}/feeds/{f}.xml', name: {name}, topic: {topic}}}" for f, name, topic in FEEDS),
        "writer: {kind: recorded, grade: 9}   # the desk marks a story that needs a higher school grade; try 6",
        "network: {allow: [127.0.0.0/8]}",
        "polling: {max_age_days: 3650}",
    ]
    return "\n".join(lines) + "\n"


def _plant(database: Database, config: Config, say: Say) -> None:
    """Put a mistake into a story that waits, once: the checks find it, and so may whoever tries the desk."""
    with database.session() as session:
        found = [
            (story.id, draft.text, draft.hash)
            for story, draft in stories.stories_in(session, [StoryState.IN_REVIEW])
            if draft is not None and story.title == MISTAKEN and draft.number == 1 and PLANTED[0] in draft.text
        ]
    for story_id, text, shown in found:
        house = HouseStyle(load_glossary(), config.newsroom.language, config.desk, config.writer)
        edit_text(database, story_id, text.replace(*PLANTED), by=Actor(EDITOR, utc_now(), shown=shown), house=house)
        say(f"planted      a mistake for you to find in story {story_id}, after the checks counted below")


def _approve(database: Database, config: Config, say: Say, to_try: Collection[str]) -> None:
    with database.session() as session:
        waiting = [
            (story.id, story.title, story.heading, draft.check_verdict, draft.hash)
            for story, draft in stories.stories_in(session, [StoryState.IN_REVIEW])
            if draft is not None
        ]
    for story_id, title, heading, verdict, shown in waiting:
        if title in to_try:
            say(f"left         story {story_id} for you to review: {heading}")
            continue
        if verdict == CheckVerdict.BLOCK:
            say(f"left         story {story_id} for you to review, blocked by a check: {heading}")
            continue
        act_on(
            database,
            story_id,
            Act.APPROVE,
            by=Actor(EDITOR, utc_now(), shown=shown, reason="sample approval"),
            rules=config.desk,
        )
        say(f"approved     by the {EDITOR.name}: {heading}")
