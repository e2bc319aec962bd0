"""How the browser of the tests is found and installed, with programs that stand in for apt and Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import chromium


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH; its `python` installs nothing, and says that it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder / "python", 'echo "playwright $*" >> "$0.log"; exit 1')
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return folder


def program(path: Path, lines: str) -> None:
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


def test_the_one_that_is_named_or_on_the_path_is_taken(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium", "exit 0")
    assert chromium.find() == str(programs / "chromium")
    monkeypatch.setenv("CHROMIUM", "/opt/own")
    assert chromium.find() == "/opt/own"


def test_root_gets_debians_package(programs: Path) -> None:
    made = programs / "chromium"
    program(programs / "apt-get", f'[ "$1" != install ] || {{ echo "#!/bin/sh" > {made}; /bin/chmod +x {made}; }}')
    assert chromium.install() == str(made)
    assert not (programs / "python.log").exists()


@pytest.mark.parametrize("root", [True, False])
def test_others_and_those_whose_apt_fails_get_playwrights_own_or_a_line_that_says_what_to_do(
    programs: Path, monkeypatch: pytest.MonkeyPatch, root: bool
) -> None:
    program(programs / "apt-get", "exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    with pytest.raises(SystemExit, match="set CHROMIUM to its path"):
        chromium.install()
    assert (programs / "python.log").read_text() == "playwright -m playwright install chromium\n"
