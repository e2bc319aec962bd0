"""Finds the numbers in a text and what they are worth: digits, words, scales, percentages, sums, fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import prod
from unicodedata import category, numeric

from pipeline.languages import all_languages

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {w: i for i, w in enumerate(_UNITS)} | {w: 10 * (i + 2) for i, w in enumerate(_TENS)}
SMALL |= {"duo": 2, "trio": 3, "quartet": 4, "dozen": 12}
SCALES = {word: worth for one in all_languages() for word, worth in one.numbers.scales.items()}
ORDINALS = {
    w: i + 1
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
    )
}
_FRACTIONS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
_TIMES = {"half": 0.5, "twice": 2.0, "doubled": 2.0, "tripled": 3.0}
_TEN = 10
_JOINTS = ("", " ", "-", "\u00a0", "\u202f")
"""What may stand between a number and what belongs to it."""
_MANY = {"dozens": 12.0, "hundreds": 100.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12}
_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₹": "inr"}
_MONEY = {
    "dollar": "usd", "dollars": "usd", "euro": "eur", "euros": "eur", "pound": "gbp", "pounds": "gbp", "yen": "jpy",
    "rupee": "inr", "rupees": "inr",
}  # fmt: skip
_PERCENT = frozenset(["%"]).union(*(one.numbers.percent for one in all_languages()))
_PIECE = re.compile(
    r"(?P<sign>[$€£¥₹])?(?P<digits>"
    # In groups, with a blank that does not break or an apostrophe; with a plain blank where it can be nothing else.
    r"(?:\d{1,3}(?:[\u00a0\u202f\u2009'’]\d{3})++|\d{1,3}(?: \d{3}){2,}+|\d{2,3} \d00)(?:[.,]\d+)?+(?!\d)"
    r"|\d+(?:[.,]\d+)*+)"
    r"(?P<power>(?:\s?[×x·*]\s?10)?(?:\^\(?[-−]?\d{1,2}\)?|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))?(?P<tail>[^\W\d_]*+)"
    r"|(?P<word>[^\W\d_]++)|(?P<mark>%)"
)
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_LEVELS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CENTURIES = 1000
_WHOLE = 100
"""The most of which a part is said: "seven in a hundred"."""
_RANGE = frozenset(["-", "–", *(f" {one.numbers.to} " for one in all_languages())])
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF = re.compile(r" (?:out )?of (?:(?:the|its|their|his|her|our|those|these|a total of) )?")
_BETWEEN = re.compile(r"\bbetween (?:[$€£¥₹])?$")
_FOLLOWS = re.compile(
    r"(?: \w+){0,3}?,? (?:rather than|instead of|up from|down from|compared with|not|from|against|after) (?:the )?"
)
_ENDS = re.compile(r"[.,;:)!?]|$| a (?:year|month|week|day)\b")
_ONE_IN = re.compile(r"\bone (?P<what>\w+ )?in $")
_AFTER_PART = re.compile(
    r"[.,;:)]|$| (?:is|was|has|had|does|did|can|could|will|would|gets?|says?|of|who|that|and)(?:n['’]t)?\b"
)
"""What follows "one device in seven"; in "one office in seven towns" something else does."""
_IN = re.compile(r" in | times (?:in|out of) ")
_IN_A_HUNDRED = re.compile(r" (?:\w+ )?(?:in|out of) (?:a |every )?")
_GROUPED = re.compile(r"[\s'’]")
_HALF = re.compile(r"[- ]1/2\b| and a half\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """`unit` is "", "%", "ord", "frac", "many" ("millions of") or a currency; `digits` says how it was written."""

    value: float
    unit: str
    start: int
    end: int
    digits: bool
    before: str
    after: str


def significant(value: float) -> int:
    """How many digits say a number: 1,900 has two."""
    return len(f"{value:.11e}".split("e")[0].replace(".", "").strip("0-")) or 1


def value_of(digits: str, decimal: str = ".") -> float:
    """What "1,234.5", "1.234,5", "12 000" or "1,20,000" is worth.

    A single mark with three digits after it groups them, unless it is the one that the language has before tenths.
    """
    digits = _GROUPED.sub("", digits)
    marks = [c for c in digits if c in ".,"]
    if len(digits) > 40:
        return 0.0
    if not marks:
        return float(digits)
    last = marks[-1]
    tail = digits.rsplit(last, 1)[1]
    grouped = len(tail) == 3 and (marks.count(last) > 1 or (len(marks) == 1 and last != decimal))
    if marks.count(last) > 1 or grouped:
        return float(re.sub(r"[.,]", "", digits))
    head = re.sub(r"[.,]", "", digits.rsplit(last, 1)[0])
    return float(f"{head}.{tail}")


def _part(word: str) -> float:
    """What a fraction of one character is worth; 0 for anything else."""
    return numeric(word, 0.0) if len(word) == 1 and category(word) == "No" and word not in _LEVELS else 0.0


def _raised(value: float, power: str) -> float:
    """A number with what is raised beside it: `10^12`, `3 × 10^12`, `100²`."""
    exponent = re.sub(r".*10(?=[\^⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "", power).translate(_LEVEL).strip("^()")
    if not exponent:
        return value
    try:
        return value * 10.0 ** int(exponent) if power.strip()[0] in "×x·*" else value ** int(exponent)
    except (OverflowError, ZeroDivisionError):
        return value


def find_numbers(text: str, decimal: str = ".") -> tuple[Number, ...]:
    """Every number of a text in reading order; `decimal` is the mark that its language has before tenths.

    "One" alone is no number: it is nearly always a pronoun.
    """
    pieces = list(_PIECE.finditer(text))
    found: list[Number] = []
    at = 0
    while at < len(pieces):
        piece, end = pieces[at], at
        lower = (piece["word"] or "").lower()
        if found and found[-1].end + 2 >= piece.start() and lower.endswith("s") and lower[:-1] in _FRACTIONS:
            last = found.pop()  # "two thirds"
            found.append(_number(text, last.value * _FRACTIONS[lower[:-1]], "frac", last.start, piece.end(), False))
        elif read := _figures(piece, decimal) if piece["digits"] else _word(text, pieces, at):
            value, unit, end = _and_more(text, pieces, at, *read)
            if not (value == 1 and not piece["digits"] and unit == ""):
                start = piece.start()
                found.append(_number(text, value, unit, start, pieces[end].end(), bool(piece["digits"])))
        at = end + 1
    return tuple(_sharing(text, _parts(text, found)))


def _figures(piece: re.Match[str], decimal: str) -> tuple[float, str]:
    """What digits are worth with what is joined to them, and their unit: "$5bn", "3rd", "2½", "1600s"."""
    value, unit = (
        _raised(value_of(piece["digits"], decimal), piece["power"] or ""),
        _SYMBOLS.get(piece["sign"] or "", ""),
    )
    tail = piece["tail"].lower()
    if tail == "s" and value % 100 == 0 and value >= _CENTURIES:
        return value / 100 + 1, "ord"  # "the 1600s" are the seventeenth century
    if part := _part(tail):
        return value + part, unit
    return value * SCALES.get(tail, 1.0), "ord" if tail in ("st", "nd", "rd", "th") else unit


def _word(text: str, pieces: Sequence[re.Match[str]], at: int) -> tuple[float, str] | None:
    """What a word is worth, and its unit; None where it is no number."""
    lower = (pieces[at]["word"] or "").lower()
    before = pieces[at - 1].group().lower() if at else ""
    if part := _part(lower):
        return part, "frac"
    if lower in SMALL:
        return float(SMALL[lower]), ""
    if lower in ("hundred", "thousand", "million", "billion") and before == "a":
        return SCALES[lower], ""
    if lower in _MANY and text.startswith(" of", pieces[at].end()):
        return _MANY[lower], "many"
    if lower in _TIMES:
        return _TIMES[lower], "frac"
    if lower in _FRACTIONS and before in ("a", "one", "than", "about", "nearly"):
        return _FRACTIONS[lower], "frac"
    if lower in ORDINALS and lower not in ("first", "second"):
        return float(ORDINALS[lower]), "ord"
    return None


def _and_more(text: str, pieces: Sequence[re.Match[str]], end: int, value: float, unit: str) -> tuple[float, str, int]:
    """A number with what follows it: "twenty-five", "two point one", "3 and a half", "40 million euros"; and its last
    piece."""
    first, following = (pieces[end]["word"] or "").lower(), _following(pieces, end)
    if first in _TENS and 0 < SMALL.get(following, 0) < _TEN:
        value, end = value + SMALL[following], end + 1
    if first in SMALL and _following(pieces, end) == "point":
        tenths = list(takewhile(lambda digit: digit < _TEN, map(_digit, pieces[end + 2 :])))
        if tenths:
            value, end = value + float("0." + "".join(map(str, tenths))), end + 1 + len(tenths)
    if unit not in ("ord", "frac") and (half := _HALF.match(text, pieces[end].end())):
        value += 0.5
        while end + 1 < len(pieces) and pieces[end + 1].start() < half.end():
            end += 1
    while (word := _following(pieces, end)) and text[pieces[end].end() : pieces[end + 1].start()] in _JOINTS:
        if word in SCALES and len(word) > 1 and unit not in ("ord", "frac"):
            value *= SCALES[word]
        elif word == "dozen" and unit == "":
            value *= SMALL[word]
        elif word in _PERCENT or (word == "per" and text.startswith(" cent", pieces[end + 1].end())):
            unit = "%"
        elif word in _MONEY:
            unit = _MONEY[word]
        elif not (word == "cent" and unit == "%"):
            break
        end += 1
    return value, unit, end


def _digit(piece: re.Match[str]) -> int:
    """What a word for a single digit is worth; `_TEN` for any other piece."""
    return SMALL.get((piece["word"] or "").lower(), _TEN)


def _following(pieces: Sequence[re.Match[str]], at: int) -> str:
    """The word or mark after a piece, in lower case."""
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    return (after["word"] or after["mark"] or "").lower() if after else ""


_TIME = re.compile(r" ?(?:second|minute|hour|day|week|month|year|decade)")


def _parts(text: str, found: list[Number]) -> list[Number]:
    """ "One in five", "seven in ten" and "half a million" as the one number that they are."""
    parts: list[Number] = []
    for number in found:
        whole = number.unit == "" and 1 < number.value <= _WHOLE and not _TIME.match(text, number.end)
        last = parts[-1] if parts else None
        one = _ONE_IN.search(number.before) if whole else None
        if last and last.unit == "frac" and text[last.end : number.start] in (" a ", " ") and _scale(text, number) > 1:
            parts[-1] = replace(number, value=last.value * number.value, start=last.start, before=last.before)
        elif one and (one["what"] is None or _AFTER_PART.match(number.after)):
            start = number.start - len(one.group())
            parts.append(_number(text, 1 / number.value, "frac", start, number.end, False))
        elif whole and last and last.unit == "" and _in(text, last, number) and last.value < number.value:
            parts[-1] = _number(text, last.value / number.value, "frac", last.start, number.end, False)
        else:
            parts.append(number)
    return parts


def _in(text: str, one: Number, other: Number) -> bool:
    """ "Seven in ten", "96 in a hundred" and, of a hundred, "three texts in a hundred"."""
    between = text[one.end : other.start]
    if other.value == _WHOLE and not other.digits:
        return bool(_IN_A_HUNDRED.fullmatch(between))
    return bool(_IN.fullmatch(between)) and one.value > 0 and one.digits == other.digits


def _sharing(text: str, found: list[Number]) -> Iterator[Number]:
    """The numbers, plain ones worth what the words beside their neighbour say.

    That is the first of "$40-50 billion", "40 bis 50 Milliarden", "31 of the 48 million euros" and "between 2 and 3
    million", and the second of "24 million, not 17".
    """
    for before, one, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if (
            not one.digits
            or re.search(r"[^\W\d_]", text[one.start : one.end])
            or _YEAR.fullmatch(text, one.start, one.end)
        ):
            yield one
        elif after and _leads(text, one, after):
            yield _scaled(text, one, after)
        elif (
            before and before.digits and _FOLLOWS.fullmatch(text, before.end, one.start) and _ENDS.match(text, one.end)
        ):
            yield _scaled(text, one, before)
        else:
            yield one


def _leads(text: str, one: Number, other: Number) -> bool:
    between = text[one.end : other.start]
    if not other.digits or one.unit in ("%", "ord") or (one.unit and other.unit and one.unit != other.unit):
        return False  # "dropped 19% to $960 million" is no range
    if _OF.fullmatch(between):
        return one.value < other.value / _scale(text, other)
    return between in _RANGE or (between == " and " and _BETWEEN.search(one.before) is not None)


def _scale(text: str, number: Number) -> float:
    words = re.findall(r"[^\W\d_]+", text[number.start : number.end].lower())
    return prod(SCALES.get(word, 1.0) for word in words)


def _scaled(text: str, one: Number, other: Number) -> Number:
    scale = _scale(text, other)
    return replace(one, value=one.value * scale, unit=one.unit or other.unit) if scale > 1 else one


def _number(text: str, value: float, unit: str, start: int, end: int, digits: bool) -> Number:
    while text[start] in " \u00a0":
        start += 1
    before = text[max(0, start - 24) : start].lower()
    after = text[end : end + 32].lower()
    return Number(value, unit, start, end, digits, before, after)
