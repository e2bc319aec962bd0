"""What came from outside, as each format has to have it: an address is an address, text is text."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from pipeline.invisible import strip_invisible

_KEPT = "!#$%&'*+,/:;=?@_~.-[]"
"""What an address may hold as it is, besides letters and digits; a backslash, quotes and angles it may not."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~]|&(?=#?\w+;))|^([^\S\n]*)([-+=]|\d+[.)])(?=\s|[-+=]|$)", re.MULTILINE)
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def web_link(link: str) -> str:
    """A link as it goes out: percent-encoded where an address may not hold a character; "" for what is no web address.

    What it leads to stays the same, and nothing in it ends a link early in Markdown, HTML, XML or a mail.
    """
    clean = "".join(strip_invisible(link).split())
    try:
        parts = urlsplit(clean)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    if not parts.hostname.isascii():
        try:
            clean = clean.replace(parts.hostname, parts.hostname.encode("idna").decode(), 1)
        except UnicodeError:
            return ""
    encoded = quote(clean.encode("utf-8", "replace"), safe=_KEPT)
    return _STRAY.sub("%25", encoded)


def plain(text: str) -> str:
    """Text as people read it: nothing in it shows nothing or turns the line around."""
    return strip_invisible(text)


def cut(text: str, most: int) -> str:
    """Text of at most so many characters, cut at a word where it is longer, with a mark that says so."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    word = kept[: kept.rfind(" ") + 1].rstrip() if " " in kept[most // 2 :] else kept[:-1].rstrip()
    return f"{word} …"


def markdown(line: str) -> str:
    """A line of text as Markdown that shows just it."""
    return _MARKDOWN.sub(lambda m: "\\" + m.group(1) if m.group(1) else _list_mark(m), plain(line))


def _list_mark(match: re.Match[str]) -> str:
    blank, mark = match.group(2), match.group(3)
    # A number may not be escaped, the point behind it may.
    return f"{blank}{mark[:-1]}\\{mark[-1]}"


def markdown_link(text: str, link: str) -> str:
    """A link in Markdown, or only its text where it leads nowhere."""
    address = web_link(link)
    if not address:
        return markdown(text)
    address = re.sub(r"&(?=#?\w+;)", "&amp;", address.replace("(", "%28").replace(")", "%29"))
    return f"[{markdown(text)}]({address})"


def xml_text(text: str) -> str:
    """Text without the characters that XML has no room for."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
