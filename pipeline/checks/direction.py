"""Opposites for the negation check: rose and fell, before and after, for and against, necessary and unnecessary.

A word of direction is held against the place of the source that is surrounded by the same words. A word that
is denied counts as its opposite: "did not rise" is no rise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.checks.align import Alignment, Unit, alignment_of
from pipeline.checks.analysis import Claim, Sentence, Subject
from pipeline.checks.kin import has_opposites, opposites, share_sense
from pipeline.checks.lexicon import negated, stem
from pipeline.checks.parts import rightly_told
from pipeline.model import Finding, Severity

_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
_DIRECTIONS = (
    ("rise increase grow climb jump gain up higher soar surge more raise double expand widen improve strengthen larger "
     "greater boost upward",
     "fall decrease decline drop down lower slump sink plunge fewer less shrink cut reduce slide lose loss halve "
     "contract narrow worsen weaken smaller downward"),
    ("before ahead", "after follow"),
    ("win victory beat succeed", "lose defeat fail"),
    ("approve accept back pass support agree welcome endorse favour favor adopt",
     "reject refuse oppose veto disagree decline criticise criticize block"),
    ("faster quicker", "slower"),
    ("admit confirm", "deny"),
    ("both", "neither"),
    ("voluntary optional", "mandatory unwillingly compulsory required"),
    ("surplus profit", "deficit loss"),
    ("switchon", "switchoff"),
    ("buyer", "seller"),
    ("believable credible plausible convincing trustworthy reliable",
     "doubtful unbelievable implausible dubious unreliable questionable unconvincing"),
    ("helpful useful", "useless harmful"),
)  # fmt: skip
"""Opposites that the dictionary has no word of, in whatever form."""
_SIDES = tuple(tuple(frozenset(stem(w) for w in side.split()) for side in pair) for pair in _DIRECTIONS)
_ORDER = frozenset[str]().union(*_SIDES[1])
_THEN = 3, 4
"""Units after "before" among which the claim has what the source has among so many."""
_OPPOSED: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
"""For each word of a direction, its own side and the opposite one; a word may stand in several pairs."""
for _pair in _SIDES:
    for _own, _other in (_pair, _pair[::-1]):
        for _word in _own:
            _OPPOSED.setdefault(_word, []).append((_own, _other))
_LIKE, _LIKER = 0.5, 0.2
"""How alike two places have to be for opposites to be held against each other, and how much liker than where the source
agrees."""
_PHRASALS = {
    (stem(verb), small): stem(sense)
    for verb, small, sense in (
        ("turn", "down", "reject"),
        ("give", "up", "abandon"),
        ("call", "off", "abandon"),
        ("throw", "out", "reject"),
        ("turn", "on", "switchon"),
        ("turn", "off", "switchoff"),
        ("switch", "on", "switchon"),
        ("switch", "off", "switchoff"),
    )
}
"""Verbs that a small word after them gives another sense."""
_PARTED = frozenset(verb for verb, _ in _PHRASALS)
_SHORTEST = 5
"""Letters of a word that has an opposite by prefix."""
_DECIDING = frozenset(stem(w) for w in "voted vote ruled argued spoke testified decided campaigned".split())


def turned(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """A word whose place in the source has its opposite."""
    laid = alignment_of(subject, claim)
    words = frozenset(u.word for line in laid.evidence for u in line if u.kind == "word")
    senses: list[list[str]] | None = None
    for at, unit in enumerate(laid.claim):
        if unit.kind in ("name", "number") or _idiom(claim.sentence, unit.token):
            continue
        sense = sense_of(claim.sentence, unit.token)
        opposed = opposites(unit.word, words) if unit.kind == "word" and has_opposites(unit.word) else frozenset()
        if sense not in _OPPOSED and not opposed:
            continue
        if unit.start in rightly_told(claim):
            continue
        if senses is None:
            senses = [[_sense(s, u) for u in line] for s, line in zip(claim.evidence, laid.evidence, strict=True)]
        if found := _opposite(subject, claim, laid, at, sense, opposed, senses):
            yield found


def _sense(sentence: Sentence, unit: Unit) -> str:
    """What a unit of the source means; "" where it stands for no direction."""
    return "" if unit.kind in ("name", "number") or _idiom(sentence, unit.token) else sense_of(sentence, unit.token)


def _opposite(
    subject: Subject,
    claim: Claim,
    laid: Alignment,
    at: int,
    sense: str,
    opposed: frozenset[str],
    senses: Sequence[Sequence[str]],
) -> Finding | None:
    """The likest place that says the opposite, where no place that agrees is as like and none tells the same."""
    unit = laid.claim[at]
    turned = _polarity(claim.sentence, unit.token)
    own, other, where = 0.0, 0.0, None
    for line, sentence in enumerate(claim.evidence):
        for j, there in enumerate(laid.evidence[line]):
            if not senses[line][j]:
                continue
            listed = _sides(sense, senses[line][j])
            same = listed is True or there.stem == unit.stem or share_sense(unit.word, there.word)
            against = listed is False or there.word in opposed
            if not (same or against):
                continue
            score = laid.place(at, line, j)
            # The same word, denied on one side only, is for `negation` to judge.
            if same or _polarity(sentence, there.token) != turned:
                own = max(own, score)
            elif listed is False and sense in _ORDER and not _follows(laid, at, line, j):
                continue  # "A after B" is "B before A"
            elif score > other and laid.adjoins((at, at), line, (j, j)):
                other, where = score, (line, j, "opposite" if listed is False else "antonym")
    if where is None or other < _LIKE or other < own + _LIKER:
        return None
    line, j, ground = where
    there, sentence = laid.evidence[line][j], claim.evidence[line]
    if any(t.stem == there.stem for t in claim.sentence.tokens):
        return None  # "the gains shrank"
    if any(_denied(s, there.stem) for s in claim.evidence):
        return None  # "quick, though not quick enough": too slow
    if ground == "antonym" and any(
        _shared(claim, s) >= _shared(claim, sentence) for s in claim.evidence if not _has(s, opposed)
    ):
        return None  # another sentence tells it as well: what this one ends, that one began
    message = f"The source says {sentence.text[there.start : there.end]!r}; the rewrite says the opposite."
    span = (unit.start, unit.end)
    return subject.finding(f"negation.{ground}", Severity.BLOCK, claim, span, message, [sentence])


def _sides(one: str, other: str) -> bool | None:
    """Whether two senses are on one side of a direction; None where they are no two of one."""
    found = {other in own for own, against in _OPPOSED.get(one, ()) if other in own or other in against}
    return None if not found else True in found


def _follows(laid: Alignment, at: int, line: int, j: int) -> bool:
    """Whether something that follows a unit of the claim follows one of the source."""
    return any(
        0 < where - j <= _THEN[1]
        for i in range(at + 1, min(len(laid.claim), at + 1 + _THEN[0]))
        for where in laid.says(line, i)
    )


def _shared(claim: Claim, sentence: Sentence) -> int:
    return len(claim.sentence.stems & sentence.stems)


def _has(sentence: Sentence, words: frozenset[str]) -> bool:
    return any(t.lower in words for t in sentence.tokens)


def sense_of(sentence: Sentence, at: int) -> str:
    """The stem of a word, or of what it means together with a small word after it: "turned down" is "rejected"."""
    tokens = sentence.tokens
    own = tokens[at].stem
    if own in _PARTED:
        for after in tokens[at + 1 : at + 4]:
            if found := _PHRASALS.get((own, after.lower)):
                return found
    return own


def _idiom(sentence: Sentence, at: int) -> bool:
    tokens = sentence.tokens
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    before = tokens[at - 1].lower if at else ""
    word = tokens[at].lower
    return (
        (word in ("before", "after") and sentence.text[tokens[at].end : tokens[at].end + 1] in (",", ".", ""))
        or (word == "rise" and before == "the" and following == "of")
        or (word == "short" and following == "of")
        or (word == "long" and before in ("as", "so"))
        or (word == "up" and following in ("to", "with", "for", "by"))
        or any((t.stem, word) in _PHRASALS for t in tokens[max(0, at - 3) : at])
        or (word in ("more", "less", "over", "under", "fewer") and (following == "than" or before == "no"))
        or (word in ("all", "most", "first", "least") and before in ("at", "after", "above", "in", "of"))
        or (word in ("later", "earlier") and before in ("days", "months", "years", "weeks", "hours", "sooner"))
    )


def _polarity(sentence: Sentence, at: int) -> bool:
    """Whether the word is denied: "did not rise"."""
    return any(negated(t.lower) for t in sentence.tokens[max(0, at - 3) : at])


def _denied(sentence: Sentence, stemmed: str) -> bool:
    """Whether a sentence denies a word anywhere."""
    return any(t.stem == stemmed and _polarity(sentence, i) for i, t in enumerate(sentence.tokens))


def prefixed(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """ "Unnecessary" turned into "necessary", or the other way round."""
    mine = {t.lower: t for t in claim.sentence.tokens if t.content and not claim.aside(t.start)}
    opposites = [(token, other) for token in mine.values() for other in _prefixed(token.lower) if other not in mine]
    for sentence in claim.evidence:
        theirs = {t.lower for t in sentence.tokens if t.content}
        for token, other in opposites:
            if other not in theirs or token.lower in theirs:
                continue
            there = next(i for i, t in enumerate(sentence.tokens) if t.lower == other)
            if _polarity(claim.sentence, claim.sentence.tokens.index(token)) or _polarity(sentence, there):
                continue  # "not possible" is "impossible"
            message = f"The source says {other!r}; the rewrite says the opposite."
            span = (token.start, token.end)
            yield subject.finding("negation.prefix", Severity.BLOCK, claim, span, message, [sentence])
            return


@lru_cache(maxsize=4096)
def _prefixed(word: str) -> tuple[str, ...]:
    """What a word's opposites would be, with a prefix more or less."""
    longer = [p + word for p in _PREFIXES if len(word) >= _SHORTEST]
    shorter = [word.removeprefix(p) for p in _PREFIXES if word.startswith(p)]
    return (*longer, *(other for other in shorter if len(other) >= _SHORTEST))


def sided(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """ "Voted against" turned into "voted for", or the other way round."""
    mine, theirs = _sides_taken(claim.sentence), [(_sides_taken(s), s) for s in claim.evidence]
    for verb, (side, span) in mine.items():
        found = [(taken[verb][0], s) for taken, s in theirs if verb in taken]
        if found and all(other != side for other, _ in found):
            message = f"The source says {found[0][0]!r} here, not {side!r}."
            yield subject.finding("negation.side", Severity.BLOCK, claim, span, message, [found[0][1]])


def _sides_taken(sentence: Sentence) -> dict[str, tuple[str, tuple[int, int]]]:
    """Verbs of deciding with "for" or "against" right after them."""
    found: dict[str, tuple[str, tuple[int, int]]] = {}
    for at, token in enumerate(sentence.tokens[:-1]):
        if token.stem not in _DECIDING:
            continue
        for after in sentence.tokens[at + 1 : at + 4]:
            if after.lower in ("for", "against", "favour", "favor"):
                side = "against" if after.lower == "against" else "for"
                found[token.stem] = (side, (token.start, after.end))
                break
    return found
