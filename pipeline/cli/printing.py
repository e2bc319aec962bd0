"""The one way out to a terminal: whatever is printed may be foreign text, and none of it may steer a terminal.

Nothing else in the commands prints; a test looks for it. A file or a socket gets what was written, a terminal or a pipe
the same with every steering or hidden character by its number, in the way its form has for that.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import typer

from pipeline.invisible import escaped, named, referred

Form = Literal["text", "json", "markup"]
_WAYS = {"text": named, "json": escaped, "markup": referred}


def shown(text: str, *, form: Form = "text", err: bool = False, nl: bool = True) -> None:
    """Print a text as what it is: words, a document of JSON, or one of XML or HTML."""
    # Half a character, as broken bytes on a command line become, is no text: it is shown by its number too.
    typer.echo(_WAYS[form](text).encode("utf-8", "backslashreplace").decode(), err=err, nl=nl)


def shown_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    shown(json.dumps(value, ensure_ascii=False, indent=indent, default=str), form="json")
