"""Catches a hard word or abbreviation left unexplained where it first stands.

Hard means used less than once in a million words, built of no ordinary ones, and no name of what is seen and held
every day: "hazelnut" is as rare as "arraignment" (`data/everyday.txt`, made by `benchmarks/everyday.py`). The dek and
the "In short" sentence are looked at for explanations, but only the paragraphs must have them. A common word used in a
trade's own sense goes unseen unless the glossary has it: its terms, of several words too, are to be explained, and an
explanation that shares no word with the house's is noted.

Measured (`benchmarks/checks.py`): 38 of 38 made by rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pipeline.checks.analysis import Claim, Subject, Token, common_words, take_apart
from pipeline.checks.lexicon import stem
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

FAMILIAR = frozenset(
    "us uk eu un ai tv ceo cfo usa it pc id ok dna fbi cia nasa nato bbc cnn gps usb dvd atm wifi pm am covid rna hiv "
    "aids nfl nba nhs mp mps app phd ii iii iv ip".split()
)
_AFTER = re.compile(
    r"[”\"’']?(?:\s*\(|,? meaning\b|,? (?:which|who|that) (?:is|are|means?|was|were|can|has|have|lets?|helps?|makes?)\b"
    r"|, (?:which|who) (?!(?:says?|said|tells?|told|adds?|added|calls?|called|thinks?|finds?|wants?)\b)[a-z]+s\b"
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
_SAID = re.compile(
    r"[”\"’']? ?(?:\((?!like\b|as if\b)|,? (?:meaning|that is,?|which (?:is|are|means?))"
    r"|,? (?:is|are|means?) (?=an?\b|the\b)|, (?=an? ))(?P<said>[^,;:()“”\"]{8,200})",
    re.IGNORECASE,
)
"""An explanation right after a term: what it says up to its first comma, and no further, as news may go on there."""
_SPELLINGS = (
    (r"tre(s?)$", r"ter\1"),
    ("our", "or"),
    (r"is(e|ed|es|er|ers|ing|ations?)$", r"iz\1"),
    (r"yse", "yze"),
    ("ll", "l"),
)
_FORES = ("un", "over", "mis", "non")
_ENDS = ("ness", "less", "like", "ist", "ists", "y", "iest", "ship")
"""What is put before or after a word that leaves no more to be explained than the word itself."""
_BASE = 4
"""Letters of a word that another is built of, at least."""
_ALIKE = 6
"""Letters two forms of a word begin with alike: "encrypted" is a form of encryption, "earned" none of earnings."""
_NEAR = 40
"""Characters after a term within which its explanation begins."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A name of the glossary as it is looked for: by its words' stems, so that a plural is found too."""

    stems: tuple[str, ...]
    name: str
    plain: str

    @property
    def said(self) -> frozenset[str]:
        """The content of the house's explanation."""
        return _content(self.plain)


@lru_cache(maxsize=4)
def _terms(glossary: tuple[tuple[str, str], ...]) -> Mapping[str, Sequence[_Term]]:
    """The glossary's names by the stem of their first word, the longest first."""
    found: defaultdict[str, list[_Term]] = defaultdict(list)
    for name, plain in glossary:
        if stems := tuple(t.stem for t in take_apart(name, 0, 0).tokens):
            found[stems[0]].append(_Term(stems, name, plain))
    return {first: sorted(terms, key=lambda term: -len(term.stems)) for first, terms in found.items()}


def _term_at(tokens: Sequence[Token], at: int, terms: Mapping[str, Sequence[_Term]]) -> _Term | None:
    return next(
        (
            term
            for term in terms.get(tokens[at].stem, ())
            if tuple(t.stem for t in tokens[at : at + len(term.stems)]) == term.stems
            and (len(term.stems) > 1 or _same_word(tokens[at].lower, term.name.lower()))
        ),
        None,
    )


def _same_word(one: str, other: str) -> bool:
    """Whether two words of one stem are one but for number, or long alike: "cooked" is no cookie."""
    return one.rstrip("s") == other.rstrip("s") or one[:_ALIKE] == other[:_ALIKE] != one[: _ALIKE - 1]


def check(subject: Subject) -> Iterator[Finding]:
    terms = _terms(tuple(subject.glossary.items()))
    seen: set[str] = set()
    for claim, before, after in _with_neighbours(subject.claims):
        tokens = claim.sentence.tokens
        next_at = 0
        for at, token in enumerate(tokens):
            if at < next_at:
                continue  # a word of a term that was looked at whole
            term = _term_at(tokens, at, terms)
            whole = tokens[at : at + len(term.stems)] if term else (token,)
            next_at = at + len(whole)
            last = whole[-1]
            short = len(whole) == 1 and token.text.isupper() and token.text.isalpha() and 2 <= len(token.lower) <= 6
            # All names of a term count as one: who has read what an LLM is knows what a large language model is.
            key = term.plain if term else token.stem
            if key in seen or (short and token.lower in FAMILIAR):
                continue
            hard = any(map(is_hard, whole))
            if not (short or hard or term):
                continue
            explained = claim.kind is Kind.DEFINITION or _explained(claim, token, last)
            explained = explained or (term is not None and len(_said_of(term, claim)) >= 0.5 * len(term.said) >= 1)
            explained = explained or _beside(claim, whole, before, after)
            if claim.part is not Part.BODY and not explained:
                continue  # the paragraphs may still explain it
            seen.add(key)
            span = (token.start, last.end)
            text = claim.sentence.text[span[0] : span[1]]
            if not explained:
                what = "abbreviation" if short else "term" if len(whole) > 1 else "hard word"
                message = f"The {what} {text!r} is not explained on first use."
                yield subject.finding("jargon", Severity.WARN if hard else Severity.NOTE, claim, span, message)
            elif term and _otherwise(term, claim, whole, after):
                message = f"The house explains {term.name!r} as “{term.plain}”; this says something else: check it."
                yield subject.finding("jargon", Severity.NOTE, claim, span, message)


