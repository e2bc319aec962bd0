"""What feeds do: tickers, two languages, boilerplate, no dates; and two workers or an editor at the same moment."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.arrange import split
from pipeline.glossary import Glossary
from pipeline.llm.ask import Bill, Question
from pipeline.llm.recorded import RecordedModel
from pipeline.model import Draft, DraftSentence, Kind, StoryState
from pipeline.resources import bundled
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow, StoryRow
from pipeline.stories.gather import gather_article
from pipeline.stories.group import group
from pipeline.stories.signs import Told
from pipeline.writing.write import WritingDesk, _next
from tests.stories.test_gather import BREAD, EDITOR, FERRY, NOW, OTHER, add, of

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def together(*told: Told) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for each in group(told):
        found.setdefault(each.story, set()).add(each.id)
    return list(found.values())


def test_a_ticker_that_changes_hourly_is_one_story() -> None:
    lines = [
        "A landslide has closed the Varda pass above Lindmark, the county police said.",
        "Two lorries stand between the slips; their drivers are safe, rescuers told the radio of Lindmark.",
        "Engineers fly over the Varda slope with a drone to see whether more rock may fall.",
        "The army lends Lindmark a bridge layer, the county's governor Tora Hesk said.",
        "One lane of the Varda pass is to open by night, says the road office.",
    ]
    ticker = [
        Told(
            f"{hour}", f"Live: landslide closes Varda pass, {8 + hour}:00", "\n".join(reversed(lines[: hour + 1])),
            NOON + timedelta(hours=hour), "https://lindmark.example/live", "lindmark.example",
        )
        for hour in range(5)
    ]  # fmt: skip
    assert together(*ticker) == [{"0", "1", "2", "3", "4"}]


def test_boilerplate_at_the_end_joins_nothing() -> None:
    about = (
        "\nAbout the Holbrook Courier: the Courier has reported from Holbrook and the valley since 1871. Write to our "
        "newsroom, follow us, subscribe to the morning letter and support local reporting with a gift. All rights "
        "reserved. No part of this text may be used without the written permission of the Holbrook Courier Company."
    )
    told = [
        Told("bread", "Bakers ask for earlier hours", BREAD + about, NOON, "", "courier"),
        Told("ferry", "Skua strait shut", FERRY + about, NOON + timedelta(hours=1), "", "courier"),
        Told(
            "choir",
            "Choir wins in Turin",
            "The Holbrook choir won the Turin prize on Sunday." + about,
            NOON,
            "",
            "courier",
        ),
    ]
    assert together(*told) == [{"bread"}, {"ferry"}, {"choir"}]


def test_one_event_under_different_headlines_is_one_story() -> None:
    told = [
        Told("a", "Brightsund closes Skua strait after gunfire", FERRY, NOON, "", "gazette"),
        Told("b", "Forty aboard as shots ring out", FERRY.replace("has closed", "closed"), NOON, "", "courier"),
    ]
    assert together(*told) == [{"a", "b"}]


def test_items_of_one_line_that_share_only_their_words_stay_apart() -> None:
    told = [
        Told("a", "Rates held", "The Bank of Norland held its rate at 3 percent on Thursday.", NOON, "", "a"),
        Told("b", "Rates held", "The Bank of Sudmark held its rate at 5 percent on Thursday.", NOON, "", "b"),
        Told("c", "Prices", "", None, "", "c"),
        Told("d", "Prices", "", NOON, "", "d"),
    ]
    found = together(*told)
    assert {"a"} in found
    assert {"b"} in found


def test_one_word_that_both_have_joins_nothing() -> None:
    """Where little is told, any word that two have looks rare."""
    told = [
        Told(
            "a",
            "Traffic update",
            "Ring road lanes closed between Hafford and Selmer bridge.",
            NOON,
            "https://a.example/1",
        ),
        Told(
            "b",
            "Weather update",
            "Sunny spells, fresh wind, no rain before Thursday evening.",
            NOON,
            "https://b.example/1",
        ),
    ]
    assert len(together(*told)) == 2


def test_an_article_without_a_date_is_as_old_as_its_reading(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    with database.session() as session:
        for number in (first, second):
            session.get_one(ArticleRow, number).published_at = None
    assert [gather_article(database, number, NOW) for number in (first, second)] == ["story", "joined"]
    with database.reading() as session:
        assert session.get_one(StoryRow, of(database, first)).published_at is None
        assert stories.due_writing(session, NOW) == [of(database, first)]


def test_two_workers_that_group_at_once_open_one_story(database: Database) -> None:
    numbers = [add(database, feed, FERRY, hours=1) for feed in ("a", "b", "c")]
    numbers += [add(database, "courier", OTHER, hours=2), add(database, "kiosk", BREAD, hours=2)]
    ready, done = Barrier(len(numbers) * 2), []

    def place(number: int) -> None:
        ready.wait()
        done.append(gather_article(database, number, NOW))

    threads = [Thread(target=place, args=(number,)) for number in numbers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done).count("nothing") == len(numbers)
    assert done.count("story") == 2
    assert len({of(database, number) for number in numbers[:4]}) == 1
    with database.reading() as session:
        assert session.get_one(StoryRow, of(database, numbers[0])).sources == 4


def test_what_is_split_off_while_the_draft_is_asked_for_is_not_told_in_it(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    for number in (first, second):
        gather_article(database, number, NOW)
    story_id = of(database, first)
    desk = WritingDesk(parse_config(""), Glossary(()), RecordedModel(bundled("sample") / "answers"))
    with database.session() as session:
        asked = _next(session, story_id, desk, NOW)
    assert isinstance(asked, Question)
    split(database, story_id, second, by=Actor(EDITOR, NOW))
    fact = DraftSentence("The ferry had 52 passengers, The courier says.", Kind.FACT, (6,))
    with database.session() as session:
        asked.keep(session, Draft(fact, fact, ((fact,),)), Bill(0, True))
    with database.reading() as session:
        story = session.get_one(StoryRow, story_id)
        assert (story.state, story.current_draft_id) == (StoryState.NEW, None)
        assert len(stories.drafts_of(session, story_id)) == 1
        assert stories.due_writing(session, NOW) == [story_id, of(database, second)]
