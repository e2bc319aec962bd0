"""What may be wrong with a claim, as figures: one row for each spot where claim and evidence differ.

A row says nothing yet: how much its figures mean together is learnt (`weights`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeVar

from wordfreq import zipf_frequency

from pipeline.checks.align import SAID, Alignment, Spot, Unit, UnitPlace, alignment_of, units_of
from pipeline.checks.analysis import Claim, Sentence, Source, Subject
from pipeline.checks.homes import Places
from pipeline.checks.kin import Kinship, Vocabulary, has_opposites, kinship, opposed, part_of_speech
from pipeline.checks.lexicon import SPEECH, negated
from pipeline.checks.measures import borne_out, measured_in
from pipeline.checks.number import is_year, makes_up, times_over
from pipeline.checks.numerals import Number, significant
from pipeline.checks.textform import Part

KINDS = ("word", "name", "number", "time", "degree", "denied", "hedged", "denies", "hedges")
"""The first five are units of the claim; then operators of the source that the claim lacks, of the claim that the
source lacks."""

UNITS = KINDS[:5]
_DENIES = frozenset(
    "not no never without nor neither none nobody nothing cannot refuse refuses refused refusing refusal deny denies "
    "denied denying decline declines declined declining fail fails failed failing failure reject rejects rejected "
    "ruled unlikely hardly barely yet lack lacks lacked stop stops stopped cease ceased avoid avoids avoided unable "
    "longer instead against prevent prevents prevented rather few little un impossible absent abandon abandoned "
    "dropped drop halted cancelled canceled nowhere rarely seldom disputed disputes dispute".split()
)
_MODAL = frozenset(
    "may might could would possibly perhaps probably likely potentially plan plans planned planning hope hopes hoped "
    "hoping expect expects expected aim aims aimed aiming intend intends intended consider considers considering "
    "considered propose proposes proposed proposal seek seeks seeking want wants wanted weigh weighing should if "
    "whether unclear projected forecast forecasts predicted predict anticipated prepares preparing set due possible "
    "possibility can chance risk threatened asks asked asking try trying tries bid urged urges offered until unless "
    "targeting eyeing mulling exploring looking almost nearly about around some partly up".split()
)
_HEARSAY = (
    frozenset(
        "reportedly allegedly alleged alleges allege allegations allegation suspected suspects suspect unconfirmed "
        "apparently apparent rumoured rumored purportedly supposedly believed believe believes thought think thinks "
        "accused accuses claimed claim claims claiming seems seem seemed appear appears appeared suggest suggests "
        "suggested suggesting according".split()
    )
    | SPEECH
)
NAMES = (
    *(f"is_{k}" for k in KINDS),
    "top", "all", "near", "anywhere", "anywhere_kin", "said_place", "rival_place", "rival_free", "rival_said",
    "same", "kin", "sisters", "opposite", "cosine", "both_plain", "ending", "weight", "zipf", "rival_zipf", "capital",
    "opens", "where", "units", "dek", "short", "cover", "window", "sandwich", "gap", "unit_same", "ratio", "aside",
    "scope", "matched", "scope_weight", "operators", "operators_source", "elsewhere", "rank", "speaks", "quoted",
    "overlap", "lone", "verb", "noun", "adjective", "same_part", "rival_verb",
    "against", "against_place", "rounded", "worked_out", "small", "is_year", "approx", "digits",
)  # fmt: skip


_MOST_SEEN = 3000
"""Things seen of sentences that are kept."""
_Seen = TypeVar("_Seen")
_BEFORE_ANY = 4
"""Words before "any" among which a denial makes it "no"."""
_MOST_WORDS = 600
"""Different words of an article that a word of the claim is held against."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A spot of a claim: its span there, what the source has (the sentence and the span), and its figures."""

    kind: str
    key: str
    start: int
    end: int
    source: Sentence | None
    there: tuple[int, int] | None
    row: tuple[float, ...]

    def figures(self, name: str) -> float:
        return self.row[NAMES.index(name)]


def _dates(number: Number, sentence: Sentence) -> bool:
    """Whether a number of a sentence is a year: "2024", and not "2,024 people"."""
    return is_year(number) and sentence.text[number.start : number.end].isdigit()


