"""How much two articles tell the same event: measures of a pair, and what they weigh together. Pure."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from pipeline.resources import bundled
from pipeline.stories.signs import Signs

_LEAST = 0.1
"""What is left of a word's weight where all the news has it."""
COPY = 0.62
"""The share of the shorter text's shingles that stand in the other from which it is a copy."""
_OPINION = re.compile(
    r"\b(opinion|analysis|comment(?:ary)?|column|editorial|op-ed|why|what .{3,40} means|the case (?:for|against)"
    r"|lessons|how to|explainer|explained|takeaways?|should|kommentar|analyse|meinung|pourquoi|tribune|opinión|por qué)\b",
    re.I,
)
_ROUND_UP = re.compile(
    r"\b(week in|round-?up|weekly|daily|this week|briefing|digest|newsletter|five things|in brief|roundup|wrap"
    r"|top stories|wochenrückblick|überblick|la semaine|resumen|morning|evening|links|things to know|\d+ (?:stories|things))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Measures:
    """One pair. Shares are of weights, 0 to 1; `hours` is the time between them, capped at two weeks."""

    title: float
    lead: float
    whole: float
    least_told: float
    """The less of: how much of each one's lead stands anywhere in the other."""
    most_told: float
    names: float
    other_names: float
    """Weight of shared names besides the weightiest one, which half the day's news may share."""
    rare: float
    """Weight of rare words in both leads, names aside."""
    numbers: float
    """Figures in both, of the fewer; less where both have some and share none."""
    hours: float
    copy: float
    opinion: float
    """1 where one of the two comments and the other does not."""
    round_up: float
    across: float
    """1 where they are in two languages."""
    deed: float
    """Likeness of the leads, names aside: what happened, whoever it happened to."""
    deed_title: float
    least_deed: float
    """The less of: how much of each one's lead, names aside, stands anywhere in the other."""
    renewed: float
    """How much of the text is the same where the figures are others: last week's words for this week's numbers."""

    def values(self) -> list[float]:
        return [
            self.title,
            self.lead,
            self.whole,
            self.least_told,
            self.most_told,
            self.names,
            math.log1p(self.other_names),
            math.log1p(self.rare),
            self.numbers,
            math.log1p(self.hours),
            self.copy,
            self.opinion,
            self.round_up,
            self.across,
            self.across * self.names,
            self.across * math.log1p(self.other_names),
            self.across * max(0.0, self.numbers),
            self.lead * math.log1p(self.hours),
            self.names * math.log1p(self.hours),
            self.renewed,
            self.renewed * math.log1p(self.hours),
            self.deed,
            self.deed_title,
            self.least_deed,
            self.across * self.deed,
            self.names * self.deed,
            self.names * self.least_deed,
        ]


NAMES = (
    "title lead whole least_told most_told names other_names rare numbers hours copy opinion round_up across "
    "across*names across*other_names across*numbers lead*hours names*hours renewed renewed*hours deed "
    "deed_title least_deed across*deed names*deed names*least_deed"
).split()


class News:
    """What the news of a window is full of: a word that many tellings have tells little, however rare it is else."""

    def __init__(self) -> None:
        self._tellings = 0
        self._with: Counter[str] = Counter()

    def add(self, signs: Signs) -> None:
        self._tellings += 1
        self._with.update(signs.words.keys())

    def weighed(self, words: Mapping[str, float]) -> dict[str, float]:
        """The words with what they tell among this news: all of their weight where nobody else has them."""
        whole = math.log(self._tellings + 20)
        return {w: x * max(_LEAST, 1 - math.log1p(max(0, self._with[w] - 2)) / whole) for w, x in words.items()}

    def weighed_signs(self, signs: Signs) -> Signs:
        return replace(
            signs,
            title=self.weighed(signs.title),
            lead=self.weighed(signs.lead),
            words=self.weighed(signs.words),
            names=self.weighed(signs.names),
        )


def measure(a: Signs, b: Signs) -> Measures:
    """Compare two articles, taken apart and weighed."""
    shared_names = {n: w for n, w in a.names.items() if n in b.names}
    weights = sorted(shared_names.values(), reverse=True)
    rare = sum(w for word, w in a.lead.items() if word in b.lead and w >= 2.5 and word not in shared_names)
    hours = 0.0 if a.at is None or b.at is None else min(336.0, abs((a.at - b.at).total_seconds()) / 3600)
    named = {*a.names, *b.names}
    deed_a, deed_b = _without(a.lead, named), _without(b.lead, named)
    told = (_told(a.lead, b.words), _told(b.lead, a.words))
    return Measures(
        title=_cosine(a.title, b.title),
        lead=_cosine(a.lead, b.lead),
        whole=_cosine(a.words, b.words),
        least_told=min(told),
        most_told=max(told),
        names=_overlap(a.names, b.names),
        other_names=sum(weights[1:]),
        rare=rare,
        numbers=_numbers(a.numbers, b.numbers),
        hours=hours,
        copy=copied(a, b),
        opinion=float(bool(_OPINION.search(a.headline)) != bool(_OPINION.search(b.headline))),
        round_up=float(bool(_ROUND_UP.search(a.headline)) != bool(_ROUND_UP.search(b.headline))),
        across=float(a.language != b.language),
        deed=_cosine(deed_a, deed_b),
        deed_title=_cosine(_without(a.title, named), _without(b.title, named)),
        least_deed=min(_told(deed_a, b.words), _told(deed_b, a.words)),
        renewed=copied(a, b) if contradict(a, b) else 0.0,
    )


def copied(a: Signs, b: Signs) -> float:
    """How much of the shorter text stands word for word in the other."""
    least = min(len(a.shingles), len(b.shingles))
    return len(a.shingles & b.shingles) / least if least else 0.0


def is_copy(a: Signs, b: Signs) -> bool:
    """Whether one is a syndicated copy of the other: nearly all its words, and figures that do not contradict."""
    if min(a.length, b.length) < 8 or min(a.length, b.length) < 0.4 * max(a.length, b.length):
        return False
    return copied(a, b) >= COPY and not contradict(a, b)


def contradict(a: Signs, b: Signs) -> bool:
    """Whether the same sentences carry other figures: this week's numbers in last week's words."""
    only_a, only_b = a.numbers - b.numbers, b.numbers - a.numbers
    return bool(only_a and only_b) and len(only_a | only_b) > len(a.numbers & b.numbers)


def _without(words: Mapping[str, float], names: set[str]) -> dict[str, float]:
    return {w: x for w, x in words.items() if w not in names}


def _told(lead: Mapping[str, float], words: Mapping[str, float]) -> float:
    total = sum(lead.values())
    return sum(w for word, w in lead.items() if word in words) / total if total else 0.0


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    both = sum(w * b[word] for word, w in a.items() if word in b)
    return both / math.sqrt(_square(a) * _square(b)) if both else 0.0


def _square(a: Mapping[str, float]) -> float:
    return sum(w * w for w in a.values())


def _overlap(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    least = min(sum(a.values()), sum(b.values()))
    return sum(w for n, w in a.items() if n in b) / least if least else 0.0


def _numbers(a: frozenset[str], b: frozenset[str]) -> float:
    if not a or not b:
        return 0.0
    return len(a & b) / min(len(a), len(b)) if a & b else -0.5


class Learnt(NamedTuple):
    """What each measure weighs, learnt by `benchmarks/stories.py --learn` from labelled events."""

    weights: tuple[float, ...]
    bias: float


@lru_cache(maxsize=1)
def learnt() -> Learnt:
    """The weights that come with In Short."""
    found = json.loads(bundled("stories.json").read_text("utf-8"))
    return Learnt(tuple(found["weights"]), found["bias"])


def probability(measures: Measures, learnt: Learnt) -> float:
    """How probable it is that the two tell the same event."""
    score = learnt.bias + sum(w * v for w, v in zip(learnt.weights, measures.values(), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
