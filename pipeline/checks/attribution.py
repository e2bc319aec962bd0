"""Catches a claim whose source was swapped or dropped, and a quotation given to another speaker.

Speakers are found by their verb of saying (`speakers`); pronouns and running quotations are followed back. A
speaker described in words the source does not use for anybody passes, and so does an office speaking for its head.

Measured (`benchmarks/checks.py`): 10 of 11 alterations seen on the measuring half (0 blocked); 8 of 9 made by rule;
on texts not used for it 26 findings right, 40 wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from pipeline.checks.align import Alignment, alignment_of
from pipeline.checks.analysis import Claim, Sentence, Subject, common_words
from pipeline.checks.kin import part_of_speech
from pipeline.checks.lexicon import ROLES, SAME, SPEECH, TITLES, negated, stem
from pipeline.checks.numerals import SMALL
from pipeline.checks.speakers import KINDS, Speaker, heard_in, speakers
from pipeline.checks.textform import Part
from pipeline.model import Finding, Kind, Severity

_HOLDS = frozenset(
    "view views words account opinion eyes telling consider considers considered think thinks thought believe believes "
    "believed fear fears feared hope hopes hoped hold holds held expect expects expected find finds found see sees saw "
    "argues argued worries worried suspects suspected counts counted regards regarded feels felt".split()
)
"""Words that give a thing to somebody as their view, besides verbs of saying."""
_CHARGES = frozenset(
    "claim claims claimed allege alleges alleged accuse accuses accused insist insists insisted".split()
)
"""What somebody says against somebody."""
_KEEP_SAYING = frozenset("say argue claim allege insist".split())
_OFFICES = frozenset[str]().union(*KINDS[:6], KINDS[7])
"""Nameless speakers whose word is a report of their own work: a company, the police, scientists."""
_SAYS = 16
"""Characters beside a speaker's name within which such a word is what they do."""
_PARTS = re.compile(r"[,;:—–]| (?:and|but|while|whereas) ")
"""What parts what one says from what another does."""
_HALF, _STRONG, _MOST_OF_IT = 0.5, 0.4, 0.6
"""Shares of a claim that a source sentence says: as much as another one's, to be the one, and to be told as it is."""
_OUGHT = frozenset("should must ought".split())
_BE = frozenset("is are was were be been".split())
_WILL = frozenset(["will", "would"])
_RELATIVE = frozenset("who which whose where when because after before".split())
"""Words past which a sentence tells something besides."""


def check(subject: Subject) -> Iterator[Finding]:
    heard = subject.article.once(heard_in)
    places = {s.number: i for i, s in enumerate(subject.sentences)}
    last: Speaker | None = None
    paragraph = -2
    for claim in subject.claims:
        if claim.sentence.paragraph != paragraph:
            paragraph, last = claim.sentence.paragraph, None
        mine = speakers(claim.sentence, claim.asides)
        if claim.kind is Kind.FACT and claim.evidence:
            named = [s for s in mine if s.names or s.noun]
            cuts = _cuts(claim.sentence.text, named)
            yield from islice(filter(None, (_swapped(subject, claim, s, cuts, heard, places) for s in named)), 1)
            if not mine and last is None:
                yield from _dropped(subject, claim, heard)
        last = next((s for s in mine if s.names or s.noun), last)


