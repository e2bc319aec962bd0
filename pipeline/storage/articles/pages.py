"""Pages as they were fetched, kept compressed for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import zstandard
from sqlalchemy import delete, select

from pipeline.storage.database import Database, Session
from pipeline.storage.tables import PageRow

MAX_BYTES = 50_000_000
"""What a kept page may unpack to."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    entry_id: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def keep_page(session: Session, page: KeptPage, now: datetime) -> None:
    """Keep a page in place of the entry's earlier one."""
    packed = zstandard.compress(page.body, 6)
    row = session.scalar(select(PageRow).where(PageRow.entry_id == page.entry_id))
    if row is None:
        row = PageRow(entry_id=page.entry_id)
        session.add(row)
    row.url, row.headers, row.body, row.fetched_at = page.url, dict(page.headers), packed, now


def kept_page(session: Session, entry_id: int) -> KeptPage | None:
    """The page kept for an entry, if it still is."""
    row = session.scalar(select(PageRow).where(PageRow.entry_id == entry_id))
    if row is None:
        return None
    return KeptPage(entry_id, row.url, row.headers, zstandard.decompress(row.body, max_output_size=MAX_BYTES))


def kept_pages(database: Database) -> Iterator[KeptPage]:
    """Every kept page, by entry; one is in memory at a time."""
    last = 0
    while True:
        with database.session() as session:
            row = session.scalar(select(PageRow).where(PageRow.entry_id > last).order_by(PageRow.entry_id).limit(1))
            if row is None:
                return
            last = row.entry_id
            body = zstandard.decompress(row.body, max_output_size=MAX_BYTES)
            page = KeptPage(row.entry_id, row.url, row.headers, body)
        yield page


def prune_pages(session: Session, before: datetime, limit: int = 1000) -> int:
    """Drop pages fetched before a time, at most `limit` at once; how many."""
    old = select(PageRow.id).where(PageRow.fetched_at < before).order_by(PageRow.fetched_at).limit(limit)
    found = session.execute(delete(PageRow).where(PageRow.id.in_(old)).returning(PageRow.id))
    return len(found.all())
