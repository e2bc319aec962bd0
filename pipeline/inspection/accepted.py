"""Findings an editor looked at and found fine: they stay in the report, marked, and no longer count.

An acceptance holds for one finding on one wording: the same check saying the same of the same words in the same
sentence; of a story as a whole, the same but for its figures. Any other wording is new, and so is a finding that has
become graver.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pipeline.checks.run import verdict_of
from pipeline.model import Severity

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted (check, words, the whole sentence, what the check said of them), by whom and why."""

    check: str
    text: str
    sentence: str
    who: str
    reason: str
    message: str = ""
    """"" in acceptances of before it was kept: those hold for any message about the same words."""
    severity: str = Severity.WARN
    """How grave the finding was: accepting a warning accepts no block."""

    @classmethod
    def of(cls, report: Report, place: int, *, who: str, reason: str) -> Self:
        """The acceptance of a report's finding at a 0-based place. Raises IndexError when there is none."""
        if place < 0:
            raise IndexError(place)
        found = report["findings"][place]
        sentence = _sentence(report, found)
        return cls(found["check"], found["text"], sentence, who, reason, found["message"], found["severity"])

    @classmethod
    def kept(cls, about: Mapping[str, Any], *, who: str, reason: str) -> Self:
        """The acceptance as the history keeps it; see `about`."""
        return cls(**{name: about[name] for name in _KEPT if name in about}, who=who, reason=reason)

    @property
    def about(self) -> dict[str, str]:
        """What the history keeps of it beside who and why."""
        return {name: getattr(self, name) for name in _KEPT}

    def same(self, other: Accepted) -> bool:
        """Whether both are of one finding, however grave it was.

        Of a story as a whole another edit changes the figures only: 38% of it is copied, then 28%.
        """
        here, there = ((a.check, a.text, a.sentence) for a in (self, other))
        if not self.text:
            return here == there and _FIGURES.sub("", self.message) == _FIGURES.sub("", other.message)
        said = self.message == other.message or "" in (self.message, other.message)
        return here == there and said

    def holds(self, report: Report, finding: Mapping[str, Any]) -> bool:
        """Whether a report's finding is the one that was accepted, and no graver than it was then."""
        found = Accepted(finding["check"], finding["text"], _sentence(report, finding), "", "", finding["message"])
        return self.same(found) and _GRAVITY.index(finding["severity"]) <= _GRAVITY.index(self.severity)


_KEPT = ("check", "text", "sentence", "message", "severity")
_FIGURES = re.compile(r"\d+")
_GRAVITY = (Severity.NOTE, Severity.WARN, Severity.BLOCK)


def with_accepted(report: Report, accepted: Iterable[Accepted]) -> dict[str, Any]:
    """The report with accepted findings marked `accepted: {who, reason}`, and the verdict of those left."""
    known = list(accepted)
    findings = []
    for finding in report["findings"]:
        found = next((a for a in reversed(known) if a.holds(report, finding)), None)
        plain = {key: value for key, value in finding.items() if key != "accepted"}
        findings.append({**plain, "accepted": {"who": found.who, "reason": found.reason}} if found else plain)
    verdict = verdict_of({f["severity"] for f in standing(findings)})
    return {**report, "verdict": verdict.value, "findings": findings}


def standing(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The findings nobody accepted."""
    return [finding for finding in findings if "accepted" not in finding]


def cleared(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The blocks somebody accepted: they no longer block, and are shown as long as the sentence stands."""
    return [f for f in findings if "accepted" in f and f["severity"] == Severity.BLOCK]


def blocks_let_stand(findings: Iterable[Mapping[str, Any]], *, over: bool) -> dict[int | None, list[str]]:
    """The checks an editor overruled, by the 0-based place of the sentence, None for the whole story.

    Those are the blocks that were accepted, and, of a wording approved `over` its blocks, also those left.
    """
    found: dict[int | None, list[str]] = {}
    for finding in findings:
        if finding["severity"] == Severity.BLOCK and (over or "accepted" in finding):
            checks = found.setdefault(finding["sentence"], [])
            if finding["check"] not in checks:
                checks.append(finding["check"])
    return found


def _sentence(report: Report, finding: Mapping[str, Any]) -> str:
    place = finding["sentence"]
    return report["sentences"][place]["text"] if place is not None else ""
