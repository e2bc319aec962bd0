"""What travels in the wheel: an installed In Short needs nothing beside it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    assert len(sample) >= 20
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


REFUSING = """
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from pipeline.articles.extract import extract
from pipeline.feeds.parse import parse_feed
from pipeline.resources import bundled
page = (bundled("sample") / "pages/latchkey-password-manager-bug.html").read_bytes()
print(extract(page).verdict, len(parse_feed((bundled("sample") / "feeds/harbour.xml").read_bytes()).entries) > 3)
"""


def installed_by_an_old_pip(wheel: Path) -> set[str]:
    """What `pip install` of Debian 12 (23.0.1) brings: it knows an extra only by the very spelling of its package."""
    there: dict[str, set[str]] = {}
    wanted: list[tuple[str, frozenset[str]]] = [("inshort", frozenset())]
    while wanted:
        name, extras = wanted.pop()
        found = next(iter(distributions(name=name, path=[str(wheel), *sys.path])))
        known = extras & set(found.metadata.get_all("Provides-Extra") or ())
        if canonicalize_name(name) in there and known <= there[canonicalize_name(name)]:
            continue
        there.setdefault(canonicalize_name(name), set()).update(known)
        for line in found.requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *known)):
                wanted.append((needed.name, frozenset(needed.extras)))
    return set(there)


def test_what_the_pip_of_debian_12_installs_reads_a_page_and_a_feed(wheel: Path) -> None:
    there = installed_by_an_old_pip(wheel)
    absent = sorted(
        module
        for module, names in packages_distributions().items()
        if not any(canonicalize_name(name) in there for name in names)
    )
    assert "lxml-html-clean" in there
    assert "pytest" in absent
    code = REFUSING.replace("ABSENT", repr(set(absent)))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("article True\n", 0), done.stderr
