"""Opposites for the negation check: rose and fell, before and after, for and against, necessary and unnecessary.

A word of direction is held against the place of the source that is surrounded by the same words. A word that
is denied counts as its opposite: "did not rise" is no rise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.checks.analysis import Claim, Sentence, Subject, Token
from pipeline.checks.kin import has_opposites, kinship, opposites
from pipeline.checks.lexicon import negated, stem
from pipeline.checks.slots import SOURCE_REACH, Slot, alike, slot_at
from pipeline.model import Finding, Severity

_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
_DIRECTIONS = (
    ("rise increase grow climb jump gain up higher soar surge more increased raise raised rising growing growth"
     " double doubled expand expanded widen widened improve improved strengthen larger greater boost boosted "
     "upward",
     "fall decrease decline drop down lower slump sink plunge fewer less shrink cut reduce reduced slide lose "
     "loss falling halve halved contract narrowed worsen worsened weaken weakened smaller downward"),
    ("before ahead", "after following"),
    ("win won victory beat succeed succeeded", "lose lost defeat fail failed"),
    ("approve approved accept accepted back backed pass passed support supported agree agreed welcome welcomed "
     "endorse endorsed favour favor adopt adopted",
     "reject rejected refuse refused oppose opposed veto vetoed disagree decline declined criticise criticised "
     "criticize criticized block blocked"),
    ("above exceed exceeded over", "below under"),
    ("best highest largest biggest most first newest", "worst lowest smallest least last oldest"),
    ("faster quicker quickly", "slower slowly"),
    ("admit admitted confirm confirmed", "deny denied"),
    ("both", "neither"),
    ("voluntary voluntarily optional", "mandatory unwillingly compulsory required"),
    ("rich richer wealthy", "poor poorer"),
    ("dark darker", "bright brighter"),
    ("right correct true accurate real", "wrong incorrect false inaccurate fake"),
    ("praise praised welcome welcomed hail hailed defend defended",
     "criticise criticised criticize criticized condemn condemned attack attacked blame blamed"),
    ("surplus profit", "deficit loss"),
    ("large big huge", "small tiny"),
    ("hot hotter warm warmer", "cold colder cool cooler"),
    ("easy easier simple simpler", "hard harder difficult complicated complex"),
    ("day daytime", "night nighttime"),
    ("man men boy boys male", "woman women girl girls female"),
    ("switchon", "switchoff"),
    ("buyer", "seller"),
    ("old older", "new young younger"),
    ("believable credible plausible convincing trustworthy reliable",
     "doubtful unbelievable implausible dubious unreliable questionable unconvincing"),
    ("helpful useful", "useless harmful"),
)  # fmt: skip
_SIDES = tuple(tuple(frozenset(stem(w) for w in side.split()) for side in pair) for pair in _DIRECTIONS)
_ORDER = _SIDES[1]
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
_NO_OPPOSITES = frozenset("discount discounts discounted discourse disease inform informed increase".split())
"""Words that begin like an opposite and are none."""
_GROWN = frozenset("grow grows grew grown growing".split())
_WANING = frozenset("weaker smaller less fewer thinner shorter poorer narrower quieter rarer lighter slower".split())
_MUCH = frozenset("much far even still a lot".split())
_DECIDING = frozenset(stem(w) for w in "voted vote ruled argued spoke testified decided campaigned".split())


def turned(subject: Subject, claim: Claim) -> Iterator[Finding]:
    """A direction whose spot in the source has the opposite one."""
    tokens = claim.sentence.tokens
    told: list[tuple[Slot, str]] | None = None
    words: dict[str, list[tuple[Sentence, int]]] = {}
    for at, token in enumerate(tokens):
        sense = sense_of(claim.sentence, at)
        if token.name or claim.aside(token.start) or _idiom(claim.sentence, at):
            continue
        if sense not in _OPPOSED:
            if token.content and has_opposites(token.lower):
                words = words or _words(claim)
                if found := _antonym(subject, claim, at, words):
                    yield found
            continue
        if told is None:
            told = [spot for s in claim.evidence for spot in _directions(s)]
        slot = slot_at(claim.sentence, at, skip=claim.asides)
        if not slot.left and not slot.right:
            continue
        for mine, theirs in _OPPOSED[sense]:
            own, other, where = _likest(subject, slot, mine, theirs, told)
            if where is None or not _differs(slot, where, own, other):
                continue
            if any(t.stem == where.token.stem for t in tokens):
                continue  # "the gains shrank"
            if any(_denied(s, where.token.stem) for s in claim.evidence[:3]):
                continue  # "quick, though not quick enough": too slow
            message = f"The source says {where.token.text!r}; the rewrite says the opposite."
            span = (token.start, token.end)
            yield subject.finding("negation.opposite", Severity.BLOCK, claim, span, message, [where.sentence])
            break


def _differs(slot: Slot, there: Slot, own: float, other: float) -> bool:
    """Whether a place of the source is like a claim's, liker than any that agrees with it: with the same word next to
    it, as opposites of two different things stand in like sentences too."""
    beside = slot.left[:1] == there.left[:1] != () or slot.right[:1] == there.right[:1] != ()
    return beside and other >= _LIKE and other >= own + _LIKER


def _words(claim: Claim) -> dict[str, list[tuple[Sentence, int]]]:
    """The places of each word of the sentences that bear a claim, names aside."""
    found: dict[str, list[tuple[Sentence, int]]] = {}
    for sentence in claim.evidence[:3]:
        for i, token in enumerate(sentence.tokens):
            if token.content and not token.name:
                found.setdefault(token.lower, []).append((sentence, i))
    return found


def _antonym(
    subject: Subject, claim: Claim, at: int, words: Mapping[str, list[tuple[Sentence, int]]]
) -> Finding | None:
    """A word whose place in the source has its opposite, as the dictionary knows it."""
    token = claim.sentence.tokens[at]
    opposed = opposites(token.lower, frozenset(words))
    if not opposed:
        return None
    slot = slot_at(claim.sentence, at, skip=claim.asides)
    turned = _polarity(claim.sentence, at)
    own, other, where = 0.0, 0.0, None
    for sentence, i in (place for places in words.values() for place in places):
        there = sentence.tokens[i]
        same = there.stem == token.stem or kinship(token.lower, there.lower).same
        if not same and there.lower not in opposed:
            continue
        spot = slot_at(sentence, i, SOURCE_REACH)
        score = alike(slot, spot, subject.weight, subject.unknown)
        if same or _polarity(sentence, i) != turned:
            own = max(own, score)
        elif score > other:
            other, where = score, spot
    if where is None or not _differs(slot, where, own, other):
        return None
    if any(t.stem == where.token.stem for t in claim.sentence.tokens):
        return None
    if any(_shared(claim, s) >= _shared(claim, where.sentence) for s in claim.evidence if not _has(s, opposed)):
        return None  # another sentence tells it as well: what this one ends, that one began
    message = f"The source says {where.token.text!r}; the rewrite says the opposite."
    span = (token.start, token.end)
    return subject.finding("negation.antonym", Severity.BLOCK, claim, span, message, [where.sentence])


def _shared(claim: Claim, sentence: Sentence) -> int:
    return len(claim.sentence.stems & sentence.stems)


def _has(sentence: Sentence, words: frozenset[str]) -> bool:
    return any(t.lower in words for t in sentence.tokens)


def _directions(sentence: Sentence) -> list[tuple[Slot, str]]:
    """The places of a sentence that say a direction, with what they mean."""
    senses = ((i, sense_of(sentence, i)) for i in range(len(sentence.tokens)))
    return [
        (slot_at(sentence, i, SOURCE_REACH), sense)
        for i, sense in senses
        if sense in _OPPOSED and not _idiom(sentence, i)
    ]


def _likest(
    subject: Subject, slot: Slot, mine: frozenset[str], theirs: frozenset[str], told: list[tuple[Slot, str]]
) -> tuple[float, float, Slot | None]:
    """How alike the source's likest place of the same sense is, and that of the other sense, and where that is."""
    turned = _polarity(slot.sentence, slot.at)
    own, other, where = 0.0, 0.0, None
    for there, sense in told:
        side = sense in mine, sense in theirs
        if side[0] == side[1]:
            continue
        score = alike(slot, there, subject.weight, subject.unknown)
        # The same word, denied on one side only, is for `_denied` to judge.
        if side[0] or _polarity(there.sentence, there.at) != turned:
            own = max(own, score)
            continue
        if any(sense in side for side in _ORDER) and not (set(slot.right[:3]) & set(there.right[:4])):
            continue  # "A after B" is "B before A"
        if score > other:
            other, where = score, there
    return own, other, where


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
        or (word in _GROWN and _wanes(tokens[at + 1 : at + 5]))
        or (word == "short" and following == "of")
        or (word == "long" and before in ("as", "so"))
        or (word == "up" and following in ("to", "with", "for", "by"))
        or (word in ("more", "less", "over", "under", "fewer") and (following == "than" or before == "no"))
        or (word in ("all", "most", "first", "least") and before in ("at", "after", "above", "in", "of"))
        or (word in ("later", "earlier") and before in ("days", "months", "years", "weeks", "hours", "sooner"))
    )


