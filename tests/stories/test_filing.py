"""A story's topics and importance as rows: found when it is gathered, changed by editors, counted, drafted by."""

from datetime import timedelta

import pytest

from pipeline.desk.actor import Actor
from pipeline.desk.acts import open_case
from pipeline.desk.arrange import name_topics, split
from pipeline.desk.related import related_to
from pipeline.errors import UsageError
from pipeline.inspection.inspecting import told_before
from pipeline.model import StoryState
from pipeline.newsvalue.importance import House
from pipeline.newsvalue.topics import GENERAL, Topic
from pipeline.storage import stories, tellings
from pipeline.storage.articles import changes
from pipeline.storage.database import Database
from pipeline.storage.desk import queue_order
from pipeline.storage.desk.queue_order import Narrowed
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import FeedRow, StoryRow
from pipeline.storage.topics import of_topic, topic_counts
from pipeline.stories.filing import file, file_unfiled
from pipeline.stories.gather import gather_article
from tests.stories.test_gather import BREAD, EDITOR, FERRY, NOW, OTHER, add, drafted, of

SEA, TRADE = Topic("Sea", ("ferry", "strait", "boat")), Topic("Trade", ("baker*",), 0.5)
HOUSE = House((SEA, TRADE, Topic("Law"), Topic(GENERAL)), ("Brightsund",))


def gathered(database: Database, *articles: tuple[str, str, int]) -> list[int]:
    """The stories of some articles (feed, text, hour), in their order."""
    numbers = [add(database, feed, text, hours=hours) for feed, text, hours in articles]
    for number in numbers:
        gather_article(database, number, NOW + timedelta(days=1), HOUSE)
    return [of(database, number) for number in numbers]


def row(database: Database, story_id: int) -> StoryRow:
    with database.reading() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        session.expunge(story)
        return story


def test_a_story_is_filed_when_it_is_gathered(database: Database) -> None:
    ferry, bread = gathered(database, ("gazette", FERRY, 0), ("gazette", BREAD, 3))
    assert row(database, ferry).topics == ["Sea"]
    assert row(database, ferry).importance_why == ["names Brightsund, which you follow: +12 h"]
    assert row(database, bread).topics == ["Trade"]
    assert row(database, bread).importance == -6
    with database.reading() as session:
        assert stories.due_writing(session, NOW + timedelta(days=1)) == [ferry, bread]


def test_a_second_source_makes_it_more_important(database: Database) -> None:
    ferry, _ = gathered(database, ("gazette", FERRY, 0), ("courier", OTHER, 2))
    assert row(database, ferry).importance_why == [
        "told by 2 feeds: +6 h",
        "names Brightsund, which you follow: +12 h",
    ]


def test_an_editors_topics_stand_and_like_stories_get_them(database: Database) -> None:
    ferry, bread = gathered(database, ("gazette", FERRY, 0), ("gazette", BREAD, 3))
    by = Actor(EDITOR, NOW + timedelta(days=1))
    assert name_topics(database, ferry, ["law", "Sea"], by=by, house=HOUSE) == ["Law", "Sea"]
    with database.session() as session:
        story = session.get_one(StoryRow, ferry)
        file(session, story, HOUSE, NOW, drafted=["Trade"])
        assert story.topics == ["Law", "Sea"]
        assert reviews_of(session, ferry)[-1].about == {"topics": ["Law", "Sea"], "before": ["Sea"]}
        assert topic_counts(session) == {"Law": {"new": 1}, "Sea": {"new": 1}, "Trade": {"new": 1}}
        assert [s.id for s in session.query(StoryRow).where(of_topic("Sea"))] == [ferry]
        assert [q.story.id for q in queue_order.page(session, Narrowed("new", topic="Law"), None, 9)] == [ferry]
        assert queue_order.facets(session, "new").topics == {"Law": 1, "Sea": 1, "Trade": 1}
    follow_up = FERRY.replace("has closed", "wants to reopen").replace("Saturday", "Friday").replace("40", "12")
    later = add(
        database, "kiosk", follow_up, hours=400, title="Brightsund asks for Skua strait to reopen after gunfire"
    )
    gather_article(database, later, NOW + timedelta(days=20), HOUSE)
    assert of(database, later) != ferry
    assert row(database, of(database, later)).topics == ["Law", "Sea"]
    assert f"story {ferry}" in (row(database, of(database, later)).topics_why or [""])[0]
    assert row(database, bread).topics == ["Trade"]


