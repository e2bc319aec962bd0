"""What the checks see of what is altered, and how often they cry wolf: the figures of the tests and the benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.checks.run import check_texts
from pipeline.model import Finding, Severity

from .pair import Alteration, Pair


@dataclass
class Figures:
    """Counts by the check meant: `total` alterations, those `seen` (warned of or blocked) and those `blocked`."""

    total: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def share(self, which: Counter[str]) -> float:
        return which.total() / max(1, self.total.total())

    def table(self) -> str:
        rows = [f"{'check':<14}{'altered':>8}{'seen':>8}{'blocked':>8}"]
        rows += [
            f"{check:<14}{self.total[check]:>8}{self.seen[check]:>8}{self.blocked[check]:>8}"
            for check in sorted(self.total)
        ]
        rows.append(f"{'all':<14}{self.total.total():>8}{self.share(self.seen):>8.1%}{self.share(self.blocked):>8.1%}")
        return "\n".join(rows)


def on_altered(pairs: Iterable[tuple[Pair, Iterable[Alteration]]], off: Collection[str] = ()) -> Figures:
    """An alteration is seen when it brings a finding that the faithful rewrite did not have, notes aside."""
    figures = Figures()
    for pair, changes in pairs:
        before = {_known(f) for f in check_texts(pair.source, pair.rewrite, off=off).findings}
        for change in changes:
            found = check_texts(pair.source, pair.altered(change), off=off).findings
            new = {f.severity for f in found if _known(f) not in before} - {Severity.NOTE}
            figures.total[change.check] += 1
            figures.seen[change.check] += bool(new)
            figures.blocked[change.check] += Severity.BLOCK in new
            if not new:
                figures.missed.append(f"{pair.name}: {change.old[:60]} -> {change.new[:60]}")
    return figures


def on_faithful(pairs: Sequence[Pair], glossary: Mapping[str, str] | None = None) -> tuple[float, float]:
    """(share of rewrites with any block, share of their sentences with a warning)."""
    blocked = warned = sentences = 0
    for pair in pairs:
        report = check_texts(pair.source, pair.rewrite, glossary=glossary)
        blocked += any(f.severity is Severity.BLOCK for f in report.findings)
        warned += len({f.sentence for f in report.findings if f.severity is Severity.WARN and f.sentence is not None})
        sentences += len(report.sentences)
    return blocked / max(1, len(pairs)), warned / max(1, sentences)


def of_one(source: str, told: str) -> list[Finding]:
    """What is found in the body of a story that tells one sentence."""
    story = f"Something happened.\nIn short: Something happened.\n{told}\nSource: The Post"
    return [f for f in check_texts(source, story).findings if f.sentence == 2]


def _known(finding: Finding) -> tuple[str, str, Severity]:
    return finding.check, finding.text, finding.severity
