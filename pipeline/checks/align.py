"""Claim against evidence, once: which place of the source says what each word of a claim says, and what stands there.

A text is a row of units: a content word, a number, a word of degree. Each unit of a claim is laid beside the units of
the source sentences that bear the claim: by what it is (the same word, kin, a number of the same worth) and by
what surrounds it. A unit that the evidence lacks, or has only at another place, while the place like its own
is taken by something else, is a spot where claim and source differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from pipeline.checks.analysis import Claim, Source, Subject, Token, take_apart
from pipeline.checks.kin import kindred, kinship
from pipeline.checks.lexicon import MONTHS, SAME, WEEKDAYS, akin
from pipeline.checks.numerals import Number

DEGREES = frozenset(
    "more most less least many much few fewer all every each both some any only before after over under up down above "
    "below against for without first second last other same since until during still again never always no".split()
)
"""Words that carry little by themselves and may turn a claim all the same."""
_EVERY = frozenset(["all", "each", "every"])
_ONE = frozenset(["per", "each", "every", "one", "split"])
LONGEST = 60
"""Units of a sentence that are laid side by side; what is longer is a list or no sentence."""
REACH, SOURCE_REACH = 4, 7
"""Units on each side that make a place; the source says things at more length."""
SAID = 0.6
"""How much alike two units have to be for one to say the other."""
_LINKED, _AS_NEAR = 0.45, 0.9
"""How much alike two units have to be to be looked at together, and what words' nearness counts where it is all."""
_WHOLLY = 0.9
"""How much alike neighbours have to be to be the same."""
_PARTS = 0.035
"""How near a fraction in words has to be to a share in per cent."""
_ACROSS = 0.5
"""What a shared unit counts that stands on the other side."""


class Unit(NamedTuple):
    """`kind` is "word", "name", "number", "time" or "degree"; `number` is set for numbers only."""

    kind: str
    word: str
    stem: str
    start: int
    end: int
    number: Number | None
    token: int
    opens: bool


@lru_cache(maxsize=2048)
def units_of(text: str, told: tuple[Number, ...] | None = None) -> tuple[Unit, ...]:
    """A sentence as units, in order; `told` are its numbers, which other languages write otherwise."""
    sentence = take_apart(text, 0, 0)
    found: list[Unit] = []
    numbers = iter((*(sentence.numbers if told is None else told), None))
    number = next(numbers)
    for at, token in enumerate(sentence.tokens):
        while number is not None and token.start >= number.end:
            number = next(numbers)
        if number is not None and token.start >= number.start:
            if not found or found[-1].number is not number:
                text = sentence.text[number.start : number.end].lower()
                found.append(Unit("number", text, f"#{number.value:g}", number.start, number.end, number, at, at == 0))
            continue
        kind = _kind(token) if token.lower != "second" or _lasts(sentence.tokens, at) else "degree"
        if kind:
            found.append(Unit(kind, token.lower, token.stem, token.start, token.end, None, at, at == 0))
    return tuple(found)


_TIMES = frozenset((*MONTHS, *WEEKDAYS)) | frozenset(
    "second minute hour day week month quarter year decade century spring summer autumn winter morning afternoon "
    "evening night yesterday today tomorrow".split()
)


def _lasts(tokens: Sequence[Token], at: int) -> bool:
    """Whether "second" is the sixtieth of a minute, and not what comes after the first."""
    before = tokens[at - 1].lower if at else ""
    return before in _ONE or (before == "a" and not any(t.content for t in tokens[at + 1 : at + 2]))


def _kind(token: Token) -> str:
    lower = token.lower
    if lower in MONTHS or lower in WEEKDAYS:
        return "time" if token.text[0].isupper() else "word" if lower not in ("may", "march") else ""
    if token.content:
        if token.name:
            return "name"
        return "time" if lower in _TIMES or lower.removesuffix("s") in _TIMES else "word"
    return "degree" if lower in DEGREES else ""


def _alike_words(one: str, other: str, kin: bool) -> float:
    """How much one word says the other, 0 to 1."""
    if one in SAME and other in SAME[one]:
        return 0.95
    if one[:5] == other[:5] and len(one) > 4 and len(other) > 4 and (one[:6] == other[:6] or len(one) < 7):
        return 0.85
    if not kin:
        return 0.0
    k = kinship(one, other)
    if k.opposite:
        return 0.3
    if k.same:
        return 0.9
    if k.kin:
        return 0.75
    if k.near >= 0.7:
        return min(0.8, k.near)
    return max(0.0, _AS_NEAR * k.near)


def alike_units(one: Unit, other: Unit, kin: bool) -> float:
    """How much one unit says the other, 0 to 1; `kin` is whether their words may be kin, or near each other."""
    if one.number is not None or other.number is not None:
        return _alike_numbers(one, other)
    if one.stem == other.stem:
        return 1.0
    if one.word in _EVERY and other.word in _EVERY:
        return 0.9
    if one.kind in ("degree", "time") or other.kind in ("degree", "time"):
        return 0.0 if one.kind == other.kind else 0.5 * _alike_words(one.word, other.word, kin)
    if (one.kind == "name") != (other.kind == "name"):
        return 0.8 * _alike_words(one.word, other.word, kin)
    if one.kind == "name":
        return 0.95 if other.word in SAME.get(one.word, ()) else 0.85 if akin(one.word, other.word) else 0.0
    return _alike_words(one.word, other.word, kin)


