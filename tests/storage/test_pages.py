"""Pages kept for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.feeds.poll import identify
from pipeline.model import Entry
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.articles.pages import KeptPage, keep_page, kept_pages, prune_pages
from pipeline.storage.database import Database, Session

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_a_page_is_kept_as_it_was_until_it_is_pruned(database: Database) -> None:
    body = "<p>Größe</p>".encode("latin-1") * 1000
    with database.session() as session:
        feeds.sync_config_feeds(session, [feeds.Subscription("https://example.org/feed", "F")], NOW)
        (feed,) = feeds.all_feeds(session)
        feeds.store_entries(session, feed.id, identify([Entry("g", "T", "https://example.org/1")], NOW), NOW)
        (entry,) = entries.due_entries(session, NOW)
        keep_page(session, KeptPage(entry, "https://example.org/1", {"a": "b"}, b"first"), NOW)
        session.flush()
        keep_page(session, KeptPage(entry, "https://example.org/1", {"a": "b"}, body), NOW)
    assert list(kept_pages(database)) == [KeptPage(entry, "https://example.org/1", {"a": "b"}, body)]
    with database.session() as session:
        assert prune_pages(session, NOW) == 0
        assert prune_pages(session, NOW + timedelta(days=1)) == 1
    assert list(kept_pages(database)) == []


def test_feeds_are_read_in_turn_and_none_holds_all_places(database: Database) -> None:
    def some(feed: str, count: int) -> list[Entry]:
        return [Entry(f"{feed}{n}", "T", f"https://{feed}{n}.example/1") for n in range(count)]

    def of(session: Session, numbers: list[int]) -> list[str]:
        return [entries.get_entry(session, number).key.removeprefix("guid:") for number in numbers]

    with database.session() as session:
        feeds.sync_config_feeds(
            session, [feeds.Subscription(f"https://{name}.example/feed", name) for name in ("a", "b")], NOW
        )
        flood, quiet = feeds.all_feeds(session)
        feeds.store_entries(session, flood.id, identify(some("a", 40), NOW), NOW)
        feeds.store_entries(session, quiet.id, identify(some("b", 2), NOW), NOW + timedelta(minutes=1))
        later = NOW + timedelta(hours=1)
        assert of(session, entries.due_entries(session, later, 3)) == ["a0", "a1", "a2"]
        assert of(session, entries.due_entries(session, later, a_feed=3)) == ["a0", "b0", "a1", "b1", "a2"]
        assert of(session, entries.due_entries(session, later, 2, a_feed=3)) == ["a0", "b0"]
