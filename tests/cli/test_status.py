"""`inshort status`: what it says, its exit status for monitoring, and the live view."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.status import age
from pipeline.storage.database import Database
from tests.newsroom import start

from .conftest import Call


def by_hand(newsroom: Path, *statements: str) -> None:
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
    database.close()


def test_it_says_what_is_due_waiting_and_spent(newsroom: Path, call: Call) -> None:
    by_hand(
        newsroom,
        "UPDATE stories SET state = 'new', current_draft_id = NULL, waiting_for = 'money' WHERE id = 1",
        "UPDATE stories SET state = 'held', held_until = '2026-01-02 00:00:00.000000' WHERE id = 2",
        "UPDATE articles SET look_at = CASE story_id WHEN 3 THEN '2026-01-03 00:00:00.000000' END",
        "UPDATE entries SET state = 'failed', next_try_at = '2026-01-01 00:00:00.000000' WHERE id = 2",
    )
    value = json.loads(call("status", "--json").out)
    assert value["due"] == {"collect": 1, "gather": 0, "release": 1, "write": 1, "check": 0, "watch": 2}, (
        "both reports of story 3"
    )
    assert value["oldest"]["collect"].startswith("2026-01-01")
    assert [(w["id"], w["for"]) for w in value["waiting"]] == [(1, "money")]
    assert value["last"]["draft"] is not None
    assert value["spent_today"]["tokens"] == 0
    said = call("status").out
    assert "waiting   story 1" in said
    assert "write     1 due" in said


def test_what_waits_says_since_when_and_when_it_is_tried_next(newsroom: Path, call: Call) -> None:
    waits = "UPDATE stories SET state = 'new', current_draft_id = NULL, waiting_for = 'money: none is left'"
    by_hand(
        newsroom,
        f"{waits}, created_at = datetime('now', '-3 days', '-1 hour'), next_try_at = '2099-01-01 08:30' WHERE id = 1",
        f"{waits}, next_try_at = '2099-01-01 08:00' WHERE id = 2",
    )
    said = call("status").out
    assert "waiting   2 stories for money: none is left; the oldest came 3 days ago; next try 09:00\n" in said
    assert "WRONG     stories wait for money, the oldest for 73 hours; raise writer.caps, or spike what" in said
    by_hand(newsroom, "UPDATE stories SET waiting_for = '', state = 'spiked' WHERE id = 2")
    assert "; it came 3 days ago; next try 09:30\n" in call("status").out


def test_a_damaged_database_is_another_exit_status_than_something_wrong(newsroom: Path, call: Call) -> None:
    (newsroom / "inshort.db").write_bytes(b"no database " * 1000)
    said = call("status")
    assert (said.status, "not an intact database; restore a backup" in said.err) == (2, True)


def test_its_exit_status_is_for_monitoring(newsroom: Path, call: Call) -> None:
    assert call("status").status == 0
    by_hand(newsroom, "UPDATE feeds SET last_error = 'the server answers 404'")
    said = call("status")
    assert said.status == 1
    assert "WRONG     3 of 3 feeds fail; see 'inshort feeds list'" in said.out
    assert json.loads(call("status", "--json").out)["wrong"][0]["name"] == "feeds_failing"


def test_the_live_view_goes_on_until_it_is_interrupted(newsroom: Path) -> None:
    shown = start("status", "--watch", "--every", "0.2", cwd=newsroom)
    assert shown.stdout is not None
    looks = (line for line in shown.stdout if line.startswith("Test desk"))
    assert [next(looks)[:9] for _ in range(2)] == ["Test desk"] * 2
    shown.send_signal(signal.SIGINT)
    shown.communicate(timeout=300)
    assert shown.returncode == 0


def test_watch_and_json_do_not_go_together(newsroom: Path, call: Call) -> None:
    assert call("status", "--watch", "--json").status == 2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "5 seconds"), (150, "2 minutes"), (7300, "2 hours"), (200_000, "2 days"), (-3, "0 seconds")],
)
def test_ages_are_said_as_people_say_them(seconds: int, said: str) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert age(now, now - timedelta(seconds=seconds)) == said
