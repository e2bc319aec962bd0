"""What a newsroom knows of the languages it may write; Italian goes all the way from an article to an edition."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.checks.kinds import closes
from pipeline.checks.run import check_texts
from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_sentence
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.errors import ConfigError
from pipeline.glossary import load_glossary
from pipeline.inspection.bank import explanations
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import check_story_draft
from pipeline.languages import CODES, all_languages, language_record, name_of
from pipeline.model import Kind, Severity, StoryState
from pipeline.publishing.formats import to_html, to_text
from pipeline.publishing.issue import issue
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import StoryRow
from pipeline.writing.draft import from_json, parse_story
from pipeline.writing.prompts import load_prompt
from pipeline.writing.write import WritingDesk, write_story
from tests.desk.stories import add_story

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADA = Person("ada", Role.ADMIN)


def strings(record: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record, by the way to it."""
    if isinstance(record, str):
        yield path, record
    elif is_dataclass(record):
        for one in fields(record):
            yield from strings(getattr(record, one.name), f"{path}.{one.name}")
    elif isinstance(record, tuple):
        for place, one in enumerate(record):
            yield from strings(one, f"{path}[{place}]")


MAY_BE_EMPTY = {".reading.elides"}


@pytest.mark.parametrize("code", CODES)
def test_a_languages_record_is_complete(code: str) -> None:
    record, english = language_record(code), dict(strings(language_record("en")))
    assert record.code == code and name_of(code) == record.name
    told = {path: text for path, text in strings(record) if not path.startswith(".numbers")}
    assert [path for path, text in told.items() if not text and path not in MAY_BE_EMPTY] == []
    assert {p for p in told if p in english} == {p for p in english if not p.startswith(".numbers")}
    for path, text in told.items():
        if not path.startswith(".reading"):
            filled = re.findall(r"\{\w+\}", text)
            assert sorted(filled) == sorted(re.findall(r"\{\w+\}", english[path])), path
    assert len(record.edition.months.split()) == 12
    assert record.story.in_short.endswith(":") and record.story.source.endswith(":")
    assert closes(f"{record.story.reminder} x y."), "what its stories end with is known for a takeaway"
    for pattern in (record.reading.other_side, record.reading.explained, record.reading.like, record.reading.elides):
        re.compile(pattern)
    assert "plain" in re.compile(record.reading.explained).groupindex


