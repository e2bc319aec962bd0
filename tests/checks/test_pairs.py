"""How much of what is altered the checks see, and how seldom they cry wolf."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts
from pipeline.model import CheckVerdict, Severity

from .pairs import PAIRS, Pair


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_a_faithful_rewrite_is_not_blocked(pair: Pair) -> None:
    report = check_texts(pair.source, pair.rewrite)
    assert [f for f in report.findings if f.severity is Severity.BLOCK] == []


def test_few_faithful_sentences_are_warned_of() -> None:
    warned = total = 0
    for pair in PAIRS:
        report = check_texts(pair.source, pair.rewrite)
        total += len(report.sentences)
        warned += len({f.sentence for f in report.findings if f.severity is Severity.WARN and f.sentence is not None})
    assert warned / total <= 0.15


def test_alterations_are_caught() -> None:
    seen = blocked = total = right = 0
    missed: list[str] = []
    for pair in PAIRS:
        plain = check_texts(pair.source, pair.rewrite)
        before = {(f.check, f.text, f.severity) for f in plain.findings}
        for change in pair.alterations:
            assert pair.rewrite.count(change.old) >= 1, change
            report = check_texts(pair.source, pair.rewrite.replace(change.old, change.new, 1))
            new = [f for f in report.findings if (f.check, f.text, f.severity) not in before]
            new = [f for f in new if f.severity is not Severity.NOTE]
            total += 1
            seen += bool(new)
            blocked += report.verdict is CheckVerdict.BLOCK
            right += any(f.check == change.check for f in new)
            if report.verdict is not CheckVerdict.BLOCK:
                missed.append(f"{pair.name}: {change.old} -> {change.new}: {[f.check for f in new]}")
    figures = f"{seen} seen, {blocked} blocked, {right} by the check meant, of {total}\n" + "\n".join(missed)
    print(figures)
    assert seen / total >= 0.79, figures
    assert blocked / total >= 0.77, figures
