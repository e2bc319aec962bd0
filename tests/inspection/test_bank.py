"""The bank of explanations: what editors and drafts say the glossary lacks, and what makes an entry weak."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk.actor import Actor
from pipeline.desk.edit import edit_sentence
from pipeline.desk.people import Person, Role
from pipeline.glossary import Glossary, GlossaryTerm, load_glossary
from pipeline.inspection.bank import BankVersion, Explained, Offer, explanations, offers, weaknesses
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import Draft, DraftSentence, Term
from pipeline.settings import Desk, Writer
from pipeline.storage.database import Database
from tests.desk.stories import WHEN, add_story
from tests.newsroom import inshort, write_config

FACT = DraftSentence("It opened.")
DRAFT = Draft(FACT, FACT, ((FACT,),))


def saying(*sentences: str, terms: tuple[Term, ...] = ()) -> Draft:
    return replace(DRAFT, paragraphs=(tuple(map(DraftSentence, sentences)),), terms=terms)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "They trained facial recognition AI, which is software that knows faces.",
            ("facial recognition AI", "software that knows faces"),
        ),
        (
            "It hid a keylogger, a program that notes every key pressed, in the file.",
            ("keylogger", "a program that notes every key pressed"),
        ),
        (
            "They used photogrammetry (making maps from photos taken in the air).",
            ("photogrammetry", "making maps from photos taken in the air"),
        ),
        (
            "Alma trades in chips, the small plates of silicon that do sums, fell.",
            ("chips", "the small plates of silicon that do sums"),
        ),
        (
            "Sie versteckten einen Keylogger, also ein Programm, das jeden Tastendruck aufschreibt, in der Datei.",
            ("Keylogger", "ein Programm, das jeden Tastendruck aufschreibt"),
        ),
        (
            "Escondieron un keylogger, es decir, un programa que anota cada tecla, en el archivo.",
            ("keylogger", "un programa que anota cada tecla"),
        ),
        (
            "Ils ont caché un keylogger, un programme qui note chaque touche, dans le fichier.",
            ("keylogger", "un programme qui note chaque touche"),
        ),
        ("It deleted the models (like throwing away a recipe).", None),
        ("The agency, which is 12 years old in May, agreed.", None),
        ("The FTC, or Federal Trade Commission, agreed.", None),
    ],
)
def test_an_explanation_in_a_sentence_is_found(sentence: str, found: tuple[str, str] | None) -> None:
    assert list(explanations(sentence)) == ([Explained(*found)] if found else [])


def test_what_an_editor_explained_is_offered_before_what_drafts_use_often() -> None:
    before = saying("It hid a keylogger in the file.")
    after = saying("It hid a keylogger, a program that notes every key pressed, in the file.")
    sandbox = Term("sandbox", "a place where a program can do no harm")
    found = offers(
        [
            BankVersion(1, after, edited_from=before),
            BankVersion(2, saying("A.", terms=(sandbox,))),
            BankVersion(3, saying("A.", terms=(sandbox,))),
            BankVersion(4, saying("A."), unexplained=("exfiltration",)),
            BankVersion(5, saying("A."), unexplained=("exfiltration",)),
            BankVersion(5, saying("A."), unexplained=("exfiltration", "seldom")),
        ],
        Glossary(()),
    )
    assert found == [
        Offer("keylogger", 1, "a program that notes every key pressed", "editor"),
        Offer("exfiltration", 2, "", ""),
        Offer("sandbox", 2, "a place where a program can do no harm", "model"),
    ]


def test_what_the_glossary_has_is_not_offered() -> None:
    house = Glossary((GlossaryTerm("keylogger", "a program that notes every key pressed"),))
    after = saying("It hid a keylogger, a program that notes keys, in the file.")
    assert offers([BankVersion(1, after, edited_from=DRAFT)], house, 1) == []


def test_the_bundled_glossary_is_rich_and_sound() -> None:
    terms = load_glossary().terms
    assert len(terms) >= 110
    assert {t.field for t in terms} == {"ai", "software", "security", "business", "law", "science"}
    assert sum(bool(t.analogy) for t in terms) >= 80
    assert weaknesses(terms) == []


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (GlossaryTerm("bot", "a bot that talks"), "uses the word itself"),
        (GlossaryTerm("bot", "It is a program."), "to follow a comma"),
        (GlossaryTerm("bot", "a program with perspicacious heuristics"), "a hard word: perspicacious, heuristics"),
        (GlossaryTerm("bot", "a program that talks", analogy="a parrot"), "begin with 'like' or 'as if'"),
        (GlossaryTerm("bot", "a program that talks", analogy="like 3 parrots"), "holds a figure"),
        (GlossaryTerm("bot", "word " * 21), "has 21 words"),
    ],
)
def test_a_weak_explanation_is_told(term: GlossaryTerm, said: str) -> None:
    assert any(said in line for line in weaknesses([term]))


def test_the_newsrooms_glossary_is_added_to_and_checked_and_keeps_its_comments(tmp_path: Path) -> None:
    write_config(tmp_path, {})
    own = tmp_path / "glossary.yaml"
    own.write_text("# ours\n- term: 'Lumen'  # the house style\n  plain: 'a lamp maker'", "utf-8")
    added = inshort("glossary", "add", "sandbox", "a place where a program can do no harm", "--field", "security",
                    "--variant", "sandboxes", "--analogy", "like a playpen", cwd=tmp_path)  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert own.read_text("utf-8").startswith("# ours\n- term: 'Lumen'  # the house style\n")
    listed = json.loads(inshort("--json", "glossary", "list", "sandbox", cwd=tmp_path).stdout)
    assert listed[0]["plain"] == "a place where a program can do no harm"
    assert inshort("glossary", "check", cwd=tmp_path).returncode == 0
    twice = inshort("glossary", "add", "Lumen", "a lamp", cwd=tmp_path)
    assert (twice.returncode, "'Lumen' is explained twice" in twice.stderr) == (2, True)
    weak = inshort("glossary", "add", "bot", "It is a bot.", cwd=tmp_path)
    assert "note: bot: the explanation uses the word itself" in weak.stderr
    assert inshort("glossary", "check", cwd=tmp_path).returncode == 1


HOUSE = HouseStyle(load_glossary(), "en", Desk(), Writer())


def test_what_an_editor_explained_in_a_stored_edit_is_suggested(tmp_path: Path) -> None:
    write_config(tmp_path, {})
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    database.upgrade()
    story = add_story(database)
    told = "Brightwell sells groceries from a darkstore, a building that only drivers may enter, the company said."
    edit_sentence(database, story, 2, told, by=Actor(Person("ida", Role.EDITOR), WHEN), house=HOUSE)
    database.close()
    assert json.loads(inshort("--json", "glossary", "suggest", cwd=tmp_path).stdout) == [
        {"term": "darkstore", "stories": 1, "plain": "a building that only drivers may enter", "by": "editor"}
    ]
    said = inshort("glossary", "suggest", cwd=tmp_path).stdout
    assert "darkstore (stories: 1): an editor wrote: a building that only drivers may enter" in said
