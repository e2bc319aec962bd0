"""An article joins the story that tells the same event, whoever places it and when; editors have the last word."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.arrange import join, name_lead, split
from pipeline.desk.people import Person, Role
from pipeline.engine.rounds import Engine, Summary
from pipeline.engine.stages import GATHER
from pipeline.errors import NotAllowed
from pipeline.glossary import load_glossary
from pipeline.model import Draft, DraftSentence, Kind, StoryState
from pipeline.storage import stories, tellings
from pipeline.storage.articles import changes
from pipeline.storage.database import Database
from pipeline.storage.engine import steps
from pipeline.storage.tables import ArticleRow, DraftRow, EntryRow, FeedRow, StoryRow
from pipeline.stories.contradictions import amounts, contradictions_of
from pipeline.stories.gather import gather_article
from pipeline.text import number_sentences
from pipeline.writing.draft import from_json, text_hash, to_json
from pipeline.writing.write import WritingDesk, material_for, rendered, source_of, write_story

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
EDITOR = Person("mara", Role.EDITOR)
FERRY = (
    "The ferry operator Brightsund has closed the Skua strait after two boats reported gunfire on Saturday morning.\n"
    "Brightsund said 40 passengers were aboard the ferry Ellida. No one was hurt.\n"
    "The strait is to reopen on Monday if the coast guard finds it safe."
)
OTHER = (
    "Gunfire reported by two boats has made Brightsund, the ferry operator, close the Skua strait.\n"
    "The ferry Ellida had 52 passengers aboard when the shots fell on Saturday morning, Brightsund said.\n"
    "A trawler's crew saw men in a grey launch, its skipper Odd Renvik told reporters in Pelgrove."
)
BREAD = "Bakers in Pelgrove ask the council to let them open at four. The council votes in May, its clerk said."
TITLES = {
    FERRY: "Brightsund closes Skua strait after gunfire",
    OTHER: "Gunfire closes Skua strait to Brightsund's ferries",
}


def add(database: Database, feed: str, text: str, *, hours: int = 0, title: str = "") -> int:
    """An article that was read and waits to be placed; its number."""
    with database.session() as session:
        row = FeedRow(url=f"https://{feed}.example/feed", name=feed, origin="user", state="active", next_poll_at=NOW)
        known = session.query(FeedRow).filter_by(url=row.url).one_or_none()
        if known is None:
            session.add(row)
            session.flush()
            known = row
        title = title or TITLES.get(text, text[:40])
        at = NOW + timedelta(hours=hours)
        entry = EntryRow(
            feed_id=known.id, key=f"{feed} {text[:80]} {hours}", title=title, summary="",
            content="", authors=[], tags=[], first_seen_at=at, content_hash="", state="extracted",
        )  # fmt: skip
        session.add(entry)
        session.flush()
        article = ArticleRow(
            entry_id=entry.id, url=f"https://{feed}.example/{entry.id}", title=title, published_at=at, text=text,
            text_hash=text_hash(text), sentences=[[s.number, s.text, s.paragraph] for s in number_sentences(text)],
            collected_at=NOW + timedelta(days=1), site=feed,
        )  # fmt: skip
        session.add(article)
        session.flush()
        return article.id


def drafted(database: Database, story_id: int, cites: tuple[int, ...], state: StoryState) -> str:
    """Give a story a model's draft that cites some sentences; its text."""
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        fact = DraftSentence("The strait is closed.", Kind.FACT, cites)
        draft = Draft(fact, fact, ((fact,),))
        text = rendered(draft, material_for(session, story), "en")
        row = DraftRow(
            author="m", writer="openai", model="m", content=to_json(draft), text=text, hash=text_hash(text),
            created_at=NOW,
        )  # fmt: skip
        stories.add_draft(session, story, row)
        story.state = state
    return text


def of(database: Database, article_id: int) -> int:
    with database.reading() as session:
        story = session.get_one(ArticleRow, article_id).story_id
        assert story is not None
        return story


