"""Editions as files in a folder of the newsroom's: each under its number, and the newest once more as `latest`."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import make_folder, write_whole
from pipeline.model import Edition
from pipeline.publishing.formats import FORMATS, printed
from pipeline.settings import Digest


def write_files(edition: Edition, settings: Digest) -> list[Path]:
    """Write an issued edition in each of the configured formats; the files, none where no folder is configured.

    Everything is printed before anything is written: a template with a mistake leaves the old files as they are.
    Raises UsageError for the template, FileProblem for the folder.
    """
    folder = settings.out
    if folder is None or edition.number is None:
        return []
    name = f"edition-{edition.number}" + (f"-{_file_name(edition.topic)}" if edition.topic else "")
    latest = "latest" + (f"-{_file_name(edition.topic)}" if edition.topic else "")
    texts = {form: printed(edition, form, settings.templates) for form in settings.formats}
    make_folder(folder)
    written = []
    for form, text in texts.items():
        for stem in (name, latest):
            write_whole(folder / f"{stem}.{FORMATS[form].ending}", text)
        written.append(folder / f"{name}.{FORMATS[form].ending}")
    return written


def _file_name(topic: str) -> str:
    """A topic as part of a file's name: letters and digits, whatever it is called."""
    return "".join(c if c.isalnum() else "-" for c in topic)[:60]
