"""Characters that are printed as nothing: those that only hide something, and those that a script or an emoji needs.
Half a character of two is none at all: no row and no page can hold it.

A joiner between two faces makes a family of them, one between Persian letters keeps them apart as they are spelled,
a direction mark keeps a number in its place beside Hebrew: such signs stay where they belong, one at a place.
Everything here is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata

STACKED = 30
"""Marks that may stand upon one letter, as in Unicode's Stream-Safe Text Format (UAX 15): languages need four.

Composing sorts the marks of a letter, which takes the square of their number: 60 seconds for a million of them.
"""

# Letters and marks by their category, which are printed as nothing: fillers, the joiner of marks, blank braille.
_BLANK = frozenset((0x034F, 0x115F, 0x1160, 0x180E, 0x2800, 0x3164, 0xFFA0))
# Signs of the same category as the invisible ones that are seen: over and under the numbers that follow.
_SEEN = frozenset((*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD))
_JOINERS = (
    "\u061c\u180b-\u180d\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0030-\U000e0039\U000e0061-\U000e007a\U000e007f"
    "\U000e0100-\U000e01ef"
)
_SOME = re.compile(f"[{_JOINERS}]+")
_STACK = re.compile(rf"[^\w\s\x00-\x7f]{{{STACKED + 1},}}")
# Rarely met: compiled when they are, as every command imports this.
_FLAG = "[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_JOINING = (
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1b7f\ua8e0-\ua8ff\ua980-\ua9df\uabc0-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
"""Scripts whose letters change their form beside each other: Arabic and its kin, those of India, Mongolian."""
_FROM_RIGHT = "[\u0590-\u05ff\u0620-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_BESIDE = 12
"""Letters on either side of a direction mark among which its own are."""
_HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_VARIED = "[\u2200-\u22ff\u1000-\u109f\uaa60-\uaa7f\ua840-\ua87f\u3001\u3002\uff01-\uff1f]"


_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\U000e0001\U000e0020-\U000e002f"
    "\U000e003a-\U000e0060\U000e007b-\U000e007e]"
)
"""What steers a terminal or turns the direction of what stands around it, and tags nobody sees."""


class _Visible(dict[int, int | None]):
    """What `str.translate` makes of a character, found out when one is met: a table of all takes half a second."""

    def __missing__(self, number: int) -> int | None:
        character = chr(number)
        hidden = number in _BLANK or (
            unicodedata.category(character) in ("Cf", "Cc", "Cs")
            and character not in "\n\t"
            and number not in _SEEN
            and _SOME.match(character) is None
        )
        self[number] = None if hidden else number
        return self[number]


_VISIBLE = _Visible()


def strip_invisible(text: str) -> str:
    """Drop what shows nothing (zero-width, bidi overrides, tags, fillers), but what a script or an emoji needs."""
    if text.isascii() and text.isprintable():
        return text
    met = set(text)  # a text has few characters, each many times
    if any(_VISIBLE[ord(character)] is None for character in met):
        text = text.translate(_VISIBLE)
    return _SOME.sub(_belonging, text) if _SOME.search("".join(met)) else text


def named(text: str) -> str:
    """A text of others for a terminal: what would steer it or hide something stands as its code point, `<U+202E>`."""
    return _STEERING.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def escaped(document: str) -> str:
    """The same for JSON, where such a character is written by its number and stays what it is."""
    return _STEERING.sub(lambda found: _by_number(found[0]), document)


def referred(document: str) -> str:
    """The same for XML and HTML, by character reference; a mail's ends of lines stay."""
    return _STEERING.sub(lambda found: found[0] if found[0] == "\r" else f"&#x{ord(found[0]):X};", document)


def _by_number(character: str) -> str:
    pairs = character.encode("utf-16-be")
    return "".join(f"\\u{pairs[at]:02x}{pairs[at + 1]:02x}" for at in range(0, len(pairs), 2))


def without_accents(text: str) -> str:
    """A text in the letters that are left when accents are taken off, and ligatures apart."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def composed(text: str) -> str:
    """A text in NFC, with no more marks upon a letter than `STACKED`."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _STACK.sub(_unstacked, text))


def _unstacked(found: re.Match[str]) -> str:
    kept, stacked = [], 0
    for character in found.group():
        stacked = stacked + 1 if unicodedata.category(character)[0] == "M" else 0
        if stacked <= STACKED:
            kept.append(character)
    return "".join(kept)


def _belonging(found: re.Match[str]) -> str:
    """Of signs in a row between two characters, those that belong to them."""
    whole, start, end = found.string, found.start(), found.end()
    before, after, run = whole[start - 1 : start] if start else "", whole[end : end + 1], found.group()
    if before == "\U0001f3f4" and (flag := re.match(_FLAG, run)):
        return flag.group()
    kept = ""
    if before and _selects(before, run[0]):
        kept, run = run[0], run[1:]
    for sign in run[:4]:
        if sign == "\u200d" and _pictured(before) and _pictured(after):
            return kept + sign
        if sign in "\u200c\u200d" and before and re.match(_JOINING, before):
            return kept + sign
        if sign in "\u200e\u200f\u061c" and _right_to_left(whole, start, end):
            return kept + sign
    return kept


def _selects(before: str, sign: str) -> bool:
    """Whether a sign chooses one of the forms of the character before it."""
    if sign in "\ufe0e\ufe0f":
        return not before.isspace()
    if sign in "\u180b\u180c\u180d\u180f":
        return "\u1820" <= before <= "\u18aa"
    if "\ufe00" <= sign <= "\ufe0d":
        return re.match(_HAN, before) is not None or re.match(_VARIED, before) is not None
    return "\U000e0100" <= sign <= "\U000e01ef" and re.match(_HAN, before) is not None


def _pictured(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in ("So", "Sk")


def _right_to_left(whole: str, start: int, end: int) -> bool:
    """Whether letters written from the right stand beside a place, in its word or the next."""
    return any(
        re.search(_FROM_RIGHT, beside)
        for beside in (whole[max(0, start - _BESIDE) : start], whole[end : end + _BESIDE])
    )
