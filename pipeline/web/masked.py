"""What a page may show of settings: where a secret stands, that there is one, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

HIDDEN, NOT_SET = "set, not shown", "not set"
_SECRET = re.compile(r"(?:^|_)(?:password|passwd|secret|token|key|credentials?|dsn|webhook)$")
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def masked_address(address: str) -> str:
    """An address without what lets its holder in: the password before the host, the values of the query."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return HIDDEN
    place = parts.netloc
    if "@" in place:
        user, _, host = place.rpartition("@")
        name, colon, _ = user.partition(":")
        # A lone name before the host may be a token; before a database's it is a user.
        lone = name if colon or parts.scheme.startswith(("postgres", "sqlite")) else "…"
        place = f"{lone}{':…' if colon else ''}@{host}"
    query = re.sub(r"(=|^)[^&=]+(?=&|$)", lambda m: m[1] + "…", parts.query) if parts.query else ""
    return urlunsplit((parts.scheme, place, parts.path, query, ""))


def masked(name: str, value: Any) -> str:
    """A setting as the page shows it."""
    if value is None or value == "" or value == []:
        return NOT_SET
    if _SECRET.search(name):
        return HIDDEN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(masked(name, part) for part in value)
    text = str(value)
    return masked_address(text) if _ADDRESS.match(text) else text


def settings(section: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every setting by its path in `config.yaml`, masked."""
    for name, value in section.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from settings(value, where)
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            for place, part in enumerate(value):
                yield from settings(part, f"{where}[{place}]")
        else:
            yield where, masked(name, value)
