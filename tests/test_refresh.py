"""Pages that send on."""

from __future__ import annotations

import pytest

from pipeline.refresh import sends_on

TEXT = "<p>" + "The ferry leaves at nine. " * 30


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv=refresh content='0;url=/a'>" + TEXT,
        '<META content="0; URL=\'/a\'" HTTP-EQUIV="Refresh">',
        '<meta name="x"><meta http-equiv="refresh" content="0, /a">',
        '<script>go()</script><noscript><META http-equiv="refresh" content="0;URL=\'/a\'"></noscript>',
        "<p>You are sent on in 5 seconds.</p><meta http-equiv='refresh' content='5; url=/a'>",
        "<meta http-equiv=refresh content='0;url=&#47;a'>",
    ],
)
def test_a_page_that_sends_on_is_known(page: str) -> None:
    assert sends_on(page.encode(), "text/html; charset=utf-8") == "/a"


@pytest.mark.parametrize(
    "page",
    [
        TEXT,
        "<noscript><meta http-equiv=refresh content='0;url=/a'></noscript>" + TEXT,
        "<meta http-equiv=refresh content='5;url=/a'>" + TEXT,
        "<meta http-equiv=refresh content='300;url=/a'>",
        "<meta http-equiv=refresh content='300'>",
        "<!-- <meta http-equiv=refresh content='0;url=/a'> -->",
        "<script>'<meta http-equiv=refresh content=0;url=/a>'</script>",
        "<textarea><meta http-equiv=refresh content='0;url=/a'></textarea>",
        "<!--" * 30_000,
        "<meta " * 30_000,
        "<script" * 30_000,
    ],
)
def test_a_page_with_something_to_read_stays(page: str) -> None:
    assert sends_on(page.encode(), "text/html") is None


def test_a_header_sends_on_and_what_is_no_page_does_not() -> None:
    assert sends_on(b"%PDF", "application/pdf", "0; url=/a") == "/a"
    assert sends_on(b"<meta http-equiv=refresh content='0;url=/a'>", "text/plain") is None
