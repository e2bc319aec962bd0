"""A newsroom opens: its first config.yaml, made of the commented one and what its owner said."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FirstFeed:
    url: str
    name: str = ""
    """What the source line of its stories says; '' leaves that to the feed."""


@dataclass(frozen=True, slots=True)
class ListPrice:
    """What a model costs: USD for a million tokens, as seen on a day."""

    input: float
    output: float
    as_of: date


@dataclass(frozen=True, slots=True)
class Owner:
    """What an owner said. What was left empty stays as the commented configuration has it."""

    name: str = ""
    timezone: str = ""
    contact: str = ""
    feeds: Sequence[FirstFeed] = ()
    model: str = ""
    """The model that writes; '' selects sentences without one."""
    base_url: str = ""
    key_variable: str = ""
    """The environment variable that holds the key."""
    allow: Sequence[str] = ()
    """Private addresses that feeds and pages may be on."""
    price: ListPrice | None = None
    tokens_a_day: int = 200_000
    """The cap where no price is known."""


def first_configuration(template: str, owner: Owner) -> str:
    """The text of a config.yaml that says what the owner said, every comment of the template kept."""
    text = template
    for key, value in (("name", owner.name), ("timezone", owner.timezone), ("contact", owner.contact)):
        if value:
            text = _replaced(text, rf"^(  {key}: +)(?:\"[^\"\n]*\"|[^\s#][^#\n]*?)( *(?:#.*)?)$", value)
    if owner.feeds:
        block = "".join(map(_subscribed, owner.feeds))
        text = re.sub(r"(?m)^(feeds:.*\n)(?:(?: .*)?\n)+?(?=\n|\S)", lambda found: found[1] + block, text, count=1)
    if owner.allow:
        text = re.sub(
            r"(?m)^# network: \{.*?\}", lambda _: f"network: {{allow: {json.dumps([*owner.allow])}}}", text, count=1
        )
    if owner.model:
        text = re.sub(r"(?m)^  # kind: openai\n", "", text, count=1)
        text = _replaced(text, r"^(  kind: +)extract( *#.*)$", "openai")
        text = _replaced(text, r"^  # (model: )NAME()$", owner.model, "  ")
        for key, value in (("base_url", owner.base_url), ("api_key_env", owner.key_variable)):
            if value:
                text = _replaced(text, rf"^  # ({key}: )\S+( *(?:#.*)?)$", value, "  ")
        if owner.price is not None:
            price = f"{{input: {owner.price.input:g}, output: {owner.price.output:g}, as_of: {owner.price.as_of}}}"
            text = re.sub(r"(?m)^  # price: \{.*?\}", lambda _: f"  price: {price}", text, count=1)
            text = re.sub(r"(?m)^  # (caps: )", r"  \1", text, count=1)
        else:
            caps = f"  caps: {{tokens_a_day: {owner.tokens_a_day}}}"
            text = re.sub(r"(?m)^  # caps: \{.*?\}", lambda _: caps, text, count=1)
    return text


def _subscribed(feed: FirstFeed) -> str:
    name = f"    name: {_scalar(feed.name)}\n" if feed.name else ""
    return f"  - url: {_scalar(feed.url)}\n{name}"


def _replaced(text: str, pattern: str, value: str, before: str = "") -> str:
    """The first line the pattern fits, with another value between what it keeps. The template must have that line."""
    changed, times = re.subn(
        pattern, lambda found: f"{before}{found[1]}{_scalar(value)}{found[2]}", text, count=1, flags=re.MULTILINE
    )
    if not times:
        raise ValueError(f"the commented configuration has no line like {pattern}")
    return changed


def _scalar(value: str) -> str:
    """A value as YAML: plain where nothing in it can be read as something else, in quotes otherwise."""
    plain = re.fullmatch(r"[A-Za-z][\w./+-]*(?:[ ][\w./+-]+)*|https?://[\w./?=&%+~-]+", value, re.ASCII)
    words = value.lower() in {"yes", "no", "true", "false", "on", "off", "null", "y", "n"}
    return value if plain and not words else json.dumps(value, ensure_ascii=False)
