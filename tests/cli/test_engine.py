"""What was set aside is shown and taken up again; what a container asks; what a run from cron looks at; the report."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from pathlib import Path
from typing import Any

from pipeline.storage.database import Database
from pipeline.storage.engine import workers

from .conftest import Call
from .test_status import by_hand


def rows(newsroom: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(newsroom / "inshort.db") as database:
        return database.execute(query).fetchall()


def test_what_was_set_aside_is_shown_until_somebody_takes_it_up(newsroom: Path, call: Call) -> None:
    aside = "INSERT INTO steps (stage, thing_id, started_at, tripped, error, set_aside_at) VALUES "
    at = "'2026-11-20 09:00:00.000000'"
    by_hand(newsroom, *(f"{aside}('write', {n}, {at}, 3, 'KeyError', {at})" for n in (1, 2)))
    status = call("status")
    assert (status.status, "set aside write 2: KeyError" in status.out) == (1, True)
    assert "'inshort retry' tries them again" in status.out
    assert json.loads(call("retry", "write", "2", "--json").out) == [{"stage": "write", "id": 2}]
    assert call("retry").out == "write 1 is due again\n"
    assert call("retry").out == "nothing is set aside, and no story failed\n"
    assert "set aside" not in call("status").out
    unknown = call("retry", "read")
    assert (unknown.status, "there is no stage read; there are poll, collect" in unknown.err) == (2, True)


def test_a_story_whose_writing_was_given_up_is_written_again_when_somebody_says_so(newsroom: Path, call: Call) -> None:
    by_hand(newsroom, "UPDATE stories SET state = 'failed', current_draft_id = NULL, attempts = 6, waiting_for = 'no'")
    (first, *_) = rows(newsroom, "SELECT id FROM stories ORDER BY id")
    status = call("status")
    assert f"failed    story {first[0]} (" in status.out
    assert "waiting   story" not in status.out
    assert call("retry", "write", str(first[0])).out == f"write {first[0]} is due again\n"
    assert rows(newsroom, f"SELECT state, attempts, waiting_for FROM stories WHERE id = {first[0]}") == [("new", 0, "")]
    assert "tried again" in call("review", "history", str(first[0])).out
    assert json.loads(call("run", "--json").out)["drafted"] == 1


def test_a_page_that_was_no_article_after_all_is_not_written_from_again(newsroom: Path, call: Call) -> None:
    by_hand(newsroom, "UPDATE stories SET state = 'failed', current_draft_id = NULL, waiting_for = 'a wall'")
    by_hand(newsroom, "UPDATE entries SET state = 'refused', reason = 'a wall'")
    assert call("retry").out == "nothing is set aside, and no story failed\n"
    again = call("review", "reopen", str(rows(newsroom, "SELECT min(id) FROM stories")[0][0]))
    assert (again.status, "can't be tried again: a wall" in again.err) == (1, True)


def test_a_container_lives_while_its_process_was_seen_whatever_else_is_wrong(newsroom: Path, call: Call) -> None:
    assert call("alive").status == 1
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        workers.join(session, "daemon", "elsewhere:1", "0", [])
    assert call("alive").status == 1
    with database.session() as session:
        number = workers.join(session, "daemon", f"{socket.gethostname()}:1", "0", [])
    by_hand(newsroom, "UPDATE feeds SET last_error = 'the server answers 404'")
    assert call("status").status == 1
    assert call("alive").status == 0
    by_hand(newsroom, f"UPDATE workers SET seen_at = '2026-01-01 00:00:00.000000' WHERE id = {number}")
    assert call("alive").status == 1
    database.close()


def test_a_run_from_cron_raises_alarms_and_clears_them(newsroom: Path, call: Call) -> None:
    config = newsroom / "config.yaml"
    usual = config.read_text("utf-8")
    config.write_text(json.dumps({**json.loads(usual), "alarms": {"disk_mb": 10_000_000}}), "utf-8")
    first, second = call("run"), call("run")
    assert "alarm        disk_low: " in first.err
    assert "alarm" not in second.err
    assert [a["name"] for a in json.loads(call("status", "--json").out)["alarms"]] == ["disk_low"]
    config.write_text(usual, "utf-8")
    assert call("run").status == 0
    assert json.loads(call("status", "--json").out)["alarms"] == []


def test_the_report_says_how_the_newsroom_fares_and_what_its_glossary_lacks(newsroom: Path, call: Call) -> None:
    said = call("report")
    assert said.status == 0
    assert "10 entries, 7 articles read, 0 stories approved, 0 editions, 0 corrections" in said.out
    assert "5 stories wait for an editor, 0 for something else" in said.out
    assert "glossary" in said.out
    document = json.loads(call("report", "--json").out)
    assert document["made"]["entries"] == 10
    assert document["situation"]["stories"] == {"in_review": 5}


def test_the_report_counts_corrections_and_names_alarms(newsroom: Path, call: Call) -> None:
    with sqlite3.connect(newsroom / "inshort.db") as rows:
        for act in ("correct", "correct", "retract"):
            rows.execute(
                "INSERT INTO reviews (story_id, at, who, act, before, after, reason) "
                "VALUES (1, datetime('now'), 'ada', ?, 'published', 'corrected', 'wrong')",
                (act,),
            )
        for name, over in (("disk_low", "datetime('now', '-1 hour')"), ("no_poll", "NULL")):
            rows.execute(
                "INSERT INTO alarms (name, detail, raised_at, cleared_at, told_raised, told_cleared) "
                f"VALUES ('{name}', 'of what', datetime('now', '-2 hours'), {over}, '[]', '[]')"
            )
    said = call("report").out
    assert "0 editions, 2 corrections, 1 retraction, 2 alarms\n" in said
    assert re.search(r"^  disk_low, [-\d]{10} [:\d]{5} to [-\d]{10} [:\d]{5}: of what$", said, re.MULTILINE)
    assert re.search(r"^  no_poll, since [-\d]{10} [:\d]{5}: of what$", said, re.MULTILINE)
    assert [alarm["name"] for alarm in json.loads(call("report", "--json").out)["alarms"]] == ["disk_low", "no_poll"]
