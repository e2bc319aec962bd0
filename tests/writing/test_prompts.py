"""Prompts as checked data."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.glossary import read_glossary
from pipeline.resources import bundled
from pipeline.storage.database import Database
from pipeline.storage.tables import PromptRow
from pipeline.writing.prompts import Filled, load_prompt, parse_prompt
from pipeline.writing.write import use_prompts

GOOD = "---\nid: p\nversion: 1\ninputs: [name]\nschema: draft\n---\nHello {{ name }}"


def test_the_bundled_prompts_are_sound() -> None:
    for file in bundled("prompts").glob("*.md"):
        assert load_prompt(file.stem).id == file.stem


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
        "[0]: plain: is needed",
        "[2]: kind: unknown key; allowed: term, variants, plain, analogy, field",
        "[2]: 'b' is explained twice",
    ]
