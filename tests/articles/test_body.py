"""Which of a page's blocks are the article, however the page spells its paragraphs."""

from __future__ import annotations

import pytest

from pipeline.articles.blocks import blocks
from pipeline.articles.extract import extract, parse
from pipeline.model import Verdict

SENTENCES = [
    f"On day {n} the harbour council of Marlow heard the engineer's report about crane {n} and put off its vote again, "
    f"because {n + 3} of its members were away."
    for n in range(12)
]
MENU = "<ul>" + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(9)) + "</ul>"


def page(body: str) -> bytes:
    return f"<html lang='en'><head><title>The crane</title></head><body>{MENU}{body}</body></html>".encode()


def joined(form: str) -> str:
    return "".join(form.format(s) for s in SENTENCES)


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h1>The crane</h1>{joined('<p>{}</p>')}</article>",
        f"<div class='x1'><div>{joined('<div class=y>{}</div>')}</div></div>",
        f"<div class='x1'>{joined('{}<br><br>')}</div>",
        f"<table><tr><td>{MENU}</td><td>{joined('<p>{}</p>')}</td></tr></table>",
        f"<amp-layout><section>{joined('<p>{}</p><amp-ad></amp-ad>')}</section></amp-layout>",
    ],
    ids=["paragraphs", "divs", "line breaks", "layout table", "amp"],
)
def test_paragraphs_are_found_however_they_are_spelled(body: str) -> None:
    article = extract(page(body))
    assert article.verdict is Verdict.ARTICLE
    assert [line for line in SENTENCES if line not in article.text] == []
    assert "Section 3" not in article.text


def test_a_block_knows_its_links_and_the_picture_before_it() -> None:
    tree = parse(
        b"<html><body><p><a href=/a>All of it</a></p><img src=a.jpg><p>A label <b>in bold</b></p></body></html>"
    )
    first, second = blocks(tree)
    assert (first.text, first.linked, first.after_image) == ("All of it", 1.0, False)
    assert (second.text, second.linked, second.after_image) == ("A label in bold", 0.0, True)


def test_the_short_points_of_a_list_stand_beside_its_long_ones() -> None:
    points = "<ul><li>The first of the points is that boats are late.</li><li>Nobody says so.</li></ul>"
    halves = "".join(f"<p>{s}</p>" for s in SENTENCES[:6]), "".join(f"<p>{s}</p>" for s in SENTENCES[6:])
    article = extract(page(f"<h1>The crane</h1>{halves[0]}{points}{halves[1]}"))
    assert "- The first of the points is that boats are late.\n- Nobody says so.\n" in article.text


def test_a_first_paragraph_that_the_page_calls_a_teaser_is_the_articles() -> None:
    others = "".join(f"<p>{s}</p>" for s in SENTENCES[1:])
    opening = f"<div class='teaser-content'><p>{SENTENCES[0]}</p></div>"
    article = extract(page(f"<article><h1>The crane</h1>{opening}<div class='remainder'>{others}</div></article>"))
    assert article.text.startswith(SENTENCES[0])
    other = opening.replace("<p>", "<p><a href='/other'>Another</a> ")
    article = extract(page(f"<article><h1>The crane</h1>{other}<div class='remainder'>{others}</div></article>"))
    assert article.text.startswith(SENTENCES[1])


def test_an_article_split_by_advertisements_is_read_whole() -> None:
    part = "<div class='chunk grid'><div class='body'>{}</div></div><div class='ad-slot'>Advertisement</div>"
    parts = "".join(part.format("".join(f"<p>{s}</p>" for s in SENTENCES[n : n + 3])) for n in (0, 3, 6, 9))
    article = extract(page(f"<main><h1>The crane</h1>{parts}</main>"))
    assert [line for line in SENTENCES if line not in article.text] == []


@pytest.mark.parametrize(
    "clutter",
    [
        "<div class='pic'><img src='a.jpg'><span>The crane at dusk, seen from the pier</span></div>",
        "<img src='a.jpg'><p>The old crane at dusk (AP Photo/Ada Marsh)</p>",
        "<p><a href='/x'>Read also: ten cranes you must see</a></p>",
        "<aside><h3>More stories</h3><p>The ferry is late again, and nobody at the port knows why.</p></aside>",
    ],
    ids=["caption in a wrapper", "caption with a credit", "read also", "aside"],
)
def test_clutter_between_paragraphs_is_left_out(clutter: str) -> None:
    half = len(SENTENCES) // 2
    first, rest = ("".join(f"<p>{s}</p>" for s in part) for part in (SENTENCES[:half], SENTENCES[half:]))
    text = extract(page(f"<article><h1>The crane</h1>{first}{clutter}{rest}</article>")).text
    assert SENTENCES[half] in text
    for word in ("dusk", "Read also", "ferry"):
        assert word not in text


@pytest.mark.parametrize(
    "ending",
    [
        "<h3>3 thoughts on “The crane”</h3><p>I would have painted it green, if anybody had asked me at the time.</p>",
        "<h4>About Marlow Cranes</h4><p>Marlow Cranes is the leading maker of cranes for harbours of every size.</p>",
        "<p>Ada Marsh is a reporter who covers harbours and has won a prize for it.</p>",
        "<p>Ben Osei contributed reporting from the pier.</p>",
        "<h3>Mehr zum Thema</h3><ul><li><a href='/1'>Die Fähre kommt wieder zu spät</a></li></ul>",
        "<hr><p style='font-size: 11px'>Marlow Post is a paper for harbour towns, read by nine thousand people.</p>",
    ],
    ids=["comments", "company portrait", "author portrait", "credit", "related, German", "note under a rule"],
)
def test_what_follows_the_article_is_left_out(ending: str) -> None:
    head = "<meta name='author' content='Ada Marsh'>"
    html = page(f"<article><h1>The crane</h1>{joined('<p>{}</p>')}{ending}</article>").replace(
        b"</head>", head.encode() + b"</head>"
    )
    text = extract(html).text
    assert text.endswith(SENTENCES[-1])


def test_other_articles_under_the_first_are_left_out() -> None:
    ferry = "The ferry number {0} was late again on Monday, and the port said nothing of it."
    other = "<article><h2><a href='/{0}'>Story {0}</a></h2><p>" + ferry + "</p></article>"
    html = page(
        f"<article><h1>The crane</h1>{joined('<p>{}</p>')}</article>" + "".join(other.format(n) for n in range(5))
    )
    text = extract(html).text
    assert SENTENCES[-1] in text
    assert "ferry" not in text


def test_an_article_that_stands_twice_on_the_page_is_read_once() -> None:
    body = joined("<p>{}</p>")
    text = extract(page(f"<article><h1>The crane</h1>{body}</article><div class='copy'>{body}</div>")).text
    assert text.count(SENTENCES[4]) == 1
