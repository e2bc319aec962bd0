"""OPML in and out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.feeds.opml import OpmlFeed, read_opml, write_opml

FEEDS = [OpmlFeed("https://a.example/f", "A"), OpmlFeed("https://b.example/f?x=1&y=2", "B & co", "ai")]


def opml(outlines: str, head: str = "") -> bytes:
    return f"{head}<opml version='2.0'><head/><body>\n{outlines}</body></opml>".encode()


@pytest.mark.parametrize("before", ["", "x='>' ", 'x="<" ', 'x="<a" ', "x='<![CDATA[' ", "x='<!--' ", "' "])
@pytest.mark.parametrize("after", [" ", "<"])
def test_a_tag_of_attributes_without_end_is_refused_at_once(before: str, after: str) -> None:
    many = " ".join(f'a{n}=">"' for n in range(100_000))
    with pytest.raises(UsageError, match="not OPML"):
        read_opml(f"<opml><body><outline {before}{many}{after}/></body></opml>".encode())


def test_what_is_written_is_read_again() -> None:
    found = read_opml(write_opml(FEEDS, "My news").encode())
    assert (found.feeds, found.problems) == (FEEDS, [])


@pytest.mark.parametrize("body", [b"", b"<html/>", b"no xml", b"<opml/>", b"<rss><channel/></rss>", b"\x00\xff" * 100])
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(UsageError, match="not OPML"):
        read_opml(body)


@pytest.mark.parametrize(
    ("outline", "told"),
    [
        ("<outline text='Letter' xmlUrl='newsletter:9f@a.example'/>", "line 2: 'Letter': 'newsletter:9f@a.example' is"),
        (
            "<outline xmlUrl='file:///etc/passwd'/>",
            "line 2: 'file:///etc/passwd' is not an http:// or https:// address",
        ),
        ("<outline xmlUrl='https://'/>", "left out"),
        ("<outline type='rss' text='Empty'/>", "line 2: 'Empty' has no xmlUrl; left out"),
        ("<outline text='Pier & Quay' xmlUrl='https://p.example/?a=1&b=2'/>", "the file is not well-formed XML"),
        ("<outline text='deep'>" * 30 + "</outline>" * 30, "folders nested more than 20 deep"),
    ],
)
def test_an_outline_of_another_kind_costs_that_outline(outline: str, told: str) -> None:
    found = read_opml(opml(f"{outline}<outline text='Dock' xmlUrl='https://dock.example/rss'/>"))
    assert found.feeds[-1] == OpmlFeed("https://dock.example/rss", "Dock")
    assert any(told in problem for problem in found.problems)


@pytest.mark.parametrize(
    "outline",
    [
        """<outline text="The "Best" of" xmlUrl="https://q.example/f?a=1&b=2"/>""",
        """<outline type='rss' title='Sea's' xmlUrl='https://q.example/f?a=1&b=2'/>""",
        """<outline text="Quay xmlUrl="https://q.example/f?a=1&amp;b=2"/>""",
        """<outline text=Quay xmlUrl="https://q.example/f?a=1&b=2"/>""",
        """<outline text="Quay" xmlUrl=https://q.example/f?a=1&b=2 />""",
    ],
)
def test_an_outline_lost_to_a_quotation_mark_is_named(outline: str) -> None:
    dock = "<outline text='Dock' xmlUrl='https://dock.example/rss?a=1&copy=2&amp;lt=3'/>"
    found = read_opml(opml(f"{dock}\n<!-- <outline xmlUrl='https://old.example/'/> -->\n{outline}\n{dock}"))
    assert [feed.title for feed in found.feeds] == ["Dock"]
    assert found.problems[-1:] == [
        "line 4: 'https://q.example/f?a=1&b=2' is in an outline that can't be read; left out"
    ]


def test_names_are_plain_and_addresses_whole() -> None:
    found = read_opml(
        opml(
            "<outline text='S\u202eea&#x9b;2J'><outline title='&lt;b>' XMLURL='feed://a.example/f\\'/>"
            "<outline text='Sea' xmlUrl='https://a.example/2'><outline text='in it' xmlUrl='https://a.example/3'/>"
            "</outline></outline><outline text='Tagged' category='/Tech,/AI' xmlUrl='https://a.example/4'/>",
            head="<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE opml SYSTEM 'https://a.example/o.dtd'>",
        )
    )
    assert [(f.url, f.title, f.topic) for f in found.feeds] == [
        ("http://a.example/f%5C", "<b>", "Sea2J"),
        ("https://a.example/2", "Sea", "Sea2J"),
        ("https://a.example/3", "in it", "Sea2J"),
        ("https://a.example/4", "Tagged", "Tech"),
    ]


def test_entities_that_would_read_a_file_or_explode_are_not_followed() -> None:
    head = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    found = read_opml(opml("<outline text='&a;' xmlUrl='https://a.example/'/>", head=head))
    assert all("root" not in feed.title for feed in found.feeds)


PIECES = st.sampled_from(["<outline>", "<outline xmlUrl='x'/>", "<outline text='", "&", "<!--", "</outline>", "<", "'"])


@settings(max_examples=15, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=3))
def test_hostile_repetitions_end(repeated: list[str]) -> None:
    try:
        read_opml(opml("".join(repeated) * (60_000 // len("".join(repeated)))))
    except UsageError:
        pass
