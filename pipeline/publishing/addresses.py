"""Addresses on the site: given once, when a story is published, and kept whatever becomes of its headline."""

from __future__ import annotations

import hashlib
import re
from zoneinfo import ZoneInfo

from pipeline.invisible import without_accents
from pipeline.storage.tables import DraftRow, StoryRow

LONGEST = 60
"""Letters of a headline in an address."""
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "", "'": ""})


def give_address(story: StoryRow, draft: DraftRow | None, zone: ZoneInfo) -> None:
    """Give a story that is in public its address, if it has none."""
    if story.address is None and story.public_at is not None:
        title = draft.text.partition("\n")[0] if draft else story.title
        day = story.public_at.astimezone(zone)
        story.address = f"{day:%Y/%m/%d}/{slug(title) or 'story'}-{story.id}.html"


def slug(title: str) -> str:
    """A headline as part of an address: small letters and digits of ASCII, cut at a word; "" where it has none."""
    words = re.findall(r"[a-z0-9]+", without_accents(title.lower().translate(_PLAIN)))
    found = ""
    for word in words:
        if len(found) + len(word) + 1 > LONGEST:
            break
        found = f"{found}-{word}" if found else word
    return found or "".join(words)[:LONGEST]


def topic_name(topic: str) -> str:
    """A topic as a file's name. Two topics never share one: what its slug leaves out is told apart by a hash."""
    plain = slug(topic)
    if plain == topic:
        return plain
    mark = hashlib.sha256(topic.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{plain}-{mark}" if plain else mark
