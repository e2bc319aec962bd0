"""What goes into an edition, and the document that is kept of it so that it prints unchanged for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError
from pipeline.model import Edition, EditionStory, StoryState

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
            f"'{text}' is no time; write 24h, 3d, today, yesterday, 2026-11-20 or 2026-11-20T09:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def at_level(edition: Edition, level: str) -> Edition:
    """The edition as readers of a level get it: its simple texts where there are any, else the standard ones."""
    if level != "simple":
        return edition
    return replace(edition, stories=tuple(replace(s, text=s.simple or s.text) for s in edition.stories))


def to_document(edition: Edition) -> dict[str, Any]:
    """The edition as JSON: times ISO 8601 UTC, texts as they were approved."""
    return {
        "newsroom": edition.newsroom,
        "number": edition.number,
        "issued": edition.issued.isoformat(),
        "since": edition.since.isoformat() if edition.since else None,
        "until": edition.until.isoformat() if edition.until else None,
        "timezone": edition.timezone,
        "topic": edition.topic,
        "preview": edition.preview,
        "stories": [
            {
                "id": s.story_id,
                "draft": s.draft_id,
                "state": str(s.state),
                "approved": s.approved,
                "topic": s.topic,
                "title": s.title,
                "source": s.source,
                "link": s.link,
                "published": s.published.isoformat() if s.published else None,
                "text": s.text,
                "simple": s.simple,
            }
            for s in edition.stories
        ],
    }


def from_document(document: dict[str, Any], number: int | None = None) -> Edition:
    def moment(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    return Edition(
        newsroom=document["newsroom"],
        issued=datetime.fromisoformat(document["issued"]),
        since=moment(document["since"]),
        until=moment(document["until"]),
        timezone=document["timezone"],
        topic=document["topic"],
        number=number or document["number"],
        preview=document["preview"],
        stories=tuple(
            EditionStory(
                story_id=s["id"],
                draft_id=s["draft"],
                topic=s["topic"],
                text=s["text"],
                title=s["title"],
                source=s["source"],
                link=s["link"],
                published=moment(s["published"]),
                approved=s["approved"],
                state=StoryState(s["state"]),
                simple=s.get("simple", ""),
            )
            for s in document["stories"]
        ),
    )
