"""A story as the desk lays it out: sentence by sentence, each with its evidence, its findings and what hangs on it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.desk.pieces import Piece, Span, pieces, term_spans
from pipeline.inspection.sure import Sure, judged_by, not_judged, not_judged_yet, sureness
from pipeline.model import Draft, DraftSentence, Severity
from pipeline.writing.draft import sentence_places

_WORST = (Severity.BLOCK, Severity.WARN, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding at its place. `number` is what accepting it names (1-based, in the report's order)."""

    number: int
    check: str
    severity: str
    message: str
    text: str
    source: tuple[tuple[int, str], ...]
    """What the source says: numbered sentences."""
    accepted_by: str = ""
    accepted_why: str = ""
    span: tuple[int, int] | None = None
    """Which characters of its sentence it flags; None where that is all of it."""

    @property
    def standing(self) -> bool:
        return not self.accepted_by

    @property
    def cleared(self) -> bool:
        """A block that somebody accepted: it is shown as one for as long as the sentence stands."""
        return not self.standing and self.severity == Severity.BLOCK


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the draft. `place` is 0-based in reading order, `part` what it is of, as `Draft.parts` says."""

    place: int
    part: str
    opens: bool
    """Whether it begins a paragraph."""
    text: str
    pieces: tuple[Piece, ...]
    kind: str
    evidence: tuple[int, ...]
    findings: tuple[PlacedFinding, ...]
    sure: Sure | None = None
    """How sure the judge is of it; None where it is asked about nothing here."""

    @property
    def worst(self) -> str:
        """The gravest finding that stands, or ""."""
        left = {f.severity for f in self.findings if f.standing}
        return next((str(s) for s in _WORST if s in left), "")

    @property
    def cleared(self) -> bool:
        """Whether a block of it was accepted."""
        return any(f.cleared for f in self.findings)


@dataclass(frozen=True, slots=True)
class Layout:
    """A draft laid out. `whole` are the findings about the story as a whole."""

    lines: tuple[Line, ...]
    whole: tuple[PlacedFinding, ...]
    judged_by: str = ""
    """Which judge read it, and from where on it blocks and warns."""
    not_judged: str = ""
    """What the judge did not read, or not yet, in words; "" where that is nothing, or there is no judge."""
    waits: bool = False
    """Whether a sentence waits for the judge."""

    @property
    def standing(self) -> list[PlacedFinding]:
        return [f for f in (*self.whole, *(f for line in self.lines for f in line.findings)) if f.standing]

    @property
    def blocking(self) -> list[str]:
        """What each block says that stands, and at which sentence."""
        at = [(f"Sentence {line.place + 1}, ", found) for line in self.lines for found in line.findings]
        at += [("", found) for found in self.whole]
        return [
            f"{where}{found.check}: {found.message}"
            for where, found in at
            if found.severity == Severity.BLOCK and found.standing
        ]

    def first(self, severity: str) -> int | None:
        """The number of the first finding of a severity that stands; None where there is none."""
        return next((f.number for f in self.standing if f.severity == severity), None)

    @property
    def cleared(self) -> int:
        """How many blocks were accepted."""
        return sum(f.cleared for f in (*self.whole, *(f for line in self.lines for f in line.findings)))

    @property
    def blocks(self) -> int:
        return sum(f.severity == Severity.BLOCK for f in self.standing)

    @property
    def warnings(self) -> int:
        return sum(f.severity == Severity.WARN for f in self.standing)

    @property
    def notes(self) -> int:
        return sum(f.severity == Severity.NOTE for f in self.standing)


def lay_out(draft: Draft, text: str, report: Mapping[str, Any] | None, source: Mapping[int, str]) -> Layout:
    """Put each finding at the sentence it is about, by where it stands in the text. `source` is by number.

    Raises OutOfPlace where the text is not the draft's.
    """
    sentences = list(draft.sentences())
    starts = [start for start, _ in sentence_places(draft, text)]
    at: dict[int, list[tuple[PlacedFinding, int, int]]] = {}
    whole: list[PlacedFinding] = []
    for number, finding in enumerate((report or {}).get("findings", []), 1):
        found = _found(number, finding, source)
        place = _place(finding, starts, sentences)
        if place is None:
            whole.append(found)
        else:
            start, end = finding["start"] - starts[place], finding["end"] - starts[place]
            part = 0 <= start < end and end - start < len(sentences[place].text)
            found = replace(found, span=(start, end) if part else None)
            at.setdefault(place, []).append((found, start, end))
    shown = _evidence(report, sentences)
    terms = [term.term for term in draft.terms]
    sure = sureness(report)
    lines: list[Line] = []
    before = -1
    for place, (part, paragraph, sentence) in enumerate(draft.parts()):
        opens = part != "body" or paragraph != before
        before = paragraph
        here = at.get(place, [])
        spans = [
            Span(start, end, f"{found.severity}:{found.number}")
            for found, start, end in here
            if _worth_marking(found, end - start, sentence.text)
        ]
        cut = pieces(sentence.text, [*spans, *term_spans(sentence.text, terms)])
        kind, evidence = shown.get(place, (str(sentence.kind), sentence.evidence))
        findings = _said_once(sorted((f for f, _, _ in here), key=_gravest_first))
        lines.append(Line(place, part, opens, sentence.text, tuple(cut), kind, evidence, findings, sure.get(place)))
    return Layout(tuple(lines), tuple(whole), judged_by(report), not_judged(report), bool(not_judged_yet(report)))


def _worth_marking(found: PlacedFinding, length: int, sentence: str) -> bool:
    """Not what is accepted, and no note about a whole sentence: the mark would say nothing."""
    return found.standing and not (found.severity == Severity.NOTE and length > 0.8 * len(sentence))


def _gravest_first(found: PlacedFinding) -> tuple[bool, int]:
    return not found.standing, _WORST.index(Severity(found.severity))


def _said_once(findings: Sequence[PlacedFinding]) -> tuple[PlacedFinding, ...]:
    """The same without quoting a source sentence twice at one place; a note leaves the quoting to the evidence."""
    quoted: set[int] = set()
    kept = []
    for found in findings:
        source = () if found.severity == Severity.NOTE else found.source
        kept.append(replace(found, source=tuple(s for s in source if s[0] not in quoted)))
        quoted |= {number for number, _ in source}
    return tuple(kept)


def _place(finding: Mapping[str, Any], starts: Sequence[int], sentences: Sequence[DraftSentence]) -> int | None:
    """The sentence a finding is about: the one whose words hold its span; None for the story as a whole."""
    if finding["sentence"] is None:
        return None
    place = bisect_right(starts, finding["start"]) - 1
    if place >= 0 and finding["start"] <= starts[place] + len(sentences[place].text):
        return place
    return None


def _found(number: int, finding: Mapping[str, Any], source: Mapping[int, str]) -> PlacedFinding:
    accepted = finding.get("accepted") or {}
    return PlacedFinding(
        number,
        finding["check"],
        finding["severity"],
        finding["message"],
        finding["text"],
        tuple((n, source[n]) for n in finding["evidence"][:4] if n in source),
        accepted.get("who", ""),
        accepted.get("reason", ""),
    )


def _evidence(
    report: Mapping[str, Any] | None, sentences: Sequence[DraftSentence]
) -> dict[int, tuple[str, tuple[int, ...]]]:
    """Kind and evidence as the checks verified them, where the report has the sentence."""
    rows = (report or {}).get("sentences", [])
    if len(rows) != len(sentences):
        return {}
    return {
        place: (row["kind"], tuple(row["evidence"]))
        for place, (row, sentence) in enumerate(zip(rows, sentences, strict=True))
        if row["text"] == sentence.text
    }


WORDS_A_MINUTE = 200
"""How fast plain text is read with care (Brysbaert 2019: 238 for silent reading of English non-fiction)."""


def reading_time(words: int) -> str:
    """How long a story takes to read."""
    seconds = 60 * words / WORDS_A_MINUTE
    return f"{max(10, round(seconds, -1)):.0f} s" if seconds < 90 else f"{round(seconds / 60)} min"
