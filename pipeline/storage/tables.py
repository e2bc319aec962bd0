"""The tables, one class each. The rows are the truth: what is done and what is due stands here and nowhere else.

Times are UTC and aware; money is whole millionths of the configured currency.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    literal_column,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out: SQLite keeps no zone, PostgreSQL answers in the session's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is never stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON, str: Text}  # noqa: RUF012
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of just the rows a condition is true for: those that are due, not the million that are done."""
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def one_of(column: InstrumentedAttribute[str], *values: str) -> ColumnElement[bool]:
    """A condition with its values written out: a database takes an index `where` them only if it sees them."""
    return column.in_([literal_column(f"'{value}'") for value in values])


_Counted = BigInteger().with_variant(Integer(), "sqlite")
"""A number that a busy newsroom could count past two thousand million; SQLite numbers rows by `INTEGER` alone."""


class FeedRow(Row):
    """A subscription and what polling it has taught."""

    __tablename__ = "feeds"
    __table_args__ = (Index(None, "state", "next_poll_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    name: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(default="")
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None]
    next_poll_at: Mapped[datetime]
    poll_reason: Mapped[str] = mapped_column(default="never polled")
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    last_polled_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    moved_to: Mapped[str | None]
    moved_seen: Mapped[int] = mapped_column(default=0)
    ttl_minutes: Mapped[int | None]
    rhythm_minutes: Mapped[int | None]
    failing_since: Mapped[datetime | None]
    filters: Mapped[dict[str, Any] | None]
    """The feed's own filters, as in the configuration."""
    permission: Mapped[str] = mapped_column(default="", server_default="")
    """What allows using its texts although the site reserves them."""
    permits: Mapped[list[Any] | None]
    """Which reservations that lifts; every one when it says nothing."""
    agent: Mapped[str] = mapped_column(default="", server_default="")
    """The name it is asked under, where the newsroom gave one."""
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its server only answers to the headers of a browser."""
    skip_hours: Mapped[list[Any] | None]
    skip_days: Mapped[list[Any] | None]
    """When it last said not to be asked: hours in UTC, and weekdays from 0 for Monday."""


class EntryRow(Row):
    """One item of a feed; `key` is how the feed's next answer is matched against it."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("feed_id", "key"),
        where("ix_entries_due", "next_try_at IS NOT NULL", "next_try_at", "id"),
        Index(None, "state", "id"),
        Index(None, "link_key"),
        Index(None, "feed_id", "published_at"),
        Index(None, "first_seen_at", "feed_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    key: Mapped[str] = mapped_column(String(600))
    link: Mapped[str | None]
    link_key: Mapped[str | None] = mapped_column(String(600))
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    authors: Mapped[list[Any]]
    tags: Mapped[list[Any]]
    image: Mapped[str | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]


class StoryRow(Row):
    """What readers get: led by one article, carried by its drafts."""

    __tablename__ = "stories"
    __table_args__ = (
        where("ix_stories_due", "state IN ('new', 'drafting')", "write_place", "id"),
        where("ix_stories_open", "state IN ('new', 'drafting')", "created_at"),
        where("ix_stories_waiting", "waiting_for <> ''", "id"),
        where("ix_stories_held_until", "held_until IS NOT NULL", "held_until"),
        where("ix_stories_approved_at", "approved_at IS NOT NULL", "approved_at", "id"),
        where("ix_stories_public", "public_at IS NOT NULL", "public_at", "id"),
        where("ix_stories_to_issue", "edition_id IS NULL AND approved_at IS NOT NULL", "approved_at", "id"),
        Index(None, "state", "id"),
        Index(None, "state", "approved_at"),
        Index(None, "state", "queue_place", "id"),
        Index(None, "state", "topic", "queue_place", "id"),
        Index(None, "state", "source_name", "queue_place", "id"),
        Index(None, "state", "assigned_to", "queue_place", "id"),
        Index(None, "state", "arrived_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    """The title of the article it was written from."""
    headline: Mapped[str] = mapped_column(default="", server_default="")
    """Its current draft's own, "" where it has none."""
    topic: Mapped[str] = mapped_column(default="")
    source_name: Mapped[str]
    link: Mapped[str]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    waiting_for: Mapped[str] = mapped_column(default="")
    write_place: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sorts what wants a draft, smallest first: the freshest hour, and in it the shortest (`stories/group.py`)."""
    repair_due: Mapped[bool] = mapped_column(default=False, server_default=false())
    current_draft_id: Mapped[int | None]
    held_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    edition_id: Mapped[int | None]
    """The first edition that carried it: a story is issued once."""
    public_at: Mapped[datetime | None]
    """When it first was in public, in an edition or on the site."""
    address: Mapped[str | None] = mapped_column(String(200))
    """Where its page lies on the site, from the site's root: given once, kept for ever."""
    queue_place: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sorts the desk's queue, smallest first: minus the risk, written whenever checks run (`checks/risk.py`)."""
    blocks: Mapped[int] = mapped_column(default=0, server_default="0")
    warnings: Mapped[int] = mapped_column(default=0, server_default="0")
    wrong: Mapped[str] = mapped_column(default="", server_default="")
    """The checks whose blocks and warnings stand, the gravest first: `name quote`."""
    cleared: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many blocks of its draft somebody accepted."""
    words: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many words its draft has."""
    differs: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether rules and judge say different things of a sentence of its draft, and nobody decided between them."""
    sensitive: Mapped[str] = mapped_column(default="", server_default="")
    breaking: Mapped[bool] = mapped_column(default=False, server_default=false())
    sources: Mapped[int] = mapped_column(default=1, server_default="1")
    arrived_at: Mapped[datetime | None]
    """When its current draft was ready for an editor."""
    assigned_to: Mapped[str] = mapped_column(String(120), default="", server_default="")
    joined_to: Mapped[int | None]
    """The story an editor joined it to; it has no articles of its own then."""
    simple_draft_id: Mapped[int | None]
    """The current version of the simple level."""
    simple_hash: Mapped[str | None] = mapped_column(String(64))
    """The simple wording that was approved; in force only while it was made from the approved standard wording."""
    simple_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    simple_at: Mapped[datetime | None]

    @hybrid_property
    def heading(self) -> str:
        """What it is called in lists: its headline, and until it has one the title of its article."""
        return self.headline or self.title

    @heading.inplace.expression
    @classmethod
    def _heading(cls) -> ColumnElement[str]:
        return func.coalesce(func.nullif(cls.headline, ""), cls.title)


class ArticleRow(Row):
    """What was read on a page. `sentences` is numbered once, so that evidence never shifts."""

    __tablename__ = "articles"
    __table_args__ = (
        where("ix_articles_unplaced", "story_id IS NULL", "published_at"),
        Index(None, "text_hash"),
        Index(None, "canonical_url"),
        Index(None, "story_id"),
        Index(None, "collected_at"),
        Index(None, "look_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    url: Mapped[str]
    canonical_url: Mapped[str | None]
    title: Mapped[str]
    byline: Mapped[str | None]
    site: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[datetime | None]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    sentences: Mapped[list[Any]]
    extractor: Mapped[str] = mapped_column(default="")
    permission: Mapped[str] = mapped_column(default="", server_default="")
    """The permission it was read under, if the feed had one."""
    lifted: Mapped[list[Any] | None]
    """The reservations met on the way, which the permission lifted."""
    collected_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    section: Mapped[str | None]
    image: Mapped[str | None]
    image_alt: Mapped[str | None]
    sources: Mapped[dict[str, Any] | None]
    """Where each fact was read: `json-ld`, `opengraph`, `meta`, `html` or `feed`."""
    notes: Mapped[list[Any] | None]
    """What was odd about the page: hidden text, invisible characters."""
    look_at: Mapped[datetime | None]
    """When its page is looked at again; None when it is no more."""
    looks: Mapped[int] = mapped_column(default=0, server_default="0")


class TellingRow(Row):
    """An article in a story, with why it is there; one that was taken out keeps its row, as drafts may cite it."""

    __tablename__ = "tellings"
    __table_args__ = (Index(None, "story_id"), Index(None, "article_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    before: Mapped[int | None]
    """How many of the story's numbered sentences come before its first; None for a copy, which adds none."""
    why: Mapped[list[Any]]
    """Why it tells the same, in words; nothing for the article that opened the story."""
    by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The editor who put it there; "" where the rules did."""
    named: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an editor named it the lead."""
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class SignsRow(Row):
    """What a lately placed article is compared by (`stories/shelf.py`); gone when its window is past."""

    __tablename__ = "signs"
    __table_args__ = (Index(None, "placed_at"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    placed_at: Mapped[datetime]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class SignKeyRow(Row):
    """What a lately placed article is found by: hashes of its rarest words, its names, pieces of its text."""

    __tablename__ = "sign_keys"
    __table_args__ = (Index(None, "article_id"),)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class SignCountRow(Row):
    """How many of the stories of the window have a word, by its hash; under 0, how many stories there are."""

    __tablename__ = "sign_counts"
    word: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stories: Mapped[int]


class KinRow(Row):
    """A story of the same matter as an earlier one, though not of the same event."""

    __tablename__ = "kin"
    __table_args__ = (Index(None, "other_id"),)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)


class ChangeRow(Row):
    """What became known behind a story: its page `changed`, with its text then, or is `gone`; an article `joined` it,
    with what that adds."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "story_id"), Index(None, "article_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    what: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    seen_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(120))
    """Who looked at it and found that nothing is to be changed; a new version answers it as well."""
    answered_at: Mapped[datetime | None]


class PageRow(Row):
    """A page as it was fetched, compressed with zstd, for extracting again; pruned after a while."""

    __tablename__ = "pages"
    __table_args__ = (Index(None, "fetched_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    url: Mapped[str]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    fetched_at: Mapped[datetime]


class DraftRow(Row):
    """One version of a story's text, by a writer or an editor; never changed, only followed by the next."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("story_id", "number"),
        where("ix_drafts_unchecked", "check_verdict IS NULL", "id"),
        where("ix_drafts_unjudged", "judged = 'due'", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    number: Mapped[int]
    author: Mapped[str]
    writer: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(default="")
    prompt: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]
    text: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))
    cost_micro: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    check_verdict: Mapped[str | None] = mapped_column(String(10))
    report: Mapped[dict[str, Any] | None]
    judged: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """One of `pipeline.model.Judging`, or "" where nobody is to ask the judge."""
    judge_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    judge_at: Mapped[datetime | None]
    level: Mapped[str] = mapped_column(String(20), default="standard", server_default="standard")
    basis: Mapped[str | None] = mapped_column(String(64))
    """For the simple level: the hash of the standard wording it was made from."""
    back_to: Mapped[int | None]
    """The number of the version whose wording this one took up again: undo and redo go on from there."""


class ReviewRow(Row):
    """Who did what to a story, when and why: only ever appended."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "story_id"),
        Index(None, "at"),
        where("ix_reviews_in_public", "act IN ('correct', 'retract')", "id"),
        where("ix_reviews_comments", "act = 'comment'", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    at: Mapped[datetime]
    who: Mapped[str]
    act: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    draft_hash: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(default="")
    about: Mapped[dict[str, Any] | None]
    """The finding it is about, for an acceptance; to whom, for handing over."""
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long who had the story open since their last decision on it."""


class VisitRow(Row):
    """A story open at somebody's desk: the soft lock, and the time spent on it."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("story_id", "who"), Index(None, "seen_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    who: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left: Mapped[bool] = mapped_column(default=False, server_default=false())
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    shown: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The wording they were shown last, by its hash: what an approval without a hash is of."""
    shown_simple: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The simple version that was shown with it."""


class SearchRow(Row):
    """What a story is found by, in one spelling: `storage/search.py` writes it, the full text search indexes it."""

    __tablename__ = "search"
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
    words: Mapped[str]


class UnsavedRow(Row):
    """What somebody typed into a sentence and did not save yet: it survives a closed tab and an ended session."""

    __tablename__ = "unsaved"
    __table_args__ = (UniqueConstraint("story_id", "who", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    who: Mapped[str] = mapped_column(String(120))
    place: Mapped[int]
    """The sentence, 0-based in reading order; -1 for the whole text, -2 for that of the simple version."""
    base_hash: Mapped[str] = mapped_column(String(64))
    """The version that was shown when they began."""
    text: Mapped[str]
    saved_at: Mapped[datetime]


class RewriteRow(Row):
    """A sentence the model was asked to write anew: kept until somebody takes it or puts it away."""

    __tablename__ = "rewrites"
    __table_args__ = (Index(None, "story_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    who: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str]
    """The wording it is to replace."""
    state: Mapped[str] = mapped_column(String(20))
    """`asked`, `answered`, `failed`, `taken` or `put_away`."""
    text: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    evidence: Mapped[list[Any]]
    error: Mapped[str] = mapped_column(default="")
    cost_micro: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CallRow(Row):
    """A question to a model and, once one came, its answer; `key` is a hash of all that shapes the answer."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "story_id"), Index(None, "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id"))
    """The story that asked first; others with the same text are given its answer."""
    model: Mapped[str]
    prompt: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the answer was used: from the second time on it was not paid for again."""


class EndpointRow(Row):
    """A model at an address, and what its answers and errors taught about it."""

    __tablename__ = "endpoints"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    mode: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """How strictly it may be asked for JSON; see `pipeline.llm.dialect`."""
    limit_name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What it calls the bound of an answer's length."""
    route: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """On which route it answers typed questions; see `pipeline.llm.decisions`."""
    without: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Parameters its model does not take."""
    learnt_at: Mapped[datetime | None]
    requests_a_minute: Mapped[int | None]
    tokens_a_minute: Mapped[int | None]
    pause_until: Mapped[datetime | None]
    """Until when it wants to be left in peace."""


class BatchRow(Row):
    """Calls that are sent through an endpoint's batch API together; see `pipeline.llm.batch` for its way."""

    __tablename__ = "batches"
    __table_args__ = (Index(None, "state", "next_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    token: Mapped[str] = mapped_column(String(40), unique=True)
    """What the endpoint knows it by even before it has told us its own name for it."""
    state: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    creating_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    input_file: Mapped[str | None]
    remote_id: Mapped[str | None]
    output_file: Mapped[str | None]
    error_file: Mapped[str | None]
    ended_as: Mapped[str] = mapped_column(String(20), default="")
    error: Mapped[str] = mapped_column(default="")
    holder: Mapped[str] = mapped_column(String(200), default="")
    held_until: Mapped[datetime | None]
    """Until when a step of it is somebody's, by the database's clock."""


class TryRow(Row):
    """The ledger: one request for an answer, reserved with its worst cost before it is made.

    `reserved` counts in full until the try ends: `paid` with what it cost, `free` when it surely cost nothing,
    `lost` when it may have been paid without an answer and so counts in full for ever.
    """

    __tablename__ = "tries"
    __table_args__ = (
        Index(None, "day"),
        Index(None, "story_id"),
        Index(None, "run_id"),
        Index(None, "call_id"),
        Index(None, "state", "lease_until"),
        Index(None, "endpoint_id", "sent_at"),
        Index(None, "batch_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id"))
    run_id: Mapped[int | None]
    day: Mapped[str] = mapped_column(String(10))
    """The newsroom's day whose cap it counts against."""
    state: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(200), default="")
    """The process that waits for the answer; see `pipeline.llm.holder`."""
    lease_until: Mapped[datetime | None]
    """Until when nobody else may ask the same, by the database's clock; its holder renews it."""
    reserved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reserved_micro: Mapped[int]
    reserved_input: Mapped[int]
    reserved_output: Mapped[int]
    cost_micro: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cached_input: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the input tokens, those read from the server's cache."""
    cache_write: Mapped[int] = mapped_column(default=0, server_default="0")
    reasoning: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the output tokens, those the model thought in."""
    over: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the endpoint reported more than was reserved, which is the most a call can use; what counts is capped."""
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Usage as the endpoint reported it."""
    endpoint_id: Mapped[int | None] = mapped_column(ForeignKey("endpoints.id"))
    sent_at: Mapped[datetime | None]
    """When its request was last sent; the endpoint's limits are counted from here."""
    paced_tokens: Mapped[int] = mapped_column(default=0, server_default="0")
    """The tokens it counts against the endpoint's limits: expected until the answer tells."""
    lane: Mapped[str] = mapped_column(String(10), default="now", server_default="now")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The question, while it waits for its batch."""
    price: Mapped[str] = mapped_column(default="", server_default="")
    """The price it was reckoned with, and the day that price was true."""
    error: Mapped[str] = mapped_column(default="")


class EditionRow(Row):
    """A digest that was issued: its document is kept, so that it prints unchanged for ever."""

    __tablename__ = "editions"
    __table_args__ = (Index(None, "topic", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    issued_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    topic: Mapped[str] = mapped_column(default="", server_default="")
    """The one topic it is of; "" for an edition of the whole newsroom."""
    issued_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    document: Mapped[dict[str, Any]]


class ToldRow(Row):
    """A correction or retraction that an edition told its readers of; once in the editions of a topic ("": of all)."""

    __tablename__ = "told"
    __table_args__ = (UniqueConstraint("review_id", "topic"), Index(None, "edition_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    topic: Mapped[str] = mapped_column(default="", server_default="")


class PlanRow(Row):
    """What somebody arranged for the next edition of a topic ("": of all), and when to issue it, if at a time."""

    __tablename__ = "plans"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    """`order`, `leave_out` (ids of stories) and `lead` (one, or null)."""
    issue_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]


class ReaderRow(Row):
    """Somebody who gets editions by mail. One who was removed stays as a fingerprint: no list brings them back."""

    __tablename__ = "readers"
    __table_args__ = (Index(None, "state", "topic", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the address in small letters."""
    address: Mapped[str] = mapped_column(String(320))
    """As it was given; "" once it was removed."""
    topic: Mapped[str] = mapped_column(default="", server_default="")
    """The topic whose editions they get; "" for the whole newsroom's."""
    state: Mapped[str] = mapped_column(String(20))
    """`invited` until they confirm, then `active`; `left`, `refused` (by their own server) or `removed`."""
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    """What their links to confirm and to leave hold; nobody can guess it."""
    consent: Mapped[str] = mapped_column(default="", server_default="")
    """How they agreed, in words."""
    consent_at: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")


class SendingRow(Row):
    """An edition on its way to one who gets it, once: a reader by mail, or a webhook."""

    __tablename__ = "sendings"
    __table_args__ = (
        UniqueConstraint("edition_id", "target"),
        where("ix_sendings_open", "state IN ('open', 'handed')", "edition_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    target: Mapped[str] = mapped_column(String(80))
    """Whom it goes to: `mail` or `hook` and a fingerprint."""
    reader_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20))
    """`open`, `handed` (all but its end is with the server), `sent`, `refused`, `unsure` or `dropped`."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="", server_default="")
    ended_at: Mapped[datetime | None]


class RatingRow(Row):
    """How often readers found a story, or a paragraph of it, clear or not: counts, and nothing of who said so."""

    __tablename__ = "ratings"
    __table_args__ = (UniqueConstraint("story_id", "paragraph"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"))
    paragraph: Mapped[int]
    """1 for the dek, 2 for "In short", and so on; 0 for the story as a whole."""
    clear: Mapped[int] = mapped_column(default=0, server_default="0")
    unclear: Mapped[int] = mapped_column(default=0, server_default="0")


class PromptRow(Row):
    """A prompt version once used: its text may never change under the same number."""

    __tablename__ = "prompts"
    __table_args__ = (UniqueConstraint("prompt", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    prompt: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class WorkerRow(Row):
    """A process that works on this newsroom: alive while `seen_at` is fresh. One that ends takes its row along."""

    __tablename__ = "workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """`run`, `daemon` or `worker`."""
    name: Mapped[str]
    """Host and process number."""
    version: Mapped[str] = mapped_column(String(40))
    queues: Mapped[list[Any]]
    leads: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it keeps the clocks and says what is due."""
    session: Mapped[int | None]
    """The server process of PostgreSQL that holds the leader's lock, where it leads."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class StepRow(Row):
    """A step under way, or one that tripped: what a stage is doing with a thing, and how often that went wrong.

    A step that goes well leaves no row.
    """

    __tablename__ = "steps"
    __table_args__ = (UniqueConstraint("stage", "thing_id"), Index(None, "worker_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[int]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))
    """Who is at it; None while nobody is."""
    started_at: Mapped[datetime]
    tripped: Mapped[int] = mapped_column(default=0, server_default="0")
    deaths: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a process died while it was at it, of whatever."""
    error: Mapped[str] = mapped_column(default="", server_default="")
    next_try_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    """When it was given up: nothing tries it again until a person says so."""


class ClockRow(Row):
    """When a clock last fired, so that times missed while nothing ran are known."""

    __tablename__ = "clocks"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    fired_at: Mapped[datetime]
    """The time it was due at, not the moment the work began."""


class RunRow(Row):
    """One round of the engine and its summary."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any] | None]


class BackupRow(Row):
    """A backup that was taken and found sound: how anybody, on any machine, knows the age of the last one."""

    __tablename__ = "backups"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    file: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)


class UserRow(Row):
    """Somebody who may use the desk. Without a password only a proxy's sign-on lets them in."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None]
    """The argon2id hash."""
    created_at: Mapped[datetime]


class SessionRow(Row):
    """A log-in that lasts. `key` is the hash of the cookie; a session is ended by taking its row away."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """None for the owner of a desk without users."""
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(60))
    agent: Mapped[str] = mapped_column(String(200))


class EventRow(Row):
    """Who did what at the desk beside reviewing: log-ins, users, feeds, the glossary. Only ever appended."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "at"), Index(None, "act", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(String(60), default="")


class TallyRow(Row):
    """A line of the counts that triggers keep: so many more, or fewer, of a kind; see `storage/tallies.py`."""

    __tablename__ = "tallies"
    id: Mapped[int] = mapped_column(_Counted, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    feed_id: Mapped[int | None]
    state: Mapped[str]
    detail: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)


class AlarmRow(Row):
    """Something an owner should know, from when it was raised until it was over."""

    __tablename__ = "alarms"
    __table_args__ = (where("ix_alarms_name", "cleared_at IS NULL", "name", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    told_raised: Mapped[list[Any]]
    """By which ways (`mail`, `webhook`) it was told that it is there."""
    told_cleared: Mapped[list[Any]]
