"""Every check, once: what it is called, what it holds a story against, which languages it reads, what it may say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.checks import (
    analogy,
    attribution,
    copying,
    date,
    hedge,
    injection,
    jargon,
    name,
    negation,
    number,
    quote,
    reading,
    unsupported,
)
from pipeline.checks import format as form
from pipeline.checks.analysis import Subject
from pipeline.model import Finding


class Against(StrEnum):
    """What a check holds a story against: its kind of evidence."""

    PLACE = "the place of the source that tells the same"
    WORDS = "the source's words as they stand"
    HOUSE = "the glossary and common words"
    ITSELF = "the story alone"


class Reads(StrEnum):
    """In which languages story and source have to be for a check to mean something."""

    WHATEVER = "a story in the wrong language too"
    ACROSS = "a source in another language"
    ALIKE = "story and source in one language"


@dataclass(frozen=True, slots=True)
class Check:
    """`english` says that it knows English only, `blocks` that it may block, `of_truth` that it asks whether the source
    bears a story out, which is what a judge asks too."""

    name: str
    run: Callable[[Subject], Iterable[Finding]]
    against: Against
    reads: Reads
    english: bool
    blocks: bool
    of_truth: bool

    def means_something(self, *, story: str, wrong: bool, apart: bool) -> bool:
        """Whether it is asked of a story in this language, which may be the wrong one, or another than the source's."""
        if wrong and self.reads is not Reads.WHATEVER:
            return False
        return not (apart and self.reads is Reads.ALIKE) and not (self.english and story != "en")

    @property
    def weighed(self) -> bool:
        """Whether its findings are as severe as their grounds have been right; others say what is plainly so."""
        return self.against is Against.PLACE


def _check(
    name: str, run: Callable[[Subject], Iterable[Finding]], against: Against, reads: Reads = Reads.ACROSS, *,
    english: bool = False, blocks: bool = True, of_truth: bool = False,
) -> Check:  # fmt: skip
    return Check(name, run, against, reads, english, blocks, of_truth)


CHECKS: dict[str, Check] = {
    one.name: one
    for one in (
        _check("number", number.check, Against.PLACE, of_truth=True),
        _check("date", date.check, Against.PLACE, of_truth=True),
        _check("name", name.check, Against.PLACE, of_truth=True),
        _check("quote", quote.check, Against.WORDS, of_truth=True),
        _check("attribution", attribution.check, Against.PLACE, Reads.ALIKE, english=True, of_truth=True),
        _check("hedge", hedge.check, Against.PLACE, Reads.ALIKE, english=True, of_truth=True),
        _check("negation", negation.check, Against.PLACE, Reads.ALIKE, english=True, of_truth=True),
        _check("unsupported", unsupported.check, Against.PLACE, Reads.ALIKE, english=True, of_truth=True),
        _check("analogy", analogy.check, Against.ITSELF, english=True, blocks=False),
        _check("jargon", jargon.check, Against.HOUSE, english=True, blocks=False),
        _check("copying", copying.check, Against.WORDS, blocks=False),
        _check("injection", injection.check, Against.WORDS, Reads.WHATEVER),
        _check("reading", reading.check, Against.ITSELF, english=True, blocks=False),
        _check("format", form.check, Against.ITSELF, Reads.WHATEVER),
    )
}
"""In the order they run. What no source of a draft can show stands in `beyond`."""


def named(wanted: Callable[[Check], bool]) -> frozenset[str]:
    """The names of those checks of which something is so."""
    return frozenset(name for name, check in CHECKS.items() if wanted(check))
