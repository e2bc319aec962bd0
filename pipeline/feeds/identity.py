"""What makes an entry the same entry, and a link the same link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipeline.model import Entry

MAX_KEY = 600
AHEAD = timedelta(minutes=10)
"""How far a feed's clock may run ahead of ours before its dates are taken to be now."""
# Parameters that follow the reader, not the page. Prefixes end with "_".
_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid twclid yclid igshid igsh mc_cid mc_eid mkt_tok ref_src ref_url cmpid "
    "ncid ocid smid s_cid spm vero_id wickedid xtor guccounter guce_referrer taid _hsenc _hsmi".split()
)
_TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "at_", "oly_", "__hs")


@lru_cache(maxsize=4096)
def link_key(url: str) -> str:
    """The identity of a link: scheme, `www.`, default port, fragment, tracking parameters and last slash dropped.

    For comparing only: readers are given the link as the feed wrote it.
    """
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = None
    host = (parts.hostname or "").removeprefix("www.")
    if port and port not in (80, 443):
        host += f":{port}"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith(_TRACKING_PREFIXES)
    ]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return _short(f"{host}{parts.path.rstrip('/')}{query}")


def entry_keys(entries: Sequence[Entry]) -> list[str]:
    """How a feed's next answer is matched against these entries of one document: by GUID, else link, else content.

    What several different entries of a document share identifies none of them: a GUID that is the
    same everywhere, a link that always goes to the home page.
    """
    shared_guids = _shared((entry.id, link_key(entry.link) if entry.link else content_hash(entry)) for entry in entries)
    shared_links = shared_link_keys(entries)
    keys = []
    for entry in entries:
        link = link_key(entry.link) if entry.link else None
        if entry.id and entry.id not in shared_guids:
            keys.append(_short(f"guid:{entry.id}"))
        elif link and link not in shared_links:
            keys.append(_short(f"link:{link}"))
        else:
            keys.append(f"content:{content_hash(entry)}")
    return keys


def shared_link_keys(entries: Sequence[Entry]) -> frozenset[str]:
    """Links that more than one entry of a document has."""
    return _shared((link_key(entry.link), entry.id or content_hash(entry)) for entry in entries if entry.link)


def _shared(pairs: Iterable[tuple[str | None, str]]) -> frozenset[str]:
    """Identifiers that stand beside more than one other thing."""
    beside: dict[str, set[str]] = {}
    for identifier, other in pairs:
        if identifier:
            beside.setdefault(identifier, set()).add(other)
    return frozenset(identifier for identifier, others in beside.items() if len(others) > 1)


def content_hash(entry: Entry) -> str:
    """SHA-256 of what readers see of an entry: a change of it is a new revision."""
    seen = "\x00".join([entry.title, entry.summary, entry.content])
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()


def clamp_future(entry: Entry, now: datetime) -> Entry:
    """An entry from the future is from now: otherwise it would stay the newest for years."""

    def clamp(time: datetime | None) -> datetime | None:
        return now if time is not None and time > now + AHEAD else time

    return replace(entry, published=clamp(entry.published), updated=clamp(entry.updated))


def _short(key: str) -> str:
    """Keys are bounded; a longer one keeps its beginning and the hash of the whole."""
    if len(key) <= MAX_KEY:
        return key
    return key[: MAX_KEY - 65] + "#" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
