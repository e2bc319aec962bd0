"""What a report says has happened, and to what: kinds that stand for words of several languages. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files


def kinds(text: str) -> frozenset[str]:
    """The kinds named in a text, happenings and things."""
    return frozenset(m.lastgroup for m in _pattern().finditer(text.lower().replace("’", "'")) if m.lastgroup)


@lru_cache(maxsize=1)
def happenings() -> frozenset[str]:
    """The kinds that say what happened; the others say to what."""
    return frozenset(kind for kind, _, happens in _listed() if happens)


@lru_cache(maxsize=1)
def _listed() -> tuple[tuple[str, str, bool], ...]:
    """Each kind, the pattern of its words, and whether it is a happening."""
    found, happens = [], True
    for line in (files("pipeline.stories") / "data" / "happenings.txt").read_text("utf-8").splitlines():
        kind, mark, words = line.partition(":")
        if line == "things":
            happens = False
        elif mark and not line.startswith("#"):
            parts = sorted(words.split(), key=len, reverse=True)
            found.append((kind, "|".join(_word(part) for part in parts), happens))
    return tuple(found)


def _word(word: str) -> str:
    whole = word.endswith("$") or "~" in word
    return re.escape(word.rstrip("$")).replace(r"\~", "~").replace("~", r"\s+") + (r"\b" if whole else "")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words, _ in _listed()) + ")")