def test_two_reports_of_one_event_are_one_story_with_its_reasons(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    bread = add(database, "gazette", BREAD, hours=3)
    assert [gather_article(database, n, NOW) for n in (first, second, bread)] == ["story", "joined", "story"]
    assert gather_article(database, second, NOW) == "nothing"
    with database.session() as session:
        reports = tellings.reports_of(session, of(database, first))
        assert [(report.feed, report.lead, report.telling.before) for report in reports] == [
            ("gazette", True, 0),
            ("courier", False, 4),
        ]
        (names,) = (why for why in reports[1].telling.why if why.startswith("names in both: "))
        headlines = f"{TITLES[FERRY]} {TITLES[OTHER]}"
        assert all(name in headlines for name in names.removeprefix("names in both: ").split(", "))
        assert session.get_one(StoryRow, of(database, first)).sources == 2


def test_the_order_of_arrival_does_not_matter(database: Database) -> None:
    together = set()
    for turn, order in enumerate(permutations((FERRY, OTHER, BREAD))):
        # Another strait for every turn, and weeks between them.
        feeds, numbers = {FERRY: "gazette", OTHER: "courier", BREAD: "kiosk"}, {}
        for text in order:
            title = TITLES.get(text, "Bakers ask").replace("Skua", f"Skua{turn}")
            told = text.replace("Skua", f"Skua{turn}").replace("Brightsund", f"Bright{turn}sund")
            numbers[text] = add(database, feeds[text], told, hours=500 * turn, title=title)
        for text in order:
            gather_article(database, numbers[text], NOW)
        together.add(of(database, numbers[FERRY]) == of(database, numbers[OTHER]) != of(database, numbers[BREAD]))
    assert together == {True}


def test_a_copy_adds_a_source_and_no_sentences(database: Database) -> None:
    first, copy = add(database, "gazette", FERRY), add(database, "wire", FERRY, hours=1)
    assert [gather_article(database, n, NOW) for n in (first, copy)] == ["story", "duplicate"]
    with database.session() as session:
        assert [r.telling.before for r in tellings.reports_of(session, of(database, first))] == [0, None]
        assert session.get_one(StoryRow, of(database, first)).sources == 2


def test_the_writer_gets_what_the_others_add_and_where_they_contradict(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    for number in (first, second):
        gather_article(database, number, NOW)
    with database.session() as session:
        story = session.get_one(StoryRow, of(database, first))
        source = source_of(stories.lead_article(session, story.id), story, material_for(session, story))
    assert [s.number for s in source.sentences] == [1, 2, 3, 4]
    assert [s.number for report in source.further for s in report.sentences][-1] == 7
    assert [(c.one, c.other, c.who) for c in source.contradictions] == [("40 passenger", "52 passenger", "courier")]


def test_the_last_line_names_the_feeds_that_were_used(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    for number in (first, second):
        gather_article(database, number, NOW)
    assert drafted(database, of(database, first), (1, 7), StoryState.IN_REVIEW).endswith("\nSources: gazette, courier")
    assert drafted(database, of(database, first), (1,), StoryState.IN_REVIEW).endswith("\nSource: gazette")


@pytest.mark.parametrize("state", [StoryState.IN_REVIEW, StoryState.APPROVED, StoryState.PUBLISHED])
def test_a_report_that_comes_late_is_told_and_changes_nothing(database: Database, state: StoryState) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    gather_article(database, first, NOW)
    drafted(database, of(database, first), (1,), state)
    gather_article(database, second, NOW + timedelta(hours=3))
    with database.session() as session:
        story = session.get_one(StoryRow, of(database, first))
        (hint,) = changes.open_changes(session, story.id)
        assert (story.state, hint.what) == (state, "joined")
        assert "it has 52 passenger [6] where the story's source has 40 passenger [2]" in hint.text


def test_what_an_editor_split_off_stays_split_and_is_written_anew(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=2)
    for number in (first, second):
        gather_article(database, number, NOW)
    story_id = of(database, first)
    drafted(database, story_id, (1, 7), StoryState.DRAFTING)
    with pytest.raises(NotAllowed, match="leads the story"):
        split(database, story_id, first, by=Actor(EDITOR, NOW))
    new = split(database, story_id, second, by=Actor(EDITOR, NOW, reason="another shooting"))
    assert gather_article(database, second, NOW) == "nothing"
    assert of(database, second) == new != story_id
    with database.session() as session:
        story = session.get_one(StoryRow, story_id)
        assert (story.state, story.current_draft_id, story.sources) == (StoryState.NEW, None, 1)
        assert len(stories.drafts_of(session, story_id)) == 1
        assert [r.article.id for r in tellings.reports_of(session, story_id, left=True)] == [first, second]
        assert [kin.id for kin in tellings.kin_of(session, new)] == [story_id]


def test_an_editor_joins_stories_and_names_the_lead(database: Database) -> None:
    first, bread = add(database, "gazette", FERRY), add(database, "courier", BREAD)
    for number in (first, bread):
        gather_article(database, number, NOW)
    into, story_id = of(database, first), of(database, bread)
    drafted(database, into, (1,), StoryState.IN_REVIEW)
    assert join(database, story_id, into, by=Actor(EDITOR, NOW + timedelta(hours=1))) == StoryState.SPIKED
    assert of(database, bread) == into
    assert name_lead(database, into, bread, by=Actor(EDITOR, NOW)).source_name == "courier"
    with database.session() as session:
        assert [(r.article.id, r.telling.named) for r in tellings.reports_of(session, into)] == [
            (bread, True),
            (first, False),
        ]
        assert session.get_one(StoryRow, story_id).joined_to == into
        assert stories.lead_article(session, story_id).id == bread


def test_a_lead_that_came_later_is_cited_by_its_numbers_in_the_story(database: Database) -> None:
    first, second = add(database, "gazette", FERRY), add(database, "courier", OTHER, hours=1)
    for number in (first, second):
        gather_article(database, number, NOW)
    story_id = of(database, second)
    assert of(database, first) == story_id
    name_lead(database, story_id, second, by=Actor(EDITOR, NOW))
    desk = WritingDesk(parse_config("writer: {kind: extract}"), load_glossary(), None)
    assert asyncio.run(write_story(database, story_id, desk, NOW)).what == "drafted"
    with database.reading() as session:
        story = session.get_one(StoryRow, story_id)
        draft = stories.current_draft(session, story)
        assert draft is not None
        said = {s.number: s.text for s in material_for(session, story).every}
        for sentence in from_json(draft.content).sentences():
            assert not sentence.evidence or sentence.text in [said[number] for number in sentence.evidence]


def test_figures_contradict_only_where_they_count_the_same() -> None:
    said = "On 5 May 2026 it hit 3 million photos and 12% of users."
    assert amounts(said) == [
        ("3 million", "photo"),
        ("12 %", "% of users"),
    ]
    told = number_sentences("The firm deleted 3 million photos of users last week.")
    other = number_sentences("Last week the firm deleted 2 million photos of its users.")
    (found,) = contradictions_of(told, other, "The Example")
    assert (found.one, found.other) == ("3 million photo", "2 million photo")
    assert not contradictions_of(told, number_sentences("The firm has 2 million users, photos or not, last week."), "x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("About 20,000 people marched through Varda.", "Police counted 19,840 people who marched through Varda."),
        ("Vestrel was fined 309.8 million euros.", "Vestrel was fined 310 million euros."),
        ("Lumo takes 1.5 million photos a day.", "Lumo takes 1,500,000 photos a day."),
        ("The ferry Ellida carried 40 passengers on Friday.", "The ferry Ellida carried 52 passengers on Saturday."),
        ("The crash injured 23 people.", "The number of injured in the crash has risen to 31 people."),
        ("Nimbral cuts 1,200 jobs in its cloud division.", "Nimbral adds 300 jobs in its chip division."),
        ("The rover drove 14 kilometres.", "The rover drove 8.7 miles."),
    ],
)
def test_figures_that_only_look_so_contradict_nothing(one: str, other: str) -> None:
    assert not contradictions_of(number_sentences(one), number_sentences(other), "x")
    assert not contradictions_of(number_sentences(other), number_sentences(one), "x")


def test_figures_without_a_thing_after_them_are_of_the_one_before_or_of_an_age() -> None:
    assert amounts("A 34-year-old felt a magnitude of 6.1, a rival said.") == [("34", "year"), ("6.1", "magnitude")]


def test_a_sentence_of_nothing_but_figures_is_read_in_one_go() -> None:
    assert len(amounts("1 " * 20_000)) == 20_000
    one, other = (number_sentences(f"The park has {figure} dogs.") for figure in ("9" * 40, "9" * 39 + "8"))
    assert not contradictions_of(one, other, "x")


def test_an_article_is_placed_after_those_whose_turn_came_before_it(postgres_url: str) -> None:
    """As when the worker that had them was killed, or is slower."""
    database = Database(postgres_url)
    database.upgrade()
    first, second, third = (add(database, "gazette", f"{n}. {BREAD}", hours=n, title=f"Bakers {n}") for n in (1, 2, 3))
    engine = Engine(database, parse_config("{}"), load_glossary(), now=lambda: NOW)
    with database.session() as session:
        steps.tripped(session, "gather", first, "KeyError()", NOW - timedelta(hours=1))
    asyncio.run(engine.step(GATHER, engine.tools(Summary()), third))
    with database.reading() as session:
        placed = [session.get_one(ArticleRow, number).story_id for number in (first, second, third)]
    assert placed == [None, 1, 2]  # what tripped has a turn of its own
    database.close()
