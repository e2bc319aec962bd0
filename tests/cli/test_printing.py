"""What is printed of foreign text never steers a terminal, whichever command prints it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.cli.printing import shown
from pipeline.invisible import named

from .conftest import Call
from .test_status import by_hand

_ROOT = Path(pipeline.__file__).parent
_PRINTERS = {"echo", "secho", "print", "print_json", "rprint"}
_OUR_OWN = {"__version__", "overview"}
"""Names whose words are the program's."""
HOSTILE = "Post \x1b]0;owned\x07\u202egnp.exe\u202c \x9b31m \u2066end"


def loose_prints(file: Path) -> list[int]:
    """Lines of a module that print anything but constant words past `shown`."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        stream = isinstance(called, ast.Attribute) and ast.unparse(called.value) in ("sys.stdout", "sys.stderr")
        if name in _PRINTERS or (stream and name == "write"):
            names = {n.id for argument in node.args for n in ast.walk(argument) if isinstance(n, ast.Name)}
            found += [node.lineno] if names - _OUR_OWN else []
    return found


def test_nothing_prints_foreign_text_but_by_the_one_way_out() -> None:
    files = [file for file in _ROOT.rglob("*.py") if file != _ROOT / "cli" / "printing.py"]
    assert {str(file): lines for file in files if (lines := loose_prints(file))} == {}


@pytest.mark.parametrize(
    ("form", "told"), [("text", "a<U+202E>b<U+001B>"), ("json", r"a\u202eb\u001b"), ("markup", "a&#x202E;b&#x1B;")]
)
def test_each_form_has_its_own_way_to_write_such_a_character(
    form: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown("a\u202eb\x1b", form=form, nl=False)  # type: ignore[arg-type]
    assert capsys.readouterr().out == told


_COMMANDS = (
    "status|stats|report|doctor|feeds list|feeds refused|feeds export|review list|review list --state failed"
    "|review show 1|review history 1|review diff 1|search owned|topics list|glossary check|db check|config show"
    "|retry|publish retract 99 --reason x|review edit 1|digest --preview|digest --preview --format md"
    "|digest --preview --format html|digest --preview --format json|digest --preview --format rss"
    "|digest --preview --format email|feeds remove x\u202e|nosuch\u202e|review show \u202e9|feeds list --x\u202e"
    "|run --estimate|eval list|readers list|user list"
).split("|")


def test_a_newsroom_full_of_hostile_names_steers_no_terminal(newsroom: Path, call: Call) -> None:
    title = HOSTILE.replace("'", "")
    by_hand(
        newsroom,
        f"UPDATE feeds SET name = '{title}', last_error = '{title}', topic = '{title}'",
        f"UPDATE entries SET title = '{title}', reason = '{title}'",
        f"UPDATE articles SET title = '{title}', byline = '{title}', site = '{title}'",
        f"UPDATE stories SET title = '{title}', source_name = '{title}', waiting_for = '{title}', topic = '{title}'",
        f"UPDATE drafts SET text = '{title}' || text",
        "UPDATE stories SET state = 'failed' WHERE id = 2",
    )
    for command in _COMMANDS:
        for more in ([], ["--json"]):
            said = call(*command.split(" "), *more)
            assert said.out == named(said.out), command
            assert said.err == named(said.err), command
            if more and said.out.startswith(("{", "[")):
                json.loads(said.out)


@pytest.mark.parametrize("call", ["--version", "--help", "status --help", "config schema", "--json config schema"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_said_in_one_line_and_a_closed_pipe_in_none(
    call: str, unbuffered: str
) -> None:
    command = [sys.executable, "-m", "pipeline", *call.split()]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=surroundings, check=False)
    assert done.stderr == "inshort: the output: cannot be written: the disk is full; free some space and try again\n"
    assert done.returncode == 1
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, env=surroundings, check=False)
    os.close(write)
    assert done.stderr == ""
