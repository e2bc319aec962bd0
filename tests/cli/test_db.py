"""`inshort db …` as an owner calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.storage.database import Database

from .conftest import Call


def test_backed_up_lost_and_restored(newsroom: Path, call: Call) -> None:
    said = call("db", "backup", "--json")
    file = json.loads(said.out)["file"]
    assert Path(file).parent == newsroom / "backups"
    assert "verified" in call("db", "backup", "--to", newsroom / "other").out
    refused = call("db", "restore", file)
    assert refused.status == 1
    assert "there is a newsroom already (5 stories); --force replaces it" in refused.err
    for name in ("inshort.db", "inshort.db-wal", "inshort.db-shm"):
        (newsroom / name).unlink(missing_ok=True)
    assert f"restored from {file}" in call("db", "restore", file).out
    assert json.loads(call("status", "--json").out)["stories"] == {"in_review": 5}
    assert "what was there is in" in call("db", "restore", file, "--force").out


def test_the_check_answers_with_its_exit_status(newsroom: Path, call: Call) -> None:
    assert call("db", "check").status == 0
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE stories SET state = 'published' WHERE id = 2")
    database.close()
    said = call("db", "check")
    assert said.status == 1
    assert "stories approved or published without an approved wording: 1 (rows 2)" in said.out


def test_an_export_is_lines_and_restores(newsroom: Path, call: Call) -> None:
    lines = [json.loads(line) for line in call("db", "export").out.splitlines()]
    assert lines[0]["inshort"] == "export"
    assert lines[-1]["counts"]["stories"] == sum(line.get("table") == "stories" for line in lines) == 5
    assert call("db", "export", "--out", newsroom / "all.jsonl").status == 0
    assert "--force" in call("db", "restore", newsroom / "all.jsonl").err
    assert call("db", "restore", newsroom / "all.jsonl", "--force").status == 0
    assert call("db", "check").status == 0


def test_an_export_replaces_a_file_only_when_told(newsroom: Path, call: Call) -> None:
    there = newsroom / "all.jsonl"
    there.write_text("precious", "utf-8")
    said = call("db", "export", "--out", there)
    assert (said.status, "already exists; --force replaces it" in said.err) == (2, True)
    assert there.read_text("utf-8") == "precious"
    assert call("db", "export", "--out", there, "--force").status == 0
    assert there.read_text("utf-8").startswith('{"inshort"')


@pytest.mark.parametrize(
    "command",
    [("db", "export", "--force"), ("digest",), ("eval", "run"), ("eval", "collect")],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "file", ["inshort.db", "inshort.db-wal", "inshort.db.lock", "config.yaml", "glossary.yaml", "link"]
)
def test_no_command_writes_over_what_the_newsroom_lives_in(
    newsroom: Path, call: Call, command: tuple[str, ...], file: str
) -> None:
    (newsroom / "glossary.yaml").write_text("# ours\n", "utf-8")
    (newsroom / "link").symlink_to("inshort.db")
    assert call("db", "check").status == 0  # what lies in the WAL is in the file from here on
    before = {name: (newsroom / name).read_bytes() for name in ("inshort.db", "config.yaml", "glossary.yaml")}
    said = call(*command, "--out", file)
    assert (said.status, "the newsroom itself lives in that file" in said.err) == (2, True)
    assert before == {name: (newsroom / name).read_bytes() for name in before}


def test_a_folder_where_a_file_is_wanted_is_said_and_the_other_way_round(newsroom: Path, call: Call) -> None:
    for command in (("db", "export"), ("digest",), ("eval", "run")):
        said = call(*command, "--out", ".")
        assert (said.status, "that is a folder; name a file" in said.err) == (2, True)
    said = call("db", "backup", "--to", "config.yaml")
    assert (said.status, "that is a file; --to names a folder" in said.err) == (2, True)


def test_pruning_says_what_went(newsroom: Path, call: Call) -> None:
    assert json.loads(call("db", "prune", "--json").out) == {
        "pages": 0,
        "entries": 0,
        "drafts": 0,
        "calls": 0,
        "rounds": 0,
    }


def test_a_newsroom_moves_to_postgresql(newsroom: Path, call: Call, postgres_url: str) -> None:
    assert call("db", "move", "sqlite:///x.db").status == 2
    said = call("db", "move", postgres_url)
    assert said.status == 0
    assert "counts and checksums match" in said.out
    config = json.loads((newsroom / "config.yaml").read_text("utf-8"))
    (newsroom / "config.yaml").write_text(json.dumps({**config, "database": postgres_url}), "utf-8")
    assert json.loads(call("status", "--json").out)["stories"] == {"in_review": 5}
    backup = json.loads(call("db", "backup", "--json").out)["file"]
    assert backup.endswith(".jsonl.zst")
    assert call("db", "restore", backup, "--force").status == 0
    assert call("db", "check").out.endswith("sound\n")


def test_a_newer_database_is_refused_in_one_line(newsroom: Path, call: Call) -> None:
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for command in (["run"], ["status"], ["db", "upgrade"], ["db", "backup"]):
        said = call(*command)
        assert said.status == 2
        assert "made by a newer In Short (version 9999, this program knows" in said.err
        assert said.err.count("\n") == 1