def test_the_fixed_words_of_two_languages_are_never_the_same() -> None:
    for part in ("in_short", "reminder"):
        assert len({getattr(one.story, part) for one in all_languages()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_its_prompts(code: str) -> None:
    names = [load_prompt(name, code).id for name in ("draft", "repair", "simple", "sentence")]
    assert names == (
        ["draft", "repair", "simple", "sentence"] if code == "en" else [f"{n.split('.')[0]}.{code}" for n in names]
    )


@pytest.mark.parametrize("code", CODES)
def test_the_configuration_takes_it(code: str) -> None:
    assert parse_config(f"newsroom: {{language: {code}}}").newsroom.language == code


def test_a_language_nobody_wrote_down_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config("newsroom: {language: sv}")
    assert caught.value.problems == ["newsroom.language: 'sv': allowed: 'en', 'de', 'es', 'fr' or 'it'"]
    assert name_of("sv") == "sv" and name_of("nl") == "Dutch"


ARTICLE = """\
Il Comune di Marlow prova per sei settimane un chatbot che risponde alle domande sulla raccolta dei rifiuti.
La prova costa 12.000 sterline, ha detto Dana Reyes, che guida l'ufficio digitale della città.
Il chatbot può sbagliare, e per questo ogni risposta porta anche il numero di telefono dell'ufficio rifiuti.
L'azienda Lumen, che ha costruito il programma, non ha risposto alle domande del giornale.
Nella prima settimana il programma ha ricevuto 340 domande dai cittadini di Marlow.
Secondo Reyes il Comune deciderà a gennaio se tenere il chatbot o chiuderlo."""


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    yield database
    database.close()


def test_an_italian_article_becomes_an_italian_story_is_checked_edited_approved_and_issued(newsroom: Database) -> None:
    config = parse_config("newsroom: {name: Il Tiglio, language: it, timezone: Europe/Rome}\nwriter: {kind: extract}\n")
    glossary = load_glossary(language="it")
    house = HouseStyle(glossary, "it", config.desk, config.writer)
    story = add_story(newsroom, draft=None, source=ARTICLE, title="Un chatbot per i rifiuti", state=StoryState.NEW)

    assert asyncio.run(write_story(newsroom, story, WritingDesk(config, glossary, None), NOW)).what == "drafted"
    text = text_of(newsroom, story)
    assert text.splitlines()[1].startswith("In breve: ") and text.endswith("Fonte: Harbour Tech")
    assert "Il termine chatbot qui significa: un programma che risponde in una conversazione scritta." in text
    assert "Questa storia ci ricorda che vale la pena leggere ciò che dice la fonte stessa." in text
    with newsroom.session() as session:
        row = stories.current_draft(session, session.get_one(StoryRow, story))
        assert row is not None
        draft_id = row.id
        assert parse_story(row.text).paragraphs[-1][0].text == from_json(row.content).paragraphs[-1][0].text

    assert check_story_draft(newsroom, draft_id, house, NOW) != "block"
    told = [f["message"] for f in report_of(newsroom, story)["findings"] if f["severity"] == "warn"]
    assert any(line.startswith("These checks do not know Italian: read attribution, hedges and") for line in told)

    edited = edit_sentence(
        newsroom, story, 0, "A Marlow un chatbot risponde alle domande sui rifiuti.", by=Actor(ADA, NOW), house=house
    )
    act_on(newsroom, story, Act.APPROVE, by=Actor(ADA, NOW, shown=edited.hash, reason="Letto."), rules=config.desk)
    edition = issue(newsroom, config, NOW + timedelta(hours=1), by=ADA)
    printed = to_text(edition)
    assert "20 novembre 2026" in printed and "In breve: " in printed
    page = to_html(edition)
    assert 'lang="it"' in page and "Frasi scelte, senza modello; approvate da un membro della redazione." in page


def text_of(database: Database, story: int) -> str:
    with database.session() as session:
        row = stories.current_draft(session, session.get_one(StoryRow, story))
        assert row is not None
        return row.text


def report_of(database: Database, story: int) -> Mapping[str, Any]:
    with database.session() as session:
        row = stories.current_draft(session, session.get_one(StoryRow, story))
        assert row is not None and row.report is not None
        return row.report


STORY = (
    "Marlow prova un chatbot per i rifiuti.\n"
    "In breve: Un programma risponde alle domande dei cittadini.\n"
    "{body}\n"
    "Questa storia ci ricorda che un programma può sbagliare.\n"
    "Fonte: Il Tiglio"
)


def italian(body: str) -> list[tuple[str, str]]:
    """What the checks say of an Italian story: check and severity, notes aside."""
    found = check_texts(ARTICLE, STORY.format(body=body)).findings
    return [(f.check, f.severity.value) for f in found if f.severity is not Severity.NOTE]


def test_numbers_and_names_of_an_italian_story_are_checked_and_its_elided_words_are_no_names() -> None:
    faithful = "L'azienda Lumen ha costruito il programma. La prova costa 12.000 sterline, dice Dana Reyes."
    assert italian(faithful) == [("unsupported", "warn")]
    assert ("number", "block") in italian(faithful.replace("12.000", "13.000"))
    assert ("name", "block") in italian(faithful.replace("Lumen", "Verdania"))
    assert check_texts(ARTICLE, STORY.format(body=faithful)).sentences[-1].kind is Kind.TAKEAWAY


def test_what_editors_explain_in_italian_is_offered_to_the_glossary() -> None:
    (found,) = explanations("Il Comune usa un chatbot, cioè un programma che risponde in una conversazione scritta.")
    assert (found.term, found.plain) == ("chatbot", "un programma che risponde in una conversazione scritta")


def test_an_italian_newsroom_has_italian_words_first_and_the_english_ones_behind_them() -> None:
    glossary = load_glossary(language="it")
    found = {term.term: term.language for term in glossary.used_in("L'IA fa salire le emissioni; training data.")}
    assert found == {"intelligenza artificiale": "it", "emissioni": "it", "training data": "en"}
    assert "emissioni" not in load_glossary().plain_words()
