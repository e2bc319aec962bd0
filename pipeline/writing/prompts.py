"""Prompts as checked data: a file with front matter (id, version, inputs, schema) and a Jinja2 body."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from pipeline.errors import ConfigError
from pipeline.resources import bundled

_KEYS = ("id", "version", "inputs", "schema")
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


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

    def render(self, **values: Any) -> str:
        """Fill the prompt in. Raises KeyError for a missing input: that is a mistake in the program."""
        missing = set(self.inputs) - set(values)
        if missing:
            raise KeyError(", ".join(sorted(missing)))
        return _ENVIRONMENT.from_string(self.body).render(**values)


def parse_prompt(text: str, where: str) -> Prompt:
    """Read a prompt file. Raises ConfigError naming every mistake in it."""
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not mark:
        raise ConfigError(where, ["front matter is needed: a block between two lines of ---"])
    try:
        matter = yaml.safe_load(head)
    except yaml.YAMLError as error:
        raise ConfigError(where, ["the front matter is no valid YAML"]) from error
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
def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """The bundled prompt of that name."""
    file = (folder or bundled("prompts")) / f"{name}.md"
    return parse_prompt(file.read_text("utf-8"), str(file))
