"""The queue page by page, in every order: forwards and back, nothing twice and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk import queue_order
from pipeline.storage.desk.queue_order import Narrowed, Place
from tests.desk.stories import add_story

WHEN = datetime(2026, 11, 20, 9, tzinfo=UTC)
ORDERS = ("", *queue_order.ORDERS)


@pytest.fixture
def eleven(database: Database) -> Database:
    """A queue of eleven stories, many alike in what they are ordered by."""
    for number in range(11):
        story_id = add_story(database, draft=None, state=StoryState.IN_REVIEW, when=WHEN + timedelta(hours=number % 3))
        with database.session() as session:
            story = stories.get_story(session, story_id)
            assert story is not None
            story.queue_place, story.sources, story.breaking = -(number % 4), 1 + number % 2, number % 5 == 0
            story.arrived_at = WHEN + timedelta(minutes=number % 4) if number % 2 else None
    return database


@pytest.mark.parametrize("order", ORDERS)
def test_pages_follow_each_other_in_every_order(eleven: Database, order: str) -> None:
    part = Narrowed(order=order)
    with eleven.reading() as session:
        whole = [row.story.id for row in queue_order.page(session, part, None, 100)]
        assert len(whole) == 11
        seen: list[int] = []
        after: Place | None = None
        places: list[Place | None] = [None]
        while rows := queue_order.page(session, part, after, 3):
            seen += [row.story.id for row in rows]
            after = Place.of(rows[-1].story)
            places.append(after)
        assert seen == whole
        assert queue_order.page_before(session, part, places[2] or Place(0, 0), 3) == places[1]
        assert queue_order.page_before(session, part, places[1] or Place(0, 0), 3) is None


@pytest.mark.parametrize("order", ORDERS)
def test_next_and_previous_go_by_the_order_one_looks_at(eleven: Database, order: str) -> None:
    part = Narrowed(order=order)
    with eleven.reading() as session:
        rows = queue_order.page(session, part, None, 100)
        for row, following in pairwise(rows):
            assert queue_order.next_story(session, part, Place.of(row.story)) == following.story.id
            assert queue_order.story_before(session, part, Place.of(following.story)) == row.story.id
        assert queue_order.story_before(session, part, Place.of(rows[0].story)) is None
