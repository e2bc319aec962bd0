"""Findings an editor looked at and found fine: they stay in the report, marked, and no longer count.

An acceptance holds for one check on one wording: the same words in the same sentence. Any other wording is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pipeline.checks.run import verdict_of

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted (check, words, the whole sentence), by whom and why."""

    check: str
    text: str
    sentence: str
    who: str
    reason: str

    @classmethod
    def of(cls, report: Report, place: int, *, who: str, reason: str) -> Self:
        """The acceptance of a report's finding at a 0-based place. Raises IndexError when there is none."""
        if place < 0:
            raise IndexError(place)
        finding = report["findings"][place]
        return cls(finding["check"], finding["text"], _sentence(report, finding), who, reason)


def with_accepted(report: Report, accepted: Iterable[Accepted]) -> dict[str, Any]:
    """The report with accepted findings marked `accepted: {who, reason}`, and the verdict of those left."""
    known = {(a.check, a.text, a.sentence): a for a in accepted}
    findings = []
    for finding in report["findings"]:
        found = known.get((finding["check"], finding["text"], _sentence(report, finding)))
        plain = {key: value for key, value in finding.items() if key != "accepted"}
        findings.append({**plain, "accepted": {"who": found.who, "reason": found.reason}} if found else plain)
    verdict = verdict_of({f["severity"] for f in standing(findings)})
    return {**report, "verdict": verdict.value, "findings": findings}


def standing(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The findings nobody accepted."""
    return [finding for finding in findings if "accepted" not in finding]


def _sentence(report: Report, finding: Mapping[str, Any]) -> str:
    place = finding["sentence"]
    return report["sentences"][place]["text"] if place is not None else ""
