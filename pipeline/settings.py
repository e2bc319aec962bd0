"""The sections of `config.yaml` as typed settings: what each key means, its bounds and its default."""

import difflib
import ipaddress
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.languages import CODES
from pipeline.model import EditionFormat, Reservation

MICRO = 1_000_000
"""Money is counted in millionths of the configured currency, as whole numbers."""


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in value):
        raise ValueError("an http:// or https:// address is needed")
    return value


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        known = available_timezones()  # only now: it goes through folders of files
        if not known:
            raise ValueError("this machine has no time zones; install the package tzdata") from None
        near = difflib.get_close_matches(value, known, 1, 0.5)
        mean = f"did you mean {near[0]}?" if near else "write e.g. Europe/Berlin"
        raise ValueError(f"no such time zone; {mean}") from None
    return value


def _cron(value: str) -> str:
    from pipeline.cron import cron_line

    try:
        cron_line(value)
    except (ValueError, TypeError) as error:
        if len(value.split()) == 5:
            raise ValueError(str(error)) from error
        raise ValueError("five cron fields are needed, e.g. '0 7 * * *' for seven each morning") from error
    return value


def variable(value: str) -> str:
    if not _is_variable(value):
        raise ValueError(
            "the name of an environment variable is needed, e.g. OPENAI_API_KEY; the key itself goes into the "
            "variable (export OPENAI_API_KEY=...) or a file (api_key_file)"
        )
    return value


def _password_variable(value: str) -> str:
    if not _is_variable(value):
        raise ValueError(
            "the name of an environment variable is needed, e.g. INSHORT_MAIL_PASSWORD; the password itself goes "
            "into the variable or a file (password_file)"
        )
    return value


def _is_variable(value: str) -> bool:
    """Whether it may be a variable's name; many letters and digits in one run are a key (gsk_...), and no name."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
        return False
    return not any(len(run) >= 16 and re.search(r"\d", run) for run in value.split("_"))


def network_range(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise ValueError("an address range is needed, e.g. 10.0.0.0/8") from error
    return value


def database_setting(value: str) -> str:
    if "://" in value and not re.match(r"(sqlite|postgresql)(\+psycopg)?://", value):
        raise ValueError("a file name, sqlite:///FILE or postgresql://USER@HOST/NAME is needed")
    return value


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", value):
        raise ValueError("a mail address is needed, e.g. desk@example.org")
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError as error:
        raise ValueError("an IP address is needed, e.g. 127.0.0.1") from error
    return value


def _story_language(value: str) -> str:
    if value not in CODES:
        *others, last = map(repr, CODES)
        raise ValueError(f"allowed: {', '.join(others)} or {last}")
    return value


MailAddress = Annotated[str, AfterValidator(_mail_address)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Cron = Annotated[str, AfterValidator(_cron)]
StoryLanguage = Annotated[str, AfterValidator(_story_language), Field(json_schema_extra={"enum": [*CODES]})]


class Section(BaseModel):
    # Every command waits for this: a section's checks are built into those of the whole configuration, and its own
    # only where it is made alone; so a default is constructed, which takes none.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Newsroom(Section):
    """Who publishes: the name on each edition, and the contact address in the User-Agent."""

    name: str = Field("My newsroom", min_length=1, max_length=120)
    """The title of editions."""
    timezone: Annotated[str, AfterValidator(time_zone)] = "UTC"
    """The time zone of every printed time and every `cron` line, e.g. Europe/Berlin."""
    contact: str = ""
    """Your contact address, given to the sites we fetch from."""
    language: StoryLanguage = "en"
    """The language stories are written in, whatever the language of their sources."""
    signed: Literal["role", "name"] = "role"
    """Whether readers are told who approved a story by role ("an editor") or by name."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\w")]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]


class Filters(Section):
    """Which entries are wanted; empty means all. A word may end in * for any ending."""

    include: tuple[Word, ...] = ()
    """Only entries with one of these words in title or text."""
    exclude: tuple[Word, ...] = ()
    """No entries with one of these words."""
    tags: tuple[Word, ...] = ()
    """Only entries with one of these tags."""
    exclude_tags: tuple[Word, ...] = ()
    """No entries with one of these tags."""
    languages: tuple[Language, ...] = ()
    """Only entries in these languages."""
    min_words: int | None = Field(None, ge=10, le=2000)
    """Only entries whose own text has at least this many words."""
    max_age_days: int | None = Field(None, ge=1, le=3650)
    """No entries older than this, in days."""
    max_a_day: int | None = Field(None, ge=1, le=1000)
    """The most stories a day of one feed; the less important ones over it are refused, unless it is raised that day."""


