"""What a run would cost: reckoned from the very questions it would ask. Nothing is asked, nothing is written.

The worst case has every call a run may make for what is known now: drafts and their repairs, simple versions, the
judge, at the full price, each question at its longest. A run that goes on longer than a story waits after a failure
asks that story once more, which is reckoned too; one that does so for hours while the model fails again and again is
held by the caps alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.inspection.judge import DraftToJudge, due_in, judge_requests, worth_asking
from pipeline.inspection.pairing import next_pairs
from pipeline.llm import prices
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.model import CheckVerdict, Draft, DraftSentence, Judging, Kind, SourceSentence, StoryState
from pipeline.settings import MICRO, Writer
from pipeline.storage import pairs, stories
from pipeline.storage.articles import entries
from pipeline.storage.database import Database, Session
from pipeline.storage.llm import batches, calls, spending
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.writing.levels import next_simple, simple_request
from pipeline.writing.prompts import purpose_of
from pipeline.writing.request import Style, WriterSource, draft_question
from pipeline.writing.write import WritingDesk, material_for, next_question, source_of, style_of

MOST = 100_000
"""Stories that are reckoned one by one."""
_EARLIER = 24_000
"""Tokens a question may have for an answer that comes before it: the answer again, and what is wrong with it."""
_BYTES_A_TOKEN = 6
"""How long an answer may be said again: its tokens are bounded, and hardly one has more bytes."""
_USUAL_OUTPUT = 1_100
"""Tokens a draft usually has, before this newsroom's own calls say better: a story of 420 words with its evidence."""
_USUAL_REPAIRS = 0.3
"""Repairs a draft, before this newsroom's own calls say better."""
_USUAL_ARTICLE, USUAL_JUDGED = 4_500, 3_000
"""Bytes of a usual article, some 700 words; tokens a judge reads of a draft of 25 sentences and its article."""
_NO_DRAFT = Draft(DraftSentence(""), DraftSentence(""), ())


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
        self.micro += times * prices.cost(writer, int(input_tokens), int(output_tokens), lane)
        self.tokens += times * (input_tokens + output_tokens)


@dataclass
class Estimate:
    """`entries` are pages still to be read: each that becomes a story comes on top, at `each_micro` or so."""

    stories: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    """What stories wait for, and how many: of these a run asks at once for those whose wait a start ends."""
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
        found.entries = len(entries.due_entries(session, now)) + len(entries.due_gathering(session, now))
        # A run begins by ending the waits that its owner may have ended.
        writing = stories.due_writing(session, now, at_start=True)[:MOST]
        found.stories = len(writing)
        found.waiting.update(story.waiting_for for story in stories.waiting_stories(session, MOST))
        if writer.kind != "openai":
            return found
        repairs = spending.repair_share(session)
        usual = _Usual(spending.usual_share(session), _USUAL_REPAIRS if repairs is None else repairs)
        run = _Run(session, WritingDesk(config, glossary, _Unasked(writer.model)), usual, found)
        back = batches.stories_in(session, batches.due_batches(session, now, MOST))
        for story_id in dict.fromkeys([*writing, *back]):
            run.write(run.story(story_id))
        for draft_id in stories.due_checking(session, now)[:MOST]:
            run.check(stories.get_draft(session, draft_id))
        for story_id in stories.due_release(session, now)[:MOST]:
            story = run.story(story_id)
            run.checked(story, stories.current_draft(session, story))
        for story_id in stories.due_simple(session, now, at_start=True)[:MOST]:
            story = run.story(story_id)
            run.simplify(story, stories.current_draft(session, story))
        for article_id in pairs.due_pairs(session, now, at_start=True)[:MOST]:
            run.pair(article_id)
        for draft_id in stories.due_judging(session, now, at_start=True)[:MOST]:
            draft = stories.get_draft(session, draft_id)
            run.judge(run.story(draft.story_id), draft)
        found.each_micro = spending.average_story(session) or int(usual_story(config, glossary).micro)
        if writer.caps.day is not None:
            day = now.astimezone(config.newsroom.zone).date().isoformat()
            found.left_micro = max(0, int(writer.caps.day * MICRO) - calls.spent(session, day=day).micro)
    return found


