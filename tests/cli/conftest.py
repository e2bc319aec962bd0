"""The command called in the process itself, and a newsroom with stories in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.sample.server import SampleServer
from tests.newsroom import inshort, sample_feeds, write_config


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    out: str
    err: str
    status: int


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        status = end.value.code
        assert isinstance(status, int)
        return Said(out, err, status)

    return run


@pytest.fixture(scope="session")
def web() -> Iterator[SampleServer]:
    """The sample newsroom's feeds and pages."""
    with SampleServer() as server:
        yield server


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory, web: SampleServer) -> Path:
    """A folder to be copied: the sample newsroom's stories, drafted without a model."""
    folder = tmp_path_factory.mktemp("drafted")
    write_config(folder, sample_feeds(web.base))
    for arguments in (("db", "upgrade"), ("run",)):
        assert inshort(*arguments, cwd=folder, USER="ada").returncode == 0
    return folder


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drafted: Path) -> Path:
    """The sample newsroom's stories, drafted without a model, waiting for an editor; its folder is the current one."""
    shutil.copytree(drafted, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USER", "ada")
    return tmp_path
