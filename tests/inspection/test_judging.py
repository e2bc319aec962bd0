"""The judging stage: a draft waits for the judge, is asked about once, is sent back with what it says, and goes on."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.inspection.judge import differ, opinions_of
from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from tests.inspection.endpoint import INVENTED, Endpoint
from tests.newsroom import openai_writer, own_words, sample_feeds, write_config


class Newsroom:
    """One feed's stories, written and judged by an endpoint, on SQLite."""

    def __init__(
        self,
        folder: Path,
        web: SampleServer,
        endpoint: Endpoint,
        *,
        levels: tuple[str, ...] = ("standard",),
        **judge: Any,
    ) -> None:
        one = {"Harbour Tech": sample_feeds(web.base)["Harbour Tech"]}
        writer = openai_writer(endpoint.base, levels=list(levels), api_key_env="OPENAI_API_KEY")
        section = {"judge": {"price": openai_writer("")["price"], "model": "m", **judge}}
        config = load_config(write_config(folder, one, writer=writer, **section))
        self.database = Database(f"sqlite:///{folder}/inshort.db")
        self.database.upgrade()
        self.engine = Engine(self.database, config, load_glossary())
        self.engine.prepare()

    def round(self) -> Summary:
        return asyncio.run(self.engine.round())

    def reports(self, where: str = "judged = 'judged'") -> list[dict[str, Any]]:
        with self.database.session() as session:
            rows = session.execute(text(f"SELECT report FROM drafts WHERE {where} ORDER BY id"))
            return [json.loads(report) for (report,) in rows]

    def states(self) -> Counter[str]:
        with self.database.session() as session:
            return Counter(s for (s,) in session.execute(text("SELECT state FROM stories")))


@pytest.fixture(scope="module")
def web() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")


