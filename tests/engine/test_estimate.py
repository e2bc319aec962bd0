"""The worst case of an estimate is the worst: a run makes no more calls, and spends no more, than was said before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pipeline.config import parse_config
from pipeline.engine.estimate import Estimate, estimate_run
from pipeline.glossary import Glossary
from pipeline.inspection.judging import Bench, judge_draft
from pipeline.llm.client import LiveModel
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.llm import calls
from pipeline.storage.tables import DraftRow, StoryRow
from pipeline.writing.draft import from_json, render
from pipeline.writing.levels import write_simple
from pipeline.writing.write import WritingDesk, write_story
from tests.llm.test_batch import newsroom
from tests.newsroom import ModelServer, Reply, completion, openai_writer
from tests.writing.test_levels import NOW, SIMPLE, check, in_review

WRONG = json.dumps(SIMPLE).replace("opened on Monday", "cost 9 million euros")
DOUBT = {"check": "unsupported", "severity": "warn", "sentence": 0, "start": 0, "end": 0, "text": "", "message": "?"}
REPORT = {
    "verdict": "warn",
    "findings": [{**DOUBT, "evidence": []}],
    "sentences": [{"text": "It opened.", "kind": "fact", "evidence": [1]}],
}


@pytest.fixture
def rows() -> Database:
    database = Database("sqlite://")
    database.upgrade()
    return database


def fresh(rows: Database) -> None:
    newsroom(rows, ("Marlow",))


def without_a_simple_version(rows: Database) -> None:
    in_review(rows)


def draft(rows: Database, story_id: int, **how: Any) -> None:
    """A draft nobody has checked."""
    with rows.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        made = {"author": "m", "writer": "openai", "model": "m", "hash": "h", "created_at": NOW}
        text = render(from_json(json.loads(WRONG)), ["The Post"])
        stories.add_draft(session, story, DraftRow(**made, content=json.loads(WRONG), text=text, **how))


def unchecked(rows: Database) -> None:
    (story_id,) = newsroom(rows, ("Marlow",))
    draft(rows, story_id, prompt="draft@5")
    with rows.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        story.state = StoryState.DRAFTING


def simple_unchecked(rows: Database) -> None:
    draft(rows, in_review(rows), prompt="simple@5", level="simple", basis="standard")


def simple_sent_back(rows: Database) -> None:
    simple_unchecked(rows)
    check(rows)


def in_doubt(rows: Database) -> None:
    story_id = in_review(rows)
    with rows.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        standard = stories.current_draft(session, story)
        assert standard is not None
        standard.report, standard.check_verdict = REPORT, "warn"


def held_until_now(rows: Database) -> None:
    in_doubt(rows)
    with rows.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        story.state, story.held_until = StoryState.HELD, NOW


def untold(text: str) -> Reply:
    """An answer that does not say what it cost: it counts with its worst case."""
    document = completion(content=text)
    del document["usage"]
    return Reply(raw=json.dumps(document).encode())


def newsroom_at(base: str, **writer: Any) -> WritingDesk:
    said = openai_writer(base, levels=["standard", "simple"], **writer)
    config = parse_config(json.dumps({"newsroom": {"name": "N"}, "writer": said, "judge": openai_writer(base)}))
    return WritingDesk(config, Glossary(()), LiveModel(name="m", key="k", base_url=f"{base}/v1"))


def estimate(rows: Database, desk: WritingDesk) -> Estimate:
    return estimate_run(rows, desk.config, desk.glossary, NOW)


async def run(rows: Database, desk: WritingDesk) -> None:
    """What a round does, one thing after the other."""
    assert desk.model is not None and desk.config.judge is not None

    def due(which: Callable[..., list[int]]) -> list[int]:
        with rows.session() as session:
            return which(session, NOW)

    for story_id in due(stories.due_release):
        with rows.session() as session:
            session.query(StoryRow).filter_by(id=story_id).update({"state": StoryState.IN_REVIEW})
    check(rows)
    for _ in range(2):
        for story_id in due(stories.due_writing):
            await write_story(rows, story_id, desk, NOW)
        check(rows)
    for _ in range(2):
        for story_id in due(stories.due_simple):
            await write_simple(rows, story_id, desk, NOW)
        check(rows)
    for draft_id in due(stories.due_judging):
        await judge_draft(
            rows, draft_id, Bench(desk.config.judge, desk.config.newsroom, desk.model, desk.config.desk), NOW
        )
    await desk.model.close()


@pytest.mark.parametrize("answer", [WRONG, "No.", json.dumps(SIMPLE)], ids=["wrong", "no draft", "good"])
@pytest.mark.parametrize(
    "start",
    [
        fresh,
        unchecked,
        without_a_simple_version,
        simple_unchecked,
        simple_sent_back,
        in_doubt,
        held_until_now,
    ],
)
def test_a_run_makes_no_more_calls_and_spends_no_more_than_the_worst_case(
    rows: Database, start: Callable[[Database], None], answer: str
) -> None:
    start(rows)
    with ModelServer(lambda _: untold(answer)) as model:
        desk = newsroom_at(model.base)
        worst = estimate(rows, desk).worst
        assert model.asked.total() == 0
        asyncio.run(run(rows, desk))
        assert 0 < model.asked.total() <= worst.calls
    with rows.session() as session:
        assert 0 < calls.spent(session, day=f"{NOW:%Y-%m-%d}").micro <= worst.micro


def test_what_fails_in_the_batch_lane_goes_at_the_full_price(rows: Database) -> None:
    fresh(rows)
    with ModelServer() as model:
        price = {"input": "0.4", "output": "1.6", "as_of": "2026-11-01", "batch": "0.5"}
        now, batch = (newsroom_at(model.base, price=price, lane=lane) for lane in ("now", "batch"))
        assert estimate(rows, batch).worst == estimate(rows, now).worst
        assert estimate(rows, batch).likely.micro < estimate(rows, now).likely.micro
        assert asyncio.run(write_story(rows, 1, batch, NOW)).what == "waiting"
        # It waits for its batch, which may come back without it.
        assert estimate_run(rows, batch.config, batch.glossary, NOW + timedelta(minutes=1)).worst.calls >= 2
