"""Comments that mention colleagues, one's own work of a day, and a history that says which sentence changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.acts import about_line
from pipeline.desk.difference import Changed, Run, folded, lines_changed, sentences_changed
from pipeline.desk.mentions import mentioned
from pipeline.desk.people import Role

from .server import DeskServer
from .stories import add_story

CUT = "…of the market said that with all the money it takes in a year it would hire {} people"
PEOPLE = ["ada", "bob", "j.doe", "øystein"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("@ada, is the figure right?", ["ada"]),
        ("Ask @Bob. And @ADA.", ["bob", "ada"]),
        ("For @j.doe.", ["j.doe"]),
        ("@øystein knows", ["øystein"]),
        ("mail ada@example.org or @nobody", []),
        ("@@ada and ada", []),
        ("@ada @ada", ["ada"]),
    ],
)
def test_a_name_after_an_at_mentions_whoever_has_it(words: str, found: list[str]) -> None:
    assert mentioned(words, PEOPLE) == found


@given(st.text(max_size=200))
def test_no_comment_mentions_who_is_not_there(words: str) -> None:
    assert set(mentioned(words, PEOPLE)) <= set(PEOPLE)


def test_the_sentences_an_edit_changed_are_named_where_they_stand_now() -> None:
    old = ["A.", "B.", "C.", "D."]
    assert sentences_changed(old, old) == []
    assert sentences_changed(old, ["A.", "B, mended.", "C.", "D."]) == [Changed(2, "B.", "B, mended.")]
    assert sentences_changed(old, ["A.", "C.", "D."]) == [Changed(2, "B.", "")]
    assert sentences_changed(old, [*old, "E."]) == [Changed(5, "", "E.")]


def test_a_line_of_the_history_says_which_sentence_changed() -> None:
    one = {"changed": [{"number": 4, "old": "It cost 3 euros.", "new": "It cost 5 euros."}]}
    assert about_line(one) == "sentence 4: “It cost 3 euros.” → “It cost 5 euros.”"
    assert about_line({"changed": [{"number": 2, "old": "B.", "new": ""}]}) == "sentence 2 removed: “B.”"
    assert about_line({"changed": [{"number": 2, "old": "", "new": "B."}]}) == "sentence 2 added: “B.”"
    assert (
        about_line({"changed": [{"number": n} for n in range(1, 12)]}) == "sentences 1, 2, 3, 4, 5, 6, 7, 8 and 3 more"
    )


def test_a_line_of_the_history_is_cut_around_what_changed() -> None:
    said = (
        "The shop on the corner of the market said that with all the money it takes in a year it would hire {} people"
    )
    line = about_line({"changed": [{"number": 4, "old": said.format(120), "new": said.format(150)}]})
    assert line == f"sentence 4: “{CUT.format(120)}” → “{CUT.format(150)}”"
    longer = [
        f"{said.format(n)} and train every one of them for as long as that takes, wherever they live" for n in "12"
    ]
    line = about_line({"changed": [{"number": 4, "old": longer[0], "new": longer[1]}]})
    assert "hire 1 people" in line and "hire 2 people" in line and line.count("…") == 4


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_fold_hides_nothing_that_changed_and_loses_no_line(old: list[str], new: list[str]) -> None:
    lines = lines_changed("\n".join(old), "\n".join(new))
    folds = folded(lines)
    assert [line for fold in folds for line in fold.lines] == lines
    for fold in folds:
        assert not fold.same or all(run == Run("same", run.text) for line in fold.lines for run in line)


def test_a_colleague_who_is_mentioned_finds_it_until_they_answer(served: DeskServer) -> None:
    chief, editor = served.visitor(Role.CHIEF), served.visitor(Role.EDITOR)
    story = add_story(served.desk.database, title="The ferry is late")
    done = chief.follow(chief.post(f"/story/{story}/act", {"act": "comment", "reason": "@Editor, who said so?"}))
    assert "editor will see it under My work" in done.words
    assert "@Editor, who said so?" in editor.get("/mine").words
    assert "No open comment mentions you" in chief.get("/mine").words
    editor.post(f"/story/{story}/act", {"act": "comment", "reason": "The harbour did."})
    mine = editor.get("/mine").words
    assert "No open comment mentions you" in mine
    assert "The harbour did." in mine
    served.clock.ahead += timedelta(days=2)
    assert "Nothing yet." in served.visitor(Role.EDITOR).get("/mine").words


def test_what_was_handed_over_and_what_was_typed_stands_under_my_work(served: DeskServer) -> None:
    chief, editor = served.visitor(Role.CHIEF), served.visitor(Role.EDITOR)
    story = add_story(served.desk.database, title="The ferry is late")
    chief.post(f"/story/{story}/act", {"act": "hand", "to": "editor"})
    handed = editor.get("/mine")
    assert "The ferry is late" in handed.words
    assert f"/story/{story}?reviewer=editor" in handed.text
