"""The queue and the story as pages without scripts: decisions, edits, races, and input that means harm."""

from __future__ import annotations

import inspect
import itertools
import re
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text
from sqlalchemy.event import listen

from pipeline.config import parse_config
from pipeline.desk.people import Role
from pipeline.errors import StorageError
from pipeline.model import DraftSentence, StoryState
from pipeline.storage import stories
from pipeline.storage.articles import changes
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import ChangeRow, StoryRow
from tests.desk.stories import DRAFT, SOURCE, WHEN, add_story

from .server import Answer, DeskServer, Visitor, add_users

HOSTILE = "Sweden \u202eeb dluohs\u202c <script>alert(1)</script> <img src=x onerror=alert(2)> zero\u200bwidth."
MISTAKEN = "Brightwell will refund 99,000 customers in Norway and Sweden."
"""What the source says of 41,000: a check blocks it."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskServer]:
    """An empty newsroom's desk, with one user a role."""
    database = Database(f"sqlite:///{tmp_path}/n.db", patience=2)
    database.upgrade()
    add_users(database)
    with DeskServer(database, parse_config("newsroom: {name: Test desk}"), tmp_path) as server:
        yield server
    database.close()


def shown(answer: Answer) -> str:
    """The version a page shows, as its forms send it."""
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.words
    return found.group(1)


def decide(visitor: Visitor, story: int, act: str, **fields: str) -> Answer:
    if "shown" not in fields:
        fields["shown"] = shown(visitor.get(f"/story/{story}"))
    return visitor.post(f"/story/{story}/act", {"act": act, **fields})


def state(desk: DeskServer, story: int) -> str:
    with desk.desk.database.reading() as session:
        row = stories.get_story(session, story)
        assert row is not None
        return row.state


def versions(desk: DeskServer, story: int) -> list[str]:
    with desk.desk.database.reading() as session:
        return [d.text for d in stories.drafts_of(session, story)]


def test_a_decision_leads_to_the_next_story_and_can_be_taken_back(desk: DeskServer) -> None:
    first, second = add_story(desk.desk.database), add_story(desk.desk.database, title="The next one")
    editor = desk.visitor(Role.EDITOR)
    assert "Brightwell to refund shoppers" in editor.get("/queue").text
    answer = decide(editor, first, "approve")
    assert answer.location.startswith(f"/story/{second}?")
    page = editor.follow(answer)
    assert "Approved: Brightwell to refund shoppers" in page.words and "The next one" in page.words
    answer = editor.post(f"/story/{first}/act", {"act": "reopen"})
    assert answer.location.startswith(f"/story/{first}") and state(desk, first) == "in_review"
    decide(editor, first, "spike", reason="old news")
    empty = editor.follow(decide(editor, second, "hold", hold="4"))
    assert "Nothing to review" in empty.words and "Held: The next one" in empty.words
    assert re.search(rf'action="/story/{second}/act[^>]*>.*?value="reopen".*?Reopen it', empty.text, re.DOTALL)


def test_each_sentence_stands_beside_its_evidence_and_each_finding_beside_what_the_source_says(
    desk: DeskServer,
) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    wrong = {"place": "2", "text": MISTAKEN, "shown": shown(editor.get(f"/story/{story}"))}
    editor.post(f"/story/{story}/sentence", wrong)
    page = editor.get(f"/story/{story}").text
    assert re.search(r'id="d0"[^>]*data-evidence="1"', page)
    assert re.search(r'<mark class="f-block">99,000</mark>', page)
    assert re.search(r'class="finding block".*?<ul class="says"><li><a href="#s\d+">', page, re.DOTALL)
    assert re.search(r'id="s1"[^>]*>.*?<a href="#d0"', page)
    for kind in ("fact", "analogy", "takeaway"):
        assert re.search(rf'<span class="kind"[^>]*>{kind}</span>', page)
    assert 'title="a program that predicts which words come next"' in page


