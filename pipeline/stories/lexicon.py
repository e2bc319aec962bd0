"""The words of other languages as the English words that news in English uses for the same. Pure.

A report in another language is compared word by word like any other, so its words are read as English ones where the
list has them; the rest, names above all, stand for themselves.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from pipeline.invisible import without_accents

_LANGUAGES = ("en", "de", "fr", "es", "it")
_LEAST = 3
"""Letters that are left of a word without its ending, or of a part of a compound."""
_ENDINGS = {
    language: tuple(endings.split())
    for language, endings in (
        ("de", "ischen ische erin ten tes ter tem te en er es em et e n s t"),
        ("fr", "ements euses ees ent es ee s e x"),
        ("es", "aron ieron ados adas ado ada idos idas ido ida es os as o a s e"),
        ("it", "ati ate ato ata iti ito uti uto hi he i e o a"),
    )
}
_JOINTS = ("", "s", "es", "n", "en", "er")
"""What German puts between the parts of a word."""


def folded(word: str) -> str:
    """A word without accents, as some outlets write other languages' names."""
    if word.isascii():
        return word
    return without_accents(word.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))


@lru_cache(maxsize=200_000)
def in_english(word: str, language: str) -> tuple[str, ...]:
    """The English words for a lower-case word, two for a German compound; none where it is not listed.

    In English itself only a people's name is read as another word, its country's.
    """
    known = _listed().get(language)
    if known is None:
        return ()
    plain = folded(word)
    if "'" in plain or "’" in plain:  # French and Italian put the article before it: l'eau
        plain = plain.replace("’", "'").rpartition("'")[2]
    if language == "en":
        return known.get(plain, ())
    if found := _known(plain, language, known):
        return found
    if language == "de" and len(plain) >= 2 * _LEAST + 2:
        return tuple(dict.fromkeys(part for half in plain.split("-") for part in _parts(half, known)))
    return ()


@lru_cache(maxsize=20_000)
def is_place(word: str) -> bool:
    """Whether an English word is the name of a listed place."""
    return word in _places()


def _known(plain: str, language: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if found := known.get(plain):
        return found
    for ending in _ENDINGS[language]:
        whole = plain.endswith(ending) and len(plain) - len(ending) >= _LEAST
        if whole and (found := known.get(plain[: -len(ending)] + "*")):
            return found
    return known.get(plain + "*", ())


def _parts(plain: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a German compound is put together from, where the list has all of it or its end and its beginning."""
    if found := _known(plain, "de", known):
        return found
    for at in range(len(plain) - _LEAST, _LEAST, -1):
        begin, end = plain[:at], plain[at:]
        last = _known(end, "de", known) if len(end) > _LEAST else ()
        if not last:
            continue
        for joint in _JOINTS:
            if begin.endswith(joint) and (first := _known(begin[: len(begin) - len(joint)], "de", known)):
                return (*first, *last)
    return ()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(columns[0].split()[0] for columns, place in _lines() if place)


@lru_cache(maxsize=1)
def _listed() -> dict[str, dict[str, tuple[str, ...]]]:
    """For each language its words, and their stems with a star, with what they are in English."""
    found: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in _LANGUAGES}
    for columns, place in _lines():
        english = (columns[0].split()[0],)
        for language, column in zip(_LANGUAGES, columns, strict=True):
            if language == "en" and not place:
                continue
            for word in map(folded, column.split()):
                known = found[language]
                known.setdefault(word, english)
                for ending in _ENDINGS.get(language, ()):
                    if word.endswith(ending) and len(word) - len(ending) >= _LEAST + 1:
                        known.setdefault(word[: -len(ending)] + "*", english)
                        break
                else:
                    if language != "en":
                        known.setdefault(word + "*", english)
    return found


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[tuple[str, ...], bool], ...]:
    found, place = [], False
    for line in (files("pipeline.stories") / "data" / "lexicon.txt").read_text("utf-8").splitlines():
        if line == "places":
            place = True
        elif line and not line.startswith("#"):
            found.append((tuple(column.strip().lower() for column in line.split("|")), place))
    return tuple(found)
