"""Files of the owner's: read with one plain line for what can go wrong, and never left half-written."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import FileProblem

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your share of the disk is used up; free some space and try again",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "not allowed; change the folder's permissions or choose another",
    errno.EPERM: "not allowed; change the file's permissions or choose another",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOENT: "no such file or folder",
    errno.EISDIR: "that is a folder; name a file",
    errno.ENOTDIR: "part of that name is a file, not a folder",
}
LARGEST = 100_000_000
"""Bytes of the largest file that is read as a whole."""
NOT_THE_NAME = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
"""What is wrong with the disk, whatever the file's name."""


def why(error: OSError) -> str:
    """What the system said, in words that say what to do."""
    return _WHAT_TO_DO.get(error.errno or 0, error.strerror or str(error))


def problem(file: Path, error: OSError | UnicodeError | ValueError, doing: str) -> FileProblem:
    """The one line about a file that could not be read or written (`doing`)."""
    if isinstance(error, OSError):
        return FileProblem(f"{file}: cannot be {doing}: {why(error)}", the_name=error.errno not in NOT_THE_NAME)
    if isinstance(error, UnicodeDecodeError):
        return FileProblem(f"{file}: cannot be {doing}: not UTF-8 text (byte {error.start} is the first that is not)")
    return FileProblem(f"{file}: cannot be {doing}: that is not a file name")


def read_bytes(file: Path, most: int = LARGEST) -> bytes:
    """What a file holds. Raises FileProblem where there is none, or more than `most`: a device never ends."""
    try:
        with file.open("rb") as opened:
            found = opened.read(most + 1)
    except (OSError, ValueError) as error:
        raise problem(file, error, "read") from error
    if len(found) > most:
        raise FileProblem(f"{file}: cannot be read: larger than {most / 1e6:g} MB")
    return found


def read_text(file: Path) -> str:
    """The text of a file, each line's end a line feed. Raises FileProblem as `read_bytes` does."""
    try:
        return io.TextIOWrapper(io.BytesIO(read_bytes(file)), "utf-8").read()
    except UnicodeDecodeError as error:
        raise problem(file, error, "read") from error


def write_whole(file: Path, content: str | bytes) -> None:
    """Write all of it or nothing: a reader, a crash or a full disk never meets half a file. Raises FileProblem."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with whole(file) as part:
        part.write_bytes(data)


@contextmanager
def whole(file: Path, *, private: bool = False) -> Iterator[Path]:
    """A name beside `file` to write under: it becomes `file` when all went well, and is gone otherwise.

    The old file's permissions stay; a new `private` one is for its owner alone. What is no plain file (a pipe, a
    terminal) is written to as it is. Raises FileProblem.
    """
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            yield file
            return
        target = file.resolve() if file.is_symlink() else file
        part = target.with_name(f".{target.name[:200]}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600 if private else 0o666))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists():
            part.chmod(target.stat().st_mode & 0o7777)
    except (OSError, ValueError) as error:
        raise problem(file, error, "written") from error
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise problem(file, error, "written") from error
    finally:
        part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """A folder, with those above it. Raises FileProblem."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise FileProblem(f"{folder}: is a file, not a folder") from error
    except (OSError, ValueError) as error:
        raise problem(folder, error, "written") from error
