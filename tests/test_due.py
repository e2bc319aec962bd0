"""What is due: one list for who works and who looks."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.config import Config, parse_config
from pipeline.due import DUE, waiting_by_stage
from pipeline.engine.stages import STAGES
from pipeline.model import EntryState, FeedOrigin, FeedState
from pipeline.storage.database import Database
from pipeline.storage.tables import EntryRow, FeedRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_whatever_is_due_has_a_stage_in_the_same_order() -> None:
    assert [work.stage for work in DUE] == [stage.name for stage in STAGES]


def three_entries(database: Database) -> None:
    with database.session() as session:
        feed = FeedRow(
            url="https://example.org/feed",
            name="Marlow Post",
            origin=FeedOrigin.USER,
            state=FeedState.ACTIVE,
            next_poll_at=NOW,
        )
        session.add(feed)
        session.flush()
        for number in range(3):
            session.add(
                EntryRow(
                    feed_id=feed.id,
                    key=str(number),
                    link=f"https://example.org/{number}",
                    title=f"Story {number}",
                    summary="",
                    content="",
                    authors=[],
                    tags=[],
                    published_at=NOW,
                    first_seen_at=NOW,
                    content_hash=str(number),
                    state=EntryState.NEW,
                    next_try_at=NOW,
                )
            )


def collecting(database: Database, config: Config) -> int:
    with database.session() as session:
        return waiting_by_stage(session, config, NOW)["collect"].count


def test_of_a_feed_with_a_most_a_day_only_what_would_be_read_now_is_due(database: Database) -> None:
    three_entries(database)
    assert collecting(database, Config()) == 3
    assert collecting(database, parse_config("filters: {max_a_day: 1}")) == 1


def test_what_a_newsroom_has_not_is_not_listed(database: Database) -> None:
    bare = parse_config("judge: false\nwriter: {kind: extract}")
    with database.session() as session:
        found = waiting_by_stage(session, bare, NOW)
    assert {"batch", "simplify", "judge"}.isdisjoint(found)
    assert [*found][:3] == ["poll", "collect", "gather"]
