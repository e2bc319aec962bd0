"""Whether bytes are a page at all: pictures, archives and data are told by what they hold, not by a name. Pure."""

from __future__ import annotations

import json
import re

NO_PAGE = "the bytes are data or noise, not HTML"
MOST_NOISE = 0.02
"""The share of control characters, and of such as stand for bytes that are no text, above which bytes are no page."""
_LOOKED_AT = 200_000
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "PostScript"),
    (b"{\\rtf", "a text processor's file"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"RIFF", "a picture, a sound or a film (RIFF)"),
    (b"ID3", "a sound (MP3)"),
    (b"\xff\xfb", "a sound (MP3)"),
    (b"OggS", "a sound (Ogg)"),
    (b"fLaC", "a sound (FLAC)"),
    (b"\x1aE\xdf\xa3", "a film (Matroska)"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"PK\x03\x04", "an archive (ZIP)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "a program"),
    (b"wOF", "a font"),
)
_PAGES = frozenset(
    ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain", "application/octet-stream", "")
)
"""What servers call their pages: the last three where they know no better."""
_TAG = re.compile(
    r"</?(?:html|head|body|title|meta|p|div|span|br|article|section|main|table|td|h[1-6]|ul|ol|li|a|b|i|em|strong|pre|font"
    r"|center|blockquote|script|noscript|template|style|img|iframe|video|form|frameset)\b|<!doctype html",
    re.IGNORECASE,
)
_CONTROLS = bytes((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_FEED = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).){0,2000}+-->\s*+)*+<(?:rss|feed|urlset|rdf:RDF)\b", re.DOTALL
)


def wrong_type(content_type: str) -> str:
    """What a server's Content-Type says a body is instead of a page; empty when it may be one."""
    kind = content_type.partition(";")[0].strip().lower()
    return "" if kind in _PAGES else f"not a page: the server calls it {kind[:80]}"


def signed(body: bytes) -> str:
    """What bytes are by the signature they begin with; empty where it is none that is known."""
    head = body[:300].lstrip()
    if head[4:8] == b"ftyp":
        return "not a page but a film (MP4)"
    return next((f"not a page but {what}" for mark, what in _SIGNATURES if head.startswith(mark)), "")


def _noise(text: str) -> int:
    """Control characters, and such as stand for bytes that are no text."""
    encoded = text.encode("utf-8", "replace")
    return len(encoded) - len(encoded.translate(None, _CONTROLS)) + text.count("\ufffd")


def no_page(text: str) -> bool:
    """Whether a decoded body is noise, data, or text without one tag."""
    head = text[:_LOOKED_AT]
    if _noise(head) > MOST_NOISE * len(head) or _TAG.search(text) is None or _FEED.match(text):
        return True
    if not head.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
