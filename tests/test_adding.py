"""docs/adding.md: each piece is put where it says, in a copy of the program, and run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from .newsroom import ROOT, command_environment

PAGE = (ROOT / "docs" / "adding.md").read_text("utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
RUNNER = """
import json, sys, traceback
for title, pieces in json.load(sys.stdin):
    names = {"__name__": "__main__"}
    try:
        for piece in pieces:
            exec(compile(piece, title, "exec"), names)
        print("well", title)
    except BaseException:
        print("wrong", title, traceback.format_exc())
"""


def pieces(section: str) -> list[tuple[str, str]]:
    """The file each piece belongs in, '' for one that is tried, and the piece."""
    found = []
    for text in re.findall(r"```(?:python|markdown)\n(.*?)```", section, re.DOTALL):
        first, _, rest = text.partition("\n")
        named = re.fullmatch(r"# ((?:pipeline|prompts)/\S+)", first)
        found.append((named[1], rest) if named else ("", text))
    return found


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What came of all of them, a line each: one process, as starting it is the dear part."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("pipeline", "prompts"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    tried = []
    for title, section in SECTIONS.items():
        for file, text in pieces(section):
            if file:
                assert not (copy / file).exists(), f"{file} is no new file"
                (copy / file).write_text(text, "utf-8")
        tried.append((title, [text for file, text in pieces(section) if not file]))
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        cwd=copy,
        env=command_environment(PYTHONPATH=str(copy)),
        input=json.dumps(tried),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("title", SECTIONS)
def test_a_worked_example_works_as_it_stands(title: str, said: str) -> None:
    assert f"well {title}\n" in said, said
    assert pieces(SECTIONS[title])


def test_each_example_is_short() -> None:
    for title, section in SECTIONS.items():
        lines = sum(len(text.splitlines()) for _, text in pieces(section))
        assert lines < 30, title


def test_everything_that_can_be_added_is_told_of() -> None:
    assert list(SECTIONS) == ["A check", "A feed's quirk", "A prompt", "A format", "A language"]
    for file in re.findall(r"`((?:checks|feeds|writing|publishing)/\w+\.py)`", PAGE):
        assert (ROOT / "pipeline" / file).is_file(), file
