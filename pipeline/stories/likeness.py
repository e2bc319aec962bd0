"""How much two articles tell the same event: measures of a pair, and what they weigh together. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from pipeline.stories.happenings import happenings
from pipeline.stories.series import at_home, linked, separate
from pipeline.stories.signs import Signs, stem

_LEAST = 0.1
"""What is left of a word's weight where all the news has it."""
_MANY = 5000
_SHARED = [math.log1p(max(0, have - 1)) for have in range(_MANY + 1)]
"""What a word loses that so many stories have."""
LATE = 60
"""Hours after which another telling in other words is a follow-up."""
UPDATE_HOURS, UPDATE_SURE, UPDATE_TOLD = (0.5, 12.0), 0.8, 0.4
"""How long after it told of an event an outlet tells of it anew, how like the two are then, and how much of each one's
beginning the other tells: sooner it tells of something else as well, later of what came of it. So it was with ten of 13
updates of the labelled events, and with none of the 24 other pairs of one outlet that sounded alike; on real feeds what
came a day later was another post."""
COPY, LATE_COPY = 0.62, 0.9
"""The share of the shorter text's shingles that stand in the other from which it is a copy; `LATE` hours later a
follow-up has as much of the first report as its background."""
NEARLY = 0.95
"""The share of both texts from which they are one text."""
_TEASER, _BRIEF = 0.4, 60
"""Of how much of another text a shorter one is only a part, and words from which a text is more than what an outlet
writes under each headline."""
CLASH_SURE, STRANGERS_SURE = 0.8, 0.9
"""How like two are whose titles may all the same name different happenings, and whose beginnings different names."""
_OPINION = re.compile(
    r"^(?:opinion|comment(?:ary)?|column|editorial|op-ed|letters?|review|kommentar|meinung|leitartikel|tribune|chronique"
    r"|édito|opinión|columna)\b|\bwhat .{3,40} means\b|\bthe case (?:for|against)\b|\blessons (?:from|of)\b|^why\b"
    r"|^pourquoi\b|^por qué\b|^warum\b|^how to\b|\btakeaways\b",
    re.I,
)
_ROUND_UP = re.compile(
    r"\b(?:week in|round-?up|the week|briefing|digest|newsletter|in brief|wrap-?up|what you missed|in case you missed"
    r"|top stories|wochenrückblick|wochenschau|überblick|presseschau|revue de presse|la semaine|l'essentiel"
    r"|resumen|lo más|links for|things to know|things (?:before|you)|the \w+day note"
    r"|(?:three|four|five|six|seven|ten|\d+) (?:stories|things|dinge|choses|cosas))\b",
    re.I,
)


_RARE = 2.5
"""From this weight on a word tells something of its own."""
_LINE, _BARE = 30, 3
"""Words of an item of a line, and of one that says next to nothing."""


_DENIAL = re.compile(
    r"\b(?:no it (?:isn['’]t|is not)|not the same|not (?:linked|related|connected) (?:to|with)|unrelated to"
    r"|no (?:link|connection|relation) (?:to|with)|nothing to do with|nicht dasselbe|nicht derselbe|nicht dieselbe"
    r"|nichts zu tun mit|kein zusammenhang mit|sans (?:lien|rapport) avec|rien à voir avec|sin relación con"
    r"|nada que ver con)\b(.+)"
)


