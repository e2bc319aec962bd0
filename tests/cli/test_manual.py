"""What a shell completes and what `man` shows, out of the commands themselves."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from typer.main import get_command

from pipeline.cli.app import app
from pipeline.cli.command_list import COMMANDS, OPTIONS, overview
from pipeline.cli.manual import page
from tests.newsroom import ROOT, command_environment

from .conftest import Call


def completed(line: str, shell: str = "bash") -> list[str]:
    """What the command answers a shell that completes a line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_TYPER_COMPLETE_ARGS": line}
    said = subprocess.run(
        [sys.executable, "-m", "pipeline"],
        env=command_environment(_INSHORT_COMPLETE=f"complete_{shell}", _TYPER_COMPLETE_FISH_ACTION="get-args", **words),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return said.stdout.split("\n")


def test_a_shell_completes_commands_and_options() -> None:
    assert {"review", "retry", "report"} <= set(completed("inshort re"))
    assert "approve" in completed("inshort review app")
    assert "--timezone" in completed("inshort init --ti")


def test_bash_takes_the_script_that_is_printed(call: Call) -> None:
    """A real bash reads it."""
    script = call("completion", "bash").out
    ask = "COMP_WORDS=(inshort dig); COMP_CWORD=1; _inshort_completion echo"
    said = subprocess.run(
        ["bash", "-c", f"{script}\n{ask}; complete -p inshort"], capture_output=True, text=True, check=True, timeout=300
    )
    assert said.stdout.strip() == "complete -o default -F _inshort_completion inshort"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_their_own_script(call: Call, shell: str) -> None:
    assert "_INSHORT_COMPLETE" in call("completion", shell).out
    assert call("completion", "tcsh").status == 2


def test_the_manual_page_in_the_repository_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "inshort.1").read_text("utf-8") == page(), "inshort manual > docs/inshort.1"


def test_every_command_stands_in_the_manual() -> None:
    text = page()
    for name in COMMANDS:
        assert f".SS inshort {name}" in text.replace(r"\-", "-")
    assert all(line.startswith(".") or not line.startswith("'") for line in text.splitlines())


def test_the_overview_names_every_option_the_command_takes(call: Call) -> None:
    """`--help` is answered from a table, before the command itself is imported: the two must say the same."""
    command: Any = get_command(app)
    for option in command.params:
        assert any(option.opts[0] in name for name in OPTIONS), option.opts
    assert call("--help").out == overview() + "\n"
    assert call("--quiet", "--help").out == overview() + "\n"


@pytest.mark.parametrize("noun", ["publish", "review", "db"])
def test_the_list_of_a_nouns_commands_is_cut_nowhere(call: Call, noun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, found, commands = call(noun, "--help").out.partition("Commands:")
    assert found and "..." not in commands
