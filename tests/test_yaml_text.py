"""YAML that was made to hang or to break a reader is refused in a line, and what people write is read."""

from __future__ import annotations

import pytest
import yaml

from pipeline.config import parse_config
from pipeline.errors import ConfigError
from pipeline.glossary import read_glossary
from pipeline.yaml_text import read_yaml

BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "nested more than 60 deep|maximum nesting depth"
"""Ours, or the library's own bound, which newer ones reach before they tell what they read."""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{" * 200_000, DEEP),
        ("[" * 200_000, DEEP),
        ("- " * 200_000, "nested more than 60 deep"),
        (BOMB, "more than 30 aliases"),
        ("a: 2026-13-40", "month must be in 1..12"),
        ("a: " + "9" * 5000, "digits"),
    ],
    ids=["braces", "brackets", "dashes", "aliases", "no such day", "a long number"],
)
def test_what_breaks_a_reader_is_refused(text: str, says: str) -> None:
    with pytest.raises(yaml.YAMLError, match=says):
        read_yaml(text)
    with pytest.raises(ConfigError):
        parse_config(text)
    with pytest.raises(ConfigError):
        read_glossary(text, "glossary.yaml")


def test_an_anchor_may_be_used_again() -> None:
    assert read_yaml("a: &here [1, 2]\nb: *here") == {"a": [1, 2], "b": [1, 2]}
