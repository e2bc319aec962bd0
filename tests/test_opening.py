"""A newsroom's first configuration: what its owner said, in the commented file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import parse_config
from pipeline.files import read_text
from pipeline.opening import FirstFeed, ListPrice, Owner, first_configuration
from pipeline.resources import bundled

TEMPLATE = read_text(bundled("config.yaml"))
LINES = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=60).map(str.strip)


def test_what_was_said_stands_there_and_every_comment_stays() -> None:
    owner = Owner(
        "Plain News",
        "Europe/Berlin",
        "desk@example.org",
        [FirstFeed("https://a.example/feed?format=atom#top", "A: the first"), FirstFeed("https://b.example/", "B")],
        "llama-4",
        "http://localhost:11434/v1",
    )
    text = first_configuration(TEMPLATE, owner)
    config = parse_config(text)
    assert (config.newsroom.name, config.newsroom.timezone) == ("Plain News", "Europe/Berlin")
    assert [(f.url, f.name) for f in config.feeds] == [(f.url, f.name) for f in owner.feeds]
    assert config.writer.kind == "openai"
    assert config.writer.model == "llama-4"
    assert config.writer.base_url == "http://localhost:11434/v1"
    assert config.writer.caps.tokens_a_day == 200_000, "nothing is known of its price: tokens are capped"
    assert "times in digests" in text
    assert text.count("#") >= TEMPLATE.count("#") - 5, "only what became a setting is no comment any more"


def test_a_price_caps_the_day_in_money() -> None:
    text = first_configuration(TEMPLATE, Owner(model="gpt-6-luna", price=ListPrice(0.1, 0.5, date(2026, 11, 5))))
    writer = parse_config(text).writer
    assert writer.price is not None
    assert (writer.price.input, writer.price.output, writer.caps.day) == (Decimal("0.1"), Decimal("0.5"), Decimal(2))


def test_an_owner_who_says_nothing_gets_the_commented_file_itself() -> None:
    assert first_configuration(TEMPLATE, Owner()) == TEMPLATE


def test_a_feed_nobody_could_ask_yet_is_written_down_without_a_name() -> None:
    feeds = [FirstFeed("https://a.example/politics.xml"), FirstFeed("https://a.example/sport.xml", "Sport")]
    config = parse_config(first_configuration(TEMPLATE, Owner("Mine", feeds=feeds)))
    assert [(feed.url, feed.name) for feed in config.feeds] == [(f.url, f.name) for f in feeds]


@given(LINES.filter(bool), LINES.filter(bool))
def test_no_name_breaks_the_file(name: str, feed: str) -> None:
    text = first_configuration(TEMPLATE, Owner(name, feeds=[FirstFeed("https://a.example/feed", feed)]))
    config = parse_config(text)
    assert (config.newsroom.name, config.feeds[0].name) == (name, feed)
