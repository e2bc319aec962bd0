"""Catches a person, company, product or place the source does not have, a changed one, and names joined anew.

Nationalities, abbreviations and their long forms count as the same. It also finds a name of the source in the
place of another, halves of two names joined, and a role given to somebody else. A name that is an
ordinary word at the start of a sentence can pass unseen.

Measured (`benchmarks/checks.py`): 25 of 25 alterations seen on the measuring half (0 blocked); 79 of 81 made by rule;
on texts not used for it 66 findings right, 44 wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.checks.align import Run, Unit, alignment_of
from pipeline.checks.analysis import Claim, Sentence, Source, Subject, Token, common_words
from pipeline.checks.kin import part_of_speech
from pipeline.checks.lexicon import ROLES, SAME, SEATS, SPEECH, STOP, TITLES, akin
from pipeline.checks.textform import Part
from pipeline.languages import language_record
from pipeline.model import Finding, Kind, Severity

_FINITE = SPEECH | frozenset("is was has had will plans agreed asked won lost wants began did does".split())
_OPENERS = frozenset("separately next earlier later today instead inside outside critics".split())
_DONE = frozenset("is are was were been".split())
_POINTS = frozenset("that this it these those he she they".split())
_EVERYDAY = frozenset("ai tv pc dna gps usb vr pr it".split())
"""Abbreviations that are ordinary words: "an AI chip" names nobody."""
_PHRASE = 3
"""Words that stand between a people and the name it goes with, at most: "the German weather satellite Brocken"."""
_FOREIGN = frozenset(
    "and or but to in on at from by with without for about into over under between among through during against as via "
    "than another other fellow".split()
)
"""Words between a name and a role with which it is somebody else's, or not the name's alone."""
_ANOTHER = frozenset("another other".split())
_I = frozenset("i we my our".split())
_LONG_NAME = 4
"""Words from which a name may be called by its beginning and its last word."""
_CUT = 3
"""Letters that are left at least of a name cut short."""
_SHORT = frozenset("of the and for de la on".split())
_AROUND, _PLACE, _SAME_PLACE = 3, 0.7, 0.95
"""Units besides a name from which its place says something, and how alike it then has to be to another name's; with one
unit less it has to be the same."""


def _initials(source: Source) -> set[str]:
    """The initials of every run of capitalised words in the source, and its names cut short, with their point."""
    found: set[str] = set()
    for sentence in source.sentences:
        run = ""
        for token in sentence.tokens:
            if token.text[0].isupper():
                run = (run + token.lower[0])[-8:]
                found.update(run[i:] for i in range(len(run) - 1))
            elif token.lower not in _SHORT:
                run = ""
        for token in sentence.tokens:
            # "Rep.", "Minn.": cut short.
            if token.name and _CUT <= len(token.text) <= _CUT + 2 and sentence.text[token.end : token.end + 1] == ".":
                found.add(f"{token.lower}.")
    return found


def _known(token: Token, subject: Subject, initials: set[str]) -> bool:
    word = token.lower
    if word in subject.words or SAME.get(word, frozenset()) & subject.words:
        return True
    # The outlet may be named for its own article, whose text seldom does.
    if word in subject.outlet:
        return True
    if any(f"{word[:size]}." in initials for size in range(_CUT, _CUT + 3) if size < len(word)):
        return True
    plain = word.replace(".", "")
    if token.text.isupper() and plain in initials:
        return True
    return word in TITLES or any(akin(word, other) for other in subject.words)


def _shortened(source: Source) -> set[str]:
    return {t.lower for s in source.sentences for t in s.tokens if t.text.isupper() and len(t.lower) > 1}


def _spelled(claim: Claim, at: int, subject: Subject) -> bool:
    """Whether the name's run is the long form of an abbreviation the source has."""
    tokens = claim.sentence.tokens
    first = last = at
    # "New Mexico's governor": a word that opens the sentence may be part of the name whatever else it means.
    while first and (tokens[first - 1].text[0].isupper() or tokens[first - 1].lower in _SHORT):
        first -= 1
    while last + 1 < len(tokens) and last - at < 8 and (tokens[last + 1].name or tokens[last + 1].lower in _SHORT):
        last += 1
    letters = "".join(t.lower[0] for t in tokens[max(first, at - 8) : last + 1] if t.text[0].isupper())
    short = subject.article.once(_shortened)
    return any(letters[i:j] in short for i in range(len(letters)) for j in range(i + 2, len(letters) + 1))