def usual_draft(config: Config, glossary: Glossary) -> ModelRequest:
    """The question for a draft of a usual article."""
    source = WriterSource("a.example/usual", "A title", "A feed", None, (SourceSentence(1, "x" * _USUAL_ARTICLE, 0),))
    return draft_question(source, Style(config.newsroom.language, config.writer, glossary), config.writer.model).request


def small_caps(config: Config, glossary: Glossary) -> list[str]:
    """What is wrong with the writer's caps: those that a usual draft, at its most, never fits into; 0 is meant so."""
    writer, caps = config.writer, config.writer.caps
    if writer.kind != "openai":
        return []
    request = usual_draft(config, glossary)
    micro = prices.worst_cost(writer, request, writer.lane)
    tokens = request.worst_input_tokens + request.max_output_tokens
    found = []
    for name in ("day", "story", "run"):
        cap, of_tokens = getattr(caps, name), getattr(caps, f"tokens_a_{name}")
        if cap is not None and 0 < cap * MICRO < micro:
            may, most = prices.money(micro, writer), prices.money(int(cap * MICRO), writer)
            found.append(f"writer.caps.{name} is {most}, and one usual draft may cost {may}: raise it")
        if of_tokens is not None and 0 < of_tokens < tokens:
            said = f"writer.caps.tokens_a_{name} is {of_tokens}, and one usual draft may use {tokens}: raise it"
            found.append(said)
    return found


def usual_story(config: Config, glossary: Glossary) -> Amount:
    """What a story of a usual article comes to, with its repairs, its simple version and the judge; nothing is read."""
    writer, judge, found = config.writer, config.judge, Amount()
    request = usual_draft(config, glossary)
    read, written = request.likely_input_tokens, min(_USUAL_OUTPUT, request.max_output_tokens)
    found.add(writer, read, written, lane=writer.lane)
    found.add(writer, read + written, written, _USUAL_REPAIRS)
    if "simple" in writer.levels:
        found.add(writer, read + written, written)
    if judge is not None and judge.price is not None:
        found.add(judge, USUAL_JUDGED, 0)
    return found


