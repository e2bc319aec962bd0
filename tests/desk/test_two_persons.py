"""The two-person rule on stored stories: whoever wrote the last words is never the only one who approved them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on, open_case, record
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.errors import NotAllowed
from pipeline.model import StoryState
from pipeline.settings import Desk
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow
from pipeline.writing.draft import text_hash, to_json
from tests.desk.stories import DRAFT, add_story

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RULES = Desk(two_person=True)
ANN, BOB, IDA = (Person(name, Role.CHIEF) for name in ("ann", "bob", "ida"))


class Story:
    """A story with both reading levels, and the acts of people on it, each a second after the other."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.versions = database, NOW, 0
        self.id = add_story(database, draft=None)
        for level in ("standard", "simple"):
            self._add(level, "m", "openai")

    def _add(self, level: str, author: str, writer: str) -> None:
        self.versions += 1
        text = f"{level} {self.versions}"
        with self.database.session() as session:
            case = open_case(session, self.id, level)
            if writer == "editor":
                record(session, case, Act.EDIT, by=Actor(Person(author, Role.CHIEF), self.now))
            standard = stories.current_draft(session, case.story)
            basis = standard.hash if standard and level == "simple" else None
            row = DraftRow(author=author, writer=writer, content=to_json(DRAFT), text=text, hash=text_hash(text),
                           created_at=self.now, check_verdict="pass", level=level, basis=basis)  # fmt: skip
            stories.add_draft(session, case.story, row)

    def edit(self, by: Person, level: str = "standard") -> None:
        self._add(level, by.name, "editor")

    def act(self, act: Act, by: Person, *, with_simple: bool = True) -> StoryState:
        self.now += timedelta(seconds=1)
        with self.database.reading() as session:
            simple = open_case(session, self.id, "simple").draft
        shown = simple.hash if simple and with_simple else ""
        return act_on(self.database, self.id, act, by=Actor(by, self.now, shown_simple=shown, reason="so"), rules=RULES)


@pytest.mark.parametrize("withdrawn", [Act.REOPEN, Act.HOLD, Act.SPIKE])
def test_an_approval_that_was_taken_back_counts_no_more(database: Database, withdrawn: Act) -> None:
    story = Story(database)
    story.edit(BOB)
    assert story.act(Act.APPROVE, ANN) is StoryState.APPROVED
    story.act(withdrawn, ANN)
    if withdrawn is Act.SPIKE:
        story.act(Act.REOPEN, ANN)
    assert story.act(Act.APPROVE, BOB) is StoryState.IN_REVIEW, "bob wrote it and is alone again"
    assert story.act(Act.APPROVE, ANN) is StoryState.APPROVED


def test_an_approval_of_the_simple_version_before_it_was_edited_is_none_of_it_now(database: Database) -> None:
    story = Story(database)
    assert story.act(Act.APPROVE, ANN) is StoryState.APPROVED
    story.edit(IDA, "simple")
    assert story.act(Act.APPROVE, IDA) is StoryState.IN_REVIEW


def test_who_left_the_simple_version_out_did_not_approve_it(database: Database) -> None:
    story = Story(database)
    story.edit(ANN)
    story.edit(IDA, "simple")
    assert story.act(Act.APPROVE, ANN, with_simple=False) is StoryState.IN_REVIEW
    assert story.act(Act.APPROVE, IDA) is StoryState.IN_REVIEW, "ann did not see the simple version"
    assert story.act(Act.APPROVE, ANN) is StoryState.APPROVED


@pytest.fixture(scope="module")
def everyone(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One database for all stories of the property below."""
    folder: Path = tmp_path_factory.mktemp("two")
    database = Database(f"sqlite:///{folder}/n.db")
    database.upgrade()
    return database


DEEDS = ("edit", "edit simple", "approve", "approve", "approve standard", "reopen", "hold")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from([ANN, BOB, IDA])), min_size=4, max_size=10))
def test_whatever_three_people_do_nobody_is_alone_with_their_words(
    everyone: Database, deeds: list[tuple[str, Person]]
) -> None:
    story = Story(everyone)
    wrote: dict[str, str] = {}
    approvers: dict[str, set[str]] = {"standard": set(), "simple": set()}
    for deed, by in deeds:
        levels = ("standard",) if deed == "approve standard" else ("standard", "simple")
        try:
            if deed.startswith("edit"):
                level = "simple" if deed == "edit simple" else "standard"
                story.edit(by, level)
                wrote[level] = by.name
                state = StoryState.IN_REVIEW
            else:
                state = story.act(Act(deed.split(" ")[0]), by, with_simple=deed == "approve")
        except NotAllowed:
            continue
        if deed.startswith("approve"):
            for level in levels:
                approvers[level].add(by.name)
        else:
            approvers = {"standard": set(), "simple": set()}
        if state is not StoryState.APPROVED:
            continue
        with everyone.reading() as session:
            row = stories.get_story(session, story.id)
            covered = ("standard", "simple") if row is not None and row.simple_hash else ("standard",)
        for level in covered:
            assert approvers[level] - {wrote.get(level, "")}, (level, deeds)
