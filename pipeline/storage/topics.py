"""Which stories are of which topics, and what editors chose: the queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from pipeline.storage.database import Session
from pipeline.storage.tables import StoryRow, TopicChoiceRow

_AT_ONCE = 100
"""Stories that get their topics in one transaction."""
_CHOICES = 300
"""The choices of editors, the latest, that a new story is compared with."""


def of_topic(topic: str) -> ColumnElement[bool]:
    """The stories of a topic, be it their first or another."""
    whole = f"\n{topic}\n"
    return or_(StoryRow.topic == topic, func.replace(StoryRow.more_topics, whole, "") != StoryRow.more_topics)


def topic_counts(session: Session, states: Collection[str] = ()) -> dict[str, dict[str, int]]:
    """How many stories of each topic stand in each state: by topic, then state. A story counts for each of its."""
    query = select(StoryRow.topic, StoryRow.more_topics, StoryRow.state, func.count())
    if states:
        query = query.where(StoryRow.state.in_(states))
    found: dict[str, dict[str, int]] = {}
    for first, more, state, number in session.execute(
        query.group_by(StoryRow.topic, StoryRow.more_topics, StoryRow.state)
    ):
        for topic in (first, *more.split("\n")):
            if topic:
                counts = found.setdefault(topic, {})
                counts[state] = counts.get(state, 0) + number
    return dict(sorted(found.items()))


def without_topics(session: Session, after: int) -> list[int]:
    """Some stories that have no topic, by their numbers."""
    query = select(StoryRow.id).where(StoryRow.topic == "", StoryRow.joined_to.is_(None), StoryRow.id > after)
    return list(session.scalars(query.order_by(StoryRow.id).limit(_AT_ONCE)))


def chosen(session: Session) -> list[tuple[int, list[str], list[str]]]:
    """What editors chose last, the latest first: the story, by what it is known, its topics."""
    query = select(TopicChoiceRow.story_id, TopicChoiceRow.words, TopicChoiceRow.topics)
    query = query.order_by(TopicChoiceRow.chosen_at.desc(), TopicChoiceRow.story_id).limit(_CHOICES)
    return [(story, words, topics) for story, words, topics in session.execute(query)]


def is_chosen(session: Session, story_id: int) -> bool:
    """Whether an editor chose a story's topics: nothing else changes them then."""
    return session.get(TopicChoiceRow, story_id) is not None


def keep_choice(session: Session, story_id: int, words: Iterable[str], topics: Iterable[str], now: datetime) -> None:
    row = session.get(TopicChoiceRow, story_id) or TopicChoiceRow(story_id=story_id)
    row.words, row.topics, row.chosen_at = sorted(words), list(topics), now
    session.add(row)
