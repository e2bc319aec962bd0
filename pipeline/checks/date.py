"""Catches a month, weekday, year or unit of time that the source does not bear out, or has at another place.

Days written as numbers belong to the number check. With the day of publication at hand, its own date and those
beside it need not be in the source.

Measured (`benchmarks/checks.py`): 20 of 20 alterations seen on the measuring half (16 blocked); 104 of 104 made by
rule; on texts not used for it 58 findings right, 14 wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.align import Unit, alignment_of
from pipeline.checks.analysis import Claim, Source, Subject
from pipeline.checks.lexicon import MONTHS, SEASONS, WEEKDAYS
from pipeline.checks.measures import borne_out, measured_in, measures_of
from pipeline.checks.number import is_year
from pipeline.checks.parts import rightly_told
from pipeline.model import Finding, Kind, Severity

_SHORT = {m[:3]: m for m in MONTHS} | {"sept": "september"} | {w[:3]: w for w in WEEKDAYS}
_NAMED = frozenset(MONTHS) | frozenset(WEEKDAYS)


def _named(word: str, lower: str) -> str | None:
    """The month or weekday a capitalised word names; of several Sundays, too."""
    if not word[0].isupper():
        return None
    if lower.removesuffix("s") in WEEKDAYS:
        return lower.removesuffix("s")
    return lower if lower in _NAMED else _SHORT.get(lower) if lower not in ("sun", "may") else None


_UNITS = frozenset("second minute hour day week month quarter year decade century".split())


def _class(unit: Unit) -> tuple[str, str] | None:
    """What kind of time a unit of a sentence is, and which one."""
    if unit.kind != "time":
        return None
    word = unit.word
    if word in WEEKDAYS or word in MONTHS:
        return "day" if word in WEEKDAYS else "month", word
    if word in SEASONS:
        return "season", word
    plain = word.removesuffix("s")
    return ("unit", plain) if plain in _UNITS else None


def _misplaced(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """A weekday, month or unit of time in another one's place."""
    measured = borne_out(claim.sentence, subject.article.once(measured_in))
    have = {(m.value, m.unit) for s in claim.evidence for m in measures_of(s)}
    told = [(m.start, m.end) for m in measures_of(claim.sentence) if m.value != 1 and (m.value, m.unit) in have]
    laid = alignment_of(subject, claim)
    for at, unit in enumerate(laid.claim):
        mine = _class(unit)
        if mine is None:
            continue
        if any(a <= unit.start < b for a, b in measured):
            continue  # "20 years" for two decades
        if any(a <= unit.start < b for a, b in told):
            continue  # "six hours", as the source has it
        best, found, own = 0.0, None, 0.0
        for line, sentence in enumerate(claim.evidence):
            for j, other in enumerate(laid.evidence[line]):
                theirs = _class(other)
                if theirs is None or theirs[0] != mine[0]:
                    continue
                # Times wander in a sentence: "on Monday" opens one and closes another.
                score = laid.place(at, line, j, across=0.9)
                if theirs == mine:
                    own = max(own, score)
                elif score > best:
                    best, found = score, (other, sentence)
        if found and best >= 0.6 and own < best - 0.2:
            message = f"The source has {found[1].text[found[0].start : found[0].end]!r} here."
            span = (unit.start, unit.end)
            yield subject.finding("date.place", Severity.BLOCK, claim, span, message, [found[1]])
            return


_MONTH = "|".join(w.capitalize() for w in (*MONTHS, "sept", *(m[:3] for m in MONTHS)))
_DATED = re.compile(
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?"
    rf"(?P<named>{_MONTH}|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\b\.?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?![.,:]\d))?(?:,? (?:of )?(?P<year>1[5-9]\d\d|20\d\d))?"
)
_QUARTER = re.compile(r"\b(first|second|third|fourth|last|final) (quarter)\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:once|twice|times|\d+|two|three|four|five|six|seven|eight|nine|ten|dozen)(?: \w+)? (?:an?|each|every|per) "
    r"(second|minute|hour|day|week|month|quarter|year)\b"
)
_OFTEN = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


def _dates(text: str) -> Iterator[tuple[str, str, str, tuple[int, int]]]:
    """Days and years with the month or season they stand beside, and which quarter is meant: what of it, the month or
    quarter, the number, the span."""
    for match in _QUARTER.finditer(text):
        yield "quarter", match[2].lower(), match[1].lower(), match.span()
    for match in _DATED.finditer(text):
        name = match["named"]
        month = _named(name, name.lower()) or (name.lower() if name.lower() in SEASONS else None)
        if month is None or month in WEEKDAYS:
            continue
        for what, number in (("day", match["day"] or match["after"]), ("year", match["year"])):
            if number:
                yield what, month, number.lstrip("0"), match.span()


def _dates_in(source: Source) -> frozenset[tuple[str, str, str]]:
    return frozenset((what, month, number) for what, month, number, _ in _dates(source.text))


