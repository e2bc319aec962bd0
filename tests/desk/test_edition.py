"""The edition from the desk: ordered, led, left for the next, issued now or at a time, by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.desk.people import Role
from pipeline.model import StoryState
from pipeline.publishing.issue import issue_planned
from pipeline.storage.database import Database
from tests.desk.stories import WHEN, add_story

from .server import Answer, DeskServer, add_users
from .test_desk_pages import decide, state


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskServer]:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    with DeskServer(database, parse_config("newsroom: {name: Test desk}"), tmp_path) as server:
        yield server
    database.close()


@pytest.fixture
def approved(desk: DeskServer) -> list[int]:
    """Three approved stories, in the order an edition has them."""
    for n in range(3):
        add_story(desk.desk.database, title=f"Story {n}", state=StoryState.APPROVED, when=WHEN + timedelta(hours=n))
    return order(desk.visitor(Role.CHIEF).get("/digest"))


def order(page: Answer) -> list[int]:
    section = page.text.partition('id="edition"')[2].partition("</ol>")[0]
    return [int(n) for n in re.findall(r'<li><div><a href="/story/(\d+)"', section)]


def shown(page: Answer) -> str:
    found = re.search(r'name="shown" value="([\d,]*)"', page.text)
    assert found, page.words
    return found.group(1)


def test_it_is_ordered_led_and_issued_by_a_chief_as_it_was_shown(desk: DeskServer, approved: list[int]) -> None:
    first, second, third = approved
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)

    def move(story: int, how: str) -> list[int]:
        sent = {"story": story, "move": how, "shown": shown(editor.get("/digest"))}
        assert editor.post("/digest/arrange", sent).status == 303
        return order(editor.get("/digest"))

    assert move(third, "up") == [first, third, second]
    assert move(first, "down") == [third, first, second]
    assert move(second, "lead") == [second, third, first]
    assert move(third, "out") == [second, first]
    page = editor.get("/digest")
    assert "Left for the following edition" in page.words and ">Leave for later<" in page.text
    assert "Only a chief can issue it." in page.words
    assert '<details class="issue"><summary' in chief.get("/digest").text, "what can't be taken back is asked twice"
    assert editor.post("/digest/issue", {"shown": shown(page)}).status == 403
    issued = chief.follow(chief.post("/digest/issue", {"shown": shown(page)}))
    assert "Edition 1" in issued.words and "by chief" in issued.words
    assert [state(desk, n) for n in approved] == ["published", "published", "approved"]
    assert order(chief.get("/digest")) == [third], "what was moved comes in the one after"
    assert re.search(r"chief edition No. 1: 2 stories", chief.get("/log").words)


def test_what_changed_since_it_was_shown_is_told_and_nothing_issued(desk: DeskServer, approved: list[int]) -> None:
    chief, admin = desk.visitor(Role.CHIEF), desk.visitor(Role.ADMIN)
    seen = shown(chief.get("/digest"))
    decide(admin, approved[0], "reopen")
    late = chief.post("/digest/issue", {"shown": seen})
    assert late.status == 409 and "gone: Story" in late.words and "nothing was issued" in late.words
    gone = chief.post("/digest/arrange", {"story": approved[0], "move": "lead", "shown": seen})
    assert gone.status == 409 and "not in the next edition any more" in gone.words
    now = shown(chief.get("/digest"))
    assert admin.post("/digest/issue", {"shown": now}).status == 303
    twice = chief.post("/digest/issue", {"shown": now})
    assert twice.status == 409 and "it was issued by admin in the meantime" in twice.words


def test_it_is_issued_at_a_time_by_who_planned_it(desk: DeskServer, approved: list[int]) -> None:
    chief = desk.visitor(Role.CHIEF)
    seen = shown(chief.get("/digest"))
    assert chief.post("/digest/issue", {"shown": seen, "at": "2001-01-01T09:00"}).status == 400
    assert chief.post("/digest/issue", {"shown": seen, "at": "2h"}).status == 303
    assert "by chief" in chief.get("/digest").words
    assert chief.post("/digest/cancel").status == 303
    assert "Scheduled for" not in chief.get("/digest").words
    chief.post("/digest/issue", {"shown": seen, "at": "2h"})
    (edition,) = issue_planned(desk.desk.database, desk.desk.config, desk.clock() + timedelta(hours=3))
    assert edition.issued_by == "chief" and len(edition.stories) == 3


@pytest.mark.parametrize(
    "fields", [{"shown": "1;2"}, {"shown": "-1"}, {"shown": "9" * 30}, {"move": "away"}, {"story": "x"}, {"shown": ""}]
)
def test_a_form_made_up_arranges_nothing(desk: DeskServer, approved: list[int], fields: dict[str, str]) -> None:
    sent = {"story": str(approved[0]), "move": "down", "shown": ",".join(map(str, approved)), **fields}
    answer = desk.visitor(Role.CHIEF).post("/digest/arrange", sent)
    assert answer.status in (303, 400)
    assert sorted(order(desk.visitor(Role.CHIEF).get("/digest"))) == sorted(approved)
