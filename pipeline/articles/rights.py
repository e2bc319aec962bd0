"""Which pages of a site are reserved from text and data mining, as its `/.well-known/tdmrep.json` says. Pure.

The TDM Reservation Protocol (W3C community group report, 2024): a list of objects with `location`, a path pattern
with `*` for anything and `$` for the end, and `tdm-reservation`, 0 or 1. The first that matches decides.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

TDMREP = "/.well-known/tdmrep.json"
_MOST = 1000


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
        if _matches(location, path):
            return rule.get("tdm-reservation") in (1, "1", True)
    return False


def _matches(location: str, path: str) -> bool:
    end = location.endswith("$")
    pattern = ".*".join(re.escape(part) for part in location[:1000].removesuffix("$").split("*"))
    return re.match(f"{pattern}$" if end else pattern, path) is not None
