"""Editions in every format, and moments as people write them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import UsageError
from pipeline.model import Edition, EditionFormat, EditionStory, Notice, StoryState
from pipeline.publishing.edition import at_level, from_document, parse_moment, to_document, with_notices
from pipeline.publishing.formats import printed, to_html, to_markdown, to_text
from pipeline.publishing.letter import subject
from pipeline.publishing.provenance import source_names

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
STORY = EditionStory(
    story_id=1,
    draft_id=2,
    topics=("ai", "law"),
    text="A <b>dek</b> & *more*.\nIn short: It is short.\nA paragraph.\nSource: The Feed",
    title="T",
    source="The Feed",
    link="https://example.org/a",
    published=NOW,
)
EDITION = Edition("The Desk", NOW, None, None, "Europe/Berlin", number=3, stories=(STORY,))


def test_text_has_the_golden_form_and_the_newsrooms_time() -> None:
    assert to_text(EDITION) == f"The Desk · 20 November 2026, 10:00 CET · No. 3\n\n{STORY.text}\n{STORY.link}\n"


def test_markdown_and_html_show_markup_as_text() -> None:
    assert "## A \\<b\\>dek\\</b\\> & \\*more\\*." in to_markdown(EDITION)
    page = to_html(EDITION)
    assert "<h2>A &lt;b&gt;dek&lt;/b&gt; &amp; *more*.</h2>" in page
    assert '<a href="https://example.org/a" rel="noopener noreferrer">Source: The Feed</a>' in page
    assert "<script" not in page


def test_a_link_that_is_no_web_address_is_no_link() -> None:
    hostile = replace(EDITION, stories=(replace(STORY, link="javascript:alert(1)"),))
    assert "javascript:" not in to_html(hostile)
    assert "javascript:" not in to_markdown(hostile)


@pytest.mark.parametrize("form", EditionFormat)
def test_an_unapproved_story_is_marked_as_such(form: EditionFormat) -> None:
    waiting = replace(STORY, approved=False, state=StoryState.IN_REVIEW)
    text = printed(replace(EDITION, preview=True, stories=(waiting,)), form)
    assert "NOT APPROVED" in text or json.loads(text)["stories"][0]["approved"] is False


@pytest.mark.parametrize("form", [EditionFormat.TEXT, EditionFormat.MARKDOWN, EditionFormat.HTML])
def test_an_empty_edition_says_so(form: EditionFormat) -> None:
    assert "No approved stories on ai in this time." in printed(replace(EDITION, topic="ai", stories=()), form)


def test_a_kept_edition_is_the_edition() -> None:
    assert from_document(json.loads(json.dumps(to_document(EDITION)))) == EDITION


HEADED = replace(STORY, headline="What <it> is called", simple=STORY.text.replace("short", "easy"))


def test_a_headline_stands_above_the_dek_in_every_format() -> None:
    edition = replace(EDITION, stories=(HEADED,))
    assert f"\n\nWhat <it> is called\n{STORY.text}\n" in to_text(edition)
    assert "## What \\<it\\> is called\n\nA \\<b\\>dek" in to_markdown(edition)
    assert "<h2>What &lt;it&gt; is called</h2>" in to_html(edition)
    assert "<title>What &amp;lt;it&amp;gt; is called</title>" in printed(edition, EditionFormat.RSS)
    assert json.loads(printed(edition, EditionFormat.JSON))["stories"][0]["headline"] == HEADED.headline
    assert "Subject: The Desk: What <it> is called" in printed(edition, EditionFormat.EMAIL)
    assert from_document(json.loads(json.dumps(to_document(edition)))) == edition


CORRECTED = Notice(
    7, StoryState.CORRECTED, "A | bridge", "Feed", "It is red.", NOW - timedelta(hours=1), "https://news.example/b.html"
)


@pytest.mark.parametrize("form", EditionFormat)
def test_a_correction_leads_to_the_page_that_has_it(form: EditionFormat) -> None:
    text = printed(replace(EDITION, notices=(CORRECTED,)), form)
    assert "https://news.example/b.html" in text.replace("=\n", "")


def test_a_correction_without_a_site_leads_nowhere_and_one_without_a_title_is_told() -> None:
    html = to_html(replace(EDITION, stories=(), notices=(replace(CORRECTED, link="", title=""),)))
    assert "<li>“” (Feed). Corrected on 20 November 2026: It is red.</li>" in html


def test_what_was_corrected_and_then_retracted_is_told_as_retracted_wherever_it_is_printed() -> None:
    gone = replace(CORRECTED, state=StoryState.RETRACTED, title="Bridges", reason="No.", at=NOW + timedelta(1), link="")
    again = with_notices(replace(EDITION, notices=(CORRECTED,)), [replace(CORRECTED), gone])
    assert "A | bridge" not in to_text(again)
    assert (
        "Our story on “Bridges” (Feed) was retracted on 21 November 2026: No. https://news.example/b.html"
        in to_text(again)
    )


def test_the_link_is_at_the_title_also_where_the_wording_says_the_same_word() -> None:
    gone = replace(CORRECTED, state=StoryState.RETRACTED, title="story")
    text = printed(replace(EDITION, notices=(gone,)), EditionFormat.MARKDOWN)
    assert f"Our story on “[story]({gone.link})” (" in text


def test_a_mail_of_corrections_alone_says_so_in_its_subject() -> None:
    assert subject(replace(EDITION, stories=(), notices=(CORRECTED,))) == "The Desk: Corrections"
    assert subject(EDITION) == "The Desk: A <b>dek</b> & *more*."
    assert subject(replace(EDITION, stories=())) == "The Desk"


def test_readers_of_the_simple_level_get_its_headline_where_it_has_one() -> None:
    def simple(story: EditionStory) -> str:
        return to_text(at_level(replace(EDITION, stories=(story,)), "simple"))

    assert "What <it> is called\nA <b>dek</b> & *more*.\nIn easy:" in simple(HEADED)
    assert "Its easy name\nA <b>dek</b>" in simple(replace(HEADED, simple_headline="Its easy name"))
    assert "What <it> is called\n" in simple(replace(HEADED, simple="", simple_headline="Its easy name"))


@pytest.mark.parametrize("form", EditionFormat)
def test_a_headline_of_300_characters_is_printed_whole_and_makes_a_subject_that_is_not(form: EditionFormat) -> None:
    long = " ".join(["headline"] * 33)
    text = printed(replace(EDITION, stories=(replace(STORY, headline=long),)), form)
    if form is EditionFormat.EMAIL:
        mail = message_from_string(text, policy=policy.default)
        assert mail["Subject"].startswith("The Desk: headline") and mail["Subject"].endswith("headline …")
        assert len(mail["Subject"]) <= 200
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content()
    assert long in text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", "2026-11-19T09:00:00+00:00"),
        ("3 days", "2026-11-17T09:00:00+00:00"),
        ("today", "2026-11-19T23:00:00+00:00"),
        ("yesterday", "2026-11-18T23:00:00+00:00"),
        ("2026-11-18", "2026-11-17T23:00:00+00:00"),
        ("2026-11-18T12:00+00:00", "2026-11-18T12:00:00+00:00"),
    ],
)
def test_moments_are_in_the_newsrooms_zone(text: str, moment: str) -> None:
    assert parse_moment(text, NOW, BERLIN).astimezone(UTC).isoformat() == moment


def test_a_moment_that_is_none_says_what_to_write() -> None:
    with pytest.raises(UsageError, match="write 24h, 3d"):
        parse_moment("soonish", NOW, BERLIN)


def test_every_topic_of_a_story_is_told() -> None:
    (story, *_) = json.loads(printed(EDITION, EditionFormat.JSON))["stories"]
    assert (story["topic"], story["topics"]) == ("ai", ["ai", "law"])
    assert "<category>ai</category>\n<category>law</category>" in printed(EDITION, EditionFormat.RSS)
    assert from_document(to_document(EDITION)).stories[0].topics == ("ai", "law")
    before = to_document(EDITION)
    del before["stories"][0]["topics"]  # as editions were kept before
    assert from_document(before).stories[0].topics == ("ai",)


def test_a_story_names_every_feed_it_rests_on_the_leads_first() -> None:
    told = [
        {"name": "The Courier", "lead": False, "used": True},
        {"name": "The Gazette", "lead": True, "used": True},
        {"name": "The Kiosk", "lead": False, "used": False},
        {"name": "The Courier", "lead": False, "used": True},
    ]
    assert source_names({"sources": told}) == ["The Gazette", "The Courier"]
    assert source_names({"sources": [{"name": "The Gazette"}]}) == []
