"""Nothing more is spent on a feed that is disabled or removed: what it left waits, and is taken up when it is back."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.desk.acts import open_case
from pipeline.engine.estimate import estimate_run
from pipeline.engine.rounds import Engine, Summary
from pipeline.feeds.subscribing import change
from pipeline.glossary import load_glossary
from pipeline.model import EntryState, FeedState
from pipeline.monitoring.situation import look
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow, EntryRow, StoryRow
from tests.inspection.endpoint import Endpoint
from tests.newsroom import openai_writer
from tests.stories.test_gather import BREAD, FERRY, NOW, OTHER, add

LATER = NOW + timedelta(days=2)
GAZETTE, COURIER = 1, 2


@pytest.fixture
def newsroom(database: Database, endpoint: Endpoint) -> Engine:
    """One report of the Gazette, and one event that Gazette and Courier tell; nothing is written yet."""
    judge = {"model": "m", "base_url": f"{endpoint.base}/v1", "price": {"input": "0.1", "output": "0", "as_of": NOW}}
    document = {"writer": openai_writer(endpoint.base), "judge": judge}
    config = parse_config(json.dumps(document, default=lambda day: f"{day:%Y-%m-%d}"))
    made = Engine(database, config, load_glossary(), now=lambda: LATER)
    made.prepare()
    add(database, "gazette", BREAD)
    add(database, "gazette", FERRY)
    add(database, "courier", OTHER, hours=2)
    asyncio.run(made.collect(Summary()))
    return made


def set_to(newsroom: Engine, feed: int, state: FeedState) -> str:
    return change(newsroom.database, feed, state, by="ada", now=LATER).waits


def write(newsroom: Engine) -> Summary:
    summary = Summary()
    asyncio.run(newsroom.write(summary))
    return summary


def states(newsroom: Engine) -> list[str]:
    with newsroom.database.reading() as session:
        return [story.state for story in session.query(StoryRow).order_by(StoryRow.id)]


def waits(newsroom: Engine) -> list[str]:
    """What the desk says that each story waits for."""
    with newsroom.database.reading() as session:
        return [open_case(session, story.id).waits_for for story in session.query(StoryRow).order_by(StoryRow.id)]


def test_only_what_an_enabled_feed_tells_is_written(newsroom: Engine, tmp_path: Path) -> None:
    assert set_to(newsroom, GAZETTE, FeedState.DISABLED) == "1 story waits until it is enabled"
    assert estimate_run(newsroom.database, newsroom.config, newsroom.glossary, LATER).stories == 1
    assert write(newsroom).drafted == 1
    assert states(newsroom) == ["new", "in_review"]
    seen = look(newsroom.database, newsroom.config, tmp_path, LATER)
    assert (seen.due["write"].count, seen.undrafted_since) == (0, None)
    assert seen.disabled == {"gazette": "disabled by ada; 1 story waits until it is enabled"}
    assert waits(newsroom) == ["a feed: all that tell it are off", ""]

    assert set_to(newsroom, GAZETTE, FeedState.ACTIVE) == ""
    assert write(newsroom).drafted == 1
    assert look(newsroom.database, newsroom.config, tmp_path, LATER).disabled == {}


def test_what_a_removed_feed_left_is_shown(newsroom: Engine, tmp_path: Path) -> None:
    assert set_to(newsroom, GAZETTE, FeedState.REMOVED) == "1 story waits until it is subscribed to again"
    set_to(newsroom, COURIER, FeedState.REMOVED)
    assert write(newsroom).drafted == 0
    assert look(newsroom.database, newsroom.config, tmp_path, LATER).removed == {
        "gazette": "removed by ada; 2 stories wait until it is subscribed to again",
        "courier": "removed by ada; 1 story waits until it is subscribed to again",
    }


def test_an_entry_of_an_enabled_feed_with_the_same_link_is_enough(newsroom: Engine) -> None:
    with newsroom.database.session() as session:
        bread = session.query(EntryRow).filter_by(feed_id=GAZETTE).order_by(EntryRow.id).first()
        assert bread is not None
        bread.link_key = "https://bakery.example/1"
        twin = EntryRow(
            feed_id=COURIER, key="1", link_key=bread.link_key, title=bread.title, summary="", content="",
            authors=[], tags=[], first_seen_at=NOW, content_hash="", state=EntryState.DUPLICATE,
        )  # fmt: skip
        session.add(twin)
    assert set_to(newsroom, GAZETTE, FeedState.DISABLED) == ""
    assert write(newsroom).drafted == 2


def test_a_draft_waits_for_its_feed_but_an_editors_words_are_judged(
    newsroom: Engine, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.ways = {"completions"}  # drafts are written, and the judge is not to be had
    write(newsroom)
    assert {wait.what for wait in look(newsroom.database, newsroom.config, tmp_path, LATER).others} == {"judge"}
    for feed in (GAZETTE, COURIER):
        set_to(newsroom, feed, FeedState.DISABLED)
    assert look(newsroom.database, newsroom.config, tmp_path, LATER).others == []
    with newsroom.database.session() as session:
        much_later = LATER + timedelta(hours=3)
        drafts = session.query(DraftRow).order_by(DraftRow.id).all()
        assert stories.due_judging(session, much_later) == []
        drafts[0].writer = "editor"
        session.flush()
        assert stories.due_judging(session, much_later) == [drafts[0].id]
