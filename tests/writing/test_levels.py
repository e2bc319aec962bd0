"""The simple level: one more call, the same evidence, its own approval, an edition at either level."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_text
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.errors import ConfigError, StaleVersion
from pipeline.glossary import Glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import check_story_draft
from pipeline.llm.client import LiveModel
from pipeline.model import Article, Draft, DraftSentence, Kind, Verdict
from pipeline.publishing.edition import at_level
from pipeline.publishing.issue import issue
from pipeline.settings import Desk as Rules
from pipeline.settings import Writer
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow
from pipeline.writing.levels import with_its_evidence, write_simple
from pipeline.writing.write import Outcome, WritingDesk
from tests.newsroom import ModelServer, Reply, openai_writer

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TEXT = "The Lumen Bridge opened on Monday. It cost 4 million euros. Mayor Ada Finch said it was late by a year."
IDA = Person("ida", Role.CHIEF)
SIMPLE = {
    "dek": {"text": "A new bridge is open.", "evidence": [1]},
    "in_short": {"text": "People can now use the Lumen Bridge.", "evidence": [1, 9]},
    "paragraphs": [
        {"sentences": [{"text": "The Lumen Bridge opened on Monday.", "kind": "fact", "evidence": [1]}]},
        {
            "sentences": [
                {"text": "This story is a reminder that work takes time.", "kind": "takeaway", "evidence": [1]}
            ]
        },
    ],
    "terms": [],
}


def desk(model: ModelServer, levels: list[str]) -> WritingDesk:
    writer = openai_writer(model.base, levels=levels)
    config = parse_config(json.dumps({"newsroom": {"name": "N"}, "writer": writer}))
    return WritingDesk(config, Glossary(()), LiveModel(name="m", key="k", base_url=f"{model.base}/v1"))


def in_review(database: Database, text: str = "A bridge.\nIn short: It opened.\nIt opened.\nSource: F") -> int:
    """A story whose standard draft was checked and waits for an editor."""
    from pipeline.engine.trial import _stage

    article = Article(Verdict.ARTICLE, "", "Bridge", TEXT, site="F")
    story_id = _stage(database, article, "https://example.org/bridge")
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        sentence = {"text": "It opened.", "kind": "fact", "evidence": [1]}
        content = {"dek": sentence, "in_short": sentence, "paragraphs": [{"sentences": [sentence]}], "terms": []}
        stories.add_draft(
            session,
            story,
            DraftRow(
                author="m",
                writer="openai",
                model="m",
                prompt="draft@5",
                content=content,
                text=text,
                hash="standard",
                created_at=NOW,
                check_verdict="pass",
                report={"findings": [], "sentences": []},
            ),
        )
        story.state = "in_review"
    return story_id


def write(database: Database, story_id: int, tools: WritingDesk) -> Outcome:
    async def once() -> Outcome:
        assert tools.model is not None
        try:
            return await write_simple(database, story_id, tools, NOW)
        finally:
            await tools.model.close()

    return asyncio.run(once())


def check(database: Database) -> None:
    with database.session() as session:
        unchecked = stories.due_checking(session, NOW)
    for draft_id in unchecked:
        check_story_draft(database, draft_id, HouseStyle(), NOW)


def simple_hash(database: Database, story_id: int) -> str:
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        simple = stories.simple_draft(session, story)
        assert simple is not None
        return simple.hash


def test_one_more_call_gives_the_simple_version_with_the_standard_ones_evidence(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        story_id = in_review(database)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "written"
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "nothing"
        assert model.asked.total() == 1
    assert "dek [1] fact: It opened." in model.bodies[0]["messages"][1]["content"]
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        simple, standard = stories.simple_draft(session, story), stories.current_draft(session, story)
        assert simple is not None and standard is not None
        assert (simple.level, simple.basis, standard.hash) == ("simple", "standard", "standard")
        assert simple.content["in_short"]["evidence"] == [1]
        assert simple.text.startswith("A new bridge is open.\nIn short: People can now")


def test_a_newsroom_that_wants_one_level_pays_for_one(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        assert write(database, in_review(database), desk(model, ["standard"])).what == "nothing"
        assert model.asked.total() == 0


def test_an_answer_of_no_use_is_asked_again_once_and_given_up(database: Database) -> None:
    with ModelServer(lambda _: "No.") as model:
        story_id = in_review(database)
        found = [write(database, story_id, desk(model, ["standard", "simple"])).what for _ in range(3)]
        assert found == ["waiting", "unanswered", "nothing"]
        assert model.asked.total() == 2


def test_what_only_the_owner_can_mend_uses_up_no_tries_of_a_simple_version(database: Database) -> None:
    with ModelServer(lambda _: Reply(status=401)) as model:
        story_id = in_review(database)
        for _ in range(stories.SIMPLE_TRIES + 1):
            assert write(database, story_id, desk(model, ["standard", "simple"])).what == "waiting"
            with database.session() as session:
                story = stories.get_story(session, story_id)
                assert story is not None and story.simple_at is not None
                story.simple_at = None
        model.answer = lambda _: json.dumps(SIMPLE)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "written"


def test_a_simple_version_the_checks_block_is_mended_once_and_the_better_one_goes_on(database: Database) -> None:
    wrong = json.dumps(SIMPLE).replace("opened on Monday", "cost 9 million euros")
    answers = iter([wrong, json.dumps(SIMPLE), "asked once too often"])
    with ModelServer(lambda _: next(answers)) as model:
        story_id = in_review(database)
        tools = desk(model, ["standard", "simple"])
        assert write(database, story_id, tools).what == "written"
        check(database)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "written"
        check(database)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "nothing"
        repair = model.bodies[1]["messages"][1]["content"]
    assert "cost 9 million euros" in repair and "number (block)" in repair
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        simple = stories.simple_draft(session, story)
        assert simple is not None
        assert simple.prompt.startswith("repair") and simple.check_verdict != "block"


def test_a_simple_version_whose_repair_does_not_come_stays_as_it_is(database: Database) -> None:
    wrong = json.dumps(SIMPLE).replace("opened on Monday", "cost 9 million euros")
    answers = iter([wrong])
    with ModelServer(lambda _: next(answers, "No.")) as model:
        story_id = in_review(database)
        write(database, story_id, desk(model, ["standard", "simple"]))
        check(database)
        for _ in range(stories.SIMPLE_TRIES):
            write(database, story_id, desk(model, ["standard", "simple"]))
            with database.session() as session:
                story = stories.get_story(session, story_id)
                assert story is not None
                story.simple_at = None
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        simple = stories.simple_draft(session, story)
        assert simple is not None and "9 million" in simple.text and simple.check_verdict == "block"


def test_an_answer_that_is_no_draft_is_told_so_at_once(database: Database) -> None:
    answers = iter(["No.", json.dumps(SIMPLE)])
    with ModelServer(lambda _: next(answers)) as model:
        story_id = in_review(database)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "waiting"
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "written"
        assert "there is no JSON object" in model.bodies[1]["messages"][1]["content"]


def test_an_approval_covers_both_levels_and_an_edition_prints_either(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        tools = desk(model, ["standard", "simple"])
        story_id = in_review(database)
        write(database, story_id, tools)
    check(database)
    shown = simple_hash(database, story_id)
    act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, shown="standard", shown_simple=shown), rules=Rules())
    edition = issue(database, tools.config, NOW)
    assert at_level(edition, "standard").stories[0].text.startswith("A bridge.")
    assert at_level(edition, "simple").stories[0].text.startswith("A new bridge is open.")


def test_a_simple_version_nobody_checked_is_not_approved_with_the_other(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        tools = desk(model, ["standard", "simple"])
        story_id = in_review(database)
        write(database, story_id, tools)
    shown = simple_hash(database, story_id)
    act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, shown_simple=shown), rules=Rules())
    edition = issue(database, tools.config, NOW)
    assert at_level(edition, "simple").stories[0].text.startswith("A bridge.")


def test_a_simple_version_that_was_not_shown_is_not_approved(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        tools = desk(model, ["standard", "simple"])
        story_id = in_review(database)
        write(database, story_id, tools)
    check(database)
    with pytest.raises(StaleVersion, match="the simple version changed"):
        act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, shown_simple="another"), rules=Rules())
    act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, shown="standard"), rules=Rules())
    assert at_level(issue(database, tools.config, NOW), "simple").stories[0].text.startswith("A bridge.")


def test_whoever_edited_the_simple_version_needs_a_second_person_too(database: Database) -> None:
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        story_id = in_review(database)
        write(database, story_id, desk(model, ["standard", "simple"]))
    mine = "A bridge opened.\nIn short: It opened.\nThe bridge opened on Monday.\nSource: F"
    house = HouseStyle(Glossary(()), "en", Rules(), Writer())
    edit_text(database, story_id, mine, by=Actor(IDA, NOW), house=house, level="simple")
    two = Rules(two_person=True)
    assert act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, reason="x"), rules=two) == "in_review"
    other = Person("uma", Role.CHIEF)
    assert act_on(database, story_id, Act.APPROVE, by=Actor(other, NOW, reason="x"), rules=two) == "approved"


def test_an_edit_of_the_standard_wording_wants_a_new_simple_one(database: Database) -> None:
    house = HouseStyle(Glossary(()), "en", Rules(), Writer())
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        story_id = in_review(database)
        write(database, story_id, desk(model, ["standard", "simple"]))
        new = "The Lumen Bridge is open.\nIn short: It opened on Monday.\nThe Lumen Bridge opened on Monday.\nSource: F"
        edit_text(database, story_id, new, by=Actor(IDA, NOW), house=house)
        with database.session() as session:
            story = stories.get_story(session, story_id)
            assert story is not None
            assert stories.current_draft(session, story).level == "standard"  # type: ignore[union-attr]
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "written"
        assert model.asked.total() == 2


def test_what_an_editor_wrote_simply_is_never_written_over(database: Database) -> None:
    house = HouseStyle(Glossary(()), "en", Rules(), Writer())
    with ModelServer(lambda _: json.dumps(SIMPLE)) as model:
        story_id = in_review(database)
        write(database, story_id, desk(model, ["standard", "simple"]))
        mine = "A bridge opened.\nIn short: It opened.\nThe bridge opened on Monday.\nSource: F"
        edit_text(database, story_id, mine, by=Actor(IDA, NOW), house=house, level="simple")
        new = "The Lumen Bridge is open.\nIn short: It opened.\nThe Lumen Bridge opened on Monday.\nSource: F"
        edit_text(database, story_id, new, by=Actor(IDA, NOW), house=house)
        assert write(database, story_id, desk(model, ["standard", "simple"])).what == "nothing"
    with database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        simple, standard = stories.simple_draft(session, story), stories.current_draft(session, story)
        assert simple is not None and standard is not None
        assert (simple.author, simple.text) == ("ida", mine)
        assert standard.text == new


def test_a_simple_version_may_say_less_but_cite_nothing_new() -> None:
    fact = DraftSentence("It opened.", Kind.FACT, (1, 2))
    standard = Draft(fact, fact, ((fact,),), left_out="part")
    more = DraftSentence("It is open.", Kind.FACT, (2, 7))
    found = with_its_evidence(Draft(more, more, ((more,),)), standard)
    assert (found.dek.evidence, found.left_out) == ((2,), "part")


@pytest.mark.parametrize("writer", ["{kind: extract, levels: [standard, simple]}", "{levels: [simple]}"])
def test_levels_that_cannot_be_are_refused(writer: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="levels"):
        parse_config(f"writer: {writer}")