def _wanes(tokens: Sequence[Token]) -> bool:
    """Whether "weaker" or "considerably weaker" follows: then nothing grows."""
    words = [t.lower for t in tokens if not t.lower.endswith("ly") and t.lower not in _MUCH]
    return bool(words) and words[0] in _WANING


def _polarity(sentence: Sentence, at: int) -> bool:
    """Whether the word is denied: "did not rise"."""
    return any(negated(t.lower) for t in sentence.tokens[max(0, at - 3) : at])


def _denied(sentence: Sentence, stemmed: str) -> bool:
    """Whether a sentence denies a word anywhere."""
    return any(t.stem == stemmed and _polarity(sentence, i) for i, t in enumerate(sentence.tokens))


def prefixed(subject: Subject, claim: Claim, ranked: list[Sentence]) -> Iterator[Finding]:
    """ "Unnecessary" turned into "necessary", or the other way round."""
    mine = {t.lower: t for t in claim.sentence.tokens if t.content and not claim.aside(t.start)}
    opposites = [(token, other) for token in mine.values() for other in _prefixed(token.lower) if other not in mine]
    for sentence in ranked:
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
    longer = [p + word for p in _PREFIXES if len(word) >= _SHORTEST and p + word not in _NO_OPPOSITES]
    shorter = [word.removeprefix(p) for p in _PREFIXES if word.startswith(p) and word not in _NO_OPPOSITES]
    return (*longer, *(other for other in shorter if len(other) >= _SHORTEST))


def sided(subject: Subject, claim: Claim, ranked: list[Sentence]) -> Iterator[Finding]:
    """ "Voted against" turned into "voted for", or the other way round."""
    mine, theirs = _sides_taken(claim.sentence), [(_sides_taken(s), s) for s in ranked]
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
