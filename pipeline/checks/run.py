"""Runs every check over a rewrite and its source. Rules only: free, fast and the same every time."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pipeline.checks import copying, languages
from pipeline.checks import reading as reading_check
from pipeline.checks.analysis import (
    LONGEST_TOLD,
    Claim,
    Evidence,
    Sentence,
    Source,
    Subject,
    bearing,
    evidence_of,
    kin_evidence_of,
    take_apart,
)
from pipeline.checks.beyond import Earlier, beyond
from pipeline.checks.catalogue import CHECKS, Check
from pipeline.checks.doubt import weigh
from pipeline.checks.kinds import asides, closes, kind_of
from pipeline.checks.textform import Part, Placed, TextForm, parse
from pipeline.checks.unsupported import LITTLE
from pipeline.languages import language_record
from pipeline.model import (
    CheckReport,
    CheckVerdict,
    Draft,
    DraftSentence,
    Finding,
    Kind,
    Severity,
    SourceSentence,
)
from pipeline.stories.contradictions import Contradiction
from pipeline.text import number_sentences
from pipeline.writing.draft import sentence_places

log = logging.getLogger("inshort.checks")

_KEPT, _USUAL = 16, 60_000
"""Sources that are kept taken apart, as an editor types at one for a while; and their characters at most."""
_ELSEWHERE = 0.5
"""Overlap with sentences a draft does not cite from which they are taken for the right ones."""
_TOLD = 0.6
"""Cover from which the words of an aside are taken for the source's."""


def check_texts(
    source: str,
    rewrite: str,
    *,
    published: datetime | None = None,
    glossary: Mapping[str, str] | None = None,
    off: Collection[str] = (),
    settled: Collection[str] = (),
    titles: Collection[str] = (),
) -> CheckReport:
    """Check a rewrite in text form against its source; kinds and evidence are found here.

    Of its sentences that are `settled` nothing is asked: as somebody types, all but one are. `titles` are what the
    reports are called.
    """
    form = parse(rewrite)
    placed = [(p, None) for p in form.sentences]
    subject = _subject(_read(source, form.language), rewrite, form, placed, published, glossary)
    return _report(replace(subject, settled=settled, titles=titles), off)


def subject_of(source: str, rewrite: str) -> Subject:
    """A rewrite in text form and its source, taken apart: what the checks look at."""
    form = parse(rewrite)
    return _subject(_read(source, form.language), rewrite, form, [(p, None) for p in form.sentences], None, None)


def check_draft(
    source: Sequence[SourceSentence],
    draft: Draft,
    rewrite: str,
    *,
    published: datetime | None = None,
    glossary: Mapping[str, str] | None = None,
    off: Collection[str] = (),
    most_words: int | None = None,
    grade: int | None = None,
    reports: Sequence[frozenset[int]] = (),
    titles: Sequence[str] = (),
    contradictions: Sequence[Contradiction] = (),
    earlier: Sequence[Earlier] = (),
) -> CheckReport:
    """Check a draft as rendered in `rewrite`. Its kinds and evidence are used, and verified.

    Where several reports are the source, `reports` has the numbers of each one's sentences: a claim is held against
    those it cites, as what another one says is no mistake of it. `titles` are what the reports are called,
    `contradictions` where they differ, `earlier` what the newsroom told in the last weeks. Raises OutOfPlace where
    `rewrite` is not the draft's.
    """
    form = parse(rewrite)
    placed = _placed(draft, rewrite)
    told = _numbered(tuple(source), form.language)
    subject = _subject(told, rewrite, form, placed, published, glossary, most_words, grade, reports)
    report = _report(replace(subject, titles=titles), off)
    if more := tuple(beyond(draft, rewrite, contradictions, earlier)):
        verdict = CheckVerdict.WARN if report.verdict == CheckVerdict.PASS else report.verdict
        report = replace(report, verdict=verdict, findings=(*report.findings, *more))
    if draft.left_out:
        note = Finding("format", Severity.NOTE, None, 0, 0, "", draft.left_out)
        report = replace(report, findings=(*report.findings, note))
    if draft.headline is not None and "copying" not in off:
        report = _with_first(report, copying.copied_headline(draft.headline.text, titles))
    return report


def _read(source: str, story: str) -> Source:
    return _numbered(tuple(number_sentences(source)), story, source)


def _numbered(source: tuple[SourceSentence, ...], story: str, text: str | None = None) -> Source:
    """A source taken apart, for a story in a language; `text` is all of it, where it is more than its sentences."""
    size = sum(len(s.text) for s in source)
    return (_source if size <= _USUAL else _source.__wrapped__)(source, story, text)


