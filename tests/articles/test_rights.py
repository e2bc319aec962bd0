"""What a site reserves is left alone, unless the owner has permission, which is kept."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Response

from pipeline.articles.extract import extract
from pipeline.articles.rights import reserves
from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.errors import ConfigError
from pipeline.glossary import load_glossary
from pipeline.model import Verdict
from pipeline.storage.articles.entries import due_gathering
from pipeline.storage.database import Database
from pipeline.storage.keeping.sound import check
from tests.newsroom import write_config

LONG = " ".join(f"The council of Marlow counted {n} bins on the street and found them full." for n in range(20))
PAGE = f"<html lang='en'><title>Bins</title><body><article><p>{LONG}</p></article></body></html>"


@pytest.mark.parametrize(
    ("location", "path", "reserved"),
    [
        ("/", "/news/1", True),
        ("/news/*", "/news/1", True),
        ("/news/*.html$", "/news/1.html?x=1", False),
        ("/news/*.html$", "/news/1.html", True),
        ("/archive", "/news/1", False),
        ("/news/*/*/print$", "/news/1/2/3/print", True),
        ("/news/*print*print$", "/news/print", False),
        ("*", "/news/1", True),
        ("/news$", "/news/1", False),
        ("/*.html$", "/a.html.html", True),
        ("/" + "*a" * 400 + "b", "/" + "a" * 3000, False),
        ("/" + "*" * 900 + "$", "/news/1", True),
        ("*.php" * 200, "/" + ".php" * 199, False),
    ],
)
def test_the_first_rule_that_matches_decides(location: str, path: str, reserved: bool) -> None:
    rules = [{"location": location, "tdm-reservation": 1}]
    assert reserves(json.dumps(rules).encode(), f"https://example.org{path}") is reserved
    free = [{"location": location, "tdm-reservation": 0}, *rules]
    assert not reserves(json.dumps(free).encode(), f"https://example.org{path}")


@given(st.text("/ab*$", max_size=12), st.text("/ab", max_size=12))
def test_a_pattern_means_what_a_regular_expression_of_it_means(location: str, path: str) -> None:
    pattern = ".*".join(map(re.escape, location.removesuffix("$").split("*"))) + ("$" if location.endswith("$") else "")
    rules = json.dumps([{"location": location, "tdm-reservation": 1}]).encode()
    assert reserves(rules, f"https://example.org/{path}") is (re.match(pattern, f"/{path}") is not None)


@given(st.binary(max_size=200))
def test_what_cannot_be_read_reserves_nothing(document: bytes) -> None:
    assert reserves(document, "https://example.org/") is False


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        link = server.url_for("/story")
        item = f"<item><title>Bins</title><link>{link}</link></item>"
        feed = f"<rss version='2.0'><channel><title>P</title>{item}</channel></rss>"
        server.expect_request("/feed.xml").respond_with_data(feed)
        server.expect_request("/story").respond_with_data(PAGE, content_type="text/html")
        yield server


def configured(folder: Path, **feed: object) -> Path:
    file = write_config(folder, {})
    config = json.loads(file.read_text())
    file.write_text(json.dumps({**config, "feeds": [{"name": "Post", **feed}]}))
    return file


def collected(folder: Path, web: HTTPServer, **feed: object) -> tuple[Summary, Database]:
    file = configured(folder, url=web.url_for("/feed.xml"), **feed)
    database = Database(f"sqlite:///{folder}/inshort.db")
    database.upgrade()
    engine = Engine(database, load_config(file), load_glossary())
    engine.prepare()
    summary = Summary()
    asyncio.run(engine.poll(summary))
    asyncio.run(engine.collect(summary))
    return summary, database


@pytest.mark.parametrize(
    ("path", "body", "verdict", "what", "other"),
    [
        ("/robots.txt", "User-agent: InShort\nDisallow: /", "robots", "robots", "tdm"),
        ("/.well-known/tdmrep.json", '[{"location": "/", "tdm-reservation": 1}]', "reserved", "tdm", "robots"),
    ],
)
def test_a_reserved_page_is_read_with_permission_only(
    tmp_path: Path, web: HTTPServer, path: str, body: str, verdict: str, what: str, other: str
) -> None:
    web.expect_request(path).respond_with_data(body)
    letter = "Marlow Post, by letter of 1 May 2026"
    refused: dict[str, dict[str, object]] = {"without": {}, "other": {"permission": letter, "permits": [other]}}
    for name, feed in refused.items():
        summary, database = collected(tmp_path / name, web, **feed)
        assert summary.refused == {verdict: 1}
        database.close()
    for permits in ([], [what]):
        summary, database = collected(tmp_path / f"with {permits}", web, permission=letter, permits=permits)
        assert summary.articles == 1
        with database.session() as session:
            kept = session.execute(text("SELECT permission, lifted FROM articles")).one()
        assert kept == (letter, json.dumps([what]))
        database.close()


def test_what_needs_no_permission_lifts_nothing(tmp_path: Path, web: HTTPServer) -> None:
    _, database = collected(tmp_path, web, permission="Marlow Post, by letter")
    with database.session() as session:
        assert session.execute(text("SELECT lifted FROM articles")).scalar_one() == "[]"
    database.close()


def test_a_list_of_what_is_permitted_says_by_whom(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"permits needs a permission that says from whom"):
        load_config(configured(tmp_path, url="https://example.org/feed", permits=["tdm"]))
    with pytest.raises(ConfigError, match=r"'robots', 'noai', 'noimageai' or 'tdm'"):
        load_config(configured(tmp_path, url="https://example.org/feed", permission="Post", permits=["ads"]))


WORDS = "The harbour town opened a new reading room for old maps on Monday, and many people came to see it. " * 8


def page(head: str) -> bytes:
    body = f"<body><article><h1>Maps</h1><p>{WORDS}</p></article></body>"
    return f"<html lang=en><head><title>Maps</title>{head}</head>{body}</html>".encode()


def test_a_page_that_keeps_its_pictures_lends_its_text_only() -> None:
    image = '<meta property="og:image" content="https://example.org/map.jpg">'
    kept = page(image + '<meta name="robots" content="noimageai">')
    assert (extract(kept).verdict, extract(kept).image) == (Verdict.ARTICLE, None)
    assert extract(page(image), headers={"X-Robots-Tag": "noimageai"}).image is None
    assert extract(page(image)).image == "https://example.org/map.jpg"
    assert extract(kept, permitted=["noai"]).image is None
    permitted = extract(kept, permitted=["noimageai"])
    assert (permitted.image, permitted.lifted) == ("https://example.org/map.jpg", ("noimageai",))


@pytest.mark.parametrize(
    ("headers", "what", "other"),
    [({"X-Robots-Tag": "noai"}, "noai", "tdm"), ({"tdm-reservation": "1"}, "tdm", "noai")],
)
def test_a_header_reserves_the_text_as_well(headers: dict[str, str], what: str, other: str) -> None:
    assert extract(page(""), headers=headers).verdict is Verdict.RESERVED
    assert extract(page(""), headers=headers, permitted=[other]).verdict is Verdict.RESERVED
    read = extract(page(""), headers=headers, permitted=[what])
    assert (read.verdict, read.lifted) == (Verdict.ARTICLE, (what,))


@pytest.mark.parametrize("title", ["Bins", "Another heading altogether"])
def test_a_page_with_the_text_of_the_sites_other_pages_is_no_article(
    tmp_path: Path, web: HTTPServer, title: str
) -> None:
    # As soft errors and walls in no language we know make it: each address gives the same words.
    link = web.url_for("/other")
    own = f"<item><title>Bins</title><link>{web.url_for('/story')}</link></item>"
    item = f"{own}<item><title>{title} again</title><link>{link}</link></item>"
    web.clear()
    web.expect_request("/feed.xml").respond_with_data(f"<rss version='2.0'><channel>{item}</channel></rss>")
    web.expect_request("/story").respond_with_data(PAGE, content_type="text/html")
    other = PAGE.replace("<title>Bins", f"<title>{title}").replace("<article>", f"<article><h1>{title}</h1>")
    web.expect_request("/other").respond_with_data(other, content_type="text/html")
    summary, database = collected(tmp_path, web)
    assert (summary.articles, summary.refused) == (1, {"not_article": 1})
    with database.session() as session:
        reason = session.execute(text("SELECT reason FROM entries WHERE state = 'refused'")).scalar_one()
    # Which of the two comes first hangs on the server.
    assert reason.startswith("the same text as another page of the site: ")
    database.close()


@pytest.fixture
def other_web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        yield server


RESERVED = '[{"location": "/", "tdm-reservation": 1}]'


def entries_of(web: HTTPServer, titles: dict[str, str], content: str = "") -> None:
    """The feed with these titles by path, in place of the one there is."""
    web.clear()
    full = f"<content:encoded><![CDATA[<p>{content}</p>]]></content:encoded>" if content else ""
    items = "".join(
        f"<item><title>{title}</title><link>{web.url_for(path)}</link>{full}</item>" for path, title in titles.items()
    )
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    web.expect_request("/feed.xml").respond_with_data(f"<rss version='2.0' {space}><channel>{items}</channel></rss>")


def test_a_header_that_is_sent_twice_reserves_by_either(tmp_path: Path, web: HTTPServer) -> None:
    entries_of(web, {"/twice": "Bins"})
    headers = [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noindex")]
    web.expect_request("/twice").respond_with_handler(
        lambda _: Response(PAGE, headers=headers, content_type="text/html")
    )
    assert collected(tmp_path, web)[0].refused == {"reserved": 1}


def test_a_site_may_speak_to_this_newsroom_by_name() -> None:
    assert extract(page("<meta name=InShort content=noai>")).verdict is Verdict.RESERVED


@pytest.mark.parametrize(("permission", "articles"), [("", 0), ("Marlow Post, by letter", 1)])
def test_the_feeds_own_text_is_reserved_with_the_site(
    tmp_path: Path, web: HTTPServer, permission: str, articles: int
) -> None:
    entries_of(web, {"/story": "Bins"}, LONG)
    web.expect_request("/story").respond_with_data("no", status=403)
    web.expect_request("/.well-known/tdmrep.json").respond_with_data(RESERVED)
    summary, _ = collected(tmp_path, web, permission=permission)
    assert summary.articles == articles
    assert summary.refused == ({} if articles else {"reserved": 1})


@pytest.mark.parametrize(("rules", "articles"), [("[]", 1), (RESERVED, 0)])
def test_another_version_of_a_page_is_asked_whether_it_is_reserved(
    tmp_path: Path, web: HTTPServer, other_web: HTTPServer, rules: str, articles: int
) -> None:
    entries_of(web, {"/story": "Bins"})
    head = f"<title>Bins</title><link rel=amphtml href='{other_web.url_for('/amp')}'>"
    shown = "<div id=root></div><noscript>Enable JavaScript.</noscript>"
    shell = f"<html lang=en><head>{head}</head><body>{shown}</body></html>"
    web.expect_request("/story").respond_with_data(shell, content_type="text/html")
    other_web.expect_request("/amp").respond_with_data(PAGE, content_type="text/html")
    other_web.expect_request("/.well-known/tdmrep.json").respond_with_data(rules)
    assert collected(tmp_path, web)[0].articles == articles


WALL = " ".join(f"We could not open what you wanted to read in room {n} of our house today." for n in range(12))


@pytest.mark.parametrize("echo", ["Bye for now.", "You asked for the address {path} at {minute} minutes past."])
def test_no_page_of_a_wall_becomes_an_article_not_even_the_first(tmp_path: Path, web: HTTPServer, echo: str) -> None:
    titles = {"/crane-is-mended": "Crane is mended", "/ferry-sails": "Ferry sails again", "/bins": "Bins counted"}
    entries_of(web, titles)
    for minute, path in enumerate(titles):
        said = f"<p>{WALL}</p><p>{echo.format(path=path, minute=minute)}</p>"
        body = f"<html lang=en><head><title>Marlow Post</title></head><body><main>{said}</main></body></html>"
        web.expect_request(path).respond_with_data(body, content_type="text/html")
    _, database = collected(tmp_path, web)
    with database.session() as session:
        states = session.execute(text("SELECT state, verdict, reason FROM entries")).all()
        assert [(state, verdict) for state, verdict, _ in states] == [("refused", "not_article")] * 3
        assert all(reason.startswith("the same text as another page of the site: ") for _, _, reason in states)
        assert due_gathering(session, datetime.now(UTC)) == []
    assert not check(database)
    database.close()


def test_reports_made_by_one_pattern_are_articles_of_their_own(tmp_path: Path, web: HTTPServer) -> None:
    titles = {f"/quake-{town}": f"Earthquake shakes {town}" for town in ("Marlow", "Holbrook", "Quillon")}
    entries_of(web, titles)
    for path in titles:
        said = LONG + f" The earthquake was felt in {path.removeprefix('/quake-')}, and it shakes the town no more."
        body = f"<html lang=en><head><title>T</title></head><body><article><p>{said}</p></article></body></html>"
        web.expect_request(path).respond_with_data(body, content_type="text/html")
    assert collected(tmp_path, web)[0].articles == 3
