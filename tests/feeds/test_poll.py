"""Polling against servers as they are: what is kept, what is dropped, what is given up and taken up again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Request, Response

from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.feeds.parse import parse_feed
from pipeline.glossary import load_glossary
from pipeline.model import FeedDocument, FeedOrigin
from pipeline.storage.database import Database
from pipeline.storage.engine import steps
from pipeline.storage.feeds import NOT_ASKED, Subscription, after_name, new_feed
from tests.newsroom import write_config


def rss(*titles: str, head: str = "") -> str:
    items = "".join(
        f"<item><title>{t}</title><link>https://example.org/{t.replace(' ', '-')}</link><guid>{t}</guid></item>"
        for t in titles
    )
    return f'<rss version="2.0"><channel><title>Post</title>{head}{items}</channel></rss>'


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **more: float) -> None:
        self.time += timedelta(**more)


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def newsroom(tmp_path: Path, web: HTTPServer, clock: Clock) -> Callable[..., Engine]:
    def make(**sections: Any) -> Engine:
        file = write_config(tmp_path, {"Post": web.url_for("/feed.xml")}, **sections)
        database = Database(f"sqlite:///{tmp_path}/inshort.db")
        database.upgrade()
        engine = Engine(database, load_config(file), load_glossary(), now=clock)
        engine.prepare()
        return engine

    return make


def poll(engine: Engine) -> Summary:
    summary = Summary()
    asyncio.run(engine.poll(summary))
    return summary


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.database.session() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_a_feed_that_turns_into_a_login_page_fails_and_its_entries_stay(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    web.expect_ordered_request("/feed.xml").respond_with_data(rss("One", "Two"))
    web.expect_ordered_request("/feed.xml").respond_with_data("<!doctype html><html><form>Log in</form></html>")
    engine = newsroom()
    assert poll(engine).entries_new == 2
    clock.forward(days=1)
    summary = poll(engine)
    assert "HTML page" in summary.feeds_failed["Post"]
    assert rows(engine, "SELECT count(*) FROM entries") == [(2,)]


def test_a_304_to_a_request_without_a_validator_is_nothing_new(
    web: HTTPServer, newsroom: Callable[..., Engine]
) -> None:
    web.expect_request("/feed.xml").respond_with_data("", status=304)
    summary = poll(newsroom())
    assert (summary.unchanged, summary.entries_new, summary.feeds_failed) == (1, 0, {})


def test_a_feed_that_nobody_named_goes_by_its_own_title(tmp_path: Path, web: HTTPServer, clock: Clock) -> None:
    web.expect_request("/news").respond_with_data(rss("One"))
    web.expect_request("/named").respond_with_data(rss("Two"))
    file = write_config(tmp_path, {"Mine": web.url_for("/named"), "": web.url_for("/news")})
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    database.upgrade()
    engine = Engine(database, load_config(file), load_glossary(), now=clock)
    engine.prepare()
    assert rows(engine, "SELECT name FROM feeds ORDER BY name") == [("Mine",), (web.url_for("/news"),)]
    poll(engine)
    engine.prepare()  # as every later run begins
    assert rows(engine, "SELECT name FROM feeds ORDER BY name") == [("Mine",), ("Post",)]


def test_validators_are_sent_back_exactly_and_an_equal_body_is_not_parsed(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    asked: list[tuple[str | None, str | None]] = []

    def answer(request: Request) -> Response:
        asked.append((request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")))
        headers = {"ETag": 'W/"a b"', "Last-Modified": "yesterday, more or less"}
        return Response(rss("One"), headers=headers)

    web.expect_request("/feed.xml").respond_with_handler(answer)
    engine = newsroom()
    poll(engine)
    clock.forward(days=1)
    assert poll(engine).unchanged == 1
    assert asked == [(None, None), ('W/"a b"', "yesterday, more or less")]


def test_zstd_is_understood(web: HTTPServer, newsroom: Callable[..., Engine]) -> None:
    body = zstandard.compress(rss("One").encode())
    web.expect_request("/feed.xml").respond_with_data(body, headers={"Content-Encoding": "zstd"})
    assert poll(newsroom()).entries_new == 1


def test_a_gone_feed_is_dead_and_taken_up_when_it_comes_back(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    web.expect_ordered_request("/feed.xml").respond_with_data("", status=410)
    web.expect_ordered_request("/feed.xml").respond_with_data(rss("One"))
    engine = newsroom()
    poll(engine)
    assert rows(engine, "SELECT state, reason FROM feeds") == [("dead", "the server says it is gone for good (410)")]
    clock.forward(days=29)
    assert poll(engine).polled == 0
    clock.forward(days=2)
    assert poll(engine).entries_new == 1
    assert rows(engine, "SELECT state, reason FROM feeds") == [("active", "")]


def test_a_feed_that_fails_for_long_is_given_up_with_its_reason(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    web.expect_request("/feed.xml").respond_with_data("", status=503)
    engine = newsroom(polling={"dead_days": 10, "max_age_days": 3650})
    for _ in range(15):
        poll(engine)
        clock.forward(days=1)
    ((state, reason),) = rows(engine, "SELECT state, reason FROM feeds")
    assert (state, reason) == ("dead", "failing since 20 November 2026")


def test_what_a_filter_drops_is_kept_as_refused_with_its_reason(
    web: HTTPServer, newsroom: Callable[..., Engine]
) -> None:
    web.expect_request("/feed.xml").respond_with_data(rss("A chatbot for bins", "Football results", "Chatbot deals"))
    engine = newsroom(filters={"include": ["chatbot"], "exclude": ["deals"]})
    assert poll(engine).entries_new == 1
    assert rows(engine, "SELECT title, verdict, reason FROM entries WHERE state = 'refused' ORDER BY title") == [
        ("Chatbot deals", "filtered", "has the excluded word 'deals'"),
        ("Football results", "filtered", "has none of the included words"),
    ]


def test_at_most_so_many_stories_a_day(web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock) -> None:
    words = " ".join(
        f"The council of Marlow counted {n} bins on the street this week and found them full." for n in range(40)
    )

    def whole(n: int) -> str:
        return f"<description>&lt;p&gt;Report {n}. {words}&lt;/p&gt;</description>"

    items = "".join(
        f"<item><title>Report {n}</title><guid>{n}</guid>"
        f"<pubDate>Thu, 19 Nov 2026 0{(n * 2) % 5}:00:00 GMT</pubDate>{'' if n == 2 else whole(n)}</item>"
        for n in range(5)
    )
    web.expect_request("/feed.xml").respond_with_data(
        f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'
    )
    engine = newsroom(filters={"max_a_day": 2})
    summary = poll(engine)
    asyncio.run(engine.collect(summary))
    # By time 2, 4, 1, 3, 0; and 2 is a headline only, so its place is the next one's.
    assert rows(engine, "SELECT title FROM articles ORDER BY title") == [("Report 1",), ("Report 4",)]
    assert summary.refused["filtered"] == 2
    asyncio.run(engine.collect(summary))
    assert summary.articles == 2

    # A limit that is raised lets in, the same day, what it left out: again what matters more first.
    raised = newsroom(filters={"max_a_day": 3})
    asyncio.run(raised.collect(summary))
    assert rows(engine, "SELECT title FROM articles ORDER BY id")[2:] == [("Report 3",)]
    assert rows(engine, "SELECT title FROM entries WHERE reason LIKE '%gave 3 stories%'") == [("Report 0",)]
    clock.forward(days=1)
    asyncio.run(newsroom(filters={"max_a_day": 9}).collect(summary))
    assert summary.articles == 3


def test_hours_the_feed_asks_to_skip_are_kept_free(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    head = "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in range(9, 21)) + "</skipHours>"
    web.expect_request("/feed.xml").respond_with_data(rss("One", head=head))
    engine = newsroom()
    poll(engine)
    ((at, why),) = rows(engine, "SELECT next_poll_at, poll_reason FROM feeds")
    assert at.startswith("2026-11-20 21:00")
    assert "asks to skip" in why


def test_a_permanent_move_is_remembered_once_seen_twice(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    web.expect_request("/feed.xml").respond_with_data("", status=301, headers={"Location": web.url_for("/new.xml")})
    web.expect_request("/new.xml").respond_with_data(rss("One"))
    engine = newsroom()
    for _ in range(3):
        poll(engine)
        clock.forward(days=1)
    asked = [request.path for request, _ in web.log]
    assert asked == ["/feed.xml", "/new.xml", "/feed.xml", "/new.xml", "/new.xml"]


def test_hours_to_skip_are_kept_free_after_an_answer_without_a_body(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24) if hour != 16)
    first = rss("One", head=f"<skipHours>{hours}</skipHours>")
    web.expect_ordered_request("/feed.xml").respond_with_data(first, headers={"ETag": '"1"'})
    web.expect_ordered_request("/feed.xml").respond_with_data("", status=304)
    engine = newsroom()
    for _ in range(2):
        poll(engine)
        clock.forward(hours=24)
        ((again,),) = rows(engine, "SELECT next_poll_at FROM feeds")
        assert " 16:" in again


def test_a_server_that_knows_browsers_only_is_remembered(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers["User-Agent"][:7])
        return Response(rss("One"), status=200 if asked[-1] == "Mozilla" else 403)

    web.expect_request("/feed.xml").respond_with_handler(answer)
    engine = newsroom()
    assert poll(engine).entries_new == 1
    clock.forward(days=1)
    assert poll(engine).unchanged == 1
    assert asked == ["InShort", "Mozilla", "Mozilla"]


def test_a_feed_may_be_asked_under_a_name_of_ones_own(
    web: HTTPServer, newsroom: Callable[..., Engine], tmp_path: Path
) -> None:
    web.expect_request("/feed.xml", headers={"User-Agent": "Newsroom/1"}).respond_with_data(rss("One"))
    engine = newsroom()
    feed = {"url": web.url_for("/feed.xml"), "name": "Post", "agent": "Newsroom/1"}
    engine.config = engine.config.model_validate({**engine.config.model_dump(), "feeds": [feed]})
    engine.prepare()
    assert poll(engine).entries_new == 1


@pytest.mark.parametrize("headers", [{"Retry-After": "²"}, {"Retry-After": "9" * 4000}, {"Cache-Control": "max-age=²"}])
def test_a_wish_that_makes_no_sense_is_none(
    web: HTTPServer, newsroom: Callable[..., Engine], headers: dict[str, str]
) -> None:
    web.expect_request("/feed.xml").respond_with_data("", status=503, headers=headers)
    summary = poll(newsroom())
    assert (summary.tripped, summary.feeds_failed) == (
        0,
        {"Post": f"{web.url_for('/feed.xml')}: the server answered 503"},
    )


def deadly(body: bytes, **more: Any) -> FeedDocument:
    if b"DEADLY" in body:
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_feed(body, **more)


def test_a_feed_that_kills_its_reader_is_set_aside_and_the_others_are_polled(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feeds.poll.parse_feed", deadly)
    web.expect_request("/feed.xml").respond_with_data(rss("DEADLY"))
    web.expect_request("/good.xml").respond_with_data(rss("Good"))
    engine = newsroom()
    with engine.database.session() as session:
        session.add(new_feed(Subscription(web.url_for("/good.xml"), "Good"), FeedOrigin.USER, clock()))
    with engine.at_work("run"):
        for polls in range(5):
            summary = poll(engine)
            assert summary.tripped == (polls < steps.ATTEMPTS)
            clock.forward(days=1)
    assert rows(engine, "SELECT title FROM entries") == [("Good",)]
    with engine.database.session() as session:
        (aside,) = steps.set_aside(session)
    assert (aside.stage, aside.thing_id) == ("poll", 1)
    ((error,),) = rows(engine, "SELECT last_error FROM feeds WHERE id = 1")
    assert error.startswith("reading it was ")


def test_what_is_being_read_when_the_process_is_killed_is_read_alone_the_next_time(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    web.expect_request("/feed.xml").respond_with_data(rss("One"))
    engine = newsroom()
    engine.sign_of_life("daemon")
    with engine.database.session() as session:
        steps.begin_all(session, "poll", [1], engine.worker or 0, clock())
    engine.bury(alone=True)
    clock.time = datetime.now(UTC)  # the process of its own goes by the real one
    with engine.database.session() as session:
        assert steps.suspects(session, "poll", [1]) == {1}
    with engine.at_work("run"):
        assert poll(engine).entries_new == 1
    with engine.database.session() as session:
        assert steps.suspects(session, "poll", [1]) == set()


def test_a_clock_that_was_years_ahead_is_not_believed_afterwards(
    web: HTTPServer, newsroom: Callable[..., Engine], clock: Clock
) -> None:
    day = "<item><title>One</title><guid>1</guid><pubDate>Thu, 19 Nov 2026 09:00:00 GMT</pubDate></item>"
    web.expect_request("/feed.xml").respond_with_data(f"<rss><channel>{day}</channel></rss>")
    engine = newsroom(polling={"max_age_days": 14})
    said: list[str] = []
    engine.say = said.append
    clock.forward(days=730)
    assert poll(engine).entries_new == 0
    clock.forward(days=-730)
    assert poll(engine).polled == 0
    engine.prepare()
    assert said[-1] == "a clock was ahead: 1 feed is due at once, 1 entry refused as old taken up again"
    assert rows(engine, "SELECT state, verdict FROM entries") == [("new", "")]
    assert poll(engine).polled == 1
    engine.prepare()
    assert len(said) == 2


def test_a_feed_kept_closed_by_the_configuration_is_due_as_soon_as_that_opens_it(
    newsroom: Callable[..., Engine], web: HTTPServer
) -> None:
    """Whoever mends `network.allow` and runs again need not wait for the feed's turn."""
    web.expect_request("/feed.xml").respond_with_data(rss("One"))
    closed = newsroom(network={})
    summary = poll(closed)
    assert rows(closed, "SELECT poll_reason FROM feeds") == [(NOT_ASKED,)]
    (why,) = summary.feeds_failed.values()
    assert "127.0.0.1 is a loopback address; network.allow opens it" in why
    assert poll(closed).polled == 0
    closed.database.close()
    opened = newsroom()
    summary = poll(opened)
    assert (summary.polled, summary.entries_new) == (1, 1)
    opened.database.close()


def test_a_feed_that_goes_by_its_address_says_it_once() -> None:
    assert after_name("https://a.example/f", "https://a.example/f: no answer") == "no answer"
    assert after_name("Post", "https://a.example/f: no answer") == "https://a.example/f: no answer"