def check(subject: Subject) -> Iterator[Finding]:
    initials = subject.article.once(_initials)
    language = subject.form.language
    elided = language_record(language).reading.elides
    common = common_words() if language == "en" else common_words(language)
    middle = {t.lower for c in subject.claims for i, t in enumerate(c.sentence.tokens) if i and t.name}
    beside = subject.article.once(_beside)
    roles = subject.article.once(_roles)
    for claim in subject.asked:
        tokens = claim.sentence.tokens
        marked: dict[int, Severity] = {}
        for i, token in enumerate(tokens):
            word = _unelided(token, elided) if elided else token
            if not token.name or _known(word, subject, initials) or (language != "en" and word.lower in common):
                continue
            severity = _unknown(claim, i, common, middle)
            if severity is None or _spelled(claim, i, subject):
                continue
            if severity is Severity.WARN and i == 0 and _half(tokens, before=beside[0]):
                severity = Severity.BLOCK
            marked[i] = severity
        yield from _not_there(subject, claim, marked)
        if language != "en" or claim.kind is not Kind.FACT:
            continue
        yield from _joined(subject, claim, beside, set(marked))
        if claim.part is Part.BODY:
            yield from _another(subject, claim, set(marked), subject.article.once(_shared))
        yield from _promoted(subject, claim, roles)


def _unelided(token: Token, elided: str) -> Token:
    """A word without the article or preposition that leans on it: "L'entreprise", "d'Airbus"."""
    text = re.sub(rf"^{elided}['’](?=\w)", "", token.text, flags=re.IGNORECASE)
    return token._replace(text=text, lower=text.lower())


def _not_there(subject: Subject, claim: Claim, marked: Mapping[int, Severity]) -> Iterator[Finding]:
    """One finding a name, however many words it has."""
    tokens, text = claim.sentence.tokens, claim.sentence.text
    runs: list[list[int]] = []
    for i in marked:
        if runs and runs[-1][-1] == i - 1 and _touch(text, tokens[i - 1], tokens[i]):
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        span = (tokens[run[0]].start, tokens[run[-1]].end)
        severity = Severity.BLOCK if Severity.BLOCK in {marked[i] for i in run} else Severity.WARN
        message = f"{text[span[0] : span[1]]!r} is not in the source: check the name."
        yield subject.finding("name.absent", severity, claim, span, message)


def _unknown(claim: Claim, at: int, common: frozenset[str], middle: set[str]) -> Severity | None:
    """How sure it is that a word the source does not have is a name; None when it is none."""
    tokens = claim.sentence.tokens
    token = tokens[at]
    severity = Severity.BLOCK
    before = claim.sentence.text[: token.start].rstrip()
    if at == 0 or before[-1:] in '“":(':
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.lower in common and token.lower not in middle and token.lower not in SAME:
            named = following is not None and following.name and token.lower not in TITLES | ROLES
            acts = following is not None and following.lower in _FINITE
            indefinite = token.lower.endswith(("body", "thing", "one"))
            if indefinite or (not named and (not acts or token.lower.endswith(("s", "ing", "ly")))):
                return None
            if token.lower.endswith("ly") or token.lower in _OPENERS:
                return None
            severity = Severity.WARN
    place = token.lower in SAME
    if place and at == 0:
        severity = Severity.BLOCK
    rival = place and any(w in SAME and w not in SAME[token.lower] for w in (t.lower for t in _evident(claim)))
    if place and not rival:
        return None  # a country says where something is: a retelling may know that
    if claim.aside(token.start) or claim.kind is not Kind.FACT:
        severity = Severity.WARN
    return severity


def _evident(claim: Claim) -> Iterator[Token]:
    return (t for s in claim.evidence for t in s.tokens if t.name)


def _half(tokens: tuple[Token, ...], before: Mapping[str, set[str]]) -> bool:
    """Whether the sentence opens with a changed first name: the source knows the second word by another one."""
    if len(tokens) < 2 or tokens[0].lower in ROLES | TITLES:
        return False
    others = before.get(tokens[1].lower, set())
    return tokens[1].name and bool(others - {""})


