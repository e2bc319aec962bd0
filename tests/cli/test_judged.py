"""The judge by command: `check --judge` on files and batches, `eval judge` on a labelled set."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.inspection.endpoint import INVENTED, Endpoint
from tests.inspection.test_pairing import TURNED
from tests.newsroom import write_config
from tests.stories.test_gather import FERRY

from .conftest import Call

SOURCE = "The ferry Alma ran aground on Tuesday with 214 passengers on board. Nobody was hurt, the coast guard said."
STORY = f"""A ferry ran aground on Tuesday.
In short: The ferry Alma ran aground, and nobody was hurt.
The ferry Alma ran aground on Tuesday. {INVENTED}
Source: X
"""


def test_two_files_are_judged_by_command_with_and_without_a_ledger(
    tmp_path: Path, endpoint: Endpoint, call: Call
) -> None:
    price = {"input": "0.1", "output": "0", "as_of": "2026-11-28"}
    write_config(tmp_path, {}, judge={"model": "m", "base_url": f"{endpoint.base}/v1", "price": price})
    for name, words in (("source.txt", SOURCE), ("rewrite.txt", STORY)):
        (tmp_path / name).write_text(words)
    asked = ("--config", tmp_path, "check", tmp_path / "source.txt", tmp_path / "rewrite.txt", "--judge")
    said = call(*asked)
    assert said.status == 1
    judged = [f for f in json.loads(said.out)["findings"] if f["by"] == "judge"]
    assert [(f["text"], f["severity"], f["probability"]) for f in judged] == [(INVENTED, "block", 0.03)]
    assert "what the judge cost: 0.0003 USD (no newsroom here" in said.err
    call("--config", tmp_path, "db", "upgrade")
    first, second = call(*asked), call(*asked)
    assert first.out == second.out
    assert endpoint.asked["decisions"] == 2  # once without a ledger, once with: the second time the answer was there
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"id": 1, "source": SOURCE, "rewrite": STORY}) + '\n{"id": 2}\n')
    batch = call("--config", tmp_path, "check", "--batch", lines, "--judge")
    one, two = map(json.loads, batch.out.splitlines())
    assert (one["id"], one["verdict"], batch.status) == (1, "block", 0)
    assert two["error"] == "'source' is missing"
    lines.write_text('{"id": 3, "source": "One."}\n[4]\n{"source": 5}\n{"id": 6, "source": 1, "rewrite": "x"}\n{\n')
    batch = call("--config", tmp_path, "check", "--batch", lines, "--judge")
    assert batch.status == 1
    assert [json.loads(line)["error"].partition(": line")[0] for line in batch.out.splitlines()] == [
        "'rewrite' is missing",
        'an object with an "id" is needed',
        'an object with an "id" is needed',
        "source: a text is needed",
        "no JSON: Expecting property name enclosed in double quotes",
    ]


def test_a_judge_is_measured_over_a_labelled_set(tmp_path: Path, endpoint: Endpoint, call: Call) -> None:
    price = {"input": "0.1", "output": "0", "as_of": "2026-11-28"}
    write_config(tmp_path, {}, judge={"model": "m", "base_url": f"{endpoint.base}/v1", "price": price})
    faithful = STORY.replace(f" {INVENTED}", " Nobody was hurt.")
    mistake = {"kind": "absent", "old": "Nobody was hurt.", "new": INVENTED}
    pair = {"name": "ferry", "source": SOURCE, "rewrite": faithful, "mistakes": [mistake]}
    (tmp_path / "set.jsonl").write_text(json.dumps(pair) + "\n")
    out = tmp_path / "run.json"
    said = call("--config", tmp_path, "eval", "judge", tmp_path / "set.jsonl", "--out", out)
    assert said.status == 0
    assert re.search(r"absent +1 +1 +1 +1", said.out)
    assert "faithful rewrites blocked   0 of 1" in said.out
    endpoint.doubts = lambda sentence: 0.9
    again = call("--config", tmp_path, "eval", "judge", tmp_path / "set.jsonl", "--against", out)
    assert f"- ferry (absent): 0.03 to 0.90: {INVENTED}" in again.out


TOLD = (
    ("a", "Brightsund closes Skua strait after gunfire", FERRY),
    ("b", "Brightsund ferry turned back by shots", TURNED),
    ("c", "Bakers ask to open at four", "Bakers in Pelgrove ask the council to let them open at four in the morning."),
)


def test_articles_are_grouped_with_the_judges_word_where_the_rules_are_not_sure(
    tmp_path: Path, endpoint: Endpoint, call: Call
) -> None:
    price = {"input": "0.1", "output": "0", "as_of": "2026-11-28"}
    write_config(tmp_path, {}, judge={"model": "m", "base_url": f"{endpoint.base}/v1", "price": price})
    lines = [
        {"id": name, "title": title, "text": text, "published": f"2026-03-04T1{hour}:00:00Z"}
        for hour, (name, title, text) in enumerate(TOLD)
    ]
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))

    def stories(*more: str) -> list[str]:
        said = call("--config", tmp_path, "group", file, *more)
        assert said.status == 0
        return [json.loads(line)["story"] for line in said.out.splitlines()]

    call("--config", tmp_path, "db", "upgrade")
    assert stories("--judge") == ["a", "a", "c"]
    assert stories("--judge") == ["a", "a", "c"]
    assert endpoint.asked["decisions"] == 1
    endpoint.same = lambda _one, _other: 0.1
    assert stories("--judge") == ["a", "a", "c"]  # what was answered is not asked again
    alone = stories()
    assert endpoint.asked["decisions"] == 1
    endpoint.status = 500
    lines[1]["title"] += "!"
    file.write_text("\n".join(map(json.dumps, lines)))
    assert stories("--judge") == alone  # it can't be had: the rules decide
