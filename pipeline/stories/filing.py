"""Filing: a story's topics and its importance, found anew whenever what tells it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.newsvalue.importance import House, importance, write_place
from pipeline.newsvalue.topics import MOST, TopicChoice, telling_words, topics_of
from pipeline.storage import tellings, topics
from pipeline.storage.articles import entries
from pipeline.storage.database import Database, Session
from pipeline.storage.stories import get_story
from pipeline.storage.tables import StoryRow
from pipeline.storage.tellings import Report


def file(session: Session, story: StoryRow, house: House, now: datetime, *, drafted: Iterable[str] = ()) -> None:
    """Give a story its topics and its importance. What an editor chose for it stays.

    `drafted` are the topics the writer of its draft named.
    """
    reports = [report for report in tellings.reports_of(session, story.id) if report.telling.before is not None]
    lead = reports[0].article
    feeds = [entries.feed_of(session, report.article) for report in reports]
    if not topics.is_chosen(session, story.id):
        choices = [TopicChoice(number, frozenset(words), tuple(t)) for number, words, t in topics.chosen(session)]
        found = topics_of(lead.title, lead.text, house.topics, given=feeds[0].topic, drafted=drafted, chosen=choices)
        story.name_topics(named.name for named in found)
        story.topics_why = [named.why for named in found]
    _weigh(story, reports, max(feed.weight for feed in feeds), house, now)


def file_unfiled(database: Database, house: House, now: datetime) -> int:
    """Give topics to the stories that have none, as those from before there were any; how many there were."""
    done, last = 0, 0
    while True:
        with database.session() as session:
            numbers = topics.without_topics(session, last)
            for number in numbers:
                story = get_story(session, number, lock=True)
                if story is not None and not story.topic and story.joined_to is None:
                    file(session, story, house, now)
                    done += 1
        if not numbers:
            return done
        last = numbers[-1]


def _weigh(story: StoryRow, reports: list[Report], feed_weight: float, house: House, now: datetime) -> None:
    lead = reports[0].article
    worth = importance(
        lead.title, lead.text, story.topics, house, sources=len({r.feed for r in reports}), feed_weight=feed_weight
    )
    story.importance, story.importance_why = worth.hours, list(worth.why)
    story.write_place = write_place(lead.published_at, min(story.created_at, now), lead.text, worth.hours)


def topic_names(house: House, here: Iterable[str]) -> list[str]:
    """The topics an editor may choose from: the newsroom's, and those a story has that are no longer among them."""
    return list(dict.fromkeys([*(topic.name for topic in house.topics), *here]))


def choose_topics(
    session: Session, story: StoryRow, names: Iterable[str], house: House, who: str, now: datetime
) -> None:
    """Give a story the topics an editor chose, and keep the choice for like stories.

    Raises UsageError for none, for more than three, and for one the newsroom does not have.
    """
    wanted = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    reports = tellings.reports_of(session, story.id)
    feeds = {entries.feed_of(session, report.article).topic for report in reports} - {""}
    known = {name.casefold(): name for name in (*story.topics, *feeds, *(topic.name for topic in house.topics))}
    if strange := [name for name in wanted if name.casefold() not in known]:
        there = ", ".join(sorted(known.values()))
        raise UsageError(f"there is no topic {strange[0][:60]}; there are: {there} (topics in config.yaml)")
    if not 1 <= len(wanted) <= MOST:
        raise UsageError(f"a story has one to {MOST} topics, not {len(wanted)}")
    chosen = list(dict.fromkeys(known[name.casefold()] for name in wanted))
    lead = reports[0].article
    story.name_topics(chosen)
    story.topics_why = [f"{who} chose it"] * len(chosen)
    topics.keep_choice(session, story.id, telling_words(lead.title, lead.text), chosen, now)
    file(session, story, house, now)
