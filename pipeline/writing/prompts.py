"""Prompts as checked data: a file with front matter (id, version, inputs, schema) and a Jinja2 body.

A line of `---` in the body parts the rules, which stay the same from one article to the next, from the material.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from pipeline.errors import ConfigError
from pipeline.resources import bundled
from pipeline.yaml_text import read_yaml, wrong_with

_PARTING = "\n---\n"
_KEYS = ("id", "version", "inputs", "schema")
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


@dataclass(frozen=True, slots=True)
class Filled:
    """A prompt ready to be sent: `rules` as the system message (empty for a prompt of one part), then `text`.

    What does not change comes first, so that a server can keep what it read of it; and an article never
    stands in the message that gives the orders.
    """

    rules: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt; once used, a version's text may never change."""

    id: str
    version: int
    inputs: tuple[str, ...]
    schema: str
    body: str

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def purpose(self) -> str:
        """What it is for, whatever the language: `draft` of `draft.de`."""
        return self.id.partition(".")[0]

    def fill(self, **values: Any) -> Filled:
        """Fill the prompt in. Raises KeyError for a missing input: that is a mistake in the program."""
        missing = set(self.inputs) - set(values)
        if missing:
            raise KeyError(", ".join(sorted(missing)))
        # Parted before it is filled: a line of the material can't move the border.
        parts = self.body.split(_PARTING, 1)
        *rules, text = [_template(part).render(**values) for part in parts]
        return Filled("".join(rules), text)


@lru_cache
def _template(part: str) -> Template:
    return _ENVIRONMENT.from_string(part)


def parse_prompt(text: str, where: str) -> Prompt:
    """Read a prompt file. Raises ConfigError naming every mistake in it."""
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not mark:
        raise ConfigError(where, ["front matter is needed: a block between two lines of ---"])
    try:
        matter = read_yaml(head)
    except yaml.YAMLError as error:
        raise ConfigError(where, [f"the front matter: {wrong_with(error)}"]) from error
    if not isinstance(matter, dict):
        raise ConfigError(where, ["the front matter must be a mapping"])
    problems = [f"{key}: unknown key; allowed: {', '.join(_KEYS)}" for key in matter if key not in _KEYS]
    problems += [f"{key}: is needed" for key in _KEYS if key not in matter]
    if "version" in matter and not (isinstance(matter["version"], int) and matter["version"] > 0):
        problems.append(f"version: {matter['version']!r}: a whole number from 1 up is needed")
    inputs = matter.get("inputs") or []
    try:
        used = meta.find_undeclared_variables(_ENVIRONMENT.parse(body))
    except TemplateSyntaxError as error:
        problems.append(f"line {error.lineno} of the body: {error.message}")
    else:
        problems += [f"{{{{ {name} }}}}: not among the inputs" for name in sorted(used - set(inputs))]
        problems += [f"inputs: '{name}' is never used" for name in inputs if name not in used]
    if problems:
        raise ConfigError(where, problems)
    return Prompt(str(matter["id"]), int(matter["version"]), tuple(inputs), str(matter["schema"]), body)


@lru_cache
def load_prompt(name: str, language: str = "en") -> Prompt:
    """The bundled prompt of that name in a language: `draft.md` in English, `draft.de.md` in German.

    What answers in no words, as the judge does, is asked in English whatever the newsroom writes.
    """
    folder = bundled("prompts")
    file = folder / f"{name}.{language}.md"
    if language == "en" or not file.is_file():
        file = folder / f"{name}.md"
    return parse_prompt(file.read_text("utf-8"), str(file))


def purpose_of(name: str) -> str:
    """What a stored draft's prompt was for: `draft` of `draft.de@1`, "" for a draft no prompt made."""
    return name.partition("@")[0].partition(".")[0]
