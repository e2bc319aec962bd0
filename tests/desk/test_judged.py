"""The judge at the desk: what an editor changes is asked about alone, nobody waits, and the page says how it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config, parse_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import about_line, act_on, open_case
from pipeline.desk.background import judge_beside
from pipeline.desk.edit import edit_sentence, go_back
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.judge import due_in, opinions_of
from pipeline.inspection.sure import not_judged_yet, sureness
from pipeline.model import Judging
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.desk.queue_order import Narrowed, facets, page
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import DraftRow
from tests.desk.server import DeskServer, add_users
from tests.desk.stories import WHEN, add_story
from tests.inspection.endpoint import INVENTED, Endpoint
from tests.newsroom import openai_writer

ADA = Person("ada", Role.EDITOR)


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    yield database
    database.close()


def newsroom(endpoint: Endpoint, **judge: Any) -> Config:
    writer = openai_writer(endpoint.base)
    return parse_config(json.dumps({"writer": writer, "judge": {"model": "m", "price": writer["price"], **judge}}))


def edit(rows: Database, story: int, text: str, config: Config, asked: list[int] | None = None) -> DraftRow:
    house = HouseStyle.of(config, load_glossary(), None if asked is None else asked.append)
    return edit_sentence(rows, story, 2, text, by=Actor(ADA, WHEN), house=house)


def current(rows: Database, story: int) -> DraftRow:
    with rows.reading() as session:
        found = stories.current_draft(session, open_case(session, story).story)
    assert found is not None
    return found


def test_only_what_was_changed_waits_for_the_judge_and_the_edit_is_saved_at_once(
    rows: Database, endpoint: Endpoint
) -> None:
    story, asked = add_story(rows), list[int]()
    row = edit(rows, story, INVENTED, newsroom(endpoint), asked)
    assert (row.judged, due_in(row.report or {}), asked) == (Judging.DUE, [2], [row.id])
    assert sureness(row.report)[2].says == "The judge: not judged yet"
    with rows.reading() as session:
        assert stories.due_judging(session, WHEN) == [row.id]
    assert endpoint.asked.total() == 0


def test_the_finding_arrives_at_the_sentence_with_one_request_about_it_alone(
    rows: Database, endpoint: Endpoint
) -> None:
    story, config = add_story(rows), newsroom(endpoint)
    row = edit(rows, story, INVENTED, config)
    ask = judge_beside(rows, config, lambda: WHEN)
    assert ask is not None
    thread = ask(row.id)
    assert thread is not None
    thread.join(60)
    after = current(rows, story)
    assert after.judged == Judging.JUDGED and list(opinions_of(after.report or {})) == [2]
    [finding] = [f for f in (after.report or {})["findings"] if f.get("by") == "judge"]
    assert (finding["severity"], finding["text"]) == ("block", INVENTED)
    assert after.check_verdict == "block"
    assert endpoint.asked["decisions"] == 1 and endpoint.questions == [["b3", "w3"]]
    with rows.reading() as session:
        assert open_case(session, story).story.blocks >= 1
        assert stories.due_judging(session, WHEN) == []


def test_a_step_back_asks_nothing_again_and_a_judge_that_reads_no_edits_is_not_asked(
    rows: Database, endpoint: Endpoint
) -> None:
    story, config = add_story(rows), newsroom(endpoint)
    edit(rows, story, "Brightwell sells groceries online.", config)
    with rows.reading() as session:
        before = open_case(session, story).draft
    assert before is not None
    row = go_back(rows, story, 1, by=Actor(ADA, WHEN), house=HouseStyle.of(config, load_glossary()))
    assert due_in(row.report or {}) == []
    off = edit(rows, story, "Brightwell is a grocer on the web.", newsroom(endpoint, edits=False))
    assert (off.judged, not_judged_yet(off.report)) == ("", "")


def test_an_approval_before_the_judges_word_is_possible_and_says_so(rows: Database, endpoint: Endpoint) -> None:
    story, config = add_story(rows), newsroom(endpoint)
    row = edit(rows, story, "Brightwell sells groceries online.", config)
    act_on(rows, story, Act.APPROVE, by=Actor(ADA, WHEN, shown=row.hash), rules=config.desk)
    with rows.reading() as session:
        last = reviews_of(session, story)[-1]
    assert about_line(last.about) == "with 1 sentence not judged yet"


def test_without_the_key_the_edit_is_saved_and_waits_for_the_next_run(
    rows: Database, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    config = parse_config(json.dumps({"judge": {"model": "m", "price": openai_writer("")["price"]}}))
    ask = judge_beside(rows, config, lambda: WHEN)
    assert ask is not None and ask(1) is None


def judged(rows: Database, story: int, **probabilities: float) -> None:
    """The current draft with a judge's word on some of its sentences, by their 1-based numbers."""
    with rows.session() as session:
        row = stories.get_draft(session, current(rows, story).id)
        said = {str(int(name[1:]) - 1): [share, "nothing"] for name, share in probabilities.items()}
        limits = {"block": 0.1, "warn": 0.5}
        judge = {"model": "gpt-judge", "prompt": "judge@2", "thresholds": limits, "sentences": said}
        row.report = {**(row.report or {}), "judge": judge}
        row.judged = Judging.JUDGED


def test_the_story_shows_how_sure_the_judge_is_by_a_mark_with_its_words(rows: Database, tmp_path: Path) -> None:
    add_users(rows)
    story = add_story(rows)
    judged(rows, story, s1=0.97, s2=0.3, s3=0.02)
    with DeskServer(rows, Config(), tmp_path) as served:
        text = served.visitor(Role.EDITOR).get(f"/story/{story}").text
    for mark, words in (("●", "97%: supported"), ("◔", "30%: in doubt"), ("○", "2%: not supported")):
        assert re.search(rf'title="The judge gives it {words}"[^>]*><span aria-hidden="true">{mark}</span>', text)
    assert "gpt-judge, judge@2; blocks at 10%, warns at 50%" in text


def test_a_sentence_that_waits_says_so_and_is_shown_anew_once_it_was_judged(
    rows: Database, endpoint: Endpoint, tmp_path: Path
) -> None:
    add_users(rows)
    config = newsroom(endpoint)
    story = add_story(rows)
    row = edit(rows, story, "Brightwell sells groceries online.", config)
    with DeskServer(rows, Config(), tmp_path) as served:
        editor, waits = served.visitor(Role.EDITOR), f"/story/{story}/judged/2?shown={row.hash}"
        page = editor.get(f"/story/{story}")
        assert "not judged yet" in page.words and "1 sentence not judged yet" in page.words
        assert "Approve before it is judged" in page.words or "open warning" in page.words
        assert editor.get(waits).status == 204
        judged(rows, story, s3=0.97)
        assert "The judge gives it 97%: supported" in editor.get(waits).text


def test_where_judge_and_rules_differ_the_queue_is_narrowed_to(rows: Database, tmp_path: Path) -> None:
    add_users(rows)
    here, there = add_story(rows, title="Told in two ways"), add_story(rows, title="Told in one")
    with rows.session() as session:
        open_case(session, here).story.differs = True
        assert facets(session, "in_review").differ == 1
        assert [row.story.id for row in page(session, Narrowed(differ="yes"), None, 9)] == [here]
    with DeskServer(rows, Config(), tmp_path) as served:
        found = served.visitor(Role.EDITOR).get("/queue?differ=yes")
    assert f'id="q{here}"' in found.text and f'id="q{there}"' not in found.text
    assert "and rules differ (1)" in found.text