Beside = tuple[dict[str, set[str]], dict[str, set[str]], set[tuple[str, str]]]


def _beside(source: Source) -> Beside:
    """For each name of the source, the names right before it and right after it ("" where none is), and all pairs."""
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    pairs: set[tuple[str, str]] = set()
    for sentence in source.sentences:
        previous = ""
        last: Token | None = None
        for token in sentence.tokens:
            if last is not None:
                pairs.add((last.lower, token.lower))
            joined = last is not None and _touch(sentence.text, last, token)
            if token.name:
                before[token.lower].add(previous if joined else "")
            if last is not None and last.name:
                after[last.lower].add(token.lower if joined and token.name else "")
            previous, last = token.lower if token.name else "", token
        if last is not None and last.name:
            after[last.lower].add("")
        # "The North Sea Authority", in full the North Sea Transition Authority.
        for first, final in name_runs(sentence):
            if final - first >= _LONG_NAME - 1:
                pairs.update((t.lower, sentence.tokens[final].lower) for t in sentence.tokens[first:final])
    return before, after, pairs


def _touch(text: str, one: Token, other: Token) -> bool:
    return text[one.end : other.start] in (" ", "-", "\u00a0") and not one.text.endswith(("'s", "’s"))


def _joined(subject: Subject, claim: Claim, beside: Beside, marked: set[int]) -> Iterator[Finding]:
    """Half of one name joined to half of another: "Ines Dahl" of Ines Falk and Karin Dahl."""
    before, after, pairs = beside
    tokens = claim.sentence.tokens
    for i in range(len(tokens) - 1):
        one, other = tokens[i], tokens[i + 1]
        if not (one.name and other.name and _touch(claim.sentence.text, one, other)) or {i, i + 1} & marked:
            continue
        if (one.lower, other.lower) in pairs or one.lower in TITLES | ROLES or other.lower in TITLES | ROLES:
            continue
        if one.text.isupper() or other.text.isupper() or claim.aside(one.start) or _spelled(claim, i, subject):
            continue
        left = before.get(other.lower, set()) - {""}
        right = after.get(one.lower, set()) - {""}
        only_left = left and "" not in before[other.lower]
        only_right = right and "" not in after[one.lower]
        other_way = only_right and i > 0 and other.lower in before
        if (left and only_right) or other_way or (only_left and (right or i == 0 or one.lower not in after)):
            span = (one.start, other.end)
            text = claim.sentence.text[span[0] : span[1]]
            message = f"The source has no {text!r}: these names are separate in it."
            yield subject.finding("name.apart", Severity.BLOCK, claim, span, message)
            return


def _another(subject: Subject, claim: Claim, marked: set[int], shared: frozenset[str]) -> Iterator[Finding]:
    """A name of the source in another name's place: the sentence's spot has somebody else there."""
    tokens = claim.sentence.tokens
    runs = name_runs(claim.sentence)
    for first, last in runs:
        if claim.aside(tokens[first].start) or set(range(first, last + 1)) & marked or first == 0 == last:
            continue
        if _EVERYDAY.issuperset(t.lower for t in tokens[first : last + 1]) or _is_it(tokens, first, last):
            continue
        own = _named(tokens[first : last + 1], shared)
        wide = own | {w for n in own for w in (*SAME.get(n, ()), n + "s", n.removesuffix("s"))}
        wide |= {n[:size] for n in own for size in range(_CUT, _CUT + 3) if size < len(n) - 1}  # "Nev." is Nevada
        wide |= {w for n in own for w in SEATS.get(n, ())} | _peoples(own, claim)
        laid = alignment_of(subject, claim)
        mine = _units_of(laid.claim, first, last)
        around = 0 if mine is None else len(laid.claim) - (mine[1] - mine[0] + 1)
        if mine is None or around < _AROUND - 1:
            continue
        best, found = 0.0, None
        here = 0.0
        inside = subject.article.once(_inside)
        for line, sentence in enumerate(claim.evidence):
            for a, b in name_runs(sentence):
                there = _units_of(laid.evidence[line], a, b)
                if there is None or (a == 0 == b and sentence.tokens[0].text not in inside):
                    continue
                theirs = _named(sentence.tokens[a : b + 1], shared)
                score = laid.run_place(mine, line, there)
                if theirs & wide:
                    here = max(here, score)
                elif score > best and (
                    mine[0] == 0 == there[0]
                    or laid.adjoins(mine, line, there)
                    or (_is_done_to(tokens, last) and laid.adjoins(mine, line, there, turned=True))
                ):
                    best, found = score, (sentence, a, b)
        if found is None or best < (_PLACE if around >= _AROUND else _SAME_PLACE) or here > 0.3:
            continue
        sentence, a, b = found
        besides = claim.sentence.stems - {t.stem for t in tokens[first : last + 1]}
        near = [s for s in claim.evidence if s is sentence or len(s.stems & besides) >= 3]
        if any(wide & {t.lower for t in s.tokens} for s in near) or _speaks(claim.sentence, first, last):
            continue
        if _one_phrase(subject, own, _named(sentence.tokens[a : b + 1], shared)):
            continue
        if _meant_by(subject, claim, (first, last), own, sentence):
            continue
        who = sentence.text[sentence.tokens[a].start : sentence.tokens[b].end]
        span = (tokens[first].start, tokens[last].end)
        message = f"The source has {who!r} here."
        ground = "name.place full" if last > first and b > a else "name.place"
        yield subject.finding(ground, Severity.BLOCK, claim, span, message, [sentence])
        return


