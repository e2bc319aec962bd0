"""One stage on files: `parse`, `extract`, `check`, `group`, `try`, alone and in batches."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from pipeline.resources import bundled
from pipeline.sample.server import SampleServer

from .conftest import Call

SOURCE = """The town of Marlow will test a chatbot for six weeks, said Dana Reyes, who leads its digital office.
The test costs 12,000 pounds. Residents can still telephone the office."""
FAITHFUL = """Marlow will test a chatbot that answers residents' questions.
In short: The town of Marlow is trying out a chatbot, a program that answers in written conversation, for six weeks.
Dana Reyes, who leads the town's digital office, said the test will last six weeks. It costs 12,000 pounds.
Residents can still telephone the office.
This story is a reminder that a new tool is best tried out before people depend on it.
Source: Marlow Post"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_bytes((bundled("sample") / "pages" / "tidal-model-flood-forecast.html").read_bytes())
    return file


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_parse_prints_a_feed_as_json(call: Call, tmp_path: Path) -> None:
    with SampleServer() as web:
        found = web.find("/feeds/lantern.xml")
    assert found is not None
    (tmp_path / "feed.xml").write_bytes(found[0])
    value = json.loads(call("parse", tmp_path / "feed.xml").out)
    assert set(value) == {"title", "link", "language", "ttl_minutes", "entries", "problems"}
    assert len(value["entries"]) == 3
    entry = value["entries"][0]
    assert set(entry) == {"id", "title", "link", "published", "updated", "authors", "summary", "content", "tags"}
    assert entry["published"].endswith("Z")


def test_what_is_no_feed_is_an_error_not_an_empty_feed(call: Call, page: Path) -> None:
    said = call("parse", page)
    assert (said.status, said.out) == (1, "")
    assert "HTML" in said.err


def test_extract_prints_the_article(call: Call, page: Path) -> None:
    said = call("extract", page, "--url", "http://lantern.example/story")
    value = json.loads(said.out)
    assert (said.status, value["verdict"]) == (0, "article")
    assert value["title"].startswith("Small AI model")
    assert "Amara Nwosu" in value["text"]
    assert "cookie" not in value["text"].lower()


