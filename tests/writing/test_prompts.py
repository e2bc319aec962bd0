"""Prompts as checked data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.glossary import read_glossary
from pipeline.languages import CODES
from pipeline.resources import bundled
from pipeline.storage.database import Database
from pipeline.storage.tables import PromptRow
from pipeline.writing.prompts import Filled, Prompt, load_prompt, parse_prompt
from pipeline.writing.write import use_prompts

GOOD = "---\nid: p\nversion: 1\ninputs: [name]\nschema: draft\n---\nHello {{ name }}"


def test_the_bundled_prompts_are_sound() -> None:
    for file in bundled("prompts").glob("*.md"):
        assert load_prompt(file.stem).id == file.stem


@pytest.mark.parametrize("language", CODES)
def test_each_language_has_every_prompt_with_the_material_fenced(language: str) -> None:
    for name in ("draft", "repair", "simple", "sentence"):
        prompt = load_prompt(name, language)
        assert (prompt.purpose, prompt.id) == (name, name if language == "en" else f"{name}.{language}")
        assert prompt.schema == load_prompt(name).schema
        assert set(load_prompt(name).inputs) - set(prompt.inputs) <= {"language", "spelling"}, "only English has two"
        assert len(re.findall(r"^\{\{ fence \}\}$", prompt.body, re.MULTILINE)) == (8 if name == "sentence" else 2)


BUNDLED = Path(__file__).with_name("prompts.txt")
"""`id@version hash` of every bundled prompt, a line each. Lines of earlier versions stay: no number is used twice."""


def test_a_bundled_prompt_that_changed_has_a_new_version() -> None:
    known = dict(line.split() for line in BUNDLED.read_text("utf-8").splitlines())
    prompts = [load_prompt(file.stem) for file in sorted(bundled("prompts").glob("*.md"))]
    assert [told for prompt in prompts if (told := told_of(prompt, known))] == []


def told_of(prompt: Prompt, known: Mapping[str, str]) -> str:
    """What to do about a prompt that is not as it is written down; nothing when it is."""
    if prompt.name not in known:
        return f"{prompt.name} is new: write '{prompt.name} {prompt.hash}' into {BUNDLED.name}"
    if known[prompt.name] != prompt.hash:
        return f"{prompt.name} has another text than before: it may be in use; give this one the next version"
    return ""


def test_a_change_in_place_and_a_new_version_are_told_apart() -> None:
    prompt = parse_prompt(GOOD, "p.md")
    changed = parse_prompt(GOOD.replace("Hello", "Hallo"), "p.md")
    new = parse_prompt(GOOD.replace("version: 1", "version: 2"), "p.md")
    known = {prompt.name: prompt.hash}
    assert told_of(prompt, known) == ""
    assert "p@1 has another text than before" in told_of(changed, known)
    assert told_of(new, known).startswith(f"p@2 is new: write 'p@2 {new.hash}'")


def test_a_prompt_is_filled_in() -> None:
    prompt = parse_prompt(GOOD, "p.md")
    assert (prompt.name, prompt.fill(name="Ida {{ x }}")) == ("p@1", Filled("", "Hello Ida {{ x }}"))


def test_a_line_of_the_material_cannot_move_the_border_to_the_rules() -> None:
    prompt = parse_prompt(GOOD.replace("Hello {{ name }}", "Rules.\n---\nTold: {{ name }}"), "p.md")
    assert prompt.fill(name="x\n---\ny") == Filled("Rules.", "Told: x\n---\ny")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1\n", "", "version: is needed"),
        ("version: 1", "version: one", "version: 'one': a whole number from 1 up is needed"),
        ("{{ name }}", "{{ nmae }}", "{{ nmae }}: not among the inputs"),
        ("{{ name }}", "", "inputs: 'name' is never used"),
        ("schema: draft", "schema: draft\ntone: warm", "tone: unknown key; allowed: id, version, inputs, schema"),
        ("{{ name }}", "{{ name", "line 1 of the body"),
        ("---\nid", "id", "front matter is needed"),
    ],
)
def test_a_mistake_in_a_prompt_is_told(old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_prompt(GOOD.replace(old, new, 1), "p.md")
    assert any(told in problem for problem in caught.value.problems)


def test_every_prompt_of_the_newsrooms_language_is_remembered_with_its_text(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    with database.session() as session:
        use_prompts(session, "de")
        known = {row.prompt for row in session.query(PromptRow)}
    assert known == {"draft.de", "repair.de", "simple.de", "judge", "pair", "several", "topics"}
    database.close()


def test_a_version_once_used_may_not_change(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    with database.session() as session:
        use_prompts(session)
        use_prompts(session)
        session.query(PromptRow).filter_by(prompt="draft").one().hash = "another"
    with pytest.raises(ConfigError, match="give the changed one a new version"), database.session() as session:
        use_prompts(session)
    database.close()


def test_a_glossarys_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read_glossary("- {term: A}\n- {term: B, plain: b}\n- {term: b, plain: x, kind: y}", "g.yaml")
    assert caught.value.problems == [
        "entry 1: plain: is needed",
        "entry 3: kind: unknown key; allowed: term, variants, plain, analogy, field, beside",
        "entry 3: 'b' is explained twice",
    ]


@pytest.mark.parametrize("language", CODES)
def test_the_judge_is_asked_in_english_with_article_and_story_fenced(language: str) -> None:
    prompt = load_prompt("judge", language)
    assert prompt.id == "judge"
    assert len(re.findall(r"^\{\{ fence \}\}$", prompt.body, re.MULTILINE)) == 3
