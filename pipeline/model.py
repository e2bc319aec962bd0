"""The nouns that travel between stages: frozen values, no behaviour beyond what they are.

Times are aware and UTC everywhere; the newsroom's time zone is applied where people read.
Sentence numbers start at 1 and count the source's sentences in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self


class FeedOrigin(StrEnum):
    CONFIG = "config"
    USER = "user"


class FeedState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    DEAD = "dead"
    """Gone or failing for long; asked again now and then, and taken up when it answers."""
    REMOVED = "removed"


class EntryState(StrEnum):
    NEW = "new"
    EXTRACTED = "extracted"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    FAILED = "failed"


class StoryState(StrEnum):
    NEW = "new"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    HELD = "held"
    SPIKED = "spiked"
    FAILED = "failed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


class Reservation(StrEnum):
    """What a site can reserve, and a permission lift."""

    ROBOTS = "robots"
    """Its robots.txt asks not to fetch the page."""
    NOAI = "noai"
    NOIMAGEAI = "noimageai"
    """Its picture is left out."""
    TDM = "tdm"
    """Text and data mining: by header, by meta or in its tdmrep.json."""


class Verdict(StrEnum):
    """What a page turned out to be; only `ARTICLE` is rewritten."""

    ARTICLE = "article"
    TEASER = "teaser"
    PAYWALL = "paywall"
    CONSENT = "consent"
    BOT_WALL = "bot_wall"
    NOT_ARTICLE = "not_article"
    EMPTY = "empty"
    RESERVED = "reserved"


class Kind(StrEnum):
    """What a draft's sentence is: only a fact needs evidence."""

    FACT = "fact"
    DEFINITION = "definition"
    ANALOGY = "analogy"
    TAKEAWAY = "takeaway"


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Judging(StrEnum):
    """Where a version stands with the judge; "" where nobody is to ask it."""

    DUE = "due"
    JUDGED = "judged"
    UNANSWERED = "unanswered"
    """It could not be had: the version went on without it, and says so."""


class CheckVerdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, cleaned: plain text but for `content`, which is sanitised HTML."""

    id: str | None
    title: str
    link: str | None
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    summary: str = ""
    content: str = ""
    tags: tuple[str, ...] = ()
    image: str | None = None
    """The address of the picture the feed gives with it (`media:`, an enclosure, JSON Feed's `image`)."""


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What one feed body says. `problems` are survivable oddities, worded for the owner."""

    title: str
    link: str | None
    language: str | None
    ttl_minutes: int | None
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    skip_hours: frozenset[int] = frozenset()
    """Hours (0 to 23, UTC) the feed asks not to be polled in."""
    skip_days: frozenset[int] = frozenset()
    """Weekdays (0 is Monday) the feed asks not to be polled on."""


@dataclass(frozen=True, slots=True)
class Article:
    """What was found on a page. `text` has one paragraph a line and is what was found, whatever the verdict.

    `reason` is the evidence for the verdict, in words an owner understands. `sources` says, for each
    metadata field, where it was read (`json-ld`, `opengraph`, `html`, `feed`, ...).
    """

    verdict: Verdict
    reason: str
    title: str
    text: str
    byline: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    site: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    section: str | None = None
    image: str | None = None
    image_alt: str | None = None
    extractor: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    lifted: tuple[Reservation, ...] = ()
    """What the page reserves and a permission lifted."""
    elsewhere: tuple[str, ...] = ()
    """Where the same article may stand, in its AMP or print version, when this page fails to show it."""
    further: str | None = None
    """Where the next part of the article stands, when it has several pages."""


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A numbered sentence of the source: what evidence points at."""

    number: int
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class DraftSentence:
    text: str
    kind: Kind = Kind.FACT
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A hard word the draft explains: `plain` is the explanation, `where` the words around its first use."""

    term: str
    plain: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plain-language rewrite in the golden story's form. The source line is never part of it."""

    dek: DraftSentence
    in_short: DraftSentence
    paragraphs: tuple[tuple[DraftSentence, ...], ...]
    terms: tuple[Term, ...] = ()
    left_out: str = ""
    headline: DraftSentence | None = None
    """What its writer or an editor calls it; None where nobody did, and readers get the dek in its place."""
    topics: tuple[str, ...] = ()
    """What its writer says it is about; no part of its text, and not kept with it."""

    def parts(self) -> Iterator[tuple[str, int, DraftSentence]]:
        """Every sentence in reading order: what it is of (headline, dek, in_short, body), its paragraph, itself.

        Paragraphs count from 0; -1 stands for what is in none.
        """
        if self.headline is not None:
            yield "headline", -1, self.headline
        yield "dek", -1, self.dek
        yield "in_short", -1, self.in_short
        for number, paragraph in enumerate(self.paragraphs):
            for sentence in paragraph:
                yield "body", number, sentence

    def sentences(self) -> Iterator[DraftSentence]:
        """Every sentence in reading order: the headline where there is one, dek, In short, then the paragraphs."""
        for _, _, sentence in self.parts():
            yield sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found in a rewrite.

    `sentence` is the 0-based place in the report's sentences, None where the whole text is meant.
    `text` is the offending span, and `rewrite[start:end] == text`; for a finding about the whole,
    start and end are 0 and text is empty. `evidence` lists source sentence numbers. `ground` is what in particular
    the check met, for measuring how often it is right.
    """

    check: str
    severity: Severity
    sentence: int | None
    start: int
    end: int
    text: str
    message: str
    evidence: tuple[int, ...] = ()
    ground: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a text is: a school grade by the formula named in `formula`, and its length in words."""

    grade: float
    words: int
    formula: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`doubts`: for each sentence how likely the rules think it wrong, 0 to 1, whether or not that is a finding."""

    verdict: CheckVerdict
    findings: tuple[Finding, ...]
    sentences: tuple[DraftSentence, ...]
    reading: Reading
    doubts: tuple[float, ...]


class EditionFormat(StrEnum):
    """A form an edition is printed in: its name, and all that command, desk, daemon and settings go by.

    What prints it is `to_NAME` in `publishing/formats.py`.
    """

    label: str
    """How a page offers it; "" for one that is no page's to show."""
    ending: str
    """That of its file."""
    unseen: Literal["text", "json", "markup"]
    """How characters that show nothing are written in a terminal: named, or as this form itself writes them."""

    def __new__(
        cls, name: str, label: str = "", ending: str = "", unseen: Literal["text", "json", "markup"] = "text"
    ) -> Self:
        form = str.__new__(cls, name)
        form._value_ = name
        form.label, form.ending, form.unseen = label, ending, unseen
        return form

    HTML = "html", "As a page", "html", "markup"
    TEXT = "text", "As text", "txt", "text"
    MARKDOWN = "md", "As Markdown", "md", "text"
    JSON = "json", "", "json", "json"
    RSS = "rss", "", "xml", "markup"
    EMAIL = "email", "", "eml", "markup"


class QueueOrder(StrEnum):
    """What the desk's queue and a search may be sorted by: its name in commands and addresses, and its label on pages.

    What it orders by stands in `storage/desk/queue_order.py`.
    """

    label: str

    def __new__(cls, name: str, label: str = "") -> Self:
        order = str.__new__(cls, name)
        order._value_ = name
        order.label = label
        return order

    RISK = "risk", "risk"
    NEWEST = "newest", "latest arrival"
    OLDEST = "oldest", "oldest news"
    IMPORTANCE = "importance", "importance"


@dataclass(frozen=True, slots=True)
class Notice:
    """What readers are told of a published story: that it was corrected or retracted, when and why."""

    story_id: int
    state: StoryState
    title: str
    """The headline readers know; of a retracted story what its source called it, as ours may say what was wrong."""
    source: str
    reason: str
    at: datetime
    link: str = ""
    """The story's page on our site, which stays; "" where there is no site."""


@dataclass(frozen=True, slots=True)
class EditionStory:
    """One approved story as an edition prints it."""

    story_id: int
    draft_id: int
    topics: tuple[str, ...]
    """Its topics, the one it is listed under first."""
    text: str
    title: str
    source: str
    """Every feed it rests on, the lead's first: `TechCrunch AI, The Example`."""
    link: str
    published: datetime | None
    approved: bool = True
    state: StoryState = StoryState.APPROVED
    simple: str = ""
    """The text of the simple level, where one was approved."""
    headline: str = ""
    """The newsroom's own; "" where there is none, and the dek stands for it. It is no part of `text`."""
    simple_headline: str = ""
    """That of the simple level, where it has its own."""
    hash: str = ""
    """Of the wording that was approved (SHA-256)."""
    sources: int = 1
    """How many feeds told it."""
    record: Mapping[str, Any] = field(default_factory=dict)
    """How it was made, for readers (`publishing/provenance.py`)."""
    notices: tuple[Notice, ...] = ()
    """What became of it in public since, oldest first."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a digest holds: fixed once issued, so that it can be printed again."""

    newsroom: str
    issued: datetime
    since: datetime | None
    until: datetime | None
    timezone: str
    topic: str | None = None
    number: int | None = None
    preview: bool = False
    stories: tuple[EditionStory, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Corrections and retractions of earlier editions' stories, told in this one."""
    issued_by: str = ""
    language: str = "en"