@lru_cache(maxsize=_KEPT)
def _source(source: tuple[SourceSentence, ...], story: str, text: str | None) -> Source:
    whole = "\n".join(s.text for s in source) if text is None else text
    language = languages.other_language(whole, story) or story
    decimal = _decimal(language)
    sentences = [take_apart(s.text, s.number, s.paragraph, decimal, LONGEST_TOLD) for s in source]
    return Source(whole, sentences, language)


def _decimal(language: str) -> str:
    return language_record(language).numbers.decimal


def _with_first(report: CheckReport, found: Finding | None) -> CheckReport:
    if found is None:
        return report
    findings = (found, *report.findings)
    return replace(report, findings=findings, verdict=verdict_of({f.severity for f in findings}))


@dataclass(frozen=True, slots=True)
class Pair:
    """A draft, as written down and as rendered, and the source it is held against: all a check needs, anywhere."""

    source: tuple[SourceSentence, ...]
    draft: Draft
    text: str
    published: datetime | None
    most_words: int | None = None
    reports: tuple[frozenset[int], ...] = ()
    """The numbers of each report's sentences, where the source is several."""
    titles: tuple[str, ...] = ()
    """What the reports are called: the headline is to be the newsroom's own."""
    contradictions: tuple[Contradiction, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    grade: int | None = None


def report_on(pair: Pair, words: Mapping[str, str]) -> dict[str, Any]:
    """What the checks say of a pair, as it is kept; `words` are the glossary's."""
    report = check_draft(
        pair.source,
        pair.draft,
        pair.text,
        published=pair.published,
        glossary=words,
        most_words=pair.most_words,
        grade=pair.grade,
        reports=pair.reports,
        titles=pair.titles,
        contradictions=pair.contradictions,
        earlier=pair.earlier,
    )
    return report_json(report)


def _placed(draft: Draft, rewrite: str) -> list[tuple[Placed, DraftSentence | None]]:
    return [
        (Placed(rewrite[start:end], start, end, Part(part), paragraph), sentence)
        for (part, paragraph, sentence), (start, end) in zip(
            draft.parts(), sentence_places(draft, rewrite), strict=True
        )
        if start < end
    ]


def _claim(
    number: int,
    placed: Placed,
    given: DraftSentence | None,
    evidence: Evidence,
    takeaway: bool,
    decimal: str,
    reports: Sequence[frozenset[int]] = (),
) -> Claim:
    sentence = take_apart(placed.text, number, placed.paragraph, decimal)
    spans = asides(placed.text)
    outside = [t for t in sentence.tokens if not any(a <= t.start < b for a, b in spans)]
    stems = frozenset(t.stem for t in outside if t.content)
    values = frozenset(n.value for n in sentence.numbers if not any(a <= n.start < b for a, b in spans))
    best = found = evidence.find(sentence, stems or sentence.stems)
    # An aside in the source's own words is part of the news, not an explanation of it.
    told = tuple((a, b) for a, b in spans if _told(sentence, a, b, best, evidence))
    if told:
        spans = tuple(span for span in spans if span not in told)
        stems = frozenset(t.stem for t in sentence.tokens if t.content and not any(a <= t.start < b for a, b in spans))
    overlap = evidence.cover(stems, best, values)
    kind = Kind.TAKEAWAY if takeaway else kind_of(placed.text, overlap, numbers=len(sentence.numbers))
    ids: tuple[int, ...] | None = None
    elsewhere: tuple[int, ...] = ()
    if given is not None:
        ids = given.evidence
        stated = given.kind
        hides = stated in (Kind.DEFINITION, Kind.ANALOGY) and sentence.numbers and overlap > 0.6
        kind = Kind.FACT if hides else stated
        cited = [s for s in evidence.source if s.number in set(ids)]
        if cited:
            if len(reports) > 1:
                own = frozenset().union(*(report for report in reports if report.intersection(ids)))
                found = tuple(s for s in found if s.number in own)
            best = bearing(found, cited)
            anywhere, overlap = overlap, evidence.cover(stems, cited, values)
            if overlap < LITTLE and anywhere >= _ELSEWHERE:
                elsewhere = tuple(s.number for s in found[:2])
    return Claim(sentence, placed.start, placed.part, kind, spans, best, overlap, ids, elsewhere)


def _told(sentence: Sentence, start: int, end: int, best: Sequence[Sentence], evidence: Evidence) -> bool:
    inside = frozenset(t.stem for t in sentence.tokens if t.content and start <= t.start < end)
    return len(inside) >= 2 and evidence.cover(inside, best) >= _TOLD


def _subject(
    source: Source,
    rewrite: str,
    form: TextForm,
    placed: Sequence[tuple[Placed, DraftSentence | None]],
    published: datetime | None,
    glossary: Mapping[str, str] | None,
    most_words: int | None = None,
    grade: int | None = None,
    reports: Sequence[frozenset[int]] = (),
) -> Subject:
    """Both texts taken apart, each sentence of the rewrite with what bears it."""
    evidence = source.once(kin_evidence_of if form.language == "en" else evidence_of)
    last = form.paragraphs - 1
    opener = next((p.text for p in form.sentences if p.paragraph == last and last >= 0), "")
    ends = closes(opener) and last > 0
    decimal = _decimal(form.language)
    claims = tuple(
        _claim(i, p, given, evidence, ends and p.paragraph == last, decimal, reports)
        for i, (p, given) in enumerate(placed)
    )
    return Subject(rewrite, source, evidence, form, claims, published, glossary or {}, most_words, grade)


def _report(subject: Subject, off: Collection[str]) -> CheckReport:
    findings, doubts = _findings(subject, off)
    findings.sort(key=lambda f: (-1 if f.sentence is None else f.sentence, f.start, f.check))
    report = tuple(DraftSentence(c.sentence.text, c.kind, _shown(c)) for c in subject.claims)
    return CheckReport(
        verdict_of({f.severity for f in findings}),
        tuple(findings),
        report,
        reading_check.measure(subject.claims, subject.form.language),
        tuple(round(doubts.get(c.sentence.number, 0.0), 3) for c in subject.claims),
    )


def _findings(subject: Subject, off: Collection[str]) -> tuple[list[Finding], Mapping[int, float]]:
    """What the checks say that can say something of these languages, and what none of them can; and the doubts."""
    story = subject.form.language
    wrong = languages.wrong_language(subject)
    source = subject.article.language if wrong is None and subject.article.language != story else None
    findings = [wrong] if wrong is not None else list(languages.unknown_to_the_checks(subject, source))
    for name, check in CHECKS.items():
        if name not in off and check.means_something(story=story, wrong=wrong is not None, apart=source is not None):
            found = _run_one(check, subject)
            findings += found if source is None else languages.across(found, subject, source)
    if wrong is not None or source is not None or story != "en":
        return findings, {}
    weighed, doubts = weigh(subject, findings)
    return [f for f in weighed if f.check not in off], doubts


def not_done(message: str) -> CheckReport:
    """The report on a text the checks could not get through: for a person, as writing it again is no remedy."""
    finding = Finding("unsupported", Severity.BLOCK, None, 0, 0, "", message)
    return CheckReport(CheckVerdict.BLOCK, (finding,), (), reading_check.measure((), "en"), ())


def _run_one(check: Check, subject: Subject) -> list[Finding]:
    """One check's findings; a check that trips over a text says so, as nothing may pass for checked that is not."""
    try:
        return list(check.run(subject))
    except Exception as error:
        log.exception("the check %s tripped over a text", check.name)
        message = f"The check itself failed ({type(error).__name__}): what it looks for has to be checked by eye."
        return [Finding(check.name, Severity.BLOCK, None, 0, 0, "", message)]


def _shown(claim: Claim) -> tuple[int, ...]:
    if claim.given is not None:
        return claim.given
    return tuple(s.number for s in claim.evidence) if claim.kind is Kind.FACT else ()


def verdict_of(severities: Collection[str]) -> CheckVerdict:
    """What findings of these severities make of a rewrite: the worst of them decides."""
    if Severity.BLOCK in severities:
        return CheckVerdict.BLOCK
    return CheckVerdict.WARN if Severity.WARN in severities else CheckVerdict.PASS


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as reports keep it."""
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "start": finding.start,
        "end": finding.end,
        "text": finding.text,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "by": "rules",
        "probability": None,
    }


def mendable(report: Mapping[str, Any]) -> bool:
    """Whether writing a blocked draft again can mend it: not where no rule can read the source."""
    blocks = [f for f in report["findings"] if f["severity"] == Severity.BLOCK]
    return any(f["sentence"] is not None or f["check"] == "format" for f in blocks)


def report_json(report: CheckReport) -> dict[str, Any]:
    """The report as the `check` command prints it."""
    return {
        "verdict": report.verdict.value,
        "findings": [finding_json(f) for f in report.findings],
        "sentences": [
            {"text": s.text, "kind": s.kind.value, "evidence": list(s.evidence), "doubt": doubt}
            for s, doubt in zip(report.sentences, report.doubts, strict=True)
        ],
        "reading": {
            "grade": report.reading.grade,
            "words": report.reading.words,
            "formula": report.reading.formula,
        },
    }
