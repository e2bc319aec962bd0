"""What is said of a draft whose sentences are the source's own: no model wrote it, so none is asked to write better.

That its words are copied is its nature, told once; that they are hard, long or without a picture is the source's
doing. These are notes. What makes a story wrong stays what it is. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.checks.run import verdict_of
from pipeline.model import Severity

TOLD = "No model wrote this draft: its sentences are the source's own, chosen and not retold."
_NATURE = frozenset(("analogy", "jargon", "reading", "format"))


def of_selection(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report on such a draft: one note for all that is copied, and notes for what is the source's manner."""
    findings = [finding for finding in report["findings"] if finding["check"] != "copying"]
    for place, finding in enumerate(findings):
        if finding["check"] in _NATURE and finding["severity"] == Severity.WARN:
            findings[place] = {**finding, "severity": str(Severity.NOTE)}
    if len(findings) < len(report["findings"]):
        first = next(finding for finding in report["findings"] if finding["check"] == "copying")
        whole = {"severity": str(Severity.NOTE), "sentence": None, "start": 0, "end": 0, "text": "", "message": TOLD}
        findings.append({**first, **whole, "evidence": []})
    return {**report, "findings": findings, "verdict": str(verdict_of({f["severity"] for f in findings}))}
