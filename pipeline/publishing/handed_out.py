"""Editions as files in a folder of the newsroom's: each under its number, and the newest once more as `latest`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from pipeline.files import make_folder, write_whole
from pipeline.model import Edition
from pipeline.publishing.formats import printed
from pipeline.publishing.issue import reprinted
from pipeline.settings import Digest
from pipeline.storage.database import Session
from pipeline.storage.publishing import editions

_OURS = re.compile(r"edition-(\d{1,9})[-.]")


def write_files(edition: Edition, settings: Digest) -> list[Path]:
    """Write an issued edition in each of the configured formats; the files, none where no folder is configured.

    Everything is printed before anything is written: a template with a mistake leaves the old files as they are.
    Raises UsageError for the template, FileProblem for the folder.
    """
    if settings.out is None or edition.number is None:
        return []
    return _write(edition, settings, settings.out, latest=True)


def write_anew(session: Session, settings: Digest, since: datetime) -> list[Path]:
    """Write the files again of editions whose stories were corrected or retracted since a time; those that changed.

    Raises as `write_files` does.
    """
    folder = settings.out
    told = editions.told_since(session, since)
    if folder is None or not told or not folder.is_dir():
        return []
    written: list[Path] = []
    for number in sorted({int(found[1]) for file in folder.iterdir() if (found := _OURS.match(file.name))}):
        row = editions.get_edition(session, number)
        if row is not None and told & {story["id"] for story in row.document["stories"]}:
            last = editions.last_edition(session, row.topic)
            newest = last is not None and last.id == number
            written += _write(reprinted(session, number), settings, folder, latest=newest)
    return written


def _write(edition: Edition, settings: Digest, folder: Path, *, latest: bool) -> list[Path]:
    """Print an edition and write what is not there already; the files of its number that were written."""
    name = f"edition-{edition.number}" + (f"-{_file_name(edition.topic)}" if edition.topic else "")
    newest = "latest" + (f"-{_file_name(edition.topic)}" if edition.topic else "")
    texts = {form: printed(edition, form, settings.templates) for form in settings.formats}
    make_folder(folder)
    written = []
    for form, text in texts.items():
        for stem in (name, newest) if latest else (name,):
            file = folder / f"{stem}.{form.ending}"
            if file.is_file() and file.read_bytes() == text.encode("utf-8", "backslashreplace"):
                continue
            write_whole(file, text)
            written += [file] if stem == name else []
    return written


def _file_name(topic: str) -> str:
    """A topic as part of a file's name: letters and digits, whatever it is called."""
    return "".join(c if c.isalnum() else "-" for c in topic)[:60]
