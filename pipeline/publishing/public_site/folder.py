"""The folder a site is written into: each file whole or not at all, only where it changed, and what we wrote known.

`site.json` in it says which files are ours and what each was made from. It is written last: a build that was killed
left whole files, and the next one does what it had not done yet.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import UsageError
from pipeline.files import make_folder, problem, write_whole

MANIFEST = ".inshort-site.json"
_SHAPE = 2
"""How the manifest's lines are written; raised whenever that changes."""
_LOCK = ".inshort-site.lock"


@dataclass(frozen=True, slots=True)
class ListLine:
    """A story as lists show it; `stamp` is what its page was made from."""

    id: int
    stamp: str
    path: str
    headline: str
    dek: str
    topics: tuple[str, ...]
    source: str
    day: str
    """In the newsroom's zone, `2026-11-20`."""
    day_name: str
    public_at: str
    updated: str
    told: str = ""
    """What the corrections page says of it, the newest correction first."""
    retracted: bool = False


@dataclass(slots=True)
class Manifest:
    """What a site's folder holds. `look` is what every page hangs on: templates, settings, program."""

    look: str = ""
    lines: dict[int, ListLine] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


class Folder:
    """An open site folder. Raises FileProblem where it cannot be written, with the file and what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = Manifest()
        self.before = Manifest()
        self.written = 0
        self.changed: set[str] = set()
        self._known: set[Path] = set()

    def put(self, name: str, content: str) -> None:
        """Write a file, unless it is there with just this content."""
        data = content.encode("utf-8", "replace")
        sum_ = hashlib.sha256(data).hexdigest()[:20]
        file = self.path / name
        if self.before.files.get(name) != sum_ or not file.exists():
            self._write(file, data)
            self.written += 1
            self.changed.add(name)
        self.manifest.files[name] = sum_

    def keep(self, name: str) -> bool:
        """Take a file over as it is; False where it is not there, and has to be written."""
        sum_ = self.before.files.get(name)
        if sum_ is None or not (self.path / name).exists():
            return False
        self.manifest.files[name] = sum_
        return True

    def _write(self, file: Path, data: bytes) -> None:
        part = file.with_name(f".{file.name[:180]}.part")
        try:
            if file.parent not in self._known:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._known.add(file.parent)
            part.write_bytes(data)
            part.replace(file)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise problem(file, error, "written") from error

    def finish(self) -> int:
        """Take away what is no longer part of the site, then write down what is; how many files went."""
        gone = self.before.files.keys() - self.manifest.files.keys()
        for name in gone:
            file = self.path / name
            if ".." in PurePosixPath(name).parts or not file.is_relative_to(self.path):
                continue  # never written here: somebody else wrote the manifest
            with suppress(OSError):
                file.unlink(missing_ok=True)
                if file.parent != self.path:
                    file.parent.rmdir()  # fails, and may, while something is left in it
        if self.written or gone or self.manifest.look != self.before.look:
            os.sync()  # the files are on the disk before the manifest says so
            self._save()
        return len(gone)

    def _save(self) -> None:
        document = {
            "inshort": "site",
            "shape": _SHAPE,
            "look": self.manifest.look,
            "lines": [list(asdict(line).values()) for line in self.manifest.lines.values()],
            "files": self.manifest.files,
        }
        write_whole(self.path / MANIFEST, json.dumps(document, ensure_ascii=False, separators=(",", ":")))


@contextmanager
def open_folder(path: Path) -> Iterator[Folder]:
    """Take a site's folder for one build. Raises UsageError for one that is somebody else's, or being built."""
    make_folder(path)
    try:
        descriptor = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise problem(path, error, "written") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{path}: another build of the site is under way; try again when it is done") from None
        folder = Folder(path)
        if (path / MANIFEST).exists():
            folder.before = _read(path / MANIFEST)
        elif (path / "index.html").exists():
            raise UsageError(f"{path}: holds a page that is not ours (index.html); name another folder, or empty it")
        else:
            folder._save()  # from now on what lies here is ours
        yield folder
    finally:
        os.close(descriptor)


def _read(file: Path) -> Manifest:
    """The manifest; one that cannot be read is none, and everything is written anew."""
    try:
        document: dict[str, Any] = json.loads(file.read_bytes())
        if document["shape"] != _SHAPE:
            return Manifest()
        lines = {row[0]: ListLine(*row) for row in document["lines"]}
        return Manifest(str(document["look"]), lines, dict(document["files"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return Manifest()
