"""What the readers of feeds find, whatever the format and however it was written."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import NotAFeed
from pipeline.feeds import loose
from pipeline.feeds.clean import link, plain, safe_html
from pipeline.feeds.decoding import decode
from pipeline.feeds.parse import MAX_ENTRIES, parse_feed, starts_as_html
from pipeline.model import FeedDocument

URL = "https://example.org/feed"


def rss(inner: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0"><channel>{inner}</channel></rss>'.encode()


def item(inner: str) -> bytes:
    return rss(f"<title>T</title><item>{inner}</item>")


def titles(document: FeedDocument) -> list[str]:
    return [entry.title for entry in document.entries]


# Bytes


def test_one_bad_byte_costs_that_byte_in_every_format() -> None:
    xml = item("<title>Straßenbahn “autonom”</title>").replace(b"Stra", b"\xe9 Stra")
    assert titles(parse_feed(xml)) == ["� Straßenbahn “autonom”"]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Café", "items": [{"id": "1", "title": "Grüße"}]}
    document = parse_feed(json.dumps(feed, ensure_ascii=False).encode().replace(b"Gr", b"\xe9Gr"))
    assert (document.title, titles(document)) == ("Café", ["�Grüße"])
    assert document.problems[0] == "Bytes that belong to no character: 1; shown as �."


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode("cp1252"), None, "é"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>“é”".encode("cp1252"), None, "“é”"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>é, really UTF-8".encode(), None, "é, really UTF-8"),
        ("é".encode(), "text/xml; charset=iso-8859-1", "é"),
        ("<?xml version='1.0' encoding='Shift_JIS'?>船".encode("cp932"), None, "船"),
        ("船が出る" * 20, "text/xml; charset=euc-jp", "船が出る" * 20),
        ("<?xml version='1.0' encoding='nonsense'?>é".encode("cp1252"), None, "é"),
        ("﻿é".encode(), None, "é"),
        ("<?xml?>é".encode("utf-16"), None, "<?xml?>é"),
        ("<?xml?>é".encode("utf-16-be"), None, "<?xml?>é"),
        ("船".encode("iso-2022-jp"), "text/xml; charset=iso-2022-jp", "船"),
    ],
)
def test_text_is_read_as_it_was_meant(body: bytes | str, content_type: str | None, text: str) -> None:
    raw = body if isinstance(body, bytes) else body.encode("euc-jp") + b"\xff"
    assert decode(raw, content_type).text.removeprefix("�").rpartition(">")[2].rstrip("�") == text.rpartition(">")[2]


# Links


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/a", "https://example.org/a"),
        ("news/ferry", "https://example.org/news/ferry"),
        ("?p=12", "https://example.org/feed?p=12"),
        ("//cdn.example.org/a", "https://cdn.example.org/a"),
        ("www.example.net/a", "https://www.example.net/a"),
        ("example.org/a", "https://example.org/a"),
        ("HTTPS:/example.org/a", "https://example.org/a"),
        (" https://example.org/a\n b ", "https://example.org/a%20b"),
        ("https://example.org/a\\", "https://example.org/a%5C"),
        ('https://example.org/<script>"', "https://example.org/%3Cscript%3E%22"),
        ("https://example.org/\u202egnp.exe", "https://example.org/gnp.exe"),
    ],
)
def test_an_address_is_whole_and_safe_to_print(written: str, address: str) -> None:
    assert link(written, URL) == address


@pytest.mark.parametrize(
    "written",
    [
        "N/A", "n/a", "none", "null", "-", "#", "TBD", "a81f-2207", "12345", "http://", "https://N/A", "http:///a",
        "//a",
        "javascript:alert(1)", "mailto:ada@example.org", "tag:example.org,2026:1", "https://exa mple.org/",
        "https://example.org:99999/", "https://good.example\\@bad.example/", "https://" + "a" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_no_link(written: str) -> None:
    assert link(written, URL) is None


def test_an_id_is_a_link_only_where_it_is_an_address() -> None:
    entries = parse_feed(
        rss(
            "<item><title>1</title><guid>a81f-2207</guid></item><item><title>2</title><guid>https://a.example/2</guid>"
            "</item><item><title>3</title><guid isPermaLink='false'>https://a.example/3</guid></item>"
            "<item><title>4</title><link>N/A</link><guid>https://a.example/4</guid></item>"
        ),
        url=URL,
    ).entries
    assert [entry.link for entry in entries] == [None, "https://a.example/2", None, "https://a.example/4"]


# Texts


@pytest.mark.parametrize(
    "inner",
    [
        "<description>&lt;p>One &lt;b>bold&lt;/b> word.&lt;/p></description>",
        "<description><![CDATA[<p>One <b>bold</b> word.</p>]]></description>",
        "<description><p xmlns='http://www.w3.org/1999/xhtml'>One <b>bold</b> word.</p></description>",
        "<x:encoded xmlns:x='http://purl.org/rss/1.0/modules/content/'>&lt;p>One bold word.&lt;/p></x:encoded>",
        "<content:encoded>&lt;img srcset='a 1w, b 2w'>One bold word.</content:encoded>",
        "<content type='html' xmlns='http://www.w3.org/2005/Atom'>&lt;i>One&lt;/i> bold word.</content>",
        "<content type='xhtml' xmlns='http://www.w3.org/2005/Atom'><div xmlns='http://www.w3.org/1999/xhtml'>One "
        "<b>bold</b> word.</div></content>",
    ],
)
def test_a_summary_is_text_wherever_it_comes_from(inner: str) -> None:
    (entry,) = parse_feed(item(inner), url=URL).entries
    assert " ".join(entry.summary.split()) == "One bold word."


def test_the_longer_of_two_texts_is_the_article() -> None:
    (entry,) = parse_feed(item(f"<description>Short.</description><summary>{'Long. ' * 20}</summary>")).entries
    assert (entry.summary, entry.content) == ("Short.", ("Long. " * 20).strip())


def test_authors_are_names() -> None:
    (entry,) = parse_feed(
        item(
            "<title>x</title><author>ada@example.org (Ada Pier)</author><dc:creator>Bo Quay</dc:creator>"
            "<author xmlns='http://www.w3.org/2005/Atom'><name>Cy Dock</name><email>c@example.org</email></author>"
        )
    ).entries
    assert entry.authors == ("Ada Pier", "Bo Quay", "Cy Dock")


# XML that is none


@pytest.mark.parametrize(
    "body",
    [
        item("<title>Pier &amp; Quay</title>").replace(b"&amp;", b"&"),
        item("<title>Pier &#38; Quay</title>") + b"<!-- cached -->\n</html> junk & more",
        b"<b>Warning</b>: in line 3<br />\n" + item("<title>Pier &amp; Quay</title>"),
        item("<title>Pier&nbsp;&amp;&nbsp;Quay</title><g:price>3</g:price>"),
        item("<title>Pier\x0b &amp; Quay\x01</title>"),
        rss("<item><title>&pier; &amp; Quay</title></item>", "<!DOCTYPE rss [<!ENTITY pier 'Pier'>]>"),
        rss("<item><title>Pier &amp; Quay</title></item>", "<!DOCTYPE rss SYSTEM 'https://a.example/r.dtd'>"),
        item("<title>Pier &amp; Quay</title><x></y>"),
        item("<title>Pier &amp; Quay</title><x a=1>"),
        item("<title>Pier &amp; Quay</title>")[:-20],
    ],
)
def test_a_feed_that_is_nearly_xml_is_read(body: bytes) -> None:
    assert titles(parse_feed(body, url=URL)) == ["Pier & Quay"]


def test_both_readers_find_the_same() -> None:
    text = item(
        "<title>A &lt;b>bold&lt;/b> title</title><link>/a</link><guid>1</guid><category>Sea</category>"
        "<pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate><description>&lt;p>Hi&lt;/p></description>"
        "<enclosure url='/a.png' type='image/png'/>"
    ).decode()
    soup = loose.read(text, URL)
    assert soup is not None
    (theirs,), (ours,) = soup.entries, parse_feed(text.encode(), url=URL).entries
    assert (theirs.published, theirs.tags, theirs.pictures) == ("Fri, 20 Nov 2026 10:00:00 +0100", ["Sea"], ["/a.png"])
    assert (ours.title, ours.tags, ours.image) == ("A bold title", ("Sea",), "https://example.org/a.png")


# Very many


def test_of_a_feed_that_appends_the_newest_are_kept() -> None:
    days = [f"2026-11-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}Z" for n in range(1500)]
    rows = "".join(f"<item><title>{n}</title><pubDate>{day}</pubDate></item>" for n, day in enumerate(days))
    document = parse_feed(rss(rows))
    assert titles(document)[:: MAX_ENTRIES - 1] == ["500", "1499"]
    assert "The feed has 1500 entries; only the newest 1000 were read." in document.problems
    items = [{"id": str(n), "title": str(n), "date_published": day} for n, day in enumerate(days)]
    feed = {"version": "https://jsonfeed.org/version/1", "items": items}
    assert titles(parse_feed(json.dumps(feed).encode()))[0] == "500"


# Hostile


@pytest.mark.parametrize(
    ("head", "told"), [("<!---->" * 500, True), ("<?x?>" * 500, True), ("<!-- <html> -->", True), ("<!--" * 500, False)]
)
def test_what_stands_before_a_feed_is_passed_over_once(head: str, told: bool) -> None:
    assert starts_as_html(f"{head}\n<html lang='en'>") is told
    assert not starts_as_html(f"{head}<rss>")


def test_marks_and_tags_without_end_are_cut_short() -> None:
    assert len(plain("a" + "\u05b0\u05b7" * 100_000, 1000, markup=False)) < 100
    assert safe_html("<div>" * 60_000 + "deep") == "deep"


PIECES = st.sampled_from(
    [
        *(
            "<!---->",
            "<!--",
            "<item/>",
            "<item><title>x</title></item>",
            "<a>",
            "</a>",
            "<x a='1' ",
            "<![CDATA[",
            "]]>",
        ),
        *("&", "&a;", "<author>", "a@", "\u0301\u0323", "\u05b0\u05b7", '"', "<", ">", " ", "<?", "<!DOCTYPE "),
        *("http:", "<div>", "{", "[", "<b:"),
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=3), st.lists(PIECES, max_size=2), st.booleans())
def test_hostile_repetitions_end(repeated: list[str], last: list[str], inside: bool) -> None:
    body = "".join(repeated) * (60_000 // len("".join(repeated))) + "".join(last)
    if inside:
        body = f"<rss><channel><item><title>{body}</title><description>{body}</description></item></channel></rss>"
    try:
        assert len(parse_feed(body.encode()).entries) <= MAX_ENTRIES
    except NotAFeed:
        pass


def test_a_packed_file_is_unpacked_and_a_bomb_is_not() -> None:
    assert titles(parse_feed(gzip.compress(item("<title>Pier</title>")))) == ["Pier"]
    for packed, told in ((gzip.compress(b" " * 21_000_000), "grows too much"), (b"\x1f\x8bnone", "can't be unpacked")):
        with pytest.raises(NotAFeed, match=told):
            parse_feed(packed)


def test_entities_in_a_title_of_json_are_read() -> None:
    feed = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "Tom &amp; Jerry&#8217;s"}]}
    assert titles(parse_feed(json.dumps(feed).encode())) == ["Tom & Jerry’s"]
