"""How often each ground of a finding is right on texts that the rules were not made with.

Pairs kept for measuring, the unseen ones, and `../shared/facts` where it lies. A finding is right where it is new in a
rewrite with a mistake, or in a summary that people judged false; wrong in a faithful one. Of drafts with one mistake
each, as an editor may meet them, a pair makes as many as it has mistakes: what is wrong of it is wrong in every one.
Of the summaries, many of which have a sentence in common, each article's words count once, as wrong where a faithful
one has them too.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.checks import run, severity
from pipeline.checks.catalogue import CHECKS
from pipeline.checks.doubt import WEIGHED, gathered, ground_of
from tests.checks.pair import Pair

FACTS = Path(__file__).parent.parent.parent / "shared" / "facts" / "news.jsonl.gz"
OUT = Path(__file__).parent.parent / "pipeline" / "checks" / "data" / "precision.json"

Spot = tuple[str, str, str]


@dataclass
class Grounds:
    """For each ground and closeness ("number.absent close") the places where it was right, and where it was wrong, with
    in how many drafts."""

    right: defaultdict[str, set[Spot]] = field(default_factory=lambda: defaultdict(set))
    wrong: defaultdict[str, dict[Spot, int]] = field(default_factory=lambda: defaultdict(dict))

    def counts(self) -> dict[str, tuple[int, int]]:
        return {
            ground: (len(self.right[ground] - self.wrong[ground].keys()), sum(self.wrong[ground].values()))
            for ground in sorted({*self.right, *self.wrong})
        }


def met(source: str, rewrite: str) -> Iterator[tuple[str, str, str]]:
    """What single checks find in the facts of a rewrite: ground with closeness, the sentence, the words."""
    subject = run.subject_of(source, rewrite)
    facts, _ = gathered(subject, [f for check in sorted(WEIGHED) for f in CHECKS[check].run(subject)])
    for claim, told in facts:
        for finding in told:
            yield " ".join(ground_of(finding, claim, subject)), claim.sentence.text, finding.text


def facts() -> Iterator[tuple[str, str, str, bool, list[str]]]:
    """(article, source, summary, faithful, kinds of edit) of each judged summary, where they are at hand."""
    if FACTS.exists():
        with gzip.open(FACTS, "rt", encoding="utf8") as lines:
            for row in map(json.loads, lines):
                summary = " ".join(row["summary"].split())
                yield row["source"][:60], row["source"], summary, row["faithful"], row["edits"]


def measured(pairs: Iterable[Pair]) -> Grounds:
    found = Grounds()
    for pair in pairs:
        plain = list(met(pair.source, pair.rewrite))
        known = {(ground.split()[0], words) for ground, _, words in plain}
        for ground, sentence, words in plain:
            found.wrong[ground][pair.name, sentence, words] = max(1, len(pair.alterations))
        for change in pair.alterations:
            for ground, sentence, words in met(pair.source, pair.altered(change)):
                if (ground.split()[0], words) not in known:
                    found.right[ground].add((pair.name, sentence, words))
    return found


def together(some: Iterable[Grounds]) -> Grounds:
    found = Grounds()
    for one in some:
        for ground, right in one.right.items():
            found.right[ground] |= right
        for ground, wrong in one.wrong.items():
            found.wrong[ground] |= wrong
    return found


def by_article() -> dict[str, Grounds]:
    """What is counted in the judged summaries of each article."""
    found: defaultdict[str, Grounds] = defaultdict(Grounds)
    for article, source, summary, faithful, _ in facts():
        one = found[article]
        for ground, _, words in met(source, summary):
            if faithful:
                one.wrong[ground][article, "", words] = 1
            else:
                one.right[ground].add((article, "", words))
    return found


def left_out() -> dict[str, dict[str, tuple[int, int]]]:
    """For each article of the judged summaries what is counted when its own are left out: its severities come from
    other texts. No spot is counted for two articles, so its counts are those of all, less its own."""
    every = severity.measured()
    counts = {}
    for article, one in by_article().items():
        own = one.counts()
        less = {ground: own.get(ground, (0, 0)) for ground in every}
        counts[article] = {g: (max(0, r - less[g][0]), max(0, w - less[g][1])) for g, (r, w) in every.items()}
    return counts


def write(pairs: Iterable[Pair], more: Iterable[Pair]) -> dict[str, tuple[int, int]]:
    """Counts both collections, the judged summaries with the first, and returns the first's counts."""
    first = together([measured(pairs), *by_article().values()]).counts()
    second = measured(more).counts()
    rows = ",\n".join(
        f"{json.dumps(ground)}: {json.dumps([first.get(ground, (0, 0)), second.get(ground, (0, 0))])}"
        for ground in sorted({*first, *second})
    )
    OUT.write_text("{\n" + rows + "\n}\n", encoding="utf8")
    return first
