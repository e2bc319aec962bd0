"""An article in several parts: read on where its pages number on, never into another article."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from pipeline.articles.extract import parse
from pipeline.articles.fetch import MOST_PARTS, read_on, read_page
from pipeline.articles.numbered import new_lines, next_part, same_title
from pipeline.model import Article, Verdict
from pipeline.net import Net, NetLimits

PROSE = (
    "On day {n} of its meeting the council of Marlow heard about crane {n}, and put off its vote once more, as ever."
)
LIMITS = NetLimits(allow=("127.0.0.0/8",))


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        ("/m/1", "<link rel=next href='/m/2'>", "/m/2"),
        ("/crane", "<a rel='next nofollow' href='/crane/2/'>more</a>", "/crane/2/"),
        ("/crane.html", "<a href='/crane-2.html'>Next page</a>", "/crane-2.html"),
        ("/crane.html", "<a href='crane,seite-2.html'>Nächste Seite</a>", "/crane,seite-2.html"),
        ("/crane", "<a href='?page=2'>2</a> <a href='?page=3'>3</a>", "/crane?page=2"),
        ("/crane?id=7", "<a href='/crane?id=7&amp;page=1'>›</a>", "/crane?id=7&page=1"),
        ("/crane?page=2", "<a href='?page=1'>1</a> <a href='?page=3'>3</a>", "/crane?page=3"),
        ("/crane/2", "<a href='/crane'>1</a> <a href='/crane/3'>3</a>", "/crane/3"),
        ("/crane/", "<a href='/crane/page/2/#top'>Continue on page 2</a>", "/crane/page/2/"),
        # What follows here is another article, another site, or the way back.
        ("/crane", "<link rel=next href='/the-old-pier'>", None),
        ("/2026/11/28/crane", "<link rel=next href='/2026/11/29/crane'>", "/2026/11/29/crane"),
        ("/a/4711", "<link rel=next href='/a/4712'>", None),
        ("/crane", "<a rel=next href='https://evil.example/crane/2'>2</a>", None),
        ("/crane", "<a href='/crane/2024'>2024</a>", None),
        ("/crane", "<a href='javascript:go(2)'>2</a> <a href='http://['>2</a>", None),
        ("/crane/3", "<a href='/crane/2'>2</a>", None),
        ("/crane", "<a href='/crane/2'>the second crane of the year</a>", None),
    ],
)
def test_where_the_next_part_stands(url: str, links: str, following: str | None) -> None:
    tree = parse(f"<html><body><p>The crane.</p>{links}</body></html>".encode())
    expected = f"https://example.org{following}" if following else None
    assert next_part(tree, f"https://example.org{url}") == expected


@pytest.mark.parametrize(
    ("title", "other", "same"),
    [
        ("The old crane", "The old crane – Page 2", True),
        ("The old crane", "The old crane (2/3)", True),
        ("Kran am Hafen", "Kran am Hafen, Seite 2 von 4", True),
        ("The old crane", "The new pier", False),
        ("", "", False),
    ],
)
def test_parts_have_one_title(title: str, other: str, same: bool) -> None:
    assert same_title(title, other) is same


def test_a_line_of_an_earlier_part_is_not_read_twice() -> None:
    long = PROSE.format(n=1)
    assert new_lines(f"{long}\nNo.\nAnd so it went.", {"".join(filter(str.isalnum, long.lower())), "no"}) == [
        "No.",
        "And so it went.",
    ]


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as server:
        yield server


def part(number: int, parts: int, title: str = "The crane of Marlow") -> str:
    lines = "".join(f"<p>{PROSE.format(n=10 * number + n)}</p>" for n in range(4))
    following = f"<link rel=next href='/crane/{number + 1}'>" if number < parts else ""
    return f"<html lang=en><head><title>{title}</title>{following}</head><body><article>{lines}</article></body></html>"


def whole(web: HTTPServer, path: str = "/crane/1") -> Article:
    async def read() -> Article:
        async with Net(agent="InShort/test", limits=LIMITS) as net:
            answer = await net.get(web.url_for(path))
            first = await read_page(None, answer.body, url=answer.url, headers=answer.headers)
            return await read_on(net, None, first, {"min_words": 60})

    return asyncio.run(read())


def serve(web: HTTPServer, pages: dict[str, str]) -> None:
    for path, page in pages.items():
        web.expect_request(path).respond_with_data(page, content_type="text/html")


def test_all_parts_are_read_in_their_order(web: HTTPServer) -> None:
    serve(web, {f"/crane/{n}": part(n, 3) for n in (1, 2, 3)})
    article = whole(web)
    assert article.verdict is Verdict.ARTICLE
    assert [f"crane {10 * n + m}" in article.text for n in (1, 2, 3) for m in range(4)] == [True] * 12
    assert article.text.index("crane 13") < article.text.index("crane 20") < article.text.index("crane 30")
    assert article.notes == ("read from 3 pages",)
    assert article.reason.endswith("words on 3 pages")


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({}, "part 2 could not be fetched: {page}: the server answered 500"),
        (
            {"/robots.txt": "User-agent: *\nDisallow: /crane/2"},
            "part 2 could not be fetched: {page}: the site's robots.txt",
        ),
        (
            {
                "/.well-known/tdmrep.json": json.dumps([{"location": "/crane/2", "tdm-reservation": 1}]),
                "/crane/2": part(2, 3),
            },
            "part 2 is reserved from text and data mining",
        ),
        (
            {"/crane/2": part(2, 3).replace("<head>", "<head><meta name=robots content=noai>")},
            "part 2 is behind a wall",
        ),
        (
            {"/crane/2": part(2, 3).replace("</article>", "<p>Subscribe now to continue reading.</p></article>")},
            "part 2 is behind a wall",
        ),
    ],
)
def test_what_was_not_read_is_said(web: HTTPServer, pages: dict[str, str], says: str) -> None:
    serve(web, {"/crane/1": part(1, 3), **pages})
    article = whole(web)
    assert article.verdict is Verdict.ARTICLE
    assert "crane 13" in article.text and "crane 20" not in article.text
    told = f"not the whole article was read: {says.format(page=web.url_for('/crane/2'))}"
    assert any(told in note for note in article.notes), article.notes


def test_another_article_is_no_part_and_a_circle_has_an_end(web: HTTPServer) -> None:
    serve(web, {"/crane/1": part(1, 2), "/crane/2": part(2, 2, "The pier of Eastport is closed")})
    assert "crane 20" not in whole(web).text
    serve(web, {f"/long/{n}": part(n, 99).replace("/crane/", "/long/") for n in range(1, 15)})
    article = whole(web, "/long/1")
    assert f"crane {10 * MOST_PARTS}" in article.text and f"crane {10 * MOST_PARTS + 10}" not in article.text
    assert f"not the whole article was read: more than {MOST_PARTS} parts are not read" in article.notes


def test_a_first_part_that_is_too_short_alone_is_an_article_with_the_others(web: HTTPServer) -> None:
    short = "<p>The council of Marlow met once more, on Monday, to hear of its old crane by the harbour.</p>"
    following = "<link rel=next href='/crane/2'>"
    head = f"<head><title>The crane of Marlow</title>{following}</head>"
    page = f"<html lang=en>{head}<body><article>{short}</article></body></html>"
    serve(web, {"/crane/1": page, "/crane/2": part(2, 2)})
    assert whole(web).verdict is Verdict.ARTICLE
