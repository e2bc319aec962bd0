"""A story as its page and its feed entries show it: plain values, made of its rows once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.invisible import escaped
from pipeline.languages import language_record
from pipeline.languages.record import SiteWords
from pipeline.model import EditionStory, Notice, StoryState
from pipeline.publishing.days import day_of
from pipeline.publishing.edition import headline
from pipeline.publishing.escape import cut, plain, web_link
from pipeline.publishing.feeds import FeedItem, paragraphs_html, story_urn
from pipeline.publishing.provenance import SCHEMA_ORG, made_line
from pipeline.text import paragraphs, split_sentences
from pipeline.writing.draft import LONGEST_HEADLINE


@dataclass(frozen=True, slots=True)
class Masthead:
    """The newsroom as its site shows it. `address` ends in a slash, or is "" where none is configured."""

    name: str
    language: str
    zone: str
    address: str = ""
    hub: str = ""
    rating: str = ""
    """Where readers say whether a story was clear; "" where nobody is asked."""

    def whole(self, path: str) -> str:
        """A path of the site as a whole address; relative to its root where the site has none yet."""
        return self.address + path


@dataclass(frozen=True, slots=True)
class Change:
    """A place of a story that a correction changed: its sentences before and after; "" where there are none."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as the page tells it, with what it changed, in the order of the page."""

    at: datetime
    day: str
    reason: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A sentence and what it rests on, in words, and the checks whose block on it an editor accepted."""

    text: str
    on: tuple[str, ...]
    accepted_blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryPage:
    id: int
    urn: str
    path: str
    headline: str
    dek: str
    in_short: str
    body: tuple[str, ...]
    source: str
    link: str
    topics: tuple[str, ...]
    published: datetime
    updated: datetime
    published_day: str
    updated_day: str
    corrections: tuple[Correction, ...]
    retracted: Correction | None
    made: str
    source_type: str
    grade: str
    details: str
    sources: tuple[Mapping[str, str], ...]
    rests: tuple[Rest, ...]
    accepted_blocks: tuple[str, ...]
    """The checks whose block on the whole story an editor accepted."""
    own_headline: bool


def story_page(
    story: EditionStory,
    notices: Sequence[tuple[Notice, str, str]],
    *,
    path: str,
    public_at: datetime,
    house: Masthead,
) -> StoryPage:
    """Lay a public story out. `notices` are its corrections and retraction, each with the wording before and after."""
    words, site = language_record(house.language).edition, language_record(house.language).site

    def day(moment: datetime) -> str:
        return day_of(moment, house.zone, house.language)

    told = [
        Correction(n.at, day(n.at), " ".join(plain(n.reason).split()), changes(before, after) if after else ())
        for n, before, after in notices
    ]
    updated = max([public_at, *(c.at for c in told)])
    retracted = told[-1] if told and story.state is StoryState.RETRACTED else None
    lines = [plain(line) for line in paragraphs(story.text)]
    record = story.record
    title = plain(headline(story))
    return StoryPage(
        id=story.story_id,
        urn=story_urn(story.link, story.story_id),
        path=path,
        headline=title,
        dek="" if retracted else lines[0],
        in_short="" if retracted else lines[1],
        body=() if retracted else tuple(lines[2:-1]),
        source=plain(story.source),
        link=web_link(story.link),
        topics=tuple(plain(topic) for topic in story.topics),
        published=public_at,
        updated=updated,
        published_day=day(public_at),
        updated_day=day(updated),
        corrections=() if retracted else tuple(told),
        retracted=retracted,
        made="" if retracted else made_line(record, words),
        source_type=str(record.get("digital_source_type", "")),
        grade="" if retracted or record.get("grade") is None else site.grade.format(grade=f"{record['grade']:.0f}"),
        details=_details(record, site),
        sources=tuple(_source(s, site, day) for s in record.get("sources", ())),
        rests=() if retracted else tuple(_rest(s, site) for s in record.get("sentences", ())),
        accepted_blocks=() if retracted else tuple(record.get("accepted_blocks", ())),
        own_headline=not retracted and title != lines[0],
    )


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Where two wordings of a story differ, sentence by sentence."""
    from rapidfuzz.distance import Indel

    old, new = _sentences(before), _sentences(after)
    found: list[Change] = []
    was: list[str] = []
    now: list[str] = []
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            found += [Change(" ".join(was), " ".join(now))] if was or now else []
            was, now = [], []
        else:
            was += old[step.src_start : step.src_end]
            now += new[step.dest_start : step.dest_end]
    return (*found, Change(" ".join(was), " ".join(now))) if was or now else tuple(found)


