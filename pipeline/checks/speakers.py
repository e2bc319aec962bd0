"""Who says a sentence: the words by its verb of saying, pronouns and running quotations followed back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.checks.analysis import Sentence, Source, Token, runs_of
from pipeline.checks.kin import part_of_speech
from pipeline.checks.lexicon import PRONOUNS, ROLES, SPEECH, negated, stem

# With an object these report a deed, not words: "reported the problem", "confirmed the order".
_DEEDS = frozenset(
    "reported reports confirmed confirms denied denies claimed claims announced announces estimates estimated states "
    "stated predicts predicted explains explained warns warned added adds".split()
)
_OBJECTS = frozenset("the a an its his her their this these those no any two three some".split())
_JUDGED = _OBJECTS | frozenset(["it", "him", "them", "what", "that"])
_VERBS = frozenset(
    "is was are were has had have would will could can should may might did does do plans wants expects".split()
)
_CALLS = frozenset("call called calls describe described describes dubbed branded labelled labeled".split())
"""With what is judged, and how, after them these give somebody's word: "called the plan reckless"."""
_CLAIM = "claim"
_SAYING = SPEECH | _CALLS | {"according", _CLAIM}
_LISTENED = frozenset("told tells".split())
"""What follows these is who listens, never who speaks."""
KINDS = tuple(
    frozenset(stem(w) for w in line.split())
    for line in (
        "company firm startup operator maker retailer manufacturer business chain owner airline bank carrier",
        "police officers investigators prosecutors",
        "court judge judges tribunal",
        "government ministry minister officials council regulator agency authority commission",
        "scientists researchers study authors experts analysts doctors",
        "union workers staff employees",
        "users customers residents parents neighbours passengers patients",
        "lawyer lawyers attorney",
        "critics opponents campaigners activists",
    )
)
"""Kinds of nameless speakers."""
_CLAUSE_BEGINS = 7
"""Words after a verb within which a clause has its own."""
_CLOSING = '”"»'
_CLAUSE = 60
"""Words of a clause at most; what is longer is a list."""
_OPENING = 6
"""Words a speaker's name and title may have before the comma."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """`names` of the speaker in lower case, empty for a pronoun or a noun; `noun` is what they are called, stemmed.

    `beside` also has the names around: the firm a speaker speaks for.
    """

    names: frozenset[str]
    beside: frozenset[str]
    noun: str
    start: int
    end: int
    pronoun: str = ""


def speakers(sentence: Sentence, asides: Sequence[tuple[int, int]] = ()) -> list[Speaker]:
    """Those who speak in one sentence, in order."""
    found = []
    for at, token in enumerate(sentence.tokens):
        if token.lower not in _SAYING or any(a <= token.start < b for a, b in asides):
            continue
        # "the United States"; and who "never claimed" it has said nothing.
        if at and (token.name or _unsaid(sentence, at)):
            continue
        if apposed := _apposed(sentence, at):
            found.append(apposed)
            continue
        window = _window(sentence, at)
        if window and (speaker := _speaker(window, token)):
            found.append(_nameless(speaker, sentence))
    return found


def _nameless(speaker: Speaker, sentence: Sentence) -> Speaker:
    """A speaker whose only "name" is a word for many that opens the sentence: "Police said"."""
    first = sentence.tokens[0]
    if speaker.names == {first.lower} and speaker.start == first.start and any(first.stem in k for k in KINDS):
        return replace(speaker, names=frozenset(), beside=frozenset(), noun=first.stem)
    return speaker


def _unsaid(sentence: Sentence, at: int) -> bool:
    """ "Never claimed", but not “I say no,” said Reyes."""
    before = sentence.tokens[at - 1]
    return negated(before.lower) and sentence.text[before.end : sentence.tokens[at].start].isspace()


def _apposed(sentence: Sentence, at: int) -> Speaker | None:
    """The speaker of "NAME, who or what they are, says": the name that opens the clause, or None."""
    tokens, text = sentence.tokens, sentence.text
    if not at or tokens[at].lower not in SPEECH or "," not in text[tokens[at - 1].end : tokens[at].start]:
        return None
    start = at - 1
    while start and at - start < _CLAUSE and not _apart(text[tokens[start - 1].end : tokens[start].start]):
        start -= 1
    clause = tokens[start:at]
    opening = next((i for i, t in enumerate(clause[:-1]) if "," in text[t.end : clause[i + 1].start]), None)
    if opening is None or opening > _OPENING:
        return None
    head, rest = clause[: opening + 1], clause[opening + 1 :]
    runs = runs_of([t for t in head if t.name])
    # One whole name, and it ends the opening: "Stadia launches Tuesday, …" is a clause, not a speaker.
    if len(runs) != 1 or runs[0][-1] is not head[-1] or (len(runs[0]) == 1 and len(head) > 1):
        return None
    if any(t.lower in _VERBS | _SAYING for t in head) or rest[0].lower in ("and", "but", "or", "so"):
        return None
    names = frozenset(t.lower for t in runs[0])
    noun = next((t.stem for t in rest if t.content and not t.name), "")
    return Speaker(names, names | {t.lower for t in rest if t.name}, noun, runs[0][0].start, runs[0][-1].end)


def _apart(gap: str) -> bool:
    return any(c in gap for c in '“”"„«»;:')


def _window(sentence: Sentence, at: int) -> list[Token]:
    tokens, text = sentence.tokens, sentence.text
    token = tokens[at]
    if token.lower == "according" and at + 2 < len(tokens):
        return list(_run(sentence, range(at + 2, min(len(tokens), at + 10)), over_commas=0))
    if token.lower not in _SAYING or (at and tokens[at - 1].lower in ("a", "an", "the")):
        return []
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.lower in _CALLS and not _judges(sentence, at):
        return []
    of = at > 2 and tokens[at - 2].lower == "of"  # "opponents of Abend claim"
    if token.lower == _CLAIM and not (at and tokens[at - (3 if of else 1)].lower.endswith("s") and following):
        return []  # "a claim", "who may claim"
    behind = text[tokens[at - 1].end : token.start] if at else ""
    quoted = any(c in behind for c in _CLOSING)
    if (
        token.lower in _DEEDS
        and following
        and following.lower in _OBJECTS
        and not quoted
        and not any(t.lower == "that" for t in tokens[at + 1 : at + 5])
        and not _tells(tokens, at)
    ):
        return []
    if at and tokens[at - 1].name and "," in behind and (named := _called(sentence, at)):
        return named
    listens = token.lower in _LISTENED
    after = [] if listens else list(_run(sentence, range(at + 1, min(len(tokens), at + 9)), over_commas=1))
    if after and (quoted or ("," in behind and _ends_after(sentence, at, after))):
        return after
    start = at
    while ")" in behind and start and "(" not in text[tokens[start - 1].end : tokens[start].start]:
        start -= 1  # "Rep. Dana Reyes (D-Minn.) said"
    back = range(start - 1, max(-1, start - 12), -1)
    before = [] if "," in behind else list(_run(sentence, back, over_commas=0))
    if not any(t.name or t.content or t.lower in PRONOUNS for t in before):
        before = list(_run(sentence, back, over_commas=2 if "," in behind else 1))
    if at > 1 and before and before[0].lower in ("who", "that", "which"):
        told = tokens[at - 2]
        if told.content and not told.name:
            return [told]  # "journalists who wrote so": whoever stands further off did not write
    if not before or any(t.lower in ("who", "that", "which") for t in before[:1]):
        before = list(_run(sentence, range(at - 2, max(-1, at - 10), -1), over_commas=1)) if at > 1 else []
    return before[::-1] or after


def _judges(sentence: Sentence, at: int) -> bool:
    """Whether "called" gives a judgement: "called the plan reckless", not "is called Basil" or "called the police"."""
    tokens, text = sentence.tokens, sentence.text
    if at + 2 >= len(tokens) or tokens[at + 1].lower not in _JUDGED:
        return False
    rest = tokens[at + 2 : at + 9]
    ends = next((i for i, t in enumerate(rest) if i and text[rest[i - 1].end : t.start] in (", ", "; ")), len(rest))
    told = [t for t in rest[:ends] if t.content or t.name]
    # "Describe her as strict", but "called her strict": what is judged may be a word more.
    return len(told) > (tokens[at + 1].lower in _OBJECTS and rest[0].lower != "as")


def _tells(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows a word that may report a deed is a clause: "claimed the council hid it"."""
    following = tokens[at + 2 : at + _CLAUSE_BEGINS]
    return tokens[at].lower.startswith(_CLAIM) and any(
        t.lower in _VERBS or (t.content and not t.name and part_of_speech(t.lower) == "verb") for t in following
    )