def _alike_numbers(one: Unit, other: Unit) -> float:
    a, b = one.number, other.number
    if a is None or b is None:
        return 0.0
    if {a.unit, b.unit} == {"frac", "%"}:
        part, share = (a.value, b.value / 100) if a.unit == "frac" else (b.value, a.value / 100)
        return 0.9 if abs(part - share) <= _PARTS else 0.0
    if a.value == b.value:
        return 1.0 if a.unit == b.unit or not (a.unit and b.unit) else 0.6
    if a.value and b.value and a.unit == b.unit:
        ratio = min(a.value, b.value) / max(a.value, b.value)
        if ratio > 0.95 and (a.value >= 20 or a.value != int(a.value)) and not 1900 < a.value < 2100:
            return 0.85
    return 0.0


Run = tuple[int, int]
"""The first and last of units side by side."""
_Around = tuple[float, list[tuple[int, bool, float]]]


class UnitPlace(NamedTuple):
    """A unit of a source sentence: which of the evidence, which unit, how alike it is, and how alike its place."""

    line: int
    at: int
    same: float
    place: float


@dataclass(frozen=True, slots=True)
class Spot:
    """What one unit of a claim has for itself: the place that says it, and what stands in the place like its own."""

    at: int
    unit: Unit
    said: UnitPlace | None
    """The place of the evidence that says it best."""
    rival: UnitPlace | None
    """The place of the evidence most like its own where something else stands."""
    free: bool
    """Whether the rival is said nowhere in the claim."""


def _asked(unit: Unit) -> bool:
    """Whether it is asked what else says a word."""
    return unit.number is None and (unit.kind != "degree" or unit.word in _EVERY)


