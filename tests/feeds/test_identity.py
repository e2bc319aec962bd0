"""The same link, the same entry: what must not make a difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.identity import MAX_KEY, clamp_future, content_hash, entry_key, link_key
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
    assert entry_key(Entry("g1", "T", "https://example.org/a")) == "guid:g1"
    assert entry_key(Entry(None, "T", "https://example.org/a?utm_source=x")) == "link:example.org/a"
    plain = Entry(None, "T", None, summary="words")
    assert entry_key(plain) == f"content:{content_hash(plain)}"


def test_an_entry_from_the_future_is_from_now() -> None:
    ahead = Entry("g", "T", None, published=NOW + timedelta(days=900), updated=NOW + timedelta(minutes=5))
    clamped = clamp_future(ahead, NOW)
    assert (clamped.published, clamped.updated) == (NOW, ahead.updated)


@given(st.text(max_size=1500))
def test_no_link_breaks_its_key(text: str) -> None:
    assert len(link_key("https://example.org/" + text.replace("[", "").replace("]", ""))) <= MAX_KEY
