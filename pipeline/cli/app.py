"""The frame of the command: the options everywhere, exit codes, errors as one plain line."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from pipeline import __version__
from pipeline.cli.command_list import DOES, OPTIONS
from pipeline.cli.commands import Commands
from pipeline.cli.context import Context
from pipeline.cli.printing import shown, unwritten
from pipeline.errors import InShortError, NeedsReason
from pipeline.files import NOT_THE_NAME

_SWITCHES = ("--json", "--quiet", "-q", "--verbose", "-v", "--log-json")

app = typer.Typer(
    name="inshort",
    cls=Commands,
    help=DOES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        shown(f"inshort {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help=OPTIONS["--config <path>"])] = None,
    json: Annotated[bool, typer.Option("--json", help=OPTIONS["--json"])] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=OPTIONS["-q, --quiet"])] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=OPTIONS["-v, --verbose"])] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help=OPTIONS["--log-json"])] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=OPTIONS["--version"])
    ] = False,
) -> None:
    context.obj = Context(config=config, json=json, quiet=quiet, verbose=verbose, log_json=log_json)
    context.obj.start_logging()
    context.call_on_close(context.obj.close)


def main(arguments: list[str]) -> None:
    """Run the command and end with its exit status: 0, 1, 2 or 130."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what is no text in an argument or a file's name is shown escaped
            stream.reconfigure(errors="backslashreplace")
    if "_INSHORT_COMPLETE" in os.environ:
        from typer.completion import completion_init

        completion_init()
    try:
        # A command that ends with typer.Exit gives its status back here.
        status = app(
            args=_everywhere(arguments),
            prog_name="inshort",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except BrokenPipeError as error:
        end_unwritten(error)
    except InShortError as error:
        _tell(f"{error}; give one with --reason" if isinstance(error, NeedsReason) else str(error), error)
        sys.exit(error.exit_code)
    except typer.Abort:
        _tell("interrupted; nothing is lost, run it again to go on")
        sys.exit(130)
    except Exception as error:
        show = getattr(error, "show", None)
        if callable(show):  # typer's own: a wrong call
            if isinstance(getattr(error, "option_name", None), str):
                _suggest(error)
            said = io.StringIO()
            _one_too_many(error)
            show(file=said)
            shown(said.getvalue(), err=True, nl=False)
            sys.exit(2)
        if isinstance(error, OSError) and error.filename is not None:
            from pipeline.files import problem

            found = problem(Path(os.fsdecode(error.filename)), error, "used")
            _tell(str(found), error)
            sys.exit(found.exit_code)
        if isinstance(error, OSError) and error.errno in NOT_THE_NAME:
            end_unwritten(error)  # a file of ours has its name
        if type(error).__name__ == "ZoneInfoNotFoundError":  # a zone that is configured was looked up before
            _tell("this machine has no time zones; install the package tzdata", error)
            sys.exit(2)
        if isinstance(error, RecursionError):
            _tell("the input is nested too deeply to read", error)
            sys.exit(2)
        if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith("pipeline"):
            _tell(f"the package {error.name.partition('.')[0]} is missing; install In Short again", error)
            sys.exit(2)
        _tell(f"something went wrong inside In Short: {type(error).__name__}: {error}; --verbose shows the log", error)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _suggest(unknown: Any) -> None:
    """Name the common option that somebody meant with an unknown one: typer looks at the command's own alone."""
    import difflib

    near = difflib.get_close_matches(unknown.option_name, [*_SWITCHES, "--config"], 1)
    unknown.possibilities = unknown.possibilities or near


def end_unwritten(error: OSError) -> NoReturn:
    """End where the output can't be written, and say so where there is anybody to read it."""
    found = unwritten(error)
    _tell(str(found), error)
    sys.exit(found.exit_code)


def _one_too_many(error: Any) -> None:
    """Where a call has an argument more than the command takes, say what it takes."""
    if not (found := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", getattr(error, "message", ""))):
        return
    arguments = [one for one in error.ctx.command.params if one.param_type_name == "argument"]
    names = [(one.metavar or one.name).upper() for one in arguments]
    takes = f"one {names[0]} a call" if len(names) == 1 else ", ".join(names) or "no argument"
    error.message = f"'{found[1]}' is more than this command takes: {takes}"


def _everywhere(arguments: list[str]) -> list[str]:
    """The common options may stand after the command as well: `inshort status --json`."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in _SWITCHES:
            front.append(word)
        elif word == "--config":
            front += [word, next(waiting, "")]
        elif word.startswith("--config="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _tell(line: str, error: BaseException | None = None) -> None:
    sys.stdout.flush()
    shown(f"inshort: {line}", err=True)
    if error is not None:
        import logging

        logging.getLogger("inshort").debug("in full", exc_info=error)
