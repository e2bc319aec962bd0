"""The one way out to a terminal: whatever is printed may be foreign text, and none of it may steer a terminal.

Nothing else in the commands prints; a test looks for it. A file or a socket gets what was written, a terminal or a pipe
the same with every steering or hidden character by its number, in the way its form has for that.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Literal

import typer

from pipeline.errors import FileProblem
from pipeline.files import problem
from pipeline.invisible import escaped, named, referred

Form = Literal["text", "json", "markup"]
_WAYS = {"text": named, "json": escaped, "markup": referred}


def shown(text: str, *, form: Form = "text", err: bool = False, nl: bool = True) -> None:
    """Print a text as what it is: words, a document of JSON, or one of XML or HTML.

    Raises FileProblem where it can't be written.
    """
    # Half a character, as broken bytes on a command line become, is no text: it is shown by its number too.
    words = _WAYS[form](text).encode("utf-8", "backslashreplace").decode()
    try:
        typer.echo(words, err=err, nl=nl)
    except OSError as error:
        raise unwritten(error, err=err) from error


def unwritten(error: OSError, *, err: bool = False) -> FileProblem:
    """What to say where the output can't be written, as on a full disk.

    A pipe that nobody reads any more ends the command quietly, like any other filter.
    """
    # What is still kept to be written would fail again at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if err else sys.stdout).fileno())
    if isinstance(error, BrokenPipeError):
        sys.exit(0)
    return problem(Path("the output"), error, "written")


def shown_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    shown(json.dumps(value, ensure_ascii=False, indent=indent, default=str), form="json")
