"""How likely each fact of a rewrite is wrong, learnt from texts with known mistakes, and what follows from it.

What a fact's alignment with its evidence shows becomes figures (`signals`), and `weights` says what they mean together.
A single check's finding is as severe as its ground has been right (`severity`); what that leaves a doubt is shown where
the likelihood bears it out. The rest is no finding, but a number that goes with the sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.checks.added import added
from pipeline.checks.align import alignment_of
from pipeline.checks.analysis import Claim, Source, Subject
from pipeline.checks.catalogue import named
from pipeline.checks.exchange import Exchange, exchanged
from pipeline.checks.homes import Stray
from pipeline.checks.lexicon import ROLES, SEASONS
from pipeline.checks.severity import allowed, closeness, mostly_wrong
from pipeline.checks.signals import UNITS, Signal, WholeSource, signals
from pipeline.checks.weights import weights
from pipeline.model import Finding, Kind, Severity

WEIGHED = named(lambda check: check.weighed)
_BORNE_OUT = 0.5
"""Likelihood from which a finding is shown that its ground alone would leave a doubt."""
_KEPT, _FREELY = ("number", "time"), 0.65
"""What a free retelling keeps of its source all the same, and the likelihood from which a doubt of it is shown."""
_MOST = 300
"""Sentences that are weighed; what a longer text has found in the rest stands as it is."""
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
    article = subject.article.once(WholeSource)
    facts, kept = gathered(subject, findings)
    doubts = _doubts(subject, article, [claim for claim, _ in facts])
    sure = {}
    for claim, told in facts:
        best = max(doubts.get(claim.sentence.number, []), key=lambda d: d.likelihood, default=None)
        likely = sure[claim.sentence.number] = best.likelihood if best else 0.0
        mine = list(_weighed(subject, told, claim, likely))
        kept += mine
        if best is not None and not mine and _shown(subject, best):
            kept.append(_added(subject, claim, best.signal))
    return kept, sure


def gathered(subject: Subject, findings: Iterable[Finding]) -> tuple[list[tuple[Claim, list[Finding]]], list[Finding]]:
    """Each fact with what was found of it and is weighed, its alignment's own findings included; and the others."""
    facts = {c.sentence.number: c for c in subject.asked if c.kind is Kind.FACT and c.sentence.number < _MOST}
    told: dict[int, list[Finding]] = {number: [] for number in facts}
    kept = []
    for finding in findings:
        if finding.check in WEIGHED and finding.sentence in facts and finding.severity is not Severity.NOTE:
            told[finding.sentence].append(finding)
        else:
            kept.append(finding)
    article = subject.article.once(WholeSource)
    for number, claim in facts.items():
        told[number] += strays(subject, claim, article, told[number])
        told[number] += turned(subject, claim, article)
        told[number] += added(subject, claim, article)
    return [(claim, told[number]) for number, claim in facts.items()], kept


def _doubts(subject: Subject, article: WholeSource, facts: Iterable[Claim]) -> dict[int, list[Doubt]]:
    found = [(claim, signal) for claim in facts for signal in signals(subject, claim, article)]
    likely = weights().likelihood([signal.row for _, signal in found])
    doubts: dict[int, list[Doubt]] = {}
    for (claim, signal), likelihood in zip(found, likely, strict=True):
        doubts.setdefault(claim.sentence.number, []).append(Doubt(claim, signal, likelihood))
    return doubts


_STRAYS = {"number": "number", "time": "date", "name": "name"}


def strays(subject: Subject, claim: Claim, article: WholeSource, told: Sequence[Finding]) -> Iterator[Finding]:
    """Numbers, days and names that the article has elsewhere, and something else where this is told."""
    laid = alignment_of(subject, claim)
    units = laid.claim

    def away() -> tuple[Stray, ...]:
        return tuple(article.places.strays(units, laid.weights))

    measured, heroes = article.measured(claim.sentence), subject.article.once(_heroes)
    for stray in article.seen(("stray", claim.sentence.text, claim.asides), away):
        unit = units[stray.first]
        if unit.number is not None and _TIMES_AS.match(unit.number.after):
            continue
        if any(a <= unit.start < b for a, b in measured):
            continue  # "20 years" for two decades
        if unit.kind == "name" and not stray.firmly:
            continue  # the name check knows in what other forms the source may have it
        months = SEASONS.get(unit.word, frozenset())
        if months and any(t.lower in months and t.text[0].isupper() for s in claim.evidence for t in s.tokens):
            continue  # "a winter storm" of 23 January
        start, end = unit.start, units[stray.last].end
        text = claim.sentence.text[start:end]
        if unit.kind == "name" and not heroes.isdisjoint(text.split()):
            continue  # whom it is all about the article calls by a pronoun or a role as well
        if any(f.start - claim.start < end and start < f.end - claim.start and f.start < f.end for f in told):
            continue
        source = subject.sentences[stray.line]
        its = source.text[stray.rival.start : stray.rival.end]
        message = f"The source has {its!r} where it tells this; {text!r} is elsewhere in it."
        part = " part" if unit.kind == "name" and stray.first == stray.last else ""
        check = f"{_STRAYS[unit.kind]}.elsewhere{part}{' firmly' * stray.firmly}"
        yield subject.finding(check, Severity.WARN, claim, (start, end), message, [source])


