"""What a run would cost: reckoned from the very questions it would ask. Nothing is asked, nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.llm import ledger
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.settings import MICRO, Writer
from pipeline.storage import calls, entries, spending, stories
from pipeline.storage.database import Database, Session
from pipeline.writing.write import Desk, next_question

MOST = 100_000
"""Stories that are reckoned one by one."""
_REPAIR_INPUT = 24_000
"""Tokens a repair may have more than its draft: the earlier answer and what is wrong with it."""
_USUAL_OUTPUT = 1_100
"""Tokens a draft usually has, before this newsroom's own calls say better: a story of 420 words with its evidence."""
_USUAL_REPAIRS = 0.3
"""Repairs a draft, before this newsroom's own calls say better."""


@dataclass
class Amount:
    """Calls, and what they come to in millionths and in tokens."""

    calls: float = 0
    micro: float = 0
    tokens: float = 0

    def add(
        self, writer: Writer, input_tokens: float, output_tokens: float, times: float = 1, lane: str = "now"
    ) -> None:
        self.calls += times
        self.micro += times * ledger.cost(writer, int(input_tokens), int(output_tokens), lane)
        self.tokens += times * (input_tokens + output_tokens)


@dataclass
class Estimate:
    """`entries` are pages still to be read: each that becomes a story comes on top, at `each_micro` or so."""

    stories: int = 0
    reused: int = 0
    entries: int = 0
    each_micro: int = 0
    left_micro: int | None = None
    """What the day's cap leaves: more is never spent, whatever the worst case says."""
    worst: Amount = field(default_factory=Amount)
    likely: Amount = field(default_factory=Amount)


class _Unasked:
    """A model by name only."""

    kind = "openai"

    def __init__(self, name: str) -> None:
        self.name = name

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        raise AssertionError("an estimate asks nobody")

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Usual:
    """What calls of this newsroom usually come to, from its own ledger where that has enough of them."""

    share: tuple[float, float] | None
    repairs: float

    def tokens(self, request: ModelRequest) -> tuple[float, float]:
        if self.share is None:
            return request.likely_input_tokens, min(_USUAL_OUTPUT, request.max_output_tokens)
        return request.worst_input_tokens * self.share[0], request.max_output_tokens * self.share[1]


def estimate_run(database: Database, config: Config, glossary: Glossary, now: datetime) -> Estimate:
    """What `inshort run` would spend on what is known now; feeds are not polled for it."""
    writer, found = config.writer, Estimate()
    with database.reading() as session:
        found.entries = len(entries.due_entries(session, now))
        due = stories.due_writing(session, now)[:MOST]
        found.stories = len(due)
        if writer.kind != "openai":
            return found
        repairs = spending.repair_share(session)
        usual = _Usual(spending.usual_share(session), _USUAL_REPAIRS if repairs is None else repairs)
        desk = Desk(config, glossary, _Unasked(writer.model))
        for story_id in due:
            _story(session, desk, story_id, usual, found)
        found.each_micro = spending.average_story(session) or int(found.likely.micro / max(1, found.likely.calls))
        if writer.caps.day is not None:
            day = now.astimezone(config.newsroom.zone).date().isoformat()
            found.left_micro = max(0, int(writer.caps.day * MICRO) - calls.spent(session, day=day).micro)
    return found


def _story(session: Session, desk: Desk, story_id: int, usual: _Usual, found: Estimate) -> None:
    writer = desk.config.writer
    story = stories.get_story(session, story_id)
    assert story is not None
    previous = stories.current_draft(session, story)
    try:
        question = next_question(session, desk, stories.lead_article(session, story_id), story, previous)
    except ModelError:
        return
    request = question.request
    worst_in, worst_out = request.worst_input_tokens, request.max_output_tokens
    likely_in, likely_out = usual.tokens(request)
    known = calls.find_call(session, request.key)
    lane = writer.lane if known is None and previous is None else "now"
    if known is not None and known.state == calls.ANSWERED:
        found.reused += 1
    else:
        found.worst.add(writer, worst_in, worst_out, lane=lane)
        found.likely.add(writer, likely_in, likely_out, lane=lane)
    if previous is None:
        found.worst.add(writer, worst_in + _REPAIR_INPUT, worst_out)
        found.likely.add(writer, likely_in + likely_out, likely_out, usual.repairs)
    if "simple" in writer.levels:
        found.worst.add(writer, worst_in, worst_out)
        found.likely.add(writer, likely_in, likely_out)
    if (judge := desk.config.judge) is not None:
        found.worst.add(judge, worst_in, judge.max_output_tokens)
        found.likely.add(judge, likely_in, judge.max_output_tokens / 4, 0.5)
