"""Stories, the articles that tell them, and their drafts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row, where


class StoryRow(Row):
    """What readers get: led by one article, carried by its drafts."""

    __tablename__ = "stories"
    __table_args__ = (
        where("ix_stories_due", "state IN ('new', 'drafting')", "write_place", "id"),
        where("ix_stories_open", "state IN ('new', 'drafting')", "created_at"),
        where("ix_stories_waiting", "waiting_for <> ''", "id"),
        where("ix_stories_simple_why", "simple_why <> ''", "id"),
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
    """The first of its topics: the one it is listed under."""
    more_topics: Mapped[str] = mapped_column(default="", server_default="")
    """Its further ones, each between line ends, so that one is found by its whole name."""
    topics_why: Mapped[list[Any] | None]
    """Why each of its topics is one, in their order."""
    source_name: Mapped[str]
    link: Mapped[str]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    waiting_for: Mapped[str] = mapped_column(default="")
    write_place: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sorts what wants a draft, smallest first: the most important (`newsvalue/importance.py`)."""
    importance: Mapped[int] = mapped_column(default=0, server_default="0")
    """The hours by which it counts as fresher than it is, or less fresh."""
    importance_why: Mapped[list[Any] | None]
    """Why, in words."""
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
    simple_why: Mapped[str] = mapped_column(default="", server_default="")
    """What its simple version waits for, or why it goes without."""

    @property
    def topics(self) -> list[str]:
        """Its topics, the first one it is listed under."""
        return [topic for topic in (self.topic, *(self.more_topics or "").split("\n")) if topic]

    def name_topics(self, names: Iterable[str]) -> None:
        """Give it topics in the place of those it has."""
        first, *more = [" ".join(name.split()) for name in names] or [""]
        self.topic, self.more_topics = first, "\n{}\n".format("\n".join(more)) if more else ""

    @hybrid_property
    def heading(self) -> str:
        """What it is called in lists: its headline, and until it has one the title of its article."""
        return self.headline or self.title

    @heading.inplace.expression
    @classmethod
    def _heading(cls) -> ColumnElement[str]:
        return func.coalesce(func.nullif(cls.headline, ""), cls.title)


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


class TopicChoiceRow(Row):
    """The topics an editor chose for a story, and by what like stories are known."""

    __tablename__ = "topic_choices"
    __table_args__ = (Index(None, "chosen_at"),)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
    topics: Mapped[list[Any]]
    words: Mapped[list[Any]]
    chosen_at: Mapped[datetime]


class PairRow(Row):
    """Two articles the rules were not sure of: whether both tell one event somebody is asked, once."""

    __tablename__ = "pairs"
    __table_args__ = (
        Index(None, "other_id"),
        where("ix_pairs_due", "judged = 'due'", "article_id"),
        where("ix_pairs_due_story", "judged = 'due'", "story_id"),
        where("ix_pairs_due_into", "judged = 'due'", "into_id"),
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    """The telling it is most like, of an earlier story."""
    story_id: Mapped[int]
    into_id: Mapped[int]
    """The stories the two were in when the first was placed: neither is written while this is due."""
    sure: Mapped[float] = mapped_column(Double)
    """How probable the rules found it."""
    why: Mapped[list[Any]]
    """What the rules found in both, in words."""
    placed_at: Mapped[datetime]
    judged: Mapped[str] = mapped_column(String(20))
    """One of `pipeline.model.Judging`."""
    probability: Mapped[float | None] = mapped_column(Double)
    """How probable the judge finds it."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime | None]
    said: Mapped[str] = mapped_column(default="", server_default="")
    """What it waits for, or why it was not answered."""


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
    judge_why: Mapped[str] = mapped_column(default="", server_default="")
    """What it waits for before the judge reads it, or why it went on without."""
    level: Mapped[str] = mapped_column(String(20), default="standard", server_default="standard")
    basis: Mapped[str | None] = mapped_column(String(64))
    """For the simple level: the hash of the standard wording it was made from."""
    back_to: Mapped[int | None]
    """The number of the version whose wording this one took up again: undo and redo go on from there."""
