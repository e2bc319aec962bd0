"""Catches a hard word or abbreviation left unexplained where it first stands.

Hard means used less than once in a million words, and no compound of two ordinary ones. The dek and the "In short"
sentence are looked at for explanations, but only the paragraphs must have them. A common word used in a trade's own
sense goes unseen unless the glossary has it.

Measured (`benchmarks/checks.py`): 38 of 38 made by rule (0 blocked).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.checks.analysis import Claim, Subject, Token, common_words
from pipeline.checks.lexicon import stem
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

FAMILIAR = frozenset(
    "us uk eu un ai tv ceo cfo usa it pc id ok dna fbi cia nasa nato bbc cnn gps usb dvd atm wifi pm am covid rna hiv "
    "aids nfl nba nhs mp mps app phd ii iii iv ip".split()
)
_AFTER = re.compile(
    r"[”\"’']?(?:\s*\(|,? meaning\b|,? (?:which|who|that) (?:is|are|means?|was|were|can|has|have|lets?|helps?|makes?)\b"
    r"|,? (?:is|are|means?|refers? to) (?:an?|the|when|how|what|software|words?|small|big)\b|,? or\b|,? that is\b"
    r"| [–—] |,? an? |, the "
    r"|, (?:small|big|large|tiny|short|long|software|programs?|people|words|money|parts|rights|machines)\b"
    r"|, [a-z]+ (?:that|which|of|for|who|where)\b|,? like\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\bcalled|known as|the (?:name|word|term) for[\w ]*|\bor|[–—(,]) ?(?:an? |the )?[“\"‘']?$", re.IGNORECASE
)
_THIS = re.compile(r"\b(?:this|these|such|calls? (?:it|this|that|them|these)|this is)(?: an?| the)? [“\"‘']?$", re.I)
"""What leads up to a word that the sentence before explained: "Economists call this deflation"."""
_THAT_IS = re.compile(
    r"(?:that|this|it|they|these|those) (?:is|are|means?|was|were) (?:when|how|what|an?|the|where)\b", re.I
)
"""How a sentence begins that explains a word of the one before it."""
_NEAR = 40
"""Characters after a term within which its explanation begins."""


def check(subject: Subject) -> Iterator[Finding]:
    glossary = {stem(w.lower()): w for w in subject.glossary if " " not in w}
    seen: set[str] = set()
    for claim, before, after in _with_neighbours(subject.claims):
        for token in claim.sentence.tokens:
            short = token.text.isupper() and token.text.isalpha() and 2 <= len(token.lower) <= 6
            if token.stem in seen or (short and token.lower in FAMILIAR):
                continue
            hard = is_hard(token)
            if not (short or hard or token.stem in glossary):
                continue
            explained = claim.kind is Kind.DEFINITION or _explained(claim, token) or _house(subject, claim, token)
            explained = explained or _beside(claim, token, before, after)
            if claim.part is not Part.BODY and not explained:
                continue  # the paragraphs may still explain it
            seen.add(token.stem)
            if explained:
                continue
            what = "abbreviation" if short else "hard word"
            message = f"The {what} {token.text!r} is not explained where it first stands."
            severity = Severity.WARN if hard else Severity.NOTE
            yield subject.finding("jargon", severity, claim, (token.start, token.end), message)


def _with_neighbours(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim | None, Claim | None]]:
    """Each sentence with the one before and the one after it in its paragraph."""
    for at, claim in enumerate(claims):
        sides = (claims[at - 1] if at else None, claims[at + 1] if at + 1 < len(claims) else None)
        before, after = (
            c if c is not None and (c.part, c.sentence.paragraph) == (claim.part, claim.sentence.paragraph) else None
            for c in sides
        )
        yield claim, before, after


def _beside(claim: Claim, token: Token, before: Claim | None, after: Claim | None) -> bool:
    """Whether the sentence before leads up to the word, or the one after explains it."""
    if before is not None and _THIS.search(claim.sentence.text[: token.start]):
        return True
    if after is None:
        return False
    named = token.stem in {t.stem for t in after.sentence.tokens}
    return bool(_THAT_IS.match(after.sentence.text)) or (named and after.kind is Kind.DEFINITION)


def is_hard(token: Token) -> bool:
    """Whether a word is rare, long and no compound of ordinary ones; names are not hard."""
    word = token.lower
    if token.name or not word.isalpha() or len(word) < 8 or word in common_words() or token.stem in _stems():
        return False
    # "supercomputer" is a computer: a compound of ordinary words explains itself.
    return not any(word[:i] in common_words() and word[i:] in common_words() for i in range(3, len(word) - 3))


def _explained(claim: Claim, token: Token) -> bool:
    """Whether an explanation begins right after the word or the term it ends, or leads up to it."""
    text = claim.sentence.text
    after, before = text[token.end : token.end + _NEAR], text[: token.start]
    words = re.match(r"(?: [\w’'-]+){0,2}?(?=[,( –—]|$)", after)
    tail = after[words.end() :] if words else after
    return bool(_AFTER.match(after) or _AFTER.match(tail) or _BEFORE.search(before)) or claim.aside(token.start)


def _house(subject: Subject, claim: Claim, token: Token) -> bool:
    """Whether the sentence uses the house's own explanation of the word, in whatever order."""
    plain = next((p for w, p in subject.glossary.items() if stem(w.lower()) == token.stem), "")
    wanted = {stem(w.lower()) for w in re.findall(r"\w{4,}", plain)}
    return len(wanted) >= 2 and len(wanted & claim.sentence.stems) >= 0.5 * len(wanted)


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    return frozenset(stem(w) for w in common_words())