@pytest.mark.parametrize("names", [[], ["Law", "Sea", "Trade", GENERAL], ["Sport"], ["Sea\x00"]])
def test_topics_no_newsroom_has_are_refused(database: Database, names: list[str]) -> None:
    (ferry,) = gathered(database, ("gazette", FERRY, 0))
    with pytest.raises(UsageError, match="topic"):
        name_topics(database, ferry, names, by=Actor(EDITOR, NOW), house=HOUSE)
    assert row(database, ferry).topics == ["Sea"]


def test_what_is_split_off_has_topics_of_its_own_and_the_rest_counts_one_source(database: Database) -> None:
    ferry, _ = gathered(database, ("gazette", FERRY, 0), ("courier", OTHER, 2))
    with database.reading() as session:
        second = [a.id for a in stories.articles_of(session, ferry)][1]
    new = split(database, ferry, second, by=Actor(EDITOR, NOW), house=HOUSE)
    assert row(database, new).topics == ["Sea"]
    assert row(database, ferry).importance_why == ["names Brightsund, which you follow: +12 h"]


def test_a_feeds_topic_comes_first_and_its_weight_counts(database: Database) -> None:
    number = add(database, "gazette", FERRY)
    with database.session() as session:
        feed = session.query(FeedRow).one()
        feed.topic, feed.weight = "Local", 2.0
    gather_article(database, number, NOW, HOUSE)
    story = row(database, of(database, number))
    assert story.topics == ["Local", "Sea"]
    assert (story.importance_why or [])[0] == "its feed's weight is 2: +6 h"


def test_stories_from_before_there_were_topics_get_theirs(database: Database) -> None:
    (ferry,) = gathered(database, ("gazette", FERRY, 0))
    with database.session() as session:
        session.get_one(StoryRow, ferry).name_topics([])
    assert row(database, ferry).topics == []
    assert file_unfiled(database, HOUSE, NOW) == 1
    assert row(database, ferry).topics == ["Sea"]
    assert file_unfiled(database, HOUSE, NOW) == 0
    assert row(database, ferry).state == StoryState.NEW


def test_a_follow_up_shows_what_was_said_and_what_is_new_since(database: Database) -> None:
    first, second = gathered(database, ("gazette", FERRY, 0), ("gazette", BREAD, 400))
    drafted(database, first, (1,), StoryState.APPROVED)
    with database.session() as session:
        told = session.get_one(StoryRow, first)
        draft = stories.current_draft(session, told)
        assert draft is not None
        told.approved_hash, told.approved_at = draft.hash, NOW
        tellings.link(session, second, [first])
        (kin,) = related_to(session, open_case(session, second))
        assert (kin.story.id, kin.said) == (first, "The strait is closed.")
        assert [s.number for s in kin.new] == [1, 2]
        (back,) = related_to(session, open_case(session, first))
        assert (back.story.id, back.said, back.new) == (second, "", ())
        lately = NOW - timedelta(days=1), NOW
        assert stories.told_lately(session, second, *lately) == [(first, "", "The strait is closed.")]
        assert stories.told_lately(session, first, *lately) == []


def test_a_story_that_was_told_repeats_none_that_was_told_after_it(database: Database) -> None:
    first, second = gathered(database, ("gazette", FERRY, 0), ("gazette", BREAD, 400))
    for number, hour in ((first, 0), (second, 1)):
        drafted(database, number, (1,), StoryState.PUBLISHED)
        told = row(database, number)
        with database.session() as session:
            story = session.get_one(StoryRow, told.id)
            story.approved_at = story.public_at = NOW + timedelta(hours=hour)
    with database.reading() as session:
        before = [told_before(session, session.get_one(StoryRow, n), NOW + timedelta(days=1)) for n in (first, second)]
    assert [[one.story for one in each] for each in before] == [[], [first]]


def test_a_report_that_says_nothing_new_is_no_hint(database: Database) -> None:
    first = add(database, "gazette", FERRY)
    gather_article(database, first, NOW)
    drafted(database, of(database, first), (1,), StoryState.IN_REVIEW)
    again = add(
        database, "gazette", "\n".join(FERRY.split("\n")[:2]), hours=3, title="Update: Brightsund closes Skua strait"
    )
    gather_article(database, again, NOW + timedelta(hours=4))
    assert of(database, again) == of(database, first)
    with database.reading() as session:
        assert changes.open_changes(session, of(database, first)) == []
        story = session.get_one(StoryRow, of(database, first))
        assert (story.state, len(stories.drafts_of(session, story.id))) == (StoryState.IN_REVIEW, 1)
