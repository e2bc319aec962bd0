"""A clause added to a sentence that is true without it: nothing in it is the article's, while the rest is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.checks.align import SAID, Unit, units_of
from pipeline.checks.analysis import Claim, Subject
from pipeline.checks.signals import WholeSource
from pipeline.checks.textform import Part
from pipeline.model import Finding, Severity

_CLAUSE = re.compile(
    r"[\s—–](?:after|because|although|though|since|despite|amid|while|whose|"
    r"(?:which|who) (?:had|has|have|may|will|was|were|did))\b[^,;:()—–]*"
    r"|, (?:its|his|her|their|(?:one|some|most|many|none|all) of|\w+ed|paid|twice)\b[^,;:()—–]*",
    re.IGNORECASE,
)
"""A clause that tells something more. One that says what a word means is no news and begins otherwise."""
_LEAST, _BORNE, _REST = 2, 0.4, 0.8
"""Units of a clause from which it says something of its own, the share of them at most that the article has, and the
share of all others at least."""


def added(subject: Subject, claim: Claim, article: WholeSource) -> Iterator[Finding]:
    """The first clause of a fact that the article has nothing of."""
    if claim.part is not Part.BODY or not claim.evidence:
        return
    text = claim.sentence.text
    units = [u for u in units_of(text) if u.kind != "degree" and not claim.aside(u.start)]
    said = [_said(u, article) for u in units]
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        mine = [i for i, u in enumerate(units) if start <= u.start < end]
        if len(mine) < _LEAST or len(mine) > len(units) - _LEAST:
            continue
        rest = [s for i, s in enumerate(said) if i not in mine]
        if _share([said[i] for i in mine]) <= _BORNE and _share(rest) >= _REST:
            span = (units[mine[0]].start, units[mine[-1]].end)
            message = "Nothing in the source says this part of the sentence: support it or take it out."
            yield subject.finding("unsupported.added", Severity.WARN, claim, span, message)
            return


def _said(unit: Unit, article: WholeSource) -> bool:
    if unit.number is not None:
        return article.gives(unit.number.value)
    return unit.stem in article.stems or article.kin(unit.word) >= SAID


def _share(said: Sequence[bool]) -> float:
    return sum(said) / max(1, len(said))
