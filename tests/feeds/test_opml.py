"""OPML in and out."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.feeds.opml import OpmlFeed, read_opml, write_opml

FEEDS = [OpmlFeed("https://a.example/f", "A"), OpmlFeed("https://b.example/f?x=1&y=2", "B & co", "ai")]


def test_what_is_written_is_read_again() -> None:
    assert read_opml(write_opml(FEEDS, "My news").encode()) == FEEDS


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<opml><body><outline", "line 1: no valid XML"),
        (b"<html/>", "no OPML"),
        (b"\n<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>", "line 2: a document type"),
        (b"<opml><body>\n<outline xmlUrl='file:///etc/passwd'/></body></opml>", "line 2: 'file:///etc/passwd'"),
    ],
)
def test_a_broken_or_hostile_file_is_refused_whole(body: bytes, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_opml(body)
    assert told in str(caught.value)
