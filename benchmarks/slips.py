"""Slips made by rule with a thesaurus: sentences with one word, name or number turned, and ones only said otherwise.

What `benchmarks/weigh.py` learns from, besides what people altered: every kind of slip at every place, and beside
each the same sentence in other words, which is no slip.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.checks.align import Unit, units_of
from pipeline.checks.kin import _table, kinship

_AFFIRMED = re.compile(r"\b(is|was|are|were|has|have|had|will|would|could|can|may|might|did|does|do)\b(?! not)")
_DENIED = re.compile(r"\b(?:(?:is|was|are|were|has|have|had|will|would|could|can|did|does|do)( not)|(no) |(never) )")
_HEDGES = re.compile(r"\b(?:reportedly |allegedly |apparently |probably |possibly )|\b(?:may|might|could)(?= [a-z]+ )")
_TO = re.compile(r"\b(?:plans|plan|hopes|hope|aims|aim|expects|expect|wants|want|intends|planned|hoped) to ([a-z]+)\b")
_MORE = (
    ("more", "less"), ("most", "least"), ("many", "few"), ("all", "some"), ("first", "last"), ("before", "after"),
    ("over", "under"), ("above", "below"), ("up", "down"), ("with", "without"), ("both", "neither"), ("for", "against"),
    ("first", "second"), ("every", "no"), ("only", "also"), ("larger", "smaller"), ("higher", "lower"),
    ("bigger", "smaller"), ("earlier", "later"), ("still", "no longer"), ("largest", "smallest"), ("since", "until"),
)  # fmt: skip
_TIMES = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "January February March April May June July August September October November December".split(),
    "hours days weeks months years decades".split(),
    "hour day week month year decade century".split(),
    "morning afternoon evening night".split(),
    "spring summer autumn winter".split(),
)
_UNITS = (
    "litres gallons tonnes barrels pints".split(), "kilometres miles metres feet acres hectares".split(),
    "kilograms pounds grams tonnes ounces".split(), "percent points dollars euros pounds yen".split(),
    "million billion trillion thousand".split(),
)  # fmt: skip
_INSERTED = (
    " after a long dispute", " despite warnings from doctors", " for the second time", " with help from Norway",
    ", which cost two jobs", " because of a broken pump", " and promised to pay for it", " in front of the town hall",
    " under a deal with Brussels", ", the third this year", " before the election", " and two others were hurt",
)  # fmt: skip


@lru_cache(maxsize=1)
def _members() -> dict[int, list[str]]:
    table = _table()
    found: dict[int, list[str]] = defaultdict(list)
    for word, at in table.at.items():
        if at < 20_000:
            for sense in table.senses[at]:
                found[sense].append(word)
    return found


@lru_cache(maxsize=1)
def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for sense, parents in enumerate(_table().parents):
        for parent in parents:
            found[parent].append(sense)
    return found


def _form(word: str) -> str:
    return next((e for e in ("ing", "ed", "ly", "s") if word.endswith(e) and len(word) > len(e) + 2), "")


@lru_cache(maxsize=50_000)
def others(word: str) -> dict[str, tuple[str, ...]]:
    """Words of the same form that could stand in a word's place: the same, its sisters, its opposites."""
    table = _table()
    senses = table.of(word)
    form = _form(word)
    near: set[str] = set()
    for sense in senses[:4]:
        near.update(_members().get(sense, ()))
        for parent in table.parents[sense]:
            near.update(_members().get(parent, ()))
            for child in _children().get(parent, ())[:40]:
                near.update(_members().get(child, ()))
        for against in table.opposed.get(sense, ()):
            near.update(_members().get(against, ()))
            for child in _children().get(against, ())[:10]:
                near.update(_members().get(child, ()))
    found: dict[str, list[str]] = {"same": [], "sisters": [], "opposite": []}
    for other in sorted(near - {word}):
        k = kinship(word, other)
        if _form(other) != form or other[:5] == word[:5]:
            continue
        if k.opposite:
            found["opposite"].append(other)
        elif k.same and k.near > 0.45 and table.of(other)[:2] and {*senses[:2]} & {*table.of(other)[:2]}:
            found["same"].append(other)
        elif k.sisters and not k.same and not k.kin and k.near < 0.72:
            found["sisters"].append(other)
    return {kind: tuple(words) for kind, words in found.items()}


