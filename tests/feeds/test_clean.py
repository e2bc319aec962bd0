"""What strangers wrote, made plain: markup that was escaped once too often, and words about markup."""

from __future__ import annotations

import pytest

from pipeline.feeds.clean import plain, safe_html

TOO_OFTEN = {
    "&lt;p&gt;Hello &lt;b&gt;world&lt;/b&gt; &amp;amp; you.&lt;/p&gt;": "Hello world & you.",
    "One bin is full.&lt;br /&gt;Two are not.": "One bin is full. Two are not.",
    '&lt;img src="https://e.org/a.png" /&gt;Bins are full.&lt;a href="https://e.org"&gt;More&lt;/a&gt;': (
        "Bins are full.More"
    ),
    "&lt;p&gt;Hi&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;": "Hi",
}
ABOUT_TAGS = {
    "The tag &lt;b&gt; makes text bold; &lt;/b&gt; ends it.": "The tag <b> makes text bold; </b> ends it.",
    "&lt;p&gt; is closed by &lt;/p&gt;": "<p> is closed by </p>",
    "Use &lt;br&gt; for breaks": "Use <br> for breaks",
    "<p>Write <code>&lt;p&gt;x&lt;/p&gt;</code></p>": "Write <p>x</p>",
    "a &lt; b and c &gt; d": "a < b and c > d",
}


@pytest.mark.parametrize("raw", TOO_OFTEN)
def test_markup_that_was_escaped_once_too_often_is_markup(raw: str) -> None:
    assert plain(raw, 500, markup=True) == TOO_OFTEN[raw]
    assert "&lt;" not in safe_html(raw)
    assert "script" not in safe_html(raw)


@pytest.mark.parametrize("raw", ABOUT_TAGS)
def test_words_about_tags_keep_them(raw: str) -> None:
    assert plain(raw, 500, markup=True) == ABOUT_TAGS[raw]
    assert "&lt;" in safe_html(raw)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Macron&amp;nbsp;: la suite", "Macron : la suite"),
        ("It&amp;#8217;s &amp;ldquo;done&amp;rdquo;", "It’s “done”"),
        ("How to write &amp;lt;b&amp;gt; and &amp;#60;i&amp;#62;", "How to write &lt;b&gt; and &#60;i&#62;"),
        ("AT&amp;amp;T", "AT&amp;T"),
    ],
)
def test_blanks_and_marks_escaped_once_too_often_are_read_and_markup_is_not(said: str, meant: str) -> None:
    assert plain(f"<b></b>{said}", 200, markup=True) == meant
