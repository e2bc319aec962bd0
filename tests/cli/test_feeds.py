"""`inshort feeds`: subscriptions by command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from pipeline.storage.articles.entries import due_entries
from pipeline.storage.database import Database
from pipeline.storage.tables import FeedRow
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
    web.clear()
    web.expect_request("/none").respond_with_data("<html><p>Hi</p></html>", content_type="text/html")
    said = call("feeds", "add", web.url_for("/none"))
    assert said.status == 2
    assert "it points at no feed; --unchecked adds it anyway" in said.err
    assert call("feeds", "add", web.url_for("/none"), "--unchecked").status == 0


def test_what_a_feeds_filter_refused_is_listed(desk: Path, web: HTTPServer, call: Call) -> None:
    call("feeds", "add", web.url_for("/feed.xml"), "--exclude", "football")
    call("run")
    assert "has the excluded word 'football'" in call("feeds", "refused", "Marlow Post").out
    listed = call("feeds", "list").out
    assert "2 entries, 0.5 a week, 1 refused" in listed


def test_what_was_refused_is_listed_by_reason_and_title(desk: Path, web: HTTPServer, call: Call) -> None:
    call("feeds", "add", web.url_for("/feed.xml"), "--include", "nothing has this")
    call("run")
    assert call("feeds", "refused").out.splitlines() == [
        "filtered     2 × has none of the included words",
        "             Council tests a chatbot",
        "             Football results",
    ]


def test_the_feeds_of_the_configuration_are_known_before_the_first_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: HTTPServer, call: Call
) -> None:
    first, second = web.url_for("/feed.xml"), "https://later.example/feed"
    assert call("init", tmp_path, "--feed", first, "--allow", "127.0.0.1", "--unchecked").status == 0
    monkeypatch.chdir(tmp_path)
    assert "feeds     1 active" in call("status").out
    text = (tmp_path / "config.yaml").read_text()
    (tmp_path / "config.yaml").write_text(text.replace("feeds:", f"feeds:\n  - url: {second}", 1))
    exported = call("feeds", "export").out
    assert first in exported
    assert second in exported
    assert call("feeds", "disable", second).status == 0
    assert f"ok       {first}: 2 entries" in call("feeds", "check", "--all").out


def test_times_of_a_feed_are_the_newsrooms(desk: Path, web: HTTPServer, call: Call) -> None:
    write_config(desk, {}, newsroom={"timezone": "Asia/Tokyo"})
    dated = FEED.replace("<guid>", "<pubDate>Wed, 04 Mar 2020 20:15:00 GMT</pubDate><guid>")
    web.expect_request("/dated.xml").respond_with_data(dated)
    call("feeds", "add", web.url_for("/dated.xml"), "--unchecked")
    assert "newest 2020-03-05 05:15\n" in call("feeds", "check", "--all").out
    assert "2020-03-05 05:15\n" in call("feeds", "check", web.url_for("/dated.xml")).out


def test_what_a_disabled_feed_left_unread_waits_until_it_is_enabled(desk: Path, web: HTTPServer, call: Call) -> None:
    item = f"<item><title>Council tests a chatbot</title><link>{web.url_for('/away')}</link></item>"
    web.expect_request("/away").respond_with_data("busy", status=503)
    web.expect_request("/poor.xml").respond_with_data(f"<rss><channel><title>Poor</title>{item}</channel></rss>")
    call("feeds", "add", web.url_for("/poor.xml"))
    call("run")
    assert call("feeds", "disable", "Poor").out == (
        "disabled Poor; 1 unread entry waits until it is enabled: inshort feeds enable 1\n"
    )
    listed = call("feeds", "list").out
    assert "next poll" not in listed
    assert "1 unread entry waits until it is enabled" in listed
    assert re.search(
        r"disabled: Poor: disabled by \S+; 1 unread entry waits until it is enabled\n +'inshort feeds enable",
        call("status").out,
    )
    database = Database(f"sqlite:///{desk}/inshort.db")
    with database.session() as session:
        later = datetime.now(UTC) + timedelta(days=1)
        assert due_entries(session, later) == []
        session.query(FeedRow).update({"state": "active"})
        session.flush()
        assert due_entries(session, later) == [1]
    database.close()


def test_all_feeds_are_checked_at_once(desk: Path, web: HTTPServer, call: Call) -> None:
    call("feeds", "add", web.url_for("/feed.xml"))
    call("feeds", "add", web.url_for("/none"), "--unchecked", "--name", "Nothing")
    rows = {row["name"]: row for row in json.loads(call("feeds", "check", "--all", "--json").out)}
    assert rows["Marlow Post"]["entries"] == rows["Marlow Post"]["kept"] == 2
    assert "HTML page" in rows["Nothing"]["error"]
    assert call("feeds", "check").status == 2


SHARES = """<html><body><a href="https://feedly.example/i/subscription/feed/https://site.example/feed">Follow</a>
<a href="/share/feed">Share</a><a href="https://other.example/feed">Other</a><a href="/not/feed">No</a>
<a href="/real/feed">RSS</a></body></html>"""


def test_a_share_link_is_no_feed_and_where_one_was_found_is_said(desk: Path, web: HTTPServer, call: Call) -> None:
    web.expect_request("/page").respond_with_data(SHARES, content_type="text/html")
    web.expect_request("/not/feed").respond_with_data("<html><p>No feed</p></html>", content_type="text/html")
    web.expect_request("/real/feed").respond_with_data(FEED)
    said = call("feeds", "add", web.url_for("/page"))
    real, page = web.url_for("/real/feed"), web.url_for("/page")
    assert said.out == f"added Marlow Post ({real}, found on {page}); 'inshort run' polls it\n"


def test_a_page_that_says_nothing_is_looked_beside(desk: Path, web: HTTPServer, call: Call) -> None:
    assert json.loads(call("feeds", "add", web.url_for("/none"), "--json").out)["added"] == web.url_for("/feed.xml")


@pytest.mark.parametrize("url", ["http://[::ffff:10.0.0.1]/f", "http://2130706433.:22/f", "http://db.localhost/f"])
def test_an_address_that_would_never_be_asked_is_added_by_no_way(desk: Path, call: Call, url: str) -> None:
    write_config(desk, {}, network={})
    said = call("feeds", "add", url, "--unchecked")
    assert (said.status, "network.allow opens it; nothing was added" in said.err) == (2, True), said.err
    (desk / "list.opml").write_text(f"<opml><body><outline text='A' xmlUrl='{url}'/></body></opml>")
    imported = call("feeds", "import", "list.opml")
    assert "network.allow opens it; left out" in imported.err
    assert imported.out == "0 feeds added, 0 already there\n"


@pytest.mark.parametrize("typed", ["127.0.0.1:{port}/feed.xml", "feed://127.0.0.1:{port}/feed.xml"])
def test_a_bare_name_is_enough(desk: Path, web: HTTPServer, call: Call, typed: str) -> None:
    assert call("feeds", "add", typed.format(port=web.port)).out.startswith("added Marlow Post (http://127.0.0.1")


def test_a_feed_is_meant_by_its_number_too(desk: Path, web: HTTPServer, call: Call) -> None:
    for path, name in (("/1", "One"), ("/2", "Two"), ("/3", "Two")):
        call("feeds", "add", web.url_for(path), "--unchecked", "--name", name)
    assert call("feeds", "disable", "1").out == "disabled One\n"
    assert "2 feeds are called 'Two'; say which by its number: 2, 3" in call("feeds", "remove", "Two").err
    assert call("feeds", "remove", "3").out == "removed Two\n"
    assert "no feed has the address, name or number '99'" in call("feeds", "remove", "99").err


def test_a_list_is_taken_but_for_what_is_no_feed(desk: Path, tmp_path: Path, call: Call) -> None:
    (tmp_path / "list.opml").write_text(
        "<opml><body><outline text='Sea \u202eeert' xmlUrl='https://a.example/'/>"
        "<outline text='Letter' xmlUrl='news:1@a.example'/></body></opml>"
    )
    said = call("feeds", "import", "list.opml")
    assert said.out == "1 feed added, 0 already there\n"
    assert "line 1: 'Letter': 'news:1@a.example' is not an http:// or https:// address; left out" in said.err
    assert "Sea eert" in call("feeds", "list").out


def test_why_entries_are_left_out_is_said_with_the_key(desk: Path, web: HTTPServer, call: Call) -> None:
    write_config(desk, {}, polling={"max_age_days": 14})
    old = FEED.replace("<guid>", "<pubDate>Wed, 04 Mar 2020 09:15:00 GMT</pubDate><guid>")
    web.expect_request("/old.xml").respond_with_data(old)
    why = "published more than 14 days ago (polling.max_age_days)"
    assert why in call("feeds", "check", web.url_for("/old.xml")).out
    assert f"None of its entries would be read now: 2 {why}\n" in call("feeds", "add", web.url_for("/old.xml")).out
    assert f"Marlow Post: 0 new, 2 left out: {why}" in call("run").err


def test_what_a_check_finds_is_said_in_words(desk: Path, web: HTTPServer, call: Call) -> None:
    said = call("feeds", "check", web.url_for("/feed.xml")).out
    assert "median words:" in said
    for code in ("None", "True", "False", "[]", "{"):
        assert code not in said


def test_a_feed_whose_pages_all_fail_is_not_ok(desk: Path, web: HTTPServer, call: Call) -> None:
    items = "".join(f"<item><title>{n}</title><link>{web.url_for(f'/gone/{n}')}</link></item>" for n in range(2))
    web.expect_request("/dry.xml").respond_with_data(f"<rss><channel><title>Dry</title>{items}</channel></rss>")
    call("feeds", "add", web.url_for("/dry.xml"))
    call("run")
    listed = call("feeds", "list").out
    assert "  1  unread    Dry" in listed
    assert "2 entries, 0.5 a week, 0 refused, 2 failed, last success" in listed
    assert "none of its last 2 pages is an article (unreachable 2); see 'inshort feeds refused'" in listed
    assert "unread: Dry: none of its last 2 pages is an article" in call("status").out


def test_what_steers_a_terminal_is_shown_by_its_number(desk: Path, call: Call) -> None:
    call("feeds", "add", "https://a.example/", "--unchecked", "--name", "Sea\x1b[2J\u202eeert\x9b")
    assert "Sea<U+001B>[2J<U+202E>eert<U+009B>" in call("feeds", "list").out
    answered = call("feeds", "list", "--json").out
    assert "\x9b" not in answered
    assert json.loads(answered)[0]["name"] == "Sea\x1b[2J\u202eeert\x9b"
    assert "'x<U+009B>2J'" in call("feeds", "remove", "x\x9b2J").err
