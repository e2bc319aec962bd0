"""From bytes to entries."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import NotAFeed
from pipeline.feeds.parse import parse_feed
from pipeline.sample.server import SampleServer

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://example.org/</link>
<ttl>90</ttl>%s</channel></rss>"""


def rss(items: str) -> bytes:
    return (RSS % items).encode()


def test_an_item_becomes_an_entry() -> None:
    document = parse_feed(
        rss(
            "<item><guid isPermaLink='false'>g</guid><title>A &lt;b&gt;bold&lt;/b&gt; title</title><link>/a</link>"
            "<pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate><description>&lt;p onclick='x'&gt;Hi&lt;/p&gt;"
            "</description></item>"
        ),
        url="https://example.org/feed",
    )
    entry = document.entries[0]
    assert (document.title, document.ttl_minutes) == ("T", 90)
    assert (entry.id, entry.title, entry.link) == ("g", "A bold title", "https://example.org/a")
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-11-20T09:00:00+00:00"
    assert entry.summary == "Hi"


def test_content_is_rid_of_scripts() -> None:
    html = "&lt;p&gt;ok&lt;script&gt;evil()&lt;/script&gt;&lt;img src=x onerror=evil()&gt;&lt;/p&gt;"
    item = f"<item><title>x</title><content:encoded>{html}</content:encoded></item>"
    body = rss(item).replace(b"<rss ", b'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
    content = parse_feed(body).entries[0].content
    assert "ok" in content
    assert "evil" not in content


def test_an_undated_item_is_kept() -> None:
    assert parse_feed(rss("<item><title>x</title></item>")).entries[0].published is None


def test_a_json_feed_is_a_feed() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": "1", "url": "https://example.org/1", "title": "One", "content_text": "text"}],
    }
    document = parse_feed(json.dumps(body).encode(), content_type="application/feed+json")
    assert [(e.id, e.title) for e in document.entries] == [("1", "One")]


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html><body><p>Hello</p></body></html>", b'{"a": 1}', b"\x00\xff" * 50, b"<a><b></b></a>"]
)
def test_what_is_no_feed_is_an_error(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        parse_feed(body)


def test_the_broken_sample_feed_is_read_and_told_of() -> None:
    server = SampleServer()
    found = server.find("/feeds/kiosk.xml")
    assert found is not None
    document = parse_feed(found[0], url=f"{server.base}/feeds/kiosk.xml")
    assert len(document.entries) == 3
    assert document.problems
    server.close()


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: rss(f"<item><title>{t}</title></item>")))
def test_no_bytes_raise_anything_but_not_a_feed(body: bytes) -> None:
    try:
        parse_feed(body)
    except NotAFeed:
        pass


def test_a_hundred_thousand_entries_are_cut_before_they_are_read() -> None:
    body = rss("".join(f"<item><title>E{n}</title><guid>{n}</guid></item>" for n in range(100_000)))
    document = parse_feed(body if isinstance(body, bytes) else body.encode())
    assert len(document.entries) == 1000
    assert "The feed has 100000 entries; only the first 1000 were read." in document.problems


def test_entities_that_explode_are_not_followed() -> None:
    names = "abcdefghi"
    bomb = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 50}">{bomb}]>'
    body = f"{head}<rss version='2.0'><channel><title>T</title><item><title>&i;</title></item></channel></rss>"
    try:
        document = parse_feed(body.encode())
    except NotAFeed:
        return
    assert sum(len(entry.title) for entry in document.entries) <= 10_000


def test_the_picture_and_the_words_of_media_elements_are_kept() -> None:
    body = b"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>
    <item><title>One</title><guid>1</guid><media:thumbnail url="/small.jpg"/>
    <media:content url="/large.jpg" medium="image"><media:description>Bins.</media:description></media:content></item>
    <item><title>Two</title><guid>2</guid><enclosure url="/talk.mp3" type="audio/mpeg"/></item>
    <item><title>Three</title><guid>3</guid><enclosure url="/bins.png" type="image/png"/></item>
    </channel></rss>"""
    one, two, three = parse_feed(body, url="https://example.org/feed").entries
    assert (one.image, one.summary) == ("https://example.org/large.jpg", "Bins.")
    assert (two.image, three.image) == (None, "https://example.org/bins.png")
