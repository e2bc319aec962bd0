"""Pages that change after their story was written; pages that are hard to get."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Request, Response

from pipeline.articles.change import ParagraphChange, difference, next_look
from pipeline.cli import main
from pipeline.cli.changes import changes_json
from pipeline.config import load_config
from pipeline.desk.changes import LETTERS
from pipeline.desk.difference import around_change, lines_changed, words_changed
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.storage.articles.changes import changed_stories, open_changes
from pipeline.storage.database import Database
from tests.newsroom import write_config

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PARAGRAPHS = [f"The council of Marlow counted {n} bins on street {n} and found them full." for n in range(2, 14)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("One.\nTwo.", "One.\nTwo.", []),
        ("He said “no”.\nTwo.", 'He said "no" .\nTwo.', []),
        ("One was here.\nTwo were there.", "Two were there.\nOne was here.", []),
        ("The crane is green.", "The crane is  green!", []),
        ("It cost 3 million.", "It cost 4 million.", [ParagraphChange("It cost 3 million.", "It cost 4 million.")]),
        ("One.", "One.\nA spokesman denied it later.", [ParagraphChange("", "A spokesman denied it later.")]),
        ("One.\nThe mayor knew of it before.", "One.", [ParagraphChange("The mayor knew of it before.", "")]),
        ("The crain is green.", "The crane is green.", []),
    ],
)
def test_what_counts_as_a_change(before: str, after: str, found: list[ParagraphChange]) -> None:
    assert difference(before, after) == found


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_nothing_differs_from_itself(lines: list[str]) -> None:
    assert difference("\n".join(lines), "\n".join(lines)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("word " * 190_000, "word " * 189_000 + "other words came in here"),
        (" ".join(f"w{n}" for n in range(130_000)), " ".join(f"v{n}" for n in range(130_000))),
        (
            "\n".join("a b c"[n % 3 : n % 3 + 3] for n in range(100_000)),
            "\n".join("c b a"[n % 2 :] for n in range(90_000)),
        ),
        ("a\n" * 200_000, "The mayor knew of it before.\n" + "b\n" * 200_000),
        ("\u0301" * 500_000, "a\u0301" * 400_000 + " and four words more"),
    ],
    ids=["a word again and again", "words of their own", "lines in turn", "many lines", "marks"],
)
def test_texts_made_to_be_slow_to_compare_are_compared_at_once(before: str, after: str) -> None:
    """Comparing each word with each would take hours, and gigabytes."""
    changed = difference(before, after)
    for change in changed[:3]:
        shown = words_changed(*around_change(change.before, change.after, LETTERS, 200))
        assert sum(len(run.text) for run in shown) <= 2 * LETTERS + 4
    assert words_changed(before, after)
    assert lines_changed(before, after)


def test_of_a_very_long_paragraph_what_differs_is_shown() -> None:
    long = "The council met on Monday and said so. " * 1000
    was, now = f"{long}It cost 3 million.{long}", f"{long}It cost 4 million.{long}"
    before, after = around_change(was, now, LETTERS, 200)
    assert (len(before), before[0], before[-1]) == (LETTERS + 2, "…", "…")
    assert [run.text for run in words_changed(before, after) if run.what != "same"] == ["3", "4"]


def test_looks_grow_rare_and_end() -> None:
    looks = [next_look(NOW, n, 72) for n in range(4)]
    assert looks == [NOW + timedelta(hours=2), NOW + timedelta(hours=8), NOW + timedelta(hours=32), None]
    assert next_look(NOW, 0, 0) is None


@dataclass
class Site:
    """A page on loopback that can be edited, taken away, or made hard to get."""

    paragraphs: list[str]
    status: int = 200
    asked: int = 0
    unchanged: int = 0
    empty: bool = False

    def story(self, request: Request) -> Response:
        self.asked += 1
        tag = f'"{abs(hash(tuple(self.paragraphs)))}"'
        if self.status != 200:
            return Response("no", status=self.status)
        if request.headers.get("If-None-Match") == tag:
            self.unchanged += 1
            return Response(status=304)
        body = "".join(f"<p>{p}</p>" for p in self.paragraphs)
        if self.empty:
            body = "<div id='root'></div><noscript>Please enable JavaScript.</noscript>"
        head = "<link rel='amphtml' href='/amp'>"
        page = f"<html lang='en'><head><title>Bins</title>{head}</head><body><article>{body}</article></body></html>"
        return Response(page, headers={"ETag": tag}, content_type="text/html")

    def amp(self, _: Request) -> Response:
        body = "".join(f"<p>{p}</p>" for p in self.paragraphs)
        return Response(f"<html><body><article>{body}</article></body></html>", content_type="text/html")

    def browsers_only(self, request: Request) -> Response:
        if "text/html,application/xhtml+xml" not in request.headers.get("Accept", ""):
            return Response("no", status=406)
        assert "InShort/" in request.headers["User-Agent"]
        return self.amp(request)


@pytest.fixture
def site() -> Site:
    return Site(list(PARAGRAPHS))


@pytest.fixture
def web(site: Site) -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        for path, answer in (("/story", site.story), ("/amp", site.amp), ("/old", site.browsers_only)):
            server.expect_request(path).respond_with_handler(answer)
        yield server


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def newsroom(folder: Path, web: HTTPServer, clock: Clock, path: str = "/story") -> Engine:
    item = f"<item><title>Bins</title><link>{web.url_for(path)}</link></item>"
    feed = f"<rss version='2.0'><channel><title>P</title>{item}</channel></rss>"
    web.expect_request("/feed.xml").respond_with_data(feed)
    file = write_config(folder, {})
    config = json.loads(file.read_text())
    config["feeds"] = [{"url": web.url_for("/feed.xml"), "name": "Post"}]
    config["writer"] = {"kind": "extract"}
    file.write_text(json.dumps(config))
    database = Database(f"sqlite:///{folder}/inshort.db")
    database.upgrade()
    engine = Engine(database, load_config(file), load_glossary(), now=clock)
    engine.prepare()
    return engine


def test_a_page_that_changes_after_drafting_marks_its_story(
    tmp_path: Path, web: HTTPServer, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    engine = newsroom(tmp_path, web, clock)
    assert asyncio.run(engine.round()).articles == 1

    clock.now += timedelta(hours=1)
    assert asyncio.run(engine.round()).changed == 0
    assert site.asked == 1, "not looked at before its time"

    clock.now += timedelta(hours=2)
    asyncio.run(engine.round())
    assert (site.asked, site.unchanged) == (2, 1), "asked with its ETag, answered 304"

    site.paragraphs[3] = "The council of Marlow now says that it never counted the bins on street 5 at all."
    clock.now += timedelta(hours=6)
    assert asyncio.run(engine.round()).changed == 1
    with engine.database.session() as session:
        [(story, change)] = changed_stories(session)
        assert change.what == "changed"
        assert [c.text for c in open_changes(session, story.id)] == [change.text]
        assert difference("\n".join(PARAGRAPHS), change.text) == [ParagraphChange(PARAGRAPHS[3], site.paragraphs[3])]
        once = changes_json(session, story.id)

    capsys.readouterr()
    with pytest.raises(SystemExit, match="0"):
        main(["--config", str(tmp_path / "config.yaml"), "review", "changes"])
    first, old, new = capsys.readouterr().out.splitlines()
    assert first.startswith("   1  in_review changed  ")
    assert (old, new) == (f"      - {PARAGRAPHS[3]}", f"      + {site.paragraphs[3]}")

    site.status = 410
    clock.now += timedelta(hours=40)
    assert asyncio.run(engine.round()).changed == 1
    with engine.database.session() as session:
        assert [c["what"] for c in changes_json(session, 1)] == ["changed", "gone"]
        assert changes_json(session, 1)[:1] == once, "each change is shown once"
    asked = site.asked
    clock.now += timedelta(hours=400)
    asyncio.run(engine.round())
    assert site.asked == asked, "what is gone is not looked at again"
    engine.database.close()


def test_a_server_that_only_knows_browsers_is_asked_once_more(tmp_path: Path, web: HTTPServer) -> None:
    engine = newsroom(tmp_path, web, Clock(), "/old")
    summary = Summary()
    asyncio.run(engine.poll(summary))
    asyncio.run(engine.collect(summary))
    assert summary.articles == 1
    engine.database.close()


def test_the_amp_version_is_read_where_the_page_shows_nothing(tmp_path: Path, web: HTTPServer, site: Site) -> None:
    site.empty = True
    engine = newsroom(tmp_path, web, Clock())
    summary = Summary()
    asyncio.run(engine.poll(summary))
    asyncio.run(engine.collect(summary))
    assert summary.articles == 1
    with engine.database.session() as session:
        url, sources = session.execute(text("SELECT url, sources FROM articles")).one()
    assert url == web.url_for("/amp")
    assert json.loads(sources)["title"] == "feed"
    engine.database.close()


@pytest.mark.parametrize("tagged", [False, True], ids=["the first as it was", "the first 304"])
def test_a_change_on_another_page_of_an_article_in_parts_is_seen(tmp_path: Path, web: HTTPServer, tagged: bool) -> None:
    second = [f"On the second page the council of Marlow speaks of gate {n} and of its keys." for n in range(8)]
    first = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)

    def part(body: str, head: str = "") -> str:
        return f"<html lang='en'><head><title>Bins</title>{head}</head><body><article>{body}</article></body></html>"

    def rest(_: Request) -> Response:
        if second:
            return Response(part("".join(f"<p>{line}</p>" for line in second)), content_type="text/html")
        return Response("no", status=503)

    page, unchanged = part(first, "<link rel='next' href='/parts/2'>"), []

    def beginning(request: Request) -> Response:
        if tagged and request.headers.get("If-None-Match") == '"1"':
            unchanged.append(304)
            return Response(status=304)
        return Response(page, headers={"ETag": '"1"'} if tagged else {}, content_type="text/html")

    web.expect_request("/parts/1").respond_with_handler(beginning)
    web.expect_request("/parts/2").respond_with_handler(rest)
    clock = Clock()
    engine = newsroom(tmp_path, web, clock, "/parts/1")
    assert asyncio.run(engine.round()).articles == 1
    clock.now += timedelta(hours=3)
    assert asyncio.run(engine.round()).changed == 0
    whole, second[:] = list(second), []
    clock.now += timedelta(hours=6)
    assert asyncio.run(engine.round()).changed == 0, "a part that can't be had is no change"
    second[:] = [*whole[:-1], "The council of Marlow now says that there is no gate 7 at all."]
    clock.now += timedelta(hours=30)
    assert asyncio.run(engine.round()).changed == 1
    assert len(unchanged) == (3 if tagged else 0), "each look was answered 304"
    engine.database.close()
