"""`inshort completion` and `inshort manual`: what a shell and `man` want to know of the command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from pipeline.cli.printing import shown


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="The shell that completes.")]) -> None:
    """Print the script that makes a shell complete commands and options."""
    from typer.completion import get_completion_script

    shown(get_completion_script(prog_name="inshort", complete_var="_INSHORT_COMPLETE", shell=shell.value))


def manual() -> None:
    """Print the manual page: `inshort manual | man -l -` shows it."""
    shown(page(), nl=False)


def page() -> str:
    """The manual page in roff's man macros: every command with its options, out of the commands themselves."""
    from pipeline.cli.app import app

    root: Any = typer.main.get_command(app)
    context = root.make_context("inshort", [], resilient_parsing=True)
    lines = [
        ".TH INSHORT 1",
        ".SH NAME",
        r"inshort \- turns news feeds into plain-language stories, each sentence traced to its source",
        ".SH SYNOPSIS",
        r".B inshort",
        r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]",
        ".SH DESCRIPTION",
        _escaped(root.help),
        "Results go to stdout, progress to stderr. Nothing is published that an editor did not approve.",
        ".SH OPTIONS",
        *_options(root, context),
        ".SH COMMANDS",
    ]
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        lines += _command(f"inshort {name}", command, context)
    lines += [
        ".SH EXIT STATUS",
        "0 done, 1 done and the answer is no, 2 the call or the configuration is wrong, 130 interrupted.",
        ".SH FILES",
        ".TP",
        ".I config.yaml",
        "The newsroom's configuration, in the folder the command is called in; see",
        r".B inshort config explain",
        "for its keys.",
    ]
    return "\n".join(lines) + "\n"


def _command(path: str, command: Any, above: Any) -> Iterator[str]:
    context = type(above)(command, info_name=path.rsplit(" ", 1)[-1], parent=above)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from _command(f"{path} {name}", command.get_command(context, name), context)
        return
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    yield f".SS {_escaped(f'{path} {usage}'.strip())}"
    yield _escaped(command.help or "")
    yield from _options(command, context)


def _options(command: Any, context: Any) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.param_type_name == "option" and parameter.name != "help":
            yield from (".TP", rf"\fB{_escaped(record[0])}\fR", _escaped(record[1]) or r"\&")


def _escaped(text: str) -> str:
    """Text that roff prints as it stands, on one line."""
    one_line = re.sub(r"\s+", " ", text.split("\f")[0]).strip().replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{one_line}" if one_line.startswith((".", "'")) else one_line
