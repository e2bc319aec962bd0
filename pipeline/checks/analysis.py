"""What every check looks at: sentences with their words, numbers and names, and the source sentences behind them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from math import log
from typing import Any, NamedTuple, TypeVar

from wordfreq import get_frequency_dict

from pipeline.checks.kin import together
from pipeline.checks.lexicon import MONTHS, PRONOUNS, STOP, WEEKDAYS, stem
from pipeline.checks.numerals import Number, find_numbers
from pipeline.checks.textform import Part, TextForm
from pipeline.model import Finding, Kind, Severity

_TOKEN = re.compile(r"\w+(?:[’'.]\w+)*+")
_PAIR = 2
BEARING, CITED = 4, 6
"""Sentences of the source that are looked at for a claim, and how many of those a draft cites for it."""
NUMBER_WEIGHT = 2.5
"""What a number tells about where a sentence comes from, in the scale of rare words."""


@lru_cache(maxsize=4)
def common_words(language: str = "en") -> frozenset[str]:
    """Words used at least about once in a million, in lower case."""
    try:
        return frozenset(get_frequency_dict(language, wordlist="small"))
    except LookupError:
        return frozenset()


class Token(NamedTuple):
    """A word and where it stands. `content` says whether it tells something; `name`, whether it seems a name."""

    text: str
    lower: str
    stem: str
    start: int
    end: int
    name: bool
    content: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, taken apart. `number` is the source's number or the rewrite's 0-based place."""

    number: int
    text: str
    tokens: tuple[Token, ...]
    stems: frozenset[str]
    numbers: tuple[Number, ...]
    names: frozenset[str]
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the rewrite: where it stands, its kind, the spans explaining a term, and its evidence."""

    sentence: Sentence
    start: int
    part: Part
    kind: Kind
    asides: tuple[tuple[int, int], ...]
    evidence: tuple[Sentence, ...]
    overlap: float
    given: tuple[int, ...] | None = None
    elsewhere: tuple[int, ...] = ()
    """The source sentences that say it, where the cited ones do not."""

    def aside(self, place: int) -> bool:
        return bool(self.asides) and any(a <= place < b for a, b in self.asides)


_Made = TypeVar("_Made")


class Source:
    """An article taken apart, once: all that the checks ask of it whatever the rewrite says."""

    def __init__(self, text: str, sentences: Sequence[Sentence], language: str) -> None:
        self.text = text
        self.language = language
        self.sentences = tuple(sentences)
        self.words = frozenset(t.lower for s in sentences for t in s.tokens)
        self.stems = frozenset(t.stem for s in sentences for t in s.tokens)
        self._made: dict[Callable[[Source], Any], Any] = {}

    def once(self, make: Callable[[Source], _Made]) -> _Made:
        """What a function makes of the article, made once and kept with it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _Made = self._made[make]
        return made


