"""Catches instructions, links or markup from the article that reached the draft. A hint in plain words passes.

Measured (`benchmarks/checks.py`): 38 of 38 made by rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Subject
from pipeline.invisible import strip_invisible
from pipeline.model import Finding, Severity

_BLOCK = re.compile(
    r"https?://\S{1,200}|\bwww\.\S{1,200}|</?[a-z][^<>\n]{0,200}>|\]\(|```|&(?:[a-z]{2,8}|#\d{1,6});|"
    r"\b(?:ignore|disregard|forget) (?:all |any |the |your |my )*(?:previous|prior|above|earlier|preceding) "
    r"(?:instructions?|prompts?|messages?|text|rules)|\bas an ai\b(?: language)?(?: model)?|\bsystem prompt\b|"
    r"\bjavascript:|\byou are (?:now )?(?:an ai|chatgpt|a language model)\b",
    re.IGNORECASE,
)
_WARN = re.compile(
    r"\b(?:click here|subscribe (?:now|to our)|sign up (?:now|for our)|read more at|follow us on)\b|\*\*|^#{1,6} ",
    re.IGNORECASE,
)


def check(subject: Subject) -> Iterator[Finding]:
    for claim in subject.asked:
        text = claim.sentence.text
        for severity, pattern in ((Severity.BLOCK, _BLOCK), (Severity.WARN, _WARN)):
            for match in pattern.finditer(text):
                message = "This reads like markup, a link or an instruction, not like the story."
                yield subject.finding("injection", severity, claim, match.span(), message)
        if strip_invisible(text) != text.replace("\r", ""):
            message = "This sentence contains invisible characters: remove them."
            yield subject.finding("injection", Severity.WARN, claim, None, message)