def test_a_page_that_is_no_article_is_status_1(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    said = call("extract", tmp_path / "empty.html")
    assert (said.status, json.loads(said.out)["verdict"]) == (1, "empty")


def test_check_a_faithful_and_an_altered_rewrite(call: Call, tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text(SOURCE)
    (tmp_path / "good.txt").write_text(FAITHFUL)
    (tmp_path / "bad.txt").write_text(FAITHFUL.replace("12,000", "21,000"))
    good = call("check", tmp_path / "source.txt", tmp_path / "good.txt")
    assert good.status == 0
    assert set(json.loads(good.out)) == {"verdict", "findings", "sentences", "reading"}
    bad = call("check", tmp_path / "source.txt", tmp_path / "bad.txt")
    value = json.loads(bad.out)
    assert (bad.status, value["verdict"]) == (1, "block")
    finding = next(f for f in value["findings"] if f["severity"] == "block")
    assert (finding["check"], finding["text"]) == ("number", "21,000 pounds")


def test_in_a_batch_one_bad_line_stops_nothing_and_the_order_holds(call: Call, tmp_path: Path) -> None:
    good = {"source": SOURCE, "rewrite": FAITHFUL}
    rows = [{"id": n, **good} for n in range(30)]
    rows[3] = {"id": 3, "source": SOURCE}
    rows[4] = {"id": 4, "source": 1, "rewrite": "x"}
    file = lines(tmp_path / "in.jsonl", *rows)
    file.write_text(file.read_text() + "no json\n", "utf-8")
    said = call("check", "--batch", file)
    assert said.status == 0
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [a["id"] for a in answers] == [*range(30), None]
    assert {a["id"] for a in answers if "error" in a} == {3, 4, None}
    assert answers[3]["error"] == "'rewrite' is missing"


def test_batches_of_pages_and_feeds(call: Call, tmp_path: Path, page: Path) -> None:
    rows = lines(
        tmp_path / "in.jsonl", {"id": "a", "path": str(page), "url": "http://x.test/"}, {"id": "b", "path": "/no/such"}
    )
    extracted = [json.loads(line) for line in call("extract", "--batch", rows).out.splitlines()]
    assert extracted[0]["verdict"] == "article"
    assert "cannot be read" in extracted[1]["error"]
    parsed = [json.loads(line) for line in call("parse", "--batch", rows).out.splitlines()]
    assert all("error" in answer for answer in parsed)


def test_a_batch_reads_regular_files_only(call: Call, tmp_path: Path) -> None:
    rows = lines(tmp_path / "in.jsonl", {"id": "a", "path": "/dev/zero"}, {"id": "b", "path": str(tmp_path)})
    for command in ("extract", "parse"):
        answers = [json.loads(line) for line in call(command, "--batch", rows).out.splitlines()]
        assert all("is not a regular file" in answer["error"] for answer in answers)


def test_a_page_without_an_end_is_too_large(call: Call) -> None:
    said = call("extract", "/dev/zero")
    assert said.status == 1
    assert "larger than 10 MB" in json.loads(said.out)["reason"]


def test_one_page_that_spins_is_stopped_as_in_a_batch(
    call: Call, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipeline.cli.stages.LONGEST", 0.05)
    monkeypatch.setattr("pipeline.articles.extract.extract", lambda *_, **__: next(n for n in count() if n < 0))
    for command in ("extract", "try"):
        said = call(command, page)
        assert (said.status, said.out) == (1, "")
        assert "not done after 0.05 seconds" in said.err


def test_what_to_read_is_said_in_one_way(call: Call, page: Path, tmp_path: Path) -> None:
    rows = lines(tmp_path / "in.jsonl", {"id": "a", "path": str(page)})
    for ways in (("--stored", page), ("--batch", rows, "--stored"), ("--batch", rows, page)):
        said = call("extract", *ways)
        assert (said.status, said.out) == (2, "")
        assert "give one of them" in said.err


def test_group_joins_copies(call: Call, tmp_path: Path) -> None:
    row = {"title": "t", "published": None, "url": "http://x.test/"}
    file = lines(
        tmp_path / "in.jsonl",
        {"id": "a", "text": SOURCE, **row},
        {"id": "b", "text": "Something else happened in Holbrook.", **row},
        {"id": "c", "text": SOURCE.upper(), **row},
    )
    answers = [json.loads(line) for line in call("group", file).out.splitlines()]
    assert answers[0]["story"] == answers[2]["story"] != answers[1]["story"]
    assert [a["duplicate_of"] for a in answers] == [None, None, "a"]


def test_group_names_the_line_it_cannot_read(call: Call, tmp_path: Path) -> None:
    good = {"id": "a", "title": "t", "text": SOURCE}
    for bad, why in (
        ("[1]", "line 2: an object with id, title and text is needed"),
        ('{"id": "b"}', "line 2: an object with id, title and text is needed"),
        ('{"id": 3, "title": "t", "text": "u"}', "line 2: an object with id, title and text is needed"),
        ('{"id": "a", "title": "t", "text": "u"}', "line 2: the id 'a' is line 1's already"),
        ('{"id": "b", "title": "t", "published": "yesterday"}', "line 2: published is not a date"),
    ):
        file = tmp_path / "in.jsonl"
        file.write_text(f"{json.dumps(good)}\n{bad}\n", "utf-8")
        said = call("group", file)
        assert (said.status, said.out) == (2, "")
        assert why in said.err


def test_try_works_on_a_file_without_a_database(
    call: Call, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    said = call("try", page)
    assert said.status in (0, 1)
    assert "\nIn short: " in said.out
    assert "no model wrote this: writer.kind is extract" in said.out
    assert set(tmp_path.iterdir()) == before


def test_try_refuses_what_is_no_article_before_any_model(call: Call, tmp_path: Path) -> None:
    (tmp_path / "short.html").write_text("<html lang=en><article><p>Only one short sentence.</p></article></html>")
    said = call("try", tmp_path / "short.html")
    assert (said.status, said.out) == (1, "")
    assert "no model was called" in said.err


@pytest.mark.parametrize("arguments", [("parse",), ("extract",), ("check", "only-one"), ("parse", "/no/such/file")])
def test_what_is_missing_is_named(call: Call, arguments: tuple[str, ...]) -> None:
    said = call(*arguments)
    assert said.status == 2
    assert "missing:" in said.err or "cannot be read" in said.err


def test_kept_pages_are_extracted_again(newsroom: Path, call: Call) -> None:
    rows = [json.loads(line) for line in call("extract", "--stored").out.splitlines()]
    assert len(rows) >= 7
    read = [row for row in rows if row["stored"]]
    assert read and all(row["same"] for row in read if row["verdict"] == "article")
    assert {"paywall", "consent"} <= {row["verdict"] for row in rows if not row["stored"]}
