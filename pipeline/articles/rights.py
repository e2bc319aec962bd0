"""What a site reserves, and what a permission lifts. Pure.

A site's `/.well-known/tdmrep.json` says which of its pages are reserved from text and data mining. By the TDM
Reservation Protocol (W3C community group report, 2024) it is a list of objects with `location`, a path pattern with
`*` for anything and `$` for the end, and `tdm-reservation`, 0 or 1. The first that matches decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from pipeline.model import Reservation

TDMREP = "/.well-known/tdmrep.json"
_MOST = 1000
_LONGEST = 2000


def lifted_by(permission: str, permits: Collection[str] | None) -> frozenset[Reservation]:
    """What a feed's permission lifts: what it names, or every reservation where it names none."""
    return frozenset(map(Reservation, permits or Reservation)) if permission else frozenset()


def reserved_by_page(robots: str, tdm: bool, headers: Mapping[str, str]) -> dict[Reservation, str]:
    """What a page itself reserves, with the evidence: its robots meta, whether a meta reserves mining, its headers."""
    tags = f"{robots} {headers.get('x-robots-tag', '')}".lower()
    found = {}
    if re.search(r"\bnoai\b", tags):
        found[Reservation.NOAI] = "the page says noai"
    if tdm or "1" in re.split(r"[,\s]+", headers.get("tdm-reservation", "")):
        found[Reservation.TDM] = "the page reserves text and data mining (tdm-reservation)"
    if re.search(r"\bnoimageai\b", tags):
        found[Reservation.NOIMAGEAI] = "the page keeps its pictures from machines (noimageai)"
    return found


def reserves(document: bytes, url: str) -> bool:
    """Whether a site's tdmrep.json reserves a page. What can't be read reserves nothing."""
    try:
        rules = json.loads(document)
    except (ValueError, RecursionError):
        return False
    if not isinstance(rules, list):
        return False
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for rule in rules[:_MOST]:
        if not isinstance(rule, dict) or not isinstance(location := rule.get("location"), str):
            continue
        if len(location) > _LONGEST:
            continue  # longer than any address
        if _matches(location, path):
            return rule.get("tdm-reservation") in (1, "1", True)
    return False


def _matches(location: str, path: str) -> bool:
    """Each part between two stars at its first place after the one before: a pattern would try all of them in turn."""
    first, *parts = location.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at, last = len(first), len(path)
    if location.endswith("$"):
        if not parts:
            return path == first
        last -= len(final := parts.pop())
        if not path.endswith(final):
            return False
    for part in parts:
        if (found := path.find(part, at, last)) < 0:
            return False
        at = found + len(part)
    return at <= last
