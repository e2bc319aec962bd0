"""Files of the owner's: all of it or nothing, and one line that says what went wrong."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline import files
from pipeline.cli import jsonl
from pipeline.errors import FileProblem, StorageError, UsageError
from pipeline.files import read_text, whole, write_whole
from pipeline.storage.keeping.lines import open_lines


def test_what_fails_half_way_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "glossary.yaml"
    write_whole(file, "300 terms")
    with pytest.raises(FileProblem, match="the disk is full; free some space"), whole(file) as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert file.read_text() == "300 terms"
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_is_not_the_callers_mistake_and_a_wrong_name_is(tmp_path: Path) -> None:
    full = files.problem(tmp_path, OSError(errno.ENOSPC, "No space left on device"), "written")
    assert full.exit_code == 1
    with pytest.raises(FileProblem) as wrong:
        write_whole(tmp_path, "a folder")
    assert wrong.value.exit_code == 2
    assert str(wrong.value) == f"{tmp_path}: cannot be written: that is a folder; name a file"


def test_the_old_files_permissions_stay_and_a_private_one_is_for_its_owner(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    write_whole(old, "y")
    with whole(new, private=True) as part:
        part.write_text("rows")
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real", tmp_path / "link", tmp_path / "pipe"
    real.write_text("old")
    link.symlink_to(real)
    write_whole(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "through")
    assert os.read(reading, 100) == b"through"
    os.close(reading)


@pytest.mark.parametrize("name", ["nowhere", "a" * 300, "\0", "."])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblem, match="cannot be read") as told:
        read_text(tmp_path / name)
    assert "\n" not in str(told.value)


def test_bytes_that_are_no_text_are_named_by_their_place(tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(b"ab\xff")
    with pytest.raises(FileProblem, match="not UTF-8 text \\(byte 2 is the first that is not\\)"):
        read_text(file)


def test_what_never_ends_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device gives bytes for ever."""
    zeros = Path("/dev/zero")
    with pytest.raises(FileProblem, match="/dev/zero: cannot be read: larger than"):
        files.read_bytes(zeros, 1000)
    monkeypatch.setattr(jsonl, "_LONGEST_LINE", 1000)
    with pytest.raises(UsageError, match="/dev/zero: a line is longer than"):
        list(jsonl._lines(zeros))
    with pytest.raises(StorageError, match="/dev/zero: not an export"), open_lines(zeros):
        raise AssertionError("it was taken for an export")