_TIMES_AS = re.compile(r" (?:times )?as (?:many|much|often|long|\w+ as)\b")
"""What follows a number that compares: "half as often", "three times as many"."""


def _heroes(source: Source) -> frozenset[str]:
    """The words of the names that most sentences of an article have."""
    count = Counter(name for s in source.sentences for name in {t.text for t in s.tokens if t.name})
    most = max(count.values(), default=0)
    return frozenset(name for name, times in count.items() if times >= max(_OFTEN, most - 1))


_OFTEN = 4
"""Sentences of an article with a name from which it may be its hero's."""
_PASSIVE = re.compile(r"\b(?:by|from|than)\b", re.IGNORECASE)


def turned(subject: Subject, claim: Claim, article: WholeSource) -> Iterator[Finding]:
    """Two numbers, days, names or opposites that stand in each other's places."""
    laid, near = alignment_of(subject, claim), claim.evidence
    units = laid.claim

    def turns() -> tuple[Exchange, ...]:
        return tuple(exchanged(laid))

    asked = ("turned", claim.sentence.text, claim.asides, *(s.number for s in near))
    for one, other, line, there in article.seen(asked, turns):
        source, text = near[line], claim.sentence.text
        first, last = units[one[0]], units[other[1]]
        if first.kind == "name":
            mine, its = (Counter(map(str.lower, _PASSIVE.findall(s))) for s in (text, source.text))
            if mine != its:
                continue  # "A beat B" is "B was beaten by A"
            if not ROLES.isdisjoint(t.lower for s in (claim.sentence, source) for t in s.tokens):
                continue  # "Orlen's director, Dana Reyes" is "Dana Reyes, the director of Orlen"
        rival = source.text[article.units[source.number][there[0]].start : article.units[source.number][there[1]].end]
        told = text[first.start : units[one[1]].end]
        message = f"The source has {rival!r} where this says {told!r}: the two changed places."
        check = f"{_STRAYS.get(first.kind, 'negation')}.turned"
        yield subject.finding(check, Severity.BLOCK, claim, (first.start, last.end), message, [source])


def ground_of(finding: Finding, claim: Claim, subject: Subject) -> tuple[str, str]:
    """What a finding stands on, and how close its claim is to its evidence, as its precision is measured: what follows
    from the source is loosely absent only."""
    article = subject.article.once(WholeSource)
    plain = ""
    start = finding.start - claim.start
    if finding.ground == "absent" and finding.check == "number":
        number = next((n for n in claim.sentence.numbers if n.start == start), None)
        if number is None or number.unit == "frac":
            plain = " loosely"
        elif article.gives(number.value) or article.comes_to(number, claim.sentence.numbers):
            plain = " worked out"
        elif not number.digits:
            plain = " spelled"
    return f"{finding.check}.{finding.ground}{plain}", closeness(claim, _spot_of(finding, claim), subject)


def _spot_of(finding: Finding, claim: Claim) -> tuple[int, int]:
    """The span of a claim that a finding doubts; nothing of it where the source has all of it in another order. What
    stands between two names is theirs as well: other sentences have the same names in yet another order."""
    kept = finding.ground == "turned" and finding.check != "name"
    return (0, 0) if kept else (finding.start - claim.start, finding.end - claim.start)


def _weighed(subject: Subject, told: Sequence[Finding], claim: Claim, likely: float) -> Iterator[Finding]:
    """The single checks' findings, with the severity that their ground has earned."""
    for finding in told:
        if finding.check == "unsupported" and (claim.elsewhere or not claim.evidence):
            # What it cites does not say it, or nothing does: that is always shown, as a fact has to have its evidence.
            yield replace(finding, severity=Severity.WARN)
            continue
        met = ground_of(finding, claim, subject)
        most = allowed(*met)
        if most is None and likely >= _BORNE_OUT:
            most = None if mostly_wrong(*met) else Severity.WARN
        if most is not None:
            yield replace(finding, severity=most) if finding.severity is Severity.BLOCK else finding


def _shown(subject: Subject, doubt: Doubt) -> bool:
    """Whether what the alignment alone doubts is shown: where the sentence keeps close to its source, or where it is a
    number or a time, which a free retelling keeps. Of other words in a free one too few doubts are right."""
    signal = doubt.signal
    how = closeness(doubt.claim, (signal.start, signal.end), subject)
    if how == "free":
        return signal.kind in _KEPT and doubt.likelihood >= _FREELY
    return how == "close" and doubt.likelihood >= weights().warn


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
    alike = signal.kind != "word" or signal.figures("same_part")
    if signal.kind in UNITS and there and alike and signal.figures("rival_place") >= 0.35:
        return f"The source has {there!r} in the place of {text!r}."
    return f"The source does not say {text!r} here: check it."
