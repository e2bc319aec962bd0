"""Templates: ours, and the newsroom's own in front of them, file by file."""

from __future__ import annotations

import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = Path(__file__).parent / "templates"


def render(name: str, own: Path | None, /, **values: Any) -> str:
    """A page from a template. Raises UsageError with the file and line of a mistake in it."""
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        return environment(own).get_template(name).render(**values)
    except TemplateSyntaxError as error:
        raise UsageError(f"{error.filename or error.name}, line {error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise UsageError(f"there is no template {error.name}; {_folders(own)}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"a template in {own} is not UTF-8 text") from error
    except Exception as error:
        # What a template of the newsroom's own does wrong is theirs to mend; what ours does is a defect.
        place = _place(error, own)
        if place is None and not isinstance(error, TemplateError):
            raise
        raise UsageError(f"{place or name}: {error}") from error


def wrong_in(own: Path) -> list[str]:
    """What is wrong with a newsroom's own templates, as far as reading them shows; each with its file and line."""
    from jinja2 import TemplateSyntaxError

    found = []
    for file in sorted(file for file in own.rglob("*") if file.is_file()):
        name = file.relative_to(own).as_posix()
        if not (OURS / name).is_file():
            ours = ", ".join(sorted(one.relative_to(OURS).as_posix() for one in OURS.rglob("*.html")))
            found.append(f"{file} replaces no template; there are {ours}")
        elif file.suffix == ".html":
            try:
                environment(own).get_template(name)
            except TemplateSyntaxError as error:
                found.append(f"{file}, line {error.lineno}: {error.message}")
            except UnicodeDecodeError:
                found.append(f"{file} is not UTF-8 text")
    return found


def _folders(own: Path | None) -> str:
    return f"looked for in {own} and among the built-in ones" if own else "looked for among the built-in ones"


def _place(error: Exception, own: Path | None) -> str | None:
    """The last line of the newsroom's own templates that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if own is not None and Path(frame.filename).is_relative_to(own):
            return f"{frame.filename}, line {frame.lineno}"
    return None


@lru_cache(maxsize=8)
def environment(own: Path | None = None) -> Environment:
    """The templates of a newsroom; files of its folder `own` take the place of ours of the same name."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    if own is not None and not own.is_dir():
        raise UsageError(f"digest.templates: {own}: there is no such folder")
    return Environment(
        loader=FileSystemLoader([folder for folder in (own, OURS) if folder is not None]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
    )
