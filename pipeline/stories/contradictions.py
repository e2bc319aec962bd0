"""Where two reports of one event give one thing two figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from pipeline.model import SourceSentence

_WORD = re.compile(r"[^\W\d_]{3,}")
_AMOUNT = re.compile(
    r"(?<![\w.,])(\d[\d.,]*\d|\d)(?:[\s-]+(million|billion|thousand|per\s+cent|percent)\b|(%))?[\s-]*([^\W\d_]+)?"
)
_OF_AFTER = re.compile(r"\s+(?:the\s+|its\s+|their\s+)?([^\W\d_]+)")
_OF_BEFORE = re.compile(r"([^\W\d_]+)\s+of\s+(?:about\s+|some\s+)?$")
_NEAR = 60
"""Characters before a figure in which what it counts may stand."""
_SIZE = {"million": 10**6, "billion": 10**9, "thousand": 10**3}
_SAME_PLACE = 0.45
"""How much of the shorter of two sentences must be the same for their figures to be of one thing."""
_OWN = 2
"""How many words two sentences may have of their own, where both have some, for their figures to be of one thing."""
_ROUNDED = Decimal("0.05")
"""How far a figure is from the exact one at most, as a share of it, that only rounds it."""
_WHEN = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|(?:19|20)\d\d"
    r"|(?:last|this|next|first|second|third|fourth|a|per)\s+(?:week|month|quarter|half|year|season|day|hour|round)"
    r"|january|february|march|april|june|july|august|september|october|november|december)\b",
    re.I,
)
_MOVED = re.compile(
    r"\b(?:ha[sd]\s+(?:risen|grown|reached|fallen|climbed)|rose\s+(?:from|to)|risen\s+to|now|so\s+far|at\s+first"
    r"|first\s+(?:spoke|said|reported|put)|earlier|initially|by\s+(?:noon|midday|evening|morning|night|then)"
    r"|up\s+from|down\s+from|revised|corrected|updated|no\s+longer)\b",
    re.I,
)
"""What says that a figure is of its hour."""
_MONTHS = frozenset(
    "january february march april may june july august september october november december am pm gmt".split()
)
_LITTLE = frozenset(
    "the and for that with from this have has had was were are not but its his her their they them will would could "
    "said says been into than then also after before about over more most who which what when where while".split()
)
_ASIDE = frozenset(
    "police brigade company firm union memo source sources people mayor told report reports reported according least "
    "nearly almost around roughly some spokes district ministr governm officia organis investo counts counted number "
    "million billion thousa percent".split()
)
"""Beginnings of words that say who counts and how roughly, not what."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences, by their numbers, that give one thing two figures."""

    here: int
    there: int
    one: str
    other: str
    who: str
    """The feed that says the other."""


def contradictions_of(told: Sequence[SourceSentence], other: Sequence[SourceSentence], who: str) -> list[Contradiction]:
    """Where another report gives another figure for the same thing: like sentences, the same thing counted.

    Not where the figures are of two days, one rounds the other or says it is of its hour, or where the sentences tell
    of two things. `benchmarks/differing.py` measures it.
    """
    found = []
    mine = [(s, telling_words(s.text), amounts(s.text)) for s in told]
    for theirs in other:
        words, counted = telling_words(theirs.text), amounts(theirs.text)
        for ours, our_words, our_counted in mine:
            if not _alike(our_words, words) or _of_two_times(ours.text, theirs.text):
                continue
            if rivals := _rivals(our_counted, counted):
                found.append(Contradiction(ours.number, theirs.number, *rivals, who))
                break
    return found


def telling_words(text: str) -> frozenset[str]:
    """The words of a sentence by their beginnings, without those that tell nothing."""
    return frozenset(word.lower()[:7] for word in _WORD.findall(text) if word.lower() not in _LITTLE)


def amounts(text: str) -> list[tuple[str, str]]:
    """The figures of a sentence with what each counts: `3 million` and `photo`; years and days are none."""
    found = []
    for match in _AMOUNT.finditer(text):
        digits, size, percent, thing = match.groups()
        plain = digits.replace(",", "")
        if not size and not percent and re.fullmatch(r"(?:19|20)\d\d", plain):
            continue
        unit = (size or percent or "").replace("percent", "%").replace("per cent", "%")
        word = (thing or "").lower()
        if word in _MONTHS:
            continue
        if unit == "%":
            share = _OF_AFTER.match(text, match.end()) if word == "of" else None
            word = f"% of {share[1].lower()}" if share else "%"
        elif not word and (before := _OF_BEFORE.search(text[max(0, match.start() - _NEAR) : match.start()])):
            word = before[1].lower()
        found.append((f"{plain} {unit}".strip(), word if unit == "%" else word.rstrip("s")))
    return found


def _alike(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two sentences say the same but for a figure: each may say more, not each something of its own."""
    if len(ours & theirs) < _SAME_PLACE * max(1, min(len(ours), len(theirs))):
        return False
    own, their_own = _beside(ours, theirs), _beside(theirs, ours)
    return not own or not their_own or own + their_own <= _OWN


def _beside(words: frozenset[str], others: frozenset[str]) -> int:
    """How many words are in no form among others."""
    begin = {word[:4] for word in others}
    return sum(word[:4] not in begin and not any(word.startswith(known) for known in _ASIDE) for word in words)


def _of_two_times(one: str, other: str) -> bool:
    if _MOVED.search(one) or _MOVED.search(other):
        return True
    when, then = ({m.lower() for m in _WHEN.findall(text)} for text in (one, other))
    return bool(when and then and not when & then)


def _rivals(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Two figures for one thing, where neither side has the other's, be it rounded."""
    for figure, thing in theirs:
        here = [f for f, t in ours if t == thing]
        there = [f for f, t in theirs if t == thing]
        if thing and here and not any(_one_figure(a, b) for a in here for b in there):
            return _said(here[0], thing), _said(figure, thing)
    return None


def _said(figure: str, thing: str) -> str:
    return figure + thing.removeprefix("%") if thing.startswith("%") else f"{figure} {thing}"


def _one_figure(one: str, other: str) -> bool:
    """Whether two figures are one, in other words or rounded."""
    mine, theirs = _value(one), _value(other)
    if mine is None or theirs is None:
        return one == other
    if mine == theirs:
        return True
    if abs(mine - theirs) > _ROUNDED * max(mine, theirs):
        return False
    return _rounded(mine, theirs) == theirs or _rounded(theirs, mine) == mine


def _value(figure: str) -> Decimal | None:
    digits, _, size = figure.partition(" ")
    try:
        return Decimal(digits) * _SIZE.get(size, 1)
    except InvalidOperation:
        return None


def _rounded(value: Decimal, like: Decimal) -> Decimal:
    """A figure with no more digits than another has."""
    exponent = like.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a figure is finite"
    try:
        return value.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP)
    except InvalidOperation:  # longer than any figure that somebody counted
        return value
