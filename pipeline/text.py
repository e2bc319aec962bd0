"""Plain text as the stages share it: paragraphs, numbered sentences, words.

One splitter for the prompt, the checks and the desk, so that sentence 7 is the same sentence everywhere.
Everything here is linear in the length of the text.
"""

from __future__ import annotations

import re
from itertools import islice

from pipeline.invisible import composed, strip_invisible
from pipeline.model import SourceSentence

# Words that end with a full stop without ending a sentence. Lower case, without the last stop.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev rt hon gov sen rep pres gen col lt sgt capt cmdr adm maj st sr jr messrs mme mlle "
    "inc corp ltd co bros llc plc vs v etc eg ie e.g i.e cf al approx est dept univ assn fig figs vol pp no nos "
    "art sec ch jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun "
    "u.s u.k u.n e.u d.c a.m p.m ph.d m.d b.a m.a ave blvd rd ft mt bzw z.b d.h u.a usw ca nr hr fr bspw "
    "sr sra srta dra ud uds ee.uu av p.ej mlle env".split()
)
# These may end a sentence as well: "… in the U.S. The court …" does, "the U.S. Army" does not.
_MAY_END = frozenset("u.s u.k u.n e.u d.c a.m p.m inc corp ltd co llc plc etc jr sr ph.d m.d al bros".split())
# After an abbreviation that may end a sentence, a capital word from this list begins a new one.
_STARTERS = frozenset(
    "the a an in on at it he she they we i but and so this that these those there when while after before if as "
    "for its his her their our however meanwhile last next one two some many most no not what who why how with "
    "under by from according both each such since although though instead then now still yet also".split()
)
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$)|[。！？]+[」』”）]*")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'«]+$")
_WORD = re.compile(r"\w+(?:[’'\-.]\w+)*", re.UNICODE)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun as one says it: 1 story, 2 stories. `many` where it is not `one` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def tidy(text: str) -> str:
    """Normalise to NFC, drop invisible characters, make every run of blanks one space; lines stay lines."""
    cleaned = strip_invisible(composed(text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (" ".join(line.split()) for line in cleaned.split("\n"))
    return "\n".join(line for line in lines if line)


def named_once(name: str, said: str) -> str:
    """`name: said`, the name once where the words begin with it, as with a feed that is named by its address."""
    return said if said.startswith(f"{name}: ") else f"{name}: {said}"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text that has one a line; empty lines are nothing."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def words(text: str) -> list[str]:
    """The words of a text as written: letters and digits with inner apostrophes, hyphens and points."""
    return _WORD.findall(text)


def has_words(text: str, least: int) -> bool:
    """Whether a text has at least so many words; no further than to the last of them is it read."""
    return least < 1 or next(islice(_WORD.finditer(text), least - 1, None), None) is not None


def _ends_sentence(before: str, mark: str, after: str) -> bool:
    """Whether a terminator ends a sentence, from up to 40 characters before and after it."""
    following = after.lstrip()
    if not following:
        return True
    first = following.lstrip("\"'“‘«([")[:1]
    if mark[0] in "!?" and not mark.strip("!?"):
        return True
    if mark[0] in "!?":
        return not first.islower()
    if first.islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    last = _LAST_WORD.search(before)
    word = last.group() if last else ""
    plain = word.lower().rstrip(".")
    starter = re.match(r"[\"“‘'«(]?(\w+)", following)
    starts = bool(starter) and starter.group(1).lower() in _STARTERS if starter else False
    if plain in _MAY_END or re.fullmatch(r"(?:[a-z]\.)+[a-z]", plain):
        return starts
    if plain in _ABBREVIATIONS:
        if plain in ("no", "art", "sec", "mar", "sun", "sat", "mon", "fig", "al", "ch", "est", "v"):
            # Ordinary words as well: an abbreviation only where a number or a capital month follows.
            return not first.isdigit() and not (plain == "v" and first.isupper())
        return False
    if word == "ID" and re.match(r"[A-Z]{2}", following):
        return False  # Volkswagen's "ID. BUZZ" and its like
    # A single capital is an initial ("J. Smith"), unless it is "I" or ends a list ("vitamin C. The").
    return not (len(word) == 1 and word.isupper() and word != "I" and not starts)


def split_sentences(paragraph: str) -> list[str]:
    """Split one paragraph into sentences; joined by single spaces they give the paragraph's words again.

    Abbreviations, initials, decimals and marks inside quotations are no ends. Text without any mark is
    one sentence. A paragraph's length is not bounded here: callers bound what comes in.
    """
    text = " ".join(paragraph.split())
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        mark = match.group()
        if _ends_sentence(text[max(start, match.start() - 40) : match.start()], mark, text[end : end + 40]):
            sentence = text[start:end].strip()
            if sentence:
                found.append(sentence)
            start = end
    rest = text[start:].strip()
    if rest:
        found.append(rest)
    return found


def number_sentences(text: str) -> tuple[SourceSentence, ...]:
    """Number a source's sentences from 1, in reading order, keeping the paragraph (0-based) each stands in."""
    numbered: list[SourceSentence] = []
    for place, paragraph in enumerate(paragraphs(text)):
        for sentence in split_sentences(paragraph):
            numbered.append(SourceSentence(len(numbered) + 1, sentence, place))
    return tuple(numbered)


_TELLING = 750
"""Letters at a text's beginning that tell its language: of the five that stories are written in, 500 are enough."""


def language_of(text: str) -> str | None:
    """The language of a text as a two-letter code, by its letters and words; None when it is too short to tell."""
    sample = text[:_TELLING]
    if len(sample) < 120:
        return None
    from py3langid.langid import classify

    return str(classify(sample)[0])
