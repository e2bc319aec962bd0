"""Pages that only send on: `<meta http-equiv="refresh">` and the `Refresh` header, which are redirects as well.

Nothing here backtracks: the page is gone through once, from mark to mark.
"""

from __future__ import annotations

import html
import re

_HEAD = 100_000
"""Characters of a page in which a refresh is looked for."""
AT_ONCE = 1.0
"""Seconds up to which a refresh is a redirect, whatever stands on the page."""
SOON = 30.0
"""Seconds up to which it is one on a page that has nothing else to say."""
_FEW_WORDS = 60
_MARK = re.compile(
    r"<!--|<(?P<skip>script|style|template|textarea|title|svg)\b|<(?P<end>/)?noscript\b|<meta\s(?P<meta>[^<>]{0,3000})",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([a-z][a-z-]{0,30})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_CONTENT = re.compile(r"\s*(\d{1,6})(?:\.\d{0,6})?\s*(?:[;,]\s*(?:url\s*=\s*)?|\s)\s*(.+)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def sends_on(page: bytes, content_type: str, header: str = "") -> str | None:
    """Where a page sends its readers on to, as written there; None for a page that stays, or is no HTML.

    `header` is the answer's `Refresh`. A page with something to read is left for another only at once; one that
    only scripts would leave (a refresh in `noscript`) is left when there is nothing to read on it.
    """
    if header and (found := _target(header)) and found[0] <= AT_ONCE:
        return found[1]
    kind = content_type.lower()
    if "html" not in kind and not (not kind and page.lstrip()[:1] == b"<"):
        return None
    text = page[:_HEAD].decode("utf-8", "replace")
    low, here, unscripted, seen = text.lower(), 0, False, []
    while mark := _MARK.search(text, here):
        seen.append(text[here : mark.start()])
        here = mark.end()
        if mark[0] == "<!--" or mark["skip"]:
            end = low.find("-->" if mark[0] == "<!--" else f"</{mark['skip'].lower()}", here)
            if end < 0:
                break
            here = end + 3
        elif mark["meta"] is None:
            unscripted = mark["end"] is None
        elif found := _refresh(mark["meta"]):
            seconds, target = found
            if seconds <= AT_ONCE and not unscripted:
                return target
            if seconds <= SOON and len(_TAG.sub(" ", " ".join([*seen, text[here:]])).split()) < _FEW_WORDS:
                return target
    return None


def _refresh(tag: str) -> tuple[float, str] | None:
    said = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)}
    if said.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return _target(html.unescape(said.get("content", "")))


def _target(content: str) -> tuple[float, str] | None:
    """Seconds and address of `0; url='…'`, in the spellings that browsers take."""
    found = _CONTENT.match(content[:3000])
    if found is None:
        return None
    address = found[2].strip()
    if address[:1] in ("'", '"'):
        address = address[1:].partition(address[0])[0]
    return (float(found[1]), address.strip()) if address.strip() else None
