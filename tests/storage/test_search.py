"""Search: the same stories found by SQLite's FTS5 and PostgreSQL's full text, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.errors import UsageError
from pipeline.settings import Desk
from pipeline.storage.database import Database
from pipeline.storage.desk.queue_order import Narrowed
from pipeline.storage.search import found, spelled, wanted
from tests.desk.stories import SOURCE, WHEN, add_story

ADA = Person("ada", Role.EDITOR)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/n.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Database(url)
    opened.upgrade()
    yield opened
    opened.close()


def test_a_story_is_found_by_title_draft_source_people_comments_and_day(database: Database) -> None:
    one = add_story(database, title="Zoë’s café-bar: 41,000 refunds", feed="Harbour Tech")
    other = add_story(
        database, title="東京の新しい橋", source=SOURCE.replace("Oslo", "Bergen"), when=WHEN + timedelta(days=9)
    )
    act_on(database, one, Act.COMMENT, by=Actor(ADA, WHEN, reason="Ask the ombudsman."), rules=Desk())
    act_on(database, other, Act.HAND, by=Actor(ADA, WHEN), rules=Desk(), to="grace")

    def search(query: str, **how: Any) -> list[int]:
        with database.reading() as session:
            return [s.id for s in found(session, wanted(query), limit=10, **how)]

    assert search("zoe cafe") == search("ZOË’S CAFÉ") == search("café-bar") == [one]
    assert search("Bergen") == search("京の新") == [other], "of its source; of a script without blanks"
    assert search("Basil") == search("groceries onl") == search("harbour") == [other, one], "the newest first"
    assert search('"groceries online"') == [other, one] and search('"online groceries"') == []
    assert search('"groceries onl"') == [], "what is quoted stands as it is"
    assert search("ombudsman") == [one] and search("grace") == [other] and search("ada ombudsman") == [one]
    assert search("2026-11-29") == [other] and search("41,000 zoe") == [one]
    assert search("Basil", part=Narrowed("", "no such")) == []
    assert search("Basil", part=Narrowed("", source="Harbour Tech")) == [other, one]
    assert search("Basil", part=Narrowed("", order="oldest")) == [one, other], "the oldest news first"
    assert (
        search("Basil", part=Narrowed("", order="risk"), skip=1) == search("Basil", part=Narrowed("", order="risk"))[1:]
    )
    for query in ("NOT", "basil OR nothing", "bas*l", "words:basil", "basil) OR (1", "'; DROP TABLE stories", "a & !b"):
        search(query)
    assert search("-basil") == [other, one], "nothing in a query is an operator"
    act_on(database, one, Act.SPIKE, by=Actor(ADA, WHEN, reason="old"), rules=Desk())
    with database.reading() as session:
        assert [s.id for s in found(session, wanted("basil"), states=["spiked"], limit=10)] == [one]
        assert [s.id for s in found(session, wanted("basil"), skip=1, limit=10)] == [one]


@pytest.mark.parametrize(
    "odd", ["漢字かな交じり文", "ǅ² ⅷ ᴬ ª", "\u0e33\u0301\u1d2c", "𝔘𝔫𝔦 𝟙𝟚", "ʼnʻokina ˈtest ՙx", "ﷺ", "x" * 60_000]
)
def test_a_story_of_whatever_letters_is_kept_and_looked_for(database: Database, odd: str) -> None:
    number = add_story(database, title="A crane", source=f"{SOURCE}\n{odd}")
    with database.reading() as session:
        assert [s.id for s in found(session, wanted("crane"), limit=10)] == [number]
        for query in (odd[:300], f'"{odd[:300]}"', *odd[:300].split()):
            found(session, wanted(query), limit=10)


def test_a_story_of_more_and_longer_words_than_an_index_takes_is_kept(database: Database) -> None:
    words = " ".join(f"{n:060d}" for n in range(45_000))
    letters = " ".join(chr(0x4E00 + n % 20_000) + "é" * 40 + str(n) for n in range(45_000))
    numbers = [add_story(database, title="A crane", source=f"{SOURCE}\n{each}") for each in (words, letters)]
    with database.reading() as session:
        assert [s.id for s in found(session, wanted("crane basil"), limit=10)] == numbers[::-1]


@pytest.mark.parametrize("query", ["", "  ", '"', "***", "<>", "\u202e", "x" * 401, "a " * 150])
def test_what_cannot_be_looked_for_is_said(query: str) -> None:
    with pytest.raises(UsageError, match=r"nothing to search for|too long|too many words"):
        wanted(query)


@given(st.text(max_size=60))
def test_every_word_has_one_spelling_that_stays_itself(text: str) -> None:
    assert all(word.isalnum() for word in spelled(text))
    assert spelled(" ".join(spelled(text))) == spelled(text)


@pytest.fixture(scope="module")
def empty() -> Iterator[Database]:
    opened = Database("sqlite://")
    opened.upgrade()
    yield opened
    opened.close()


@given(text=st.text(st.characters(exclude_categories=()), min_size=1, max_size=40))
def test_whatever_is_typed_is_looked_for_or_refused(empty: Database, text: str) -> None:
    try:
        looked_for = wanted(text)
    except UsageError:
        return
    with empty.session() as session:
        assert found(session, looked_for, limit=5) == []
