"""Feeds and their entries: the queries of polling."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Text, Update, bindparam, cast, func, or_, select, update

from pipeline.model import Entry, EntryState, FeedOrigin, FeedState
from pipeline.storage import tallies
from pipeline.storage.database import Session
from pipeline.storage.engine.steps import not_resting
from pipeline.storage.tables import ArticleRow, EntryRow, FeedRow


@dataclass(frozen=True, slots=True)
class Subscription:
    url: str
    name: str
    topic: str = ""
    filters: dict[str, Any] | None = None
    permission: str = ""
    permits: tuple[str, ...] = ()
    agent: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class KeyedEntry:
    """An entry with its identities: `key` within its feed, `link_key` over all feeds, `content_hash` for changes.

    `link_key` is None where there is no link, or other entries of the same document have it too.
    """

    entry: Entry
    key: str
    link_key: str | None
    content_hash: str
    refused: tuple[str, str] | None = None
    """Verdict and reason when it is not wanted."""


NOT_ASKED = "not asked: network.allow or network.ports keeps its address closed"


def sync_config_feeds(session: Session, wanted: Sequence[Subscription], now: datetime) -> None:
    """Make the feeds of origin `config` what `config.yaml` says; those gone from it stop being polled.

    What the configuration itself kept from being asked is due at once: it may say otherwise now.
    """
    rows = {row.url: row for row in session.scalars(select(FeedRow))}
    for subscription in wanted:
        row = rows.get(subscription.url)
        if row is None:
            session.add(new_feed(subscription, FeedOrigin.CONFIG, now))
            continue
        if subscription.name != subscription.url:  # without a name it keeps the one it goes by
            row.name = subscription.name
        row.topic = subscription.topic
        row.filters, row.permission = subscription.filters, subscription.permission
        row.permits, row.agent = list(subscription.permits), subscription.agent
        row.weight = subscription.weight
        if row.state == FeedState.REMOVED:
            row.state, row.reason, row.next_poll_at = FeedState.ACTIVE, "", now
        row.origin = FeedOrigin.CONFIG
    urls = {subscription.url for subscription in wanted}
    for row in rows.values():
        if row.poll_reason == NOT_ASKED:
            row.next_poll_at = now
        if row.origin == FeedOrigin.CONFIG and row.url not in urls and row.state != FeedState.REMOVED:
            row.state, row.reason = FeedState.REMOVED, "no longer in config.yaml"


def after_name(name: str, why: str) -> str:
    """Why a feed failed, to be said after its name: of one that goes by its address, that is not said twice."""
    return why.removeprefix(f"{name}: ")


def new_feed(subscription: Subscription, origin: FeedOrigin, now: datetime) -> FeedRow:
    return FeedRow(
        url=subscription.url,
        name=subscription.name,
        topic=subscription.topic,
        weight=subscription.weight,
        filters=subscription.filters,
        permission=subscription.permission,
        permits=list(subscription.permits),
        agent=subscription.agent,
        origin=origin,
        state=FeedState.ACTIVE,
        next_poll_at=now,
    )


def all_feeds(session: Session) -> list[FeedRow]:
    return list(session.scalars(select(FeedRow).order_by(FeedRow.id)))


def feed_by(session: Session, which: str) -> FeedRow | None:
    """A feed by its URL, else by its name if only one has it, else by its number."""
    row = session.scalar(select(FeedRow).where(FeedRow.url == which))
    if row is None:
        named = list(session.scalars(select(FeedRow).where(FeedRow.name == which)))
        row = named[0] if len(named) == 1 else None
    if row is None and which.isascii() and which.isdigit() and len(which) < 10:
        row = session.get(FeedRow, int(which))
    return row


def find_feed(session: Session, feed_id: int) -> FeedRow | None:
    return session.get(FeedRow, feed_id)


def get_feed(session: Session, feed_id: int) -> FeedRow:
    return session.get_one(FeedRow, feed_id)


@dataclass(slots=True)
class PollState:
    """The columns of a feed that polling reads and writes; a plain value, because a round has thousands."""

    id: int
    url: str
    name: str
    state: str
    reason: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    next_poll_at: datetime
    failures: int
    last_error: str
    moved_to: str | None
    moved_seen: int
    ttl_minutes: int | None
    rhythm_minutes: int | None
    failing_since: datetime | None
    plain: bool
    agent: str
    skip_hours: list[int] | None
    skip_days: list[int] | None
    filters: dict[str, Any] | None
    poll_reason: str = ""
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    """As the poll at hand sets it, as the two before: what they were is not read."""


_READ_ONLY = ("url", "agent", "filters")
_LEARNT = ("name", "ttl_minutes", "rhythm_minutes", "skip_hours", "skip_days")
"""What only a document teaches; nine answers of ten have none, and JSON is dear."""
_SET = ("poll_reason", "last_polled_at", "last_success_at")
_JSON = ("skip_hours", "skip_days", "filters")
_NAMES = tuple(f.name for f in fields(PollState))
_READ = tuple(name for name in _NAMES if name not in _SET)
_WRITTEN = tuple(name for name in _NAMES if name not in _READ_ONLY)
_SELDOM = tuple(name for name in _WRITTEN if name not in ("id", "next_poll_at", *_SET, *_LEARNT))
_seldom, _seldom_before = attrgetter(*_SELDOM), itemgetter(*map(_READ.index, _SELDOM))
_POLL_COLUMNS = tuple(cast(getattr(FeedRow, name), Text) if name in _JSON else getattr(FeedRow, name) for name in _READ)


_IDS = FeedRow.id.in_(bindparam("ids", expanding=True))
_POLL_STATES = select(*_POLL_COLUMNS).where(_IDS)


@dataclass(frozen=True, slots=True)
class PollStates:
    """Feeds as polling reads them, to be changed and written back."""

    by_id: dict[int, PollState]
    before: dict[int, Sequence[Any]]
    """Their columns as they were read, by which is seen what became another."""


def poll_states(session: Session, ids: Sequence[int]) -> PollStates:
    # Mostly there is nothing in them, which is told without reading JSON.
    *_, hours, days, filters = range(len(_POLL_COLUMNS))
    found = PollStates({}, {})
    for row in session.connection().execute(_POLL_STATES, {"ids": ids}):
        state = PollState(*row)
        state.skip_hours = json.loads(row[hours]) if row[hours] not in _EMPTY else None
        state.skip_days = json.loads(row[days]) if row[days] not in _EMPTY else None
        state.filters = json.loads(row[filters]) if row[filters] not in _EMPTY else None
        found.by_id[state.id], found.before[state.id] = state, row
    return found


_EMPTY = (None, "null")


class PollAsk(NamedTuple):
    """The columns of a feed that say how it is asked."""

    id: int
    url: str
    state: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    next_poll_at: datetime
    moved_to: str | None
    moved_seen: int
    plain: bool
    agent: str


_ASK_COLUMNS = tuple(getattr(FeedRow, name) for name in PollAsk._fields)


_POLL_ASKS = select(*_ASK_COLUMNS).where(_IDS)


def poll_asks(session: Session, ids: Sequence[int]) -> dict[int, PollAsk]:
    return {row[0]: PollAsk._make(row) for row in session.connection().execute(_POLL_ASKS, {"ids": ids})}


def due_feeds(session: Session, now: datetime, limit: int | None = None) -> list[int]:
    """Feeds to poll now, longest waiting first."""
    query = (
        select(FeedRow.id)
        .where(
            FeedRow.state.in_([FeedState.ACTIVE, FeedState.DEAD]),
            FeedRow.next_poll_at <= now,
            not_resting("poll", FeedRow.id, now),
        )
        .order_by(FeedRow.next_poll_at, FeedRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def save_poll_states(session: Session, states: PollStates, polled: Collection[int], learnt: Collection[int]) -> None:
    """Write polled feeds back; `learnt` are those a document came from. A round has thousands in which nothing is new:
    of what is written of those, only the time of the next poll is each feed's own.
    """
    kinds: dict[tuple[str, ...], list[PollState]] = {}
    quiet: dict[tuple[str, datetime | None], list[PollState]] = {}
    for feed_id in polled:
        state = states.by_id[feed_id]
        if feed_id in learnt:
            kinds.setdefault(_WRITTEN, []).append(state)
        elif state.failures:
            kinds.setdefault(_FAILED, []).append(state)
        elif _seldom(state) != _seldom_before(states.before[feed_id]):
            kinds.setdefault(_HEARD, []).append(state)
        else:
            quiet.setdefault((state.poll_reason, state.last_polled_at), []).append(state)
    # Past the session: nothing of it is read again there.
    connection = session.connection()
    for (reason, now), some in quiet.items():
        connection.execute(_SEEN, {"ids": [state.id for state in some], "why": reason, "now": now})
        connection.execute(_NEXT, [{"_id": state.id, "_next_poll_at": state.next_poll_at} for state in some])
    for names, some in kinds.items():
        values = attrgetter(*names)
        keys = [f"_{name}" for name in names]
        connection.execute(_UPDATES[names], [dict(zip(keys, values(s), strict=True)) for s in some])


def _update(*names: str) -> Update:
    here: dict[str, Any] = {name: bindparam(f"_{name}") for name in names if name != "id"}
    return update(FeedRow).where(FeedRow.id == bindparam("_id")).values(here)


_HEARD = tuple(name for name in _WRITTEN if name not in _LEARNT)
_FAILED = tuple(name for name in _HEARD if name != "last_success_at")
_UPDATES = {names: _update(*names) for names in (_HEARD, _FAILED, _WRITTEN)}
_NEXT = _update("id", "next_poll_at")
_SEEN = (
    update(FeedRow)
    .where(_IDS)
    .values(poll_reason=bindparam("why"), last_polled_at=bindparam("now"), last_success_at=bindparam("now"))
)


_NEWEST = (
    select(EntryRow.published_at)
    .where(EntryRow.feed_id == bindparam("feed"), EntryRow.published_at.is_not(None))
    .order_by(EntryRow.published_at.desc())
    .limit(20)
)


def recent_times(session: Session, ids: Sequence[int]) -> dict[int, list[datetime]]:
    """When each feed's newest entries were published, newest first."""
    # Feed by feed, for each takes so many rows off an index; a ranking of them all would read every entry there is.
    found: dict[int, list[datetime]] = {}
    for feed_id in ids:
        times = session.scalars(_NEWEST, {"feed": feed_id})
        found[feed_id] = [time for time in times if time is not None]
    return found