_NEAR, _MOST_NEAR = 3, 40
"""Sentences in a row whose numbers are reckoned with each other, and so many numbers at most."""
_LARGE = 1000
"""From where two counts differ by a third seldom by chance."""
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")


class WholeSource:
    """What the signals ask of the whole source, once."""

    def __init__(self, source: Source) -> None:
        self.units = {s.number: units_of(s.text) for s in source.sentences}
        self.places = Places([self.units[s.number] for s in source.sentences])
        self.stems = frozenset(u.stem for units in self.units.values() for u in units)
        words = dict.fromkeys(u.word for units in self.units.values() for u in units if u.number is None)
        self.words = tuple(words)[:_MOST_WORDS]
        self.values = frozenset(n.value for s in source.sentences for n in s.numbers)
        self.order = {s.number: i for i, s in enumerate(source.sentences)}
        self._seen: dict[tuple[object, ...], Any] = {}
        self._measures = measured_in(source)
        self._vocabulary = Vocabulary(self.words)
        self._best: dict[str, float] = {}
        # Nothing is half a year's number, or ten times it.
        counts = {n.value for s in source.sentences for n in s.numbers if not _dates(n, s)}
        some = [v for v in sorted(counts) if v][:120]
        self._told = [[(n.value, n.unit) for n in s.numbers if not _dates(n, s)] for s in source.sentences]
        told = [[n.value for n in s.numbers][:40] for s in source.sentences]
        near = [(a + b)[:40] for a, b in zip(told, [*told[1:], []], strict=False) if a or b]
        follow = {v for a in some for v in (a / 2, 2 * a, a / 10, a / 100, 100 - a, 10 * a, 12 * a)}
        # "Two days short of his 96th birthday": he was 95.
        follow |= {float(n) - 1 for sent in source.sentences for n in _ORDINAL.findall(sent.text)}
        follow |= {v for few in near for a in few for b in few for v in (a + b, abs(a - b))}
        self._follow = {round(v, 3) for v in follow}

    def seen(self, told: tuple[object, ...], look: Callable[[], _Seen]) -> _Seen:
        """What was seen of a sentence: it stays the same while somebody types at another."""
        if told not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen[told] = look()
        found: _Seen = self._seen[told]
        return found

    def gives(self, value: float) -> bool:
        """Whether the article has a number, nearly, or it follows from its numbers."""
        return value in self.values or self._shorter(value) or self.worked_out(value)

    def comes_to(self, number: Number, told: Sequence[Number]) -> bool:
        """Whether numbers make this one, as rounded as it is: all of a kind in a sentence together, or two that stand
        near each other, or of which the claim tells one: their sum or difference, one times the other, or so much for
        each. Of prices and the like, and of large counts, two may stand anywhere."""
        asked = (number.value, number.unit, tuple((n.value, n.unit) for n in told))
        return self.seen(("comes to", *asked), lambda: self._comes_to(number.value, told))

    def _comes_to(self, value: float, told: Sequence[Number]) -> bool:
        for counts in self._told:
            of_a_kind = ([v for v, per in counts if per in ("", unit)] for unit in {per for _, per in counts})
            if any(len(few) > 1 and _rounds(sum(few), value) for few in of_a_kind):
                return True
        every = {one for counts in self._told for one in counts if one[1] or one[0] >= _LARGE}
        if any(unit == per and _apart(value, a, b, unit) for (a, unit), (b, per) in permutations(every, 2)):
            return True
        own = [(n.value, n.unit) for n in told if n.value != value and not is_year(n)]
        for at in range(len(self._told)):
            near = [one for sentence in self._told[at : at + _NEAR] for one in sentence]
            some = list(dict.fromkeys((*near, *own)))[:_MOST_NEAR]
            if any(_made_of(value, one, other) for one, other in permutations(some, 2)):
                return True
        return False

    def _shorter(self, value: float) -> bool:
        """Whether a number of the article is this one with its last digits left out, up or down."""
        return any(v and value in _cut(v, significant(value)) for v in self.values)

    def measured(self, sentence: Sentence) -> tuple[tuple[int, int], ...]:
        """The spans of a sentence's measures that the article has in another unit."""
        return borne_out(sentence, self._measures)

    def rounded(self, value: float) -> bool:
        """Whether a number of the article is this one, but for its last places."""
        return any(abs(v - value) <= 0.06 * max(v, value) for v in self.values)

    def worked_out(self, value: float) -> bool:
        """Whether a number follows from one of the article's that is no year, its half or double, or is what two near
        each other give or differ by. Of twenty numbers anywhere some two give almost any number by chance."""
        return round(value, 3) in self._follow

    def kin(self, word: str) -> float:
        """How much the article's likest word says this one."""
        if word not in self._best:
            self._best[word] = self._vocabulary.likest(word)
        return self._best[word]


