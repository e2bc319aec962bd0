"""Articles that wait to become stories, put into the rows at once: for what begins where reading ends."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from pipeline.model import EntryState, FeedOrigin, FeedState
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow
from pipeline.text import number_sentences

SENTENCES = (
    "The town council of {0} agreed on Monday to test a chatbot that answers questions about rubbish collection.",
    "The test in {0} will last six weeks and cost {1} pounds, said Dana Reyes, who leads the digital office.",
    "Residents of {0} can still telephone the office if they would rather speak to a person about their bins.",
    "A similar test ended in March after the chatbot gave the wrong collection days to {1} homes.",
    "Reyes said the {0} chatbot answers only from the council's own calendar and says so when it does not know.",
    "The council will publish the number of wrong answers each week and decide in January whether to go on.",
)


POLLED_AGAIN = timedelta(days=30)
"""When a feed is due again whose address leads nowhere. Of more a run would believe that a clock was ahead."""


def nothing_to_poll(database: Database) -> None:
    """Every feed was polled just now: a run has only to work on what there is."""
    now = datetime.now(UTC)
    with database.session() as session:
        session.query(FeedRow).update({"last_polled_at": now, "next_poll_at": now + POLLED_AGAIN})


def articles_wait(database: Database, count: int, first: int = 0) -> None:
    """So many articles, read and not yet stories: gathering, writing and checking are to do."""
    now = datetime.now(UTC)
    with database.session() as session:
        feed = FeedRow(
            url=f"https://example.org/feed/{first}",
            name="Marlow Post",
            origin=FeedOrigin.USER,
            state=FeedState.ACTIVE,
            last_polled_at=now,
            next_poll_at=now + POLLED_AGAIN,
        )
        session.add(feed)
        session.flush()
        for number in range(first, first + count):
            body = "\n".join(s.format(f"Marlow{number}", 12000 + number) for s in SENTENCES)
            entry = EntryRow(
                feed_id=feed.id,
                key=str(number),
                link=f"https://example.org/{number}",
                title=f"Marlow{number} tests a chatbot",
                summary="",
                content="",
                authors=[],
                tags=[],
                first_seen_at=now,
                content_hash=str(number),
                state=EntryState.EXTRACTED,
            )
            session.add(entry)
            session.flush()
            session.add(
                ArticleRow(
                    entry_id=entry.id,
                    url=f"https://example.org/{number}",
                    title=entry.title,
                    published_at=now,
                    text=body,
                    text_hash=hashlib.sha256(body.encode()).hexdigest(),
                    sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(body)],
                    collected_at=now,
                )
            )