@dataclass(slots=True)
class Stored:
    """What a document brought: entries that are new, that changed, and that are new but not wanted, by reason."""

    new: int = 0
    changed: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def store_entries(session: Session, feed_id: int, entries: Iterable[KeyedEntry], now: datetime) -> Stored:
    """Add what is new and note what changed.

    An entry whose key is unknown but whose link or content this feed already has is the same one under
    another GUID. Entries that are not wanted are kept as refused, so that they are known from then on.
    """
    wanted = list(entries)
    rows = _known(session, feed_id, wanted)
    by_key = {row.key: row for row in rows}
    by_link = {row.link_key: row for row in rows if row.link_key}
    by_content = {row.content_hash: row for row in rows}
    done = Stored()
    for keyed in wanted:
        known = by_key.get(keyed.key)
        if known is None:
            known = by_link.get(keyed.link_key) if keyed.link_key else by_content.get(keyed.content_hash)
        if known is None:
            row = _entry_row(feed_id, keyed, now)
            session.add(row)
            by_key[row.key] = row
            by_content[row.content_hash] = row
            if row.link_key:
                by_link[row.link_key] = row
            done.new += row.state == EntryState.NEW
            if keyed.refused:
                done.refused[keyed.refused[1]] = done.refused.get(keyed.refused[1], 0) + 1
        elif known.content_hash != keyed.content_hash:
            _revise(known, keyed)
            done.changed += 1
    return done