def _said_of(term: _Term, claim: Claim) -> frozenset[str]:
    """What a sentence has of the house's explanation, in whatever order."""
    return term.said & claim.sentence.stems if len(term.said) >= 2 else frozenset()


def _content(text: str) -> frozenset[str]:
    return frozenset(t.stem for t in take_apart(text, 0, 0).tokens if t.content)


def _otherwise(term: _Term, claim: Claim, whole: Sequence[Token], after: Claim | None) -> bool:
    """Whether the explanation a term has shares no word with the house's. One word is too little to tell by."""
    text, end = claim.sentence.text, whole[-1].end
    if match := _SAID.match(text, end):
        told = match["said"]
    elif claim.kind is Kind.DEFINITION and whole[0] in claim.sentence.tokens[:2]:
        told = text[end:]
    elif after is not None and after.kind is Kind.DEFINITION and after.sentence.tokens[:1]:
        heads = {t.stem for t in after.sentence.tokens[: len(whole) + 1]}
        told = after.sentence.text if {t.stem for t in whole} <= heads else ""
    else:
        return False
    said = _content(told) - set(term.stems)
    return len(said) >= 2 and not said & (term.said | set(term.stems))


def _with_neighbours(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim | None, Claim | None]]:
    """Each sentence with the one before and the one after it in its paragraph."""
    for at, claim in enumerate(claims):
        sides = (claims[at - 1] if at else None, claims[at + 1] if at + 1 < len(claims) else None)
        before, after = (
            c if c is not None and (c.part, c.sentence.paragraph) == (claim.part, claim.sentence.paragraph) else None
            for c in sides
        )
        yield claim, before, after


def _beside(claim: Claim, whole: Sequence[Token], before: Claim | None, after: Claim | None) -> bool:
    """Whether the sentence before leads up to the word, or the one after explains it."""
    if before is not None and _THIS.search(claim.sentence.text[: whole[0].start]):
        return True
    if after is None:
        return False
    named = {t.stem for t in whole} <= {t.stem for t in after.sentence.tokens}
    return bool(_THAT_IS.match(after.sentence.text)) or (named and after.kind is Kind.DEFINITION)


def is_hard(token: Token) -> bool:
    """Whether a word is rare, long, no everyday thing and not built of ordinary ones; names are not hard."""
    word = token.lower
    if token.name or not word.isalpha() or len(word) < 8 or token.stem in _stems():
        return False
    if not common_words().isdisjoint(_spelled(word)) or not everyday().isdisjoint((word, word.removesuffix("s"))):
        return False
    if any(base in common_words() or (stem(base) in _stems() and not whole) for base, whole in _bases(word)):
        return False
    # "supercomputer" is a computer: a compound of ordinary words explains itself.
    return not any(word[:i] in common_words() and word[i:] in common_words() for i in range(3, len(word) - 3))


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Rare words that a plain reader knows, as they name everyday things."""
    text = (files("pipeline.checks") / "data" / "everyday.txt").read_text(encoding="utf8")
    return frozenset(text.split())


def _bases(word: str) -> Iterator[tuple[str, bool]]:
    """What a word is built of that says all it means, and whether only in that very form: "organist" is of "organ", but
    "oncologist" no plainer than "oncology"."""
    ends = [(word.removesuffix(end), end.startswith("ist")) for end in _ENDS if word.endswith(end)]
    for one, whole in ((word, False), *ends):
        for fore in ("", *_FORES):
            base = one.removeprefix(fore)
            if base != word and len(base) >= _BASE:
                yield base, whole


def _spelled(word: str) -> Iterator[str]:
    """A word as it stands, and as it is spelled elsewhere."""
    yield word
    for here, there in _SPELLINGS:
        yield re.sub(here, there, word)


def _explained(claim: Claim, first: Token, last: Token) -> bool:
    """Whether an explanation begins right after the word or the term it ends, or leads up to it."""
    text = claim.sentence.text
    after, before = text[last.end : last.end + _NEAR], text[: first.start]
    tails = [after[m.end() :] for m in (re.match(rf"(?: [\w’'-]+){{{n}}}", after) for n in range(3)) if m]
    return any(map(_AFTER.match, tails)) or bool(_BEFORE.search(before)) or claim.aside(first.start)


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    return frozenset(stem(w) for w in common_words())
