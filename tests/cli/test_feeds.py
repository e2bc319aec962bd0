"""`inshort feeds`: subscriptions by command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.newsroom import write_config

from .conftest import Call

FEED = """<rss version="2.0"><channel><title>Marlow Post</title>
<item><title>Council tests a chatbot</title><link>https://example.org/1</link><guid>1</guid></item>
<item><title>Football results</title><link>https://example.org/2</link><guid>2</guid></item>
</channel></rss>"""
ONE = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>'
TWO = ONE.replace("</head>", '<link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.xml"></head>')


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        for path, body in {"/feed.xml": FEED, "/one": ONE, "/two": TWO, "/none": "<html><p>Hi</p></html>"}.items():
            server.expect_request(path).respond_with_data(body, content_type="text/html")
        yield server


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    write_config(tmp_path, {})
    monkeypatch.chdir(tmp_path)
    assert call("db", "upgrade").status == 0
    return tmp_path


def test_a_feed_is_added_under_its_own_title(desk: Path, web: HTTPServer, call: Call) -> None:
    said = call("feeds", "add", web.url_for("/feed.xml"))
    assert said.out.startswith("added Marlow Post (")
    assert "subscribed to already, as 'Marlow Post'" in call("feeds", "add", web.url_for("/feed.xml")).err


def test_the_only_feed_of_a_page_is_taken(desk: Path, web: HTTPServer, call: Call) -> None:
    assert json.loads(call("feeds", "add", web.url_for("/one"), "--json").out)["added"] == web.url_for("/feed.xml")


def test_of_several_feeds_the_owner_chooses(desk: Path, web: HTTPServer, call: Call) -> None:
    said = call("feeds", "add", web.url_for("/two"))
    assert said.status == 2
    assert "is a page with 2 feeds; add the one you want" in said.err
    assert f"{web.url_for('/sport.xml')}  Sport" in said.err


def test_what_is_no_feed_is_added_only_unchecked(desk: Path, web: HTTPServer, call: Call) -> None:
    said = call("feeds", "add", web.url_for("/none"))
    assert said.status == 2
    assert "it points at no feed; --unchecked adds it all the same" in said.err
    assert call("feeds", "add", web.url_for("/none"), "--unchecked").status == 0


def test_what_a_feeds_filter_refused_is_listed(desk: Path, web: HTTPServer, call: Call) -> None:
    call("feeds", "add", web.url_for("/feed.xml"), "--exclude", "football")
    call("run")
    assert "has the excluded word 'football'" in call("feeds", "refused", "Marlow Post").out
    listed = call("feeds", "list").out
    assert "2 entries, 0.5 a week, 1 refused" in listed


def test_all_feeds_are_checked_at_once(desk: Path, web: HTTPServer, call: Call) -> None:
    call("feeds", "add", web.url_for("/feed.xml"))
    call("feeds", "add", web.url_for("/none"), "--unchecked", "--name", "Nothing")
    rows = {row["name"]: row for row in json.loads(call("feeds", "check", "--all", "--json").out)}
    assert rows["Marlow Post"]["entries"] == rows["Marlow Post"]["kept"] == 2
    assert "HTML page" in rows["Nothing"]["error"]
    assert call("feeds", "check").status == 2
