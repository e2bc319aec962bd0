"""Measures in a sentence and what they are worth: "two decades", "a fortnight", "18 months", "every quarter", "5 km".

A plain retelling says a measure in units its readers know: what is worth the same is no other number. What has the
same figure and another unit is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.checks.analysis import Sentence, Source
from pipeline.checks.numerals import Number

_WORTH: dict[str, tuple[str, float]] = {}
"""What a unit measures, and how much in the first one of its kind."""
for _kind, _units in {
    "time": "second 1 minute 60 hour 3600 day 86400 week 604800 fortnight 1209600",
    "months": "month 1 quarter 3 year 12 decade 120 century 1200 millennium 12000 semester 6",
    "length": "millimetre .001 centimetre .01 metre 1 kilometre 1000 inch .0254 foot .3048 yard .9144 mile 1609.34",
    "weight": "milligram .001 gram 1 kilogram 1000 kilo 1000 tonne 1e6 ounce 28.35 pound 453.6 stone 6350 ton 1e6",
    "volume": "millilitre .001 litre 1 pint .5 quart .95 gallon 3.785 barrel 159",
    "area": "acre .405 hectare 1",
}.items():
    _told = _units.split()
    _WORTH |= {word: (_kind, float(worth)) for word, worth in zip(_told[::2], _told[1::2], strict=True)}
_SHORT = {
    "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "kg": "kilogram", "mg": "milligram", "ml": "millilitre",
    "ft": "foot", "feet": "foot", "inches": "inch", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "centuries": "century", "millennia": "millennium", "mins": "minute", "hrs": "hour", "yrs": "year",
}  # fmt: skip
_OFTEN = {
    "quarterly": "quarter", "monthly": "month", "weekly": "week", "fortnightly": "fortnight", "yearly": "year",
    "annually": "year", "annual": "year", "daily": "day", "hourly": "hour",
}  # fmt: skip
_LIKE = {"time": ("time", 1.0), "months": ("time", 2_629_800.0)}
"""Months are no whole number of days: between the two, worth is about."""
_SAME, _ABOUT = 0.005, 0.06
"""How far two measures may be apart and be one: of one kind of unit, and of units that do not divide each other."""
_MOST = 200
"""Different measures of a source that a claim's are compared with."""
_UNIT = re.compile(
    r"[\s\u00a0-]{0,2}(?:(?:more|further|other|additional|extra|full|whole|long|straight|consecutive) )?([^\W\d_]+)"
)
_BARE = re.compile(
    r"\b(?P<half>half[ -](?:an? )?)?(?:(?:an?|another|one|every|each|the) )?(?P<unit>[a-z]+)\b(?P<more> and a half)?",
    re.IGNORECASE,
)
_METRIC = frozenset("millimetre centimetre metre kilometre milligram gram kilogram kilo tonne millilitre litre".split())


class Measure(NamedTuple):
    """`worth` in the first unit of its kind; `value` as written, in `unit`; where it stands."""

    kind: str
    worth: float
    value: float
    unit: str
    start: int
    end: int

    def same(self, other: Measure) -> bool:
        """Whether two are worth the same."""
        if self.kind == other.kind:
            apart = (self.unit in _METRIC) != (other.unit in _METRIC)
            return _near(self.worth, other.worth, _ABOUT if apart else _SAME)
        if self.kind not in _LIKE or other.kind not in _LIKE:
            return False
        one, two = self.worth * _LIKE[self.kind][1], other.worth * _LIKE[other.kind][1]
        return _near(one, two, _ABOUT)


def _near(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(one, other)


def unit_of(word: str) -> str:
    """The unit a word names, in its plain form; "" for any other word."""
    lower = word.lower()
    lower = _SHORT.get(lower, lower)
    lower = lower.removesuffix("s") if lower.removesuffix("s") in _WORTH or lower.endswith("ers") else lower
    lower = lower[:-2] + "re" if lower.endswith(("meter", "liter")) else lower
    return lower if lower in _WORTH else ""


def measures_of(sentence: Sentence) -> tuple[Measure, ...]:
    """The measures of a sentence, in order."""
    return _kept(sentence.text, sentence.numbers)


@lru_cache(maxsize=2048)
def _kept(text: str, numbers: tuple[Number, ...]) -> tuple[Measure, ...]:
    return tuple(sorted(_measures(text, numbers), key=lambda m: m.start))


def _measures(text: str, numbers: Sequence[Number]) -> Iterator[Measure]:
    taken = set[int]()
    for number in numbers:
        joined = re.search(r"\d([^\W\d_]+)$", text[number.start : number.end])
        match = joined or _UNIT.match(text, number.end)
        unit = unit_of(match[1]) if match and number.unit in ("", "frac") else ""
        if match and unit:
            end = number.end if joined else match.end()
            value = number.value
            if not joined and text.startswith(" and a half", end):
                value, end = value + 0.5, end + len(" and a half")
            taken.update(range(number.start, end))
            yield _measure(value, unit, number.start, end)
    for match in _BARE.finditer(text):
        word = match["unit"].lower()
        unit = unit_of(word) if not word.endswith("s") else ""
        often = _OFTEN.get(word, "")
        if (often or (unit and unit != "second" and _WORTH[unit][0] in _LIKE)) and match.start("unit") not in taken:
            value = 0.5 if match["half"] else 1.5 if match["more"] else 1.0
            yield _measure(value, unit or often, match.start(), match.end())


def _measure(value: float, unit: str, start: int, end: int) -> Measure:
    kind, worth = _WORTH[unit]
    return Measure(kind, value * worth, value, unit, start, end)


def measured_in(source: Source) -> tuple[Measure, ...]:
    """The measures of a source, each once."""
    found = {(m.kind, m.worth, m.unit): m for s in source.sentences for m in measures_of(s)}
    return tuple(found.values())[:_MOST]


def borne_out(sentence: Sentence, source: Sequence[Measure]) -> tuple[tuple[int, int], ...]:
    """The spans of a sentence's measures that the source says in another unit."""
    return tuple(
        (m.start, m.end)
        for m in measures_of(sentence)
        if any(m.unit != other.unit and m.same(other) for other in source)
    )


def other_unit(
    sentence: Sentence, lines: Sequence[Sentence], source: Sequence[Measure]
) -> Iterator[tuple[Measure, str]]:
    """Measures of a sentence whose figure the lines have with another unit of its kind, and how they have it."""
    for mine in measures_of(sentence):
        if any(mine.same(other) for other in source):
            continue
        for line in lines:
            for other in measures_of(line):
                comparable = mine.kind == other.kind or {mine.kind, other.kind} <= _LIKE.keys()
                if comparable and mine.value == other.value and mine.unit != other.unit:
                    yield mine, line.text[other.start : other.end]
