"""How likely each fact of a rewrite is wrong, learnt from texts with known mistakes, and what follows from it.

What a fact's alignment with its evidence shows becomes figures (`signals`), and
`weights` says what they mean together. What a check finds in a sentence that keeps the source's words stands; in a
free retelling it stands as far as the alignment bears it out. The rest is a doubt: no finding, but a number that
goes with the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.checks.analysis import Claim, Subject
from pipeline.checks.signals import UNITS, Article, Signal, signals
from pipeline.checks.weights import weights
from pipeline.model import Finding, Kind, Severity

WEIGHED = frozenset("number date name attribution hedge negation unsupported".split())
"""Checks whose findings about a fact are weighed. The others say what is plainly so."""
_KEPT, _NEARLY_KEPT = 0.75, 0.6
"""Share of a claim's weight that its evidence has, from which a block stands, and from which a finding is shown."""
_MOST = 300
"""Sentences that are weighed; what a longer text has found in the rest stands as it is."""
_BORNE_OUT = 0.5
"""Likelihood from which a finding about a freer retelling is shown."""
_CHECKS = {
    "number": "number", "name": "name", "time": "date", "denied": "negation", "denies": "negation", "hedged": "hedge",
    "hedges": "hedge",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """A spot of a fact and how likely it is a mistake, 0 to 1."""

    claim: Claim
    signal: Signal
    likelihood: float


def weigh(subject: Subject, findings: Sequence[Finding]) -> tuple[list[Finding], Mapping[int, float]]:
    """The findings with the severity their likelihood gives them, what the alignment adds, and a doubt a sentence."""
    facts = {c.sentence.number: c for c in subject.claims[:_MOST] if c.kind is Kind.FACT}
    told: dict[int, list[Finding]] = {number: [] for number in facts}
    kept = []
    for finding in findings:
        if finding.check in WEIGHED and finding.sentence in facts and finding.severity is not Severity.NOTE:
            told[finding.sentence].append(finding)
        else:
            kept.append(finding)
    article = Article(subject)
    doubts = _doubts(subject, article, facts.values())
    sure = {}
    for number, claim in facts.items():
        best = max(doubts.get(number, []), key=lambda d: d.likelihood, default=None)
        likely = sure[number] = best.likelihood if best else 0.0
        mine = list(_weighed(told[number], claim, likely, article))
        kept += mine
        if best is not None and likely >= weights().warn and not mine:
            kept.append(_added(subject, claim, best.signal))
    return kept, sure


def _doubts(subject: Subject, article: Article, facts: Iterable[Claim]) -> dict[int, list[Doubt]]:
    found = [(claim, signal) for claim in facts for signal in signals(subject, claim, article)]
    likely = weights().likelihood([signal.row for _, signal in found])
    doubts: dict[int, list[Doubt]] = {}
    for (claim, signal), likelihood in zip(found, likely, strict=True):
        doubts.setdefault(claim.sentence.number, []).append(Doubt(claim, signal, likelihood))
    return doubts


def _severity(finding: Finding, claim: Claim, likely: float) -> Severity | None:
    """What a single check's finding is worth: where a claim keeps the source's words its checks can be believed, in
    a free retelling only what the alignment bears out. None for a doubt."""
    if finding.severity is Severity.BLOCK and (claim.overlap >= _KEPT or likely >= weights().block):
        return Severity.BLOCK
    return Severity.WARN if claim.overlap >= _NEARLY_KEPT or likely >= _BORNE_OUT else None


def _plain(finding: Finding, claim: Claim, article: Article) -> bool:
    """Whether a finding needs no weighing: what it is about stands nowhere in the source, in no form."""
    if finding.check == "unsupported" and claim.elsewhere:
        return True  # what it cites does not bear it out
    if finding.severity is not Severity.BLOCK:
        return False
    if finding.check == "unsupported":
        return not claim.evidence
    start = finding.start - claim.start
    if finding.check == "number":
        number = next((n for n in claim.sentence.numbers if n.start == start), None)
        return number is not None and number.digits and number.unit != "frac" and not article.gives(number.value)
    words = [t for t in claim.sentence.tokens if start <= t.start < finding.end - claim.start]
    return finding.check == "date" and bool(words) and not any(article.has(t.lower) for t in words)


def _weighed(told: Sequence[Finding], claim: Claim, likely: float, article: Article) -> Iterator[Finding]:
    """The single checks' findings, as sure as their sentence lets them be, or plainly so."""
    for finding in told:
        if _plain(finding, claim, article):
            yield finding
        elif severity := _severity(finding, claim, likely):
            yield replace(finding, severity=severity)


def _added(subject: Subject, claim: Claim, signal: Signal) -> Finding:
    """What the alignment shows and no check has said: the likeliest spot of a sentence. It never blocks by itself."""
    evidence = [signal.source] if signal.source is not None else None
    span = (signal.start, signal.end)
    return subject.finding(_check(signal), Severity.WARN, claim, span, _message(claim, signal), evidence)


def _check(signal: Signal) -> str:
    if signal.kind == "degree" or signal.figures("opposite") or signal.figures("against"):
        return "negation"
    return _CHECKS.get(signal.kind, "unsupported")


def _message(claim: Claim, signal: Signal) -> str:
    text = claim.sentence.text[signal.start : signal.end]
    there = signal.source.text[slice(*signal.there)] if signal.source is not None and signal.there else ""
    if signal.kind == "denied":
        return f"The source denies something here ({there!r}); the rewrite does not."
    if signal.kind == "hedged":
        return f"The source says {there!r} here; the rewrite states it as fact."
    if signal.kind == "denies":
        return f"The rewrite says {text!r} here; the source does not."
    if signal.kind == "hedges":
        return f"The rewrite says {text!r} here; the source is surer."
    if signal.kind in UNITS and there and signal.figures("rival_place") >= 0.35:
        return f"The source has {there!r} in the place of {text!r}."
    return f"The source does not say {text!r} here: check it."
