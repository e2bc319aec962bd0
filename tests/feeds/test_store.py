"""What a feed's answers leave behind in the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.feeds.poll import identify
from pipeline.model import Entry
from pipeline.storage import feeds
from pipeline.storage.database import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def stored(database: Database, *polls: list[Entry]) -> list[tuple[int, int]]:
    """(new, changed) of each poll of one feed."""
    with database.session() as session:
        feeds.sync_config_feeds(session, [feeds.Subscription("https://example.org/feed", "F", "")], NOW)
        (feed,) = feeds.all_feeds(session)
    counts = []
    for poll in polls:
        with database.session() as session:
            stored = feeds.store_entries(session, feed.id, identify(poll, NOW), NOW)
            counts.append((stored.new, stored.changed))
    return counts


def test_an_entry_is_new_once_and_changed_when_its_words_change(database: Database) -> None:
    entry = Entry("g", "One", "https://example.org/1", summary="first")
    assert stored(database, [entry], [entry], [replace(entry, summary="second")]) == [(1, 0), (0, 0), (0, 1)]


def test_a_guid_that_changes_at_every_poll_makes_nothing_new(database: Database) -> None:
    entry = Entry("g-1", "One", "https://example.org/1?utm_source=a")
    again = replace(entry, id="g-2", link="https://example.org/1?utm_source=b")
    without_link = Entry("h-1", "Two", None, summary="words")
    assert stored(database, [entry, without_link], [again, replace(without_link, id="h-2")]) == [(2, 0), (0, 0)]


def test_entries_that_share_a_guid_or_a_link_are_all_kept(database: Database) -> None:
    one_guid = [Entry("g", f"Title {n}", f"https://example.org/{n}") for n in range(3)]
    one_link = [Entry(None, f"Note {n}", "https://example.org/") for n in range(3)]
    own_guids = [Entry(f"n{n}", f"Live {n}", "https://example.org/live") for n in range(3)]
    everything = [*one_guid, *one_link, *own_guids]
    assert stored(database, everything, everything) == [(9, 0), (0, 0)]


def test_the_same_guid_and_link_twice_in_one_answer_is_one_entry(database: Database) -> None:
    entry = Entry("g", "One", "https://example.org/1", summary="first")
    assert stored(database, [entry, replace(entry, summary="second")]) == [(1, 1)]