def _made_of(value: float, one: tuple[float, str], other: tuple[float, str]) -> bool:
    """Whether a number is what two come to, the larger first where they differ or are parted."""
    (a, unit), (b, per) = one, other
    found = [a + b, a - b] if unit == per else []
    if b > 1 and per in ("", unit):
        found.append(a / b)
        found += [a * b] if per == "" and a > 1 else []
    return any(_rounds(made, value) for made in found if made > 0)


def _apart(value: float, a: float, b: float, unit: str) -> bool:
    """Whether a number is what two make or differ by that may stand far apart: roughly of prices and the like, of which
    an article has few, and just so of counts."""
    return (_rounds(a - b, value) or _rounds(a + b, value)) if unit else a - b == value


def _rounds(exact: float, said: float) -> bool:
    """Whether a number is said for another, with as many digits as it has: 4,600 for 4,604."""
    return math.isclose(said, float(f"{exact:.{significant(said)}g}"))


def _cut(value: float, digits: int) -> tuple[float, float]:
    """A number cut down and up to so many significant digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) + 1 - digits)
    return round(math.floor(value / unit) * unit, 9), round(math.ceil(value / unit) * unit, 9)


def signals(subject: Subject, claim: Claim, article: WholeSource) -> tuple[Signal, ...]:
    """The spots of a claim."""
    told = (
        claim.sentence.text,
        claim.asides,
        claim.part,
        claim.overlap,
        subject.unknown,
        *(s.number for s in claim.evidence),
    )
    return article.seen(told, lambda: tuple(_signals(subject, claim, article)))


def _signals(subject: Subject, claim: Claim, article: WholeSource) -> Iterator[Signal]:
    if not claim.evidence:
        return
    evidence = claim.evidence
    alignment = alignment_of(subject, claim)
    mine = alignment.claim
    if not mine:
        return
    spots = alignment.spots()
    strength = [s.said.same if s.said else 0.0 for s in spots]
    solid = [u.kind != "degree" for u in mine]
    cover = sum(s for s, k in zip(strength, solid, strict=True) if k) / max(1, sum(solid))
    around = _around(subject, evidence, article)
    common = {
        "units": float(len(mine)), "dek": float(claim.part in (Part.HEADLINE, Part.DEK)),
        "short": float(claim.part is Part.IN_SHORT),
        "cover": cover, "overlap": claim.overlap,
        "quoted": float(any(c in claim.sentence.text for c in "“”\"")),
    }  # fmt: skip
    measured = article.measured(claim.sentence)
    for spot in spots:
        if spot.unit.kind in ("number", "time") and any(a <= spot.unit.start < b for a, b in measured):
            continue
        if _says(claim, spot.unit):
            continue
        if signal := _unit(subject, claim, article, alignment, spot, strength, around, common, evidence):
            yield signal
    yield from _operators(subject, claim, article, alignment, mine, common, evidence)


def _says(claim: Claim, unit: Unit) -> bool:
    """Whether a word only says that somebody speaks, or who: the attribution check judges those."""
    if unit.word in SPEECH:
        return True
    beside = claim.sentence.tokens[max(0, unit.token - 2) : unit.token + 3]
    return unit.kind == "name" and any(t.lower in SPEECH for t in beside)


def _around(subject: Subject, evidence: Sequence[Sentence], article: WholeSource) -> frozenset[str]:
    places = {p for s in evidence for p in range(article.order[s.number] - 1, article.order[s.number] + 2)}
    return frozenset(
        u.stem for p in places if 0 <= p < len(subject.sentences) for u in article.units[subject.sentences[p].number]
    )


def _row(kind: str, figures: dict[str, float]) -> tuple[float, ...]:
    figures[f"is_{kind}"] = 1.0
    return tuple(figures.get(name, 0.0) for name in NAMES)


_ABOUT = re.compile(
    r"(?:about|around|some|nearly|almost|roughly|over|under|(?:more|less|fewer) than|up to|close to|at least|just) "
    r"(?:an? )?$"
)
_BLANK = Kinship()


def _unit(
    subject: Subject,
    claim: Claim,
    article: WholeSource,
    alignment: Alignment,
    spot: Spot,
    strength: list[float],
    around: frozenset[str],
    common: dict[str, float],
    evidence: Sequence[Sentence],
) -> Signal | None:
    unit, at = spot.unit, spot.at
    number = unit.number
    said, rival = spot.said, spot.rival
    best = said.same if said else 0.0
    doubted = (
        best < 0.9
        or (
            rival is not None
            and said is not None
            and rival.place > said.place + 0.1
            and unit.kind in ("name", "number", "time")
        )
        or (rival is not None and said is not None and rival.place > said.place + 0.25 and spot.free)
    )
    if not doubted or (unit.kind == "degree" and (rival is None or best >= 0.9)):
        return None
    top = max((s for s in alignment.links[0][at].values()), default=0.0)
    other = alignment.evidence[rival.line][rival.at] if rival else None
    if other is not None and rival is not None and _denied_opposite(claim, unit, evidence[rival.line], other):
        return None
    if number is None and _kept_otherwise(alignment, at, evidence):
        return None
    k = kinship(unit.word, other.word) if other and other.number is None and unit.number is None else _BLANK
    window = [strength[i] for i in range(max(0, at - 2), min(len(strength), at + 3)) if i != at]
    if number is not None and makes_up(number, claim.sentence, evidence):
        return None
    if times_over(unit.word, evidence):
        return None
    against = _against(alignment, at) if number is None and unit.kind != "name" else None
    part, its = part_of_speech(unit.word), part_of_speech(other.word) if other else ""
    sandwich, gap = _sandwich(alignment, at, rival)
    figures = common | {
        "top": top, "all": best, "near": float(unit.stem in around), "anywhere": float(unit.stem in article.stems),
        "anywhere_kin": article.kin(unit.word) if unit.number is None and best < 0.9 else 1.0,
        "said_place": said.place if said else 0.0, "rival_place": rival.place if rival else 0.0,
        "rival_free": float(spot.free), "rival_said": rival.same if rival else 0.0,
        "same": float(k.same), "kin": float(k.kin), "sisters": float(k.sisters), "opposite": float(k.opposite),
        "cosine": k.near, "both_plain": float(other is not None and other.kind == unit.kind),
        "ending": float(other is not None and unit.word[-2:] == other.word[-2:]),
        "weight": alignment.weights[at], "zipf": zipf_frequency(unit.word, "en") if unit.number is None else 0.0,
        "rival_zipf": zipf_frequency(other.word, "en") if other and other.number is None else 0.0,
        "capital": float(claim.sentence.text[unit.start].isupper()), "opens": float(unit.opens),
        "where": at / len(strength), "window": sum(window) / len(window) if window else 0.0,
        "sandwich": sandwich, "gap": gap, "lone": float(len(window) < 2),
        "unit_same": float(bool(unit.number and other and other.number and unit.number.unit == other.number.unit)),
        "verb": float(part == "verb"), "noun": float(part == "noun"), "adjective": float(part == "adjective"),
        "same_part": float(part == its and part != ""), "rival_verb": float(its == "verb"),
        "against": float(against is not None), "against_place": against or 0.0,
        "rounded": float(number is not None and article.rounded(number.value)),
        "worked_out": float(number is not None and article.worked_out(number.value)),
        "small": float(number is not None and number.value <= 12),
        "digits": float(number is not None and number.digits),
        "is_year": float(number is not None and is_year(number)),
        "approx": float(number is not None and bool(_ABOUT.search(number.before))),
        "ratio": _ratio(unit, other), "rank": float(rival.line if rival else 9),
    }  # fmt: skip
    source = evidence[rival.line] if rival else evidence[0]
    there = (other.start, other.end) if other else None
    return Signal(unit.kind, f"{unit.kind}:{unit.word}", unit.start, unit.end, source, there, _row(unit.kind, figures))


def _denied_opposite(claim: Claim, unit: Unit, sentence: Sentence, other: Unit) -> bool:
    """ "Impossible" for "not possible", "no" for "not any", or the other way round."""
    if {unit.word, other.word} == {"no", "any"}:
        tokens, at = (claim.sentence.tokens, unit.token) if unit.word == "any" else (sentence.tokens, other.token)
        return any(negated(t.lower) for t in tokens[max(0, at - _BEFORE_ANY) : at])
    if unit.word.endswith(other.word) and unit.word != other.word:
        return other.token > 0 and negated(sentence.tokens[other.token - 1].lower)
    if other.word.endswith(unit.word) and unit.word != other.word:
        return unit.token > 0 and negated(claim.sentence.tokens[unit.token - 1].lower)
    return False


def _against(alignment: Alignment, at: int) -> float | None:
    """How alike the place is where the evidence has an opposite of a unit; None where it has none."""
    word = alignment.claim[at].word
    if not has_opposites(word):
        return None
    found = [
        alignment.place(at, line, j)
        for line, units in enumerate(alignment.evidence)
        for j, other in enumerate(units)
        if other.number is None and other.stem != alignment.claim[at].stem and opposed(word, other.word)
    ]
    return max(found, default=None)


def _kept_otherwise(alignment: Alignment, at: int, evidence: Sequence[Sentence]) -> bool:
    """Whether the evidence denies an opposite of a unit: what breaks a promise does not keep it."""
    word = alignment.claim[at].word
    return has_opposites(word) and any(
        other.number is None
        and opposed(word, other.word)
        and any(negated(t.lower) for t in evidence[line].tokens[max(0, other.token - _BEFORE_ANY) : other.token])
        for line, units in enumerate(alignment.evidence)
        for other in units
    )


def _ratio(one: Unit, other: Unit | None) -> float:
    if one.number is None or other is None or other.number is None or not one.number.value or not other.number.value:
        return 0.0
    a, b = one.number.value, other.number.value
    return min(a, b) / max(a, b)


def _sandwich(alignment: Alignment, at: int, rival: UnitPlace | None) -> tuple[float, float]:
    """Whether the units on both sides are said right beside the rival, and how far apart they stand there."""
    if rival is None:
        return 0.0, 9.0
    links = alignment.links[rival.line]
    sides = []
    for step in (-1, 1):
        nearest = 9
        for k in (1, 2):
            i = at + step * k
            if 0 <= i < len(links):
                found = [abs(j - rival.at) for j, s in links[i].items() if s >= SAID and (j - rival.at) * step > 0]
                nearest = min([nearest, *(d + k - 1 for d in found)])
        sides.append(nearest)
    return float(sum(d <= 2 for d in sides)), float(min(9, sum(sides)))


def _operators(
    subject: Subject,
    claim: Claim,
    article: WholeSource,
    alignment: Alignment,
    mine: Sequence[Unit],
    common: dict[str, float],
    evidence: Sequence[Sentence],
) -> Iterator[Signal]:
    """Denials and hedges over words that both sides have, on one side only; and words whose speaker is not told."""
    told = [t.lower for t in claim.sentence.tokens if not claim.aside(t.start)]
    for line, sentence in enumerate(evidence):
        for operator in _OPERATORS:
            what, _, words = operator
            ops = [i for i, t in enumerate(sentence.tokens) if _is(what, t.lower, words)]
            own = [t for t in told if _is(what, t, words)]
            loose = own if what == "denial" else [t for t in told if t in _MODAL or t in _HEARSAY]
            counts = (len(ops), len(own), len(loose))
            if ops and len(own) < len(ops):
                for at in ops:
                    if sentence.tokens[at].lower in told:
                        continue
                    if s := _lost(subject, claim, alignment, mine, common, line, at, operator, counts, evidence):
                        yield s
            if own and line == 0:
                tokens = claim.sentence.tokens
                theirs = sum(_is(what, t.lower, words) for s in evidence for t in s.tokens)
                for at, token in enumerate(tokens):
                    if claim.aside(token.start) or not _is(what, token.lower, words) or what == "hearsay":
                        continue
                    if any(token.lower == t.lower for s in evidence for t in s.tokens):
                        continue
                    gained = "denies" if what == "denial" else "hedges"
                    scope = [i for i, u in enumerate(mine) if u.token > at][:4]
                    links = alignment.links[0]
                    matched = [i for i in scope if any(v >= SAID for v in links[i].values())]
                    figures = common | {
                        "scope": float(len(scope)), "matched": len(matched) / max(1, len(scope)),
                        "operators": float(len(own)), "operators_source": float(theirs),
                        "anywhere": float(token.stem in article.stems), "rank": 0.0,
                        "zipf": zipf_frequency(token.lower, "en"),
                        "weight": sum(alignment.weights[i] for i in matched),
                        "speaks": float(what == "denial" and negated(token.lower)),
                    }  # fmt: skip
                    yield Signal(
                        gained,
                        f"{gained}:{token.lower}",
                        token.start,
                        token.end,
                        evidence[0],
                        None,
                        _row(gained, figures),
                    )


_Operator = tuple[str, str, frozenset[str]]
_OPERATORS: tuple[_Operator, ...] = (
    ("denial", "denied", _DENIES),
    ("hedge", "hedged", _MODAL),
    ("hearsay", "hedged", _HEARSAY),
)


def _is(what: str, word: str, words: frozenset[str]) -> bool:
    return word in words or (what == "denial" and negated(word))


def _lost(
    subject: Subject,
    claim: Claim,
    alignment: Alignment,
    mine: Sequence[Unit],
    common: dict[str, float],
    line: int,
    at: int,
    operator: _Operator,
    counts: tuple[int, int, int],
    evidence: Sequence[Sentence],
) -> Signal | None:
    """An operator of the evidence over words that the claim has too, without it."""
    sentence = evidence[line]
    what, lost, words = operator
    theirs, own, loose = counts
    units = alignment.evidence[line]
    scope = [j for j, u in enumerate(units) if u.token > at and u.kind != "degree"][:4]
    before = [j for j, u in enumerate(units) if u.token < at and u.kind != "degree"][-3:]
    links = alignment.links[line]
    said = {j: i for i, row in enumerate(links) for j, s in row.items() if s >= SAID}
    matched = [j for j in scope if j in said]
    if not matched:
        return None
    first = mine[min(said[j] for j in matched)]
    last = mine[max(said[j] for j in matched)]
    weight = sum(subject.weight.get(units[j].stem, subject.unknown) for j in matched)
    told = claim.sentence.stems
    plain = any(
        s is not sentence
        and len(s.stems & claim.sentence.stems) >= 0.5 * len(claim.sentence.stems)
        and not any(_is(what, t.lower, words) for t in s.tokens)
        for s in evidence
    )
    token = sentence.tokens[at]
    figures = common | {
        "scope": float(len(scope)), "matched": len(matched) / len(scope), "scope_weight": weight,
        "window": sum(j in said for j in before) / max(1, len(before)),
        "top": float(scope[0] in said), "operators": float(own), "operators_source": float(theirs),
        "elsewhere": float(plain), "rank": float(line), "lone": float(loose),
        "zipf": zipf_frequency(token.lower, "en"), "speaks": float(what == "hearsay"),
        "near": len(sentence.stems & told) / max(1, min(len(sentence.stems), len(told))),
        "both_plain": float(what == "denial" and negated(token.lower)),
    }  # fmt: skip
    return Signal(
        lost,
        f"{lost}:{token.lower}",
        min(first.start, last.start),
        max(first.end, last.end),
        sentence,
        (token.start, token.end),
        _row(lost, figures),
    )
