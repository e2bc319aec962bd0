"""Counts that are kept: always what counting would give, whoever writes, whatever is rolled back or folded."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from pipeline.storage import tallies
from pipeline.storage.database import Database
from pipeline.storage.tables import EntryRow, FeedRow, RunRow, StoryRow, TallyRow
from pipeline.storage.tallies import Tally, by_state, entries_by_feed, fold

from .keeping.newsroom import NOW, add_story, fill


def counted(database: Database, kind: str) -> dict[str, int]:
    with database.reading() as session:
        return by_state(tallies.tallies(session), kind)


def really(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {s: n for s, n in session.execute(select(EntryRow.state, func.count()).group_by(EntryRow.state))}


def test_they_are_what_counting_gives(database: Database) -> None:
    fill(database, 5)
    assert counted(database, "entry") == {"extracted": 5}
    assert counted(database, "story") == {"in_review": 5}
    with database.session() as session:
        first = session.get_one(EntryRow, 1)
        first.state, first.verdict = "refused", "paywall"
        session.get_one(StoryRow, 1).state = "spiked"
        session.execute(text("DELETE FROM drafts WHERE id = 1"))
    assert counted(database, "entry") == really(database) == {"extracted": 4, "refused": 1}
    assert counted(database, "story") == {"in_review": 4, "spiked": 1}
    assert counted(database, "draft") == {"openai": 4, "editor": 5}
    with database.reading() as session:
        assert Tally("entry", "refused", "paywall", 1) in tallies.tallies(session)
        assert entries_by_feed(session) == {1: {"extracted": 4, "refused": 1}}


def test_what_is_rolled_back_was_never_counted(database: Database) -> None:
    fill(database, 2)
    with pytest.raises(RuntimeError), database.session() as session:
        session.get_one(EntryRow, 1).state = "refused"
        session.flush()
        raise RuntimeError
    assert counted(database, "entry") == {"extracted": 2}


def test_what_happened_is_counted_when_it_happens(database: Database) -> None:
    fill(database, 2)
    assert counted(database, "finding") == {"warn": 4}
    with database.session() as session:
        feed = session.get_one(FeedRow, 1)
        for minute, (failures, body) in enumerate([(0, "a"), (0, "a"), (1, "a"), (2, "a"), (0, "b")]):
            feed.last_polled_at, feed.failures, feed.body_hash = NOW + timedelta(minutes=minute), failures, body
            session.flush()
        run = RunRow(started_at=NOW)
        session.add(run)
        session.flush()
        run.ended_at = NOW + timedelta(seconds=1.5)
    assert counted(database, "poll") == {"changed": 2, "unchanged": 1, "failed": 2}
    assert counted(database, "round") == {"rounds": 1, "milliseconds": 1500}


def test_folding_changes_no_sum(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "FOLD_AT", 10)
    monkeypatch.setattr(tallies, "_AT_ONCE", 100)
    fill(database, 40)
    with database.session() as session:
        session.execute(text("UPDATE entries SET state = 'refused', verdict = 'teaser' WHERE id > 30"))
    before = counted(database, "entry")
    fold(database)
    with database.reading() as session:
        assert session.query(TallyRow).count() < 60
    assert counted(database, "entry") == before == {"extracted": 30, "refused": 10}


def test_writers_and_folders_at_once_lose_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "FOLD_AT", 5)
    fill(database, 1)
    failed: list[BaseException] = []

    def write(first: int) -> None:
        try:
            for number in range(first, first + 20):
                with database.session() as session:
                    add_story(session, 1, number, NOW)
                with database.session() as session:
                    session.execute(
                        text("UPDATE entries SET state = 'refused' WHERE key = :key"), {"key": f"k{number}"}
                    )
                fold(database)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(100 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert counted(database, "entry") == really(database) == {"extracted": 1, "refused": 80}


def test_triggers_that_are_gone_come_back_with_the_next_upgrade(database: Database) -> None:
    """A migration that rebuilds a table takes its triggers along."""
    fill(database, 2)
    with database.session() as session:
        tallies.remove(session.connection())
    with database.session() as session:
        add_story(session, 1, 50, NOW)
    assert counted(database, "entry") == {"extracted": 2}
    database.upgrade()
    assert counted(database, "entry") == {"extracted": 3}
    assert counted(database, "finding") == {"warn": 4}  # what happened unseen is not made up
