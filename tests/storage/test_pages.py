"""Pages kept for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.feeds.poll import identify
from pipeline.model import Entry
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.articles.pages import KeptPage, keep_page, kept_pages, prune_pages
from pipeline.storage.database import Database

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
