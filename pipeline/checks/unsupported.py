"""Catches a fact that no source sentence supports, and evidence that does not exist or does not bear it out.

It compares words, so a claim put together from the source's own words passes; a bold paraphrase is only warned of.
Invented reasons ("because …") are looked for by their own words.

Measured (`benchmarks/checks.py`): 1 of 1 alterations seen on the measuring half (0 blocked); 60 of 76 made by rule;
on texts not used for it 36 findings right, 177 wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.analysis import Claim, Sentence, Subject
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

LITTLE = 0.18
"""Overlap under which a sentence is warned of; the two opening sentences tell the whole and share fewer words."""
_CAUSES = re.compile(
    r"\b(?:because(?: of)?|in order to|so that|due to|thanks to|as a result|therefore|which is why|that is why|"
    r"in response to|owing to|to avoid|to punish|hoping to)\b",
    re.IGNORECASE,
)
_MEANT, _LIKE = 9, 2
"""Words after "to" that say what for, and how many of a reason's have to be among them."""
_CAUSAL = frozenset(
    "because due after following as since amid led leads lead caused cause causes so result results blame blamed "
    "blames reason reasons therefore driven thanks response fear fears motivated prompted citing over by from "
    "means hence why for order owing through hoping avoid with".split()
)


def _cause(subject: Subject, claim: Claim) -> Finding | None:
    """A reason the source does not give: the words after "because" are not in it, or it joins nothing by a reason."""
    match = _CAUSES.search(claim.sentence.text)
    if match is None or claim.aside(match.start()):
        return None
    tail = frozenset(t.stem for t in claim.sentence.tokens if t.content and t.start >= match.end())
    if len(tail) < 2:
        return None
    cover = sum(1 for s in tail if any(s in e.stems for e in subject.sentences)) / len(tail)
    joined = any(t.lower in _CAUSAL for s in claim.evidence for t in s.tokens)
    if cover >= 0.4 and (joined or any(_purpose(s, tail) for s in claim.evidence)):
        return None
    message = "The source does not give this reason."
    severity = Severity.BLOCK if cover < 0.2 and len(tail) >= 3 else Severity.WARN
    return subject.finding("unsupported.reason", severity, claim, (match.start(), len(claim.sentence.text)), message)


def _purpose(sentence: Sentence, tail: frozenset[str]) -> bool:
    """Whether a sentence says something like it as what is meant: "to give people time to update"."""
    tokens = sentence.tokens
    return any(
        token.lower == "to" and len(tail & {t.stem for t in tokens[at + 1 : at + _MEANT] if t.content}) >= _LIKE
        for at, token in enumerate(tokens)
    )


def check(subject: Subject) -> Iterator[Finding]:
    known = {s.number for s in subject.sentences}
    for claim in subject.asked:
        if claim.kind is not Kind.FACT:
            continue
        if claim.given and not known & set(claim.given):
            continue  # the format check says that what it cites is not there
        if claim.elsewhere:
            told = " and ".join(map(str, claim.elsewhere))
            message = f"The sentences it cites do not say this; sentence{'s' * (len(claim.elsewhere) > 1)} {told} may."
            named = [s for number in claim.elsewhere for s in subject.sentences if s.number == number]
            yield subject.finding("unsupported.elsewhere", Severity.WARN, claim, None, message, named)
            continue
        words = sum(1 for t in claim.sentence.tokens if t.content and not claim.aside(t.start))
        if words < 2:
            continue
        if found := _cause(subject, claim):
            yield found
            continue
        if claim.overlap < 0.05 and words >= 4:
            message = "Nothing in the source says this: support it or take it out."
            yield subject.finding("unsupported.nothing", Severity.BLOCK, claim, None, message)
        elif claim.overlap < (LITTLE if claim.part is Part.BODY else LITTLE / 2):
            message = "Little in the source says this: check that it is there."
            yield subject.finding("unsupported.little", Severity.WARN, claim, None, message)
