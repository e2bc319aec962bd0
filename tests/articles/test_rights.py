"""What a site reserves is left alone, unless the owner has permission, which is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from sqlalchemy import text

from pipeline.articles.extract import extract
from pipeline.articles.rights import reserves
from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.model import Verdict
from pipeline.storage.database import Database
from tests.newsroom import write_config

WORDS = " ".join(f"The council of Marlow counted {n} bins on the street and found them full." for n in range(20))
PAGE = f"<html lang='en'><title>Bins</title><body><article><p>{WORDS}</p></article></body></html>"


@pytest.mark.parametrize(
    ("location", "path", "reserved"),
    [
        ("/", "/news/1", True),
        ("/news/*", "/news/1", True),
        ("/news/*.html$", "/news/1.html?x=1", False),
        ("/news/*.html$", "/news/1.html", True),
        ("/archive", "/news/1", False),
    ],
)
def test_the_first_rule_that_matches_decides(location: str, path: str, reserved: bool) -> None:
    rules = [{"location": location, "tdm-reservation": 1}]
    assert reserves(json.dumps(rules).encode(), f"https://example.org{path}") is reserved
    free = [{"location": location, "tdm-reservation": 0}, *rules]
    assert not reserves(json.dumps(free).encode(), f"https://example.org{path}")


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


def collected(folder: Path, web: HTTPServer, permission: str) -> tuple[Summary, Database]:
    file = write_config(folder, {})
    config = json.loads(file.read_text())
    config["feeds"] = [{"url": web.url_for("/feed.xml"), "name": "Post", "permission": permission}]
    file.write_text(json.dumps(config))
    database = Database(f"sqlite:///{folder}/inshort.db")
    database.upgrade()
    engine = Engine(database, load_config(file), load_glossary())
    engine.prepare()
    summary = Summary()
    asyncio.run(engine.poll(summary))
    asyncio.run(engine.collect(summary))
    return summary, database


@pytest.mark.parametrize(
    ("path", "body", "verdict"),
    [
        ("/robots.txt", "User-agent: InShort\nDisallow: /", "robots"),
        ("/.well-known/tdmrep.json", '[{"location": "/", "tdm-reservation": 1}]', "reserved"),
    ],
)
def test_a_reserved_page_is_read_with_permission_only(
    tmp_path: Path, web: HTTPServer, path: str, body: str, verdict: str
) -> None:
    web.expect_request(path).respond_with_data(body)
    summary, database = collected(tmp_path / "without", web, "")
    assert summary.refused == {verdict: 1}
    database.close()
    summary, database = collected(tmp_path / "with", web, "Marlow Post, by letter of 1 May 2026")
    assert summary.articles == 1
    with database.session() as session:
        kept = session.execute(text("SELECT permission FROM articles")).scalar_one()
    assert kept == "Marlow Post, by letter of 1 May 2026"
    database.close()


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
    assert extract(kept, permitted=True).image == "https://example.org/map.jpg"


@pytest.mark.parametrize("headers", [{"X-Robots-Tag": "noai"}, {"tdm-reservation": "1"}])
def test_a_header_reserves_the_text_as_well(headers: dict[str, str]) -> None:
    assert extract(page(""), headers=headers).verdict is Verdict.RESERVED
    assert extract(page(""), headers=headers, permitted=True).verdict is Verdict.ARTICLE
