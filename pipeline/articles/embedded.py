"""The article a page keeps for its script: in a `<template>` or `<noscript>`, or in the data its program starts from.

For pages that show next to nothing without their script; never for one that says it is not free. Pure.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

from pipeline.articles.blocks import blocks
from pipeline.articles.body import is_prose
from pipeline.text import has_words

LEAST_WORDS = 100
"""Words what is found must have to be taken for an article."""
_LETTERS = 3
"""Of a word, at the least: what has fewer than so many of them for each is not looked at."""
_MOST_BYTES = 5_000_000
_MOST_NODES = 200_000
_ASSIGNED = re.compile(r"^[^{\[]{0,200}?[=(]\s*(?=[{\[])")
_TAGS = re.compile(r"</?(?:p|br|div|h\d|li)\b", re.IGNORECASE)


def embedded_text(tree: Any, parse: Any) -> list[str]:
    """The paragraphs of the longest article found so; empty when there is none. `parse` makes a tree of bytes."""
    found = [_prose(node) for node in tree.iter("noscript", "template")]
    for script in tree.iter("script"):
        if (data := _data(script)) is not None:
            found += _texts(data, parse)
    best = max(found, key=lambda lines: sum(map(len, lines)), default=[])
    return best if has_words(" ".join(best), LEAST_WORDS) else []


def _prose(node: Any) -> list[str]:
    return [block.text for block in blocks(node) if is_prose(block) or block.heading]


def _data(script: Any) -> Any:
    """The data a script starts with: JSON, or JSON handed to a name or a function."""
    text = (script.text or "").strip()
    if not 200 < len(text) < _MOST_BYTES:
        return None
    if "json" not in (script.get("type") or ""):
        match = _ASSIGNED.match(text)
        if match is None:
            return None
        text = text[match.end() :]
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _texts(data: Any, parse: Any) -> list[list[str]]:
    """The texts in the data, those at like places together: a list of paragraphs is one text."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    stack: list[tuple[Any, tuple[str, ...]]] = [(data, ())]
    seen = 0
    while stack and seen < _MOST_NODES:
        value, place = stack.pop()
        seen += 1
        if isinstance(value, dict):
            stack.extend((child, (*place, key)) for key, child in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((child, (*place, "*")) for child in reversed(value))
        elif isinstance(value, str) and len(value) >= 60 and value.count(" ") >= len(value) / 20:
            places[place].append(value)
    found = []
    for values in places.values():
        if sum(map(len, values)) < LEAST_WORDS * _LETTERS:
            continue
        if any(_TAGS.search(value) for value in values):
            tree = parse(f"<html><body>{' '.join(values)}</body></html>".encode())
            if tree is not None:
                found.append(_prose(tree))
        else:
            found.append([line.strip() for value in values for line in value.split("\n") if line.strip()])
    return found
