"""From a site's home page to its feeds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.discover import discover

HOME = b"""<html><head><base href="https://example.org/news/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
<link rel="alternate" type="application/rss+xml" title="All stories" href="/all.xml">
<link rel="alternate" type="application/atom+xml" href="atom.xml">
<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="x.css">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><a href="/feed/">RSS</a></body></html>"""


def test_announced_feeds_come_in_order_and_comments_last() -> None:
    assert [feed.url for feed in discover(HOME, "https://example.org/")] == [
        "https://example.org/all.xml",
        "https://example.org/news/atom.xml",
        "https://example.org/news/comments.xml",
    ]


def test_without_an_announcement_links_that_look_like_feeds_are_taken() -> None:
    links = b'<a href="/about">About</a><a href="/feed/">RSS <b>feed</b></a><a href="feed/">again</a>'
    page = b"<html><body>" + links + b"</body></html>"
    (found,) = discover(page, "https://example.org/")
    assert (found.url, found.title) == ("https://example.org/feed/", "RSS feed")


def test_a_page_without_feeds_has_none() -> None:
    assert discover(b"<html><body><p>Hello.</p></body></html>", "https://example.org/") == []
    assert discover(b"", "https://example.org/") == []


@given(st.binary(max_size=400))
def test_no_bytes_break_it(page: bytes) -> None:
    discover(page, "https://example.org/")
