"""The labelled reports as a newsroom has them: waiting to become stories, with a judge who knows the labels."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from pipeline.model import EntryState, FeedOrigin, FeedState
from pipeline.storage.database import Database
from pipeline.storage.llm.calls import spent
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow
from pipeline.stories.signs import Told
from pipeline.text import number_sentences
from pipeline.writing.request import one_line
from tests.articles_waiting import POLLED_AGAIN

CAP = "0.02"
"""USD a day: some two hundred questions."""
WAITS = (
    "SELECT (SELECT count(*) FROM articles WHERE story_id IS NULL)"
    " + (SELECT count(*) FROM pairs WHERE judged = 'due')"
)  # fmt: skip
"""Reports not placed yet, and pairs not answered."""


def labelled(*names: str) -> tuple[list[Told], dict[str, str]]:
    """The items of some sets (`seen`, `more`, `apart`), and the event each tells."""
    told, events = [], {}
    for name in names:
        for line in (Path(__file__).parent / f"events_{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            at = datetime.fromisoformat(row["published"]).astimezone(UTC) if row["published"] else None
            told.append(Told(row["id"], row["title"], row["text"], at, row["url"] or ""))
            events[row["id"]] = row["event"]
    return told, events


class Knowing:
    """A judge who knows the labels, for `Endpoint.same`; `asked` counts the pairs."""

    def __init__(self, told: Sequence[Told], events: dict[str, str]) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self._event = {_headed(each): events[each.id] for each in told}

    def __call__(self, one: str, other: str) -> float:
        first, second = ("\n".join(report.splitlines()[1:3]) for report in (one, other))
        self.asked[first, second] += 1
        return 0.97 if self._event[first] == self._event[second] else 0.03


def _headed(told: Told) -> str:
    """The first lines by which a report is shown."""
    at = f"{told.published:%A %d %B %Y, %H:%M} UTC" if told.published else "date not known"
    return f"{one_line(told.title)}\n({at})"


def judge_at(base: str) -> dict[str, object]:
    """The section `judge` of a newsroom whose judge is asked at an endpoint."""
    price = {"input": "0.1", "output": "0", "as_of": "2026-11-28"}
    return {"model": "m", "base_url": f"{base}/v1", "price": price, "caps": {"day": CAP}}


def reports_wait(database: Database, told: Sequence[Told]) -> None:
    """Let them wait to be gathered, each of the feed of its outlet."""
    now, feeds = datetime.now(UTC), dict[str, FeedRow]()
    with database.session() as session:
        for each in told:
            outlet = urlsplit(each.url).hostname or "wire.example"
            if outlet not in feeds:
                feeds[outlet] = FeedRow(
                    url=f"https://{outlet}/feed", name=outlet, origin=FeedOrigin.USER, state=FeedState.ACTIVE,
                    last_polled_at=now, next_poll_at=now + POLLED_AGAIN,
                )  # fmt: skip
                session.add(feeds[outlet])
                session.flush()
            entry = EntryRow(
                feed_id=feeds[outlet].id, key=each.id, link=each.url, title=each.title, summary="", content="",
                authors=[], tags=[], first_seen_at=now, content_hash=each.id, state=EntryState.EXTRACTED,
            )  # fmt: skip
            session.add(entry)
            session.flush()
            session.add(
                ArticleRow(
                    entry_id=entry.id,
                    url=each.url,
                    title=each.title,
                    published_at=each.published,
                    text=each.text,
                    text_hash=hashlib.sha256(each.text.encode()).hexdigest(),
                    collected_at=now,
                    sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(each.text)],
                )
            )


def groups_of(database: Database) -> set[frozenset[str]]:
    """Which reports are told together."""
    found: dict[int, set[str]] = defaultdict(set)
    with database.session() as session:
        rows = session.execute(text("SELECT e.key, a.story_id FROM articles a JOIN entries e ON e.id = a.entry_id"))
        for key, story in rows:
            found[story].add(key)
    return {frozenset(group) for group in found.values()}


def wrongs(database: Database) -> dict[str, int]:
    """What must not be, however often workers were killed: nothing of it is there."""
    queries = {
        "stories that tell nothing": "SELECT count(*) FROM stories s WHERE joined_to IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.story_id = s.id)",
        "reports of a story that was joined to another": "SELECT count(*) FROM articles a JOIN stories s"
        " ON s.id = a.story_id WHERE s.joined_to IS NOT NULL",
        "reports without their place in a story": "SELECT count(*) FROM articles a WHERE NOT EXISTS"
        " (SELECT 1 FROM tellings t WHERE t.article_id = a.id AND t.story_id = a.story_id)",
        "questions with two paid answers": "SELECT count(*) FROM (SELECT call_id FROM tries WHERE state = 'paid'"
        " GROUP BY call_id HAVING count(*) > 1) AS c",
        "questions asked again though nobody was killed at them": "SELECT (SELECT count(*) FROM tries)"
        " - (SELECT count(*) FROM calls) - (SELECT count(*) FROM tries WHERE state = 'lost')",
        "pairs that are there twice": "SELECT count(*) FROM (SELECT 1 FROM pairs GROUP BY article_id, other_id"
        " HAVING count(*) > 1) AS p",
        "steps set aside": "SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL",
    }
    with database.session() as session:
        found = {what: int(session.execute(text(query)).scalar_one()) for what, query in queries.items()}
        found["millionths above the cap"] = max(0, spent(session).micro - int(float(CAP) * 1e6))
    return {what: count for what, count in found.items() if count}