@dataclass(frozen=True, slots=True)
class Subject:
    rewrite: str
    article: Source
    evidence: Evidence
    form: TextForm
    claims: tuple[Claim, ...]
    published: datetime | None
    glossary: Mapping[str, str]
    most_words: int | None = None
    """How many words the newsroom wants in the paragraphs at most; None where it said nothing."""
    grade: int | None = None
    """The school grade the newsroom writes for; None where it said nothing."""
    settled: Collection[str] = ()
    """Sentences of which nothing is asked: they are there to read the others by."""
    titles: Collection[str] = ()
    """What the reports behind the story are called."""

    @property
    def asked(self) -> tuple[Claim, ...]:
        """The claims that are looked at."""
        return tuple(c for c in self.claims if c.sentence.text not in self.settled) if self.settled else self.claims

    @property
    def source(self) -> str:
        """The article's text."""
        return self.article.text

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The article's sentences."""
        return self.article.sentences

    @property
    def words(self) -> frozenset[str]:
        """The article's words in lower case."""
        return self.article.words

    @property
    def stems(self) -> frozenset[str]:
        """The stems of the article's words."""
        return self.article.stems

    @property
    def weight(self) -> Mapping[str, float]:
        """What a word of the source tells about where it stands: the rarer the more."""
        return self.evidence.weight

    @property
    def unknown(self) -> float:
        """The weight of a word the source does not have."""
        return self.evidence.unknown

    @property
    def outlet(self) -> frozenset[str]:
        """The words of the name in the source line, in lower case."""
        return frozenset(bare(word) for word in (self.form.source or "").split())

    def finding(
        self,
        check: str,
        severity: Severity,
        claim: Claim,
        span: tuple[int, int] | None,
        message: str,
        evidence: Sequence[Sentence] | None = None,
    ) -> Finding:
        """A finding at a span of a claim, or at all of it; `check` may name its ground after a point."""
        check, _, ground = check.partition(".")
        a, b = span or (0, len(claim.sentence.text))
        start, end = claim.start + a, claim.start + b
        shown = claim.evidence[:_PAIR] if evidence is None else evidence
        place = claim.sentence.number
        told = self.rewrite[start:end]
        return Finding(check, severity, place, start, end, told, message, tuple(s.number for s in shown), ground)


def bare(word: str) -> str:
    """A word in lower case without its possessive and the points of an abbreviation."""
    lower = word.lower().replace("’", "'")
    lower = lower.removesuffix("'s").removesuffix("'")
    return lower.replace(".", "") if len(lower) <= 8 else lower


@lru_cache(maxsize=65536)
def _known(word: str) -> tuple[str, str, bool, bool]:
    """What a word is wherever it stands: bare form, stem, whether it is content, whether it may be a name."""
    lower = bare(word)
    content = bool(lower) and lower not in STOP and not lower[0].isdigit()
    capital = any(c.isupper() for c in word)
    named = capital and lower not in PRONOUNS and lower not in MONTHS and lower not in WEEKDAYS
    return lower, stem(lower) if lower else "", content, named


LONGEST = 2000
"""Characters of a sentence that are looked at; what is longer is no sentence, and must not cost hours."""


LONGEST_TOLD = 14_000
"""Characters of a source's sentence that are looked at: some 2,000 words without a point are told all the same."""


@lru_cache(maxsize=1024)
def take_apart(text: str, number: int, paragraph: int = 0, decimal: str = ".", longest: int = LONGEST) -> Sentence:
    """A sentence with its words, numbers and names. Kept for a while: while somebody types, most stay the same."""
    text = text[:longest]
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        lower, stemmed, content, named = _known(word)
        if lower:
            name = named and (bool(tokens) or lower not in STOP)
            tokens.append(Token(word, lower, stemmed, match.start(), match.end(), name, content))
    stems = frozenset(t.stem for t in tokens if t.content)
    names = frozenset(t.lower for i, t in enumerate(tokens) if t.name and i)
    return Sentence(number, text, tuple(tokens), stems, find_numbers(text, decimal), names, paragraph)


def runs_of(names: Iterable[Token]) -> list[list[Token]]:
    """Name tokens in order as whole names: those side by side belong together, but for a possessive before."""
    runs: list[list[Token]] = []
    for token in names:
        if runs and token.start - runs[-1][-1].end == 1 and not runs[-1][-1].text.endswith(("'s", "’s")):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


_FEW = 2000
_NEAR, _KIN_WEIGHT = 0.35, 6.0
"""From which nearness on sentences may tell the same, and what that counts in the scale of rare words."""