def _sentences(text: str) -> list[str]:
    return [plain(s) for line in paragraphs(text) for s in split_sentences(line)]


def _details(record: Mapping[str, Any], site: SiteWords) -> str:
    if not record.get("model"):
        return ""
    judge, limits = record["judge"] or "–", record.get("judge_thresholds")
    if limits:
        judge += f" ({limits['block']:.2g}/{limits['warn']:.2g})"
    return site.details.format(model=record["model"], prompt=record["prompt"] or "–", judge=judge)


def _source(source: Mapping[str, Any], site: SiteWords, day: Any) -> dict[str, str]:
    at = source["published"]
    return {
        "name": source["name"],
        "title": source["title"] or source["link"],
        "link": source["link"],
        "author": site.by_author.format(author=source["author"]) if source["author"] else "",
        "by": source["author"],
        "published": day(datetime.fromisoformat(at)) if at else "",
        "at": at or "",
    }


def _rest(sentence: Mapping[str, Any], site: SiteWords) -> Rest:
    own = {
        "definition": site.own_explanation,
        "analogy": site.own_comparison,
        "takeaway": site.own_conclusion,
    }
    on = tuple(site.evidence.format(number=e["number"], quote=e["quote"]) for e in sentence["evidence"])
    blocks = tuple(sentence.get("accepted_blocks", ()))
    return Rest(plain(sentence["text"]), on or tuple(filter(None, [own.get(sentence["kind"], "")])), blocks)


def feed_item(page: StoryPage, house: Masthead) -> FeedItem:
    """The story in a feed. A retracted one stays there as an update that says so, and nothing of its text."""
    words = language_record(house.language).edition
    if page.retracted is not None:
        line = words.retracted.format(day=page.retracted.day, reason=page.retracted.reason)
        title, summary, html = f"{words.retracted_title}: {page.headline}", line, paragraphs_html([line])
    else:
        notes = [words.corrected.format(day=c.day, reason=c.reason) for c in page.corrections]
        opening = [page.dek] if page.own_headline else []
        link = _link_html(page)
        parts = [*notes, *opening, page.in_short, *page.body]
        made = paragraphs_html([page.made]) if page.made else ""
        title, summary = page.headline, page.dek
        html = "\n".join(filter(None, [paragraphs_html(parts), link, made]))
    return FeedItem(
        id=page.urn,
        link=house.whole(page.path),
        title=title,
        summary=summary,
        html=html,
        published=page.published,
        updated=page.updated,
        topics=page.topics,
        author=house.name,
        source=page.source,
        source_link=page.link,
    )


def _link_html(page: StoryPage) -> str:
    from html import escape

    line = f"{escape(page.source)}"
    return f'<p><a href="{escape(page.link)}">{line}</a></p>' if page.link else f"<p>{line}</p>"


def json_ld(page: StoryPage, house: Masthead) -> str:
    """The story in the words of schema.org, safe to stand in a page."""
    newsroom = {"@type": "NewsMediaOrganization", "name": house.name}
    if house.address:
        newsroom["url"] = house.address
    told = [*page.corrections, *([page.retracted] if page.retracted else [])]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": cut(page.headline, LONGEST_HEADLINE),
        "description": page.dek,
        "datePublished": page.published.isoformat(),
        "dateModified": page.updated.isoformat(),
        "inLanguage": house.language,
        "articleSection": list(page.topics) if len(page.topics) > 1 else "".join(page.topics),
        "author": newsroom,
        "publisher": newsroom,
        "mainEntityOfPage": house.whole(page.path) if house.address else "",
        "url": house.whole(page.path) if house.address else "",
        "identifier": page.urn,
        "isAccessibleForFree": True,
        "digitalSourceType": "" if page.retracted else SCHEMA_ORG.get(page.source_type, ""),
        "creditText": page.made,
        "creativeWorkStatus": "Retracted" if page.retracted else "",
        "isBasedOn": [_work(source) for source in page.sources if source["link"]],
        "correction": [
            {"@type": "CorrectionComment", "text": c.reason, "datePublished": c.at.isoformat()} for c in told
        ],
    }
    filled = {name: value for name, value in found.items() if value not in ("", [], None)}
    text = escaped(json.dumps(filled, ensure_ascii=False, separators=(",", ":")))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _work(source: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "NewsArticle", "url": source["link"]}
    found["headline"] = cut(source["title"], LONGEST_HEADLINE)
    found["publisher"] = {"@type": "Organization", "name": source["name"]}
    if source["by"]:
        found["author"] = {"@type": "Person", "name": source["by"]}
    if source["at"]:
        found["datePublished"] = source["at"]
    return found
