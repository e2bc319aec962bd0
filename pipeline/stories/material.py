"""What several reports of one event give a writer: the lead whole, what the others add, and where they contradict. Pure
but for the rows it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model import SourceSentence
from pipeline.storage.tellings import Report
from pipeline.stories.contradictions import Contradiction, amounts, contradictions_of, telling_words

ADDED = 0.6
"""The share of a sentence's telling words from which the lead is taken to say it already."""
MOST_ADDED, MOST_REPORTS = 10, 5
"""Sentences of one further report, and further reports, that a writer is given."""


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
    known = frozenset().union(*(telling_words(s.text) for s in told)) if told else frozenset()
    figures = {figure for s in told for figure, _ in amounts(s.text)}
    found = []
    for sentence in other:
        words = telling_words(sentence.text)
        if not words:
            continue
        old = len(words & known) / len(words)
        new_figure = any(figure not in figures for figure, _ in amounts(sentence.text))
        if old < ADDED or new_figure:
            found.append(sentence)
    return found


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