class Feed(Section):
    """A subscription; `name` is what the source line of its stories says."""

    url: WebAddress
    """The feed's address."""
    name: str = Field("", max_length=120)
    """What the source line of its stories says; the feed's own title when left out."""
    topic: str = Field("", max_length=60)
    """The topic its stories are listed under, besides those found from their words."""
    weight: float = Field(1, ge=0.1, le=10)
    """How much its stories matter compared with other feeds': twice the weight is worth six hours of freshness."""
    permission: str = Field("", max_length=300)
    """Who permitted the use of texts the site reserves, and since when; recorded with each article."""
    agent: str = Field("", max_length=300, pattern=r"^[\x20-\x7e]*$")
    """The User-Agent for this feed, if its server refuses In Short's own."""
    permits: tuple[Reservation, ...] = ()
    """Which reservations the permission lifts; all of them when left out."""
    filters: Filters = Filters.model_construct()
    """Filters for this feed alone, in addition to the newsroom's."""

    @model_validator(mode="after")
    def _by_somebody(self) -> Self:
        if self.permits and not self.permission:
            raise ValueError("permits needs a permission that says from whom")
        return self


class TopicSetting(Section):
    """A topic of the newsroom; its name alone will do."""

    name: str = Field(min_length=1, max_length=60, pattern=r"\S")
    """What it is called."""
    words: tuple[Word, ...] = ()
    """Words and names that mark its stories; a word may end in * for any ending. Built-in topics have their own."""
    weight: float = Field(1, ge=0.1, le=10)
    """How much its stories matter compared with others: twice the weight is worth six hours of freshness."""

    @model_validator(mode="before")
    @classmethod
    def _a_name_will_do(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("name")
    @classmethod
    def _on_one_line(cls, value: str) -> str:
        return " ".join(value.split())


class Importance(Section):
    """What is drafted first, and what `max_a_day` and caps leave for later, besides sources, freshness and weights."""

    follow: tuple[Word, ...] = ()
    """Names whose stories come first: people, companies, places; a word may end in * for any ending."""


class Polling(Section):
    min_minutes: int = Field(15, ge=1, le=10080)
    """A feed is never polled more often than this."""
    max_minutes: int = Field(1440, ge=1, le=43200)
    """A feed is polled at least this often."""
    concurrency: int = Field(32, ge=1, le=500)
    """Feeds asked at once."""
    per_host: int = Field(2, ge=1, le=50)
    """Requests to one host at once."""
    pause_seconds: float = Field(0.5, ge=0, le=60)
    """The pause between two requests to one host."""
    robots: bool = False
    """Whether robots.txt applies to feeds too; to pages it always does."""
    dead_days: int = Field(30, ge=1, le=3650)
    """After failing this long, a feed is polled only once a week."""
    max_age_days: int = Field(14, ge=1, le=3650)
    """Entries older than this when they are first seen are refused."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_minutes > self.max_minutes:
            raise ValueError("min_minutes must not be above max_minutes")
        return self


class Network(Section):
    timeout_seconds: float = Field(30, gt=0, le=600)
    """How long a page or feed may take."""
    max_bytes: int = Field(10_000_000, ge=10_000, le=200_000_000)
    """The largest page or feed that is read."""
    allow: tuple[Annotated[str, AfterValidator(network_range)], ...] = ()
    """Private address ranges that may be reached."""
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (80, 443)
    """Ports that may be reached."""
    proxy: WebAddress | None = None
    """A proxy for outgoing requests."""
    ca_file: Path | None = None
    """Certificates of your organisation's own CA, trusted besides the system's for calls to the model."""


class Articles(Section):
    languages: tuple[Language, ...] = ("en",)
    """Articles in other languages are refused before anything is spent."""
    min_words: int = Field(60, ge=10, le=2000)
    """Shorter texts are refused before anything is spent."""
    keep_pages_days: int = Field(30, ge=0, le=3650)
    """How long fetched pages are kept, so that they can be extracted again; 0 keeps none."""
    watch_hours: int = Field(72, ge=0, le=2160)
    """How long the pages behind stories are watched for changes; 0 watches none."""


class Price(Section):
    """What a million tokens cost, and the day that was true."""

    input: Decimal = Field(ge=0)
    """The price of a million input tokens."""
    output: Decimal = Field(ge=0)
    """The price of a million output tokens."""
    currency: str = Field("USD", pattern="^[A-Z]{3}$")
    """The currency of prices and caps."""
    as_of: date
    """The day the price was checked; `inshort doctor` reminds you when that is long ago."""
    batch: Decimal = Field(Decimal(1), gt=0, le=1)
    """The share of the price that a call in the batch lane costs, e.g. 0.5."""
    cached_input: Decimal | None = Field(None, ge=0)
    """The price of input read from the server's cache; that of other input when left out."""
    cache_write: Decimal | None = Field(None, ge=0)
    """The price of input written to the server's cache; that of other input when left out."""

    @property
    def of_cached(self) -> Decimal:
        return self.input if self.cached_input is None else self.cached_input

    @property
    def of_cache_write(self) -> Decimal:
        return self.input if self.cache_write is None else self.cache_write


class Caps(Section):
    """What may be spent: in the price's currency, or in tokens where no price is known."""

    day: Decimal | None = Field(None, ge=0)
    """The most that may be spent in a day."""
    story: Decimal | None = Field(None, ge=0)
    """The most one story may cost."""
    run: Decimal | None = Field(None, ge=0)
    """The most one `inshort run` may spend; a daemon and workers go by day and story only."""
    tokens_a_day: int | None = Field(None, ge=0)
    """The most tokens a day, if no price is known."""
    tokens_a_story: int | None = Field(None, ge=0)
    """The most tokens a story."""
    tokens_a_run: int | None = Field(None, ge=0)
    """The most tokens one `inshort run` may use."""

    @property
    def of_money(self) -> list[str]:
        """The caps that need a price."""
        return [name for name in ("day", "story", "run") if getattr(self, name) is not None]


_SIMPLE_WORDS, _SIMPLE_SHARE = 80, 0.4
"""The longest a simple version may be: a share of the standard version's longest length, but never less than so many
words."""


_THINKING = {"minimal": 1000, "low": 4000, "medium": 10_000, "high": 25_000, "xhigh": 50_000, "max": 100_000}
"""Tokens of thinking that an answer has room for, so that it is not cut off by it; generous, as few calls use it."""


OPENAI = "https://api.openai.com/v1"
"""Where a model is asked when no other endpoint is named."""
_OPENAI_HOST = "api.openai.com"
OPENAI_KEY = "OPENAI_API_KEY"
"""The variable OpenAI's own key is in by custom: it goes to OpenAI, and to another endpoint only if that names it."""


class Writer(Section):
    """Who writes: a model (`openai`), the rules alone (`extract`), or the sample's recorded answers."""

    kind: Literal["openai", "extract", "recorded"] = "extract"
    """`extract`: no model, no cost; `openai`: any OpenAI-compatible endpoint; `recorded`: the sample's answers."""
    base_url: WebAddress | None = None
    """The endpoint; OpenAI's own when left out. A local server works as well."""
    model: str = ""
    """The model's name at the endpoint."""
    api_key_env: Annotated[str, AfterValidator(variable)] | None = None
    """The environment variable that holds the key. Left out, OpenAI is sent `OPENAI_API_KEY`, and any other endpoint no
    key: a key goes nowhere it was not meant for."""
    api_key_file: Path | None = None
    """A file that holds the key, instead of the variable."""
    concurrency: int = Field(4, ge=1, le=200)
    """Calls at once."""
    lane: Literal["now", "batch"] = "now"
    """`batch` sends first drafts through the endpoint's batch API, which answers within a day."""
    requests_a_minute: int | None = Field(None, ge=1, le=100_000)
    """Requests a minute, by all processes together; limits in the endpoint's headers are obeyed as well."""
    tokens_a_minute: int | None = Field(None, ge=1000, le=1_000_000_000)
    """Tokens a minute, by all processes together."""
    timeout_seconds: float = Field(120, gt=0, le=3600)
    """How long an answer may take."""
    max_output_tokens: int = Field(4000, ge=200, le=100_000)
    """The longest answer that is paid for."""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    """How much a reasoning model may think; thinking gets room besides `max_output_tokens`, and is reserved too."""
    temperature: float | None = Field(None, ge=0, le=2)
    """Left to the server when left out; not sent to a model that refuses it."""
    context_tokens: int = Field(128_000, ge=4000, le=10_000_000)
    """The model's context window; of a longer article only the most important parts are read, and the draft says so."""
    max_words: int = Field(420, ge=100, le=2000)
    """The most words a story's paragraphs may have."""
    grade: int = Field(9, ge=4, le=16)
    """The school grade a reader needs; English drafts more than two grades above it get a warning."""
    spelling: Literal["american", "british"] = "american"
    """How English is spelled."""
    levels: tuple[Literal["standard", "simple"], ...] = ("standard",)
    """`simple` adds an easier version of each story, made from its checked sentences with one more call."""
    price: Price | None = None
    """What a million tokens cost; caps in money need it."""
    caps: Caps = Caps.model_construct()
    """What may be spent; never exceeded."""

    @property
    def asks_openai(self) -> bool:
        """Whether the endpoint is OpenAI's own, in any of its regions."""
        parts = urlsplit(self.base_url or OPENAI)
        host = parts.hostname or ""
        return parts.scheme == "https" and (host == _OPENAI_HOST or host.endswith(f".{_OPENAI_HOST}"))

    @property
    def key_variable(self) -> str | None:
        """The environment variable whose key this endpoint is sent; None sends none."""
        return self.api_key_env or (OPENAI_KEY if self.asks_openai else None)

    @property
    def answer_tokens(self) -> int:
        """The most tokens an answer may have, thinking included."""
        return self.max_output_tokens + _THINKING.get(self.reasoning_effort or "none", 0)

    def most_words(self, level: str = "standard") -> int:
        """How many words the paragraphs of a level are asked to have at most."""
        return self.max_words if level == "standard" else max(_SIMPLE_WORDS, int(_SIMPLE_SHARE * self.max_words))

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if "standard" not in self.levels or len(set(self.levels)) < len(self.levels):
            raise ValueError("levels must be [standard] or [standard, simple]")
        if "simple" in self.levels and self.kind == "extract":
            raise ValueError("levels: a simple version needs a model; kind is extract")
        return self

    @model_validator(mode="after")
    def _payable(self) -> Self:
        if self.kind == "openai":
            if not self.model:
                raise ValueError("model is needed when kind is openai")
            if self.price is None and self.caps.tokens_a_day is None:
                raise ValueError("price is needed (or caps.tokens_a_day), so that no bill comes as a surprise")
            if self.price is None and self.caps.of_money:
                raise ValueError(f"caps.{self.caps.of_money[0]} needs price: without one nobody knows what is spent")
        return self

    @model_validator(mode="after")
    def _roomy(self) -> Self:
        if self.context_tokens < (least := self.max_output_tokens + self.answer_tokens + 4000):
            raise ValueError(
                f"context_tokens must be at least {least}: the rules, an answer of max_output_tokens (and thinking) "
                "and its repair have to fit before any article does"
            )
        return self


class Thresholds(Section):
    """What the judge's probability that a sentence is supported leads to; measure it with `inshort eval judge`."""

    block: float = Field(0.1, ge=0, le=1)
    """At or below this a sentence is blocked."""
    warn: float = Field(0.5, ge=0, le=1)
    """At or below this it gets a warning."""
    clear: float = Field(0.9, ge=0, le=1)
    """At or above this, and above `warn`, a rule's warning about the sentence becomes a note; its blocks stay."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.block > self.warn:
            raise ValueError("block must not be above warn")
        return self


class Judge(Writer):
    """The model that reads every sentence of a draft against the article. Left out: the writer's endpoint and key."""

    kind: Literal["openai", "recorded"] = "openai"
    """The same as for the writer."""
    max_output_tokens: int = Field(4000, ge=200, le=20_000)
    """The longest answer that is paid for, where the endpoint answers in a chat."""
    context_tokens: int = Field(128_000, ge=256, le=10_000_000)
    """The model's context window; if the article does not fit, each sentence is sent with just its evidence."""
    most_questions: int = Field(400, ge=2, le=400)
    """The most questions in one request; each sentence takes two."""
    thresholds: Thresholds = Thresholds.model_construct()
    """What its probabilities lead to; right for one model only."""
    wait_minutes: int = Field(60, ge=0, le=10_080)
    """How long a draft waits for an unavailable judge (a cap, the key, the server) before it goes on unjudged."""
    edits: bool = True
    """Whether an editor's changes are judged once they are saved; the desk never waits for that."""
    pairs: bool = True
    """Whether it is asked, once a pair, if two articles report the same event when the rules are not sure."""
    same_event: float = Field(0.9, ge=0.5, le=1)
    """At or above this, two articles become one story, and from 0.5 on if the rules find it likely too; below it they
    stay two related stories."""

    @property
    def asks_pairs(self) -> bool:
        """Whether it is asked about pairs of articles: of recorded answers none is about a pair."""
        return self.pairs and self.kind == "openai"

    @model_validator(mode="after")
    def _roomy(self) -> Self:
        """Any window will do: where the article does not fit, its evidence goes alone."""
        return self


class Digest(Section):
    """When an edition is issued, how many stories it has at most, and the files a daemon writes of it."""

    cron: Cron | None = "0 7 * * *"
    """When a daemon issues an edition; `null`: only by command."""
    max_stories: int = Field(50, ge=1, le=1000)
    """The most stories in an edition."""
    out: Path | None = None
    """The folder, beside the configuration, into which a daemon writes each edition it issues."""
    formats: tuple[EditionFormat, ...] = (EditionFormat.HTML,)
    """The formats it is written in there."""
    templates: Path | None = None
    """A folder of the newsroom's own templates, beside the configuration; each replaces the built-in one so named."""
    webhooks: tuple[WebAddress, ...] = ()
    """Addresses notified of each edition sent, the way Slack's webhooks are: JSON with a `text`."""
    webhook_secret_env: str = "INSHORT_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
    """The environment variable with the secret that signs webhook messages; they are unsigned without one."""


class Site(Section):
    """The site that `inshort publish site` writes."""

    folder: Path | None = None
    """The folder it is written to, beside the configuration; if set, a daemon keeps it up to date."""
    address: WebAddress | None = None
    """Where readers find it. Without it there are no sitemaps, and addresses in feeds are not absolute."""
    hub: WebAddress | None = None
    """A WebSub hub to notify when feeds change."""
    front_stories: int = Field(30, ge=1, le=200)
    """How many stories are on the front page and in each feed."""


class Readers(Section):
    """Readers who get editions by mail, and how they reach the newsroom."""

    address: WebAddress | None = None
    """Where readers reach the desk to confirm, unsubscribe or rate a story; `desk.address` when left out."""


class Daemon(Section):
    poll_seconds: int = Field(60, ge=1, le=86400)
    """How often a daemon checks which feeds are due."""
    stage_seconds: int = Field(20, ge=1, le=86400)
    """How often it checks what else is due."""
    grace_seconds: int = Field(30, ge=1, le=600)
    """How long work under way at SIGTERM may take to finish."""
    database_seconds: int = Field(300, ge=0, le=86400)
    """How long a run, daemon, worker or desk waits at its start for a database it can't reach."""
    missed: Literal["once", "skip"] = "once"
    """What to do about scheduled times missed while nothing ran: `once` catches up once, `skip` leaves them out."""
    late_seconds: int = Field(3600, ge=60, le=86400)
    """With `missed: skip`: how late a scheduled time still counts."""


Days = Annotated[int, Field(ge=1, le=36500)]


class Keeping(Section):
    """When the newsroom is backed up and pruned, and what is deleted when."""

    backups: Path = Path("backups")
    """The folder of the backups, beside the configuration."""
    backup_cron: Cron | None = "30 3 * * *"
    """When a daemon makes one; `null`: only by command."""
    keep_backups: int = Field(7, ge=1, le=1000)
    """How many are kept."""
    prune_cron: Cron | None = "0 4 * * *"
    """When a daemon prunes; `null`: only by command."""
    entries_days: Days | None = 365
    """After how many days the text of settled entries is deleted; the entry stays, so that it is recognised."""
    drafts_days: Days | None = 365
    """After how many days old versions are deleted that were never approved, published or paid for."""
    calls_days: Days | None = 90
    """After how many days failed calls that cost nothing are deleted."""
    rounds_days: Days | None = 90
    """After how many days the records of old runs are deleted."""


class Proxy(Section):
    """Proxies in front of the desk: what they say about who is asking is believed only from their own addresses."""

    user_header: str | None = Field(None, pattern="^[A-Za-z][A-Za-z0-9-]{1,60}$")
    """The header in which a proxy names the signed-on user; without it people log in, and the proxies are only believed
    about where a request comes from."""
    addresses: tuple[Annotated[str, AfterValidator(network_range)], ...] = Field(min_length=1)
    """The addresses or ranges of the proxies."""


class Desk(Section):
    """How editors work and are reached: what goes to the top of their queue, and whether one of them is enough."""

    two_person: bool = False
    """Whether a story needs a second person's approval when its approver edited it."""
    sensitive: tuple[Word, ...] = ()
    """Topics and words whose stories go to the top of the queue, besides harm, crime and elections."""
    breaking: tuple[Word, ...] = ()
    """Topics, feeds and words whose stories are breaking while they are fresh, besides whatever several feeds
    report within an hour."""
    breaking_hours: float = Field(3, ge=0, le=72)
    """A story is fresh if it was written within this many hours of its article; 0: never."""
    host: str = Field("127.0.0.1", min_length=1, max_length=253)
    """Where the desk listens."""
    port: int = Field(8400, ge=0, le=65535)
    """The port it listens on."""
    address: WebAddress | None = None
    """Its address for people if it is behind a proxy; with https, cookies are secure."""
    session_hours: int = Field(12, ge=1, le=720)
    """How long an idle session lasts."""
    proxy: Proxy | None = None
    """A proxy in front of the desk that signs people on."""


class Log(Section):
    """How the log looks on stderr: lines for people, or JSON for machines."""

    format: Literal["console", "json"] = "console"
    """Lines for people, or JSON."""
    level: Literal["debug", "info", "warning", "error", "critical"] = "critical"
    """The lowest level that is logged."""


class Health(Section):
    """Where a daemon or worker answers /healthz, /readyz and /metrics; off without a port."""

    host: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    """Where a daemon or worker answers."""
    port: int | None = Field(None, ge=1, le=65535)
    """The port; off when left out."""


class Mail(Section):
    """The server that mail is sent through; the password is never in the file."""

    host: str = Field("", max_length=255)
    """The server; no mail when left out."""
    port: int = Field(587, ge=1, le=65535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to it is secured."""
    user: str = ""
    """The user name, if the server asks for one."""
    password_env: Annotated[str, AfterValidator(_password_variable)] = "INSHORT_MAIL_PASSWORD"  # noqa: S105
    """The environment variable that holds the password."""
    password_file: Path | None = None
    """A file that holds the password, instead of the variable."""
    sender: MailAddress | None = None
    """The sender of the newsroom's mail."""
    timeout_seconds: float = Field(30, gt=0, le=600)
    """How long the server may take."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host and self.sender is None:
            raise ValueError("sender is needed with host")
        return self


class Alarms(Section):
    """When the owner is told, and how; `null` switches an alarm off."""

    no_story_hours: int | None = Field(24, ge=1, le=8760)
    """Hours without a new story while feeds bring entries."""
    no_draft_hours: int | None = Field(30, ge=1, le=8760)
    """Hours without a draft while stories wait for one (and not just for money)."""
    no_money_hours: int | None = Field(48, ge=1, le=8760)
    """Hours a story or its simple version waits for money: the cap leaves too little for what the feeds bring."""
    no_poll_hours: int | None = Field(30, ge=1, le=8760)
    """Hours in which no feed answered: a sign that the daemon is gone."""
    failure_share: float | None = Field(0.5, gt=0, le=1)
    """The share of feeds, of new entries' pages, or of two days' calls that fail."""
    cap_share: float | None = Field(0.9, gt=0, le=1)
    """The share of a day's cap that is spent or reserved."""
    backup_hours: int | None = Field(50, ge=1, le=8760)
    """Age of the last backup while `keeping.backup_cron` is set; without one, since a daemon first had it."""
    disk_mb: int | None = Field(500, ge=1, le=10_000_000)
    """The fewest megabytes free on the disk."""
    report_cron: Cron | None = "0 8 * * mon"
    """When a daemon mails a report on how the newsroom is doing and what its glossary lacks."""
    mail: tuple[MailAddress, ...] = ()
    """Addresses that get a mail."""
    webhook: WebAddress | None = None
    """An address that gets a POST with JSON."""
