"""Pages made to be slow: whatever is repeated, and wherever, a page is read through or refused, never searched anew."""

from __future__ import annotations

import json
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.articles.extract import extract
from pipeline.text import number_sentences

PROSE = "<p>The harbour council said on Monday that the old crane will be mended, and it said so twice in a row.</p>"
UNITS = st.one_of(
    st.sampled_from(
        [
            *(
                ".",
                ".)",
                '"',
                "“",
                "1",
                "1,",
                "\u0301",
                "a\u0301",
                "😀\u200d",
                "-",
                "a-",
                "(",
                "[",
                "\\",
                "/",
                ":",
                "&amp;",
                "&lt;p&gt;",
            ),
            *(
                "<!---->",
                "<b>",
                "<div>",
                "<p>a",
                "<a href=x>b",
                "<sup>2</sup>",
                "<s>a",
                "<q>",
                "<td>a",
                "<br>",
                "<style>a{}",
            ),
            *(
                "filter:",
                "translate(",
                "color:#fff;",
                "@a",
                "by ",
                "photo by ",
                "we use cookies ",
                "this article is for ",
            ),
            *(
                "add to cart 1",
                "add to cart $1",
                "<input ",
                "<iframe ",
                '<div class="',
                "10:00 ",
                "1 of 3 ",
                "<math><mi>",
                "\n",
                "\t",
            ),
        ]
    ),
    st.text(min_size=1, max_size=4),
)
PLACES = st.sampled_from(
    [
        "{}",
        "<article><h1>T</h1>" + PROSE * 3 + "<p>{}</p>" + PROSE * 3 + "</article>",
        "<html><head><title>{}</title></head><body><article>" + PROSE * 6 + "</article></body></html>",
        "<html><head><style>{}</style></head><body><article>" + PROSE * 6 + "</article></body></html>",
        "<article>" + PROSE * 3 + '<div class="{}" id="{}" style="{}">' + PROSE + "</div></article>",
        '<html><head><meta name="author" content="{}"></head><body><p class="byline">{}</p>'
        + PROSE * 6
        + "</body></html>",
        "<script>{}</script><article>" + PROSE * 6 + "</article>",
        "<article>" + PROSE * 3 + "<p>10<sup>{}</sup> {}<sub>2</sub> <script type='math/tex'>{}</script></p></article>",
    ]
)


@settings(max_examples=40, deadline=None)
@given(UNITS, PLACES)
def test_a_page_of_anything_again_and_again_is_read_through(unit: str, place: str) -> None:
    many = unit * (60_000 // len(unit))
    article = extract(place.replace("{}", many).encode("utf-8", "surrogatepass"), url="https://example.org/crane")
    assert len(article.title) <= 1000
    assert len(number_sentences(article.text)) <= len(article.text)


@settings(max_examples=20, deadline=None)
@given(UNITS)
def test_so_is_what_a_page_says_for_machines(unit: str) -> None:
    many = unit * (60_000 // len(unit))
    said = {"@type": "NewsArticle", "headline": many, "author": many, "datePublished": many, "articleBody": many}
    script = f"<script type='application/ld+json'>{json.dumps(said).replace('</', '<')}</script>"
    article = extract(f"<html><head>{script}</head><body>{PROSE * 6}</body></html>".encode("utf-8", "surrogatepass"))
    assert len(article.title) <= 1000
    assert len(article.byline or "") <= 1100


def test_half_a_character_a_page_names_by_its_number_reaches_no_row() -> None:
    said = {
        "@type": "NewsArticle",
        "headline": "A \ud83d crane",
        "author": {"name": "Ada \udc00 Byrne"},
        "url": "/\ud83d",
    }
    said |= {
        "articleSection": "Har\ud83dbour",
        "publisher": {"name": "The \udfff Post"},
        "articleBody": "\ud83d" + "Text. " * 90,
    }
    script = f"<script type='application/ld+json'>{json.dumps(said)}</script>"
    article = extract(f"<html><head>{script}</head><body>{PROSE * 6}</body></html>".encode())
    assert article.title == "A crane"
    json.dumps(asdict(article), default=str, ensure_ascii=False).encode()