class Evidence:
    """Finds the source sentences that say the same as a rewritten one: rare words, numbers and names weigh most."""

    def __init__(self, source: Sequence[Sentence], *, kin: bool = False) -> None:
        self.source = source
        self._kin = kin
        counts: Counter[str] = Counter(s for sentence in source for s in sentence.stems)
        total = len(source) + 1
        self.weight = {s: log(1 + total / n) for s, n in counts.items()}
        self.unknown = log(1 + total)
        self._where: defaultdict[str, list[int]] = defaultdict(list)
        self._values: defaultdict[float, list[int]] = defaultdict(list)
        self._found: dict[tuple[str, frozenset[str]], tuple[Sentence, ...]] = {}
        most = max(40, len(source) // 50)
        for place, sentence in enumerate(source):
            for s in sentence.stems:
                if counts[s] <= most and len(self._where[s]) < 400:
                    self._where[s].append(place)
            for number in sentence.numbers:
                if len(self._values[number.value]) < 100:
                    self._values[number.value].append(place)

    def _vector(self, sentence: Sentence) -> Any:
        return together({t.lower: self.weight.get(t.stem, self.unknown) for t in sentence.tokens if t.content})

    @cached_property
    def _places(self) -> Any:
        import numpy as np

        return np.array([self._vector(s) for s in self.source])

    def cover(self, stems: frozenset[str], by: Sequence[Sentence], values: frozenset[float] = frozenset()) -> float:
        """The share of the words' and numbers' weight found in some sentences."""
        if not stems:
            return 1.0
        known = frozenset[str]().union(*(s.stems for s in by))
        numbers = {n.value for s in by for n in s.numbers}
        weights = {s: self.weight.get(s, self.unknown) for s in stems}
        found = sum(w for s, w in weights.items() if s in known) + NUMBER_WEIGHT * len(values & numbers)
        return found / (sum(weights.values()) + NUMBER_WEIGHT * len(values))

    def find(self, sentence: Sentence, stems: frozenset[str]) -> tuple[Sentence, ...]:
        """The best sentences, best first: those within half of the best score, as many as `bearing` takes."""
        told = sentence.text, stems
        found = self._found.get(told)
        if found is None:
            if len(self._found) >= _FEW:
                self._found.clear()
            found = self._found[told] = self._find(sentence, stems)
        return found

    def _find(self, sentence: Sentence, stems: frozenset[str]) -> tuple[Sentence, ...]:
        scores: defaultdict[int, float] = defaultdict(float)
        for s in sorted(stems):
            gain = self.weight.get(s, 0.0) * (1.5 if s in sentence.names else 1.0)
            for place in self._where.get(s, ()):
                scores[place] += gain
        for number in sentence.numbers:
            for place in self._values.get(number.value, ()):
                scores[place] += NUMBER_WEIGHT
        for place in scores:
            scores[place] /= (8 + len(self.source[place].stems)) ** 0.35
        if self._kin and 0 < len(self.source) <= _FEW:
            # Other words for the same thing: a free retelling shares few with what it retells.
            for place, near in enumerate((self._places @ self._vector(sentence)).tolist()):
                if near > _NEAR:
                    scores[place] += _KIN_WEIGHT * (near - _NEAR)
        if not scores:
            return ()
        ranked = sorted(scores, key=lambda place: (-scores[place], place))
        return bearing([self.source[p] for p in ranked if scores[p] >= scores[ranked[0]] * 0.45])


def bearing(found: Sequence[Sentence], cited: Sequence[Sentence] = ()) -> tuple[Sentence, ...]:
    """How much evidence is looked at, for every check: of the sentences found, best first, at most `BEARING`.

    What the draft cites comes first; where it cites more than that, up to `CITED` of these are looked at.
    """
    first = [s for s in found if s in cited]
    return tuple(dict.fromkeys((*first, *cited, *found)))[: max(BEARING, min(len(cited), CITED))]


def evidence_of(source: Source) -> Evidence:
    """What finds the sentences of a source by their own words."""
    return Evidence(source.sentences)


def kin_evidence_of(source: Source) -> Evidence:
    """What finds the sentences of an English source by their own words and by others for the same."""
    return Evidence(source.sentences, kin=True)
