"""Undo and redo, step by step; and the version before one, whatever the gaps between numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.desk.people import Role
from pipeline.desk.undo import Steps, steps, version_before
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.stories import VersionLine
from pipeline.storage.tables import DraftRow
from pipeline.writing.draft import text_hash
from tests.desk.server import Answer, DeskServer, Visitor
from tests.desk.stories import WHEN, add_story
from tests.desk.test_levels import EDITED, SIMPLE, add_simple, hidden, simple_of, text_page


def versions(*back_to: int | None, start: int = 1) -> list[VersionLine]:
    """Versions from a number on, each with the one whose wording it took up."""
    return [VersionLine(n, "ada", "editor", WHEN, "pass", b) for n, b in enumerate(back_to, start)]


@pytest.mark.parametrize(
    ("known", "back", "on"),
    [
        (versions(None), None, None),
        (versions(None, None, None), 2, None),
        (versions(None, None, None, 2), 1, 3),
        (versions(None, None, None, 2, 1), None, 2),
        (versions(None, None, None, 2, 1, 2), 1, 3),
        (versions(None, None, None, 2, 1, 2, 3), 2, None),
        (versions(None, None, None, 2, None), 2, None),
        (versions(None, None, None, 2, None, 2), 1, 5),
        (versions(None, None, None, 2, None, 3), 5, None),
        (versions(None, None, None, 1), None, 2),
        (versions(None, 3, start=7), 7, None),
    ],
    ids=["first", "edited", "undone", "undone twice", "redone", "redone twice", "edited after undo", "and undone",
         "back to what an edit ended", "back over two", "the one it took up is pruned"],
)  # fmt: skip
def test_undo_and_redo_go_step_by_step(known: list[VersionLine], back: int | None, on: int | None) -> None:
    assert steps(known) == Steps(back, on)


def test_the_version_before_is_the_one_that_is_there() -> None:
    known = [*versions(None), *versions(None, start=3), *versions(None, start=7)]
    assert [version_before(known, n) for n in (7, 3, 1)] == [3, 1, None]


def texts(desk: DeskServer, story: int, level: str = "standard") -> list[str]:
    with desk.desk.database.reading() as session:
        return [d.text for d in stories.drafts_of(session, story, level)]


def press(visitor: Visitor, story: int, word: str) -> Answer:
    """Press the button that begins with a word, as a browser sends its form."""
    page = visitor.get(f"/story/{story}").text
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if re.search(rf"<button[^>]*>{word}", f))
    fields = dict(re.findall(r'name="(shown|number|level|beside)" value="(\w+)"', form))
    return visitor.post(f"/story/{story}/back", fields)


def test_three_edits_are_undone_and_redone_one_by_one(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    for text in ("Brightwell sells groceries.", "Brightwell sells food.", "Brightwell sells groceries online."):
        shown = hidden(editor.get(f"/story/{story}/text"))["shown"]
        assert editor.post(f"/story/{story}/sentence", {"place": "2", "text": text, "shown": shown}).status == 303
    known = texts(desk, story)
    for word, version in (("Undo", 2), ("Undo", 1), ("Undo", 0), ("Redo", 1), ("Redo", 2), ("Redo", 3), ("Undo", 2)):
        assert press(editor, story, word).status == 303
        assert texts(desk, story)[-1] == known[version], (word, version)
    assert "Redo version 4" in editor.get(f"/story/{story}").words
    assert "Redo" not in desk.visitor(Role.READER).get(f"/story/{story}").words.replace("undo a version, redo it", "")


def test_the_simple_version_has_undo_redo_and_its_versions(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor = desk.visitor(Role.EDITOR)
    assert "Undo" not in editor.get(f"/story/{story}").text.split('id="simple"')[1].split("</section>")[0]
    assert editor.post(f"/story/{story}/text", {**hidden(text_page(editor, story)), "text": EDITED}).status == 303
    page = editor.get(f"/story/{story}/versions?level=simple")
    assert "<ins>groceries</ins>" in page.text and "version 2" in page.words and "version 1 " not in page.words
    answer = press(editor, story, "Undo version 3")
    assert answer.location.endswith("#simple") and simple_of(desk, story).text == SIMPLE
    assert press(editor, story, "Redo version 3").status == 303 and simple_of(desk, story).text == EDITED
    assert texts(desk, story, "simple") == [SIMPLE, EDITED, SIMPLE, EDITED]
    form = {"number": "2", "level": "simple", "shown": simple_of(desk, story).hash, "beside": "0" * 64}
    late = editor.post(f"/story/{story}/back", form)
    assert late.status == 409 and "Nothing was saved" in late.words


def test_numbers_with_gaps_are_compared_all_the_same(served: DeskServer) -> None:
    """The simple version took number 2, so that the draft's versions are 1 and 3."""
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor = desk.visitor(Role.EDITOR)
    first = editor.get(f"/story/{story}/versions")
    assert "Each sentence compared with the source" in first.words, "the only version is held against the source"
    shown = hidden(editor.get(f"/story/{story}/text"))["shown"]
    editor.post(f"/story/{story}/sentence", {"place": "2", "text": "Brightwell sells food.", "shown": shown})
    page = editor.get(f"/story/{story}/versions")
    assert page.status == 200 and "<ins>food</ins>" in page.text
    assert "has no version 2; it has 1, 3" in editor.get(f"/story/{story}/versions?new=2").words
    assert press(editor, story, "Undo version 3").status == 303
    assert texts(desk, story)[-1] == texts(desk, story)[0]


def test_the_command_compares_with_the_version_before_as_well(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story = add_story(database)
    with database.session() as session:
        row = stories.get_story(session, story)
        assert row is not None
        for level, text in (("simple", "Easy."), ("standard", "Two."), ("simple", "Easier."), ("standard", "Three.")):
            draft = DraftRow(author="ada", writer="editor", content={}, text=text, hash=text_hash(text),
                             created_at=WHEN, level=level)  # fmt: skip
            stories.add_draft(session, row, draft)
    (tmp_path / "config.yaml").write_text(f"database: {database.url}\n")
    monkeypatch.chdir(tmp_path)

    def diff(*words: str) -> dict[str, Any]:
        with pytest.raises(SystemExit) as end:
            main(["review", "diff", str(story), *words, "--json"])
        out, err = capsys.readouterr()
        assert end.value.code == 0, err
        found: dict[str, Any] = json.loads(out)
        return found

    assert (diff()["old"], diff()["new"]) == (3, 5)
    assert diff("--level", "simple")["diff"][-2:] == ["-Easy.", "+Easier."]