_SENTENCES, _SENTENCE = 60, "x" * 160
"""A draft that is still to come, for the judge: more sentences than any has, and longer ones."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run as it would go: each method adds what a thing, and whatever follows from it, may cost."""

    session: Session
    desk: WritingDesk
    usual: _Usual
    found: Estimate

    def story(self, story_id: int) -> StoryRow:
        story = stories.get_story(self.session, story_id)
        assert story is not None, "stories are never deleted"
        return story

    def write(self, story: StoryRow) -> None:
        """A draft, or the repair of one; then what follows a draft that is checked."""
        writer, found = self.desk.config.writer, self.found
        previous = stories.current_draft(self.session, story)
        article = stories.lead_article(self.session, story.id)
        try:
            question = next_question(self.session, self.desk, article, story, previous)
        except ModelError:
            return
        request = question.request
        likely_in, likely_out = self.usual.tokens(request)
        known = calls.find_call(self.session, request.key)
        if known is not None and known.state == calls.ANSWERED:
            found.reused += 1
        else:
            self._worst(request)
            lane = writer.lane if known is None and previous is None else "now"
            found.likely.add(writer, likely_in, likely_out, lane=lane)
        if previous is None:
            self._mend(request)
            found.likely.add(writer, likely_in + likely_out, likely_out, self.usual.repairs)
        self._again(request, mended=previous is None)
        self.checked(story, None)

    def check(self, draft: DraftRow) -> None:
        """A draft nobody checked: it may be sent back, and what follows then."""
        story = self.story(draft.story_id)
        if draft.level == "simple":
            if purpose_of(draft.prompt) == "simple" and (standard := stories.current_draft(self.session, story)):
                self._mend(next_simple(self.session, self.desk, story, standard))
            self.judge(story, None)
        elif story.current_draft_id == draft.id and story.state in (StoryState.DRAFTING, StoryState.IN_REVIEW):
            if purpose_of(draft.prompt) == "draft" and story.state == StoryState.DRAFTING:
                article = stories.lead_article(self.session, story.id)
                self._mend(next_question(self.session, self.desk, article, story, None).request)
            self.checked(story, None)

    def checked(self, story: StoryRow, draft: DraftRow | None) -> None:
        """What follows a checked draft, or one that is still to come: the simple version, and the judge."""
        simple = stories.simple_draft(self.session, story)
        blocked = draft is not None and draft.check_verdict == CheckVerdict.BLOCK
        if not blocked and (draft is None or simple is None or simple.basis != draft.hash):
            self.simplify(story, draft)
        if draft is None or draft.judged == Judging.DUE:
            self.judge(story, draft)

    def simplify(self, story: StoryRow, standard: DraftRow | None) -> None:
        """The simple version of a checked draft, or of one that is still to come, and its repair."""
        writer = self.desk.config.writer
        if "simple" not in writer.levels:
            return
        assert self.desk.model is not None
        more = 0
        if standard is not None:
            request = next_simple(self.session, self.desk, story, standard)
        else:
            # Of a wording that does not exist yet only this is known: it is no longer than an answer.
            name = source_of(stories.lead_article(self.session, story.id), story).name
            request, more = simple_request(_NO_DRAFT, style_of(self.desk), self.desk.model.name, name), self._answer
        mending = purpose_of(request.prompt) == "repair"
        self._worst(request, more)
        if not mending:
            self._mend(request, more)
        self._again(request, more, mended=not mending)
        self.judge(story, None)
        likely_in, likely_out = self.usual.tokens(request)
        self.found.likely.add(writer, likely_in + (likely_out if more else 0), likely_out)

    def judge(self, story: StoryRow, draft: DraftRow | None) -> None:
        """The question about a draft; one that is still to come may have every sentence in doubt."""
        judge = self.desk.config.judge
        if judge is None:
            return
        report = (draft.report if draft is not None else None) or {}
        article = stories.lead_article(self.session, story.id)
        sentences = report.get("sentences") or [{"text": _SENTENCE, "kind": Kind.FACT, "evidence": []}] * _SENTENCES
        wanted = due_in(report) or worth_asking({"sentences": sentences})
        material = material_for(self.session, story)
        case = DraftToJudge(material.every, sentences, wanted, source_of(article, story).name, material.feeds)
        for request in judge_requests(case, judge, judge.model):
            for _ in range(2):
                self.found.worst.add(judge, request.worst_input_tokens, request.max_output_tokens)
            self.found.likely.add(judge, request.likely_input_tokens, request.max_output_tokens / 4)

    def pair(self, article_id: int) -> None:
        """The question whether an article tells what others tell."""
        judge = self.desk.config.judge
        if judge is not None and judge.asks_pairs:
            request = next_pairs(self.session, article_id, judge, judge.model)
            self.found.worst.add(judge, request.worst_input_tokens, request.max_output_tokens)
            self.found.likely.add(judge, request.likely_input_tokens, 0)

    @property
    def _answer(self) -> int:
        return max(_EARLIER, _BYTES_A_TOKEN * self.desk.config.writer.max_output_tokens)

    def _worst(self, request: ModelRequest, more: int = 0) -> None:
        self.found.worst.add(self.desk.config.writer, request.worst_input_tokens + more, request.max_output_tokens)

    def _mend(self, request: ModelRequest, more: int = 0) -> None:
        """The answer sent back once: for its shape, or for what the checks found."""
        self._worst(request, more + self._answer)

    def _again(self, request: ModelRequest, more: int = 0, *, mended: bool) -> None:
        """The last question once more, after a pause that passes in a long run."""
        self._worst(request, more + (self._answer if mended else 0))