def put(text: str, start: int, end: int, new: str) -> str:
    old = text[start:end]
    return text[:start] + (new[:1].upper() + new[1:] if old[:1].isupper() and new[:1].islower() else new) + text[end:]


def reworded(text: str, chance: random.Random, most: int = 2) -> str:
    """The same said otherwise: up to so many words by others of the same sense."""
    places = [u for u in units_of(text) if u.kind == "word" and others(u.word)["same"] and not u.opens]
    for unit in sorted(chance.sample(places, min(len(places), chance.randint(1, most))), key=lambda u: -u.start):
        text = put(text, unit.start, unit.end, chance.choice(others(unit.word)["same"]))
    return text


def slips(
    text: str, article: Sequence[Unit], strangers: Sequence[Unit], chance: random.Random
) -> Iterator[tuple[str, str]]:
    """Each kind of slip that a sentence allows, once: its name and the sentence with it."""
    units = units_of(text)
    words = [u for u in units if u.kind == "word" and not u.opens]
    names = [u for u in units if u.kind == "name" and not u.opens]
    numbers = [u for u in units if u.number is not None]
    have = {u.stem for u in units}
    for kind in ("opposite", "sisters"):
        able = [u for u in words if others(u.word)[kind]]
        for unit in chance.sample(able, min(len(able), 2)):
            yield kind, put(text, unit.start, unit.end, chance.choice(others(unit.word)[kind]))
    for kind, pool in (("article", article), ("stranger", strangers)):
        for unit in chance.sample(words, min(len(words), 2)):
            fits = [
                o for o in pool
                if o.kind == "word" and o.stem not in have and _form(o.word) == _form(unit.word)
                and not kinship(unit.word, o.word).kin and not kinship(unit.word, o.word).same
                and kinship(unit.word, o.word).near < 0.6
            ]  # fmt: skip
            if fits:
                yield kind, put(text, unit.start, unit.end, chance.choice(fits).word)
        for unit in chance.sample(names, min(len(names), 1)):
            fits = [o for o in pool if o.kind == "name" and o.stem not in have]
            if fits:
                yield f"name {kind}", put(text, unit.start, unit.end, chance.choice(fits).word.title())
        for unit in chance.sample(numbers, min(len(numbers), 1)):
            fits = [o for o in pool if o.number and unit.number and o.number.value != unit.number.value
                    and o.number.unit == unit.number.unit and o.number.digits == unit.number.digits]  # fmt: skip
            if fits:
                yield f"number {kind}", put(text, unit.start, unit.end, chance.choice(fits).word)
    for group in (numbers, names, [u for u in words if not u.word.endswith(("ed", "ing", "ly"))]):
        pairs = [
            (a, b) for i, a in enumerate(group) for b in group[i + 1 :] if a.stem != b.stem and b.start - a.end > 2
        ]
        if pairs:
            a, b = chance.choice(pairs)
            first, second = text[a.start : a.end], text[b.start : b.end]
            yield "changed places", text[: a.start] + second + text[a.end : b.start] + first + text[b.end :]
    for words_of in (*_TIMES, *_UNITS):
        for word in words_of:
            if match := re.search(rf"\b{word}\b", text):
                other = chance.choice([w for w in words_of if w != word])
                yield "time" if words_of in _TIMES else "unit", text[: match.start()] + other + text[match.end() :]
    for one, its in (*_MORE, *((b, a) for a, b in _MORE)):
        if match := re.search(rf"\b{one}\b", text):
            yield "degree", text[: match.start()] + its + text[match.end() :]
    if match := _AFFIRMED.search(text):
        yield (
            "denied",
            text[: match.end()] + chance.choice((" not", " not", " never", " no longer")) + text[match.end() :],
        )
    for match in _DENIED.finditer(text):
        which = next(i for i in (1, 2, 3) if match.group(i))
        yield "affirmed", text[: match.start(which)] + text[match.end(which) :]
    for match in _HEDGES.finditer(text):
        yield (
            "unhedged",
            text[: match.start()] + ("will" if not match.group().endswith(" ") else "") + text[match.end() :],
        )
    for match in _TO.finditer(text):
        yield "unhedged", text[: match.start()] + "will " + match.group(1) + text[match.end() :]
    if text[-1:] == "." and len(units) > 3:
        yield "added", text[:-1] + chance.choice(_INSERTED) + "."
