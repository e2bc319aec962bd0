"""Pages as common systems write them: what each of them puts beside the article, and where it keeps its data."""

from __future__ import annotations

import json

import pytest

from pipeline.articles.extract import extract
from pipeline.model import Article, Entry, Verdict

SAID = [
    f"On day {n} the harbour council of Marlow heard the engineer's report about crane {n} and put off its vote once "
    f"more, because {n + 3} of its members were away at sea."
    for n in range(8)
]
STORY = "".join(f"<p>{s}</p>" for s in SAID)


def read(body: str, head: str = "<title>The crane stays</title>", entry: Entry | None = None) -> Article:
    page = f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return extract(page.encode(), url="https://post.example/the-crane-stays/", entry=entry)


def halves(between: str) -> str:
    first, rest = ("".join(f"<p>{s}</p>" for s in part) for part in (SAID[:4], SAID[4:]))
    return f"<article><h1>The crane stays</h1><div class='body'>{first}{between}{rest}</div></article>"


@pytest.mark.parametrize(
    ("page", "unwanted"),
    [
        (
            halves(
                "<div class='kg-card kg-signup-card'><h2>Sign up for Marlow Letters</h2><p>Letters about the harbour, "
                "once a week, for nothing at all.</p><p>No spam. Unsubscribe anytime.</p></div>"
            ),
            ["Marlow Letters", "once a week", "No spam"],
        ),
        (
            f"<section class='release-body'>{STORY}<p><b>Media Contact:</b> Tom Reed, +1 555 0100</p>"
            "<p>SOURCE Marlow Port Authority</p></section>",
            ["Tom Reed", "SOURCE"],
        ),
        (
            f"<article>{STORY}<p>Suscríbete a nuestra carta semanal</p><section><h3>Newsletter</h3><p>Recibe cada "
            "mañana en tu correo las noticias del puerto de Marlow.</p></section></article>",
            ["Suscríbete", "Newsletter", "Recibe"],
        ),
        (
            f"<article>{STORY}<p>A version of this article appears in print on May 5, 2026, Section A, Page 4 of the "
            "edition.</p></article>",
            ["in print"],
        ),
        (
            "<div class='Story_1'><h1>The crane stays</h1><div class='By_x'>By Ada Marsh</div><div class='Dt_x'>"
            f"4 May 2026, 8:00</div>{STORY}</div>",
            ["Ada Marsh", "8:00"],
        ),
    ],
    ids=["a letter's box", "a press release", "a letter in Spanish", "a note on print", "who and when"],
)
def test_what_a_system_puts_beside_the_article_is_left_out(page: str, unwanted: list[str]) -> None:
    article = read(page)
    assert article.verdict is Verdict.ARTICLE
    assert [s for s in SAID if s not in article.text] == []
    assert [word for word in unwanted if word in article.text] == []


@pytest.mark.parametrize(
    "signed",
    [
        "<span class='field--name-uid'>By <span typeof='schema:Person'>Ada Marsh</span></span>",
        "<div class='Story_by__x1'>By Ada Marsh</div>",
        "<font size=1>Von Ada Marsh</font>",
    ],
)
def test_a_line_that_reads_like_a_byline_is_one(signed: str) -> None:
    assert read(f"<h1>The crane stays</h1>{signed}<div>{STORY}</div>").byline == "Ada Marsh"
    assert read(f"<h1>The crane stays</h1><div>{STORY}</div><p>By Tuesday nobody knew.</p>").byline is None


def test_a_paper_is_told_by_its_citation() -> None:
    head = (
        "<title>[2605.01234] On the Waiting of Cranes</title><meta name=citation_title content='On the Waiting of "
        "Cranes'><meta name=citation_author content='Marsh, Ada'><meta name=citation_author content='Reed, Tom'>"
        "<meta name=citation_date content='2026/05/04'>"
    )
    paper = read(f"<h1>Computer Science</h1><blockquote class=abstract>{' '.join(SAID)}</blockquote>", head)
    assert (paper.title, paper.byline) == ("On the Waiting of Cranes", "Ada Marsh, Tom Reed")
    assert paper.published is not None
    assert paper.published.date().isoformat() == "2026-05-04"


@pytest.mark.parametrize(
    ("title", "head", "shown"),
    [
        ("The crane stays | Marlow Post", "<meta property='og:site_name' content='Marlow Post'>", ""),
        ("The crane stays - Marlow Harbour Post", "", "<font size=5><b>The crane stays</b></font><br>"),
        ("Marlow – The crane stays", "", "<p>Marlow – The crane stays</p>"),
    ],
)
def test_a_title_does_not_name_the_site(title: str, head: str, shown: str) -> None:
    found = read(f"{shown}<div>{STORY}</div>", f"<title>{title}</title>{head}").title
    assert found == (title if "Marlow –" in title else "The crane stays")


@pytest.mark.parametrize("stamp", ["0{}:1{}", "{} min ago", "vor {} Minuten", "il y a {} min", "hace {} minutos"])
def test_a_live_blog_has_the_time_above_each_of_its_lines(stamp: str) -> None:
    rows = "".join(
        f"<div class='post'><div class='t'>{stamp.format(n, n)}</div><div><p>{s}</p></div></div>"
        for n, s in enumerate(SAID, 1)
    )
    live = read(f"<main><h1>Harbour vote: the latest</h1>{rows}</main>")
    assert (live.verdict, live.reason) == (Verdict.NOT_ARTICLE, "a live ticker")
    comments = "".join(f"<li><b>Tom</b> <i>{n} min ago</i><p>So it is, I say.</p></li>" for n in range(9))
    assert read(f"<article>{STORY}</article><ol>{comments}</ol>").verdict is Verdict.ARTICLE


def test_a_page_of_teasers_is_no_article() -> None:
    cards = "".join(
        f"<article class=card><h2><a href='/a{n}'>Crane number {n} is put off once more</a></h2><p>{s}</p></article>"
        for n, s in enumerate(SAID)
    )
    assert read(f"<main><h1>Harbour</h1>{cards}</main>").verdict is Verdict.NOT_ARTICLE


LONGER = "".join(
    f"<p>In spring {n} the ferry to the islands was late by {n + 2} hours, and the captain told the passengers that "
    "the engine was old, that the sea was rough, and that nobody had thought of another ship in time.</p>"
    for n in range(14)
)


@pytest.mark.parametrize("given", ["teaser", "all of it"])
def test_of_two_articles_on_a_page_the_feed_says_which(given: str) -> None:
    body = f"<div class='brief'>{STORY}</div><article><h1>The ferry</h1>{LONGER}</article>"
    assert "captain" in read(body).text
    if given == "teaser":
        entry = Entry(None, "The crane stays", None, summary=f"{SAID[0]} {SAID[1][:60]}…")
    else:
        entry = Entry(None, "The crane stays", None, content=f"{STORY}<p>Read more at the Post.</p>")
    article = read(body, entry=entry)
    assert article.verdict is Verdict.ARTICLE
    assert [s for s in SAID if s not in article.text] == []
    assert "captain" not in article.text
    other = Entry(
        None, "Elsewhere", None, summary="A summary in words of its own, which stand nowhere on the page at all."
    )
    assert read(body, entry=other).text == read(body).text


def test_a_page_all_in_data_is_read_without_its_related_stories() -> None:
    told = {"article": {"body": [{"content": s} for s in SAID], "related": [{"title": "The ferry is late again"}]}}
    data = json.dumps({"props": {"pageProps": told}})
    page = f"<div id='__next'>Loading…</div><script id='__NEXT_DATA__' type='application/json'>{data}</script>"
    assert read(page).text.split("\n") == SAID
