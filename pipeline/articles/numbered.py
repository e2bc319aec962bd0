"""An article in several parts: where the next one stands, and whether it is one. Pure.

Many a page names a "next" that is another article. So an address must number on from the page's own, and what is
found there must have the same title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from pipeline.articles.blocks import squeezed
from pipeline.text import words

HIGHEST = 60
"""The highest number a part has: what counts further are articles."""
SAME = 0.7
"""The share of a title's words that the next part's title has as well."""
REPEATED = 40
"""Letters from which a line that stood in an earlier part is one of its lines again, not a short answer."""
_LINKS = 5000
"""Links of a page that are looked at."""
_KEYS = frozenset(
    "page p pg paged pageno page_no pagenum page_number part seite teil pagina página pag start_page".split()
)
_NEXT = re.compile(
    r"\W*(?:next(?: page| part)?|continue(?: (?:reading|to|on) .{0,30})?"
    r"|(?:page|part|seite|teil|página|pagina|partie) \d{1,2}|weiter(?:lesen)?|nächste seite|page suivante|suite"
    r"|siguiente|página siguiente|próxima(?: página)?|pagina successiva|avanti|\d{1,2})?\W*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?<!\d\d)(?:(?<=0)0{0,6}\d{0,2}|\d?)(?!\d)")
"""A number that counts parts, with noughts before it or none: none of an address is part of a longer one.

The pattern begins with the digit it seeks, so that most of an address is leapt over.
"""
_ADDED = re.compile(r"[-_,./](?:p|page|seite|part|teil|pagina)?[-_/]?(\d{1,2})/?", re.IGNORECASE)
_OF_PARTS = re.compile(
    r"[\s(\[|–—:,-]*\b(?:page|part|seite|teil|página|partie|parte|pagina)\s*\d{1,2}(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,2})?"
    r"\W*|\W*\(?\d{1,2}\s*/\s*\d{1,2}\)?\W*$",
    re.IGNORECASE,
)


def next_part(tree: Any, url: str | None) -> str | None:
    """The address of an article's next part as its page links to it; None where it has none."""
    if not url:
        return None
    for address in _linked(tree):
        try:
            full = urljoin(url, address.strip()).partition("#")[0]
        except ValueError:
            continue
        if _numbers_on(url, full):
            return full
    return None


def _linked(tree: Any) -> Iterator[str]:
    links = islice(tree.iter("link", "a"), _LINKS)
    numbered = [(node, href) for node in links if (href := node.get("href")) and _NUMBER.search(href)]
    yield from (href for node, href in numbered if "next" in (node.get("rel") or "").lower().split())
    for node, href in numbered:
        if node.tag == "a" and _NEXT.fullmatch(" ".join("".join(node.itertext())[:60].split())):
            yield href


def _numbers_on(url: str, other: str) -> bool:
    """Whether an address is another's with the next number in it, or behind it."""
    try:
        one, two = urlsplit(url), urlsplit(other)
    except ValueError:
        return False
    hosts = [(part.hostname or "").removeprefix("www.") for part in (one, two)]
    if two.scheme not in ("http", "https") or hosts[0] != hosts[1] or one.port != two.port:
        return False
    asked, found = dict(parse_qsl(one.query)), dict(parse_qsl(two.query))
    if one.path == two.path:
        differing = [key for key in asked.keys() | found.keys() if asked.get(key) != found.get(key)]
        if len(differing) != 1 or differing[0].lower() not in _KEYS:
            return False
        return _follows(asked.get(differing[0]), found.get(differing[0], ""))
    if asked != found:
        return False
    before, after = re.split(r"(\d+)", one.path), re.split(r"(\d+)", two.path)
    if len(before) == len(after):
        changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        if len(changed) == 1 and before[changed[0]].isdecimal() and after[changed[0]].isdecimal():
            here, there = int(before[changed[0]][:9]), int(after[changed[0]][:9])
            return there == here + 1 and there <= HIGHEST
    stem, ending = _stem(one.path)
    if not two.path.startswith(stem):
        return False
    added = two.path[len(stem) :].removesuffix(ending) if ending else two.path[len(stem) :]
    match = _ADDED.fullmatch(added if added.startswith(("-", "_", ",", ".", "/")) else f"/{added}")
    return match is not None and int(match[1]) == 2


def _follows(here: str | None, there: str) -> bool:
    """Whether a number in an address is the next one; many a site numbers its pages from 0."""
    if not there.isdecimal() or len(there) > 2 or not (here or "1").isdecimal():
        return False
    return int(there) == int((here or "1")[:9]) + 1 or (here is None and there == "1")


def _stem(path: str) -> tuple[str, str]:
    ending = re.search(r"\.(?:html?|php|aspx?|shtml|jsp)$", path)
    return (path[: ending.start()], ending.group()) if ending else (path.rstrip("/"), "")


def same_title(title: str, other: str) -> bool:
    """Whether two pages have one title, but for what says which part they are."""
    one, two = (_OF_PARTS.sub(" ", text) for text in (title, other))
    if squeezed(one) == squeezed(two):
        return bool(squeezed(one))
    mine, theirs = ({word.lower() for word in words(text)} for text in (one, two))
    return bool(mine) and len(mine & theirs) >= SAME * max(len(mine), len(theirs))


def new_lines(text: str, seen: set[str]) -> list[str]:
    """The lines of a part that stood in none before; `seen` is what did, and is added to."""
    found = []
    for line in text.split("\n"):
        plain = squeezed(line)
        if plain and (len(line) < REPEATED or plain not in seen):
            found.append(line)
        seen.add(plain)
    return found
