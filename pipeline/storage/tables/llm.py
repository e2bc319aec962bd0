"""What models were asked and what it cost: calls, tries, endpoints, batches, prompts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row


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


class SetUpRow(Row):
    """In which way a model was last reached for the writer or the judge; see `pipeline.llm.set_up`."""

    __tablename__ = "set_ups"
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    mark: Mapped[str] = mapped_column(String(40))


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


class PromptRow(Row):
    """A prompt version once used: its text may never change under the same number."""

    __tablename__ = "prompts"
    __table_args__ = (UniqueConstraint("prompt", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    prompt: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
