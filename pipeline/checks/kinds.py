"""Tells what a sentence of a text is: a fact, a definition, an analogy or the takeaway; and finds asides in it.

An aside explains a term inside a fact: "which is …", "meaning …", "a company that …", parentheses with "like".
It goes by the words a rewrite in the golden form uses; anything it does not recognise is a fact.
"""

from __future__ import annotations

import re

from pipeline.languages import all_languages
from pipeline.model import Kind

_TAKEAWAY = re.compile("|".join(one.reading.takeaway for one in all_languages()), re.IGNORECASE)
_ANALOGY = re.compile(
    r"(?:you can |you could )?(?:think of|imagine|picture)\b|(?:it|this|that)(?:['’]s| is| was| works) (?:a bit |"
    r"a little |much |sort of |kind of )?like\b|in other words, it is like|just as (?:you|if)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"(?:an? |the |in short, )?[\w’'“”\"-]+(?: [\w’'“”\"-]+){0,5}?,? (?:is|are|means|refers to|is when|describes) "
    r"(?:an? |the (?:term|name|process|act|amount|share|money|rate|price)|how |what |when |where |software |money )",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\((?P<paren>[^()]{1,300})\)"
    r"|(?:, | – | — )(?:which (?:is|are|means|refers to|mean)|meaning|that is|or|in other words|like|much like|as if|"
    r"(?:an?|the) (?:(?:\w+[ -]){1,4})(?:that|which|used|made|who|where|for|in which|of people)) [^,.;!?—–]{1,200}",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")


def asides(text: str) -> tuple[tuple[int, int], ...]:
    """The spans that may explain a term. One with a figure tells something instead."""
    return tuple((m.start(), m.end()) for m in _ASIDE.finditer(text) if not _FIGURE.search(m.group()))


def closes(paragraph: str) -> bool:
    """Whether a last paragraph's first sentence opens the takeaway, in any of the newsroom's languages."""
    return bool(_TAKEAWAY.match(paragraph))


def likened(text: str) -> bool:
    """Whether a sentence says what something is like, in the words an analogy opens with."""
    return bool(_ANALOGY.match(text))


def kind_of(text: str, cover: float, *, numbers: int) -> Kind:
    """The kind of a sentence outside the takeaway, from its words and how much of it the source says."""
    if likened(text):
        return Kind.ANALOGY
    if _DEFINITION.match(text) and not numbers and cover < 0.6:
        return Kind.DEFINITION
    return Kind.FACT
