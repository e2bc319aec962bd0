"""The command called in the process itself, and a newsroom with stories in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.sample.server import SampleServer
from tests.newsroom import sample_feeds, write_config


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


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    """The sample newsroom's stories, drafted without a model, waiting for an editor; its folder is the current one."""
    with SampleServer() as web:
        write_config(tmp_path, sample_feeds(web.base))
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("USER", "ada")
        assert call("db", "upgrade").status == 0
        assert call("run").status == 0
    return tmp_path
