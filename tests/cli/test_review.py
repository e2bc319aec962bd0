"""`inshort review`: an editor's morning in a terminal, and what the rules forbid."""

from __future__ import annotations

import json
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import DraftRow, StoryRow

from .conftest import Call, Said

EVERY = "sed -i '/^Source:/!s/\\.\\( \\|$\\)/, they say.\\1/g' \"$file\""
"""Changes every sentence: the draft is the source's own no more."""


def first(call: Call) -> int:
    number = json.loads(call("review", "list", "--json").out)[0]["id"]
    assert isinstance(number, int)
    return number


def use_editor(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """An $EDITOR that does one thing and ends."""
    editor = folder / "editor"
    editor.write_text(f'#!/bin/sh\nfile="$1"\n{script}\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)


def passing(call: Call) -> int:
    rows = json.loads(call("review", "list", "--json").out)
    return int(next(r["id"] for r in rows if r["verdict"] != "block"))


def test_the_riskiest_draft_comes_first(newsroom: Path, call: Call) -> None:
    rows = json.loads(call("review", "list", "--json").out)
    assert len(rows) == 5
    risk = [(r["verdict"] == "block", r["blocks"], r["warnings"]) for r in rows]
    assert risk == sorted(risk, reverse=True)


def test_the_list_is_narrowed_to_where_judge_and_rules_differ(newsroom: Path, call: Call) -> None:
    number = passing(call)
    where = "where judge and rules differ"
    assert call("review", "list", "--differ").out == f"nothing waits for an editor {where}\n"
    assert call("review", "list", "--state", "held", "--differ").out == f"no story is held {where}\n"
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        found = session.get_one(StoryRow, number)
        found.differs = True
    database.close()
    said = call("review", "list", "--differ").out
    assert len(said.splitlines()) == 1
    assert said.endswith("judge and rules differ\n")
    assert [row["id"] for row in json.loads(call("review", "list", "--differ", "--json").out)] == [number]


def test_topics_are_counted_and_an_editor_changes_them(newsroom: Path, call: Call) -> None:
    number = first(call)
    said = call("review", "topics", number, "customer support", "General")
    assert said.out == f"story {number} is about Customer Support, General\n"
    value = json.loads(call("review", "show", number, "--json").out)
    assert value["topics"] == [
        {"topic": "Customer Support", "why": "ada chose it"},
        {"topic": "General", "why": "ada chose it"},
    ]
    assert "topic: Customer Support (ada chose it)" in call("review", "show", number).out
    assert "Customer Support, General" in call("review", "history", number).out
    counts = {row["topic"]: row for row in json.loads(call("topics", "--json").out)}
    assert counts["Customer Support"]["to review"] >= 1
    assert counts["Education & Learning"]["weight"] == 1
    assert "to review" in call("topics").out
    refused = call("review", "topics", number, "Sport")
    assert refused.status == 2
    assert "there is no topic Sport; there are: " in refused.err
    rows = json.loads(call("review", "list", "--sort", "importance", "--json").out)
    assert len(rows) == 5
    assert all(row["topics"] for row in rows)


def test_a_story_is_shown_with_its_evidence(newsroom: Path, call: Call) -> None:
    number = passing(call)
    said = call("review", "show", number)
    assert said.out.lower().count("no model") == 2  # by whom the version is, and a note that says what it means
    assert " by no model, " in said.out
    assert "EVIDENCE" in said.out
    value = json.loads(call("review", "show", number, "--json").out)
    source = dict(value["source"])
    for sentence in value["report"]["sentences"]:
        assert all(source[n] for n in sentence["evidence"])
    assert any(sentence["evidence"] for sentence in value["report"]["sentences"])


def test_approve_publish_and_the_history_says_who(newsroom: Path, call: Call) -> None:
    number = passing(call)
    shown = json.loads(call("review", "show", number, "--json").out)["hash"]
    approved = call("review", "approve", number, "--hash", shown[:12]).out
    assert approved.startswith(f"story {number} is approved") and approved.count("\n") == 1
    assert "No. 1" in call("digest").out
    lines = call("review", "history", number).out.splitlines()
    assert [line.split()[3] for line in lines] == ["approved", "published"]
    assert " ada " in lines[0]
    assert shown[:12] in lines[0]


def test_an_edit_reopens_the_review(newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    number = passing(call)
    old = json.loads(call("review", "show", number, "--json").out)["hash"]
    call("review", "show", number)
    call("review", "approve", number)
    use_editor(monkeypatch, newsroom, "sed -i '1s/\\.$/, they say./' \"$file\"")
    assert "version 2 saved; the checks say" in call("review", "edit", number).out
    assert json.loads(call("review", "show", number, "--json").out)["state"] == "in_review"
    assert "No approved stories" in call("digest").out
    stale = call("review", "approve", number, "--hash", old)
    assert stale.status == 1
    assert "changed" in stale.err
    difference = call("review", "diff", number).out
    assert "+++ version 2" in difference
    assert ", they say." in difference


def test_an_edit_that_breaks_the_form_is_kept_in_its_file(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = passing(call)
    use_editor(monkeypatch, newsroom, 'echo "only this" > "$file"')
    said = call("review", "edit", number)
    assert said.status == 2
    kept = Path(said.err.rsplit("your text is kept in ", 1)[1].strip())
    assert kept.read_text("utf-8") == "only this\n"
    kept.unlink()


def test_an_editor_that_changes_nothing_or_fails(newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    number = passing(call)
    use_editor(monkeypatch, newsroom, "true")
    assert call("review", "edit", number).out == "nothing was changed\n"
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    said = call("review", "edit", number)
    assert said.status == 2
    assert "set EDITOR" in said.err


def test_nobody_types_into_a_story_that_is_out(newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    number = passing(call)
    call("review", "show", number)
    call("review", "approve", number)
    call("digest")
    use_editor(monkeypatch, newsroom, f'touch "{newsroom}/opened"')
    said = call("review", "edit", number)
    assert (said.status, "the story is published; correct or retract it instead" in said.err) == (1, True)
    assert not (newsroom / "opened").exists()


def test_a_look_that_cannot_be_noted_says_what_that_means(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = passing(call)
    monkeypatch.setattr("pipeline.desk.presence.COMMAND_WAITS", 0.1)
    with sqlite3.connect(newsroom / "inshort.db", isolation_level=None) as busy:
        busy.execute("BEGIN IMMEDIATE")
        said = call("review", "show", number)
        busy.execute("ROLLBACK")
    assert said.status == 0
    assert said.err.startswith("that you saw it could not be noted, so it can't be approved yet: ")
    assert "another process keeps the database locked" in said.err


def test_hold_spike_and_reopen(newsroom: Path, call: Call) -> None:
    number = first(call)
    assert call("review", "hold", number, "--until", "2030-01-01").out == (
        f"story {number} is held until 2030-01-01 00:00\n"
    )
    assert refused(call("review", "spike", number)) == "needs a reason"
    assert call("review", "spike", number, "--reason", "not news").out == f"story {number} is spiked\n"
    assert str(number) not in {line.split()[0] for line in call("review", "list").out.splitlines()}
    assert call("review", "reopen", number).out == f"story {number} is to review\n"


def test_hand_comment_and_an_acceptance_taken_back(newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    number = passing(call)
    assert call("review", "hold", number, "--until", "yesterday").status == 2
    assert (
        call("review", "hand", number, "grace", "--reason", "you know the law").out
        == f"story {number} is handed to grace\n"
    )
    assert call("review", "comment", number, "who says so?").status == 0
    use_editor(monkeypatch, newsroom, "sed -i '1s/\\.$/ for 987654 people./' \"$file\"")
    call("review", "edit", number)
    found = json.loads(call("review", "show", number, "--json").out)["report"]["findings"]
    block = str(1 + next(i for i, f in enumerate(found) if f["severity"] == "block"))
    assert "is accepted" in call("review", "accept", number, block, "--reason", "by phone").out
    assert "is open again; the checks now say block" in call("review", "accept", number, block, "--back").out
    said = call("review", "history", number).out
    assert all(words in said for words in ("to grace  you know the law", "who says so?", "finding reopened"))
    assert said.count(found[int(block) - 1]["check"]) == 2, "which finding it was"


def refused(said: Said) -> str:
    assert said.status == 1
    assert said.err.count("\n") == 1
    return "needs a reason" if "reason" in said.err else said.err


def test_a_blocked_draft_is_approved_with_a_reason_only(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = passing(call)
    use_editor(monkeypatch, newsroom, "sed -i '1s/\\.$/ for 987654 people./' \"$file\"")
    said = call("review", "edit", number).out
    assert "the checks say block" in said and "  block number: " in said, "the findings are named"
    assert refused(call("review", "approve", number)) == "needs a reason"
    assert call("review", "approve", number, "--reason", "seen in the annex").status == 0
    assert "seen in the annex" in call("review", "history", number).out


def test_an_approval_names_the_warnings_it_goes_over(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = passing(call)
    use_editor(monkeypatch, newsroom, EVERY)
    call("review", "edit", number)
    findings = json.loads(call("review", "show", number, "--json").out)["report"]["findings"]
    warned = [f for f in findings if f["severity"] == "warn"]
    assert warned
    count = f"{len(warned)} open warning{'s' if len(warned) > 1 else ''}"
    places = "; ".join(
        f"{f['check']}" + ("" if f["sentence"] is None else f", sentence {f['sentence'] + 1}") for f in warned
    )
    assert call("review", "approve", number).out == f"story {number} is approved with {count}: {places}\n"


def test_what_is_not_there_is_said(newsroom: Path, call: Call) -> None:
    assert "there is no story 99" in call("review", "show", "99").err
    assert "no such state: lost" in call("review", "list", "--state", "lost").err
    assert "has no version 7" in call("review", "diff", str(first(call)), "1", "7").err


def test_a_finding_is_accepted_with_a_reason_and_stays_on_record(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What an editor wrote is held to what is asked of a retelling; the selection it was made from is not.
    use_editor(monkeypatch, newsroom, EVERY)
    call("review", "edit", passing(call))
    rows = json.loads(call("review", "list", "--json").out)
    number = next(r["id"] for r in rows if r["warnings"])
    findings = json.loads(call("review", "show", number, "--json").out)["report"]["findings"]
    place = next(i for i, f in enumerate(findings, 1) if f["severity"] == "warn")
    assert "needs a reason" in call("review", "accept", number, place).err
    assert (
        f"finding {place} of story {number} is accepted"
        in call("review", "accept", number, place, "--reason", "checked by phone").out
    )
    shown = call("review", "show", number).out
    assert "accepted by ada: checked by phone" in shown
    after = next(r for r in json.loads(call("review", "list", "--json").out) if r["id"] == number)
    before = next(r for r in rows if r["id"] == number)
    assert after["warnings"] == before["warnings"] - 1
    assert "accept" in call("review", "history", number).out
    assert call("review", "accept", number, 99, "--reason", "x").status == 2


def version_by(folder: Path, number: int, who: str, old: str, new: str) -> None:
    """A colleague's edit, as the desk keeps it."""
    from datetime import UTC, datetime

    from pipeline.config import load_config
    from pipeline.desk.actor import Actor
    from pipeline.desk.acts import open_case
    from pipeline.desk.edit import edit_text
    from pipeline.desk.people import Person, Role
    from pipeline.glossary import load_glossary
    from pipeline.inspection.house_style import HouseStyle
    from pipeline.storage.database import Database, database_url

    config = load_config(folder / "config.yaml")
    database = Database(database_url(config.database, folder))
    with database.reading() as session:
        draft = open_case(session, number).draft
    assert draft is not None and old in draft.text
    house = HouseStyle(load_glossary(folder), config.newsroom.language, config.desk, config.writer)
    text = draft.text.replace(old, new, 1)
    edit_text(database, number, text, by=Actor(Person(who, Role.EDITOR), datetime.now(UTC)), house=house)
    database.close()


def test_an_approval_without_a_hash_is_of_what_was_shown_last(newsroom: Path, call: Call) -> None:
    number = passing(call)
    unseen = call("review", "approve", number)
    assert unseen.status == 1 and f"you have not looked at story {number} yet" in unseen.err
    text = json.loads(call("review", "show", number, "--json").out)["text"]
    word = text.split()[0]
    version_by(newsroom, number, "grace", word, f"{word}, they say,")
    stale = call("review", "approve", number)
    assert stale.status == 1
    assert "version 2 by grace came after it:" in stale.err and ", they say," in stale.err
    assert json.loads(call("review", "show", number, "--json").out)["state"] == "in_review"
    assert call("review", "approve", number).out.startswith(f"story {number} is approved")
    twice = call("review", "approve", number)
    assert (twice.status, twice.err) == (1, "inshort: the story is approved already\n")


def test_a_simple_version_that_came_after_show_is_not_approved_with_a_hash(newsroom: Path, call: Call) -> None:
    number = passing(call)
    shown = json.loads(call("review", "show", number, "--json").out)["hash"]
    database = Database(f"sqlite:///{newsroom}/inshort.db")
    with database.session() as session:
        story = stories.get_story(session, number)
        assert story is not None
        told = stories.current_draft(session, story)
        assert told is not None
        simple = DraftRow(author="m", writer="openai", content=told.content, text=told.text + " ", hash="f" * 64,
                          created_at=datetime.now(UTC), check_verdict="pass", level="simple", basis=told.hash,
                          report={"findings": []})  # fmt: skip
        stories.add_draft(session, story, simple)
    said = call("review", "approve", number, "--hash", shown)
    assert (said.status, said.out.strip()) == (
        0, f"story {number} is approved; its simple version was not shown to you and is not approved"
    )  # fmt: skip
    with database.reading() as session:
        assert not session.get_one(StoryRow, number).simple_hash
    database.close()


def test_a_hash_that_names_no_version_is_said(newsroom: Path, call: Call) -> None:
    number = passing(call)
    call("review", "show", number)
    said = call("review", "approve", number, "--hash", "0123456789ab")
    assert said.status == 1 and "no version with the hash 0123456789ab" in said.err


def test_what_was_done_is_said_in_words(newsroom: Path, call: Call) -> None:
    number = passing(call)
    assert call("review", "comment", number, "Ask Bob.").out == f"comment added to story {number}\n"
    assert "the comment is empty; nothing was kept" in call("review", "comment", number, " ").err
    assert call("review", "hand", number, "bob").out == f"story {number} is handed to bob\n"
    assert "the story is bob's already" in call("review", "hand", number, "bob").err
    assert call("review", "hold", number).out == f"story {number} is held with no end date\n"
    assert f"story {number} is held until 20" in call("review", "hold", number, "--until", "2d").out
    assert "more than ten years ahead" in call("review", "hold", number, "--until", "9999-12-31").err
    assert call("review", "reopen", number).out == f"story {number} is to review\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", 2**70), ("history", 2**70), ("diff", 2**70), ("edit", 2**70), ("approve", 2**70),
        ("hold", 2**70), ("accept", 1, 2**70, "--reason", "so it is"), ("diff", 1, 2**70), ("comment", 1, "a\udcff"),
        ("spike", 1, "--reason", "\udc80"), ("hand", 1, "\udc80"), ("approve", 1, "--hash", "\udc80" * 9),
        ("accept", 1, 1, "--reason", "\ud800"), ("hold", 1, "--until", "\ud800"), ("list", "--state", "\ud800"),
    ],
)  # fmt: skip
def test_numbers_and_bytes_that_are_none_are_one_plain_line(
    newsroom: Path, call: Call, arguments: tuple[object, ...]
) -> None:
    said = call("review", *arguments)
    assert said.status in (1, 2)
    assert said.err.count("\n") == 1 and "inside In Short" not in said.err


def test_an_edit_of_one_sentence_brings_no_warning_about_those_left_alone(
    newsroom: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft no model wrote stays one while most of its sentences are the source's: what it copies is a note."""
    number = passing(call)
    use_editor(monkeypatch, newsroom, "sed -i '1s/\\.$/, they say./' \"$file\"")
    call("review", "edit", number)
    findings = json.loads(call("review", "show", number, "--json").out)["report"]["findings"]
    copied = [f for f in findings if f["check"] in ("copying", "analogy", "jargon", "reading")]
    assert copied and {f["severity"] for f in copied} == {"note"}
