"""What several reports of one event give a writer: the lead whole, what the others add, and where they contradict. Pure
but for the rows it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model import SourceSentence
from pipeline.storage.tellings import Report

ADDED = 0.6
"""The share of a sentence's telling words from which the lead is taken to say it already."""
MOST_ADDED, MOST_REPORTS = 10, 5
"""Sentences of one further report, and further reports, that a writer is given."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_AMOUNT = re.compile(
    r"(?<![\w.,])(\d[\d.,]*\d|\d)(?:\s+(million|billion|thousand|per\s+cent|percent)|(%))?\s*([^\W\d_]+)?"
)
_SAME_PLACE = 0.45
"""How much of the shorter of two sentences must be the same for their figures to be of one thing."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences, by their numbers, that give one thing two figures."""

    here: int
    there: int
    one: str
    other: str
    who: str
    """The feed that says the other."""


@dataclass(frozen=True, slots=True)
class Further:
    """A report beside the lead: what it adds."""

    feed: str
    title: str
    url: str
    sentences: tuple[SourceSentence, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What a story is written from. `every` are all numbered sentences of its reports: what claims are held against."""

    every: tuple[SourceSentence, ...]
    further: tuple[Further, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    feeds: tuple[tuple[str, frozenset[int]], ...] = ()
    """Each feed that tells it, the lead's first, and the numbers of its sentences."""
    text: str = ""
    """The reports' texts in the order of their numbers."""
    titles: tuple[str, ...] = ()
    """What the reports are called, the lead's first."""

    @property
    def numbers(self) -> tuple[frozenset[int], ...]:
        """The numbers of each report's sentences."""
        return tuple(numbers for _, numbers in self.feeds)

    def sources(self, cited: Iterable[int]) -> tuple[str, ...]:
        """The feeds whose sentences are cited, the lead's first in any case; each name once."""
        used = set(cited)
        names = [name for place, (name, numbers) in enumerate(self.feeds) if not place or used & numbers]
        return tuple(dict.fromkeys(names))


def numbered(report: Report) -> tuple[SourceSentence, ...]:
    return tuple(SourceSentence(*each) for each in report.numbered)


def material_of(reports: Sequence[Report]) -> Material:
    """Put the reports of a story together; the lead comes first, copies add nothing."""
    telling = [report for report in reports if report.telling.before is not None]
    ordered = sorted(telling, key=lambda report: report.telling.before or 0)
    every = tuple(sentence for report in ordered for sentence in numbered(report))
    feeds = tuple((report.feed, frozenset(number for number, _, _ in report.numbered)) for report in telling)
    told = list(numbered(telling[0])) if telling else []
    further, contradictions = [], []
    for report in telling[1 : MOST_REPORTS + 1]:
        own = numbered(report)
        found = contradictions_of(told, own, report.feed)
        needed = {each.there for each in found}
        new = additions(told, own)[:MOST_ADDED]
        chosen = tuple(s for s in own if s in new or s.number in needed)
        if chosen:
            further.append(Further(report.feed, report.article.title, report.article.url, chosen))
        contradictions += found
        told += chosen
    text = "\n".join(report.article.text for report in ordered)
    titles = tuple(report.article.title for report in telling)
    return Material(every, tuple(further), tuple(contradictions), feeds, text, titles)


def additions(told: Sequence[SourceSentence], other: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The sentences of another report that say something the told ones do not, in their order."""
    known = frozenset().union(*(_words(s.text) for s in told)) if told else frozenset()
    figures = {figure for s in told for figure, _ in amounts(s.text)}
    found = []
    for sentence in other:
        words = _words(sentence.text)
        if not words:
            continue
        old = len(words & known) / len(words)
        new_figure = any(figure not in figures for figure, _ in amounts(sentence.text))
        if old < ADDED or new_figure:
            found.append(sentence)
    return found


def contradictions_of(told: Sequence[SourceSentence], other: Sequence[SourceSentence], who: str) -> list[Contradiction]:
    """Where another report gives another figure for the same thing: like sentences, the same thing counted."""
    found = []
    mine = [(s, _words(s.text), amounts(s.text)) for s in told]
    for theirs in other:
        words, counted = _words(theirs.text), amounts(theirs.text)
        for ours, our_words, our_counted in mine:
            if len(words & our_words) < _SAME_PLACE * max(1, min(len(words), len(our_words))):
                continue
            if rivals := _rivals(our_counted, counted):
                found.append(Contradiction(ours.number, theirs.number, *rivals, who))
                break
    return found


def _rivals(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Two figures for one thing, where neither side has the other's."""
    for figure, thing in theirs:
        here = [f for f, t in ours if t == thing]
        if thing and here and not {f for f, t in theirs if t == thing} & set(here):
            return f"{here[0]} {thing}", f"{figure} {thing}"
    return None


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
        found.append((f"{plain} {unit}".strip(), "%" if unit == "%" else word.rstrip("s")))
    return found


_MONTHS = frozenset(
    "january february march april may june july august september october november december am pm gmt".split()
)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower()[:7] for word in _WORD.findall(text) if word.lower() not in _LITTLE)


_LITTLE = frozenset(
    "the and for that with from this have has had was were are not but its his her their they them will would could "
    "said says been into than then also after before about over more most who which what when where while".split()
)


def joins_in_words(reports: Sequence[Report], article_id: int) -> str:
    """What a report adds that came when a draft was there: for the editor who decides what to make of it.

    "" where it says nothing new: an article that came again, or one that repeats what is told, asks nothing of anybody.
    """
    new = next(report for report in reports if report.article.id == article_id)
    others = [report for report in reports if report is not new and report.telling.before is not None]
    told = [sentence for report in others for sentence in numbered(report)]
    own = numbered(new)
    added = additions(told, own)
    contradictions = contradictions_of(told, own, new.feed)
    if not added and not contradictions:
        return ""
    said = f"{new.feed} tells it too: {len(added)} of its {len(own)} sentences say something new"
    for each in contradictions[:3]:
        said += f"; it has {each.other} [{each.there}] where the story's source has {each.one} [{each.here}]"
    return said
