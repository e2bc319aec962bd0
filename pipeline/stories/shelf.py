"""The shelf of tellings in the database: what was placed lately, by whatever worker, before or after a restart."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pipeline.storage import tellings
from pipeline.storage.database import Session
from pipeline.stories.group import CANDIDATES, CROWD, WINDOW, Telling, keys_of
from pipeline.stories.likeness import Counts, counted
from pipeline.stories.signs import Signs

_LATEST = 5
_SETS = frozenset({"numbers", "shingles", "title_kinds", "lead_kinds", "all_kinds", "lead_numbers"})


class ShelfOfRows:
    """A `group.Shelf` of rows, in the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def near(self, keys: Mapping[str, float]) -> Sequence[Telling]:
        worth = {_hashed(key): value for key, value in keys.items()}
        weight: dict[int, float] = defaultdict(float)
        for key, article in tellings.holding(self.session, list(worth), CROWD):
            weight[article] += worth[key]
        best = sorted(weight, key=lambda article: (-weight[article], article))[:CANDIDATES]
        found = self._tellings(best)
        return [found[article] for article in best if article in found]

    def counts(self, words: Collection[str]) -> Counts:
        hashed = {_hashed(word): word for word in words}
        found = tellings.counts_of(self.session, [tellings.ALL, *hashed])
        return Counts(found.pop(tellings.ALL, 0), {hashed[word]: stories for word, stories in found.items()})

    def told(self, story: str) -> Sequence[Telling]:
        ids = tellings.telling_ids(self.session, int(story), 1, _LATEST)
        found = self._tellings(ids)
        return [found[article] for article in ids if article in found]

    def put(self, article_id: int, new: Signs, opened: bool, told: Iterable[Telling], now: datetime) -> None:
        """Let those that come after find an article that was placed among those that `told` its story before."""
        known = set().union(*(counted(each.signs) for each in told))
        fresh = {_hashed(word) for word in counted(new) - known}
        tellings.keep_signs(self.session, article_id, _pack(new, fresh, opened), set(map(_hashed, keys_of(new))), now)
        changes = dict.fromkeys(fresh, 1)
        if opened:
            changes[tellings.ALL] = 1
        for packed in tellings.forget_before(self.session, now - 2 * WINDOW):
            for word in _counted_for(packed):
                changes[word] = changes.get(word, 0) - 1
        tellings.count(self.session, {word: more for word, more in changes.items() if more})

    def _tellings(self, ids: Collection[int]) -> dict[int, Telling]:
        found = tellings.packed_signs(self.session, ids)
        return {article: Telling(_unpacked(packed), str(story)) for article, (packed, story) in found.items()}


@lru_cache(maxsize=200_000)
def _hashed(word: str) -> int:
    digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _pack(signs: Signs, counted_for: Collection[int], opened: bool) -> bytes:
    """Signs as bytes, with the words that were counted for them."""
    row: dict[str, Any] = {}
    for one in fields(Signs):
        value = getattr(signs, one.name)
        row[one.name] = (
            sorted(value)
            if one.name in _SETS
            else value.isoformat()
            if isinstance(value, date)
            else dict(value)
            if isinstance(value, Mapping)
            else value
        )
    row["counted"] = sorted(counted_for) + ([tellings.ALL] if opened else [])
    return zlib.compress(json.dumps(row).encode(), 1)


@lru_cache(maxsize=4000)
def _unpacked(packed: bytes) -> Signs:
    row: dict[str, Any] = json.loads(zlib.decompress(packed))
    del row["counted"]
    row["at"] = datetime.fromisoformat(row["at"]) if row["at"] else None
    row["day"] = date.fromisoformat(row["day"]) if row["day"] else None
    row.update({name: frozenset(row[name]) for name in _SETS})
    return Signs(**row)


def _counted_for(packed: bytes) -> list[int]:
    found: list[int] = json.loads(zlib.decompress(packed))["counted"]
    return found
