"""What came from outside, as it goes out: no link closes early, no text becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.model import EditionFormat
from pipeline.publishing.escape import cut, markdown, markdown_link, web_link, xml_text
from pipeline.publishing.formats import printed

from .test_formats import EDITION, STORY

HOSTILE = [
    "https://example.org/a\\",
    "https://example.org/a)<script>alert(1)</script>",
    'https://example.org/"onmouseover=alert(1) x="',
    "https://example.org/a\n\n<script>alert(1)</script>",
    "https://example.org/<b>&lt;i&gt;",
    "https://example.org/\u202egpj.exe",
]


@pytest.mark.parametrize("link", HOSTILE)
@pytest.mark.parametrize("form", EditionFormat)
def test_a_hostile_link_is_an_address_in_every_format(link: str, form: EditionFormat) -> None:
    text = printed(replace(EDITION, stories=(replace(STORY, link=link),)), form)
    assert "<script" not in text
    assert "\u202e" not in text
    assert "a\\)" not in text
    assert "https://example.org/" in text.replace("=\n", "")


@pytest.mark.parametrize("link", HOSTILE)
def test_a_markdown_link_ends_where_it_should(link: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(markdown_link("Source: *The* [Feed]", link) + "\n\nNext")
    assert re.fullmatch(r'<p><a href="[^"<>]*">Source: \*The\* \[Feed\]</a></p>\n<p>Next</p>\n', html)


@given(st.text(max_size=80))
def test_any_line_in_markdown_shows_just_itself(line: str) -> None:
    one = " ".join(line.split())
    shown = MarkdownIt("commonmark", {"html": True}).parse(markdown(one))
    if one and markdown(one).strip():
        assert [token.type for token in shown] == ["paragraph_open", "inline", "paragraph_close"]
        children = shown[1].children or []
        assert {child.type for child in children} <= {"text", "text_special"}


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_link_leads_to_a_web_address_or_nowhere(rest: str, other: str) -> None:
    link = web_link("https://example.org/" + rest)
    assert re.fullmatch(r"https://example\.org/[A-Za-z0-9!#$%&'*+,/:;=?@_~.\-\[\]]*", link) or link == ""
    assert web_link(link) == link
    assert web_link(other + ":alert(1)") == "" or other.lower().startswith(("http", "https"))


def test_an_address_keeps_its_meaning() -> None:
    assert web_link("https://example.org/a%20b?x=1&y=ü#z") == "https://example.org/a%20b?x=1&y=%C3%BC#z"
    assert unquote(web_link("https://example.org/100%")) == "https://example.org/100%"
    assert web_link("https://münchen.example/x") == "https://xn--mnchen-3ya.example/x"
    assert web_link("javascript:alert(1)") == web_link("//example.org") == web_link("https://[") == ""


@given(st.text(max_size=200))
@example("]]>")  # what no text may hold unescaped
def test_any_text_fits_into_xml(text: str) -> None:
    ElementTree.fromstring(f"<a>{escape(xml_text(text))}</a>")


@pytest.mark.parametrize("form", EditionFormat)
@pytest.mark.parametrize("title", ["<b>\"Bold\" & 'fair'</b> 🎉", "A & B < C", "\x0b\x00 control", "# *x* [y](z) `k`"])
def test_a_headline_with_markup_quotes_and_emoji_in_each_format(form: EditionFormat, title: str) -> None:
    story = replace(STORY, headline=title, text=f"{title}\nIn short: {title}\n{title}\nSource: {title}", title=title)
    text = printed(replace(EDITION, stories=(story,)), form)
    assert "<b>" not in text or form in (EditionFormat.TEXT, EditionFormat.JSON, EditionFormat.EMAIL)
    if form == EditionFormat.RSS:
        ElementTree.fromstring(text)


@given(st.text(max_size=300), st.integers(2, 200))
def test_a_text_that_is_cut_is_short_enough_and_whole_words_where_it_has_any(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith(" …") and text.startswith(short[:-2]))


def test_a_headline_is_cut_at_a_word() -> None:
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three", 12) == "one two …"
    assert cut("onetwothreefour", 8) == "onetwo …"