class Alignment:
    """A claim's units beside those of its evidence, best evidence first."""

    def __init__(
        self, claim: Sequence[Unit], evidence: Sequence[Sequence[Unit]], weight: Mapping[str, float], unknown: float
    ) -> None:
        self.claim, self.evidence = claim, evidence
        self.weights = [weight_of(u, weight, unknown) for u in claim]
        # For each line, for each unit of the claim: the source units that say it.
        stems = [{u.stem for u in line} for line in evidence]
        asked = [i for i, u in enumerate(claim) if _asked(u) and not all(u.stem in some for some in stems)]
        others = [u.word for line in evidence for u in line]
        found = kindred([claim[i].word for i in asked], others, _LINKED / _AS_NEAR) if asked else []
        kin = dict(zip(asked, found, strict=True))
        starts = accumulate(map(len, evidence), initial=0)
        self.links: list[list[dict[int, float]]] = [
            self._linked(line, start, kin) for line, start in zip(evidence, starts, strict=False)
        ]
        self._said = [[[(j, s) for j, s in found.items() if s >= SAID] for found in rows] for rows in self.links]
        self._around = [self._beside((at, at)) for at in range(len(claim))]
        self.back: list[set[int]] = [
            {j for found in rows for j, s in found.items() if s >= SAID} for rows in self.links
        ]

    def _linked(self, line: Sequence[Unit], start: int, kin: Mapping[int, set[int]]) -> list[dict[int, float]]:
        """`kin` has for units of the claim what may be kin of all lines, of which this one begins at `start`."""
        by_stem: dict[str, list[int]] = {}
        for j, unit in enumerate(line):
            by_stem.setdefault(unit.stem, []).append(j)
        rows = []
        for at, unit in enumerate(self.claim):
            if unit.stem in by_stem and unit.number is None:
                rows.append(dict.fromkeys(by_stem[unit.stem], 1.0))
                continue
            if not _asked(unit) and unit.number is None:
                rows.append({})
                continue
            found, near = {}, kin.get(at, ())
            for j, other in enumerate(line):
                score = alike_units(unit, other, start + j in near)
                if score >= _LINKED:
                    found[j] = score
            rows.append(found)
        return rows

    def _beside(self, mine: Run, until: Run | None = None) -> _Around:
        """The units around some of the claim, whether each stands left of them, and what it tells; and that in all."""
        around = []
        for end, step in zip(mine, (-1, 1), strict=True):
            for k in range(1, REACH + 1):
                i = end + step * k
                if not 0 <= i < len(self.claim) or (until and until[0] <= i <= until[1]):
                    break
                around.append((i, step < 0, self.weights[i] / (1 + 0.3 * (k - 1))))
        return sum([value for _, _, value in around]), around

    def place(self, at: int, line: int, j: int, *, across: float = _ACROSS) -> float:
        """0 to 1: how much of what surrounds a unit of the claim surrounds a source unit. Near and rare weigh most."""
        return self._shared(self._around[at], line, (j, j), across)

    def run_place(
        self, mine: Run, line: int, theirs: Run, *, across: float = _ACROSS, until: Run | None = None
    ) -> float:
        """The same of units side by side that are one name; what is around them reaches to `until` at most."""
        return self._shared(self._beside(mine, until), line, theirs, across)

    def _shared(self, beside: _Around, line: int, theirs: Run, across: float) -> float:
        total, around = beside
        said, (first, last) = self._said[line], theirs
        shared = 0.0
        for i, left, value in around:
            best = 0.0
            for where, score in said[i]:
                if first <= where <= last or not first - SOURCE_REACH <= where <= last + SOURCE_REACH:
                    continue
                best = max(best, score if left == (where < first) else score * across)
            shared += value * best
        return shared / total if total else 0.0

    def at(self, place: int) -> int | None:
        """The claim's unit at a place of its text; None where none is."""
        return next((i for i, unit in enumerate(self.claim) if unit.start <= place < unit.end), None)

    def says(self, line: int, at: int) -> list[int]:
        """The units of a source sentence that say one of the claim."""
        return [j for j, _ in self._said[line][at]]

    def sayers(self, line: int, some: Collection[int]) -> list[int]:
        """The claim's units that say some of a source sentence."""
        return [at for at, found in enumerate(self._said[line]) if any(j in some for j, _ in found)]

    def share(self, line: int, but: Collection[int] = ()) -> float:
        """0 to 1: how much of the claim, some units left out, a source sentence says, by what they tell."""
        told = {at: weight for at, weight in enumerate(self.weights) if at not in but}
        return sum(weight for at, weight in told.items() if self._said[line][at]) / (sum(told.values()) or 1.0)

    def adjoins(self, mine: Run, line: int, theirs: Run, *, turned: bool = False) -> bool:
        """Whether the next thing on one side of some units says what the next on that side of the source's says; where
        the sentence is turned, what is next on its right says what is next on their left."""
        sides = ((mine[1], 1, theirs[0], -1),) if turned else ((mine[0], -1, theirs[0], -1), (mine[1], 1, theirs[1], 1))
        for end, step, other, its_step in sides:
            i, j = _next(self.claim, end, step), _next(self.evidence[line], other, its_step)
            if i is not None and j is not None and self.links[line][i].get(j, 0.0) >= _WHOLLY:
                return True
        return False

    def spots(self) -> list[Spot]:
        found = []
        for at, unit in enumerate(self.claim):
            said: UnitPlace | None = None
            rival: UnitPlace | None = None
            rival_rank = 0.0
            said_rank = 0.0
            for line, rows in enumerate(self.links):
                for j, score in rows[at].items():
                    place = self.place(at, line, j)
                    rank = score + 0.35 * place - 0.02 * line
                    if said is None or rank > said_rank:
                        said, said_rank = UnitPlace(line, j, score, place), rank
                for j, other in enumerate(self.evidence[line]):
                    if rows[at].get(j, 0.0) >= 0.9 or not _comparable(unit, other):
                        continue
                    place = self.place(at, line, j, across=0.9 if unit.kind == "time" else _ACROSS)
                    rank = place + (0.15 if j not in self.back[line] else 0.0) - 0.03 * line
                    if place > 0 and (rival is None or rank > rival_rank):
                        rival, rival_rank = UnitPlace(line, j, rows[at].get(j, 0.0), place), rank
            free = rival is not None and rival.at not in self.back[rival.line]
            found.append(Spot(at, unit, said, rival, free))
        return found


def _next(units: Sequence[Unit], at: int, step: int) -> int | None:
    """The next unit on one side that is more than a word of degree."""
    at += step
    while 0 <= at < len(units):
        if units[at].kind != "degree":
            return at
        at += step
    return None


class _Laid:
    """The alignments of claims with one article: many checks ask them, and most stay while somebody types."""

    def __init__(self, article: Source) -> None:
        self.kept: dict[tuple[object, ...], Alignment] = {}


_MOST_LAID = 500


def alignment_of(subject: Subject, claim: Claim) -> Alignment:
    """A claim beside its evidence, what explains a term in it left out."""
    laid = subject.article.once(_Laid).kept
    told = claim.sentence.text, claim.asides, subject.unknown, *(s.number for s in claim.evidence)
    if told not in laid:
        if len(laid) >= _MOST_LAID:
            laid.clear()
        units = [u for u in units_of(claim.sentence.text, claim.sentence.numbers) if not claim.aside(u.start)][:LONGEST]
        lines = [units_of(s.text, s.numbers)[:LONGEST] for s in claim.evidence]
        laid[told] = Alignment(units, lines, subject.weight, subject.unknown)
    return laid[told]


def _comparable(one: Unit, other: Unit) -> bool:
    if one.number is not None or other.number is not None:
        return one.number is not None and other.number is not None
    if one.kind in ("name", "time", "degree") or other.kind in ("time", "degree"):
        return one.kind == other.kind
    return True


def weight_of(unit: Unit, weight: Mapping[str, float], unknown: float) -> float:
    if unit.number is not None:
        return 2.5
    if unit.kind == "degree":
        return 0.6
    return weight.get(unit.stem, unknown)
