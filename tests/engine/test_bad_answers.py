"""Answers that were paid for and are of little use: what becomes of each, its story, and its cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.config import parse_config
from pipeline.glossary import Glossary
from pipeline.llm.client import LiveModel
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.llm import calls
from pipeline.storage.tables import DraftRow, TryRow
from pipeline.writing.write import WritingDesk, write_story
from tests.llm.test_batch import NOW, newsroom
from tests.newsroom import ModelServer, Reply, completion, inshort, openai_writer, own_words, write_config

from .test_bad_input import PAGE, SENTENCES, feed_of


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1", threaded=True) as server:
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request("/feed.xml").respond_with_data(feed_of(server.url_for("/s")), content_type="text/xml")
        server.expect_request("/s").respond_with_data(PAGE, content_type="text/html")
        yield server


def run_with(
    folder: Path, web: HTTPServer, answer: Callable[[str], str | Reply]
) -> tuple[Database, dict[str, Any], int]:
    """One `inshort run` against a model that answers so: the rows, what the run said, and how often it was asked."""
    with ModelServer(answer) as model:
        writer = openai_writer(model.base, timeout_seconds=120)
        write_config(folder, {"Marlow Post": web.url_for("/feed.xml")}, writer=writer)
        assert inshort("db", "upgrade", cwd=folder).returncode == 0
        said = inshort("run", "--json", cwd=folder)
        done = json.loads(said.stdout)
        # What failed never looks like success.
        assert said.returncode == (1 if done["failed"] and not done["drafted"] else 0), said.stderr
        return Database(f"sqlite:///{folder}/inshort.db"), done, model.asked.total()


def whole(finish: str = "stop", **message: Any) -> Reply:
    return Reply(raw=json.dumps(completion(finish, **message)).encode())


OF_NO_USE: dict[str, tuple[Callable[[str], str | Reply], str]] = {
    "a refusal": (lambda _: whole(content=None, refusal="I can't help with that."), "refuses to write this"),
    "cut off": (lambda p: whole("length", content=own_words(p)[:300]), "cut off; raise writer.max_output_tokens"),
    "filtered": (lambda _: whole("content_filter", content=""), "filtered the answer"),
}


@pytest.mark.parametrize("case", OF_NO_USE)
def test_what_is_of_no_use_is_paid_and_asked_no_more_than_twice(tmp_path: Path, web: HTTPServer, case: str) -> None:
    answer, said = OF_NO_USE[case]
    database, _, asked = run_with(tmp_path, web, answer)
    assert asked == 2
    with database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        assert (story.state, story.current_draft_id) == ("failed", None)
        assert said in story.waiting_for
        assert calls.spent(session, story_id=1).micro == 2 * (1000 * 4 + 500 * 16) // 10
    database.close()


@pytest.mark.parametrize(("code", "tries"), [("content_filter", 2), ("string_above_max_length", 6)])
def test_a_story_whose_request_is_refused_for_itself_ends_after_the_usual_tries(
    database: Database, code: str, tries: int
) -> None:
    told = f"Not this, says {code}."

    def answer(prompt: str) -> str | Reply:
        refused = json.dumps({"error": {"message": told, "code": code}}).encode()
        return Reply(raw=refused, status=400) if "Holbrook" in prompt else own_words(prompt)

    async def write(base: str) -> list[str]:
        config = parse_config(json.dumps({"writer": openai_writer(base)}))
        model = LiveModel(name="m", key="k", base_url=f"{base}/v1")
        desk = WritingDesk(config, Glossary(()), model)
        good, bad = newsroom(database, ("Marlow", "Holbrook"))
        found = [(await write_story(database, good, desk, NOW)).what]
        while found[-1] != "failed" and len(found) < 20:
            found.append((await write_story(database, bad, desk, NOW)).what)
        await model.close()
        return found

    with ModelServer(answer) as server:
        assert asyncio.run(write(server.base)) == ["drafted"] + ["waiting"] * (tries - 1) + ["failed"]
    with database.session() as session:
        story = stories.get_story(session, 2)
        assert story is not None
        assert (story.state, told.rstrip(".") in story.waiting_for) == ("failed", True)
        assert calls.spent(session, story_id=2).micro == 0


def fenced(prompt: str) -> str:
    return f"Here it is:\n```json\n{own_words(prompt)}\n```\nI hope you like it."


def without_usage(prompt: str) -> Reply:
    document = json.loads(whole(content=own_words(prompt)).raw or b"")
    del document["usage"]
    return Reply(raw=json.dumps(document).encode())


def test_fences_and_words_around_the_object_are_forgiven(tmp_path: Path, web: HTTPServer) -> None:
    database, said, _ = run_with(tmp_path, web, fenced)
    assert (said["drafted"] - said["repairs"], said["waiting"]) == (1, 0)
    database.close()


def test_usage_that_is_missing_counts_with_the_worst_case(tmp_path: Path, web: HTTPServer) -> None:
    database, _, _ = run_with(tmp_path, web, without_usage)
    with database.session() as session:
        row = session.query(TryRow).order_by(TryRow.id).first()
        assert row is not None
        assert (row.state, row.cost_micro) == ("paid", row.reserved_micro)
    database.close()


def with_facts(texts: list[str], evidence: list[int]) -> str:
    facts = [{"text": text, "kind": "fact", "evidence": evidence} for text in texts]
    paragraphs = [{"sentences": [fact]} for fact in facts]
    return json.dumps({"dek": facts[0], "in_short": facts[1], "paragraphs": paragraphs, "terms": []})


GERMAN = [
    "Der Rat von Marlow erprobt sechs Wochen lang einen Chatbot für Fragen zur Müllabfuhr.",
    "Der Versuch kostet 12.000 Pfund, sagte Dana Reyes, die das digitale Büro leitet.",
    "Ein ähnlicher Versuch in Holbrook endete im März mit falschen Terminen.",
]
BLOCKED: dict[str, tuple[Callable[[str], str], str]] = {
    "the article again": (lambda _: with_facts(list(SENTENCES), [1]), "copying"),
    "evidence that does not exist": (
        lambda _: with_facts(["The council of Oz bought a rocket for 9 million."] * 3, [99]),
        "",
    ),
}


def test_an_answer_in_another_language_is_told_as_that_alone(tmp_path: Path, web: HTTPServer) -> None:
    database, said, asked = run_with(tmp_path, web, lambda _: with_facts(GERMAN, [1]))
    assert (said["waiting"], asked) == (0, 2), "sent back once, as writing it again can mend it"
    with database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        report = session.get_one(DraftRow, story.current_draft_id).report
        assert report is not None
        assert [(f["check"], f["message"]) for f in report["findings"] if f["severity"] == "block"] == [
            ("format", "The story is in German, the newsroom writes English.")
        ]
        assert {f["check"] for f in report["findings"]} == {"format"}
    database.close()


@pytest.mark.parametrize("case", BLOCKED)
def test_an_answer_that_is_a_draft_but_a_bad_one_is_marked_for_the_editor(
    tmp_path: Path, web: HTTPServer, case: str
) -> None:
    answer, check = BLOCKED[case]
    database, said, _ = run_with(tmp_path, web, answer)
    assert said["waiting"] == 0
    with database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        assert story.state == "in_review"
        draft = session.get_one(DraftRow, story.current_draft_id)
        assert draft.report is not None
        found = {f["check"]: f["severity"] for f in draft.report["findings"]}
        assert draft.check_verdict in ("block", "warn"), found
        assert check in found or not check
        shown = {number for finding in draft.report["findings"] for number in finding["evidence"]}
        assert shown <= set(range(1, len(SENTENCES) + 1)), "what an editor is shown exists"
    database.close()
