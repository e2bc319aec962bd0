"""The page of figures over a week that is known: every value it says is reckoned here by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_sentence, go_back
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.model import Draft, DraftSentence, Kind
from pipeline.settings import Desk, Writer
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from pipeline.storage.tables import CallRow, ReviewRow, TryRow
from tests.desk.server import Answer, DeskServer, add_users
from tests.desk.stories import add_story

ADA = Person("ada", Role.CHIEF)
HOUSE = HouseStyle(load_glossary(), "en", Desk(), Writer())
PAYS = Draft(
    DraftSentence("Brightwell pays back.", Kind.FACT, (1,)),
    DraftSentence("Brightwell will pay shoppers back.", Kind.FACT, (1,)),
    (
        (DraftSentence("Brightwell sells groceries online.", Kind.FACT, (3,)),),
        (DraftSentence("This story is a reminder that promises count.", Kind.TAKEAWAY),),
    ),
)
"""25 words as rendered: 3, "In short:" and 5, 4, 8, "Source: Harbour Tech"."""


class Week:
    """Stories that ada decides on, at times that are known."""

    def __init__(self, desk: DeskServer) -> None:
        self.desk = desk
        midnight = desk.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        self.first, self.second = (midnight - timedelta(days=days) + timedelta(hours=10) for days in (3, 2))

    def story(self, *findings: tuple[str, str], accepted: bool = False) -> int:
        """A draft written on the first day with these findings (check and severity), a block accepted if so."""
        number = add_story(self.desk.desk.database, draft=PAYS, when=self.first - timedelta(hours=2))
        found: list[dict[str, Any]] = [
            {"check": check, "severity": severity, "message": "so"} for check, severity in findings
        ]
        self.report(number, found)
        if accepted:
            with self.desk.desk.database.session() as session:
                cleared = {"story_id": number, "at": self.first, "who": "ada", "act": "clear", "reason": "so"}
                about = {**found[0], "text": "", "sentence": "", "message": "no"}
                session.add(ReviewRow(**cleared, before="in_review", after="in_review", about=about))
        return number

    def report(self, story: int, findings: list[dict[str, Any]]) -> None:
        with self.desk.desk.database.session() as session:
            draft = stories.drafts_of(session, story)[-1]
            draft.report, draft.check_verdict = {"findings": findings}, "pass"

    def edit(self, story: int, at: datetime) -> None:
        edit_sentence(
            self.desk.desk.database, story, 2, "Brightwell sells food online.", by=Actor(ADA, at), house=HOUSE
        )
        self.report(story, [{"check": "number", "severity": "block", "message": "so"}])

    def back(self, story: int, at: datetime) -> None:
        go_back(self.desk.desk.database, story, 1, by=Actor(ADA, at), house=HOUSE)
        self.report(story, [])

    def decide(self, story: int, act: Act, at: datetime, seconds: int) -> None:
        """Decide after so many seconds with the story open; 0: it was never seen open."""
        database = self.desk.desk.database
        if seconds:
            with database.session() as session:
                for spent in range(0, seconds, 60):  # a sign a minute, as the page gives
                    visits.saw(session, story, "ada", at - timedelta(seconds=seconds - spent))
        act_on(database, story, act, by=Actor(ADA, at, reason="so"), rules=Desk())

    def pay(self, day: datetime, state: str, **micro: int) -> None:
        with self.desk.desk.database.session() as session:
            call = CallRow(key=f"{day}{state}", purpose="draft", model="m", prompt="p", state="answered")
            session.add(call)
            session.flush()
            session.add(
                TryRow(call_id=call.id, day=day.date().isoformat(), state=state, reserved_at=day,
                       reserved_micro=micro["reserved"], reserved_input=0, reserved_output=0,
                       cost_micro=micro["cost"])
            )  # fmt: skip


def figure(page: Answer, title: str) -> tuple[str, list[list[str]]]:
    """A figure of the page: its one number, and its table."""
    card = next(c for c in re.findall(r"<figure.*?</figure>", page.text, re.S) if f"<h2>{title}</h2>" in c)
    found = re.search(r'class="sum">(.*?)</p>', card)
    assert found
    body = card.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in card else ""
    return found.group(1), [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")[:-1]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskServer]:
    """An empty newsroom's desk."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    with DeskServer(database, parse_config("newsroom: {timezone: UTC}"), tmp_path) as server:
        yield server
    database.close()


@pytest.fixture
def week(desk: DeskServer) -> Week:
    found = Week(desk)
    edited = found.story(("number", "block"), ("name", "warn"), accepted=True)
    plain, undone = found.story(("name", "warn")), found.story()
    spiked, held = found.story(), found.story(("jargon", "note"))
    found.edit(edited, found.first)
    found.decide(edited, Act.APPROVE, found.first + timedelta(hours=1), 90)
    found.decide(plain, Act.APPROVE, found.first + timedelta(hours=2), 30)
    found.edit(undone, found.second - timedelta(hours=1))
    found.back(undone, found.second)
    found.decide(undone, Act.APPROVE, found.second + timedelta(hours=1), 150)
    found.decide(spiked, Act.SPIKE, found.second + timedelta(hours=2), 300)
    found.decide(held, Act.HOLD, found.second + timedelta(hours=3), 0)
    found.pay(found.first, "paid", reserved=9_000_000, cost=1_500_000)
    found.pay(found.second, "lost", reserved=250_000, cost=0)
    found.pay(found.second, "free", reserved=9_000_000, cost=0)
    return found


def test_every_figure_is_what_the_week_was(week: Week) -> None:
    page = week.desk.visitor(Role.EDITOR).get("/figures?days=7")
    first, second = (at.date().isoformat() for at in (week.first, week.second))
    # Seconds are counted in steps of six, each by its middle: 93 and 33, then 153 and 303. The one held has no time.
    assert figure(page, "Minutes a story") == (
        "2.05 min",
        [[first, "1.05 min", "2"], [second, "3.8 min", "2"]],
    )
    assert figure(page, "Decisions") == ("5", [[first, "2", "2"], [second, "3", "3"]])
    # Of three approvals one was edited; what was edited and put back is as it was written, and counts once.
    assert figure(page, "Approved untouched") == ("67%", [[first, "50%", "2"], [second, "100%", "1"]])
    assert figure(page, "Changed by editors") == ("4%", [[first, "4%", "1"]])
    # What was lost counts with its worst, what was free not at all.
    assert figure(page, "Cost") == ("1.75 USD", [[first, "1.50 USD", "1"], [second, "0.25 USD", "1"]])
    # Five drafts as they were written; what the checks say of an editor's words is not counted.
    assert figure(page, "Findings by check") == (
        "0.8 a draft",
        [["name", "0", "2", "0", "0", "0"], ["jargon", "0", "0", "1", "0", "0"], ["number", "1", "0", "0", "1", "1"]],
    )


def test_what_no_price_is_known_of_has_no_chart(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    writer = "{kind: openai, model: m, base_url: 'http://127.0.0.1:9/v1', caps: {tokens_a_day: 1000}}"
    with DeskServer(database, parse_config(f"writer: {writer}"), tmp_path) as server:
        page = server.visitor(Role.EDITOR).get("/figures")
    database.close()
    assert figure(page, "Cost") == ("not known", [])
    assert "no price is set (writer.price)" in page.text