@pytest.mark.usefixtures("key")
def test_every_draft_is_judged_once_and_only_then_in_review(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    newsroom = Newsroom(tmp_path, web, endpoint)
    first = newsroom.round()
    assert first.judged > 0
    reports = newsroom.reports()
    assert len(reports) == first.judged == endpoint.asked["decisions"]
    assert first.passed + first.warned + first.blocked + first.repairs == first.judged
    assert all(set(opinions_of(r)) and r["judge"]["model"] == "m" for r in reports)
    assert newsroom.states()["drafting"] == 0
    asked = endpoint.asked.copy()
    assert newsroom.round().judged == 0
    assert endpoint.asked == asked
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_drafts_are_judged_while_others_are_written(tmp_path: Path, web: SampleServer, endpoint: Endpoint) -> None:
    judged, drafts = threading.Event(), itertools.count()

    def doubts(_sentence: str) -> float:
        judged.set()
        return 0.97

    def draft(prompt: str) -> str:
        if next(drafts):
            assert judged.wait(60), "no draft was judged before the second was written"
        return own_words(prompt)

    endpoint.doubts, endpoint.draft = doubts, draft
    newsroom = Newsroom(tmp_path, web, endpoint)
    summary = newsroom.round()
    assert summary.judged == summary.drafted > 1
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_what_the_judge_blocks_is_sent_back_once_and_told(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    told: list[str] = []

    def draft(prompt: str) -> str:
        found = json.loads(own_words(prompt))
        if INVENTED in prompt:
            told.append(prompt)  # the repair: it is told what was blocked, and leaves it out
        else:
            found["paragraphs"][0]["sentences"].append({"text": INVENTED, "kind": "fact", "evidence": [1]})
        return json.dumps(found)

    endpoint.draft = draft
    newsroom = Newsroom(tmp_path, web, endpoint)
    newsroom.round()
    newsroom.round()
    assert told
    assert all("judge (block): The article does not say this." in prompt for prompt in told)
    with newsroom.database.session() as session:
        current = session.execute(
            text("SELECT d.text FROM stories s JOIN drafts d ON d.id = s.current_draft_id WHERE s.state = 'in_review'")
        )
        texts = [t for (t,) in current]
    assert texts
    assert all(INVENTED not in t for t in texts)
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_an_endpoint_that_takes_fewer_questions_is_asked_in_parts(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    endpoint.most = 6
    newsroom = Newsroom(tmp_path, web, endpoint)
    newsroom.round()
    [*reports] = newsroom.reports()
    assert reports
    assert all(len(opinions_of(r)) >= 4 for r in reports)
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_a_judge_that_cannot_be_had_lets_the_draft_go_on_and_says_so(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    """A key that is refused is the owner's to mend: the draft waits for that, but not for ever."""
    endpoint.status = 401
    newsroom = Newsroom(tmp_path, web, endpoint)
    newsroom.round()
    assert newsroom.states()["drafting"] > 0
    assert newsroom.reports("judged = 'unanswered'") == []
    start = newsroom.engine.now()
    newsroom.engine.now = lambda: start + timedelta(minutes=61)
    newsroom.round()
    assert newsroom.states()["drafting"] == 0
    reports = newsroom.reports("judged = 'unanswered'")
    assert reports
    assert all("refuses the API key" in r["judge"]["not_judged"] for r in reports)
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_a_judge_that_fails_is_asked_later_however_often_a_run_begins(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    """A request that failed may have been paid for: cron begins a run every few minutes, and must not repeat it."""
    endpoint.status = 500
    newsroom = Newsroom(tmp_path, web, endpoint, wait_minutes=600)
    first = newsroom.round()
    asked = endpoint.asked["decisions"]
    drafts, why = newsroom.states()["drafting"], "the judge: the model: the model's server has a problem (500): no"
    assert first.unjudged == {f"waiting for {why}": drafts}
    start = newsroom.engine.now()

    def begun_after(hours: float) -> set[str]:
        newsroom.engine.now = lambda: start + timedelta(hours=hours)
        newsroom.engine.prepare()
        return set(newsroom.round().unjudged)

    assert begun_after(0) == begun_after(0.01) == set()
    assert endpoint.asked["decisions"] == asked
    told = begun_after(1) | begun_after(11)
    assert told == {f"waiting for {why}", f"went on without {why}"}
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_a_judge_that_was_switched_off_holds_nothing_up(tmp_path: Path, web: SampleServer, endpoint: Endpoint) -> None:
    endpoint.status = 500
    newsroom = Newsroom(tmp_path, web, endpoint)
    newsroom.round()
    config = newsroom.engine.config.model_copy(update={"judge": None})
    with newsroom.database.session() as session:
        session.execute(text("UPDATE drafts SET judge_at = NULL"))
    off = Engine(newsroom.database, config, load_glossary())
    asyncio.run(off.round())
    assert newsroom.states()["drafting"] == 0
    assert {r["judge"]["not_judged"] for r in newsroom.reports("judged = 'unanswered'")} == {"the judge is off"}
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_rules_and_judge_may_differ_and_both_stay(tmp_path: Path, web: SampleServer, endpoint: Endpoint) -> None:
    endpoint.doubts = lambda sentence: 0.02
    newsroom = Newsroom(tmp_path, web, endpoint)
    newsroom.round()
    reports = newsroom.reports()
    assert reports
    assert all(r["verdict"] == "block" and differ(r) for r in reports)
    newsroom.database.close()


@pytest.mark.usefixtures("key")
def test_a_simple_version_is_judged_as_the_standard_one_is(
    tmp_path: Path, web: SampleServer, endpoint: Endpoint
) -> None:
    def draft(prompt: str) -> str:
        easier = dict(re.findall(r"(?m)^\w+ \[(\d+)\] fact: (.+)$", prompt))
        if not easier:
            return own_words(prompt)
        facts = [{"text": t, "kind": "fact", "evidence": [int(n)]} for n, t in easier.items()]
        facts.append({"text": INVENTED, "kind": "fact", "evidence": facts[0]["evidence"]})
        found = {"dek": facts[0], "in_short": facts[0], "paragraphs": [{"sentences": facts}], "terms": []}
        return json.dumps(found)

    endpoint.draft = draft
    newsroom = Newsroom(tmp_path, web, endpoint, levels=("standard", "simple"))
    newsroom.round()
    newsroom.round()
    simple = newsroom.reports("level = 'simple' AND judged = 'judged'")
    assert simple
    assert all(INVENTED in [f["text"] for f in r["findings"] if f["by"] == "judge"] for r in simple)
    newsroom.database.close()
