"""What goes into an edition, and the document that is kept of it so that it prints unchanged for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError
from pipeline.model import Edition, EditionStory, Notice, StoryState
from pipeline.publishing.escape import web_link
from pipeline.text import paragraphs

_AGO = re.compile(r"(\d{1,5})\s*(h|hours?|d|days?|w|weeks?)$")


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A moment as people write it: `24h`, `3d`, `today`, `yesterday`, `2026-11-20`, `2026-11-20T09:00`.

    A date or time without a zone is in the newsroom's. Raises UsageError naming what is allowed.
    """
    word = text.strip().lower()
    if match := _AGO.match(word):
        hours = {"h": 1, "d": 24, "w": 168}[match.group(2)[0]]
        return now - timedelta(hours=int(match.group(1)) * hours)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if word == "today":
        return midnight
    if word == "yesterday":
        return midnight - timedelta(days=1)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            f"'{text}' is not a time; write 24h, 3d, today, yesterday, 2026-11-20 or 2026-11-20T09:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def at_level(edition: Edition, level: str) -> Edition:
    """The edition as readers of a level get it: its simple texts where there are any, else the standard ones."""
    if level != "simple":
        return edition
    return replace(edition, stories=tuple(_simply(s) for s in edition.stories))


def _simply(story: EditionStory) -> EditionStory:
    if not story.simple:
        return story
    return replace(story, text=story.simple, headline=story.simple_headline or story.headline)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an editor arranged for the next edition: ids of stories, wished for, not promised."""

    order: tuple[int, ...] = ()
    leave_out: frozenset[int] = frozenset()
    """These wait for the edition after it."""
    lead: int | None = None

    def moved(self, story: int, to: int, shown: Sequence[int]) -> Plan:
        """The plan with a story at another place (0-based) among those `shown`, in the order they were."""
        rest = [number for number in shown if number != story]
        rest.insert(max(0, to), story)
        return replace(self, order=tuple(rest), lead=rest[0] if self.lead in (None, *rest) else self.lead)

    def without(self, story: int) -> Plan:
        """The plan with a story left for the edition after."""
        lead = None if self.lead == story else self.lead
        return replace(self, leave_out=self.leave_out | {story}, lead=lead)

    def back(self, story: int) -> Plan:
        """The plan with a story no longer left out."""
        return replace(self, leave_out=self.leave_out - {story})

    def led_by(self, story: int) -> Plan:
        return replace(self, lead=story, leave_out=self.leave_out - {story})

    def content(self) -> dict[str, Any]:
        return {"order": list(self.order), "leave_out": sorted(self.leave_out), "lead": self.lead}


def plan_from(content: Mapping[str, Any]) -> Plan:
    return Plan(tuple(content.get("order", ())), frozenset(content.get("leave_out", ())), content.get("lead"))


def arranged(found: Sequence[EditionStory], plan: Plan = Plan()) -> tuple[EditionStory, ...]:
    """The stories as they are printed: one a story, the lead first, then as arranged, then as they came.

    Without a wish what most feeds told leads, where more than one did.
    """
    once = {story.story_id: story for story in found if story.story_id not in plan.leave_out}
    places = {number: place for place, number in enumerate(plan.order)}
    stories = sorted(once.values(), key=lambda story: places.get(story.story_id, len(places)))
    lead = next((s for s in stories if s.story_id == plan.lead), None)
    if lead is None and not places:
        lead = max(stories, key=lambda story: story.sources, default=None)
        lead = lead if lead is not None and lead.sources > 1 else None
    return tuple(stories) if lead is None else (lead, *(s for s in stories if s is not lead))


def with_notices(edition: Edition, notices: Iterable[Notice]) -> Edition:
    """An edition printed again: where a story was retracted stands a line that says so, a corrected one has its note.

    The rest is as it was issued; so is the wording of a corrected story, below its note.
    """
    by_story: dict[int, list[Notice]] = {}
    for notice in notices:
        if notice.at > edition.issued:
            by_story.setdefault(notice.story_id, []).append(notice)
    if not by_story:
        return edition
    return replace(
        edition,
        stories=tuple(_noted(s, by_story.get(s.story_id, [])) for s in edition.stories),
        notices=tuple(_in_force(n, by_story.get(n.story_id, [])) for n in edition.notices),
    )


def _in_force(notice: Notice, found: Sequence[Notice]) -> Notice:
    """What was told of a correction; where the story was retracted since, that."""
    if found and found[-1].state is StoryState.RETRACTED:
        return replace(found[-1], link=notice.link)
    return notice


def _noted(story: EditionStory, found: Sequence[Notice]) -> EditionStory:
    if not found:
        return story
    if found[-1].state is StoryState.RETRACTED:
        return replace(
            story,
            text="",
            simple="",
            headline=headline(story),
            simple_headline="",
            record={},
            state=StoryState.RETRACTED,
            notices=(found[-1],),
        )
    return replace(story, state=StoryState.CORRECTED, notices=(*story.notices, *found))


def to_document(edition: Edition) -> dict[str, Any]:
    """The edition as JSON: times ISO 8601 UTC, texts as they were approved."""
    return {
        "newsroom": edition.newsroom,
        "number": edition.number,
        "issued": edition.issued.isoformat(),
        "issued_by": edition.issued_by,
        "since": edition.since.isoformat() if edition.since else None,
        "until": edition.until.isoformat() if edition.until else None,
        "timezone": edition.timezone,
        "language": edition.language,
        "topic": edition.topic,
        "preview": edition.preview,
        "stories": [
            {
                "id": s.story_id,
                "draft": s.draft_id,
                "state": str(s.state),
                "approved": s.approved,
                "topic": s.topics[0] if s.topics else "",
                "topics": list(s.topics),
                "headline": headline(s),
                "title": s.title,
                "source": s.source,
                "link": web_link(s.link),
                "published": s.published.isoformat() if s.published else None,
                "hash": s.hash,
                "sources": s.sources,
                "text": s.text,
                "simple": s.simple,
                "simple_headline": s.simple_headline,
                "record": dict(s.record),
                "notices": [_notice(n) for n in s.notices],
            }
            for s in edition.stories
        ],
        "notices": [_notice(n) for n in edition.notices],
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "story": notice.story_id,
        "state": str(notice.state),
        "title": notice.title,
        "source": notice.source,
        "reason": notice.reason,
        "at": notice.at.isoformat(),
        "link": web_link(notice.link),
    }


def known_by(headline: str, text: str) -> str:
    """What readers know a story by: its headline, or its dek where it has none, whatever became of it."""
    return headline or paragraphs(text)[0]


def headline(story: EditionStory) -> str:
    """What readers know a story of an edition by."""
    return known_by(story.headline, story.text)


def from_document(document: dict[str, Any], number: int | None = None) -> Edition:
    """The edition of a document that was kept, by this version or one before it."""

    def moment(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    def notice(n: dict[str, Any]) -> Notice:
        at = datetime.fromisoformat(n["at"])
        state, link = StoryState(n["state"]), n.get("link", "")
        return Notice(n["story"], state, n["title"], n["source"], n["reason"], at, link)

    def story(s: dict[str, Any]) -> EditionStory:
        own = s.get("headline", "")
        return EditionStory(
            story_id=s["id"],
            draft_id=s["draft"],
            topics=tuple(s["topics"]) if "topics" in s else tuple(filter(None, [s["topic"]])),
            text=s["text"],
            title=s["title"],
            source=s["source"],
            link=s["link"],
            published=moment(s["published"]),
            approved=s["approved"],
            state=StoryState(s["state"]),
            simple=s.get("simple", ""),
            headline="" if own in paragraphs(s["text"])[:1] else own,
            simple_headline=s.get("simple_headline", ""),
            hash=s.get("hash", ""),
            sources=s.get("sources", 1),
            record=s.get("record", {}),
            notices=tuple(map(notice, s.get("notices", ()))),
        )

    return Edition(
        newsroom=document["newsroom"],
        issued=datetime.fromisoformat(document["issued"]),
        since=moment(document["since"]),
        until=moment(document["until"]),
        timezone=document["timezone"],
        topic=document["topic"],
        number=number or document["number"],
        preview=document["preview"],
        stories=tuple(map(story, document["stories"])),
        notices=tuple(map(notice, document.get("notices", ()))),
        issued_by=document.get("issued_by", ""),
        language=document.get("language", "en"),
    )
