"""Times as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.times import parse_time


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Thu, 30 Apr 2026 08:57:00 GMT", "2026-04-30T08:57"),
        ("Thu, 30 Apr 2026 08:57:00 MEST", "2026-04-30T06:57"),
        ("Thu, 30 Apr 2026 08:57:00 BST", "2026-04-30T07:57"),
        ("2026-04-30T08:57:00 CEST", "2026-04-30T06:57"),
        ("Wed, 11 Mar 2026 22:52:30+5:30", "2026-03-11T17:22:30"),
        ("Wed, 04 Mar 2026 09:15:00 GMT+2", "2026-03-04T07:15"),
        ("Wed Mar 04 2026 09:15:00 GMT+0100 (Central European Standard Time)", "2026-03-04T08:15"),
        ("Wed Mar  4 09:15:00 UTC 2026", "2026-03-04T09:15"),
        ("Wed, 04 Mar 26 09:15 -0500 (EST)", "2026-03-04T14:15"),
        ("Wed, 04 Mar 2026 24:00:00 GMT", "2026-03-05T00:00"),
        ("March 4, 2026 9:15 AM PST", "2026-03-04T17:15"),
        ("Sep. 4, 2026, 12:15 a.m. ET", "2026-09-04T04:15"),
        ("04 Mar 2026 09:15:00 America/New_York", "2026-03-04T14:15"),
        ("2026-03-04T9:15Z", "2026-03-04T09:15"),
        ("2026-03-04T09:15:00−08:00", "2026-03-04T17:15"),
        ("2026/3/4 09:15", "2026-03-04T09:15"),
        ("09:15 04.03.2026", "2026-03-04T09:15"),
        ("13/03/2026", "2026-03-13T00:00"),
        ("1772615700", "2026-03-04T09:15"),
        ("1772615700000", "2026-03-04T09:15"),
        ("Mi, 04 Mär 2026 10:00:00 +0100", "2026-03-04T09:00"),
        ("4. März 2026, 10:15 Uhr", "2026-03-04T10:15"),
        ("mar. 4 mars 2026 10h15", "2026-03-04T10:15"),
        ("miércoles, 4 de marzo de 2026, 10:15", "2026-03-04T10:15"),
        ("среда, 4 марта 2026 г. 10:15", "2026-03-04T10:15"),
        ("2026. március 4. 10:15", "2026-03-04T10:15"),
        ("2026年3月4日 9時15分", "2026-03-04T09:15"),
        ("2026년 3월 4일 오후 9:15", "2026-03-04T21:15"),
        ("٢٠٢٦-٠٣-٠٤", "2026-03-04T00:00"),
    ],
)
def test_any_layout_is_read(written: str, utc: str) -> None:
    moment = parse_time(written)
    assert moment is not None
    assert moment.isoformat().removesuffix("+00:00").removesuffix(":00") == utc


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Thu, 30 Apr 2026 08:57:00 XYZT",  # a zone nobody knows is not UTC
        "Wed, 04 Mar 2026 09:15:00 A",
        "Wed, 04 Mar 2026 09:15:00 +9900",
        "04/03/2026",  # April or March
        "4 March 09:15",  # no year
        "March 2026",
        "2026-03",
        "2026",
        "--04-03",
        "Sat, 31 Feb 2026 09:15:00 GMT",
        "2026-03-04T25:15:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_what_is_left_open_or_makes_no_sense_is_not_guessed(written: str) -> None:
    assert parse_time(written) is None


@given(st.text(max_size=120) | st.text("0123456789:/.-+TZ aeprMGmt年", max_size=120))
def test_no_text_breaks_it(written: str) -> None:
    parse_time(written)