def _swapped(
    subject: Subject,
    claim: Claim,
    speaker: Speaker,
    cuts: Sequence[int],
    heard: dict[int, tuple[Speaker, ...]],
    places: dict[int, int],
) -> Finding | None:
    same = _widened(speaker.names)
    span = (speaker.start, speaker.end)
    laid = alignment_of(subject, claim)
    besides = _besides(laid, speaker, cuts)
    weight = {s.number: laid.share(line, besides) for line, s in enumerate(claim.evidence)}
    telling = [s for s in claim.evidence if weight[s.number] >= _HALF * max(weight.values())]
    allowed = [v for s in telling for v in heard[s.number]]
    if any(_widened(v.beside) & same or _same_office(speaker, v) for v in allowed):
        return None
    best = max(telling, key=lambda s: weight[s.number])
    theirs = [v for v in heard[best.number] if v.names - SMALL.keys()]
    strong = weight[best.number] >= _STRONG
    if speaker.names:
        if claim.sentence.text[span[0] : span[1]].endswith(("'s", "’s")):
            return None  # "Marlow's head, Dana Reyes": whose head it is does not speak
        if all(name in SAME for name in speaker.names):
            return None  # "scientists in Austria say"
        if _reported(subject, same, places[best.number]):
            return None
        if _plain_name(claim, speaker):
            return None
        if _writes(speaker, subject):
            return None
        if theirs and strong:
            who = " ".join(sorted(theirs[0].names, key=lambda n: _place(subject, n))).title()
            message = f"The source gives this to {who}, not to {claim.sentence.text[span[0] : span[1]]}."
            return subject.finding("attribution.swapped", Severity.BLOCK, claim, span, message, [best])
        at = places[best.number]
        around = {t.lower for s in subject.sentences[max(0, at - 2) : at + 3] for t in s.tokens}
        interview = not heard[best.number] and best.text.startswith(tuple('"“„«'))
        if not same & around and claim.part is Part.BODY and not interview:
            message = "The source does not give this to this speaker."
            return subject.finding("attribution.stranger", Severity.BLOCK, claim, span, message, [best])
        return None
    return _other_kind(subject, claim, speaker, heard[best.number], best, strong=strong)


def _reported(subject: Subject, names: frozenset[str], at: int) -> bool:
    """Whether the source names these as who reported what stands at a place: "The Post first reported the plan"."""
    return any(
        names & {t.lower for t in s.tokens} and any(t.lower.startswith("report") for t in s.tokens)
        for s in subject.sentences[max(0, at - 2) : at + 3]
    )


def _same_office(one: Speaker, other: Speaker) -> bool:
    """Whether two are the same without a name in common: "a WeWork spokesperson" and "a company spokesperson"."""
    spoken = one.noun == other.noun and one.noun.startswith(("spokes", "representativ", "lawyer", "offic"))
    return spoken or (bool(other.noun) and other.noun in {stem(n) for n in one.names})


def _other_kind(
    subject: Subject,
    claim: Claim,
    speaker: Speaker,
    theirs: tuple[Speaker, ...],
    best: Sentence,
    *,
    strong: bool,
) -> Finding | None:
    """A nameless speaker of another kind than the source's: "police say" where the company said."""
    nouns = {v.noun for v in theirs if v.noun}
    kinds = [k for k in KINDS if speaker.noun in k]
    inside = {t.stem for t in best.tokens}
    if not strong or not kinds or not theirs or any(inside & k for k in kinds):
        return None
    span = (speaker.start, speaker.end)
    others = [k for k in KINDS if nouns & k and k not in kinds]
    if others and not any(v.names for v in theirs):
        message = "The source gives this to another kind of speaker."
        return subject.finding("attribution.kind", Severity.BLOCK, claim, span, message, [best])
    return None


def _dropped(subject: Subject, claim: Claim, heard: dict[int, tuple[Speaker, ...]]) -> Iterator[Finding]:
    """A view, or a charge, that the source reports as somebody's word, told as a fact."""
    laid, best = alignment_of(subject, claim), claim.evidence[0]
    theirs = [v for v in heard[best.number] if v.pronoun not in ("they", "it", "we", "i", "you")]
    tokens = claim.sentence.tokens
    if not theirs or claim.part is not Part.BODY or laid.share(0) <= _MOST_OF_IT:
        return
    if any(t.lower == "saying" for t in best.tokens) or any(t.lower in SPEECH | _HOLDS | _CHARGES for t in tokens):
        return
    # Who tells of their own deeds is not a source to be named: "X said it had raised" is "X has raised".
    if any(t.lower in _widened(v.beside) or t.stem == v.noun for v in theirs for t in tokens):
        return
    if any(not heard[s.number] and laid.share(line) >= _HALF for line, s in enumerate(claim.evidence)):
        return
    ground = "charge" if any(_charges(v, best) for v in theirs) else "view" if _judges(claim) else ""
    if ground:
        message = "The source gives this as somebody's word; the rewrite does not say whose."
        yield subject.finding(f"attribution.{ground}", Severity.BLOCK, claim, None, message, [best])