_KNOWN = (
    select(EntryRow)
    .where(
        EntryRow.feed_id == bindparam("feed"),
        or_(
            EntryRow.key.in_(bindparam("keys", expanding=True)),
            EntryRow.link_key.in_(bindparam("links", expanding=True)),
            EntryRow.content_hash.in_(bindparam("contents", expanding=True)),
        ),
    )
    .order_by(EntryRow.id)
)


def _known(session: Session, feed_id: int, wanted: Sequence[KeyedEntry], chunk: int = 200) -> list[EntryRow]:
    """The rows of a feed that some entries may be: only these are read, however many the feed ever had."""
    found: dict[int, EntryRow] = {}
    for start in range(0, len(wanted), chunk):
        part = wanted[start : start + chunk]
        asked = {
            "feed": feed_id,
            "keys": [keyed.key for keyed in part],
            "links": [keyed.link_key for keyed in part if keyed.link_key],
            "contents": [keyed.content_hash for keyed in part if not keyed.link_key],
        }
        found.update((row.id, row) for row in session.scalars(_KNOWN, asked))
    return list(found.values())


def _entry_row(feed_id: int, keyed: KeyedEntry, now: datetime) -> EntryRow:
    entry = keyed.entry
    verdict, reason = keyed.refused or ("", "")
    return EntryRow(
        feed_id=feed_id,
        key=keyed.key,
        link=entry.link,
        link_key=keyed.link_key,
        title=entry.title,
        summary=entry.summary,
        content=entry.content,
        authors=list(entry.authors),
        tags=list(entry.tags),
        image=entry.image,
        published_at=entry.published,
        updated_at=entry.updated,
        first_seen_at=now,
        revision=1,
        content_hash=keyed.content_hash,
        state=EntryState.REFUSED if verdict else EntryState.NEW,
        verdict=verdict,
        reason=reason,
        next_try_at=None if verdict else now,
    )