def _called(sentence: Sentence, at: int) -> list[Token]:
    """The name of "its editor, NAME, said the …" or "said: “…", which stands between commas; else nothing."""
    tokens, text = sentence.tokens, sentence.text
    start = at - 1
    while start and tokens[start - 1].name and text[tokens[start - 1].end : tokens[start].start].isspace():
        start -= 1
    between = start > 0 and "," in text[tokens[start - 1].end : tokens[start].start]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    begins = following and (
        following.lower in _OBJECTS | {"that"} or any(c in text[tokens[at].end : following.start] for c in ':“"„«')
    )
    return list(tokens[start:at]) if between and begins else []


def _run(sentence: Sentence, places: range, over_commas: int) -> Iterator[Token]:
    """Words in one direction up to the clause's end; so many commas may be stepped over."""
    tokens, text = sentence.tokens, sentence.text
    step = places.step
    previous: Token | None = None
    for i in places:
        token = tokens[i]
        if previous is not None:
            gap = text[previous.end : token.start] if step > 0 else text[token.end : previous.start]
            if any(c in gap for c in '“”"„«»;:()'):
                return
            if "," in gap:
                if not over_commas:
                    return
                over_commas -= 1
        previous = token
        yield token


def _ends_after(sentence: Sentence, at: int, after: list[Token]) -> bool:
    """Whether the words after the verb name its speaker ("…, said Dana Reyes, who …") and begin no clause."""
    titled = len(after) > 2 and after[1].name and after[2].name  # "said agronomist Beth Larson"
    if not after or not (after[0].name or titled or after[0].lower in _OBJECTS or after[0].lower in ROLES):
        return False
    names: list[Token] = []
    for token in after:
        if names and token.start - names[-1].end > 1:
            return True
        if token.lower in _VERBS or (names and not token.name and token.lower.endswith("ed")):
            return False
        names.append(token)
    return bool(after) and any(t.name for t in after)


