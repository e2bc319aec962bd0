"""Feeds out: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, written from the same values so that they say the same.

Written here rather than with a library: the one there is builds a tree for each entry, which is slow for a site of
thousands of stories, and lets control characters into the XML.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from pipeline import __version__
from pipeline.invisible import escaped
from pipeline.languages import language_record
from pipeline.model import Edition, EditionStory, StoryState
from pipeline.publishing.escape import plain, web_link, xml_text


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A story as feeds carry it. `id` never changes, whatever becomes of title, wording and address."""

    id: str
    link: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    topics: tuple[str, ...] = ()
    author: str = ""
    """Of the story: the newsroom. The source's authors stand in the text."""
    source: str = ""
    source_link: str = ""


@dataclass(frozen=True, slots=True)
class PublicFeed:
    """`home` is the page it is of, `address` its own; "" where it has none yet."""

    id: str
    title: str
    description: str
    home: str
    address: str
    updated: datetime
    language: str
    items: Sequence[FeedItem]
    hub: str = ""


def story_urn(link: str, story_id: int) -> str:
    """A story's name for ever: it hangs on neither the newsroom's name nor its address."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{web_link(link)}#story-{story_id}").urn


def _x(text: str) -> str:
    return escape(xml_text(text), quote=True)


_MARKUP = re.compile(r"<[/!a-zA-Z]|&#?\w+;")


def _rss_title(text: str) -> str:
    """RSS does not say whether a title is HTML; readers take one for it that looks like it, so that is escaped."""
    return _x(escape(text, quote=False) if _MARKUP.search(text) else text)


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mail_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def atom(feed: PublicFeed) -> str:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_x(feed.language)}">',
        f"<id>{_x(feed.id)}</id>",
        f"<title>{_x(feed.title)}</title>",
        f"<subtitle>{_x(feed.description)}</subtitle>" if feed.description else "",
        f"<updated>{_when(feed.updated)}</updated>",
        f"<author><name>{_x(feed.title)}</name></author>",
        f'<generator version="{__version__}">In Short</generator>',
        f'<link rel="alternate" type="text/html" href="{_x(feed.home)}"/>' if feed.home else "",
        f'<link rel="self" type="application/atom+xml" href="{_x(feed.address)}"/>' if feed.address else "",
        f'<link rel="hub" href="{_x(feed.hub)}"/>' if feed.hub else "",
    ]
    for item in feed.items:
        lines += [
            "<entry>",
            f"<id>{_x(item.id)}</id>",
            f"<title>{_x(item.title)}</title>",
            f'<link rel="alternate" type="text/html" href="{_x(item.link)}"/>' if item.link else "",
            f'<link rel="via" href="{_x(item.source_link)}" title="{_x(item.source)}"/>' if item.source_link else "",
            f"<published>{_when(item.published)}</published>",
            f"<updated>{_when(item.updated)}</updated>",
            *(f'<category term="{_x(topic)}"/>' for topic in item.topics),
            f"<summary>{_x(item.summary)}</summary>",
            f'<content type="html">{_x(item.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*filter(None, lines), "</feed>"]) + "\n"


def rss(feed: PublicFeed) -> str:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        "<channel>",
        f"<title>{_x(feed.title)}</title>",
        f"<link>{_x(feed.home)}</link>",
        f"<description>{_x(feed.description or feed.title)}</description>",
        f"<language>{_x(feed.language)}</language>",
        f"<lastBuildDate>{_mail_date(feed.updated)}</lastBuildDate>",
        f"<generator>In Short {__version__}</generator>",
        f'<atom:link rel="self" type="application/rss+xml" href="{_x(feed.address)}"/>' if feed.address else "",
        f'<atom:link rel="hub" href="{_x(feed.hub)}"/>' if feed.hub else "",
    ]
    for item in feed.items:
        lines += [
            "<item>",
            f"<title>{_rss_title(item.title)}</title>",
            f"<link>{_x(item.link)}</link>" if item.link else "",
            f'<guid isPermaLink="false">{_x(item.id)}</guid>',
            f"<pubDate>{_mail_date(item.published)}</pubDate>",
            f"<atom:updated>{_when(item.updated)}</atom:updated>",
            f"<dc:creator>{_x(item.author)}</dc:creator>" if item.author else "",
            *(f"<category>{_x(topic)}</category>" for topic in item.topics),
            f"<description>{_x(escape(item.summary, quote=False))}</description>",
            f"<content:encoded>{_x(item.html)}</content:encoded>",
            "</item>",
        ]
    return "\n".join([*filter(None, lines), "</channel>", "</rss>"]) + "\n"


def json_feed(feed: PublicFeed) -> str:
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.title}],
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
        "items": [
            _filled(
                {
                    "id": item.id,
                    "url": item.link,
                    "external_url": item.source_link,
                    "title": item.title,
                    "summary": item.summary,
                    "content_html": item.html,
                    "date_published": _when(item.published),
                    "date_modified": _when(item.updated),
                    "tags": list(item.topics),
                }
            )
            for item in feed.items
        ],
    }
    return escaped(json.dumps({"items": [], **_filled(document)}, ensure_ascii=False, indent=1)) + "\n"


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def paragraphs_html(lines: Sequence[str]) -> str:
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)


def edition_feed(edition: Edition) -> str:
    """An edition as RSS 2.0: its stories, and what was corrected or retracted as updates of theirs."""
    from pipeline.publishing.formats import heading, notice_line

    words = language_record(edition.language).edition
    told = [
        FeedItem(
            id=f"urn:inshort:notice:{n.story_id}:{_when(n.at)}",
            link=web_link(n.link),
            title=f"{words.corrections}: {plain(n.title)}",
            summary=notice_line(n, edition, words),
            html=paragraphs_html([notice_line(n, edition, words)]),
            published=n.at,
            updated=n.at,
        )
        for n in edition.notices
    ]
    items = [_edition_item(story, edition) for story in edition.stories]
    name = f"urn:inshort:edition:{edition.number or 0}"
    title = f"PREVIEW · {heading(edition)}" if edition.preview else heading(edition)
    return rss(
        PublicFeed(
            id=name,
            title=title,
            description=title,
            # RSS wants a link of the channel; an edition of notices alone has no page to lead to.
            home=next((item.link for item in items if item.link), name),
            address="",
            updated=edition.issued,
            language=edition.language,
            items=[*items, *told],
        )
    )


def _edition_item(story: EditionStory, edition: Edition) -> FeedItem:
    from pipeline.publishing.formats import shown

    s = shown(story, edition)
    body = [*s.marks, *(s.lines if s.own_headline else s.lines[1:])]
    link = f'<p><a href="{escape(s.link)}">{escape(s.source)}</a></p>' if s.link else paragraphs_html([s.source])
    made = paragraphs_html([s.made]) if s.made else ""
    retracted = story.state is StoryState.RETRACTED
    return FeedItem(
        id=story_urn(story.link, story.story_id),
        link=s.link,
        title=s.headline if not s.marks or story.approved else f"{s.marks[0]}: {s.headline}",
        summary=s.marks[0] if retracted else s.lines[0],
        html=paragraphs_html(s.marks) if retracted else "\n".join(filter(None, [paragraphs_html(body), link, made])),
        published=edition.issued,
        updated=max([edition.issued, *(n.at for n in story.notices)]),
        topics=s.topics,
        author=plain(edition.newsroom),
        source=s.source,
        source_link=s.link,
    )
