"""What an article is known by when it is compared with others: its words by rarity, names, figures, and shingles.

Pure, and the same for every language whose commonest words are known: a word weighs what it tells, which is little when
everybody uses it and most when hardly anybody does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.stories.happenings import kinds
from pipeline.stories.lexicon import folded, in_english, is_place

LEAD_WORDS = 45
"""Words of an article's beginning, after its title, that say what happened; the rest is mostly background."""
MOST_WORDS = 600
MOST_TELLING = 160
"""Words of an article that are compared, the rarest."""
SHINGLE = 4
"""Words that stand together in a shingle."""
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
_COMMONEST = 80
_FEW_WORDS = 40
_TOP = 6.5
"""A word's weight is its distance from this on the Zipf scale (log10 of uses in a billion words), 0 to 6.5."""
_NO_WORD = 4.6
"""From this weight on a capital that begins a sentence is taken for a name's."""
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…:»”\"]\s+$|^\s*$|\n\s*$|[-–—]\s+$")
_GROUPED = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?:\D|$))")
_SPELLED = {
    word: figure
    for figure, words in enumerate(
        (
            "two zwei deux dos due",
            "three drei trois tres tre",
            "four vier quatre cuatro quattro",
            "five fünf cinq cinco cinque",
            "six sechs seis sei",
            "seven sieben sept siete sette",
            "eight acht huit ocho otto",
            "nine neun neuf nueve nove",
            "ten zehn dix diez dieci",
            "eleven elf onze once undici",
            "twelve zwölf douze doce dodici",
            "thirteen dreizehn treize trece tredici",
            "fourteen vierzehn quatorze catorce quattordici",
            "fifteen fünfzehn quinze quince quindici",
        ),
        2,
    )
    for word in words.split()
}
_SIZES = (
    ("e9", r"billion|bn\b|b\b|milliarde|mrd|milliard|miliard|mil\s+millones"),
    ("e6", r"million|mio\b|mln|m\b|millionen|millones|millón|milion"),
    ("e3", r"k\b|thousand|tausend|mille\b|mil\b|mila\b"),
)
_NUMBER = re.compile(
    r"(\d[\d.,]*\d|\d|\b(?:" + "|".join(_SPELLED) + r")\b)(?:[\s-]?(?:" + "|".join(f"({p})" for _, p in _SIZES) + "))?",
    re.I,
)
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            "monday montag lundi lunes lunedì",
            "tuesday dienstag mardi martes martedì",
            "wednesday mittwoch mercredi miércoles mercoledì",
            "thursday donnerstag jeudi jueves giovedì",
            "friday freitag vendredi viernes venerdì",
            "saturday samstag sonnabend samedi sábado sabato",
            "sunday sonntag dimanche domingo domenica",
        )
    )
    for name in names.split()
}
_WEEKDAY = re.compile(r"\b(" + "|".join(_WEEKDAYS) + r")", re.I)
_I = re.compile(r"(?<![\w'’])(?:I|I['’](?:m|ve|d|ll)|my|ich|mein|je|mes|creo)(?![\w])")
_SEVERAL = re.compile(
    r"\b(?:one|first|erstens|un)[,:.].{5,400}?\b(?:two|second|zweitens|deux|dos)[,:.].{5,400}?\b(?:three|third|drittens|trois|tres)[,:.]",
    re.I | re.S,
)
_SERIES = re.compile(r"^(.{4,40}?)[:,–—]\s")
_LIVE = re.compile(r"(?:live|ticker|liveblog|newsblog|update[ds]?|breaking)$", re.I)
_QUOTED = re.compile(r"[\"“„«‘][^\"”“»’]{2,400}[\"”“»’]|(?<!\w)'[^'\n]{4,400}'(?!\w)")
_DATELINE = re.compile(
    r"^\s*(?:[A-ZÄÖÜÉÈÑ][\w.'’/-]*(?:[ ,]+[A-ZÄÖÜÉÈÑ0-9][\w.'’/-]*){0,5}\s*)?"
    r"(?:\([^()\n]{2,40}\)\s*)?[-–—]{1,2}\s+(?=\S)"
)
_BOILERPLATE = re.compile(
    r"^(?:about |reporting by|editing by|additional reporting"
    r"|this (?:story|article|report) (?:was|has been|first|originally)"
    r"|first published|originally published|correction\b|update[ds]?:|editor.s note|sign up|subscribe|follow us"
    r"|read more|see also|related:|share this|©|copyright|all rights reserved|contact:|media contact|source:"
    r"|with (?:files|material)"
    r"|dieser (?:artikel|beitrag|text)|mit material|quelle:|über |korrektur|newsletter|cet article"
    r"|avec (?:afp|reuters)|source :|à propos|este artículo|con información|fuente:|sobre |lea también"
    r"|inscríbase|suscríbase|abonnez)",
    re.I,
)
_MARK = re.compile(r"\((?:ap|afp|reuters|dpa|efe|upi|bloomberg|[A-Z][\w ]{2,24}(?:wire|press|news|agency))\)\s*", re.I)
_NO_NAMES = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec januar februar märz juni juli okt dez janv févr juil août déc "
    "ene abr ago dic mon tue tues wed thu thurs fri sat sun utc gmt bst cet cest est edt pst pdt am pm usd eur gbp "
    "ceo cfo cto coo inc ltd llc corp gmbh plc week today yesterday live update updated breaking "
    "exclusive watch".split()
)
"""Written with a capital, and nobody's name: months, zones, currencies, offices, marks of a newsroom."""
_ENDINGS = ("'s", "’s", "ings", "ing", "edly", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e")


@dataclass(frozen=True, slots=True)
class Told:
    """An article as grouping takes it: where and when it stood, and its text."""

    id: str
    title: str
    text: str
    published: datetime | None = None
    url: str = ""
    outlet: str = ""
    """Who tells it; the host of the address where it is not given."""


@dataclass(frozen=True, slots=True)
class Signs:
    """An article taken apart. Words are stems with their weights; `names` are words written as names."""

    id: str
    at: datetime | None
    language: str
    title: Mapping[str, float]
    lead: Mapping[str, float]
    words: Mapping[str, float]
    names: Mapping[str, float]
    numbers: frozenset[str]
    shingles: frozenset[int]
    length: int
    headline: str
    day: date | None
    """The day it speaks of first: a weekday named in its beginning, or the day it was published."""
    title_kinds: frozenset[str]
    lead_kinds: frozenset[str]
    all_kinds: frozenset[str]
    lead_numbers: frozenset[str]
    personal: bool
    """Whether its author speaks of himself, as in a comment."""
    several: bool
    """Whether it counts off what it tells: first, second, third."""
    series: str
    """What its headline begins with before a colon, as a ticker's does."""
    outlet: str = ""
    """Who tells it, "" where that is not known."""
    address: str = ""
    kinds_worth: Mapping[str, float] = field(default_factory=dict)
    """What each kind tells among the news it is compared with."""


def signs_of(told: Told) -> Signs:
    """Take an article apart."""
    text = plain_body(told.text)
    title = unicodedata.normalize("NFKC", told.title)[:400]
    title_tokens = list(_tokens(title))
    tokens = list(_tokens(text))[:MOST_WORDS]
    language = _language([t.lower() for t, _ in (*title_tokens, *tokens)])
    head = _weighted(title_tokens, language)
    lead = {**_weighted(tokens[:LEAD_WORDS], language), **head}
    words = {**_weighted(_tokens(_dateline(told.text)), language), **_weighted(tokens, language), **head}
    beginning = " ".join(text.split()[:LEAD_WORDS])
    return Signs(
        told.id,
        told.published,
        language,
        _telling(head),
        _telling(lead),
        dict(sorted(_telling(words).items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TELLING]),
        _telling(dict(_names(title_tokens, tokens, language))),
        frozenset(_numbers(f"{title} {text}")),
        frozenset(_shingles([t.lower() for t, _ in tokens])),
        len(tokens),
        " ".join(t.lower() for t, _ in title_tokens),
        _day(beginning, told.published),
        kinds(title),
        kinds(f"{title} . {beginning}"),
        kinds(f"{title} . {text[:4000]}"),
        frozenset(_numbers(f"{title} . {beginning}")),
        len(_I.findall(_QUOTED.sub(" ", text[:4000]))) >= 2,
        bool(_SEVERAL.search(text[:2000])),
        _series(title),
        told.outlet or _outlet(told.url),
        told.url,
    )


def _series(title: str) -> str:
    """What a ticker's headline begins with: "Live", or some words; one word alone is a place or a desk."""
    found = _SERIES.match(title)
    return found[1].lower() if found and (" " in found[1] or _LIVE.match(found[1])) else ""


def _outlet(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _day(beginning: str, published: datetime | None) -> date | None:
    if published is None:
        return None
    named = _WEEKDAY.search(beginning)
    if named is None:
        return published.date()
    back = (published.weekday() - _WEEKDAYS[named[1].lower()]) % 7
    return (published - timedelta(days=back if back < 6 else -1)).date()


def plain_body(text: str) -> str:
    """A text without its dateline, credit and correction lines, and what stands under every article of a site."""
    lines = [line.strip() for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    kept = [line for place, line in enumerate(lines) if place == 0 or not _BOILERPLATE.match(line)]
    if not kept:
        return ""
    first = _MARK.sub("", kept[0])
    kept[0] = _DATELINE.sub("", first, count=1)
    for begin in re.finditer(r"(?<=[.!?…”\"])\s+", kept[-1]):
        if _BOILERPLATE.match(kept[-1][begin.end() :]):
            kept[-1] = kept[-1][: begin.start()]
            break
    return "\n".join(kept)


def _dateline(text: str) -> str:
    """Where a report was written, as its first line says: often the place it tells of."""
    found = _DATELINE.match(_MARK.sub("", text.lstrip()[:200].partition("\n")[0]))
    return found[0] if found else ""


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Words, and whether each begins a sentence."""
    end = 0
    for match in _WORD.finditer(text):
        yield match[0].strip(".'’-"), bool(_SENTENCE_END.search(text[max(0, end - 2) : match.start()])) or end == 0
        end = match.end()


def as_written(stems: Iterable[str], *told: Signs) -> list[str]:
    """Stems as the words of the headlines, in small letters; where none stands there, as the cut off words they are."""
    spoken = (re.sub(r"['’]s$", "", word) for each in told for word, _ in _tokens(each.headline))
    found = {stem(word): word for word in spoken}
    asked = list(stems)
    return [found[one] for one in asked if one in found] or [f"{one}…" for one in asked]


def _weighted(tokens: Iterable[tuple[str, bool]], language: str) -> dict[str, float]:
    """Stems with their weights; what the lexicon has as the stems of its English words."""
    found: dict[str, float] = {}
    for token, _ in tokens:
        lower = token.lower()
        if english := in_english(lower, language):
            found.update((stem(word), _weight(word, "en")) for word in english)
        else:
            found[stem(lower)] = _weight(lower, language)
    return found


def _telling(words: Mapping[str, float]) -> dict[str, float]:
    """Only the words that tell something; numbers stand elsewhere."""
    return {w: x for w, x in words.items() if x > 1.2 and len(w) > 1 and not w[0].isdigit()}


def _names(
    title: Sequence[tuple[str, bool]],
    tokens: Sequence[tuple[str, bool]],
    language: str,
) -> Iterator[tuple[str, float]]:
    """Words written as names: a capital where no sentence begins; in German, where every noun has one, a rare one.

    A listed place is one however it is written, and no other word of another language's list is.
    """
    rare = 3.4 if language == "de" else 1.9
    shouted = sum(t.isupper() and len(t) > 3 for t, _ in title) > len(title) / 2
    titled = sum(t[:1].isupper() for t, _ in title) > 0.6 * len(title) or shouted
    for token, begins in (*(() if titled else title), *tokens):
        lower = token.lower()
        if english := in_english(lower, language):
            yield from ((stem(word), _weight(word, "en")) for word in english if is_place(word))
            continue
        inner = token[1:] != token[1:].lower() and not token.isupper()
        if lower in _NO_NAMES:
            continue
        weight = _weight(lower, language)
        if token[:1].isupper() and weight > (rare if not begins or inner else max(rare, _NO_WORD)):
            yield stem(lower), weight


def _numbers(text: str) -> Iterator[str]:
    """Figures that tell something, with their size: not a lone small number, which stands everywhere, nor a year."""
    for match in _NUMBER.finditer(_GROUPED.sub("", text)):
        size = next((s for (s, _), g in zip(_SIZES, match.groups()[1:], strict=True) if g), "")
        digits = match[1].strip(".,").lower()
        digits = str(_SPELLED.get(digits, digits))
        plain = digits if size else re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits)
        plain = plain.replace(",", ".")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if size == "e3":
            plain, size = (f"{plain}000", "") if "." not in plain else (plain, size)
        if size or (len(plain.replace(".", "")) >= 2 and not re.fullmatch(r"(?:19|20)\d\d", plain)):
            yield plain + size


def _shingles(words: Sequence[str]) -> Iterator[int]:
    for at in range(max(1, len(words) - SHINGLE + 1)):
        piece = " ".join(words[at : at + SHINGLE])
        if piece:
            yield int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=8).digest(), "big")


@lru_cache(maxsize=1)
def _common() -> dict[str, frozenset[str]]:
    from wordfreq import top_n_list

    # The short lists have the same words on top as the long ones, which take ten times as long to read.
    return {language: frozenset(top_n_list(language, _COMMONEST, wordlist="small")) for language in LANGUAGES}


def _language(words: Sequence[str]) -> str:
    """The language whose commonest words stand here most often; English where none does."""
    if len(words) < _FEW_WORDS:  # a little word or two may be of several languages: how usual all are tells
        counts = {language: sum(_TOP - _weight(w, language) for w in words) for language in LANGUAGES}
    else:
        counts = {lang: float(sum(w in common for w in words)) for lang, common in _common().items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > 1.1 * counts["en"] else "en"


@lru_cache(maxsize=200_000)
def _weight(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return max(0.0, _TOP - zipf_frequency(word, language))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word without its accents and ending, roughly: enough for 'bans' and 'banned' to meet."""
    word = folded(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word