def _speaker(window: list[Token], verb: Token) -> Speaker | None:
    names = [t for t in window if t.name]
    nouns = [t for t in window if t.content and not t.name and not t.lower.endswith("ly")]
    beside = window[-3:] if window[-1].start < verb.start else window[:2]
    pronoun = next((t.lower for t in beside if t.lower in PRONOUNS), "")
    if not (names or nouns or pronoun):
        return None
    if pronoun:
        spot = next(t for t in beside if t.lower == pronoun)
        return Speaker(frozenset(), frozenset(), "", spot.start, spot.end, pronoun)
    if names:
        noun = nouns[-1].stem if nouns else ""
        own = _own(names, after=window[0].start > verb.start)
        every = frozenset(t.lower for t in names)
        return Speaker(frozenset(t.lower for t in own), every, noun, own[0].start, own[-1].end)
    return Speaker(frozenset(), frozenset(), nouns[-1].stem, nouns[-1].start, nouns[-1].end)


def _own(names: list[Token], *, after: bool) -> list[Token]:
    """The speaker's own name among the names beside the verb: the next one after it, or the only full one before."""
    runs = runs_of(names)
    if after:
        return runs[0]
    full = [run for run in runs if len(run) > 1]
    return full[0] if len(full) == 1 else names


def heard_in(source: Source) -> dict[int, tuple[Speaker, ...]]:
    """The speakers of each sentence of a source, by its number."""
    return dict(zip((s.number for s in source.sentences), voices(source.sentences), strict=True))


def voices(sentences: Sequence[Sentence]) -> list[tuple[Speaker, ...]]:
    """The speakers of each sentence of a text, pronouns and running quotations followed back."""
    found: list[tuple[Speaker, ...]] = []
    last: Speaker | None = None
    open_since: int | None = None
    named = {t.lower for s in sentences for i, t in enumerate(s.tokens) if i and t.name}
    for place, sentence in enumerate(sentences):
        own = []
        for speaker in speakers(sentence):
            speaker = _several(speaker, sentence, named)
            if speaker.pronoun in ("he", "she", "they", "it", "we", "i") and last is not None:
                speaker = replace(speaker, names=last.names, beside=last.beside, noun=speaker.noun or last.noun)
            elif speaker.names:
                last = speaker
            own.append(speaker)
        found.append(tuple(own))
        was_open = open_since is not None
        if was_open and not own and found[place - 1]:
            found[place] = found[place - 1]
        still = _open(sentence.text, was_open)
        if own and open_since is not None:
            # The speaker named in the middle or at the end of a quotation said its beginning too.
            for earlier in range(open_since, place):
                found[earlier] = found[earlier] or tuple(own)
        open_since = (open_since if open_since is not None else place) if still else None
    return found


def _several(speaker: Speaker, sentence: Sentence, named: Collection[str]) -> Speaker:
    """A speaker whose only "name" is a word for several, with a capital as it opens the sentence: "Anglers say"."""
    first = sentence.tokens[0]
    whose = len(sentence.tokens) > 1 and sentence.tokens[1].lower == "of"  # "Opponents of Abend claim"
    alone = speaker.names == {first.lower} or (whose and first.lower in speaker.names)
    if not alone or first.lower in named or not first.lower.endswith("s"):
        return speaker
    if part_of_speech(first.lower) != "noun":
        return speaker
    return replace(speaker, names=frozenset(), beside=frozenset(), noun=first.stem)


def _open(text: str, was_open: bool) -> bool:
    """Whether a quotation is still open at a sentence's end.

    A straight mark opens after a blank and closes after anything else: not by turns, as each paragraph of a long
    quotation begins with one.
    """
    is_open = was_open
    for before, mark in pairwise(f" {text}"):
        if mark in "“„":
            is_open = True
        elif mark in "”":
            is_open = False
        elif mark == '"':
            is_open = before.isspace() or before in "([—–"
    return is_open