class Measures(NamedTuple):
    """One pair. Shares are of weights, 0 to 1."""

    title: float
    lead: float
    whole: float
    least_told: float
    """The less of: how much of each one's lead stands anywhere in the other."""
    most_told: float
    names: float
    least_named: float
    """The less of: how much of the names in each one's lead stands anywhere in the other."""
    most_named: float
    second: float
    """Names both leads have besides the weightiest one, which half the day's news may share."""
    rare: float
    """Weight of rare words in both leads, names aside, as a logarithm."""
    figures: float
    """Figures in both, by weight, as a logarithm."""
    lead_figures: float
    figures_clash: float
    """1 where both leads have figures and neither's stand in the other."""
    hours: float
    days: float
    """Between the days they speak of first. Both as logarithms, capped at two weeks."""
    same_day: float
    copy: float
    renewed: float
    """How much of the text is the same where the figures are others: last week's words for this week's numbers."""
    opinion: float
    """1 where one of the two comments and the other does not."""
    round_up: float
    happened: float
    """Happenings in both beginnings, of the fewer."""
    happened_title: float
    """1 where the happenings of each title stand in the other's beginning; half where one's do."""
    clash: float
    """1 where both beginnings name happenings and none is in both."""
    title_clash: float
    """1 where both titles name happenings and none is in the other's title."""
    new_title: float
    """The most that one title says happened and the other's text does not."""
    each_new: float
    """The less of that: each title says what the other's text does not."""
    title_names: float
    """Names in both titles, of the fewer."""
    own_names: float
    """The less of: how much of the names in each one's title and first words is nowhere in the other."""
    series: float
    """1 where both headlines begin alike before a colon or a comma: a ticker."""
    things: float
    kinds: float
    short: float
    least_title: float
    """The less of: how much of each title stands anywhere in the other's text; of two languages, half."""
    most_title: float
    each_own: float
    """The less of: the weightiest name in each one's title that the other's text has not, as a share of the most."""
    one_own: float
    at_home: float
    """1 where both are of one outlet, at two addresses, neither two states of a ticker nor one item put out twice."""
    numbered: float
    """1 where the headlines differ in a number alone: parts of a series."""
    comment: float
    """1 where one of the two is headed as a comment and the other is not."""

    def values(self) -> list[float]:
        """The measures that weigh."""
        return list(self[:-3])


NAMES = Measures._fields[:-3]


class Counts(NamedTuple):
    """What the news of a window is full of: how many stories it has, and how many of them have a word or a kind."""

    stories: int
    having: Mapping[str, int]
    """By word, and by kind with a star before it; what nobody has may be missing."""


def counted(signs: Signs) -> set[str]:
    """What of a telling is counted, once a story: its words, and the kinds of its beginning."""
    return {*signs.words, *(f"*{kind}" for kind in signs.lead_kinds)}


def looked_up(signs: Signs) -> set[str]:
    """What has to be counted for a telling to be weighed."""
    return {*signs.title, *signs.lead, *signs.words, *signs.names, *(f"*{kind}" for kind in signs.all_kinds)}


def weighed(signs: Signs, counts: Counts) -> Signs:
    """A telling whose words weigh what they tell among this news: all of it where no other story has them.

    Stories are counted, not tellings: what many feeds say of one event is its own, what many events share is a topic.
    """
    having, crowd = counts.having, math.log(counts.stories + 20)

    def worth(words: Mapping[str, float]) -> dict[str, float]:
        return {w: x * max(_LEAST, 1 - _SHARED[min(having.get(w, 0), _MANY)] / crowd) for w, x in words.items()}

    return replace(
        signs,
        title=worth(signs.title),
        lead=worth(signs.lead),
        words=worth(signs.words),
        names=worth(signs.names),
        kinds_worth={
            kind: min(1.0, max(_LEAST, math.log((counts.stories + 60) / (having.get(f"*{kind}", 0) + 3)) / 3))
            for kind in signs.all_kinds
        },
    )


