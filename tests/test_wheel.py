"""What travels in the wheel: an installed In Short needs nothing beside it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.newsroom import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize(
    "file",
    ["prompts/draft.md", "prompts/repair.md", "config.yaml", "glossary.yaml", "storage/migrations/env.py", "py.typed"],
)
def test_the_wheel_has_what_a_newsroom_needs(wheel: Path, file: str) -> None:
    assert f"pipeline/{file}" in zipfile.ZipFile(wheel).namelist()


def test_the_sample_newsroom_travels_whole(wheel: Path) -> None:
    ours = [p.relative_to(ROOT).as_posix() for p in (ROOT / "pipeline/sample").rglob("*") if p.is_file()]
    sample = {name for name in ours if "__pycache__" not in name}
    assert len(sample) > 20
    assert sample <= set(zipfile.ZipFile(wheel).namelist())


def test_the_command_works_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import sys; sys.argv = ['inshort', 'init']; from pipeline.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "config.yaml").is_file()
