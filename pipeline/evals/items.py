"""The articles prompts and models are measured on, each with what a good draft must contain, explain and not say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError
from pipeline.files import read_text
from pipeline.invisible import escaped, named
from pipeline.resources import bundled
from pipeline.yaml_text import read_yaml, wrong_with


@dataclass(frozen=True, slots=True)
class Item:
    """One article. Alternatives of a thing to contain are parted by ` | `; case and blanks don't matter."""

    id: str
    title: str
    text: str
    kind: str = ""
    feed: str = "The Feed"
    published: date | None = None
    must_contain: tuple[str, ...] = ()
    must_explain: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(min_length=1, max_length=80)
    title: str
    text: str = Field(min_length=20)
    kind: str = ""
    feed: str = "The Feed"
    published: date | None = None
    must_contain: tuple[str, ...] = ()
    must_explain: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()


def read_items(text: str, where: str) -> tuple[Item, ...]:
    """Read a set of articles. Raises ConfigError naming every mistake."""
    try:
        rows = read_yaml(text)
    except yaml.YAMLError as error:
        raise ConfigError(where, [wrong_with(error)]) from error
    if not isinstance(rows, list) or not rows:
        raise ConfigError(where, ["a list of articles is needed, each with id, title and text"])
    problems: list[str] = []
    items: list[Item] = []
    for place, row in enumerate(rows):
        try:
            items.append(Item(**_Row.model_validate(row).model_dump()))
        except ValidationError as error:
            problems += [f"[{place}].{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            problems.append(f"the id '{item.id}' is given twice")
        seen.add(item.id)
    if problems:
        raise ConfigError(where, problems)
    return tuple(items)


def load_items(file: Path | None) -> tuple[Item, ...]:
    """A set from a file, or the bundled one."""
    file = file or bundled("evals") / "set.yaml"
    return read_items(read_text(file), str(file))


def items_text(items: tuple[Item, ...]) -> str:
    """Items as a set file holds them."""
    rows: list[dict[str, Any]] = []
    for item in items:
        row = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(item).items()}
        rows.append({k: v for k, v in row.items() if v not in ("", None, [])})
    return escaped(yaml.dump(rows, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=110))


class _Quoting(yaml.SafeDumper):
    """What would steer a terminal is written between quotation marks, where YAML knows it by its number."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if named(text) != text else None)


_Quoting.add_representer(str, _text)