def measure(a: Signs, b: Signs) -> Measures:
    """Compare two articles, taken apart and weighed."""
    hours = 24.0 if a.at is None or b.at is None else min(336.0, abs((a.at - b.at).total_seconds()) / 3600)
    days = 1.5 if a.day is None or b.day is None else min(14.0, abs((a.day - b.day).days))
    named = {*a.names, *b.names}
    deed_a, deed_b = _without(a.lead, named), _without(b.lead, named)
    told = (_told(a.lead, b.words), _told(b.lead, a.words))
    first_a, first_b = ({n: w for n, w in s.lead.items() if n in named} for s in (a, b))
    shared = sorted((w for n, w in first_a.items() if n in b.words or n in first_b), reverse=True)
    naming = (_told(first_a, b.words), _told(first_b, a.words))
    second = sorted((w for n, w in first_a.items() if n in first_b), reverse=True)[1:]
    happen = happenings()
    title_a, title_b = a.title_kinds & happen, b.title_kinds & happen
    did_a, did_b = a.lead_kinds & happen, b.lead_kinds & happen
    worth = {**a.kinds_worth, **b.kinds_worth}
    fresh = (_lacks(title_a, b.all_kinds, worth), _lacks(title_b, a.all_kinds, worth))
    titled = (_told(a.title, b.words), _told(b.title, a.words))
    own = (_own(a, b), _own(b, a))
    same = copied(a, b)
    leads_clash = a.lead_numbers and b.lead_numbers and not (a.lead_numbers & b.numbers or b.lead_numbers & a.numbers)
    return Measures(
        title=_cosine(a.title, b.title),
        lead=_cosine(a.lead, b.lead),
        whole=_cosine(a.words, b.words),
        least_told=min(told),
        most_told=max(told),
        names=_overlap(a.names, b.names),
        least_named=min(naming),
        most_named=max(naming) if shared else 0.0,
        second=math.log1p(sum(second)),
        rare=math.log1p(sum(w for word, w in deed_a.items() if word in deed_b and w >= _RARE)),
        figures=math.log1p(sum(map(_tells, a.numbers & b.numbers))),
        lead_figures=math.log1p(sum(map(_tells, a.lead_numbers & b.lead_numbers))),
        figures_clash=float(bool(leads_clash)),
        hours=math.log1p(hours),
        days=math.log1p(days),
        same_day=float(days <= 1),
        copy=same,
        renewed=same if contradict(a, b) and not linked(a, b) else 0.0,  # a page goes on, with other figures
        opinion=float(comments(a) != comments(b)),
        round_up=float(rounds_up(a) != rounds_up(b)),
        happened=_weighed_both(did_a, did_b, worth),
        happened_title=(bool(title_a & did_b) + bool(title_b & did_a)) / 2,
        clash=float(bool(did_a and did_b and not did_a & did_b)),
        title_clash=float(bool(title_a and title_b and not title_a & did_b and not title_b & did_a)),
        new_title=max(fresh),
        each_new=min(fresh),
        title_names=_overlap(
            {n: w for n, w in a.title.items() if n in named}, {n: w for n, w in b.title.items() if n in named}
        ),
        own_names=1 - max(naming) if first_a and first_b else 0.0,
        series=float(bool(a.series) and a.series == b.series),
        things=_weighed_both(a.lead_kinds - happen, b.lead_kinds - happen, worth),
        kinds=_weighed_both(a.all_kinds, b.all_kinds, worth),
        short=float(min(a.length, b.length) < 30),
        least_title=0.5 if a.language != b.language else min(titled),
        most_title=0.5 if a.language != b.language else max(titled),
        each_own=min(own) / 6.5,
        one_own=max(own) / 6.5,
        at_home=float(at_home(a, b) and not _twice(a, b, same)),
        numbered=float(separate(a, b, same)),
        comment=float(_headed(a.headline)[0] != _headed(b.headline)[0]),
    )


def apart(found: Measures, sure: float) -> bool:
    """Whether something speaks so clearly against one event that no likeness makes up for it.

    `sure` is how probable it is by their likeness.

    A name or a happening that only one has is weighed, no more, and so is an author who speaks of himself: a firm does
    in its own news, and who saw what happened. On real feeds most of what sounded like one event was of one outlet,
    which tells of an event again only to say what is new.
    """
    late = found.hours > math.log1p(LATE) and found.copy < LATE_COPY
    told = found.least_told >= UPDATE_TOLD and (found.happened > 0 or found.new_title < 0.5)
    update = sure >= UPDATE_SURE and told and _between(found.hours, UPDATE_HOURS)
    again = found.at_home and not update
    clash = found.title_clash and sure < CLASH_SURE
    return bool(again or found.numbered or found.comment or found.round_up or clash or late)