def _revise(row: EntryRow, keyed: KeyedEntry) -> None:
    row.title, row.summary, row.content = keyed.entry.title, keyed.entry.summary, keyed.entry.content
    row.updated_at = keyed.entry.updated or row.updated_at
    row.content_hash = keyed.content_hash
    row.revision += 1


def stories_since(session: Session, feed_id: int, since: datetime) -> int:
    """How many articles of a feed were read since a time."""
    query = (
        select(func.count())
        .select_from(ArticleRow)
        .join(EntryRow, EntryRow.id == ArticleRow.entry_id)
        .where(EntryRow.feed_id == feed_id, ArticleRow.collected_at >= since)
    )
    return session.scalar(query) or 0


READ_WITHIN = timedelta(days=7)
"""How far back the pages are looked at by which a feed is judged."""
_NOT_TRIED = ("old", "filtered")


def pages_by_feed(session: Session, now: datetime) -> dict[int, dict[str, int]]:
    """What became of each feed's entries of the last days whose pages were looked at, counted by verdict."""
    query = (
        select(EntryRow.feed_id, EntryRow.state, EntryRow.verdict, func.count())
        .where(EntryRow.first_seen_at >= now - READ_WITHIN)
        .where(EntryRow.state.in_((EntryState.EXTRACTED, EntryState.FAILED, EntryState.REFUSED)))
        .group_by(EntryRow.feed_id, EntryRow.state, EntryRow.verdict)
    )
    found: dict[int, dict[str, int]] = {}
    for feed_id, state, verdict, count in session.execute(query):
        if state == EntryState.REFUSED and verdict in _NOT_TRIED:
            continue
        word = "article" if state == EntryState.EXTRACTED else verdict or "unreachable"
        of_feed = found.setdefault(feed_id, {})
        of_feed[word] = of_feed.get(word, 0) + count
    return found


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """Entries ever, those first seen within the last four weeks, those refused, and those whose pages fail."""

    entries: int = 0
    recent: int = 0
    refused: int = 0
    failed: int = 0

    @property
    def a_week(self) -> float:
        return self.recent / 4


def counts_by_feed(session: Session, now: datetime) -> dict[int, FeedCounts]:
    """Of each feed that ever brought something; only the entries of the last four weeks are looked at."""
    since = now - timedelta(days=28)
    seen = select(EntryRow.feed_id, func.count()).where(EntryRow.first_seen_at >= since).group_by(EntryRow.feed_id)
    recent = {feed_id: count for feed_id, count in session.execute(seen)}
    return {
        feed_id: FeedCounts(
            sum(states.values()),
            recent.get(feed_id, 0),
            states.get(EntryState.REFUSED, 0),
            states.get(EntryState.FAILED, 0),
        )
        for feed_id, states in tallies.entries_by_feed(session).items()
    }
