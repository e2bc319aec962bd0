"""Bytes of a feed or a list of feeds, as text: one bad byte costs that byte, not the alphabet."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"), (b"<\x00r\x00", "utf-16-le"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "cp950", "tis-620": "cp874", "iso8859-11": "cp874",
}  # fmt: skip
"""What is meant where an alphabet is named: programs declare the small one and write the large one."""
_SEVEN_BITS = ("iso2022", "utf-7", "hz")
_NO_TEXT = frozenset("idna punycode unicode-escape raw-unicode-escape undefined mbcs oem utf-7".split())


@dataclass(frozen=True, slots=True)
class Decoded:
    """`bad` bytes that belong to no character stand as U+FFFD; `other` names the encoding that was declared wrongly."""

    text: str
    bad: int = 0
    other: str = ""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a body: by its byte order mark, else UTF-8 where it is that, else what is declared.

    What is neither the one nor the other is UTF-8 with a few bad bytes, if most of what is beyond ASCII is UTF-8,
    and Windows-1252 otherwise.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _forced(body[len(mark) :], name)
    for start, name in _STARTS:
        if body.startswith(start):
            return _forced(body, name)
    found = _DECLARED.search(body[:1000])
    said = _CHARSET.search(content_type or "")
    declared = [name for name in (_known(said[1] if said else ""), _known(found[1].decode() if found else "")) if name]
    for name in declared:
        if name.startswith(_SEVEN_BITS):
            return _forced(body, name)
    try:
        return Decoded(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    others = [name for name in dict.fromkeys(declared) if name != "utf-8"]
    for name in others:
        try:
            return Decoded(body.decode(name))
        except (UnicodeError, ValueError):
            continue
    if others:
        best = min((_forced(body, name) for name in others), key=lambda decoded: decoded.bad)
        if best.bad * 20 <= sum(byte > 127 for byte in body):
            return best
    text = _forced(body, "utf-8")
    # Beyond ASCII and well formed, in characters, against what is not.
    if sum(c > "\x7f" and c != "\ufffd" for c in text.text) >= max(text.bad, 1):
        return text
    wrong = declared[0] if declared else ""
    return Decoded(body.decode("cp1252", "replace"), other=wrong)


def _known(name: str) -> str:
    """The codec of a declared name, widened as browsers do; '' for none."""
    try:
        codec = codecs.lookup(name).name if name else ""
        b"".decode(codec or "utf-8")  # not every codec makes text of bytes
    except (LookupError, ValueError):
        return ""
    return "" if codec.replace("_", "-") in _NO_TEXT else _WIDER.get(codec, codec)


def _forced(body: bytes, name: str) -> Decoded:
    text = body.decode(name, "replace")
    return Decoded(
        text, text.count("\ufffd") - body.count(b"\xef\xbf\xbd") if name == "utf-8" else text.count("\ufffd")
    )
