"""Feeds at the desk: added by a site's address, filtered, removed, polled at once; entries and what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from pipeline.desk.people import Role
from pipeline.feeds.filters import too_many
from pipeline.model import EntryState
from pipeline.settings import Filters
from pipeline.storage import feeds
from pipeline.storage.articles import entries
from pipeline.storage.engine import workers
from pipeline.web.templates import as_sentence

from .server import DeskServer

FEED = """<rss version="2.0"><channel><title>Marlow Post</title>
<item><title>Council tests a chatbot</title><link>https://example.org/1</link><guid>1</guid></item>
</channel></rss>"""
ONE = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>'
TWO = ONE.replace("</head>", '<link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.xml"></head>')


@pytest.fixture
def web(served: DeskServer) -> Iterator[HTTPServer]:
    """Sites on loopback, which this newsroom may ask."""
    network = served.desk.config.network.model_copy(update={"allow": ("127.0.0.0/8",)})
    served.desk.config = served.desk.config.model_copy(update={"network": network})
    with HTTPServer("127.0.0.1") as server:
        for path, body in {"/feed.xml": FEED, "/one": ONE, "/two": TWO, "/none": "<html><p>Hi</p></html>"}.items():
            server.expect_request(path).respond_with_data(body, content_type="text/html")
        yield server


def test_a_feed_is_added_by_the_address_of_its_site(served: DeskServer, web: HTTPServer) -> None:
    chief = served.visitor(Role.CHIEF)
    added = chief.post("/feeds/add", {"url": web.url_for("/one"), "topic": "Town", "exclude": "football, darts"})
    page = chief.follow(added)
    assert "Marlow Post" in page.words
    assert 'value="football, darts"' in page.text
    assert "Marlow Post added" in chief.get("/log?act=feed").words
    again = chief.post("/feeds/add", {"url": web.url_for("/feed.xml")})
    assert again.status == 400
    assert "is subscribed to already, as 'Marlow Post'" in again.words


def test_a_page_with_several_feeds_asks_which(served: DeskServer, web: HTTPServer) -> None:
    chief = served.visitor(Role.CHIEF)
    asked = chief.post("/feeds/add", {"url": web.url_for("/two"), "name": "My town"})
    assert asked.status == 409
    assert "is a page with 2 feeds: choose one" in asked.words
    assert f'value="{web.url_for("/sport.xml")}"' in asked.text
    assert 'value="My town"' in asked.text
    assert (
        "My town" in chief.follow(chief.post("/feeds/add", {"url": web.url_for("/feed.xml"), "name": "My town"})).text
    )


def test_what_answers_with_no_feed_is_added_only_all_the_same(served: DeskServer, web: HTTPServer) -> None:
    chief = served.visitor(Role.CHIEF)
    web.clear()
    web.expect_request("/none").respond_with_data("<html><p>Hi</p></html>", content_type="text/html")
    refused = chief.post("/feeds/add", {"url": web.url_for("/none")})
    assert refused.status == 400
    assert "it points at no feed; nothing was added" in refused.words
    assert f'value="{web.url_for("/none")}"' in refused.text
    assert chief.post("/feeds/add", {"url": web.url_for("/none"), "unchecked": "yes"}).status == 303


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"url": "no address at all"}, "is not a feed address"),
        ({"url": "javascript:alert(1)"}, "is not a feed address"),
        ({"url": "http://169.254.169.254/"}, "nothing was added"),
        ({"url": "http://10.1/f", "unchecked": "yes"}, "10.0.0.1 is a private address; network.allow opens it"),
        ({"url": "https://192.0.2.1/f", "unchecked": "yes"}, "192.0.2.1 is a documentation address"),
        ({"url": "https://a.example/", "name": "n" * 121}, "name: at most 120 characters"),
        ({"url": "https://a.example/", "exclude": "***"}, "unwanted words:"),
        ({"url": "https://a.example/", "max_a_day": "many"}, "the most a day:"),
        ({"url": "https://a.example/", "max_a_day": "0"}, "the most a day:"),
    ],
)
def test_what_no_feed_can_be_is_told_and_stays_in_the_form(
    served: DeskServer, fields: dict[str, str], line: str
) -> None:
    answer = served.visitor(Role.CHIEF).post("/feeds/add", fields)
    assert answer.status == 400
    assert line.lower() in answer.words.lower()
    # What would be refused at every poll is not offered to be added all the same.
    assert 'name="unchecked"' not in answer.text


def test_an_address_that_opens_a_line_keeps_its_small_letters() -> None:
    assert as_sentence("https://example.org: no answer") == "https://example.org: no answer."
    assert as_sentence("the story is held already") == "The story is held already."


def test_a_feed_added_here_is_changed_and_removed_here(served: DeskServer) -> None:
    chief = served.visitor(Role.CHIEF)
    added = chief.post("/feeds/add", {"url": "https://a.example/feed", "unchecked": "yes", "name": "A"})
    assert "Added. Nothing is running to poll it: start inshort daemon" in chief.follow(added).words
    where = added.location.partition("?")[0]
    with served.desk.database.session() as session:
        workers.join(session, "daemon", "here:1", "1", ())
    assert "Requested. It is polled within a minute" in chief.follow(chief.post(f"{where}/poll")).words
    assert "due since" in chief.get("/feeds").words
    wrong = chief.post(f"{where}/describe", {"name": "B", "languages": "english"})
    assert wrong.status == 400
    assert "Languages:" in wrong.words
    assert 'value="english"' in wrong.text
    page = chief.follow(chief.post(f"{where}/describe", {"name": "B", "include": "council, river*", "min_words": "80"}))
    assert "B" in re.findall(r"<h1>(.*?)<", page.text)[0]
    assert 'value="council, river*"' in page.text
    assert chief.follow(chief.post(f"{where}/state", {"state": "removed"})).status == 200
    assert ">B<" not in chief.get("/feeds").text
    assert chief.post(f"{where}/state", {"state": "active"}).status == 400


def test_a_raised_limit_of_the_day_lets_in_what_it_left_out(served: DeskServer) -> None:
    with served.desk.database.session() as session:
        other = next(one for one in entries.recent_entries(session, 1, 0, 10) if not one.read).entry
        feeds.get_feed(session, 1).origin, other.first_seen_at = "user", served.clock()
        no = too_many(9, Filters(max_a_day=9))
        assert no is not None
        entries.settle(other, EntryState.REFUSED, no.verdict, no.reason)
    chief, states = served.visitor(Role.CHIEF), []
    for limit in ("1", "99"):
        assert chief.post("/feeds/1/describe", {"name": "B", "max_a_day": limit}).status == 303
        with served.desk.database.reading() as session:
            states.append(entries.get_entry(session, other.id).state)
    assert states == [EntryState.REFUSED, EntryState.NEW]


def test_a_feed_of_the_configuration_is_changed_there(served: DeskServer) -> None:
    chief = served.visitor(Role.CHIEF)
    with served.desk.database.session() as session:
        feeds.get_feed(session, 1).origin = "config"
    removed = chief.post("/feeds/1/state", {"state": "removed"})
    assert removed.status == 400
    assert "is listed in config.yaml; take it out there" in removed.words
    assert "Remove" not in chief.get("/feeds/1").words


def test_entries_say_what_became_of_them_and_one_that_failed_is_tried_again(served: DeskServer) -> None:
    editor = served.visitor(Role.EDITOR)
    with served.desk.database.session() as session:
        found = entries.recent_entries(session, 1, 0, 10)
        story = next(one for one in found if one.story_id)
        other = next(one for one in found if not one.read).entry
        other.state, other.verdict, other.reason = EntryState.REFUSED, "unreachable", "no answer (given up)"
        number, read = other.id, story.entry.id
    page = editor.get("/feeds/1")
    assert f'href="/story/{story.story_id}"' in page.text
    assert "no answer (given up)" in page.words
    assert "Try again now" in page.words
    assert editor.post(f"/feeds/1/entries/{number}/try").location == f"/feeds/1#e{number}"
    with served.desk.database.reading() as session:
        row = entries.get_entry(session, number)
        assert (row.state, row.attempts, row.reason) == (EntryState.NEW, 0, "")
        assert number in entries.due_entries(session, served.clock())
    refused = editor.post(f"/feeds/1/entries/{read}/try")
    assert refused.status == 400
    assert "This entry is not one to try again" in refused.words
    assert editor.post("/feeds/2/entries/99999/try").status == 400