def _peoples(own: set[str], claim: Claim) -> set[str]:
    """The evidence's words for the people, language or land of a name: Estonian for Estonia."""
    names = {t.lower for t in _evident(claim)}
    return {w for w in names for n in own if akin(n, w)}


def _is_it(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a name says no more than what something was: "That was Ines Dahl, and she left"."""
    if first < 2 or tokens[first - 1].lower not in _DONE or tokens[first - 2].lower not in _POINTS:
        return False
    return not any(t.lower in ("who", "that") for t in tokens[last + 1 : last + 2])


def _one_phrase(subject: Subject, own: set[str], theirs: set[str]) -> bool:
    """Whether the article has a people right before the other name: "the German one" is the satellite Brocken."""
    if not own <= SAME.keys():
        return False
    for sentence in subject.sentences:
        for at, token in enumerate(sentence.tokens):
            if token.lower in own:
                after = sentence.tokens[at + 1 : at + 2 + _PHRASE]
                to = next((i for i, t in enumerate(after) if t.lower in theirs), None)
                if to is not None and STOP.isdisjoint(t.lower for t in after[:to]):
                    return True
    return False


def _meant_by(subject: Subject, claim: Claim, run: Run, own: set[str], sentence: Sentence) -> bool:
    """Whether a sentence means a name by the noun that the claim or the article puts right before it: "the turbine" is
    the turbine Selkie, "a presenter" the presenter Ines Dahl, whom the next sentence names."""
    nouns = subject.article.once(_nouns)
    called = set[str]().union(*(nouns.get(n, ()) for n in own))
    beside = [s for s in subject.sentences if abs(s.number - sentence.number) == 1]
    if any(own & {t.lower for t in s.tokens} for s in beside):
        called |= _called(claim.sentence, run[0])
    tokens = sentence.tokens
    return any(
        t.stem in called and not any(o.name for o in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2]))
        for at, t in enumerate(tokens)
    )


def _nouns(source: Source) -> dict[str, set[str]]:
    """For the words of each name the nouns right before it."""
    found: dict[str, set[str]] = defaultdict(set)
    for sentence in source.sentences:
        for first, last in name_runs(sentence):
            for token in sentence.tokens[first : last + 1]:
                found[token.lower] |= _called(sentence, first)
    return found


def _called(sentence: Sentence, first: int) -> set[str]:
    """The noun right before a name, as a stem."""
    if not first:
        return set()
    before, name = sentence.tokens[first - 1], sentence.tokens[first]
    noun = before.content and not before.name and part_of_speech(before.lower) == "noun"
    return {before.stem} if noun and _touch(sentence.text, before, name) else set()


def _is_done_to(tokens: Sequence[Token], last: int) -> bool:
    """Whether what follows a name is done to it: "NAME was sentenced", for "a court sentenced NAME"."""
    return any(t.lower in _DONE for t in tokens[last + 1 : last + 3])


def _units_of(units: Sequence[Unit], first: int, last: int) -> Run | None:
    """The units that are the tokens from `first` to `last`; None where they are not laid side by side."""
    some = [i for i, u in enumerate(units) if first <= u.token <= last]
    return (some[0], some[-1]) if some else None


def _inside(source: Source) -> frozenset[str]:
    """The words that are names inside a sentence: of any other that begins one the capital says nothing."""
    return frozenset(t.text for s in source.sentences for t in s.tokens[1:] if t.name)


def _named(run: Sequence[Token], shared: frozenset[str]) -> set[str]:
    """The words of a name without titles, roles and surnames that several people have; all, where it has no other."""
    words = {t.lower for t in run}
    return words - TITLES - ROLES - shared or words


def _shared(source: Source) -> frozenset[str]:
    """The surnames that two people of the source have."""
    before, _, _ = source.once(_beside)
    firsts = {name: some - {""} - TITLES - ROLES for name, some in before.items()}
    return frozenset(name for name, some in firsts.items() if len(some) > 1 and not any(firsts[f] for f in some))


def _speaks(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a verb of saying stands right beside the name: the attribution check judges those."""
    around = sentence.tokens[max(0, first - 2) : first] + sentence.tokens[last + 1 : last + 3]
    return any(t.lower in SPEECH for t in around)


def name_runs(sentence: Sentence) -> list[tuple[int, int]]:
    """First and last token of each name of one or more words."""
    found: list[tuple[int, int]] = []
    for i, token in enumerate(sentence.tokens):
        if not token.name:
            continue
        if found and found[-1][1] == i - 1 and _touch(sentence.text, sentence.tokens[i - 1], token):
            found[-1] = (found[-1][0], i)
        else:
            found.append((i, i))
    return found


def _roles(source: Source) -> dict[str, set[str]]:
    """Each role with the names it stands beside: "Transport minister Karin Dahl", "Dahl, the minister"."""
    found: dict[str, set[str]] = defaultdict(set)
    for sentence in source.sentences:
        for role, names, _ in _held(sentence):
            found[role] |= names
    return found


def _held(sentence: Sentence) -> Iterator[tuple[str, set[str], tuple[int, int]]]:
    tokens, text = sentence.tokens, sentence.text
    for first, last in name_runs(sentence):
        own = {t.lower for t in tokens[first : last + 1] if t.lower not in ROLES | TITLES}
        if not own:
            continue
        span = (tokens[first].start, tokens[last].end)
        for t in tokens[first : last + 1]:
            if t.lower in ROLES:
                yield t.stem, own, span
        before = tokens[first - 1] if first else None
        if before is not None and before.lower in ROLES and (first < 2 or tokens[first - 2].lower not in _ANOTHER):
            gap = text[before.end : tokens[first].start]
            if "," not in gap or gap == ", ":
                yield before.stem, own, span
        if text[tokens[last].end : tokens[last].end + 1] == ",":
            for t in tokens[last + 1 : last + 7]:
                gap = text[tokens[last].end + 1 : t.start]
                if "," in gap or any(c in gap for c in '.;:“”"') or t.lower in _FOREIGN:
                    break
                if t.lower in ROLES:
                    yield t.stem, own, span
                    break


def _promoted(subject: Subject, claim: Claim, roles: dict[str, set[str]]) -> Iterator[Finding]:
    """A role given to somebody the source does not give it to."""
    for role, names, span in _held(claim.sentence):
        holders = roles.get(role, set())
        if not holders or holders & names or claim.aside(span[0]):
            continue
        others = {r for r, held in roles.items() if held & names}
        once = sum(t.stem == role for s in subject.sentences for t in s.tokens) == 1
        if not (others or once) or not names & subject.words:
            continue
        if any(role in {t.stem for t in s.tokens} and names & {t.lower for t in s.tokens} for s in subject.sentences):
            continue
        if names & subject.article.once(_signed):
            continue
        who = claim.sentence.text[span[0] : span[1]]
        message = f"The source gives {who} another role."
        yield subject.finding("name.role", Severity.BLOCK, claim, span, message)
        return


def _signed(source: Source) -> frozenset[str]:
    """The names of who signs an article that says "I" or "we": what they are stands there without their name."""
    if not _I & source.words:
        return frozenset()
    return frozenset(
        t.lower
        for s in source.sentences
        if s.text[:1] in "-–—" and s.tokens and name_runs(s) == [(0, len(s.tokens) - 1)]
        for t in s.tokens
    )