def _redated(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """A month with another year or day than the source ever gives it, where it gives one of the two another; and the
    first quarter where it only ever has the second."""
    known = subject.article.once(_dates_in)
    if not known:
        return
    for what, month, number, span in _dates(claim.sentence.text):
        if (what, month, number) in known or claim.aside(span[0]) or span[0] in rightly_told(claim):
            continue
        near = [d for s in claim.evidence for d in _dates(s.text) if d[0] == what]
        near = [d for d in near if (d[1] in SEASONS) == (month in SEASONS)]
        other = next((d for d in near if (d[1] == month) != (d[2] == number)), None)
        if other is not None:
            its = f"{other[2]} {other[1] if what == 'quarter' else other[1].capitalize()}"
            message = f"The source has {its!r} here: check the date."
            yield subject.finding("date.joined", Severity.BLOCK, claim, span, message)
            return


def _paced(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """ "Twice a month" where the source has twice a week."""
    for match in _EACH.finditer(claim.sentence.text):
        mine = match[1]
        if claim.aside(match.start()) or mine in _paces(subject.source):
            continue
        line = next((s for s in claim.evidence if _paces(s.text)), None)
        if line is not None:
            message = f"The source says how often by the {min(_paces(line.text))}, not by the {mine}."
            yield subject.finding("date.pace", Severity.BLOCK, claim, match.span(), message, [line])
            return


def _paces(text: str) -> set[str]:
    lower = text.lower()
    return {m[1] for m in _EACH.finditer(lower)} | {unit for word, unit in _OFTEN.items() if word in lower}


_COUNTED = re.compile(
    r"\b(?P<later>the (?:following|next) year|the year after|a year later)\b|\bthe (?:previous|preceding) year\b"
    r"|\bthe year before\b|\ba year earlier\b",
    re.IGNORECASE,
)
_YEARS_ON = re.compile(r" years (later|earlier)\b")
_END_OF = re.compile(r"\bend of (?:the year )?$")
"""What makes a year the one before which something is: "until the end of 2029" is before 2030."""


def _counted(source: Source) -> Iterator[float]:
    """The years that an article counts from one it gives: "in 1985, and went bankrupt the following year"."""
    year: float | None = None
    for sentence in source.sentences:
        steps = [(m.start(), 1.0 if m["later"] else -1.0) for m in _COUNTED.finditer(sentence.text)]
        for number in sentence.numbers:
            if is_year(number) and _END_OF.search(number.before):
                yield number.value + 1
            if on := _YEARS_ON.match(sentence.text, number.end):
                steps.append((number.start, number.value if on[1] == "later" else -number.value))
        years = [(n.start, n.value) for n in sentence.numbers if is_year(n)]
        for start, step in steps:
            last = next((value for at, value in reversed(years) if at < start), year)
            if last is not None:
                yield last + step
        year = years[-1][1] if years else year


_BESIDE = {
    1: re.compile(r"\b(?:tomorrow|(?:next|following) (?:day|morning)|day after)\b", re.IGNORECASE),
    -1: re.compile(r"\b(?:yesterday|(?:previous|preceding) day|day before|last night)\b", re.IGNORECASE),
}
"""What tells of the day after, or before, one that is named."""


def _days(source: Source) -> frozenset[str]:
    """The months and weekdays an article names, and the weekdays it tells of beside those."""
    named = frozenset(n for s in source.sentences for t in s.tokens if (n := _named(t.text, t.lower)))
    steps = [step for step, beside in _BESIDE.items() if beside.search(source.text)]
    return named | {WEEKDAYS[(at + step) % 7] for at, day in enumerate(WEEKDAYS) if day in named for step in steps}


def _told(source: Source) -> tuple[frozenset[str], frozenset[float]]:
    """The months and weekdays, and the numbers of an article."""
    return (
        _days(source),
        frozenset((*(n.value for s in source.sentences for n in s.numbers), *_counted(source))),
    )


def check(subject: Subject) -> Iterator[Finding]:
    have, years = subject.article.once(_told)
    day = subject.published
    near: set[str] = set()
    if day is not None:
        years = years | {float(day.year), float(day.year - 1), float(day.year + 1)}
        near = {WEEKDAYS[(day.weekday() + d) % 7] for d in (-1, 0)} if not have & set(WEEKDAYS) else near
        near |= {MONTHS[(day.month - 1 - d) % 12] for d in (0, 1)} if not have & set(MONTHS) else set()
    for claim in subject.asked:
        fact = claim.kind is Kind.FACT
        tokens = claim.sentence.tokens
        for i, token in enumerate(tokens):
            named = _named(token.text, token.lower)
            if not named or named in near or (i == 0 and token.lower in ("may", "march")):
                continue
            span = (token.start, token.end)
            if named not in have:
                message = f"The source does not say {token.text!r}: check the date."
                yield subject.finding("date.absent", Severity.BLOCK if fact else Severity.WARN, claim, span, message)
        if fact:
            rules = (_misplaced, _redated, _paced)
            yield from next((found for rule in rules if (found := list(rule(subject, claim)))), [])
        for number in claim.sentence.numbers:
            if is_year(number) and number.value not in years:
                text = claim.sentence.text[number.start : number.end]
                message = f"The source does not say {text}: check the year."
                yield subject.finding("date.year", Severity.BLOCK, claim, (number.start, number.end), message)
