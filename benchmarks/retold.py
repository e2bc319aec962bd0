"""Reads `data/retold.txt`: each summary in several wordings, and with one slip each."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parent / "data" / "retold.txt"
_CHOICE = re.compile(r"\{([^{}]*)\}")


def retold(wordings: int = 4) -> Iterator[tuple[str, str, str]]:
    """(pair, faithful wording, the same wording with one slip or unchanged), each slip and some wordings once."""
    for line in FILE.read_text(encoding="utf8").splitlines():
        if line and line[0] != "#":
            name, template = line.split(": ", 1)
            yield from ((name, *texts) for texts in _told(template, wordings, random.Random(line)))


def _told(template: str, wordings: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    choices = [m.group(1) for m in _CHOICE.finditer(template)]
    said = [choice.split("=>")[0].split("~") for choice in choices]
    slips = [(i, slip) for i, c in enumerate(choices) if "=>" in c for slip in c.split("=>")[1].split("|")]
    plain = [chance.choice(s) for s in said]
    for _ in range(wordings):
        faithful = _filled(template, [chance.choice(s) for s in said])
        yield faithful, faithful
    for i, slip in slips:
        words = [chance.choice(s) for s in said] if chance.random() < 0.5 else plain
        yield _filled(template, words), _filled(template, [*words[:i], slip, *words[i + 1 :]])


def _filled(template: str, words: list[str]) -> str:
    values = iter(words)
    text = _CHOICE.sub(lambda _: next(values), template)
    return text[:1].upper() + text[1:]