def _between(hours: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= math.expm1(hours) <= bounds[1]


_SHARED_LEAST = 2
"""Words and names two have to share at all: with few stories about, one word that both have looks rare."""


def strangers(a: Signs, b: Signs, sure: float) -> bool:
    """Whether two speak of other names, one says that it is not what the other is, or one says next to nothing.

    `sure` is how probable it is by their likeness that they tell one event.
    """
    if len(a.words.keys() & b.words.keys()) + len(a.names.keys() & b.names.keys()) < _SHARED_LEAST:
        return True
    if max(a.length, b.length) <= _LINE and a.names and b.names and not _named(a, b) and not _named(b, a):
        return True
    if _denies(a, b) or _denies(b, a) or (sure < STRANGERS_SURE and _other_names(a, b)):
        return True
    return min(a.length, b.length) < _BARE and min(len(a.title), len(b.title)) < _BARE


def _named(a: Signs, b: Signs) -> bool:
    """Whether a name of one stands in the other, if only where a sentence begins and every word has a capital."""
    return any(name in b.words or name in b.names for name in a.names)


def _other_names(a: Signs, b: Signs) -> bool:
    """Whether both begin with names, and none of either stands in the other: the same kind of thing, elsewhere.

    Nine of the eleven pairs of the labelled events of which it is true, and which sounded alike, were of two events.
    """
    first, second = ({name for name in each.lead if name in each.names} for each in (a, b))
    if not first or not second:
        return False
    return not any(n in b.words or n in b.names for n in first) and not any(
        n in a.words or n in a.names for n in second
    )


def _denies(a: Signs, b: Signs) -> bool:
    """Whether a headline says that it is not what the other begins with: "no, it isn't the Burrow worm"."""
    found = _DENIAL.search(a.headline)
    return found is not None and any(word in b.lead and b.lead[word] >= _RARE for word in map(stem, found[1].split()))


def comments(signs: Signs) -> bool:
    """Whether an article comments on what happened."""
    return signs.personal or _headed(signs.headline)[0]


def rounds_up(signs: Signs) -> bool:
    """Whether an article tells of several events."""
    return signs.several or _headed(signs.headline)[1]


@lru_cache(maxsize=4096)
def _headed(headline: str) -> tuple[bool, bool]:
    return bool(_OPINION.search(headline)), bool(_ROUND_UP.search(headline))


def _tells(figure: str) -> float:
    """What a figure in both tells: a long one much, a short one that stands everywhere little."""
    return min(1.5, 0.5 * (len(figure.replace(".", "").replace("e", "").rstrip("0")) - 0.5)) if figure else 0.0


def _own(a: Signs, b: Signs) -> float:
    """The weight of the weightiest name in a title that the other's text has not."""
    return max((w for n, w in a.title.items() if n in a.names and n not in b.words), default=0.0)


def _weighed_both(a: frozenset[str], b: frozenset[str], worth: Mapping[str, float]) -> float:
    """Kinds in both, by what they tell among this news; of the fewer, and one kind of its own tells less than two."""
    if not a or not b:
        return 0.0
    both = sum(worth.get(kind, 1.0) for kind in a & b)
    least = min(sum(worth.get(kind, 1.0) for kind in each) for each in (a, b))
    return both / (least + 0.3)


def _lacks(kinds: frozenset[str], others: frozenset[str], worth: Mapping[str, float]) -> float:
    return max((worth.get(kind, 1.0) for kind in kinds - others), default=0.0)


def copied(a: Signs, b: Signs) -> float:
    """How much of the shorter text stands word for word in the other."""
    least = min(len(a.shingles), len(b.shingles))
    return len(a.shingles & b.shingles) / least if least else 0.0


def is_copy(a: Signs, b: Signs) -> bool:
    """Whether one is a syndicated copy of the other: nearly all its words, and figures that do not contradict."""
    if min(a.length, b.length) < 8 or min(a.length, b.length) < _TEASER * max(a.length, b.length):
        return False
    same = copied(a, b)
    if separate(a, b, same) or (at_home(a, b) and not _twice(a, b, same)):
        return False
    if comments(a) != comments(b) or rounds_up(a) != rounds_up(b):  # what tells more than the other, or is only renamed
        return _one_text(a, b, same)
    late = a.at is not None and b.at is not None and abs((a.at - b.at).total_seconds()) > 3600 * LATE
    return same >= (LATE_COPY if late else COPY) and not contradict(a, b)


def _one_text(a: Signs, b: Signs, same: float) -> bool:
    return same >= NEARLY and min(a.length, b.length) >= 0.9 * max(a.length, b.length)


def _twice(a: Signs, b: Signs, same: float) -> bool:
    """Whether two items of an outlet, at two addresses, are one it put out twice, or one and its teaser.

    Most of a short text may be what an outlet says of each thing in turn, most of a long one what stands under all:
    logs, videos and podcasts whose items were taken for copies of one another.
    """
    short, long = sorted((a.length, b.length))
    if short < _TEASER * long:
        return same >= 0.5
    if a.headline == b.headline and short > _LINE:
        return same >= 0.5
    return _one_text(a, b, same) and (a.headline == b.headline or short >= _BRIEF)


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


class Learnt(NamedTuple):
    """What each measure weighs, learnt by `benchmarks/stories.py --learn` from labelled events."""

    weights: tuple[float, ...]
    bias: float


@lru_cache(maxsize=1)
def learnt() -> Learnt:
    """The weights that come with In Short."""
    found = json.loads((files("pipeline.stories") / "data" / "likeness.json").read_text("utf-8"))
    return Learnt(tuple(found["weights"]), found["bias"])


def probability(measures: Measures, learnt: Learnt) -> float:
    """How probable it is that the two tell the same event."""
    score = learnt.bias + sum(w * v for w, v in zip(learnt.weights, measures.values(), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
