"""What a story is about: one to three of the newsroom's topics, by its words and names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

GENERAL = "General"
"""What a story is of that is of no other topic."""
MOST = 3
"""Topics a story has at most."""
ENOUGH = 3.0
"""What the words found have to be worth: one in the title, or three in the text."""
_TITLE, _LEAD, _TEXT = 3.0, 1.5, 1.0
_LEADS = 400
"""Characters of a text that are its lead."""
_READ = 8000
"""Characters of a text that are looked at: what it is about stands in them."""
_BESIDE = 0.5
"""The share of the best topic's worth that another needs to stand beside it."""
_LIKE, _SHARED = 0.5, 2
"""How much of the shorter of two sets of telling words is shared by like stories, and how many at least."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the newsroom: its name, and the words and names by which its stories are known.

    A word may end in * for any ending. `weight` says how much its stories matter beside others (1).
    """

    name: str
    words: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Named:
    """A topic of a story, and why it is one."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """What an editor chose for a story, kept for like ones."""

    story: int
    words: frozenset[str]
    topics: tuple[str, ...]


def by_words(title: str, text: str, topics: Iterable[Topic]) -> list[Named]:
    """The topics whose words and names a text has, those it has most of first; none where that says too little."""
    lead, rest = text[:_LEADS], text[_LEADS:_READ]
    worth: list[tuple[float, int, Named]] = []
    for place, topic in enumerate(topics):
        found: dict[str, float] = {}
        for part, value in ((title, _TITLE), (lead, _LEAD), (rest, _TEXT)):
            for match in _pattern(topic.words).finditer(part) if topic.words else ():
                word = match[0].casefold()
                found[word] = max(found.get(word, 0.0), value)
        if sum(found.values()) >= ENOUGH:
            telling = sorted(found, key=lambda word: (-found[word], word))[:3]
            worth.append((-sum(found.values()), place, Named(topic.name, f"it has {_listed(telling)}")))
    worth.sort()
    return [named for value, _, named in worth if value <= _BESIDE * worth[0][0]][:MOST]


def topics_of(
    title: str,
    text: str,
    topics: Sequence[Topic],
    *,
    given: str = "",
    drafted: Iterable[str] = (),
    chosen: Iterable[TopicChoice] = (),
) -> list[Named]:
    """One to three topics of a story.

    What an editor chose for a like story stands for this one. Else the topic its feed is `given` comes first, then
    those its words name, then those its draft's writer named; where none does, it is of General.
    """
    if choice := like(telling_words(title, text), chosen):
        return [Named(name, f"an editor chose it for story {choice.story}, which is like it") for name in choice.topics]
    known = {topic.name.casefold(): topic.name for topic in topics}
    found = [Named(known.get(given.casefold(), given), "the topic of its feed")] if given else []
    found += by_words(title, text, topics)
    named = (known[name.casefold().strip()] for name in drafted if name.casefold().strip() in known)
    found += [Named(name, "the writer of its draft named it") for name in named if name != GENERAL]
    once = {named.name: named for named in reversed(found)}
    kept = [once[name] for name in dict.fromkeys(named.name for named in found)][:MOST]
    return kept or [Named(GENERAL, "its words are those of no other topic")]


def like(words: frozenset[str], choices: Iterable[TopicChoice]) -> TopicChoice | None:
    """The choice for the story that is most like one of these words, the latest of those alike; None where none is."""
    best, found = 0.0, None
    for choice in choices:
        shared = len(words & choice.words)
        share = shared / max(1, min(len(words), len(choice.words)))
        if shared >= _SHARED and share >= _LIKE and share > best:
            best, found = share, choice
    return found


def telling_words(title: str, text: str) -> frozenset[str]:
    """By what a story is known to be like another: the words of its title, and the names its lead has with it."""
    words = {_stem(word) for word in _WORD.findall(title)} - _LITTLE
    names = {_stem(word) for word in _NAME.findall(text[:_LEADS])}
    return frozenset(words | (names & {_stem(word) for word in _NAME.findall(title)}))


def _stem(word: str) -> str:
    return word.casefold()[:7]


_WORD = re.compile(r"[^\W\d_]{3,}")
_NAME = re.compile(r"\b[A-Z][\w-]{2,}")
_LITTLE = frozenset(
    "the and for that with from this have has had was were are not but its his her their says said new more than after "
    "over into about how why what when who will can may now out amid der die das und von mit für les des une con los "
    "las del per".split()
)


@lru_cache(maxsize=500)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words as a whole. One of capitals alone is a name and found so written; others in any case."""

    def one(word: str) -> str:
        body = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
        body += r"\w*" if word.endswith("*") else r"(?:'s|s)?"
        return body if word.isupper() else f"(?i:{body})"

    return re.compile(r"(?<!\w)(?:" + "|".join(one(word) for word in sorted(words, key=len, reverse=True)) + r")(?!\w)")


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
