"""YAML as people write it, read so that no text can hang or break the program: every such file goes this way."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 60
"""How deep lists and mappings may nest: the reader in C breaks down at some thousands."""
MOST_ALIASES = 30
"""How often a text may say `*name`: each may double what the ones before it stand for."""

_PLAINLY = {
    "found character that cannot start any token": "this may not stand here: indent with spaces, put odd text in quotes"
}
"""What the reader says in terms of its own, as somebody who writes a file can use it."""

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, loader: Any = Loader) -> Any:
    """What a text in YAML says. Raises YAMLError for whatever is wrong with it."""
    _look_through(text)
    try:
        return yaml.load(text, loader)  # noqa: S506 - a SafeLoader
    except (ValueError, OverflowError, RecursionError) as error:
        # A day that no month has, a number of thousands of digits.
        raise yaml.MarkedYAMLError(problem=str(error)) from error


def wrong_with(error: yaml.YAMLError) -> str:
    """What is wrong with a text that is no YAML, and in which line."""
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark else ""
    problem = getattr(error, "problem", None) or "not valid YAML"
    return f"{line}{_PLAINLY.get(problem, problem)}"


def _look_through(text: str) -> None:
    """Refuse what nests too deep or repeats itself too often. What is no YAML at all the loader tells better."""
    depth = aliases = 0
    events = yaml.parse(text, Loader)
    while True:
        try:
            event: Any = next(events, None)
        except yaml.YAMLError:
            return
        if event is None:
            return
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"nested more than {DEEPEST} deep", problem_mark=event.start_mark)
        if aliases > MOST_ALIASES:
            raise yaml.MarkedYAMLError(problem=f"more than {MOST_ALIASES} aliases", problem_mark=event.start_mark)
