"""The languages a newsroom may write, one file each: a file more here, with its prompts, is a language more."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.languages.record import Language

_OTHERS = {"pt": "Portuguese", "ru": "Russian", "ja": "Japanese", "zh": "Chinese", "ar": "Arabic", "nl": "Dutch"}
"""Languages that articles may be in and no newsroom writes yet."""
_LETTERS = 2
"""Letters of a language's code, which is the name of its file."""


def _codes() -> tuple[str, ...]:
    found = (module.name for module in iter_modules(__path__) if len(module.name) == _LETTERS)
    return tuple(sorted(found, key=lambda code: (code != "en", code)))


CODES = _codes()
"""The codes of all languages, English first."""


@lru_cache
def language_record(code: str) -> Language:
    """The record of a language; that of English where we have none of it."""
    found: Language = import_module(f"{__name__}.{code if code in CODES else 'en'}").LANGUAGE
    return found


@lru_cache
def all_languages() -> tuple[Language, ...]:
    """Every language, English first."""
    return tuple(language_record(code) for code in CODES)


def name_of(code: str) -> str:
    """A language's English name; its code where nobody named it."""
    return language_record(code).name if code in CODES else _OTHERS.get(code, code)
