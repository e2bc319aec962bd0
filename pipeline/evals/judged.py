"""How well a judge tells faithful sentences from mistaken ones: precision, recall, calibration, thresholds. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from pipeline.errors import ConfigError

BINS = 10
"""Steps of the reliability table: how often sentences given about 0.1, 0.2 … were in fact borne out."""
SURE = 0.98
"""The share of blocks that must be right for a threshold to block: what the checks' rules are held to as well."""
FAITHFUL = "faithful"


class Mistake(NamedTuple):
    """One change to a faithful rewrite: `new` for the first `old`."""

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A source, a faithful rewrite of it in text form, and mistakes that may be made in it, one at a time."""

    name: str
    source: str
    rewrite: str
    mistakes: tuple[Mistake, ...] = ()

    def versions(self) -> Iterator[tuple[str, str, int | None]]:
        """Each text to be judged: (kind, rewrite, where in it the mistake begins); the faithful one first."""
        yield FAITHFUL, self.rewrite, None
        for mistake in self.mistakes:
            at = self.rewrite.index(mistake.old)
            yield mistake.kind, self.rewrite[:at] + mistake.new + self.rewrite[at + len(mistake.old) :], at


def read_labelled(text: str, where: str) -> tuple[Labelled, ...]:
    """Labelled pairs, one JSON object a line: `name`, `source`, `rewrite`, `mistakes` of `kind`, `old`, `new`.

    Raises ConfigError naming each line that is none.
    """
    found, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            mistakes = tuple(Mistake(str(m["kind"]), str(m["old"]), str(m["new"])) for m in row.get("mistakes", ()))
            item = Labelled(str(row["name"]), str(row["source"]), str(row["rewrite"]), mistakes)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            problems.append(f"line {number}: an object with name, source, rewrite and mistakes is needed")
            continue
        problems += [
            f"line {number}: its rewrite does not hold '{m.old[:60]}'" for m in mistakes if m.old not in item.rewrite
        ]
        found.append(item)
    if problems or not found:
        raise ConfigError(where, problems or ["no labelled pair in it"])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence with what the judge gave it. `mistaken` says whether the mistake stands in it."""

    item: str
    kind: str
    sentence: str
    mistaken: bool
    probability: float
    wrong: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}" + (f" ({self.part / self.whole:.1%})" if self.whole else "")


@dataclass(frozen=True, slots=True)
class KindFigures:
    """A kind of mistake: how many were made, warned of or blocked, blocked, and given the right reason."""

    kind: str
    made: int
    marked: int
    blocked: int
    named: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Sentences given a probability in a tenth, what was said on average, and how many were borne out."""

    low: float
    sentences: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    rows: tuple[KindFigures, ...]
    faithful_marked: Share
    """Faithful sentences marked, of all faithful sentences in faithful rewrites."""
    faithful_blocked: Share
    """Faithful rewrites with a block in them, of all."""
    right_blocks: Share
    right_marks: Share
    bins: tuple[Bin, ...]
    calibration_error: float
    """Expected calibration error: the mean distance of what is said from what is true, weighted by sentences."""
    block_at: float | None
    """The highest threshold at which 98 of 100 blocks are right; None where none is."""
    clear_above: float
    """Above this no more than 1 of 100 mistaken sentences was given: no rule's warning is eased wrongly more often."""


def measure(judged: Sequence[Judged], block: float, warn: float) -> JudgeFigures:
    """The figures of a run at two thresholds. Sentences of an altered rewrite that hold count as faithful too."""
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        if j.mistaken:
            by_kind[j.kind].append(j)
    rows = [_row(kind, found, block, warn) for kind, found in sorted(by_kind.items())]
    calm = [j for j in judged if j.kind == FAITHFUL]
    items = {j.item for j in calm}
    hurt = {j.item for j in calm if j.probability <= block}
    bins = tuple(_bins(judged))
    total = sum(b.sentences for b in bins)
    return JudgeFigures(
        tuple(rows),
        Share(sum(j.probability <= warn for j in calm), len(calm)),
        Share(len(hurt), len(items)),
        _right(judged, block),
        _right(judged, warn),
        bins,
        sum(b.sentences * abs(b.said - b.true) for b in bins) / total if total else 0.0,
        threshold(judged, SURE),
        highest_of_mistaken(judged),
    )


def _row(kind: str, found: Sequence[Judged], block: float, warn: float) -> KindFigures:
    return KindFigures(
        kind,
        len(found),
        sum(j.probability <= warn for j in found),
        sum(j.probability <= block for j in found),
        sum(j.wrong == kind for j in found),
    )


def _right(judged: Iterable[Judged], at: float) -> Share:
    flagged = [j for j in judged if j.probability <= at]
    return Share(sum(j.mistaken for j in flagged), len(flagged))


def _bins(judged: Sequence[Judged]) -> Iterator[Bin]:
    for step in range(BINS):
        low = step / BINS
        inside = [j for j in judged if min(int(j.probability * BINS), BINS - 1) == step]
        if inside:
            said = sum(j.probability for j in inside) / len(inside)
            yield Bin(low, len(inside), said, sum(not j.mistaken for j in inside) / len(inside))


def threshold(judged: Sequence[Judged], precision: float) -> float | None:
    """The highest probability at or below which a share of at least `precision` of the sentences is mistaken."""
    ranked = sorted(judged, key=lambda j: j.probability)
    best, right = None, 0
    for place, j in enumerate(ranked, 1):
        right += j.mistaken
        last_of_its_kind = place == len(ranked) or ranked[place].probability > j.probability
        if last_of_its_kind and right / place >= precision:
            best = j.probability
    return best


def highest_of_mistaken(judged: Iterable[Judged]) -> float:
    """The highest probability of a mistaken sentence, of those left when the best hundredth is taken away."""
    given = sorted((j.probability for j in judged if j.mistaken), reverse=True)
    return given[len(given) // 100] if given else 0.0


def labels(sentences: Sequence[tuple[int, int]], at: int | None) -> list[bool]:
    """Of sentences with their places in a rewrite, which holds the mistake that begins at `at`."""
    return [at is not None and start <= at < end for start, end in sentences]


def changed(old: Mapping[str, Any], new: Mapping[str, Any], warn: float) -> list[str]:
    """What a second run tells differently from a first, item by item: mistakes found or lost, cries come or gone."""

    def key(row: Mapping[str, Any]) -> tuple[str, str, str]:
        return row["item"], row["kind"], row["sentence"]

    before = {key(row): row for row in old["sentences"]}
    lines = []
    for row in new["sentences"]:
        earlier = before.get(key(row))
        if earlier is None or (earlier["probability"] <= warn) == (row["probability"] <= warn):
            continue
        better = row["mistaken"] == (row["probability"] <= warn)
        said = f"{earlier['probability']:.2f} to {row['probability']:.2f}: {row['sentence']}"
        lines.append(f"{'+' if better else '-'} {row['item']} ({row['kind']}): {said}")
    return lines