def _charges(speaker: Speaker, sentence: Sentence) -> bool:
    """Whether a speaker takes a side here: somebody who claims or alleges, or several without an office who keep saying
    it, as neighbours and critics do; what witnesses said once is a report."""
    beside = {t.lower for t in sentence.tokens if speaker.start - _SAYS < t.start < speaker.end + _SAYS}
    called = [t.lower for t in sentence.tokens if speaker.start <= t.start < speaker.end]
    several = any(word.endswith("s") or word == "people" for word in called)
    if several and speaker.noun and not speaker.names and speaker.noun not in _OFFICES:
        return not _KEEP_SAYING.isdisjoint(beside)
    return not _CHARGES.isdisjoint(beside)


def _judges(claim: Claim) -> bool:
    """Whether a sentence is a judgement rather than a report: what should be, what is too small, what is safe, what is
    not so."""
    tokens = [t for t in claim.sentence.tokens if not claim.aside(t.start)]
    for at, token in enumerate(tokens):
        rest = tokens[at + 1 : at + 4]
        if token.lower in _OUGHT or (token.lower == "too" and rest):
            return True
        if token.lower in _RELATIVE:
            return False
        if token.lower not in _BE | _WILL or not rest:
            continue
        told = next((t for t in rest if t.content and not t.lower.endswith("ly")), None)
        if negated(rest[0].lower):
            return True
        if token.lower in _BE and told and not told.name and _quality(told.lower):
            return True
    return False


def _quality(word: str) -> bool:
    """Whether a word says what something is like: "dirty", "dirtier", "dirtiest"."""
    forms = {word}
    for ending in ("er", "est"):
        bare = word.removesuffix(ending)
        if bare != word:
            forms |= {bare, f"{bare}e", f"{bare.removesuffix('i')}y"}
    return any(part_of_speech(form) == "adjective" for form in forms)


def _cuts(text: str, named: Sequence[Speaker]) -> list[int]:
    """Where a sentence of several speakers turns from what one says to what the next does."""
    between = ([m.start() for m in _PARTS.finditer(text, one.end, other.start)] for one, other in pairwise(named))
    return [0, *(found[-1] for found in between if found), len(text)]


def _besides(laid: Alignment, speaker: Speaker, cuts: Sequence[int]) -> list[int]:
    """The units of a claim that are not what a speaker says: what another one does, and who speaks."""
    start = max(cut for cut in cuts if cut <= speaker.start)
    end = min(cut for cut in cuts if cut >= speaker.end)
    words = _widened(speaker.names) | SPEECH
    return [
        i for i, unit in enumerate(laid.claim)
        if not start <= unit.start < end or unit.word in words or unit.stem == speaker.noun
    ]  # fmt: skip


def _widened(names: frozenset[str]) -> frozenset[str]:
    """Names with what else they go by; titles and roles alone name nobody."""
    wide = {w for n in names for w in SAME.get(n, frozenset())} | names
    wide |= {n.partition(".")[0] for n in names}  # a firm and its site: "Marlow.com"
    return frozenset(wide - TITLES - ROLES or wide - TITLES)


def _plain_name(claim: Claim, speaker: Speaker) -> bool:
    """Whether the "names" are ordinary words: one with a capital at the sentence's start, and what a thing is made of
    ("Small AI model warns")."""
    first = claim.sentence.tokens[0]
    if first.lower not in speaker.names or first.lower not in common_words():
        return False
    made = {t.lower for t in claim.sentence.tokens if t.text.isupper()} if speaker.noun else set()
    return speaker.names - {first.lower} <= made


def _writes(speaker: Speaker, subject: Subject) -> bool:
    """Whether the speaker is the outlet whose article this is: it may be named for anything in it."""
    return bool(subject.outlet) and speaker.names <= subject.outlet


def _place(subject: Subject, name: str) -> int:
    return subject.source.lower().find(name)