def test_a_block_is_mended_accepted_or_overridden_by_a_chief(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    page = editor.get(f"/story/{story}")
    editor.post(f"/story/{story}/sentence", {"place": "2", "text": MISTAKEN, "shown": shown(page)})
    blocked = editor.get(f"/story/{story}")
    assert "blocked: fix it, or hand it to a chief" in blocked.words
    assert decide(editor, story, "approve").status == 409
    assert decide(editor, story, "override", reason="I say so").status == 409
    assert decide(chief, story, "override").status == 409
    number = re.search(
        r'class="finding block" data-finding="(\d+)"(?=(?:(?!class="finding ).)*99,000)', blocked.text, re.DOTALL
    )
    assert number
    accepted = {"number": number.group(1), "shown": shown(blocked), "reason": "the company said so on the phone"}
    refused = editor.post(f"/story/{story}/accept", accepted)
    assert refused.status == 409 and "Only a chief or an admin may accept a block" in refused.words
    assert "Only a chief can accept it." in blocked.words
    usual = chief.post(f"/story/{story}/accept", {**accepted, "reason": "The same in other words"})
    assert usual.status == 409 and "in your own words" in usual.words
    assert chief.post(f"/story/{story}/accept", accepted).status == 303
    page = editor.get(f"/story/{story}")
    assert "the company said so on the phone" in page.words and "1 block accepted" in page.words
    assert 'has-cleared"' in page.text and "1 block accepted" in editor.get("/queue").words
    back = {"number": number.group(1), "shown": shown(page)}
    assert editor.post(f"/story/{story}/unaccept", back).status == 303
    assert "blocked: fix it, or hand it to a chief" in editor.get(f"/story/{story}").words
    assert editor.post(f"/story/{story}/unaccept", back).status == 409, "it stands already"
    assert chief.post(f"/story/{story}/accept", accepted).status == 303
    assert "finding reopened number: “99,000”" in editor.get(f"/story/{story}").words
    assert re.search(r"finding reopened Brightwell to refund shoppers number: “99,000”", editor.get("/log").words)
    assert decide(editor, story, "approve").status == 303
    assert "approved with 1 accepted block" in editor.get(f"/story/{story}").words, "the record says what it went over"


def test_an_editor_says_what_a_story_is_about(desk: DeskServer) -> None:
    story, editor = add_story(desk.desk.database), desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert "Save topics" in page.text
    editor.post(f"/story/{story}/topics", {"topic0": "Customer Support", "topic1": "General", "topic2": ""})
    page = editor.get(f"/story/{story}")
    assert "Customer Support: editor chose it" in page.words
    assert "Customer Support (1)" in editor.get("/queue").words
    assert f"/story/{story}" in editor.get("/queue?topic=General").text
    refused = editor.post(f"/story/{story}/topics", {"topic0": "Sport"})
    assert refused.status == 400
    assert "no topic Sport" in refused.words


def test_open_warnings_and_too_many_words_are_said_before_an_approval(desk: DeskServer) -> None:
    doubt = DraftSentence("Brightwell sells groceries online so that people have to queue less.", evidence=(3,))
    draft = replace(DRAFT, paragraphs=((doubt, *DRAFT.paragraphs[0][1:]), *DRAFT.paragraphs[1:]))
    story = add_story(desk.desk.database, draft=draft)
    desk.desk.config = parse_config("newsroom: {name: Test desk}\nwriter: {max_words: 100}")
    page = desk.visitor(Role.EDITOR).get(f"/story/{story}").words
    assert "1 open warning." in page and "Approve with 1 open warning" in page
    assert re.search(r"of 100 ▲ \d+ over", page)


def test_notes_that_stand_are_counted_and_usual_reasons_to_accept_come_along(desk: DeskServer) -> None:
    page = desk.visitor(Role.EDITOR).get(f"/story/{add_story(desk.desk.database)}")
    assert "Checks 1 note Grade" in page.words
    assert '<option value="The cited sentence says so">' in page.text


def test_an_editor_of_an_approved_story_says_that_saving_reopens_the_review(desk: DeskServer) -> None:
    waits, approved = add_story(desk.desk.database), add_story(desk.desk.database, state=StoryState.APPROVED)
    editor = desk.visitor(Role.EDITOR)
    for path in ("?edit=2", "/text"):
        assert "Saving reopens the review" in editor.get(f"/story/{approved}{path}").words
        assert "Saving reopens the review" not in editor.get(f"/story/{waits}{path}").words


def test_two_editors_decide_on_one_story_at_once_and_exactly_one_wins(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    people = [desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF), desk.visitor(Role.ADMIN)]
    version = shown(people[0].get(f"/story/{story}"))
    sent = [
        lambda who: who.post(f"/story/{story}/act", {"act": "approve", "shown": version}),
        lambda who: who.post(f"/story/{story}/act", {"act": "spike", "shown": version, "reason": "old"}),
        lambda who: who.post(
            f"/story/{story}/sentence", {"place": "2", "text": "Brightwell sells food online.", "shown": version}
        ),
    ]
    answers: dict[int, Answer] = {}
    start = threading.Barrier(3)

    def one(number: int) -> None:
        start.wait()
        answers[number] = sent[number](people[number])

    threads = [threading.Thread(target=one, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = [answers[n].status for n in range(3)]
    assert set(statuses) <= {303, 409}
    with desk.desk.database.reading() as session:
        reviews = [(r.act, r.before, r.after) for r in reviews_of(session, story)]
        row = stories.get_story(session, story)
        assert row is not None
        draft = stories.current_draft(session, row)
        assert draft is not None
        if row.state == StoryState.APPROVED:
            assert row.approved_hash == draft.hash == version, "approved is what was shown"
    assert len(reviews) == statuses.count(303)
    for before, after in itertools.pairwise(reviews):
        assert after[1] == before[2], "each act began where the last ended"
    for number in range(3):
        if answers[number].status == 409:
            assert f"Nothing was {'saved' if number == 2 else 'decided'}" in answers[number].words


def test_an_approval_of_a_version_that_was_edited_meanwhile_says_what_changed(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    old = shown(editor.get(f"/story/{story}"))
    chief.post(f"/story/{story}/sentence", {"place": "2", "text": "Brightwell trades groceries online.", "shown": old})
    answer = decide(editor, story, "approve", shown=old)
    assert answer.status == 409 and state(desk, story) == "in_review"
    assert "<ins>trades</ins>" in answer.text and "<del>" in answer.text
    assert "chief edited" in answer.words


def test_typed_words_survive_a_version_that_came_first(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    old = shown(editor.get(f"/story/{story}"))
    chief.post(f"/story/{story}/sentence", {"place": "3", "text": "Basil is a chatbot.", "shown": old})
    mine = {"place": "2", "text": "My careful words about Brightwell.", "shown": old}
    answer = editor.post(f"/story/{story}/sentence", mine)
    assert answer.status == 409 and "My careful words about Brightwell." in answer.words
    assert "My careful words" in editor.get(f"/story/{story}").words
    page = editor.get(f"/story/{story}?edit=2")
    assert "was restored; the draft has changed since" in page.words
    assert re.search(r"<textarea[^>]*>\nMy careful words about Brightwell.</textarea>", page.text)
    assert len(versions(desk, story)) == 2


def test_what_is_typed_is_checked_and_kept_without_a_version(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    sent = {
        "place": "2",
        "text": "Brightwell will refund 99,000 customers in Norway and Sweden",
        "shown": shown(editor.get(f"/story/{story}")),
    }
    live = editor.post(f"/story/{story}/typed", sent, HX_Request="true")
    assert live.status == 200 and "99,000" in live.words and "block" in live.words and "grade" in live.words
    assert "<ins>" in live.text and len(versions(desk, story)) == 1
    assert (
        "Not saved: “ Brightwell will refund 99,000 customers in Norway and Sweden ”"
        in editor.get(f"/story/{story}").words
    )
    assert "Not saved" not in desk.visitor(Role.CHIEF).get(f"/story/{story}").words
    empty = editor.post(f"/story/{story}/typed", {**sent, "place": "0", "text": " "}, HX_Request="true")
    assert "can't be empty" in empty.words
    editor.post(f"/story/{story}/drop", {"place": "2"})
    assert "99,000" not in editor.get(f"/story/{story}").words


def test_a_session_that_ends_while_typing_loses_no_words(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    version = shown(editor.get(f"/story/{story}"))
    sent = {"place": "2", "text": "Half a sentence about Brightwell", "shown": version}
    editor.post(f"/story/{story}/typed", sent, HX_Request="true")
    with desk.desk.database.session() as session:
        from pipeline.storage.desk import people

        people.end_sessions_of(session, "editor")
    lost = editor.post(f"/story/{story}/typed", {**sent, "text": "and more"}, HX_Request="true")
    assert lost.status == 401 and "your text stays here" in lost.text
    saved = editor.post(f"/story/{story}/sentence", {**sent, "text": "A whole sentence."})
    assert saved.status == 401 and "A whole sentence." in saved.text, "the log-in page carries the form along"
    again = desk.visitor(Role.EDITOR)
    assert "Half a sentence about Brightwell" in again.get(f"/story/{story}").words


def test_back_after_a_decision_decides_nothing_twice(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    version = shown(editor.get(f"/story/{story}"))
    assert editor.get(f"/story/{story}").headers["cache-control"] == "no-store"
    assert decide(editor, story, "approve", shown=version).status == 303
    answer = decide(editor, story, "approve", shown=version)
    assert answer.status == 409 and "editor approved" in answer.words
    assert decide(editor, story, "spike", shown=version, reason="x").status == 303


@pytest.mark.parametrize("act", ["approve", "hold", "spike", "reopen", "hand"])
def test_a_story_retracted_meanwhile_is_decided_on_no_more(desk: DeskServer, act: str) -> None:
    story = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    version = shown(chief.get(f"/story/{story}"))
    assert decide(chief, story, "retract", shown=version, reason="the source withdrew it").status == 303
    answer = decide(editor, story, act, shown=version, reason="r", to="chief")
    assert answer.status == 409 and "the source withdrew it" in answer.words
    edited = editor.post(f"/story/{story}/sentence", {"place": "2", "text": "New words.", "shown": version})
    assert edited.status == 409 and "New words." in edited.words
    assert state(desk, story) == "retracted"


def test_a_page_that_changed_after_drafting_is_shown_word_by_word_and_hints_at_a_correction(desk: DeskServer) -> None:
    waiting = add_story(desk.desk.database, title="Still to review")
    public = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    other = add_story(desk.desk.database, title="As it was")
    now = SOURCE.replace("41,000 shoppers", "47,000 shoppers")
    with desk.desk.database.session() as session:
        for story in (waiting, public):
            article = stories.lead_article(session, story)
            changes.add_change(session, article, "changed", now, WHEN + timedelta(hours=2))
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    assert editor.get("/queue").words.count("page changed") == 1
    page = editor.get(f"/story/{waiting}")
    assert "The page changed after this version was written, seen 2026-11-20 09:00" in page.words
    assert "<del>41,000</del><ins>47,000</ins>" in page.text and "Start a correction" not in page.words
    assert "The page changed" not in editor.get(f"/story/{other}").words
    for path in (f"/story/{public}", f"/published/{public}"):
        assert "may need a correction" in editor.get(path).words and "Start a correction" not in editor.get(path).words
        assert f'href="/story/{public}/text">Start a correction' in chief.get(path).text
    form = chief.get(f"/story/{public}/text")
    assert "<ins>47,000</ins>" in form.text
    text = versions(desk, public)[0].replace("41,000", "47,000")
    sent = {"place": "whole", "text": text, "shown": shown(form), "reason": "the company counted again"}
    sent["over"] = "The page says so since"
    assert chief.post(f"/story/{public}/text", sent).status == 303
    assert "The page changed" not in chief.get(f"/story/{public}").words, "a new version answers it"


def test_a_change_that_changes_nothing_is_put_away_until_the_page_changes_again(desk: DeskServer) -> None:
    waiting, public = add_story(desk.desk.database), add_story(desk.desk.database, state=StoryState.PUBLISHED)
    editor, reader = desk.visitor(Role.EDITOR), desk.visitor(Role.READER)

    def change(story: int, new: str, hours: int) -> None:
        with desk.desk.database.session() as session:
            text = SOURCE.replace("41,000", new)
            article = stories.lead_article(session, story)
            changes.add_change(session, article, "changed", text, WHEN + timedelta(hours=hours))

    def number(page: Answer) -> str:
        found = re.search(r'name="change" value="(\d+)"', page.text)
        assert found, page.words
        return found.group(1)

    for story, path in ((waiting, f"/story/{waiting}"), (public, f"/published/{public}")):
        change(story, "42,000", 2)
        change(story, "43,000", 3)
        before = state(desk, story)
        if story == public:
            page = reader.get(path)
            assert "The page changed" in page.words and "nothing to change" not in page.words
        page = editor.get(path)
        change(story, "47,000", 4)
        early = {"change": number(page), "from": "published" if story == public else ""}
        answer = editor.post(f"/story/{story}/seen", {**early, "reason": "a typo of theirs"})
        assert answer.location.startswith(path)
        page = editor.get(path)
        assert "<ins>47,000</ins>" in page.text, "it changed once more after the page was shown"
        again = editor.post(f"/story/{story}/seen", early)
        assert again.status == 409 and "already answered" in again.words and "a typo of theirs" in again.words
        assert editor.post(f"/story/{story}/seen", {"change": number(page)}).status == 303
        assert "The page changed" not in editor.get(path).words
        assert "may need a correction" not in editor.get(path).words
        history = editor.get(f"/story/{story}").words
        assert "editor page change seen, nothing to change" in history and "“ a typo of theirs ”" in history
        assert state(desk, story) == before and len(versions(desk, story)) == 1
        with desk.desk.database.reading() as session:
            assert changes.changed_among(session, [story]) == {}
            assert story not in [found.id for found, _ in changes.changed_stories(session)]
            found = session.scalars(select(ChangeRow).where(ChangeRow.story_id == story)).all()
            assert [row.answered_by for row in found] == ["editor"] * 3 and all(row.answered_at for row in found)
        change(story, "48,000", 5)
        assert "<ins>48,000</ins>" in editor.get(path).text


def test_a_published_story_is_corrected_by_a_chief_with_a_reason(desk: DeskServer) -> None:
    story = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    text = versions(desk, story)[0].replace("will get money back", "are to get money back")
    sent = {"place": "whole", "text": text, "shown": shown(chief.get(f"/story/{story}/text"))}
    refused = editor.post(f"/story/{story}/text", {**sent, "reason": "tense"})
    assert refused.status == 409 and "Go on with your text" not in refused.text, "who may not correct is not led on"
    assert chief.post(f"/story/{story}/text", sent).status == 409
    assert chief.post(f"/story/{story}/text", {**sent, "reason": "tense"}).status == 303
    assert state(desk, story) == "corrected" and "are to get money back" in versions(desk, story)[-1]
    public = versions(desk, story)[-1]
    wrong = public.replace("Brightwell sells groceries online, the company said.", MISTAKEN)
    for path in (f"/story/{story}/text", f"/published/{story}/correct"):
        page = chief.get(f"/story/{story}/text")
        assert "If a check blocks it" in page.words
        sent = {"place": "whole", "text": wrong, "shown": shown(page), "reason": "the number"}
        refused = chief.post(path, sent)
        assert refused.status in (400, 409) and "check blocks the corrected text" in refused.words
        if path.endswith("/text"):
            assert f'href="/story/{story}/text" data-key="Enter">Go on with your text' in refused.text
            assert MISTAKEN in chief.get(f"/story/{story}/text").text, "nothing typed is lost"
        assert versions(desk, story)[-1] == public
        assert chief.post(path, {**sent, "over": "It is meant this way"}).status in (403, 409)
        assert chief.post(path, {**sent, "over": "They told us by phone"}).status == 303
        assert "They told us by phone" in chief.get(f"/story/{story}").words
        assert "They told us by phone" in chief.get(f"/published/{story}").words
        public = versions(desk, story)[-1]
        wrong = public.replace("99,000", "98,000")


@pytest.mark.parametrize("place", ["2", "whole"])
def test_what_was_typed_before_a_save_and_comes_after_it_is_not_kept(desk: DeskServer, place: str) -> None:
    story = add_story(desk.desk.database)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    version, words = shown(editor.get(f"/story/{story}")), "Brightwell sells food online."
    text = versions(desk, story)[0].replace("Brightwell sells groceries online, the company said.", words)
    fields = {"place": place, "text": words if place == "2" else text, "shown": version}

    def unsaved(name: str) -> list[str]:
        with desk.desk.database.reading() as session:
            return [row.text for row in visits.unsaved_of(session, story, name)]

    path = f"/story/{story}/" + ("sentence" if place == "2" else "text")
    assert editor.post(path, fields).status == 303
    late = editor.post(f"/story/{story}/typed", {**fields, "text": fields["text"][:-3]})
    assert late.status == 200 and "This was saved in the meantime" in late.words and not unsaved("editor")
    elsewhere = {**fields, "place": "3", "text": "A court ruled so."}
    assert "Kept" in editor.post(f"/story/{story}/typed", elsewhere).words, "nothing was saved there"
    assert "Kept" in chief.post(f"/story/{story}/typed", fields).words, "a colleague saved nothing"
    assert unsaved("editor") == ["A court ruled so."] and unsaved("chief") == [fields["text"]]


def test_a_story_is_not_handed_to_who_may_only_look(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    answer = decide(editor, story, "hand", to="reader")
    assert answer.status == 400 and "Reader may only read, as reader; hand the story to an editor" in answer.words
    assert decide(editor, story, "hand", to="chief").status == 303
    with desk.desk.database.reading() as session:
        row = stories.get_story(session, story)
        assert row is not None and row.assigned_to == "chief"


def test_the_source_line_is_the_texts_own(desk: DeskServer) -> None:
    """What is approved is the text as it was written, also when the newsroom writes in another language since."""
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    newsroom = desk.desk.config.newsroom.model_copy(update={"language": "de"})
    desk.desk.config = desk.desk.config.model_copy(update={"newsroom": newsroom})
    assert "Source: Harbour Tech" in editor.get(f"/story/{story}").words
    assert "then “Kurz gesagt: …”" in editor.get(f"/story/{story}/text").words


def test_versions_side_by_side_against_the_source_and_back(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    for words in ("Brightwell sells food online.", "Brightwell sells groceries and food online."):
        editor.post(
            f"/story/{story}/sentence", {"place": "2", "text": words, "shown": shown(editor.get(f"/story/{story}"))}
        )
    assert "<ins>groceries and </ins>" in editor.get(f"/story/{story}/versions?old=2&new=3").text
    assert "<del>" in editor.get(f"/story/{story}/versions?old=source").text
    assert editor.get(f"/story/{story}/versions?old=9").status == 400
    answer = editor.post(f"/story/{story}/back", {"number": "1", "shown": shown(editor.get(f"/story/{story}"))})
    assert answer.status == 303
    kept = versions(desk, story)
    assert len(kept) == 4 and kept[3] == kept[0]


def test_hostile_text_is_shown_as_text_with_what_it_hides_made_visible(desk: DeskServer) -> None:
    story = add_story(desk.desk.database, title=HOSTILE, source=HOSTILE + " Brightwell refunds shoppers.")
    editor = desk.visitor(Role.EDITOR)
    editor.post(f"/story/{story}/act", {"act": "comment", "reason": HOSTILE})
    for path in (f"/story/{story}", "/queue", f"/story/{story}/versions?old=source", f"/story/{story}/text"):
        page = editor.get(path).text
        assert "<script>alert" not in page and "<img src=x" not in page, path
        assert "\u202e" not in page and "\u200b" not in page, path
    page = editor.get(f"/story/{story}").text
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in page and "U+200B ZERO WIDTH SPACE" in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/story/1/act", {"act": "publish", "shown": "a" * 64}, 400),
        ("/story/1/act", {"act": "approve"}, 400),
        ("/story/1/act", {"act": "approve", "shown": "a" * 64}, 409),
        ("/story/1/act", {"act": "approve", "shown": "'; DROP TABLE stories; --"}, 409),
        ("/story/1/act", {"act": "hand", "to": "nobody here"}, 400),
        ("/story/1/act", {"act": "hand", "to": ""}, 409),
        ("/story/1/act", {"act": "hold", "until": "2001-01-01T00:00"}, 400),
        ("/story/1/act", {"act": "hold", "until": "soon"}, 400),
        ("/story/1/act", {"act": "hold", "hold": "99999999999999"}, 400),
        ("/story/1/act", {"act": "comment", "reason": "x" * 5000}, 400),
        ("/story/99999/act", {"act": "spike", "reason": "x"}, 400),
        ("/story/0x1/act", {"act": "spike", "reason": "x"}, 400),
        ("/story/1/accept", {"number": "999", "reason": "x"}, 400),
        ("/story/1/accept", {"number": "-1", "reason": "x"}, 400),
        ("/story/1/sentence", {"place": "999", "text": "x"}, 400),
        ("/story/1/sentence", {"place": "2", "text": "x", "kind": "poem"}, 400),
        ("/story/1/text", {"text": "only one line"}, 400),
        ("/story/1/back", {"number": "77"}, 400),
        ("/story/1/rewrite/1", {"shown": "a"}, 409),
        ("/story/1/rewrites/5/take", {}, 400),
        ("/queue/many", {"act": "approve", "story": "1"}, 409),
        ("/queue/many", {"act": "spike", "story": "'1"}, 400),
        ("/queue/many", {"act": "spike", "story": "1"}, 409),
    ],
)  # fmt: skip
def test_forged_ids_hashes_and_acts_do_nothing(
    desk: DeskServer, path: str, fields: dict[str, str], status: int
) -> None:
    story = add_story(desk.desk.database)
    path = path.replace("/1/", f"/{story}/")
    fields = {name: str(story) if (name, value) == ("story", "1") else value for name, value in fields.items()}
    answer = desk.visitor(Role.EDITOR).post(path, fields)
    assert answer.status == status, answer.words
    assert "Traceback" not in answer.text and len(versions(desk, story)) == 1
    if status != 303:
        assert state(desk, story) == "in_review"


@pytest.mark.parametrize(
    "query",
    ["?state=nonsense", "?after=%27", "?after=1.2.3", "?after=-99999999999999999999.1", "?topic=%00", "?done=x.y"],
)
def test_an_address_made_up_is_answered_plainly(desk: DeskServer, query: str) -> None:
    add_story(desk.desk.database)
    assert desk.visitor(Role.EDITOR).get("/queue" + query).status in (200, 400)


def test_many_are_decided_on_each_with_its_line_in_the_history_and_reopened_together(desk: DeskServer) -> None:
    some = [add_story(desk.desk.database) for _ in range(3)]
    done = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get("/queue").text
    assert re.search(r'(?s)<button name="act" value="spike".*<button name="act" value="hold"', page), "Enter spikes"
    answer = editor.post("/queue/many", {"act": "spike", "story": [*some[:2], done], "reason": "old news"})
    assert answer.status == 409 and f'<li><a href="/story/{done}">' in answer.text
    assert [state(desk, s) for s in (*some, done)] == ["spiked", "spiked", "in_review", "published"]
    with desk.desk.database.reading() as session:
        assert reviews_of(session, some[0])[-1].reason == "old news"
    assert "Spiked: 2 stories" in answer.words and "Reopen all 2" in answer.words
    back = re.findall(r'type="hidden" name="story" value="(\d+)"', answer.text)
    after = editor.follow(editor.post("/queue/many", {"act": "reopen", "story": back}))
    assert [state(desk, s) for s in some] == ["in_review"] * 3 and "Reopened: 2 stories" in after.words


def test_many_are_approved_only_as_far_as_one_has_opened_them(desk: DeskServer) -> None:
    opened, unopened, changed, blocked = (add_story(desk.desk.database, title=f"News {n}") for n in range(4))
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    old = shown(editor.get(f"/story/{changed}"))
    seen_by(desk, changed, "editor", old)
    chief.post(f"/story/{changed}/sentence", {"place": "2", "text": "Brightwell trades online.", "shown": old})
    page = editor.get(f"/story/{blocked}")
    wrong = {"place": "2", "text": MISTAKEN, "shown": shown(page)}
    editor.post(f"/story/{blocked}/sentence", wrong)
    for story in (opened, blocked):
        seen_by(desk, story, "editor", shown(editor.get(f"/story/{story}")))
    listed = re.findall(r'name="story" value="([^"]+)"', editor.get("/queue").text)
    assert len(listed) == 4
    listed = [f"{changed}.{old[:16]}" if one.startswith(f"{changed}.") else one for one in listed]
    answer = editor.post("/queue/many", {"act": "approve", "story": listed})
    assert {s: state(desk, s) for s in (opened, unopened, changed, blocked)} == {
        opened: "approved", unopened: "in_review", changed: "in_review", blocked: "in_review"
    }  # fmt: skip
    why = {int(n): line for n, line in re.findall(r'<li><a href="/story/(\d+)">.*?</a>: (.*?)</li>', answer.text)}
    assert why[changed].startswith("the draft changed since this list was shown")
    assert why[blocked].startswith("a check blocks this draft")
    assert "News 1 : you have not opened this version" in answer.words, "a story is named by its title"
    assert "Approved: 1 story" in answer.words
    again = editor.post("/queue/many", {"act": "approve", "story": [blocked]})
    assert again.status == 409 and "Approved:" not in again.words, "nothing was done, and nothing is said to be"


def seen_by(desk: DeskServer, story: int, who: str, version: str) -> None:
    """Wait until it is noted who was shown what: that is done after the page was answered."""
    while True:
        with desk.desk.database.reading() as session:
            if visits.shown_to(session, story, who).draft == version:
                return


def test_a_thousand_stories_come_page_by_page_and_none_twice(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    with desk.desk.database.session() as session:
        copy_story(session, story, 999)
    editor = desk.visitor(Role.EDITOR)
    seen: list[str] = []
    path = "/queue"
    while path:
        page = editor.get(path)
        assert page.status == 200
        seen += re.findall(r'name="story" value="(\d+)', page.text)
        found = re.search(r'href="(/queue\?[^"]*after=[^"]*)" rel="next"', page.text)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 1000
    assert "1,000" in editor.get("/queue").words


def copy_story(session: object, story: int, times: int) -> None:
    from pipeline.storage.database import Session

    assert isinstance(session, Session)
    names = [c.name for c in StoryRow.__table__.columns if c.name != "id"]
    columns = ", ".join(names)
    session.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times}) "
            f"INSERT INTO stories ({columns}) SELECT {columns} FROM stories, n WHERE stories.id = {story}"
        )
    )


def test_who_else_has_it_open_is_said_and_their_story_is_not_the_next_one(desk: DeskServer) -> None:
    first, second, third = (add_story(desk.desk.database, title=f"Story {n}") for n in range(3))
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    version = shown(chief.get(f"/story/{second}"))
    chief.post(f"/story/{second}/open", {"shown": version, "seen_state": "in_review"})
    assert "chief has this story open too" in editor.get(f"/story/{second}").words
    assert "chief" in editor.get("/queue").words
    assert decide(editor, first, "approve").location.startswith(f"/story/{third}?")
    assert "</span> chief</span>" not in chief.get("/queue").text


def test_minutes_are_counted_up_to_the_decision(desk: DeskServer) -> None:
    story = add_story(desk.desk.database)
    with desk.desk.database.session() as session:
        visits.saw(session, story, "editor", desk.clock() - timedelta(seconds=80))
        visits.saw(session, story, "editor", desk.clock() - timedelta(seconds=40))
    editor = desk.visitor(Role.EDITOR)
    decide(editor, story, "comment", reason="wait for the court")
    with desk.desk.database.reading() as session:
        assert 75 <= reviews_of(session, story)[-1].seconds <= 95


def test_newly_arrived_ones_are_announced(desk: DeskServer) -> None:
    editor = desk.visitor(Role.EDITOR)
    since = desk.clock().isoformat()
    assert editor.get(f"/queue/arrived?{urlencode({'since': since})}").words == ""
    story = add_story(desk.desk.database)
    with desk.desk.database.session() as session:
        row = stories.get_story(session, story)
        assert row is not None
        row.arrived_at = desk.clock()
    assert "1 new story" in editor.get(f"/queue/arrived?{urlencode({'since': since})}").words
    assert editor.get("/queue/arrived?since=yesterday").status == 400


def test_a_locked_database_is_read_all_the_same_and_loses_nothing_that_is_sent(
    desk: DeskServer, tmp_path: Path
) -> None:
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    version = shown(editor.get(f"/story/{story}"))
    locker = sqlite3.connect(tmp_path / "n.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    try:
        assert editor.get("/queue").status == 200 and editor.get(f"/story/{story}").status == 200
        sent = {"place": "2", "text": "Words that must not be lost.", "shown": version}
        answer = editor.post(f"/story/{story}/sentence", sent)
        assert answer.status == 503 and "Words that must not be lost." in answer.text
        approve = decide(editor, story, "approve", shown=version)
        assert approve.status == 503 and state(desk, story) == "in_review"
    finally:
        locker.execute("ROLLBACK")
        locker.close()
    assert editor.post(f"/story/{story}/sentence", sent).status == 303


def test_a_lock_shorter_than_the_patience_is_waited_out(tmp_path: Path) -> None:
    """Ten seconds of it are nothing to the desk as it runs: it has fifteen. Reading goes on meanwhile."""
    assert inspect.signature(Database).parameters["patience"].default > 10
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    add_users(database)
    story = add_story(database)
    with DeskServer(database, parse_config("newsroom: {name: Test desk}"), tmp_path) as desk:
        editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
        version = shown(editor.get(f"/story/{story}"))
        locker = sqlite3.connect(tmp_path / "n.db", isolation_level=None, check_same_thread=False)
        locker.execute("BEGIN IMMEDIATE")
        begun, answers = threading.Event(), list[Answer]()
        listen(database.engine, "begin", lambda _connection: begun.set())
        waiting = threading.Thread(target=lambda: answers.append(decide(editor, story, "approve", shown=version)))
        waiting.start()
        assert begun.wait(300) and chief.get("/queue").status == 200
        assert state(desk, story) == "in_review"
        locker.execute("ROLLBACK")
        waiting.join(300)
        locker.close()
        assert [a.status for a in answers] == [303] and state(desk, story) == "approved"
    database.close()


def test_what_may_as_well_not_be_written_waits_for_no_writer(tmp_path: Path) -> None:
    """Who has a story open is noted after its page; the browser's next page is not held up by that."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    locker = sqlite3.connect(tmp_path / "n.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), database.session(patience=0) as session:
        session.scalar(text("SELECT 1"))
    locker.execute("ROLLBACK")
    locker.close()
    with database.session() as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == 15_000, "the next one has its patience again"
    database.close()


def test_a_reader_sees_what_is_published_and_not_the_queue(desk: DeskServer) -> None:
    waiting = add_story(desk.desk.database)
    public = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    reader = desk.visitor(Role.READER)
    assert reader.get("/").location == "/published"
    for path in ("/queue", f"/story/{waiting}", f"/story/{waiting}/versions", "/digest/page", "/digest/file?all=yes"):
        assert reader.get(path).status in (403, 409), path
    assert reader.get(f"/published/{public}").status == 200
    assert "/queue" not in reader.get("/published").text


def test_a_very_long_draft_is_shown_and_edited(desk: DeskServer) -> None:
    sentence = "Brightwell pays back customers in Norway and Sweden after its helper told them wrong prices number {}."
    paragraphs = tuple(
        tuple(DraftSentence(sentence.format(p * 10 + i), evidence=(1,)) for i in range(10)) for p in range(125)
    )
    story = add_story(desk.desk.database, draft=replace(DRAFT, paragraphs=paragraphs))
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert page.status == 200 and page.text.count('class="line ') > 1250
    sent = {"place": "500", "text": "A shorter one.", "shown": shown(page)}
    live = editor.post(f"/story/{story}/typed", sent, HX_Request="true")
    assert "too long to be checked while you type" in live.words
    assert "A shorter one." in editor.get(f"/story/{story}").words


def test_the_queue_is_narrowed_to_a_finding_and_sorted_and_all_of_a_kind_accepted_together(desk: DeskServer) -> None:
    doubt = DraftSentence("Brightwell sells groceries online so that people have to queue less.", evidence=(3,))
    draft = replace(DRAFT, paragraphs=((doubt, *DRAFT.paragraphs[0][1:]), *DRAFT.paragraphs[1:]))
    doubtful = [add_story(desk.desk.database, draft=draft, when=WHEN - timedelta(hours=n)) for n in range(2)]
    good = add_story(desk.desk.database, title="A good one", when=WHEN - timedelta(days=3))
    editor = desk.visitor(Role.EDITOR)

    def listed(query: str) -> list[int]:
        return [int(n) for n in re.findall(r'name="story" value="(\d+)\.', editor.get("/queue" + query).text)]

    assert sorted(listed("?finding=unsupported")) == doubtful and listed("?finding=number") == []
    assert listed("")[-1] == good and listed("?sort=oldest")[0] == good and listed("?sort=newest")[-1] == good
    assert editor.get("/queue?sort=luck").status == 400
    assert "Accept every unsupported warning in the selected" in editor.get("/queue?finding=unsupported").words
    sent = {"check": "unsupported", "story": [*doubtful, good], "reason": "it is said further down"}
    answer = editor.post("/queue/accept", sent)
    assert answer.status == 409 and "A good one : there is no open warning of 'unsupported'" in answer.words
    assert "Finding accepted: 2 stories" in answer.words and listed("?finding=unsupported") == []
    back = {"check": "unsupported", "story": doubtful, "back": "yes"}
    assert "Finding reopened: 2 stories" in editor.follow(editor.post("/queue/accept", back)).words
    assert sorted(listed("?finding=unsupported")) == doubtful
