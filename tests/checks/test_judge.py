"""The judge: asked only about what the rules leave open, and only ever adding to what they found."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.checks.judge import ATTEMPTS, Bench, judge_draft, judge_request, read_rulings, unsettled, with_rulings
from pipeline.checks.run import check_texts, report_json
from pipeline.config import load_config, parse_config
from pipeline.engine.rounds import Engine
from pipeline.errors import ModelError
from pipeline.glossary import load_glossary
from pipeline.llm.client import LiveModel
from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow
from pipeline.text import number_sentences
from tests.newsroom import ModelServer, Reply, openai_writer, own_words, sample_feeds, write_config
from tests.writing.test_levels import NOW, in_review

SOURCE = "The ferry Alma ran aground on Tuesday with 214 passengers on board. Nobody was hurt, the coast guard said."
STORY = """A ferry ran aground on Tuesday.
In short: The ferry Alma ran aground, and nobody was hurt.
The ferry Alma ran aground on Tuesday. Fishermen nearby had seen strange lights over the harbour for weeks.
Source: X"""
REPORT = report_json(check_texts(SOURCE, STORY))
DOUBTED = next(i for i, s in enumerate(REPORT["sentences"]) if s["text"].startswith("Fishermen"))


def open_report() -> dict[str, object]:
    """The report as if the rules had only been in doubt about the invented sentence."""
    findings = [
        {**f, "severity": "warn"} if f["sentence"] == DOUBTED else f
        for f in REPORT["findings"]
        if f["sentence"] in (DOUBTED, None)
    ]
    return {**REPORT, "findings": findings, "verdict": "warn"}


def ruling(borne_out: bool = False, sentence: int = DOUBTED) -> str:
    problem = "" if borne_out else "The article says nothing of lights."
    return json.dumps(
        {"rulings": [{"sentence": sentence, "borne_out": borne_out, "problem": problem, "evidence": [1]}]}
    )


def test_only_facts_in_doubt_are_asked_about() -> None:
    assert unsettled(open_report()) == [DOUBTED]
    assert unsettled(REPORT) == [] or all(
        f["severity"] != "block" for f in REPORT["findings"] if f["sentence"] in unsettled(REPORT)
    )
    request = judge_request(number_sentences(SOURCE), open_report(), "m", 500)
    assert f"({DOUBTED}) Fishermen" in request.text
    assert "(0) A ferry" not in request.text


def test_the_judge_is_asked_in_the_newsrooms_language() -> None:
    request = judge_request(number_sentences(SOURCE), open_report(), "m", 500, language="de")
    assert (request.purpose, request.prompt.partition("@")[0]) == ("judge", "judge.de")
    assert f"DIE SÄTZE, ÜBER DIE DU URTEILST, jeder mit seiner Nummer:\n({DOUBTED}) Fishermen" in request.text


def test_a_ruling_adds_a_finding_and_removes_none() -> None:
    before = open_report()
    after = with_rulings(before, STORY, read_rulings(ruling()))
    assert after["findings"][:-1] == before["findings"]
    added = after["findings"][-1]
    assert (added["check"], added["severity"], added["sentence"]) == ("judge", "warn", DOUBTED)
    assert STORY[added["start"] : added["end"]] == added["text"]
    assert with_rulings(before, STORY, read_rulings(ruling(borne_out=True)))["findings"] == before["findings"]
    assert with_rulings(before, STORY, read_rulings(ruling(sentence=0)))["findings"] == before["findings"]


@pytest.mark.parametrize("answer", ["", "I think so.", "{}", '{"rulings": [{"sentence": "two"}]}', "[" * 5000])
def test_an_answer_of_another_shape_is_an_error(answer: str) -> None:
    with pytest.raises(ModelError):
        read_rulings(answer)


def test_a_draft_is_judged_once_through_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    invented = "Fishermen nearby had seen strange lights over the harbour for weeks."

    def answer(prompt: str) -> str | Reply:
        if "SENTENCES TO JUDGE" in prompt:
            lines = prompt.split("SENTENCES TO JUDGE")[1]
            numbers = [int(line[1:].split(")")[0]) for line in lines.split("\n") if line.startswith("(")]
            return json.dumps(
                {
                    "rulings": [
                        {"sentence": n, "borne_out": False, "problem": "Not there.", "evidence": []} for n in numbers
                    ]
                }
            )
        draft = json.loads(own_words(prompt))
        draft["paragraphs"][0]["sentences"].append({"text": invented, "kind": "fact", "evidence": []})
        return json.dumps(draft)

    with SampleServer() as web, ModelServer(answer) as model:
        writer = openai_writer(model.base)
        one = {"Harbour Tech": sample_feeds(web.base)["Harbour Tech"]}
        config = load_config(write_config(tmp_path, one, writer=writer, judge=writer))
        database = Database(f"sqlite:///{tmp_path}/inshort.db")
        database.upgrade()
        engine = Engine(database, config, load_glossary())
        engine.prepare()
        first = asyncio.run(engine.round())
        asked = model.asked.total()
        second = asyncio.run(engine.round())
        assert model.asked.total() == asked
    assert first.judged > 0
    assert second.judged == 0
    with database.session() as session:
        reports = [json.loads(r) for (r,) in session.execute(text("SELECT report FROM drafts WHERE judged = 'judged'"))]
        assert all(any(f["check"] == "judge" for f in r["findings"]) for r in reports)
        calls = session.execute(text("SELECT count(*) FROM calls WHERE purpose = 'judge'")).scalar_one()
    assert calls == first.judged == len(reports)
    database.close()


def test_a_judge_whose_key_is_wrong_waits_for_the_owner_and_uses_up_no_tries() -> None:
    database = Database("sqlite://")
    database.upgrade()
    in_review(database)
    with database.session() as session:
        draft = session.get_one(DraftRow, 1)
        draft.report, draft.text = open_report(), STORY
    with ModelServer(lambda _: Reply(status=401)) as model:
        config = parse_config(json.dumps({"judge": openai_writer(model.base)}))

        async def judged() -> list[str]:
            assert config.judge is not None
            live = LiveModel(name="m", key="k", base_url=f"{model.base}/v1")
            bench = Bench(config.judge, config.newsroom, live)
            found = [(await judge_draft(database, 1, bench, NOW)).what for _ in range(ATTEMPTS + 1)]
            model.answer = lambda _: json.dumps({"rulings": []})
            found.append((await judge_draft(database, 1, bench, NOW)).what)
            await live.close()
            return found

        assert asyncio.run(judged()) == ["waiting"] * (ATTEMPTS + 1) + ["judged"]
