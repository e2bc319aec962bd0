"""Tells what the checks can't know for the language of a story or of its source, once and plainly.

A story in another language than the newsroom's is a block, told alone: everything in it would be found fault with.
Where story and source differ, names, quotes and the words for numbers and days can't be compared by rule; what they
bring is a warning then, as no rewriting could mend it. Figures are the same in every language and stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.checks.analysis import Subject, common_words
from pipeline.languages import name_of
from pipeline.model import Finding, Severity
from pipeline.text import language_of, words

_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?![\d.,]*\d)")
_DIGITS = re.compile(_GROUPED.pattern + r"|\d+")
_AT_HOME = 0.8
"""Share of common words from which a text is in a language: English news has 0.88 and more of them, German a half."""


def other_language(text: str, than: str) -> str | None:
    """The language of a text when it is clearly not the one expected; None for that one, and for too little text."""
    own = _at_home(text, than)
    if than == "en" and own >= _AT_HOME:
        return None  # English words stand in every language's list, so only English is told by them alone
    spoken = language_of(text)
    if spoken is None or spoken == than:
        return None
    return spoken if not common_words(spoken) or _at_home(text, spoken) > own else None


def _at_home(text: str, language: str) -> float:
    found = [w.lower() for w in words(text[:1500]) if w.isalpha()]
    common = common_words(language)
    return sum(w in common for w in found) / max(1, len(found))


def wrong_language(subject: Subject) -> Finding | None:
    """The block on a story that is not in the newsroom's language, which its fixed words show."""
    wanted = subject.form.language
    spoken = other_language(" ".join(c.sentence.text for c in subject.claims), wanted)
    if spoken is None:
        return None
    message = f"The story is in {name_of(spoken)}, the newsroom writes {name_of(wanted)}."
    return Finding("format", Severity.BLOCK, None, 0, 0, "", message)


def unknown_to_the_checks(subject: Subject, source: str | None) -> Iterator[Finding]:
    """One warning of what no check has looked at; `source` is the source's language where it is another."""
    language = subject.form.language
    if source is not None:
        message = (
            f"{_apart(source, language)}: figures were compared, and names, days and quotes as far as they go. "
            "Read the rest against the source yourself: attribution, hedges, negations, and whether each fact is there."
        )
    elif subject.claims and language != "en":
        message = (
            f"These checks do not know {name_of(language)}: read attribution, hedges and negations yourself, "
            "and whether each fact is in the source. Names, numbers, dates and quotes were checked."
        )
    else:
        return
    yield Finding("unsupported", Severity.WARN, None, 0, 0, "", message)


def across(found: Iterable[Finding], subject: Subject, source: str) -> Iterator[Finding]:
    """Findings of a comparison across two languages: doubt, unless they are about figures.

    A figure in groups ("12,500", "12.500", "12 500") is written otherwise elsewhere and is the same.
    """
    story = subject.form.language
    theirs = {_bare(m.group()) for m in _DIGITS.finditer(subject.source)}
    same = [m.span() for m in _GROUPED.finditer(subject.rewrite) if _bare(m.group()) in theirs]
    for finding in found:
        if finding.check == "number" and any(a <= finding.start < b for a, b in same):
            continue
        yield _softened(finding, source, story)


def _bare(figure: str) -> str:
    return re.sub(r"\D", "", figure)


def _softened(finding: Finding, source: str, story: str) -> Finding:
    figures = finding.check in ("number", "date") and any(c.isdigit() for c in finding.text)
    if finding.check not in ("number", "date", "name", "quote") or figures or finding.severity is not Severity.BLOCK:
        return finding
    return replace(finding, severity=Severity.WARN, message=f"{finding.message} {_apart(source, story)}.")


def _apart(source: str, story: str) -> str:
    return f"The source is in {name_of(source)} and the story in {name_of(story)}"
