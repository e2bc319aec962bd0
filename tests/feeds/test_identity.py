"""The same link, the same entry: what must not make a difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.identity import MAX_KEY, clamp_future, content_hash, entry_keys, link_key, shared_link_keys
from pipeline.model import Entry

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.org/a",
        "http://example.org/a/",
        "https://www.example.org/a#comments",
        "https://EXAMPLE.org:443/a?utm_source=rss&utm_medium=feed&fbclid=x",
    ],
)
def test_spellings_of_one_link_have_one_key(spelling: str) -> None:
    assert link_key(spelling) == "example.org/a"


def test_parameters_that_choose_the_page_are_kept_in_any_order() -> None:
    assert link_key("https://example.org/?id=7&p=2") == link_key("https://example.org/?p=2&id=7")
    assert link_key("https://example.org/?id=7") != link_key("https://example.org/?id=8")


def test_an_entry_is_known_by_guid_else_link_else_content() -> None:
    plain = Entry(None, "T", None, summary="words")
    entries = [
        Entry("g1", "T", "https://example.org/a"),
        Entry(None, "T", "https://example.org/b?utm_source=x"),
        plain,
    ]
    assert entry_keys(entries) == ["guid:g1", "link:example.org/b", f"content:{content_hash(plain)}"]


def test_what_different_entries_share_identifies_none_of_them() -> None:
    same_guid = [Entry("g", "One", "https://example.org/1"), Entry("g", "Two", "https://example.org/2")]
    assert entry_keys(same_guid) == ["link:example.org/1", "link:example.org/2"]
    same_link = [Entry(None, "One", "https://example.org/"), Entry(None, "Two", "https://example.org")]
    assert entry_keys(same_link) == [f"content:{content_hash(entry)}" for entry in same_link]
    assert shared_link_keys(same_link) == {"example.org"}


def test_the_same_entry_twice_is_one() -> None:
    entry = Entry("g", "One", "https://example.org/1")
    assert set(entry_keys([entry, entry])) == {"guid:g"}


def test_an_entry_from_the_future_is_from_now() -> None:
    ahead = Entry("g", "T", None, published=NOW + timedelta(days=900), updated=NOW + timedelta(minutes=5))
    clamped = clamp_future(ahead, NOW)
    assert (clamped.published, clamped.updated) == (NOW, ahead.updated)


@given(st.text(max_size=1500))
def test_no_link_breaks_its_key(text: str) -> None:
    assert len(link_key("https://example.org/" + text.replace("[", "").replace("]", ""))) <= MAX_KEY
