"""A story's text in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def typed(story: int, text: str) -> Iterator[str | None]:
    """What the user made of a text in $EDITOR; None when nothing was changed.

    Words are never lost: an InShortError inside keeps them in their file, and says where. Raises UsageError when
    the editor does not start.
    """
    from pipeline.errors import InShortError, UsageError

    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix=f"story-{story}-", delete=False, encoding="utf-8") as f:
        f.write(text + "\n")
        path = Path(f.name)
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        ended = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - the user's own editor
    except OSError as error:
        path.unlink()
        raise UsageError(f"the editor '{command}' does not start: {error.strerror}; set EDITOR") from error
    new = path.read_text("utf-8")
    try:
        yield None if ended.returncode or new.strip() == text.strip() else new
    except InShortError as error:
        raise type(error)(f"{error}; your text is kept in {path}") from error
    path.unlink()
